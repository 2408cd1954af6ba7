"""`python -m benchmarks.search [--size N]`: every key press in the box, beside a plain scan of a list in Python."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from pathlib import Path

from benchmarks.figures import Times, show
from benchmarks.made import filled
from dubtui.folding import fold
from dubtui.store.store import Store

LIMIT = 50
FIELDS = "name, email, external_id, stripe_customer_id, id"


def parts(texts: list[str], length: int, count: int) -> list[str]:
    """Parts of some length of texts that are there."""
    rng = random.Random(length)
    found: list[str] = []
    while len(found) < count:
        text = rng.choice(texts)
        if len(text) >= length:
            at = rng.randrange(len(text) - length + 1)
            found.append(text[at : at + length])
    return found


async def main(count: int) -> None:
    print(f"{count:,} customers")
    with tempfile.TemporaryDirectory() as folder:
        store = await filled(Path(folder) / "copy.sqlite3", count)
        texts = [row[0] for row in store._reader.execute("SELECT folded FROM customer")]
        words = [fold(row[0]) for row in store._reader.execute("SELECT email FROM customer LIMIT 5000")]
        words += [fold(row[0]) for row in store._reader.execute("SELECT external_id FROM customer LIMIT 5000")]
        await _warm(store)
        every, scans = Times(), Times()
        for length in (1, 2, 3, 4, 5, 8, 12):
            ours, scan = Times(), Times()
            for part in parts(words, length, 40):
                with ours.one():
                    await store.find(part, limit=LIMIT)
                with scan.one():
                    [text for text in texts if part in text][:LIMIT]
            every += ours
            scans += scan
            ratio = ours.median / scan.median
            show(
                [
                    (f"{length:2} letters, dubtui", ours),
                    (f"{length:2} letters, a scan", scan),
                    ("   ratio", f"{ratio:.2f}"),
                ]
            )
        ratios = f"median {every.median / scans.median:.2f}   p95 {every.p95 / scans.p95:.2f}"
        show([("every key press, dubtui", every), ("every key press, a scan", scans), ("   ratio", ratios)])
        similar = Times()
        for part in ("lovelase", "user_1234x", "kierkegard", "ada.lovelase"):
            with similar.one():
                await store.similar(part, limit=LIMIT)
        show([("a typing mistake", similar)])
        store.close()


async def _warm(store: Store) -> None:
    """As the app has done by the time that somebody types."""
    first = Times()
    with first.one():
        await store.find("warm", limit=LIMIT)
    store.keep_warm()
    with first.one():
        while await asyncio.get_running_loop().run_in_executor(store._searching, store._search.warm):
            pass
    print(f"  the first question: {first[0]:.0f} ms; until all is warm: {first[1]:.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    asyncio.run(main(parser.parse_args().size))
