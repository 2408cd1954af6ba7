"""Finding customers by whatever somebody has: exactly at Dub, by any part among those here, by Dub's own search."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from dubtui.api import errors
from dubtui.api.query import PAGE_SIZE, CustomerQuery
from dubtui.customers.browsing import read_again
from dubtui.customers.filters.question import search_words
from dubtui.customers.pasted import AROUND, HERE_ALONE, PREFIX, Kind, Pasted, Reading, likeliest
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
MOST_CHECKED = 20
"""How many who are here under one identifier are looked at, and read again where Dub does not name them."""
SEARCHED = "Dub's search"
SIMILAR = "similar"
ANY = "in several fields"
IDENTIFIERS = ("external ID", "e-mail", "Stripe ID", "Dub id")
SEARCHABLE = frozenset({Kind.EXTERNAL_ID, Kind.EMAIL})
"""What may as well be a name or a part of an e-mail."""
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
        return [_hit(row, rank, text) for rank, row in known[:limit]]

    async def anybody(self, pasted: Pasted, *, limit: int) -> list[Hit]:
        """Whom a text may mean, the best first: exactly, by a part, by Dub's search; raises DubError."""
        exact, searched = await together([self.exactly(pasted), self.searched(pasted)])
        found = merged(exact, await self.here(pasted.text, limit=limit), searched)
        return found[:limit] or await self.similar(pasted.text, limit=limit)

    async def known(self, pasted: Pasted, *, limit: int) -> list[Hit]:
        """Whom a text may mean of those here, in spite of a typing mistake only where nobody else is meant."""
        return await self.here(pasted.text, limit=limit) or await self.similar(pasted.text, limit=limit)

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
        """Whom Dub's full-text search finds by the words of a name or of parts of an e-mail; raises DubError.

        Dub takes whoever has any word, or any part of one between dots, the newest first. So both sides of an @ are
        asked for apart, the domain without its end, which many have; and those count who hold the most of the text.
        """
        if not pasted.readings or likeliest(pasted) not in SEARCHABLE:
            return []
        local, _, domain = pasted.text.partition("@")
        sides = [side for side in (local, domain) if side.strip()]
        parts = {local: local, domain: domain.rpartition(".")[0] or domain}
        asked = {side: words for side in sides if (words := search_words([parts[side]]))}
        answers = await together(self._list(CustomerQuery(search=words)) for words in asked.values())
        found = {
            customer.id: customer
            for side, customers in zip(asked, answers, strict=True)
            for customer in customers
            if _held(customer, side)
        }
        return [Hit(customer.id, SEARCHED) for customer in _best(found.values(), sides)]

    async def _by_reading(self, reading: Reading) -> list[Hit]:
        if reading.kind in HERE_ALONE:
            return await self._by_column(reading)
        asked_at = milliseconds(self._clock.now())
        customers = await self._named(reading, asked_at)
        known = {customer.id for customer in customers}
        if len(known) < PAGE_SIZE:
            stale = [row.id for row in await self._here_by(reading) if row.id not in known]
            await together(read_again(self._client, self._store, customer_id, asked_at) for customer_id in stale)
        return [_exact(reading, customer) for customer in customers]

    async def _named(self, reading: Reading, asked_at: int) -> Sequence[Customer]:
        """Whom Dub has under an identifier."""
        if reading.kind is Kind.EMAIL:
            return await self._list(CustomerQuery(email=reading.value))
        prefix = "" if reading.kind is Kind.DUB_ID else PREFIX
        try:
            customer = await self._client.get_customer(prefix + reading.value)
        except errors.NotFound:
            return ()
        await self._store.put([customer], asked_at=asked_at)
        return (customer,)

    async def _here_by(self, reading: Reading) -> list[CustomerRow]:
        """Who is here under an identifier; whom Dub does not name by it is gone by now, or has another."""
        if reading.kind is Kind.DUB_ID:
            row = self._store.row(reading.value)
            return [row] if row else []
        found = await self._store.find(reading.value, limit=MOST_CHECKED)
        rows = self._store.rows([match.row for match in found.matches if match.rank == 0])
        return [row for row in rows if reading.value == _value(reading, row)]

    async def _by_column(self, reading: Reading) -> list[Hit]:
        """Who is here with a value that Dub cannot be asked for; whom a Stripe ID names is then asked for by id."""
        is_link = reading.kind is Kind.LINK
        values = _addresses(reading.value) if is_link else (reading.value,)
        rows = [row for value in values for row in self._store.having(COLUMNS[reading.kind], value)]
        if not is_link:
            asked_at = milliseconds(self._clock.now())
            there = await together(read_again(self._client, self._store, row.id, asked_at) for row in rows)
            still = {customer.id for customer in there if customer and customer.stripe_customer_id == reading.value}
            rows = [row for row in rows if row.id in still]
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


