"""A workspace of many customers by keys: nothing waits for the pages that stream in, and nothing moves by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.installed import environment, served
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

CURSOR = "▌"
KNOWN = re.compile(r"([\d,]+)(?: of [\d,]+|, complete)")
FETCHING = r"fetching [\d,]+ of [\d,]+ +[\d,]+ a second"
SIZES = [5_000, pytest.param(100_000, marks=pytest.mark.soak)]
"""The demo takes its time to invent a hundred thousand."""


@contextmanager
def app(home: Path, size: int) -> Iterator[Terminal]:
    """The app on a workspace of so many, with the first of them."""
    slow = f"slow:path=/customers,seconds={2500 / size}"  # so that they stream in for some time, however few they are
    with served("--seed-size", str(size), "--rate-limit", "6000", "--fault", slow) as address:
        env = environment(home, DUB_API_KEY="dub_demo", DUBTUI_API_URL=address)
        with Terminal(env) as terminal:
            terminal.wait_for(f"100 of {size:,}", "newest first", f"{CURSOR}.*user_8813")
            yield terminal
            terminal.press("q")
            assert terminal.exit_code() == 0
            assert terminal.is_given_back


def known(terminal: Terminal) -> int:
    """How many customers the header tells to be here."""
    found = KNOWN.search(terminal.text)
    assert found, terminal.text
    return int(found[1].replace(",", ""))


def wait_for_more(terminal: Terminal, by: int) -> None:
    """Until so many have come on top of those that are here."""
    wanted = known(terminal) + by
    terminal.wait_until(lambda: known(terminal) >= wanted, f"{wanted} customers")


def sort_by(terminal: Terminal, field: str, title: str) -> None:
    """Choose an order, and see the rows in it."""
    terminal.press("s")
    terminal.wait_for("Sort by")
    terminal.press(field, "enter")
    terminal.wait_until_gone("Sort by")
    terminal.wait_for(title)


@pytest.mark.parametrize("size", SIZES)
def test_while_pages_stream_in(tmp_path: Path, size: int) -> None:
    with app(tmp_path, size) as terminal:
        terminal.press("page down")
        terminal.wait_for(f"{CURSOR}.*user_8733")
        terminal.press("end")
        terminal.wait_for(f"200 of {size:,}", "200 rows", f"{CURSOR}.*user_8335")  # where the end was
        terminal.press("end")
        terminal.wait_for(f"300 of {size:,}", "300 rows")
        sort_by(terminal, "name", "by Name, A to Z, of the 300 here")
        terminal.press("/")
        terminal.wait_for("/ +300 match of 300 here")
        terminal.press("gauss")
        terminal.wait_for("1 match of 300 here", "user_8799")
        terminal.press("escape")
        terminal.wait_for("300 rows", "by Name, A to Z")


@pytest.mark.parametrize("size", SIZES)
def test_while_everybody_is_fetched(tmp_path: Path, size: int) -> None:
    """Keys are answered, a sort is made over who is here, and the cursor stays on whom it is on."""
    with app(tmp_path, size) as terminal:
        terminal.press("L")
        terminal.wait_for(FETCHING)
        sort_by(terminal, "name", r"by Name, A to Z, of the [\d,]+ here")
        terminal.press("home")
        terminal.wait_for(f"{CURSOR}.*user_8813")
        terminal.press("page down", "down")
        terminal.wait_until_gone(f"{CURSOR}.*user_8813")
        terminal.settle()
        held = terminal.line(CURSOR)
        wait_for_more(terminal, by=size // 10)
        assert terminal.line(CURSOR) == held
        terminal.wait_for(FETCHING, rf"by Name, A to Z, of the {known(terminal):,} here")
        terminal.press("L")
        terminal.wait_for("stopped: L goes on with it")
        terminal.press("L")
        while known(terminal) < size:
            wait_for_more(terminal, by=min(size // 20, size - known(terminal)))
        terminal.wait_for(f"{size:,}, complete", f"all {size:,} customers are here")
        assert terminal.line(CURSOR) == held
        terminal.press("end")
        terminal.wait_for(rf"{CURSOR}.*(nobody@ithaca|no name)", f"{size:,} rows")
