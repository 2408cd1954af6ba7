"""`python -m benchmarks.store [--size N]`: loading, views, and windows that are read while the store is busy."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.figures import Times, show
from benchmarks.made import NOW_MS, PAGE, customers, filled
from dubtui.customers import filters
from dubtui.store.store import Store
from dubtui.store.views import NEWEST_FIRST, Order, Question

NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
VIEWS: dict[str, Question] = {
    "everybody, newest first": Question(),
    "everybody, by lifetime value": Question(order=(Order("saleAmount", descending=True),)),
    "everybody, by name": Question(order=(Order("name"),)),
    "by country, then by lifetime value": Question(order=(Order("country"), Order("saleAmount", descending=True))),
    "filter ltv>500 country:DE": Question(filters.parse("ltv>500 country:DE", NOW).node),
    "filter lovelace": Question(filters.parse("lovelace", NOW).node),
    "filter !gauss (ada or grace)": Question(filters.parse("!gauss (ada or grace)", NOW).node),
}
HEIGHT = 40


async def loading(count: int) -> None:
    """Pages of a hundred as Dub sends them, with one view of all that grows."""
    store = Store()
    view = await store.view(Question())
    pages = Times()
    people = customers(count)
    began = time.perf_counter()
    while page := list(islice(people, PAGE)):
        with pages.one():
            await store.put(page, asked_at=NOW_MS)
    seconds = time.perf_counter() - began
    size = sum(file.stat().st_size for file in store.path.parent.iterdir())
    show(
        [
            ("pages of 100 into the store", pages),
            ("customers a second, made and put", f"{count / seconds:10,.0f}"),
            ("bytes on disk a customer", f"{size / count:10,.0f}"),
            ("rows in the view", f"{len(view):10,}"),
        ]
    )
    store.close()


async def views(store: Store) -> None:
    """Each made anew, as a sort or a filter makes it."""
    rows: list[tuple[str, object]] = []
    for name, question in VIEWS.items():
        times = Times()
        for _ in range(5):
            view = await store.view(Question(filters.parse("id=nobody", NOW).node))
            with times.one():
                await view.ask(question)
        rows.append((name, times))
    show(rows)


async def windows(store: Store) -> None:
    """Forty rows read from anywhere: idle, and while a sort runs and pages are written."""
    view = await store.view(Question())
    rng = random.Random(1)
    idle, busy = Times(), Times()

    async def read(times: Times, rounds: int) -> None:
        for _ in range(rounds):
            at = rng.randrange(max(1, len(view) - HEIGHT))
            with times.one():
                view.window(at, at + HEIGHT)
            await asyncio.sleep(0.004)

    async def disturb() -> None:
        pages = customers(store.count())
        for number in range(10_000):
            question = Question(order=(Order("name"),) if number % 2 else NEWEST_FIRST)
            await asyncio.gather(view.ask(question), store.put(list(islice(pages, PAGE)), asked_at=NOW_MS + 1))

    await read(idle, 200)
    noise = asyncio.ensure_future(disturb())
    await read(busy, 200)
    noise.cancel()
    await asyncio.gather(noise, return_exceptions=True)
    show([("40 rows, idle", idle), ("40 rows, while a sort and writes run", busy)])


async def main(count: int) -> None:
    print(f"{count:,} customers")
    await loading(count)
    with tempfile.TemporaryDirectory() as folder:
        store = await filled(Path(folder) / "copy.sqlite3", count)
        await views(store)
        await windows(store)
        store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    asyncio.run(main(parser.parse_args().size))
