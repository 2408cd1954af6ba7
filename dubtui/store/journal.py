"""What was changed, noted before it is sent: one file for all workspaces, kept for 90 days. Drafts lie in it, too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from dubtui.fields import Naming
from dubtui.store.place import ProcessFolder, is_held
from dubtui.store.private import PrivateFile

KEPT_DAYS = 90
KEPT = KEPT_DAYS * 86_400_000
"""Milliseconds for which entries and drafts are kept."""
PRAGMAS = ("synchronous = EXTRA", "secure_delete = ON")
"""What is noted is on the disk before anything is sent, and what is removed leaves no bytes in the file."""
STEPS = (
    """
    CREATE TABLE entry (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        workspace TEXT NOT NULL,
        at INTEGER NOT NULL,
        verb TEXT NOT NULL,
        customer TEXT NOT NULL,
        label TEXT NOT NULL,
        before BLOB,
        naming TEXT NOT NULL,
        body TEXT NOT NULL,
        outcome TEXT NOT NULL,
        after BLOB,
        took TEXT NOT NULL,
        why TEXT NOT NULL,
        batch TEXT NOT NULL,
        undoes INTEGER,
        process TEXT NOT NULL
    );
    CREATE INDEX entry_of_workspace ON entry (workspace, number);
    CREATE INDEX entry_at ON entry (at);
    CREATE TABLE draft (
        workspace TEXT NOT NULL,
        customer TEXT NOT NULL,
        at INTEGER NOT NULL,
        typed TEXT NOT NULL,
        opened BLOB NOT NULL,
        naming TEXT NOT NULL,
        PRIMARY KEY (workspace, customer)
    )
    """,
)
COLUMNS = "number, workspace, at, verb, customer, label, before, naming, body, outcome, after, took, why, batch, undoes"

Values = Mapping[str, str | None]
"""Values by the API's names; None is null."""


class Verb(StrEnum):
    """What was done."""

    EDIT = "edit"
    CREATE = "create"
    DELETE = "delete"


class Outcome(StrEnum):
    """What came of it."""

    BEGUN = "begun"
    """It was noted, and no end of it was: it is under way, or the process was killed."""
    DONE = "done"
    REFUSED = "refused"
    """Dub said no, so that nothing was changed."""
    NOT_DONE = "not done"
    """Dub could not be asked, or the answer was lost and Dub holds what it held."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One write; its records are JSON as Dub sent it, its values may hold whatever JSON can."""

    workspace_id: str
    at: int
    """Unix milliseconds."""
    verb: Verb
    customer_id: str
    """Empty for a creation that has not ended well."""
    label: str
    """The external ID at the time, else the e-mail, else the name, else the Dub id."""
    before: bytes | None = None
    """The record before; None for a creation, and where no copy was wanted."""
    naming: Naming = Naming.UNCONFIRMED
    """What was known of the name in the record before."""
    body: Values | None = None
    """What was sent; None for a deletion."""
    batch: str = ""
    """What the entries of one bulk change have in common."""
    undoes: int | None = None
    """The number of the entry that it takes back."""
    number: int = 0
    """As it was noted under; 0 before."""
    outcome: Outcome = Outcome.BEGUN
    after: bytes | None = None
    took: tuple[str, ...] = ()
    """The fields of an edit that Dub took."""
    why: str = ""
    """The title of the error that it ended with."""
    undone: bool = False
    """Whether a later entry took it back, and was not taken back itself."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a write ended, to be noted at its entry."""

    outcome: Outcome
    customer_id: str = ""
    """Whom it turned out to be about; empty where the entry says it."""
    after: bytes | None = None
    took: tuple[str, ...] = ()
    why: str = ""


