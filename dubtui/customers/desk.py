"""What lies on one's desk in a workspace, and does again at the next start: views, columns, who was opened, pins."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dubtui.customers.lens import Lens, order_of, order_text
from dubtui.display.columns import column_width
from dubtui.fields import BY_NAME
from dubtui.store.state import Recent, SavedView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dubtui.store.state import Remembered

COLUMNS, READ_ONLY, PRODUCTION = "columns", "read_only", "production"
YES, NO = "yes", "no"
HOUR = 3_600_000
WEIGHTS = ((HOUR, 4.0), (24 * HOUR, 2.0), (7 * 24 * HOUR, 1.0))
"""How much an opening counts by its age in milliseconds; what is older counts half."""


@dataclass(frozen=True, slots=True)
class View:
    """A lens under a name."""

    name: str
    lens: Lens


class Desk:
    """Kept in memory and written through; what cannot be written raises OSError and holds for this run."""

    def __init__(self, remembered: Remembered) -> None:
        self._remembered = remembered
        self.views: tuple[View, ...] = ()
        self.columns: tuple[str, ...] = ()
        """The columns that were chosen last; none: those that fit."""
        self.is_production = False
        """Whether real customers are in it, with whom one is more careful."""
        self.unread: OSError | None = None
        """Why it lies here empty, where it could not be read."""
        self._read_only = ""
        self._recents: dict[str, Recent] = {}

    @classmethod
    async def laid(cls, remembered: Remembered) -> Desk:
        """The desk as it was left; an empty one where that cannot be read."""
        desk = cls(remembered)
        await asyncio.to_thread(desk._lay)
        return desk

    def _lay(self) -> None:
        try:
            self.views = tuple(_view(saved) for saved in self._remembered.views())
            self.columns = columns_of(self._remembered.setting(COLUMNS))
            self.is_production = self._remembered.setting(PRODUCTION) == YES
            self._read_only = self._remembered.setting(READ_ONLY)
            self._recents = {recent.customer_id: recent for recent in reversed(self._remembered.recents())}
        except OSError as error:  # whoever saves something, or needs what was saved, is told
            self.unread = error

    # How careful to be

    @property
    def starts_read_only(self) -> bool:
        """Whether nothing is written until somebody allows it: as it was set, else in production."""
        return self._read_only == YES or (self.is_production and self._read_only != NO)

    async def mark_production(self, *, is_production: bool) -> None:
        """Say whether real customers are in it."""
        self.is_production = is_production
        await asyncio.to_thread(self._remembered.set, PRODUCTION, YES if is_production else NO)

    async def start_read_only(self, *, wanted: bool) -> None:
        """Say whether it starts read-only."""
        self._read_only = YES if wanted else NO
        await asyncio.to_thread(self._remembered.set, READ_ONLY, self._read_only)

    # Views

    def view(self, name: str) -> View | None:
        """The view of a name, whatever its case."""
        return next((view for view in self.views if view.name.casefold() == name.casefold()), None)

    async def save_view(self, view: View) -> None:
        """Keep a view, in the place of the one of its name."""
        before = self.view(view.name)
        if before is None:
            self.views = (*self.views, view)
        else:
            self.views = tuple(view if other is before else other for other in self.views)
        lens = view.lens
        saved = SavedView(view.name, lens.filter, order_text(lens.order), ",".join(lens.columns))
        await asyncio.to_thread(self._remembered.save_view, saved)

    async def forget_view(self, name: str) -> None:
        """Keep a view no longer."""
        self.views = tuple(view for view in self.views if view.name.casefold() != name.casefold())
        await asyncio.to_thread(self._remembered.forget_view, name)

    async def keep_columns(self, columns: Sequence[str]) -> None:
        """Keep the columns that were chosen."""
        self.columns = tuple(columns)
        await asyncio.to_thread(self._remembered.set, COLUMNS, ",".join(columns))

    # Who was opened

    @property
    def recents(self) -> list[Recent]:
        """Who was opened, the last one first; the pinned ones before all."""
        latest = reversed(self._recents.values())
        return sorted(latest, key=lambda recent: (not recent.pinned, -recent.opened_at))

    @property
    def last(self) -> Recent | None:
        """Who was opened last."""
        return max(reversed(self._recents.values()), key=lambda recent: recent.opened_at, default=None)

    def recent(self, customer_id: str) -> Recent | None:
        """When and how often somebody was opened."""
        return self._recents.get(customer_id)

    def weight(self, customer_id: str, now_ms: int) -> float:
        """How often and how lately somebody was opened, in one figure; 0 for never."""
        recent = self._recents.get(customer_id)
        if recent is None:
            return 0.0
        age = now_ms - recent.opened_at
        return recent.times * next((weight for most, weight in WEIGHTS if age < most), 0.5)

    async def note_opened(self, customer_id: str, now_ms: int) -> None:
        """Somebody is opened."""
        before = self._recents.get(customer_id) or Recent(customer_id, now_ms, 0, pinned=False)
        await self._note(replace(before, opened_at=now_ms, times=before.times + 1))

    async def toggle_pin(self, customer_id: str, now_ms: int) -> None:
        """Pin somebody, or unpin."""
        before = self._recents.get(customer_id) or Recent(customer_id, now_ms, 0, pinned=False)
        await self._note(replace(before, pinned=not before.pinned))

    async def _note(self, recent: Recent) -> None:
        self._recents.pop(recent.customer_id, None)
        self._recents[recent.customer_id] = recent
        await asyncio.to_thread(self._remembered.note, recent)

    async def forget(self, customer_id: str) -> None:
        """Somebody is gone."""
        if self._recents.pop(customer_id, None):
            await asyncio.to_thread(self._remembered.forget, customer_id)


def _view(saved: SavedView) -> View:
    return View(saved.name, Lens(saved.filter, order_of(saved.sort), columns_of(saved.columns)))


def columns_of(text: str) -> tuple[str, ...]:
    """Columns of a text, each with its width where it has one; those of fields that are not known are left out."""
    return tuple(column for column in text.split(",") if column_width(column)[0] in BY_NAME)
