"""Finding customers by whatever somebody has: exactly at Dub, by any part among those here, by Dub's own search."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dubtui.api import errors
from dubtui.api.query import CustomerQuery
from dubtui.customers.browsing import read_again
from dubtui.customers.filters.question import search_words
from dubtui.customers.pasted import HERE_ALONE, PREFIX, Kind, Pasted, Reading
from dubtui.display.figures import milliseconds
from dubtui.folding import fold

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer
    from dubtui.customers.desk import Desk
    from dubtui.fields import CustomerRow
    from dubtui.store.store import Having, Store

T = TypeVar("T")

WEIGHED = 400
"""How many who fit are brought into order."""
SEARCHED = "Dub's search"
SIMILAR = "similar"
ANY = "in several fields"
IDENTIFIERS = ("external ID", "e-mail", "Stripe ID", "Dub id")
COLUMNS: dict[Kind, Having] = {Kind.STRIPE_ID: "stripe_customer_id", Kind.LINK: "link"}


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer who is here, and why: an identifier that is the text (`is_exact`), or a part of something."""

    customer_id: str
    why: str
    is_exact: bool = False
    is_as_typed: bool = True
    """Whether an identifier is the text to the letter; Dub overlooks case, accents and blanks at the end."""


class Lookup:
    """Looks up in one workspace; whom Dub answers with joins the store."""

    def __init__(self, client: DubClient, store: Store, desk: Desk, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._desk = desk
        self._clock = clock

    async def here(self, text: str, *, limit: int) -> list[Hit]:
        """Those here who have every word of a text in some field, the best fit first, then who is opened often."""
        found = await self._store.find(text, limit=WEIGHED)
        now = milliseconds(self._clock.now())
        rows = {row.row: row for row in self._store.rows([match.row for match in found.matches])}
        known = [(match.rank, rows[match.row]) for match in found.matches if match.row in rows]
        known.sort(key=lambda pair: (pair[0], -self._desk.weight(pair[1].id, now)))
        words = [fold(word) for word in text.split()]
        return [_hit(row, rank, words) for rank, row in known[:limit]]

    async def similar(self, text: str, *, limit: int) -> list[Hit]:
        """Those here who differ from a text by a typing mistake."""
        found = await self._store.similar(text, limit=limit)
        rows = {row.row: row for row in self._store.rows([match.row for match in found])}
        return [Hit(rows[match.row].id, SIMILAR) for match in found if match.row in rows]

    async def exactly(self, pasted: Pasted) -> list[Hit]:
        """Everybody whom a text names exactly, in the order of its readings, asked for all at once; raises DubError."""
        hits: dict[str, Hit] = {}
        for found in await together(self._by_reading(reading) for reading in pasted.readings):
            for hit in found:
                hits.setdefault(hit.customer_id, hit)
        return list(hits.values())

    async def searched(self, pasted: Pasted) -> list[Hit]:
        """Whom Dub's full-text search finds by any word, so far as it takes it; raises DubError."""
        words = search_words([pasted.text])
        if not words:
            return []
        customers = await self._list(CustomerQuery(search=words))
        return [Hit(customer.id, SEARCHED) for customer in customers]

    async def _by_reading(self, reading: Reading) -> list[Hit]:
        if reading.kind in HERE_ALONE:
            return await self._by_column(reading)
        if reading.kind is Kind.EMAIL:
            customers = await self._list(CustomerQuery(email=reading.value))
            return [_exact(reading, customer.id, customer.email) for customer in customers]
        asked_at = milliseconds(self._clock.now())
        is_id = reading.kind is Kind.DUB_ID
        try:
            customer = await self._client.get_customer(reading.value if is_id else PREFIX + reading.value)
        except errors.NotFound:
            return []
        await self._store.put([customer], asked_at=asked_at)
        return [_exact(reading, customer.id, customer.id if is_id else customer.external_id)]

    async def _by_column(self, reading: Reading) -> list[Hit]:
        """Who is here with a value that Dub cannot be asked for; whom a Stripe ID names is then asked for by id."""
        values = (reading.value,) if reading.kind is Kind.STRIPE_ID else _addresses(reading.value)
        rows = [row for value in values for row in self._store.having(COLUMNS[reading.kind], value)]
        if reading.kind is Kind.STRIPE_ID:
            asked_at = milliseconds(self._clock.now())
            there = await together(read_again(self._client, self._store, row.id, asked_at) for row in rows)
            rows = [row for row, customer in zip(rows, there, strict=True) if customer is not None]
        return [Hit(row.id, reading.kind, is_exact=True) for row in rows]

    async def _list(self, query: CustomerQuery) -> Sequence[Customer]:
        asked_at = milliseconds(self._clock.now())
        customers = await self._client.list_customers(query)
        await self._store.put(customers, asked_at=asked_at)
        return customers


def merged(*found: Iterable[Hit]) -> list[Hit]:
    """Each customer once, with the first reason that is exact, else the first; the exact ones before the others."""
    hits: dict[str, Hit] = {}
    for hit in (hit for some in found for hit in some):
        before = hits.get(hit.customer_id)
        if before is None or (hit.is_exact and not before.is_exact):
            hits[hit.customer_id] = hit
    return sorted(hits.values(), key=lambda hit: not hit.is_exact)


def _exact(reading: Reading, customer_id: str, value: str | None) -> Hit:
    return Hit(customer_id, reading.kind, is_exact=True, is_as_typed=value == reading.value)


def _addresses(link: str) -> tuple[str, ...]:
    """A short link as Dub writes it, whatever was left out."""
    bare = link.removeprefix("https://").removeprefix("http://").rstrip("/")
    return (f"https://{bare}", f"http://{bare}", bare)


def _hit(row: CustomerRow, rank: int, words: Sequence[str]) -> Hit:
    """Why a row fits: the first field that holds all words."""
    fields = {
        "external ID": row.external_id,
        "e-mail": row.email,
        "name": row.name,
        "Stripe ID": row.stripe_customer_id,
        "Dub id": row.id,
        "link": row.link,
        "partner": row.partner_name,
        "partner's e-mail": row.partner_email,
    }
    whole = " ".join(words)
    folded = {name: fold(value) for name, value in fields.items() if value}
    if rank == 0:
        name = next((name for name, text in folded.items() if text == whole), ANY)
        return Hit(row.id, name, is_exact=name in IDENTIFIERS)
    if rank == 1:
        return Hit(row.id, next((name for name, text in folded.items() if text.startswith(whole)), ANY))
    return Hit(row.id, next((name for name, text in folded.items() if all(word in text for word in words)), ANY))


async def together(questions: Iterable[Awaitable[T]]) -> list[T]:
    """All answers, asked for at once; with the first error the other questions are withdrawn."""
    tasks = [asyncio.ensure_future(question) for question in questions]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        raise