class Journal:
    """The entries of all workspaces; where the file cannot be used, every call raises OSError with a sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = PrivateFile(path, STEPS, pragmas=PRAGMAS)
        self._process: ProcessFolder | None = None
        """What others tell by whether this process is still there; made with the first entry."""

    def close(self) -> None:
        """Whatever has not ended by now is unfinished."""
        if self._process:
            self._process.remove()
            self._process = None

    def begin(self, entry: Entry) -> int:
        """Note a write before it is sent, and remove what has been kept for long enough; the entry's number."""
        with self._file.open() as connection:
            prune(connection, entry.at)
            self._process = self._process or ProcessFolder()
            begun = connection.execute(
                """INSERT INTO entry (workspace, at, verb, customer, label, before, naming, body, outcome, took, why,
                                      batch, undoes, process)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', '""', ?, ?, ?)""",
                (
                    entry.workspace_id,
                    entry.at,
                    entry.verb,
                    kept(entry.customer_id),
                    kept(entry.label),
                    entry.before,
                    entry.naming,
                    kept(None if entry.body is None else dict(entry.body)),
                    Outcome.BEGUN,
                    entry.batch,
                    entry.undoes,
                    str(self._process.path),
                ),
            )
            return begun.lastrowid or 0

    def complete(self, number: int, ending: Ending) -> None:
        """Note how a write ended."""
        with self._file.open() as connection:
            connection.execute(
                "UPDATE entry SET outcome = ?, after = ?, took = ?, why = ? WHERE number = ?",
                (ending.outcome, ending.after, kept(list(ending.took)), kept(ending.why), number),
            )
            if ending.customer_id:
                connection.execute("UPDATE entry SET customer = ? WHERE number = ?", (kept(ending.customer_id), number))

    def read_later(self, number: int, after: bytes) -> None:
        """Note what Dub made of a write some moments after it."""
        with self._file.open() as connection:
            connection.execute("UPDATE entry SET after = ? WHERE number = ?", (after, number))

    def entries(
        self,
        workspace_id: str,
        *,
        limit: int | None = None,
        before: int | None = None,
        customer_id: str = "",
        batch: str = "",
    ) -> list[Entry]:
        """What was written to a workspace, the newest first: older than a number, of one customer, of a bulk change."""
        narrowed = {
            "AND number < ?": before,
            "AND customer = ?": kept(customer_id) if customer_id else None,
            "AND batch = ?": batch or None,
        }
        clauses = {clause: value for clause, value in narrowed.items() if value is not None}
        ordered = f"{' '.join(clauses)} ORDER BY number DESC LIMIT ?"
        return self._entries(workspace_id, ordered, *clauses.values(), -1 if limit is None else limit)

    def entry(self, workspace_id: str, number: int) -> Entry | None:
        """The entry of a number."""
        return next(iter(self._entries(workspace_id, "AND number = ?", number)), None)

    def unfinished(self, workspace_id: str) -> list[Entry]:
        """The writes whose process ended in the middle of them, the oldest first."""
        if not self._file.exists:
            return []
        with self._file.open() as connection:
            begun = connection.execute(
                "SELECT number, process FROM entry WHERE workspace = ? AND outcome = ? ORDER BY number",
                (workspace_id, Outcome.BEGUN),
            ).fetchall()
        left = [number for number, process in begun if not is_held(Path(process))]
        entries = [self.entry(workspace_id, number) for number in left]
        return [entry for entry in entries if entry and entry.outcome is Outcome.BEGUN]

    def forget(self, workspace_id: str, customer_id: str, *, but: int | None = None) -> None:
        """Remove every entry and the draft of a customer, but for one entry."""
        with self._file.open() as connection:
            whose = (workspace_id, kept(customer_id))
            connection.execute(
                "DELETE FROM entry WHERE workspace = ? AND customer = ? AND number IS NOT ?", (*whose, but)
            )
            connection.execute("DELETE FROM draft WHERE workspace = ? AND customer = ?", whose)

    def purge(self, workspace_id: str | None = None) -> int:
        """Remove the entries and drafts of a workspace, or of every one; how many entries that were."""
        if not self._file.exists:
            return 0
        with self._file.open() as connection:
            removed = connection.execute("DELETE FROM entry WHERE ?1 IS NULL OR workspace = ?1", (workspace_id,))
            connection.execute("DELETE FROM draft WHERE ?1 IS NULL OR workspace = ?1", (workspace_id,))
            return removed.rowcount

    def count(self) -> int:
        """How many entries there are, of every workspace."""
        if not self._file.exists:
            return 0
        with self._file.open() as connection:
            return int(connection.execute("SELECT COUNT(*) FROM entry").fetchone()[0])

    def _entries(self, workspace_id: str, clause: str, *values: object) -> list[Entry]:
        if not self._file.exists:
            return []
        with self._file.open() as connection:
            undone = _undone(connection, workspace_id)
            found = connection.execute(
                f"SELECT {COLUMNS} FROM entry WHERE workspace = ? {clause}", (workspace_id, *values)
            )
            return [_entry(row, undone) for row in found]


def prune(connection: sqlite3.Connection, now_ms: int) -> None:
    """Remove what has been kept for long enough."""
    for table in ("entry", "draft"):
        connection.execute(f"DELETE FROM {table} WHERE at < ?", (now_ms - KEPT,))


def kept(value: object) -> str:
    """Any value as text that SQLite can hold: NUL and lone surrogates are escapes in it."""
    return json.dumps(value)


def _undone(connection: sqlite3.Connection, workspace_id: str) -> set[int]:
    """The numbers of what was taken back: an entry that was taken back itself takes nothing back."""
    undoing = connection.execute(
        """SELECT number, undoes FROM entry
           WHERE workspace = ? AND undoes IS NOT NULL AND outcome = ? ORDER BY number DESC""",
        (workspace_id, Outcome.DONE),
    )
    undone: set[int] = set()
    for number, undoes in undoing:
        if number not in undone:
            undone.add(undoes)
    return undone


def _entry(row: Sequence[Any], undone: set[int]) -> Entry:
    number, workspace_id, at, verb, customer, label, before, naming, body, outcome, after, *rest = row
    took, why, batch, undoes = rest
    return Entry(
        workspace_id,
        at,
        Verb(verb),
        json.loads(customer),
        json.loads(label),
        before,
        Naming(naming),
        json.loads(body),
        batch,
        undoes,
        number,
        Outcome(outcome),
        after,
        tuple(json.loads(took)),
        json.loads(why),
        number in undone,
    )
