"""Pages by number and by cursor, read as far as Dub can serve them.

One row without an external ID makes Dub answer the whole page with 422. Smaller pages leave less of it unread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from dubtui.api.errors import CURSOR, Refused
from dubtui.api.query import LAST_PAGE, CustomerQuery

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.models import Customer


@dataclass(frozen=True, slots=True)
class Hole:
    """Places of the order, from `start` to before `stop`, that Dub cannot serve."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class ReadablePage:
    """A page's customers, and the holes between them by their places in the whole order, which count from 0."""

    customers: tuple[Customer, ...]
    holes: tuple[Hole, ...] = ()
    is_last: bool = False


async def readable_page(client: DubClient, query: CustomerQuery) -> ReadablePage:
    """A page by number in whatever order, without the rows that Dub cannot serve; raises DubError for other reasons.

    Holes are single rows among the first 1,000 of the order. Further down, where a smaller page's number would be
    beyond Dub's last, they are wider. Rows that tie in the order may come in another sequence in smaller pages.
    """
    size = query.page_size
    return await _read(client, query, ((query.page or 1) - 1) * size, size)


async def _read(client: DubClient, query: CustomerQuery, start: int, size: int) -> ReadablePage:
    try:
        customers = await client.list_customers(replace(query, page=start // size + 1, page_size=size))
    except Refused as error:
        if error.row is None:
            raise
    else:
        return ReadablePage(customers, is_last=len(customers) < size)
    part = _part(size)
    if part == 0 or start // part >= LAST_PAGE:
        return ReadablePage((), (Hole(start, start + size),))
    return await _read_in_parts(client, query, range(start, start + size, part))


async def _read_in_parts(client: DubClient, query: CustomerQuery, starts: range) -> ReadablePage:
    customers: dict[str, Customer] = {}
    holes: list[Hole] = []
    is_last = False
    for start in starts:
        page = await _read(client, query, start, starts.step)
        customers.update((customer.id, customer) for customer in page.customers)
        holes += page.holes
        if is_last := page.is_last:
            break
    return ReadablePage(tuple(customers.values()), tuple(holes), is_last)


def _part(size: int) -> int:
    """The largest smaller size of which whole pages make up this one, so that each has a number; 0 below 1."""
    return next((part for part in range(size // 2, 0, -1) if size % part == 0), 0)


class Side(StrEnum):
    """Which way to go from a cursor in Dub's order by id, newest first."""

    AFTER = "after"
    BEFORE = "before"

    @property
    def other(self) -> Side:
        """The way back."""
        return Side.BEFORE if self is Side.AFTER else Side.AFTER


class Fate(StrEnum):
    """What became of going one way."""

    OPEN = "open"
    """There is more."""
    MET = "met"
    """Somebody came from the other side."""
    ENDED = "ended"
    STUCK = "stuck"
    """The next row is one that Dub cannot serve."""
    LOST = "lost"
    """No row from which one could go on is left."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Customers that follow a cursor directly, the nearest first."""

    customers: tuple[Customer, ...]
    fate: Fate


async def stretch(client: DubClient, side: Side, cursors: Iterable[str], size: int) -> Stretch:
    """The rows next to the first of the cursors that is still there; raises DubError for other reasons than rows.

    Cursors are rows that have been read, each further back than the one before. A cursor that was deleted is answered
    with 422. One that was changed stays where it is, since there is no filter that it could fall out of.
    """
    for cursor in cursors:
        wanted = size
        while wanted:
            try:
                customers = await client.list_customers(_behind(cursor, side, wanted))
            except Refused as error:
                if error.rule == CURSOR:
                    break
                if error.row is None:
                    raise
                # Towards older customers the rows before the bad one are good; the other way round only halving tells.
                wanted = min(error.row, wanted - 1) if side is Side.AFTER else wanted // 2
            else:
                fate = Fate.ENDED if len(customers) < wanted else Fate.OPEN
                return Stretch(customers if side is Side.AFTER else customers[::-1], fate)
        else:
            return Stretch((), Fate.STUCK)
    return Stretch((), Fate.LOST)


def _behind(cursor: str, side: Side, size: int) -> CustomerQuery:
    if side is Side.AFTER:
        return CustomerQuery(starting_after=cursor, page_size=size)
    return CustomerQuery(ending_before=cursor, page_size=size)
