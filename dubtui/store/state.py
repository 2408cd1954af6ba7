"""The interface's own state between runs: the saved workspaces. No key, no customer."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

VERSION = 1
DDL = """
CREATE TABLE workspace (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    api_url TEXT NOT NULL,
    current INTEGER NOT NULL DEFAULT 0
)
"""


@dataclass(frozen=True, slots=True)
class SavedWorkspace:
    """A workspace whose key is in the keychain, under its random `id`."""

    id: str
    name: str
    api_url: str


class State:
    """A file (0600), made at the first write; where it cannot be used, every call raises OSError with a sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def workspaces(self) -> list[SavedWorkspace]:
        """All that are saved, by name."""
        return self._saved("ORDER BY name")

    def workspace(self, name: str) -> SavedWorkspace | None:
        """The one of a name, whatever its case."""
        return next(iter(self._saved("WHERE name = ?", name)), None)

    def current(self) -> SavedWorkspace | None:
        """The one that was last signed in to or switched to."""
        return next(iter(self._saved("WHERE current")), None)

    def named(self, name: str, api_url: str) -> SavedWorkspace:
        """The workspace of a name with another URL, or a new one; nothing is written yet."""
        saved = self.workspace(name)
        return replace(saved, api_url=api_url) if saved else SavedWorkspace(secrets.token_hex(8), name, api_url)

    def save(self, workspace: SavedWorkspace) -> None:
        """Add a workspace, or replace the one of its id; it becomes the current one."""
        with self._open() as connection:
            connection.execute("UPDATE workspace SET current = 0")
            connection.execute(
                "REPLACE INTO workspace (id, name, api_url, current) VALUES (?, ?, ?, 1)",
                (workspace.id, workspace.name, workspace.api_url),
            )

    def switch(self, name: str) -> None:
        """Make a saved workspace the current one."""
        with self._open() as connection:
            connection.execute("UPDATE workspace SET current = (name = ?)", (name,))

    def forget(self, workspace: SavedWorkspace) -> None:
        """Remove a workspace; where it was the current one, there is none until one is chosen."""
        with self._open() as connection:
            connection.execute("DELETE FROM workspace WHERE id = ?", (workspace.id,))

    def _saved(self, clause: str, *values: str) -> list[SavedWorkspace]:
        if not self._path.exists():
            return []
        with self._open() as connection:
            found = connection.execute(f"SELECT id, name, api_url FROM workspace {clause}", values)
            return [SavedWorkspace(*row) for row in found]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction of its own."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(self._path, timeout=3)) as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                _prepare(connection)
                yield connection
        except sqlite3.Error as error:
            raise OSError(f"{self._path} cannot be used: {error}.") from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file; a file of a later dubtui is left alone."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise sqlite3.DatabaseError("it was written by a newer dubtui")
    if version < VERSION:
        connection.execute(DDL)
        connection.execute(f"PRAGMA user_version = {VERSION}")
