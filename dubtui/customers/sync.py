"""The whole workspace, fetched in the background: stopped at any page and taken up again, at another start too.

What Dub no longer has is removed at the end, unless a part could not be read.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.api.query import PAGE_SIZE
from dubtui.customers.segments import Gap, WalkState
from dubtui.customers.walk import Walk
from dubtui.display.figures import milliseconds
from dubtui.store.store import Mark

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.store.store import Store

WALK, ROUND, BEGAN_AT, COMPLETE_AT = "walk", "round", "began_at", "complete_at"
"""What the store notes: how far a walk has come, its number, when it began, and as of when all is here (unix ms)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: customers that have come and Dub's count (None: not told), and of this run the rate a second."""

    walked: int
    total: int | None
    rate: float

    @property
    def seconds_left(self) -> float | None:
        """How long it will take; None where that cannot be said."""
        if self.total is None or self.rate <= 0:
            return None
        return max(0, self.total - self.walked) / self.rate


@dataclass(frozen=True, slots=True)
class Synced:
    """It is over: how many came, how many were removed, and what could not be read."""

    walked: int
    removed: int
    gaps: tuple[Gap, ...]


class Sync:
    """Fetches the workspace into the store."""

    def __init__(self, client: DubClient, store: Store, clock: Clock, *, page_size: int = PAGE_SIZE) -> None:
        self._page_size = page_size
        self._client = client.background()
        self._store = store
        self._clock = clock
        self.progress: Progress | None = None
        """None before it has run."""
        self.on_progress: Callable[[], None] = lambda: None

    @property
    def is_begun(self) -> bool:
        """Whether there is one to be taken up."""
        return bool(self._store.noted(WALK))

    @property
    def complete_at(self) -> int | None:
        """As of when everything is here (unix ms); None where it is not."""
        noted = self._store.noted(COMPLETE_AT)
        return int(noted) if noted else None

    async def run(self) -> Synced:
        """Fetch all, or what is left of it; whoever stops waiting stops it. Raises DubError; what has come stays."""
        round_, began_at, state = self._taken_up() or (self._next_round, milliseconds(self._clock.now()), None)
        walk = Walk(self._client, self._clock, state, page_size=self._page_size)
        began, had = self._clock.monotonic(), walk.state.walked
        async with aclosing(walk.pieces()) as pieces:
            async for piece in pieces:
                notes = {ROUND: str(round_), BEGAN_AT: str(began_at), WALK: walk.state.dumped()}
                await self._store.put(piece.customers, asked_at=piece.asked_at, mark=Mark(round_, notes))
                seconds = self._clock.monotonic() - began
                rate = (walk.state.walked - had) / seconds if seconds > 0 else 0.0
                self.progress = Progress(walk.state.walked, walk.total, rate)
                self.on_progress()
        return await self._finished(walk, round_, began_at)

    async def _finished(self, walk: Walk, round_: int, began_at: int) -> Synced:
        gaps = walk.gaps
        removed = 0
        if not gaps:
            removed = len((await self._store.sweep(round_, before=began_at)).gone)
            await self._store.note(**{COMPLETE_AT: str(began_at)})
        await self._store.note(**{WALK: "", ROUND: str(round_)})
        return Synced(walk.state.walked, removed, gaps)

    @property
    def _next_round(self) -> int:
        return int(self._store.noted(ROUND) or 0) + 1

    def _taken_up(self) -> tuple[int, int, WalkState] | None:
        """What an earlier run has left; None where there is none that can be read."""
        try:
            state = WalkState.loaded(self._store.noted(WALK))
            return int(self._store.noted(ROUND)), int(self._store.noted(BEGAN_AT)), state
        except ValueError:
            return None
