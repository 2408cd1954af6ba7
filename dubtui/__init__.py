"""dubtui: find, see and safely change the customers of a Dub.co workspace, in the terminal."""

__version__ = "0.1.0"
