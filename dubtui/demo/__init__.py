"""A Dub in a box: its customers API over invented rows, for trying things out and for tests."""
