"""Which customers somebody means, brought into the store: by pages of Dub's where those are enough, else everybody."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from dubtui.api import errors
from dubtui.api.paging import Hole, ReadablePage, readable_page
from dubtui.api.query import LAST_PAGE, PAGE_SIZE, CustomerQuery, SortBy
from dubtui.customers import filters
from dubtui.customers.browsing import is_dubs
from dubtui.customers.filters.question import PARAMETERS, question_of, required
from dubtui.customers.formats import named
from dubtui.customers.lens import starts_high
from dubtui.customers.walk import Walk
from dubtui.display.figures import milliseconds
from dubtui.display.text import plural
from dubtui.store.filtering import EVERYTHING, All, Node, OneOf
from dubtui.store.views import NEWEST_FIRST, Order, Question

if TYPE_CHECKING:
    from datetime import datetime

    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer
    from dubtui.store.store import Store

EVERYBODY = CustomerQuery()
MOST_BY_NUMBER = LAST_PAGE * PAGE_SIZE
"""Rows that Dub's pages by number reach."""
MOST_READINGS = 3
"""How often pages are read before it is told that somebody may be missing."""
ASKED_EXACTLY = frozenset({"email", "external_id", "country", "link_id", "partner_id"})
"""What Dub compares as a filter does; its search overlooks parts of words and most fields."""

Progress = Callable[[int, int | None], None]
"""Told how many customers are known and how many there are, where Dub tells."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Customers by what Dub is asked for, a filter as it is typed, an order (none: newest first); no limit: all."""

    query: CustomerQuery = EVERYBODY
    where: str = ""
    order: tuple[Order, ...] = ()
    limit: int | None = None
    within: str = ""
    """Another filter, a view's, that must hold as well."""

    def node(self, now: datetime) -> Node:
        """What must hold of a customer, at a moment; raises FilterError."""
        nodes = [filters.parse(text, now).node for text in (self.within, self.where)]
        asking = tuple(node for node in nodes if node != EVERYTHING)
        return asking[0] if len(asking) == 1 else All(asking)


@dataclass(frozen=True, slots=True)
class Selected:
    """The rows of a selection in its order; `total` is how many there are without its limit, None where unknown."""

    rows: Sequence[int]
    total: int | None = None
    unread: int = 0
    """At least so many could not be read."""
    is_settled: bool = True
    """Whether nobody can have moved from a page that was not read yet to one that was."""
    is_cut: bool = False
    """Whether there are more than Dub's pages by number reach."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What may be missing, in sentences."""
        unread = plural(self.unread, "customer")
        missing = (
            (self.unread, f"At least {unread} could not be read: Dub serves nobody who has no external ID."),
            (not self.is_settled, "Somebody may be missing: customers came or went while Dub's pages were read."),
            (self.is_cut, f"Some are missing: of a search Dub shows no more than {MOST_BY_NUMBER:,} customers."),
        )
        return tuple(words for is_so, words in missing if is_so)


def order_of(levels: Iterable[str]) -> tuple[Order, ...]:
    """An order of texts such as `ltv` or `name:desc`; raises UnknownField, and ValueError for another direction."""
    return tuple(_level(text) for text in levels)


def _level(text: str) -> Order:
    word, colon, way = text.partition(":")
    name = named(word.strip()).name
    way = way.strip().lower()
    if colon and way not in ("asc", "desc"):
        raise ValueError(f"{way!r} is no direction: write {word}:asc or {word}:desc.")
    return Order(name, way == "desc" if colon else starts_high(name))


async def select(
    client: DubClient,
    store: Store,
    clock: Clock,
    selection: Selection,
    on_progress: Progress = lambda known, total: None,
) -> Selected:
    """The customers of a selection, asked of Dub; raises FilterError and DubError."""
    return await _Reading(client, store, clock, selection, on_progress).selected()