def _exact(reading: Reading, customer: Customer) -> Hit:
    return Hit(customer.id, reading.kind, is_exact=True, is_as_typed=reading.value == _value(reading, customer))


def _value(reading: Reading, customer: Customer | CustomerRow) -> str | None:
    """What a customer has of the kind that was read."""
    if reading.kind is Kind.DUB_ID:
        return customer.id
    return customer.email if reading.kind is Kind.EMAIL else customer.external_id


def _best(customers: Iterable[Customer], sides: Sequence[str]) -> list[Customer]:
    """Those who hold the most words of the first side, at least one, and of those the ones with most of the other."""
    fits: dict[tuple[int, ...], list[Customer]] = {}
    for customer in customers:
        fits.setdefault(tuple(_held(customer, side) for side in sides), []).append(customer)
    best = max(fits, default=(0,))
    return fits[best] if best[0] else []


def _held(customer: Customer, text: str) -> int:
    """How many words of a text a customer has in its name or e-mail."""
    own = fold(f"{customer.name or ''} {customer.email or ''}")
    words = (search_words([text]) or text).split()
    return sum(fold(word.strip(AROUND)) in own for word in words)


def _addresses(link: str) -> tuple[str, ...]:
    """A short link as Dub may have it, without what a browser or a campaign adds."""
    bare = re.split("[?#]", re.sub("^https?://", "", link, flags=re.IGNORECASE))[0].rstrip("/")
    host, _, key = bare.partition("/")
    bares = dict.fromkeys((f"{host.lower()}/{key}", f"{host.lower()}/{unquote(key)}"))
    return tuple(scheme + bare for bare in bares for scheme in ("https://", "http://", ""))


def _hit(row: CustomerRow, rank: int, text: str) -> Hit:
    """Why a row fits: the first field that is the text, that begins so, or that holds all its words."""
    fields = _searched(row)
    folded = {name: fold(value) for name, value in fields.items()}
    words = [fold(word) for word in text.split()]
    whole = " ".join(words)
    if rank == 0:
        names = [name for name, value in folded.items() if value == whole]
        name = next((name for name in names if fields[name] == text), names[0] if names else ANY)
        is_exact = name in IDENTIFIERS
        return Hit(row.id, name, is_exact=is_exact, is_as_typed=not is_exact or fields[name] == text)
    if rank == 1:
        return Hit(row.id, next((name for name, value in folded.items() if value.startswith(whole)), ANY))
    return Hit(row.id, next((name for name, value in folded.items() if all(word in value for word in words)), ANY))


def _searched(row: CustomerRow) -> dict[str, str]:
    """The fields that are searched, by what they are called as a reason."""
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
    return {name: value for name, value in fields.items() if value}


async def together(questions: Iterable[Awaitable[T]]) -> list[T]:
    """All answers, asked for at once; with the first error the others are withdrawn, and nothing is left under way."""
    tasks = [asyncio.ensure_future(question) for question in questions]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
