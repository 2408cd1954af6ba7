"""The interface's own state between runs: the saved workspaces, and what each was looked at through. No key is in it.

Of customers it holds the Dub ids of those that were opened last, and the texts of saved filters.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from dubtui.store.private import PrivateFile

STEPS = (
    """
    CREATE TABLE workspace (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        api_url TEXT NOT NULL,
        current INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE view (
        workspace TEXT NOT NULL,
        name TEXT NOT NULL COLLATE NOCASE,
        place INTEGER NOT NULL,
        filter TEXT NOT NULL,
        sort TEXT NOT NULL,
        columns TEXT NOT NULL,
        PRIMARY KEY (workspace, name)
    );
    CREATE TABLE recent (
        workspace TEXT NOT NULL,
        customer TEXT NOT NULL,
        opened_at INTEGER NOT NULL,
        times INTEGER NOT NULL,
        pinned INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (workspace, customer)
    );
    CREATE TABLE setting (
        workspace TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (workspace, name)
    )
    """,
)
OF_A_WORKSPACE = ("view", "recent", "setting")
MOST_RECENT = 100
"""Customers that are remembered as opened last, beside the pinned ones."""


@dataclass(frozen=True, slots=True)
class SavedWorkspace:
    """A workspace whose key is in the keychain, under its random `id`."""

    id: str
    name: str
    api_url: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter as it is typed, an order and columns under a name, as texts."""

    name: str
    filter: str
    sort: str
    columns: str


@dataclass(frozen=True, slots=True)
class Recent:
    """When a customer was last opened (unix ms), how often, and whether it is pinned."""

    customer_id: str
    opened_at: int
    times: int
    pinned: bool


class State:
    """The saved workspaces; where the file cannot be used, every call raises OSError with a sentence."""

    def __init__(self, path: Path) -> None:
        self._file = PrivateFile(path, STEPS)

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
        with self._file.open() as connection:
            connection.execute("UPDATE workspace SET current = 0")
            connection.execute(
                "REPLACE INTO workspace (id, name, api_url, current) VALUES (?, ?, ?, 1)",
                (workspace.id, workspace.name, workspace.api_url),
            )

    def switch(self, name: str) -> None:
        """Make a saved workspace the current one."""
        with self._file.open() as connection:
            connection.execute("UPDATE workspace SET current = (name = ?)", (name,))

    def forget(self, workspace: SavedWorkspace) -> None:
        """Remove a workspace and all that was remembered of it; the current one leaves none until one is chosen."""
        with self._file.open() as connection:
            connection.execute("DELETE FROM workspace WHERE id = ?", (workspace.id,))
            for table in OF_A_WORKSPACE:
                connection.execute(f"DELETE FROM {table} WHERE workspace = ?", (workspace.id,))

    def _saved(self, clause: str, *values: str) -> list[SavedWorkspace]:
        if not self._file.exists:
            return []
        with self._file.open() as connection:
            found = connection.execute(f"SELECT id, name, api_url FROM workspace {clause}", values)
            return [SavedWorkspace(*row) for row in found]


class Remembered:
    """What is remembered of one workspace; where the file cannot be used, every call raises OSError with a sentence."""

    def __init__(self, path: Path, workspace_id: str) -> None:
        self._file = PrivateFile(path, STEPS)
        self._id = workspace_id

    def views(self) -> list[SavedView]:
        """The saved views, in the order in which they were first saved."""
        if not self._file.exists:
            return []
        with self._file.open() as connection:
            found = connection.execute(
                "SELECT name, filter, sort, columns FROM view WHERE workspace = ? ORDER BY place", (self._id,)
            )
            return [SavedView(*row) for row in found]

    def save_view(self, view: SavedView) -> None:
        """Add a view behind the others, or put it in the place of the one of its name."""
        with self._file.open() as connection:
            connection.execute(
                """INSERT INTO view (workspace, name, place, filter, sort, columns)
                   SELECT :id, :name, ifnull(MAX(place), 0) + 1, :filter, :sort, :columns
                   FROM view WHERE workspace = :id
                   ON CONFLICT DO UPDATE SET name = :name, filter = :filter, sort = :sort, columns = :columns""",
                {
                    "id": self._id,
                    "name": view.name,
                    "filter": view.filter,
                    "sort": view.sort,
                    "columns": view.columns,
                },
            )

    def forget_view(self, name: str) -> None:
        """Remove the view of a name."""
        with self._file.open() as connection:
            connection.execute("DELETE FROM view WHERE workspace = ? AND name = ?", (self._id, name))

    def recents(self) -> list[Recent]:
        """Who was opened or pinned, the last one first."""
        if not self._file.exists:
            return []
        with self._file.open() as connection:
            found = connection.execute(
                "SELECT customer, opened_at, times, pinned FROM recent WHERE workspace = ? ORDER BY opened_at DESC",
                (self._id,),
            )
            return [Recent(row[0], row[1], row[2], bool(row[3])) for row in found]

    def note(self, recent: Recent) -> None:
        """Remember somebody, and forget whom that pushes out."""
        with self._file.open() as connection:
            connection.execute(
                "REPLACE INTO recent (workspace, customer, opened_at, times, pinned) VALUES (?, ?, ?, ?, ?)",
                (self._id, recent.customer_id, recent.opened_at, recent.times, recent.pinned),
            )
            connection.execute(
                """DELETE FROM recent WHERE workspace = :id AND NOT pinned AND customer NOT IN (
                       SELECT customer FROM recent WHERE workspace = :id AND NOT pinned
                       ORDER BY opened_at DESC LIMIT :most)""",
                {"id": self._id, "most": MOST_RECENT},
            )

    def forget(self, customer_id: str) -> None:
        """Remove somebody who is gone."""
        with self._file.open() as connection:
            connection.execute("DELETE FROM recent WHERE workspace = ? AND customer = ?", (self._id, customer_id))

    def setting(self, name: str) -> str:
        """A setting's value; empty where it was never set."""
        if not self._file.exists:
            return ""
        with self._file.open() as connection:
            found = connection.execute(
                "SELECT value FROM setting WHERE workspace = ? AND name = ?", (self._id, name)
            ).fetchone()
            return str(found[0]) if found else ""

    def set(self, name: str, value: str) -> None:
        """Set a setting."""
        with self._file.open() as connection:
            connection.execute(
                "REPLACE INTO setting (workspace, name, value) VALUES (?, ?, ?)", (self._id, name, value)
            )
