"""Ten minutes of random browsing while somebody else changes customers: nothing jumps, grows or is lost.

`pytest -m soak -n 0 -s` runs it; SOAK_MINUTES makes it longer or shorter.
"""

from __future__ import annotations

import os
import random
import re
import time
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.cli.installed import environment, served
from tests.terminal.terminal import Terminal

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.soak,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells so what is resident"),
]

MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.randrange(1_000_000)
WARM = 0.2
"""The part of the time after which no more memory should be needed."""
MOST_MORE = 24.0
"""MiB that may come on top all the same: caches of the interpreter, and rows that came meanwhile."""
WORDS = ("ada", "gauss", "ltv>500", "country:DE", "!grace", "paid:yes", "created<90d", "nobody", "(ltv>", "søren")
FIELDS = ("lifetime", "name", "country", "created", "state", "partner")
DOWN, UP, PAGE_DOWN, PAGE_UP, HOME, END, ESCAPE = "down", "up", "\x1b[6~", "\x1b[5~", "\x1b[H", "end", "escape"
MOVES = (DOWN, DOWN, DOWN, UP, PAGE_DOWN, PAGE_DOWN, PAGE_UP, HOME, END, "G", "g")
LOOKS = ("S", "F", "[", "]", "p", "r", "space", "v", "*", "#", "C", "V", "s", "?", ":", "enter", "l", "h")


def act(rng: random.Random, terminal: Terminal) -> None:
    """Do something that only looks, and get out of whatever it opened."""
    match rng.randrange(10):
        case 0:
            steps = ["/", rng.choice(WORDS), rng.choice(["enter", DOWN, ESCAPE])]
        case 1:
            steps = ["s", rng.choice(FIELDS), "enter"]
        case 2:
            steps = ["i", rng.choice(WORDS), rng.choice(["enter", DOWN]), ESCAPE]
        case 3:
            steps = ["enter", *rng.choices(["J", "K", DOWN, "r"], k=3), ESCAPE]
        case 4:
            steps = [" " if (key := rng.choice(LOOKS)) == "space" else key, ESCAPE]
        case _:
            steps = rng.choices(MOVES, k=5)
    for step in steps:
        terminal.press(step)
        read(terminal)


def read(terminal: Terminal, seconds: float = 0.05) -> None:
    """Take in what is drawn within some time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal._read()


class Somebody:
    """Another one who works on the same customers."""

    def __init__(self, address: str, rng: random.Random) -> None:
        self._dub = httpx.Client(base_url=address, headers={"Authorization": "Bearer dub_demo"}, trust_env=False)
        self._rng = rng
        self._numbers = count()
        self._mine: list[str] = []

    def act(self) -> None:
        """Create, change or delete somebody."""
        what = self._rng.randrange(3)
        if what == 0 or not self._mine:
            external_id = f"soak_{next(self._numbers)}"
            made = self._dub.post("/customers", json={"externalId": external_id, "country": "DE"})
            self._mine += [external_id] if made.status_code == 201 else []
        elif what == 1:
            self._dub.patch(f"/customers/ext_{self._rng.choice(self._mine)}", json={"name": f"S {self._rng.random()}"})
        else:
            self._dub.delete(f"/customers/ext_{self._mine.pop()}")

    def count(self) -> int:
        """How many there are."""
        return int(self._dub.get("/customers/count").json())


def resident(terminal: Terminal) -> float:
    """MiB of the app."""
    pages = int(Path(f"/proc/{terminal.child.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def back_to_the_list(terminal: Terminal) -> None:
    """Out of everything, without filter, newest first."""
    for _ in range(4):
        terminal.press(ESCAPE)
        read(terminal, 0.2)
    terminal.press("F", "s", "created", "enter")
    read(terminal, 0.5)
    if "oldest first" in terminal.text:
        terminal.press("S")
    terminal.wait_for("newest first", r"\d rows")


def check_that_the_cursor_stays(terminal: Terminal, somebody: Somebody, rng: random.Random) -> None:
    """Whoever comes above, the cursor stays on whom it was."""
    back_to_the_list(terminal)
    terminal.press(HOME, *[DOWN] * rng.randrange(1, 12))
    read(terminal, 0.5)
    before = re.findall(r"cus_\w+|\S+@\S+|user_\d+", terminal.line("▌"))
    for _ in range(3):
        somebody.act()
    terminal.press("r")
    terminal.wait_for("refreshed|Too many")
    assert re.findall(r"cus_\w+|\S+@\S+|user_\d+", terminal.line("▌")) == before


def test_minutes_of_random_browsing(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    print(f"seed {SEED}, {MINUTES} minutes")
    with served("--seed-size", "5000") as address:
        env = environment(tmp_path, DUB_API_KEY="dub_demo")
        somebody = Somebody(address, rng)
        with Terminal(env, "--api-url", address, size=(120, 40)) as terminal:
            terminal.wait_for("newest first", r"\d rows")
            began = time.monotonic()
            warm: float | None = None
            told = -1
            for turn in count():
                spent = (time.monotonic() - began) / 60
                if spent >= MINUTES:
                    break
                act(rng, terminal)
                if turn % 10 == 0:
                    somebody.act()
                if turn % 100 == 99:
                    check_that_the_cursor_stays(terminal, somebody, rng)
                if int(spent) > told:
                    told = int(spent)
                    print(f"minute {told}: {resident(terminal):.0f} MiB, turn {turn}, {terminal.line('demo').strip()}")
                if warm is None and spent > MINUTES * WARM:
                    back_to_the_list(terminal)
                    terminal.press("L")
                    terminal.wait_for("complete")
                    warm = resident(terminal)
                    print(f"warm: {warm:.0f} MiB")
            assert warm is not None
            back_to_the_list(terminal)
            terminal.press("L")
            terminal.wait_for(f"{somebody.count():,}, complete")
            print(f"end: {resident(terminal):.0f} MiB")
            assert resident(terminal) < warm + MOST_MORE, f"seed {SEED}"
            terminal.press("q")
            assert terminal.exit_code() == 0
