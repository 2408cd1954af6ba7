"""Minutes of random browsing while somebody else changes customers: memory stays flat, nothing jumps, nothing is lost.

`pytest -m soak -n 0 -s tests/terminal/test_soak.py` runs it and tells how it goes. SOAK_MINUTES makes it longer or
shorter than ten minutes, SOAK_SEED does the same keys again. The app needs five minutes to fill its caches, so that a
shorter run says nothing of memory, and fails.
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.installed import PATIENCE, environment, served
from tests.terminal.terminal import Terminal

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.soak,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells so what is resident"),
]

MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.randrange(1_000_000)
SIZE = 5000
ALONE, WARM = 0.3, 0.5
"""Parts of the time: until when rows come only behind the cursor, and from when no more memory should be needed."""
MOST_MORE = 12.0
"""MiB that may come on top all the same. What was seen: 2 to 5, of the allocator's and SQLite's caches."""
EVERY = 40
"""Acts between two looks at whether the cursor stays."""

WORDS = ("ada", "gauss", "ltv>500", "country:DE", "!grace", "paid:yes", "created<900d", "nobody", "(ltv>", "søren")
FIELDS = ("lifetime", "name", "country", "created", "first sale", "state", "partner", "e-mail")
MOVES = ("down", "down", "up", "page down", "page down", "page down", "page up", "home", "end", "end", "G", "g", "\x04")
LOOKS = ("S", "[", "]", "p", "r", "*", "#", "C", "V", "f", ",", "U", "@", "?", ":", "l", "h")
ESCAPE = "\x1b[27u"
"""As terminals send it that tell it from the beginning of another key; the short one makes alt+s of an s behind it."""
NOT_THE_LIST = r"(?m)esc (close|back)|◆ [\d,]+ marked|^.?/ "
"""What a dialog or another screen says, or a list with marks or a filter."""
LONGEST = 3.0
"""Seconds that what a key has begun is waited for."""
SMALL, LARGE = (80, 24), (120, 40)

Steps = Sequence[str]
ACTS: Mapping[str, tuple[int, Callable[[random.Random], Steps]]] = {
    "move": (50, lambda rng: rng.choices(MOVES, k=6)),
    "filter": (8, lambda rng: ("/", rng.choice(WORDS), rng.choice(("enter", "down")), *rng.choices(MOVES, k=3))),
    "clear": (6, lambda rng: ("F",)),
    "sort": (8, lambda rng: ("s", rng.choice(FIELDS), "enter", *rng.choices(MOVES, k=3))),
    "look up": (6, lambda rng: ("i", rng.choice(WORDS), "enter")),
    "open": (8, lambda rng: ("enter", *rng.choices(("J", "K", "down", "r", "page down"), k=3))),
    "mark": (8, lambda rng: rng.choice(((" ", " ", " "), ("v", "page down", "v"), ("A",), ("*",)))),
    "look": (6, lambda rng: (rng.choice(LOOKS),)),
}
"""How often each is done, and its keys. None of them writes."""


class Somebody:
    """Another one who works on the same customers."""

    def __init__(self, dub: httpx.Client, rng: random.Random) -> None:
        self._dub = dub
        self._rng = rng
        self._numbers = count()

    def everybody(self) -> dict[str, tuple[Any, ...]]:
        """What Dub has of each customer, by id."""
        found: dict[str, tuple[Any, ...]] = {}
        for number in count(1):
            page = self._dub.get("/customers", params={"page": number, "pageSize": 100}).raise_for_status().json()
            for each in page:
                found[each["id"]] = (each["externalId"], each["email"], each["country"], each["saleAmount"])
            if len(page) < 100:
                return found
        raise AssertionError

    def create(self) -> None:
        """Somebody new, at the top of the list."""
        words = f"{self._rng.random()}@soak.example"
        body = {"externalId": f"soak_{next(self._numbers)}", "country": "DE", "email": words}
        self._dub.post("/customers", json=body).raise_for_status()

    def change(self, external_id: str) -> None:
        """Another name and another e-mail, which are other places in some orders."""
        words = f"{self._rng.random()}"
        self._dub.patch(f"/customers/ext_{external_id}", json={"name": f"S {words}", "email": f"{words}@soak.example"})

    def delete(self, external_id: str) -> None:
        """One less."""
        self._dub.delete(f"/customers/ext_{external_id}")

    def act(self, around: Sequence[str]) -> None:
        """Create, change or delete, of those around."""
        what = self._rng.randrange(3)
        if what == 0 or not around:
            self.create()
        else:
            (self.change, self.delete)[what - 1](self._rng.choice(around))


def press(terminal: Terminal, *keys: str) -> None:
    """Press keys, and wait after each until it is done; what goes on for longer is not waited for."""
    for key in keys:
        terminal.press(key)
        end, still = time.monotonic() + LONGEST, 0
        while still < 2 and time.monotonic() < end:
            terminal.settle()
            still = 0 if is_at_work(terminal) else still + 1
    terminal.raw = b""


def is_at_work(terminal: Terminal) -> bool:
    """Whether a thread of the app has something to do."""
    stats = [path.read_text() for path in Path(f"/proc/{terminal.child.pid}/task").glob("*/stat")]
    return any(stat.rpartition(")")[2].split()[0] == "R" for stat in stats)


def to_the_list(terminal: Terminal) -> None:
    """Out of whatever was opened, without marks and filter."""
    end = time.monotonic() + PATIENCE
    press(terminal, ESCAPE)
    while "i look up" not in terminal.text or re.search(NOT_THE_LIST, terminal.text):
        assert terminal.child.isalive(), f"seed {SEED}: it ended:\n{terminal.text}"
        assert time.monotonic() < end, f"seed {SEED}: nothing leads to the list:\n{terminal.text}"
        press(terminal, "d" if "Leave without saving?" in terminal.text else ESCAPE)


def under_the_cursor(terminal: Terminal) -> str:
    """The external ID of whom the cursor is on."""
    press(terminal, "y")
    terminal.wait_for("copied ")
    return terminal.text.partition("copied ")[2].splitlines()[0].strip()


def in_sight(terminal: Terminal, apart_from: str = "") -> list[str]:
    """The external IDs on screen."""
    return sorted({*re.findall(r"\b(?:user|soak)_\d+\b", terminal.text)} - {apart_from})


def check_that_the_cursor_stays(terminal: Terminal, somebody: Somebody, rng: random.Random) -> None:
    """Rows above, around and below it come, change and go."""
    to_the_list(terminal)
    press(terminal, "s")
    terminal.wait_for("Sort by")
    press(terminal, rng.choice(FIELDS), "enter")
    terminal.wait_until_gone("Sort by")
    press(terminal, "home", *rng.choices(MOVES, k=4))
    held = under_the_cursor(terminal)
    for _ in range(4):
        somebody.act(in_sight(terminal, apart_from=held))
    press(terminal, "r")
    terminal.wait_for("refreshed")
    assert under_the_cursor(terminal) == held, terminal.text


def fetch_everybody(terminal: Terminal) -> None:
    """All of the workspace."""
    to_the_list(terminal)
    press(terminal, "down", "L")
    terminal.wait_for(r"all [\d,]+ customers are here")


def stored(home: Path) -> dict[str, tuple[Any, ...]]:
    """What the app has of each customer, by id."""
    (path,) = (home / "run").glob("*/customers.sqlite3")
    columns = "id, external_id, email, country, sale_amount"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return {row[0]: row[1:] for row in connection.execute(f"SELECT {columns} FROM customer")}


def resident(terminal: Terminal) -> float:
    """MiB of the app."""
    pages = int(Path(f"/proc/{terminal.child.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def dub(address: str) -> httpx.Client:
    """A way to the same Dub apart from the app."""
    return httpx.Client(base_url=address, headers={"Authorization": "Bearer dub_demo"}, trust_env=False)


@contextmanager
def app(home: Path, address: str) -> Iterator[Terminal]:
    """The app with rows, and a place for its copy that nothing else uses."""
    (home / "run").mkdir()
    env = environment(home, DUB_API_KEY="dub_demo", DUBTUI_API_URL=address, XDG_RUNTIME_DIR=str(home / "run"))
    with Terminal(env, size=LARGE) as terminal:
        terminal.wait_for("newest first", r"\d rows")
        yield terminal
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_minutes_of_random_browsing(tmp_path: Path) -> None:
    print(f"\nseed {SEED}, {MINUTES:g} minutes")
    rng = random.Random(SEED)
    with (
        served("--seed-size", str(SIZE), "--rate-limit", "60000") as address,
        dub(address) as client,
        app(tmp_path, address) as terminal,
    ):
        somebody = Somebody(client, rng)
        acts = list(ACTS.values())
        began, minute, fetched, warm = time.monotonic(), 0, False, 0.0
        for turn in count(1):
            spent = (time.monotonic() - began) / 60
            if spent >= minute or spent >= MINUTES:
                print(f"minute {spent:.1f}: {resident(terminal):.1f} MiB, {turn} acts, {terminal.line('_KEY').strip()}")
                minute += 1
            if spent >= MINUTES:
                break
            to_the_list(terminal)
            ((_, keys),) = rng.choices(acts, [often for often, _ in acts])
            press(terminal, *keys(rng))
            if rng.random() < 0.2:
                somebody.act(in_sight(terminal))
            if rng.random() < 0.02:
                terminal.resize(*rng.choice((SMALL, LARGE)))
                terminal.wait_for("_KEY")
            if spent > ALONE * MINUTES and rng.random() < (0.01 if fetched else 1):
                fetched = True
                to_the_list(terminal)
                press(terminal, "L")
            if turn % EVERY == 0:
                check_that_the_cursor_stays(terminal, somebody, rng)
            if not warm and spent > WARM * MINUTES:
                warm = resident(terminal)
        to_the_list(terminal)
        fetch_everybody(terminal)  # what an earlier one had begun
        fetch_everybody(terminal)
        there, here = somebody.everybody(), stored(tmp_path)
        assert {key: value for key, value in here.items() if there.get(key) != value} == {}
        assert there.keys() - here.keys() == set()
        end = resident(terminal)
        print(f"warm {warm:.1f} MiB, end {end:.1f} MiB; {len(here)} customers, as at Dub")
        assert end < warm + MOST_MORE
