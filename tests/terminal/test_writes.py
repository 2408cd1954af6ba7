"""Writes by the installed command: asked about in a real terminal, and killed at each step."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.installed import DUBTUI, PATIENCE, dubtui, environment, served
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

EDIT = ("edit", "user_8813", "--set", "name=Ada King")
WRITES = {
    "edit": (*EDIT, "--yes"),
    "create": ("create", "--external-id", "org/new", "--country", "GB", "--name", "Ada King", "--yes"),
    "delete": ("delete", "user_8813", "--confirm", "user_8813"),
}
METHODS = {"edit": "PATCH", "create": "POST", "delete": "DELETE"}


class Dub:
    """A demo that listens, and a home whose key it takes."""

    def __init__(self, home: Path, address: str) -> None:
        self.address = address
        self.env = environment(home, DUB_API_KEY="dub_demo", DUBTUI_API_URL=address)
        self.journal = home / ".local" / "state" / "dubtui" / "journal.sqlite3"

    def found(self, external_id: str) -> dict[str, Any] | None:
        """A customer as Dub holds it; it is asked for in a way that no fault here meets."""
        sent = {"Authorization": "Bearer dub_demo"}
        answer = httpx.get(f"{self.address}/customers", params={"externalId": external_id}, headers=sent)
        return next(iter(answer.json()), None)

    @property
    def name(self) -> str | None:
        """Ada's name at Dub."""
        customer = self.found("user_8813")
        return customer["name"] if customer else None

    @property
    def outcomes(self) -> list[str]:
        """How the entries of the journal ended."""
        if not self.journal.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            try:
                return [row[0] for row in connection.execute("SELECT outcome FROM entry ORDER BY number")]
            except sqlite3.OperationalError:  # its tables are being made
                return []

    def kill_when(self, arguments: tuple[str, ...], condition: Callable[[], bool]) -> None:
        """Start a command, and kill it once something is the case."""
        with subprocess.Popen([DUBTUI, *arguments], env=self.env, stderr=subprocess.PIPE) as process:
            end = time.monotonic() + PATIENCE
            while not condition():
                assert process.poll() is None, f"it ended before it was killed: {process.communicate()[1].decode()}"
                assert time.monotonic() < end, "it never came so far"
                time.sleep(0.01)
            process.kill()


@contextmanager
def dub(home: Path, *faults: str) -> Iterator[Dub]:
    """A demo that misbehaves as told."""
    with served(*(word for fault in faults for word in ("--fault", fault))) as address:
        yield Dub(home, address)


def next_start(dub: Dub) -> str:
    """What the next command says of what was cut short; once, and not again."""
    first, second = dubtui(dub.env, "journal"), dubtui(dub.env, "journal")
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
    return first.stderr


# Killed


def test_a_kill_before_it_is_noted_leaves_nothing(tmp_path: Path) -> None:
    with dub(tmp_path) as it:
        with Terminal(it.env, *EDIT) as terminal:
            terminal.wait_for(r"Send it\? \[y/N\]")
            terminal.child.kill(9)
            assert terminal.exit_code() == -9
        assert not it.journal.exists()
        assert dubtui(it.env, "journal").stderr == "Nothing was changed from here.\n"
        assert it.name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("edit", "the edit of user_8813. Dub does not have it: Name is Ada Lovelace."),
        ("create", "the creation of org/new. Dub does not have it: there is no such customer."),
        ("delete", "the deletion of user_8813. Dub does not have it: the customer is still there."),
    ],
)
def test_a_kill_after_it_is_noted(tmp_path: Path, what: str, says: str) -> None:
    """Dub wants to be asked later, and by then there is nobody to ask again."""
    with dub(tmp_path, f"429:method={METHODS[what]},seconds=60") as it:
        it.kill_when(WRITES[what], lambda: it.outcomes == ["begun"])
        said = next_start(it)
        assert said.startswith("Entry 1 was cut short (")
        assert said.endswith(f": {says}\n")
        assert it.outcomes == ["not done"]
        assert (it.name, it.found("org/new")) == ("Ada Lovelace", None)


DONE: Mapping[str, tuple[Callable[[Dub], bool], str]] = {
    "edit": (lambda it: it.name == "Ada King", "the edit of user_8813. Dub has it: Name is Ada King."),
    "create": (lambda it: bool(it.found("org/new")), "the creation of org/new. Dub has it: the customer is there."),
    "delete": (lambda it: not it.found("user_8813"), "the deletion of user_8813. Dub has it: the customer is gone."),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_kill_after_it_is_sent(tmp_path: Path, what: str) -> None:
    """Dub has written, and its answer is on its way."""
    is_done, says = DONE[what]
    with dub(tmp_path, f"slow:method={METHODS[what]},seconds=60") as it:
        it.kill_when(WRITES[what], lambda: is_done(it))
        assert it.outcomes == ["begun"]
        assert next_start(it).endswith(f": {says}\n")
        assert it.outcomes == ["done"]
        assert is_done(it)


def test_a_kill_while_a_lost_answer_is_found_out_about(tmp_path: Path) -> None:
    """The first reading after the loss takes its time."""
    faults = ("lost-after:method=PATCH,times=1", "slow:method=GET,path=/customers/cus_,every=2,times=1,seconds=5")
    with dub(tmp_path, *faults) as it:
        it.kill_when(WRITES["edit"], lambda: it.name == "Ada King")
        assert it.outcomes == ["begun"]
        assert next_start(it).endswith("Dub has it: Name is Ada King.\n")
        undone = dubtui(it.env, "undo", "--yes")
        assert (undone.returncode, it.name) == (0, "Ada Lovelace")


def test_what_another_process_is_about_is_not_cut_short(tmp_path: Path) -> None:
    with dub(tmp_path, "slow:method=PATCH,seconds=60") as it:

        def is_told() -> bool:
            if it.outcomes != ["begun"]:
                return False
            assert dubtui(it.env, "journal").stderr == ""
            return True

        it.kill_when(WRITES["edit"], is_told)


# Asked


def test_a_review_in_a_terminal(tmp_path: Path) -> None:
    with dub(tmp_path) as it:
        for keys, code, name in (
            (("n", "enter"), 1, "Ada Lovelace"),
            (("enter",), 1, "Ada Lovelace"),
            (("\x03",), 130, "Ada Lovelace"),
            (("y", "enter"), 0, "Ada King"),
        ):
            with Terminal(it.env, *EDIT) as terminal:
                terminal.wait_for("− Ada Lovelace", r"\+ Ada King", "PATCH /customers/cus_", r"Send it\? \[y/N\]")
                terminal.press(*keys)
                assert terminal.exit_code() == code
            assert it.name == name


def test_a_deletion_in_a_terminal(tmp_path: Path) -> None:
    with dub(tmp_path) as it:
        for typed, code in (("user_8812", 2), ("user_8813", 0)):
            with Terminal(it.env, "delete", "user_8813") as terminal:
                terminal.wait_for("loses this customer", "A deletion is final", "Type user_8813 to delete it")
                terminal.press(typed, "enter")
                assert terminal.exit_code() == code
            assert (it.name is None) == (code == 0)
