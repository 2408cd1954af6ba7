"""Invented customers in any number, and a copy on disk that holds them."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dubtui.api.models import Customer
from dubtui.customers.sync import COMPLETE_AT
from dubtui.store.store import Store

PAGE = 100
FIRST = [
    "Ada",
    "Grace",
    "Emmy",
    "Søren",
    "Émilie",
    "Maria",
    "Hypatia",
    "Leonhard",
    "Carl",
    "Mary",
    "Srinivasa",
    "Omar",
    "Lilavati",
    "Sofia",
    "Blaise",
    "Johannes",
]
LAST = [
    "Lovelace",
    "Hopper",
    "Noether",
    "Kierkegaard",
    "Châtelet",
    "Mitchell",
    "Euler",
    "Gauss",
    "Somerville",
    "Khayyam",
    "Pascal",
    "Kepler",
    "Curie",
]
COUNTRIES = ["US", "GB", "DE", "FR", "IN", "JP", "BR", "CA", "NL", "ES", "IT", "SE", "PL", "TR", "KR", "AU"]
END = datetime(2026, 11, 20, tzinfo=UTC)
NOW_MS = 1_795_000_000_000


def customers(count: int) -> Iterator[Customer]:
    """So many, the newest first, the same at every run."""
    rng = random.Random(count)
    for number in range(count, 0, -1):
        yield Customer.from_sent(json.dumps(_values(rng, number, count)).encode())


def _values(rng: random.Random, number: int, count: int) -> dict[str, object]:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    created = END - timedelta(minutes=(count - number) * 7)
    sales = rng.choice((0, 0, 0, 1, 2, 5, 12))
    return {
        "id": f"cus_1{number:024d}",
        "name": f"{first} {last}",
        "email": f"{first}.{last}{number}@mail{number % 97}.example".lower(),
        "avatar": None,
        "externalId": f"user_{number}",
        "stripeCustomerId": f"cus_{rng.getrandbits(80):020x}" if sales else None,
        "country": rng.choice(COUNTRIES),
        "sales": sales,
        "saleAmount": sales * rng.randrange(900, 90_000),
        "createdAt": f"{created:%Y-%m-%dT%H:%M:%S}.000Z",
        "firstSaleAt": f"{created + timedelta(days=2):%Y-%m-%dT%H:%M:%S}.000Z" if sales else None,
        "subscriptionCanceledAt": None,
    }


async def filled(path: Path, count: int) -> Store:
    """A kept copy with so many; it is made where it is not there yet."""
    store = Store.kept(path)
    if store.count() != count:
        page: list[Customer] = []
        for customer in customers(count):
            page.append(customer)
            if len(page) == 10 * PAGE:
                await store.put(page, asked_at=NOW_MS)
                page.clear()
        await store.put(page, asked_at=NOW_MS)
        await store.note(**{COMPLETE_AT: str(NOW_MS)})
    return store


def copy_of(count: int, folder: Path) -> Path:
    """The file of a copy with so many."""
    path = folder / f"{count}.sqlite3"

    async def make() -> None:
        (await filled(path, count)).close()

    asyncio.run(make())
    return path
