"""Everybody in the workspace, each once, while others go on working in it.

Dub's pages by number end at 100,000 rows, and each deletion moves a row out of the next page unseen. Its pages by
cursor go strictly by id, but need a row to start from. So rows of pages by number, the anchors, start a segment each,
which grows on both sides at once until it meets its neighbours. Ids are never compared: their order is Dub's own, and
where a segment stands is known from what its pages hold.

What holds at any time, so that nobody who stands still is lost:

- A segment's rows follow each other without a break in Dub's order: each page starts directly behind a row of the
  segment that is still there. The walk takes no filter, since a cursor that a change moves out of one makes Dub drop a
  row without a sign: filter what it brings.
- A side is over where the list ends, at a row of another segment, or at a row that Dub cannot serve. Between two sides
  that have met there is nobody.
- A side all of whose cursors were deleted is lost until a neighbour has grown over its place. A walk that ends with a
  lost side starts again from fresh anchors, and brings only who has not come yet.
- A row that Dub cannot serve is reached from both sides. What lies between those is a gap, and gaps are told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dubtui.api.paging import Fate, Side, Stretch, readable_page, stretch
from dubtui.api.query import LAST_PAGE, PAGE_SIZE, CustomerQuery, SortOrder
from dubtui.customers.segments import End, Gap, Segment, WalkState, gaps, strides
from dubtui.display.figures import milliseconds

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer

MOST_SEGMENTS = 4
"""Each asks for two pages at a time."""
SMALLEST_SEGMENT = 5
"""Pages."""
MOST_ROUNDS = 5
"""How often a walk begins before a lost side is told as a gap."""
Place = tuple[int, Side]
"""A side of a segment, which has a number."""
UNCOUNTED = (1, 10, 100, LAST_PAGE)
"""Pages to try for anchors where Dub does not count."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the customers, in no order, and when Dub was asked for them (unix ms)."""

    customers: tuple[Customer, ...]
    asked_at: int


