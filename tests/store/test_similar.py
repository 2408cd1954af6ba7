"""Small typing mistakes find whom they mean, and nobody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from dubtui.store.search import CHUNK, Search
from dubtui.store.store import Store
from tests.store.made import customer, plain

PEOPLE: dict[int, dict[str, str | None]] = {
    1: {"name": "Ada Lovelace", "email": "ada@analytical.example", "externalId": "user_8813"},
    2: {"name": "Søren Kierkegaard", "email": "soren@copenhagen.example", "externalId": "org/42"},
    3: {"name": "Emmy Noether", "email": "emmy@goettingen.example", "externalId": "user_8801"},
    4: {"name": "关漢卿", "email": None, "externalId": "tenant:4711"},
}


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    store = Store()
    await store.put([customer(plain(number, **values)) for number, values in PEOPLE.items()], asked_at=1)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lovelase", [1]),
        ("Lovleace", [1]),
        ("ada lovelac", [1]),
        ("adda lovelase", [1]),
        ("LOVELÁSE", [1]),
        ("kierkegard", [2]),
        ("sören", [2]),
        ("soeren", [2]),
        ("noeter", [3]),
        ("user_8831", [1]),
        ("user_8813", [1]),
        ("user_88011", [3]),
        ("ada@analitical.example", [1]),
        ("goetingen", [3]),
        ("tenant:4117", [4]),
        ("ada", []),
        ("xyzxyz", []),
        ("", []),
        ("krkgrd", []),
    ],
)
async def test_a_mistake_is_forgiven(store: Store, text: str, found: list[int]) -> None:
    similar = await store.similar(text, limit=9)
    rows = {row.row: int(row.id[-3:]) for row in store.rows([match.row for match in similar])}
    assert [rows[match.row] for match in similar][: len(found)] == found
    assert bool(similar) == bool(found)


async def test_the_nearest_come_first_and_only_so_many() -> None:
    store = Store()
    names = ["Lovelace", "Lovelade", "Lovelody", "Lovelace"]
    await store.put([customer(plain(number, name=name)) for number, name in enumerate(names)], asked_at=1)
    found = await store.similar("lovelace", limit=9)
    assert [match.distance for match in found] == [0, 0, 1]
    assert len(await store.similar("lovelace", limit=2)) == 2
    store.close()


async def test_what_nobody_waits_for_any_more_ends() -> None:
    store = Store()
    await store.put([customer(plain(number)) for number in range(CHUNK + 10)], asked_at=1)
    task = asyncio.ensure_future(store.similar("persan2050", limit=9))
    await asyncio.sleep(0)
    task.cancel()
    assert (await store.find("person2050", limit=9)).matches
    unwanted = threading.Event()
    unwanted.set()
    search = Search(store._connected(), store.path.with_suffix(".other"))
    assert search.similar("person2050", limit=9, unwanted=unwanted) == []
    store.close()
