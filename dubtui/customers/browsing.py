"""What the list shows and how it gets more: one view over the store, fed by Dub's own list page by page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from dubtui.api import errors
from dubtui.api.query import LAST_PAGE, PAGE_SIZE, CustomerQuery, SortBy
from dubtui.customers import filters
from dubtui.customers.lens import History, Lens
from dubtui.customers.marks import Marks
from dubtui.customers.sync import Sync
from dubtui.display.figures import milliseconds
from dubtui.store.filtering import EVERYTHING, NOTHING, Node
from dubtui.store.views import NEWEST_FIRST, Frontier, Order, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer
    from dubtui.customers.sync import Synced
    from dubtui.store.store import Store, View

SORTED_BY_DUB = {
    "createdAt": "created_at",
    "saleAmount": "sale_amount",
    "firstSaleAt": "first_sale_at",
    "subscriptionCanceledAt": "subscription_canceled_at",
}
"""The fields by which Dub sorts, and where a record has them."""
NEVER_MISSING = ("createdAt", "saleAmount")
MOST_FOUND = 5 * PAGE_SIZE
"""How many rows of a search are fetched at once."""
MOST_CHECKED = 20
"""How many rows that a refresh missed are asked for one by one."""


def is_dubs(order: Sequence[Order]) -> bool:
    """Whether Dub sorts so itself: by one of its four fields, and with those last that have no value."""
    first = order[0]
    return len(order) == 1 and first.field in SORTED_BY_DUB and (first.descending or first.field in NEVER_MISSING)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the workspace is here; `total` is Dub's own count, None where it does not tell."""

    known: int
    total: int | None
    as_of: int | None = None
    """When everybody was here (unix ms); None where they are not."""

    @property
    def complete(self) -> bool:
        """Whether everybody is here, as of some moment."""
        return self.as_of is not None


