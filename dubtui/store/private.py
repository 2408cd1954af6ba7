"""Small SQLite files of one user: private, made at the first write, brought up to date, left alone where newer."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

BUSY = 3.0
"""Seconds that one process waits for another one's write."""


class PrivateFile:
    """A file (0600) whose tables are made by `steps`; where it cannot be used, OSError tells so in a sentence."""

    def __init__(self, path: Path, steps: Sequence[str], *, pragmas: Sequence[str] = ()) -> None:
        """Each of the steps brings a file from one version to the next; `pragmas` hold for every connection."""
        self.path = path
        self._steps = steps
        self._pragmas = pragmas

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self.path.exists()

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction of its own."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(self.path, timeout=BUSY)) as connection, connection:
                for pragma in self._pragmas:
                    connection.execute(f"PRAGMA {pragma}")
                connection.execute("BEGIN IMMEDIATE")
                self._bring_up_to_date(connection)
                yield connection
        except sqlite3.Error as error:
            raise OSError(f"{self.path} cannot be used: {error}.") from error

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(self._steps):
            raise sqlite3.DatabaseError("it was written by a newer dubtui")
        if version == len(self._steps):
            return
        for step in self._steps[version:]:
            for statement in step.split(";"):  # executescript would commit what is open
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(self._steps)}")
