"""Customers that somebody marked, to do something with all of them: kept through sorting, filtering and refreshing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from dubtui.store.filtering import EVERYTHING
from dubtui.store.views import Question, Totals

if TYPE_CHECKING:
    from dubtui.store.store import Changes, Store, View


class Marked(NamedTuple):
    """The sums over the marked ones, and how many of them the list does not show."""

    totals: Totals
    hidden: int


class Marks:
    """Row numbers of the store, which live as long as their customers."""

    def __init__(self, store: Store, view: View) -> None:
        self._store = store
        self._view = view
        self.rows: set[int] = set()

    def __len__(self) -> int:
        return len(self.rows)

    def toggle(self, row: int) -> None:
        """Mark a row, or unmark it."""
        self.rows ^= {row}

    def add(self, rows: Iterable[int]) -> None:
        """Mark rows; those that were marked stay so."""
        self.rows |= set(rows)

    def add_shown(self) -> None:
        """Mark all that the list shows."""
        self.add(self._view.numbers)

    def invert(self) -> None:
        """Mark what the list shows and was not marked, and the other way round; what it hides stays as it is."""
        self.rows ^= set(self._view.numbers)

    def clear(self) -> None:
        """Mark nothing."""
        self.rows.clear()

    def forget(self, changes: Changes) -> None:
        """Drop the marks of customers that are gone."""
        self.rows -= set(changes.gone)

    async def in_order(self) -> list[int]:
        """The marked, hidden ones too, in the order of the list."""
        shown = self._view.question
        everybody = await self._store.numbers(Question(EVERYTHING, shown.order, now_ms=shown.now_ms))
        return [row for row in everybody if row in self.rows]

    async def sums(self) -> Marked:
        """Sums over the marked, and how many are hidden."""
        rows = list(self.rows)
        totals = await self._store.totals_among(rows)
        seen = await self._store.totals_among(rows, self._view.question)
        return Marked(totals, totals.rows - seen.rows)