@dataclass(slots=True)
class _Walk:
    """How far one of Dub's orders has been walked."""

    pages: int = 0
    ended: bool = False
    frontier: Frontier | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What Dub found: how many customers, and whether there are more than were fetched."""

    found: int
    cut: bool


class Browsing:
    """The list's lens, its rows, its marks, and the walk that feeds it."""

    def __init__(self, client: DubClient, store: Store, clock: Clock, view: View, lens: Lens) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self.view = view
        self.marks = Marks(store, view)
        self.history = History(lens)
        self.filter = filters.Filter()
        self.total: int | None = None
        self.sync = Sync(client, store, clock)
        self._complete_at = self.sync.complete_at
        self._walks: dict[Order, _Walk] = {}
        self._asking = asyncio.Lock()
        store.on_change = self.marks.forget

    @classmethod
    async def over(cls, client: DubClient, store: Store, clock: Clock, lens: Lens | None = None) -> Browsing:
        """A list that is still empty, to be looked at through a lens."""
        return cls(client, store, clock, await store.view(Question(NOTHING)), lens or Lens())

    # Where it stands

    @property
    def lens(self) -> Lens:
        """What the list is looked at through."""
        return self.history.present

    @property
    def coverage(self) -> Coverage:
        """How much is here."""
        return Coverage(self._store.count(), self.total, self._complete_at)

    @property
    def complete(self) -> bool:
        """Whether everybody is here, as of some moment."""
        return self._complete_at is not None

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to show."""
        return self.complete or any(walk.pages for walk in self._walks.values())

    @property
    def has_walked(self) -> bool:
        """Whether the list's own order has been asked for."""
        return self._walk.pages > 0

    @property
    def is_filtered(self) -> bool:
        """Whether not everything is shown."""
        return self.where != EVERYTHING

    @property
    def is_asking(self) -> bool:
        """Whether a page is on its way."""
        return self._asking.locked()

    @property
    def is_local(self) -> bool:
        """Whether the order is taken over what is here alone, with more at Dub."""
        return not self.complete and not self._follows_dub

    @property
    def can_go_on(self) -> bool:
        """Whether Dub has further rows for the list as it is shown."""
        return self.is_shown and not self.complete and self._follows_dub and not self._walk.ended

    @property
    def is_shown(self) -> bool:
        """Whether the rows are those of the lens, and not still the ones of the lens before."""
        return (self.view.question.where, self.view.question.order) == (self.where, self.lens.order)

    @property
    def where(self) -> Node:
        """The filter as the store is asked."""
        return self.filter.node

    @property
    def _follows_dub(self) -> bool:
        return self.where == EVERYTHING and is_dubs(self.lens.order)

    @property
    def _walked(self) -> Order:
        """The order of Dub's that feeds the list: its own where Dub has that, else newest first."""
        return self.lens.order[0] if is_dubs(self.lens.order) else NEWEST_FIRST[0]

    @property
    def _walk(self) -> _Walk:
        return self._walks.setdefault(self._walked, _Walk())

    # Another lens

    async def look(self, lens: Lens) -> None:
        """Look through another lens: what is here at once, then as Dub has it. Raises FilterError."""
        self.filter = filters.parse(lens.filter, self._clock.now())
        self.history.visit(lens)
        await self.show()

    async def type_filter(self, text: str) -> None:
        """The lens with another filter while it is typed, which is no step of its own. Raises FilterError."""
        self.filter = filters.parse(text, self._clock.now())
        self.history.type(self.lens.filtered(text))
        await self.show()

    async def go(self, steps: int) -> None:
        """Back (below zero) or forward through the lenses that one had."""
        lens = self.history.go(steps)
        self.filter = filters.parse(lens.filter, self._clock.now())
        await self.show()

    # More from Dub

    async def more(self) -> None:
        """Fetch the next page of Dub's order; raises DubError."""
        async with self._asking:
            order, walk = self._walked, self._walk
            if walk.ended or self.complete:
                return
            page = await self._page(order, walk.pages + 1)
            walk.pages += 1
            walk.ended = len(page) < PAGE_SIZE or walk.pages == LAST_PAGE
            walk.frontier = Frontier(_sorted_value(page[-1], order) if page else None)
            if len(page) < PAGE_SIZE:
                await self._arrive()
            await self.show()

    async def fetch_all(self) -> Synced:
        """Fetch everybody, or who is left; raises DubError, after which it can be taken up."""
        synced = await self.sync.run()
        self._complete_at = self.sync.complete_at
        await self.count()
        await self.show()
        return synced

    async def count(self) -> None:
        """Ask how many customers there are."""
        self.total = await self._client.count_customers(CustomerQuery())

    async def search(self) -> Search | None:
        """Have Dub look for what it can of the filter; what it finds joins the store.

        None where Dub can look for nothing of it. Raises DubError.
        """
        if not self.filter.question:
            return None
        query = replace(CustomerQuery(), **cast(dict[str, Any], self.filter.question))
        found = 0
        for number in range(1, MOST_FOUND // PAGE_SIZE + 1):
            asked_at = milliseconds(self._clock.now())
            page = await self._client.list_customers(replace(query, page=number))
            await self._store.put(page, asked_at=asked_at)
            found += len(page)
            if len(page) < PAGE_SIZE:
                return Search(found, cut=False)
        return Search(found, cut=True)

    async def refresh(self, start: int, stop: int) -> None:
        """Ask again for the newest rows and for those at some places of the view; raises DubError."""
        async with self._asking:
            await self.count()
            order = self._walked
            pages = {1, *range(start // PAGE_SIZE + 1, max(start, stop - 1) // PAGE_SIZE + 2)}
            reached = max(1, self._walk.pages)
            for number in sorted(pages if self._follows_dub else {1}):
                if number <= reached:
                    await self._refresh_page(order, number)

    async def _refresh_page(self, order: Order, number: int) -> None:
        """Ask for a page again, and for the rows that used to stand between its first row and its last."""
        asked_at = milliseconds(self._clock.now())
        at = (number - 1) * PAGE_SIZE
        before = self.view.window(at, at + PAGE_SIZE) if self._follows_dub else []
        page = await self._page(order, number)
        here = {customer.id for customer in page}
        ends = [value for customer in page if (value := _sorted_value(customer, order)) is not None]
        missed = [
            row.id
            for row in before
            if row and row.id not in here and _is_inside(getattr(row, SORTED_BY_DUB[order.field]), ends)
        ]
        for customer_id in missed[:MOST_CHECKED]:
            await read_again(self._client, self._store, customer_id, asked_at)

    async def _page(self, order: Order, number: int) -> Sequence[Customer]:
        asked_at = milliseconds(self._clock.now())
        query = CustomerQuery(
            sort_by=cast(SortBy, order.field), sort_order="desc" if order.descending else "asc", page=number
        )
        page = await self._client.list_customers(query)
        await self._store.put(page, asked_at=asked_at)
        return page

    async def _arrive(self) -> None:
        """At the end of a walk: everything is here unless Dub counts more."""
        await self.count()
        if self.total is None or self._store.count() >= self.total:
            self._complete_at = milliseconds(self._clock.now())

    async def show(self) -> None:
        """Bring the view to the filter, the order and the frontier of the moment."""
        frontier = None if self.complete or not self._follows_dub else self._walk.frontier
        question = Question(self.where, self.lens.order, frontier, milliseconds(self._clock.now()))
        shown = self.view.question
        if (shown.where, shown.order) == (question.where, question.order) and shown.frontier:
            await self.view.reach(frontier)
        else:
            await self.view.ask(question)


async def read_again(client: DubClient, store: Store, customer_id: str, asked_at: int) -> Customer | None:
    """Ask for one customer by Dub id and note what came; None where it is gone. Raises DubError."""
    try:
        customer = await client.get_customer(customer_id)
    except errors.NotFound:
        await store.remove([customer_id], at=asked_at)
        return None
    await store.put([customer], asked_at=asked_at)
    return customer


def _sorted_value(customer: Customer, order: Order) -> int | None:
    value = getattr(customer, SORTED_BY_DUB[order.field])
    return value if value is None or isinstance(value, int) else milliseconds(value)


def _is_inside(value: int | None, ends: Sequence[int]) -> bool:
    return value is not None and len(ends) > 1 and min(ends) < value < max(ends)
