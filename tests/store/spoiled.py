"""Small files that cannot be used, and what is said of each."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def not_sqlite(path: Path) -> None:
    """Something else of the same name."""
    path.write_bytes(b"not SQLite" * 100)


def newer(path: Path) -> None:
    """A file of a version that is not known yet."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def a_folder(path: Path) -> None:
    """No file at all."""
    path.mkdir()


SPOILED = [
    (not_sqlite, "cannot be used: file is not a database."),
    (newer, "cannot be used: it was written by a newer dubtui."),
    (a_folder, "Is a directory"),
]
