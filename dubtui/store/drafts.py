"""What was typed into forms and not saved yet.

Drafts lie in the journal's file: they are as private as what was changed, and are named, kept and purged together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dubtui.fields import Naming
from dubtui.store.journal import PRAGMAS, STEPS, kept, prune
from dubtui.store.private import PrivateFile


@dataclass(frozen=True, slots=True)
class Draft:
    """The values of a form, and the record that it was opened on, as JSON that Dub sent."""

    customer_id: str
    values: Mapping[str, str | None]
    opened: bytes
    naming: Naming
    """What was known of the record's name."""
    at: int
    """Unix milliseconds."""


class Drafts:
    """The drafts of one workspace; where the file cannot be used, every call raises OSError with a sentence."""

    def __init__(self, path: Path, workspace_id: str) -> None:
        self._file = PrivateFile(path, STEPS, pragmas=PRAGMAS)
        self._id = workspace_id

    def keep(self, draft: Draft) -> None:
        """Keep what is typed, in the place of what was typed for the same customer before."""
        with self._file.open() as connection:
            prune(connection, draft.at)
            connection.execute(
                "REPLACE INTO draft (workspace, customer, at, typed, opened, naming) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    self._id,
                    kept(draft.customer_id),
                    draft.at,
                    kept(dict(draft.values)),
                    draft.opened,
                    draft.naming,
                ),
            )

    def find(self, customer_id: str) -> Draft | None:
        """What was typed for a customer."""
        return next(iter(self._found("AND customer = ?", kept(customer_id))), None)

    def all(self) -> list[Draft]:
        """Every draft, the newest first."""
        return self._found("ORDER BY at DESC")

    def drop(self, customer_id: str) -> None:
        """Remove what was typed for a customer."""
        if not self._file.exists:
            return
        with self._file.open() as connection:
            connection.execute("DELETE FROM draft WHERE workspace = ? AND customer = ?", (self._id, kept(customer_id)))

    def _found(self, clause: str, *values: str) -> list[Draft]:
        if not self._file.exists:
            return []
        with self._file.open() as connection:
            found = connection.execute(
                f"SELECT customer, typed, opened, naming, at FROM draft WHERE workspace = ? {clause}",
                (self._id, *values),
            )
            return [
                Draft(json.loads(customer), json.loads(typed), opened, Naming(naming), at)
                for customer, typed, opened, naming, at in found
            ]
