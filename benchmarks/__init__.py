"""How fast and how large dubtui is, against floors that are run beside it; see README.md for what was measured."""
