"""The whole workspace in the store: taken up wherever it was stopped, and right after the next time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from dubtui.customers.sync import Sync, Synced
from dubtui.store.store import Store
from tests.api.clients import client_of
from tests.api.fast_time import LoopClock
from tests.customers.test_walk import KEY, Meddled, meddled
from tests.demo.made import row

SIZE = 120
PAGE = 5
EVERYBODY = range(1, SIZE + 1)


def here(store: Store) -> set[int]:
    """The numbers of the customers that are here."""
    found = store._reader.execute("SELECT id FROM customer")
    return {int(customer_id[-6:]) for (customer_id,) in found}


def names(store: Store, numbers: Iterable[int]) -> set[str | None]:
    """What some of them are called."""
    rows = (store.row(str(row(number)["id"])) for number in numbers)
    return {known.name for known in rows if known}


def sync_of(dub: Meddled, store: Store) -> Sync:
    return Sync(client_of(dub, key=KEY), store, LoopClock(), page_size=PAGE)


async def stopped(syncing: Sync, pieces: int) -> None:
    """Run it until so many pieces have come."""
    task = asyncio.ensure_future(syncing.run())
    left = [pieces]

    def count() -> None:
        left[0] -= 1
        if left[0] <= 0:
            task.cancel()

    syncing.on_progress = count
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "acme.sqlite3"


@pytest.fixture
def dub() -> Meddled:
    """A workspace whose dates are in step with the ids."""
    served = meddled(EVERYBODY)
    served._latency = 0.001
    return served


@pytest.mark.parametrize("pieces", [1, 2, 3, 5, 8, 13, 21])
async def test_what_was_stopped_at_any_page_is_taken_up_by_another_start(dub: Meddled, path: Path, pieces: int) -> None:
    first = Store.kept(path)
    await stopped(sync_of(dub, first), pieces)
    first.close()
    asked = len(dub.requests)
    again = Store.kept(path)
    syncing = sync_of(dub, again)
    assert syncing.is_begun
    assert 0 < len(here(again)) < SIZE
    synced = await syncing.run()
    assert here(again) == set(EVERYBODY)
    assert synced.walked >= SIZE
    assert len(dub.requests) - asked < 60, "what was here was not asked for again"
    assert not syncing.is_begun
    assert syncing.complete_at is not None
    again.close()


@pytest.mark.parametrize("seed", range(6))
async def test_the_next_one_puts_right_whatever_others_did_meanwhile(dub: Meddled, seed: int) -> None:
    rng = random.Random(seed)
    store = Store()
    for _ in range(40):
        what = rng.choice(["insert", "delete", "change"])
        dub.plan(rng.randrange(45), what, rng.randint(1, SIZE * 2))
    await sync_of(dub, store).run()
    dub._acts.clear()
    await sync_of(dub, store).run()
    there = {int(str(known["id"])[-6:]): known["name"] for known in dub.demo._rows._all("TRUE")}
    assert here(store) == set(there)
    assert names(store, there) == set(there.values())
    store.close()


async def test_who_is_gone_is_removed_and_who_came_is_added(dub: Meddled) -> None:
    store = Store()
    assert await sync_of(dub, store).run() == Synced(walked=SIZE, removed=0, gaps=())
    for number in (1, 60, SIZE):
        dub.delete(number)
    dub.insert(SIZE + 7)
    dub.change(33)
    synced = await sync_of(dub, store).run()
    assert (synced.walked, synced.removed) == (SIZE - 2, 3)
    assert here(store) == {*EVERYBODY, SIZE + 7} - {1, 60, SIZE}
    assert names(store, [33]) == {"Changed"}
    store.close()


async def test_where_a_part_cannot_be_read_nobody_is_removed_and_nothing_is_complete(dub: Meddled) -> None:
    store = Store()
    await sync_of(dub, store).run()
    dub.spoil(50)
    dub.delete(70)
    syncing = sync_of(dub, store)
    synced = await syncing.run()
    assert len(synced.gaps) == 1
    assert synced.removed == 0
    assert {50, 70} <= here(store), "they may be in the gap"
    store.close()


async def test_who_was_read_while_it_ran_is_not_removed(dub: Meddled) -> None:
    """Somebody is created behind the walk's back, and looked up."""
    store = Store()
    syncing = sync_of(dub, store)
    await stopped(syncing, 20)
    dub.insert(SIZE + 1)
    client = client_of(dub, key=KEY)
    new = await client.get_customer(str(row(SIZE + 1)["id"]))
    await store.put([new], asked_at=2**50)
    await sync_of(dub, store).run()
    assert here(store) == {*EVERYBODY, SIZE + 1}
    store.close()


async def test_progress_tells_how_long_it_takes(dub: Meddled) -> None:
    store = Store()
    syncing = sync_of(dub, store)
    assert syncing.progress is None
    walked: list[int] = []
    syncing.on_progress = lambda: walked.append(syncing.progress.walked if syncing.progress else 0)
    await syncing.run()
    assert walked == sorted(walked)
    assert walked[-1] == SIZE
    assert syncing.progress is not None
    assert (syncing.progress.total, syncing.progress.seconds_left) == (SIZE, 0)
    assert syncing.progress.rate > 0
    store.close()