class Walk:
    """One walk over the workspace: `state` tells at each piece how far that one and those before have come."""

    def __init__(
        self,
        client: DubClient,
        clock: Clock,
        state: WalkState | None = None,
        *,
        segments: int = MOST_SEGMENTS,
        page_size: int = PAGE_SIZE,
    ) -> None:
        """With the `state` of an earlier walk this one takes that up; a few customers may then come a second time."""
        self.state = state or WalkState()
        self.total: int | None = None
        """Dub's own count when the walk began."""
        self._client = client
        self._clock = clock
        self._most_segments = segments
        self._page_size = page_size
        self._owners: dict[str, int] = {}
        """Which segment holds a row, by Dub id."""
        self._came_before: set[str] = set()
        """Who came in earlier rounds."""
        self._offered: list[Customer] = []
        """Who stood on the pages by number that were read for anchors."""
        self._offered_at = 0
        self._has_holes = False
        """Whether those pages held rows that Dub cannot serve."""
        self._asked: dict[asyncio.Task[tuple[Stretch, int]], Place] = {}
        self._tried: dict[Place, tuple[str, ...]] = {}
        """The cursors from which a side was last to go on."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read, once the walk is over."""
        if not self.state.segments and self._has_holes:
            return (Gap(None, None),)
        return tuple(gaps(self.state.segments))

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """Everybody, each once; raises DubError, after which another walk may take up the state.

        Whoever stops in the middle closes it (`contextlib.aclosing`), which ends what it has asked.
        """
        await self._client.learn_limit()
        self.total = await self._client.count_customers(CustomerQuery())
        for number, segment in enumerate(self.state.segments):
            self._owners.update(dict.fromkeys((*segment.after.trail, *segment.before.trail), number))
        try:
            while True:
                self._ask()
                if self._asked:
                    done, _ = await asyncio.wait(self._asked, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        piece = self._take(*self._asked.pop(task), *task.result())
                        self._ask()
                        yield piece
                elif (begun := await self._begin()) is not None:
                    yield begun
                else:
                    return
        finally:
            for task in self._asked:
                task.cancel()
            await asyncio.gather(*self._asked, return_exceptions=True)

    # Growing

    def _ask(self) -> None:
        """Let every side that can go on have a page on its way; a lost one can when the other has grown."""
        under_way = set(self._asked.values())
        for number, segment in enumerate(self.state.segments):
            for side in Side:
                place, fate, cursors = (number, side), segment.end(side).fate, segment.cursors(side)
                can_go_on = fate is Fate.OPEN or (fate is Fate.LOST and self._tried.get(place) != cursors)
                if can_go_on and place not in under_way:
                    self._tried[place] = cursors
                    self._asked[asyncio.create_task(self._stretch(side, cursors))] = place

    async def _stretch(self, side: Side, cursors: Sequence[str]) -> tuple[Stretch, int]:
        asked_at = milliseconds(self._clock.now())
        return await stretch(self._client, side, cursors, self._page_size), asked_at

    def _take(self, number: int, side: Side, found: Stretch, asked_at: int) -> Piece:
        """Let a segment grow by what was found next to it, up to where another one begins."""
        fresh: list[Customer] = []
        rows: list[str] = []
        fate = found.fate
        for customer in found.customers:
            owner = self._owners.get(customer.id)
            if owner is None:
                self._owners[customer.id] = number
                fresh.append(customer)
            elif owner != number:
                fate = Fate.MET
                self._close(owner, side.other, customer.id)
                break
            rows.append(customer.id)
        segment = self.state.segments[number]
        end = segment.end(side)
        end = End(strides([*reversed(rows), *end.trail]), end.fate if end.fate is Fate.MET else fate)
        self.state = self.state.with_segment(number, segment.with_end(side, end))
        return self._piece(fresh, asked_at)

    def _close(self, number: int, side: Side, row: str) -> None:
        """Somebody has come to a row of a segment from without; where that is its last, nothing is left before it.

        Otherwise the side goes on by itself, since after a walk is taken up not all rows of a segment are known, and
        another one may have come past its end.
        """
        segment = self.state.segments[number]
        end = segment.end(side)
        if end.trail[0] == row:
            self.state = self.state.with_segment(number, segment.with_end(side, replace(end, fate=Fate.MET)))

    def _piece(self, customers: Iterable[Customer], asked_at: int) -> Piece:
        fresh = tuple(customer for customer in customers if customer.id not in self._came_before)
        self.state = replace(self.state, walked=self.state.walked + len(fresh))
        return Piece(fresh, asked_at)

    # Beginning

    async def _begin(self) -> Piece | None:
        """Start where somebody may be left, once no side is open; None where nobody is or can be reached."""
        fates = self.state.fates
        if not fates or Fate.LOST in fates:
            return await self._begin_round() if self.state.rounds < MOST_ROUNDS else None
        if Fate.STUCK in fates:
            return await self._begin_between()
        return None

    async def _begin_round(self) -> Piece | None:
        """Start from fresh anchors, one of each page that is read for them."""
        self._came_before.update(self._owners)
        self._owners.clear()
        self._tried.clear()
        pages = await self._read_offer()
        self.state = replace(self.state, segments=(), rounds=self.state.rounds + 1)
        anchors = {page[0].id: page[0] for page in pages if page}
        return self._start(anchors.values()) if anchors else None

    async def _begin_between(self) -> Piece | None:
        """Start from somebody who stood on a page by number and whom no segment has reached."""
        if not self._offered:
            await self._read_offer()
        unreached = (customer for customer in self._offered if customer.id not in self._owners)
        customer = next(unreached, None)
        return self._start([customer]) if customer else None

    async def _read_offer(self) -> list[tuple[Customer, ...]]:
        self._offered_at = milliseconds(self._clock.now())
        size = self._page_size
        pages = [
            await readable_page(
                self._client, CustomerQuery(page=number, page_size=size, sort_by="createdAt", sort_order=order)
            )
            for number, order in _places(self.total, size, self._most_segments)
        ]
        self._offered = [customer for page in pages for customer in page.customers]
        self._has_holes = any(page.holes for page in pages)
        return [page.customers for page in pages]

    def _start(self, anchors: Iterable[Customer]) -> Piece:
        segments = list(self.state.segments)
        for customer in anchors:
            self._owners[customer.id] = len(segments)
            segments.append(Segment.at(customer.id))
        self.state = replace(self.state, segments=tuple(segments))
        return self._piece(anchors, self._offered_at)


def _places(total: int | None, size: int, most: int) -> Iterable[tuple[int, SortOrder]]:
    """Pages by number on which anchors stand, spread over the workspace as far as such pages reach from either end."""
    if total is None:
        return [*((number, "desc") for number in UNCOUNTED), (1, "asc")]
    parts = max(1, min(most, total // (SMALLEST_SEGMENT * size)))
    starts = (total * part // parts for part in range(parts + 1))
    return dict.fromkeys(_place(start, total - start, size) for start in starts)


def _place(newer: int, older: int, size: int) -> tuple[int, SortOrder]:
    """The page that has so many customers on either side of it, counted from the nearer end."""
    number = min(min(newer, older) // size + 1, LAST_PAGE)
    return (number, "desc") if newer <= older else (number, "asc")
