"""dubtui's own ways, put together as its faces put them together."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from dubtui.api import errors
from dubtui.api.clock import Clock
from dubtui.api.models import Customer, Event
from dubtui.api.query import CustomerQuery, EventKind, EventQuery
from dubtui.customers.browsing import Browsing, read_again
from dubtui.customers.conflict import check
from dubtui.customers.deletion import Deleted, delete
from dubtui.customers.editing import Saved, opened, plan, save, settled
from dubtui.customers.lens import Lens
from dubtui.customers.walk import Walk
from dubtui.display.figures import milliseconds, money
from dubtui.display.people import title_of
from dubtui.display.trouble import explain
from dubtui.fields import CustomerRow
from dubtui.screens.customer_delete import FINAL
from dubtui.store.store import Store
from dubtui.store.views import Order, Question
from dubtui.widgets.lines import content_of
from tests.api.clients import KEY, client_of
from tests.api.fast_time import LoopClock
from tests.faults import Faulty
from tests.traps.behaviour import Behaviour, Json, Regret, Walked


class Careful(Behaviour):
    """It goes around every trap."""

    refusals = errors.DubError

    def __init__(self, dub: Faulty, *, key: str = KEY, clock: Clock | None = None, read_only: bool = False) -> None:
        self._clock = clock or LoopClock()
        self._client = client_of(dub, key=key, clock=self._clock, read_only=read_only)

    def words(self, error: Exception) -> str:
        assert isinstance(error, errors.DubError)
        return explain(error).sentence

    # One customer

    async def get(self, identifier: str) -> Json | None:
        try:
            return _sent(await self._client.get_customer(identifier))
        except errors.NotFound:
            return None

    async def get_many(self, identifiers: Sequence[str]) -> list[Json]:
        await self._client.learn_limit()
        return [_sent(await self._client.get_customer(identifier)) for identifier in identifiers]

    async def title(self, identifier: str) -> str:
        async with self._opened(identifier, readings=1) as (_, row, _store):
            return content_of(((title_of(row), ""),)).plain

    async def worth(self, identifier: str) -> str:
        async with self._opened(identifier, readings=1) as (_, row, _store):
            return money(row.sale_amount)

    # Everybody

    async def everybody(self, *, page_size: int = 100, email: str = "") -> Walked:
        walk = Walk(self._client.background(), self._clock, page_size=page_size)
        async with aclosing(walk.pieces()) as pieces:
            found = [customer async for piece in pieces for customer in piece.customers]
        return Walked([customer.id for customer in found if email in ("", customer.email)], len(walk.gaps))

    async def page(self, **wishes: Any) -> list[Json]:
        return [_sent(customer) for customer in await self._client.list_customers(CustomerQuery(**wishes))]

    async def count(self) -> int:
        count = await self._client.count_customers(CustomerQuery())
        assert count is not None
        return count

    async def total(self) -> int:
        async with _store() as store:
            await store.put(await self._client.list_customers(CustomerQuery()), asked_at=0)
            return (await store.view(Question())).totals.sale_amount

    async def typed(self, text: str) -> list[str]:
        async with self._list() as browsing:
            for end in range(1, len(text) + 1):
                await browsing.type_filter(text[:end])
            return _ids(browsing)

    async def earliest_buyer(self) -> str:
        async with self._list() as browsing:
            await browsing.look(replace(Lens(), order=(Order("firstSaleAt"),)))
            return _ids(browsing)[0]

    @asynccontextmanager
    async def _list(self) -> AsyncIterator[Browsing]:
        """The list, scrolled to its end."""
        async with _store() as store:
            browsing = await Browsing.over(self._client, store, self._clock)
            while not browsing.complete:
                await browsing.more()
            yield browsing

    # Writing

    async def edit(self, identifier: str, **changes: str) -> tuple[str, ...]:
        async with self._opened(identifier) as (customer, row, store):
            before = opened(customer, row.naming)
            wanted = plan(customer.id, before, {**before, **changes})
            outcome = await save(self._client, store, self._clock, wanted)
        if not isinstance(outcome, Saved):
            raise outcome.error
        return outcome.took

    async def changed_meanwhile(self, identifier: str, meanwhile: Callable[[], Awaitable[object]]) -> tuple[str, ...]:
        async with self._opened(identifier) as (then, row, store):
            before = opened(then, row.naming)
            await meanwhile()
            checked = await check(self._client, store, self._clock, plan(then.id, before, {}), before)
            return tuple(change.field for change in checked.elsewhere)

    async def avatar_shown(self, identifier: str, url: str) -> str | None:
        async with self._opened(identifier) as (customer, row, store):
            before = opened(customer, row.naming)
            wanted = plan(customer.id, before, {**before, "avatar": url})
            saved = await save(self._client, store, self._clock, wanted)
            assert isinstance(saved, Saved)
            return (await settled(self._client, store, self._clock, saved)).customer.avatar

    async def delete_and_regret(self, identifier: str) -> Regret:
        async with self._opened(identifier) as (customer, _, store):
            outcome = await delete(self._client, store, self._clock, customer.id)
        if not isinstance(outcome, Deleted):
            raise outcome.error
        return Regret(FINAL, json.loads(outcome.sent or b"null"), None)

    @asynccontextmanager
    async def _opened(
        self, identifier: str, *, readings: int = 2
    ) -> AsyncIterator[tuple[Customer, CustomerRow, Store]]:
        """A customer as the list and then the form read it, with what is known of it."""
        async with _store() as store:
            for _ in range(readings):
                customer, row = await self._read(store, identifier)
            yield customer, row, store

    async def _read(self, store: Store, identifier: str) -> tuple[Customer, CustomerRow]:
        customer = await read_again(self._client, store, identifier, milliseconds(self._clock.now()))
        assert customer
        row = store.row(customer.id)
        assert row
        return customer, row

    # What customers did

    async def timeline(self, identifier: str) -> list[Json]:
        customer = await self._client.get_customer(identifier)
        queries = [EventQuery(customer.id, kind) for kind in get_args(EventKind)]
        return [json.loads(event.sent) for query in queries async for event in self._client.every_event(query)]

    def moment(self, event: Json) -> datetime | None:
        return Event.model_validate(event).at

    async def sales(self, customer_id: str, page_size: int) -> list[Json]:
        query = EventQuery(customer_id, "sales", limit=page_size)
        return [json.loads(event.sent) async for event in self._client.every_event(query)]


@asynccontextmanager
async def _store() -> AsyncIterator[Store]:
    store = Store()
    try:
        yield store
    finally:
        store.close()


def _sent(customer: Customer) -> Json:
    sent: Json = json.loads(customer.sent)
    return sent


def _ids(browsing: Browsing) -> list[str]:
    return [row.id for row in browsing.view.window(0, len(browsing.view)) if row]