class _Reading:
    """One reading of Dub for a selection."""

    def __init__(
        self, client: DubClient, store: Store, clock: Clock, selection: Selection, on_progress: Progress
    ) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._selection = selection
        self._on_progress = on_progress
        self._now = clock.now()
        self._node = selection.node(self._now)
        self._order = selection.order or NEWEST_FIRST
        self._rows: set[int] = set()
        """Who came; a store may hold others."""
        self._holes: set[Hole] = set()
        self._gaps = 0
        self._total: int | None = None
        self._is_settled = True
        self._is_cut = False

    async def selected(self) -> Selected:
        query, limit = self._selection.query, self._selection.limit
        if self._takes_the_first:
            await self._by_number(query, limit)
            rows = await self._ordered(self._node)
            total = len(rows) if limit is not None and len(rows) < limit else None
        else:
            rows = await self._ordered(await self._bring())
            total = len(rows)
        return Selected(rows[:limit], total, self._unread, self._is_settled, self._is_cut)

    @property
    def _takes_the_first(self) -> bool:
        """Whether the first rows of an order that Dub has are all that is wanted."""
        limit = self._selection.limit
        is_near = limit is not None and limit <= MOST_BY_NUMBER
        return is_near and self._node == EVERYTHING and is_dubs(self._order)

    async def _bring(self) -> Node:
        """Have everybody here for whom the filter may hold; what is to be asked of the store."""
        query, node = self._selection.query, self._node
        if query != EVERYBODY:
            if not await self._by_number(query):
                await self._walk()
                node = All((_node_of(query), node))
        elif (query := _asked_exactly(self._node)) == EVERYBODY or not await self._by_number_if_it_may(query):
            await self._walk()
        return node

    async def _ordered(self, node: Node) -> array[int]:
        numbers = await self._store.numbers(Question(node, self._order, None, milliseconds(self._now)))
        return array("q", (number for number in numbers if number in self._rows))

    # By pages of Dub's

    async def _by_number_if_it_may(self, query: CustomerQuery) -> bool:
        """The same for what a filter names, which Dub may refuse, as it does any partner where there is no program."""
        try:
            return await self._by_number(query)
        except errors.Refused:
            return False

    async def _by_number(self, query: CustomerQuery, limit: int | None = None) -> bool:
        """Read pages by number, again where Dub's count shows that somebody may have moved past them.

        False where they do not reach all that there are and everybody can be asked in their place.
        """
        everybody: set[int] = set()
        for _ in range(MOST_READINGS):
            self._rows, self._holes = set(), set()
            before = await self._count(query, limit)
            if limit is not None:
                await self._read_first(query, limit)
            elif not await self._read_all(query, before):
                return False
            if await self._is_whole(query, limit, before):
                return True
            everybody |= self._rows
        self._rows, self._is_settled = everybody, False
        return True

    async def _read_first(self, query: CustomerQuery, limit: int) -> None:
        """Read pages until enough are here."""
        query = _sorted(replace(query, page_size=min(limit, PAGE_SIZE)), self._order[0])
        for number in range(1, LAST_PAGE + 1):
            page = await self._page(replace(query, page=number))
            if page.is_last or len(self._rows) >= limit:
                return

    async def _read_all(self, query: CustomerQuery, count: int | None) -> bool:
        """Read all pages of the oldest first from the last one back; False where others are needed beyond Dub's last.

        So a deletion moves rows to pages that are still to be read, and who is new comes behind the last.
        """
        self._is_cut = (count or 0) > MOST_BY_NUMBER
        if self._is_cut and not query.search:
            return False
        query = replace(query, sort_by="createdAt", sort_order="desc" if self._is_cut else "asc")
        last = min(max(1, -(-(count or 0) // PAGE_SIZE)), LAST_PAGE)
        while not (is_end := (await self._page(replace(query, page=last))).is_last) and last < LAST_PAGE:
            last += 1
        self._is_cut = not is_end
        if self._is_cut and not query.search:
            return False
        for number in range(last - 1, 0, -1):
            await self._page(replace(query, page=number))
        return True

    async def _is_whole(self, query: CustomerQuery, limit: int | None, before: int | None) -> bool:
        """Whether all came, as far as Dub's count can tell; whatever changes it may have moved one of the first."""
        if len(self._rows) < PAGE_SIZE and not self._holes:  # one answer holds them all
            return True
        after = await self._count(query, limit)
        if limit is not None:
            return before == after
        return after is None or len(self._rows) + self._unread >= min(after, MOST_BY_NUMBER)

    async def _page(self, query: CustomerQuery) -> ReadablePage:
        asked_at = milliseconds(self._clock.now())
        page = await readable_page(self._client, query)
        self._holes.update(page.holes)
        await self._take(page.customers, asked_at)
        return page

    async def _count(self, query: CustomerQuery, limit: int | None) -> int | None:
        """How many Dub counts; None where it does not tell, or where one page is all that is wanted."""
        if limit is not None and limit <= PAGE_SIZE:
            return None
        try:
            count = await self._client.count_customers(query)
        except errors.DubError:  # the pages tell it where it matters
            return None
        self._total = count if count is None or limit is None else min(count, limit)
        return count

    @property
    def _unread(self) -> int:
        return self._gaps + sum(hole.stop - hole.start for hole in self._holes)

    # By everybody

    async def _walk(self) -> None:
        """Bring everybody in the workspace."""
        self._rows, self._holes, self._is_cut = set(), set(), False
        walk = Walk(self._client, self._clock)
        async with aclosing(walk.pieces()) as pieces:
            async for piece in pieces:
                self._total = walk.total
                await self._take(piece.customers, piece.asked_at)
        self._gaps = len(walk.gaps)

    async def _take(self, customers: Sequence[Customer], asked_at: int) -> None:
        changes = await self._store.put(customers, asked_at=asked_at)
        here = {*changes.new, *changes.changed}
        if len(here) < len(customers):
            here |= {row.row for customer in customers if (row := self._store.row(customer.id))}
        self._rows |= here
        self._on_progress(len(self._rows), self._total)


def _sorted(query: CustomerQuery, order: Order) -> CustomerQuery:
    """A query in one of Dub's orders; newest first is what Dub has where it is told none."""
    if order == NEWEST_FIRST[0]:
        return query
    return replace(query, sort_by=cast(SortBy, order.field), sort_order="desc" if order.descending else "asc")


def _asked_exactly(node: Node) -> CustomerQuery:
    """What Dub can be asked for so that all come for whom a filter holds."""
    alone = {part.field for part in required(node) if isinstance(part, OneOf) and len(part.values) == 1}
    names = ASKED_EXACTLY & {PARAMETERS[field] for field in alone if field in PARAMETERS}
    asked: dict[str, Any] = {name: value for name, value in question_of(node).items() if name in names}
    return CustomerQuery(**asked)


def _node_of(query: CustomerQuery) -> Node:
    """A query's filters, but for its search, as the store is asked."""
    values = ((field, getattr(query, name)) for field, name in PARAMETERS.items())
    return All(tuple(OneOf(field, (value,)) for field, value in values if value))
