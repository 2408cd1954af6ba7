"""Changes in the app on a real terminal: killed in the middle, kept as a draft, made in somebody's own editor."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.installed import PATIENCE
from tests.terminal.terminal import Terminal
from tests.terminal.test_writes import Dub, dub

pytestmark = pytest.mark.terminal

ROWS = (r"[1-9]\d* rows", "user_8813")
EDITOR = f"""#!{sys.executable}
import pathlib, sys
path = pathlib.Path(sys.argv[1])
text = path.read_text()
print("EDITING", [line for line in text.splitlines() if line.startswith("# !")], flush=True)
old, _, new = input().partition("=")
path.write_text(text.replace(old, new))
"""
"""Asks for a replacement."""


@contextmanager
def app(dub: Dub) -> Iterator[Terminal]:
    """The app with rows."""
    with Terminal(dub.env) as terminal:
        terminal.wait_for(*ROWS)
        yield terminal


def has_draft(dub: Dub) -> bool:
    """Whether something that was typed is on disk."""
    if not dub.journal.exists():
        return False
    with closing(sqlite3.connect(f"file:{dub.journal}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
        try:
            return bool(connection.execute("SELECT COUNT(*) FROM draft").fetchone()[0])
        except sqlite3.OperationalError:  # its tables are being made
            return False


def test_a_kill_while_a_change_is_on_its_way(tmp_path: Path) -> None:
    """Dub has written, and its answer is on its way."""
    with dub(tmp_path, "slow:method=PATCH,seconds=60") as it:
        with app(it) as terminal:
            terminal.press("e")
            terminal.wait_for("› Edit")
            terminal.press("ctrl+u", "Ada King", "ctrl+s")
            terminal.wait_for("› Review", "Dub was read again")
            terminal.press("y")
            terminal.wait_for("Saving")
            terminal.wait_until(lambda: it.name == "Ada King", "Dub to write")
            terminal.child.kill(9)
            assert terminal.exit_code() == -9
        assert it.outcomes == ["begun"]
        with app(it) as terminal:
            terminal.wait_for("ended in the middle", "Dub has it: Name is Ada King")
            assert it.outcomes == ["done"]
            terminal.press("enter")
            terminal.wait_until_gone("ended in the middle")
            terminal.press("e")
            terminal.wait_for("› Edit", "Nothing is changed", "Ada King")  # and no draft of what was saved
            terminal.press("escape")
            terminal.wait_for(*ROWS)
            terminal.press("u")
            terminal.wait_for("Undo of entry 1", "Dub was read again")
            terminal.press("y")
            terminal.wait_for("Saving")


def test_a_draft_survives_a_resize_and_a_kill(tmp_path: Path) -> None:
    with dub(tmp_path) as it:
        with app(it) as terminal:
            terminal.press("e")
            terminal.wait_for("› Edit")
            terminal.press("ctrl+u", "Ada King")
            terminal.wait_for("Ada King", "1 changed")
            terminal.resize(120, 40)
            terminal.wait_for("Will be sent", '"name": "Ada King"')
            terminal.wait_until(lambda: has_draft(it), "the draft")
            terminal.child.kill(9)
            assert terminal.exit_code() == -9
        assert it.journal.stat().st_mode & 0o777 == 0o600
        with app(it) as terminal:
            terminal.press("e")
            terminal.wait_for("Changes that were not saved", "Ada Lovelace → Ada King")
            terminal.press("t")
            terminal.wait_for("1 changed", "was Ada Lovelace")
            assert "Ada King" in terminal.line("Name")
        assert it.name == "Ada Lovelace"


def test_an_editor_of_ones_own(tmp_path: Path) -> None:
    """What it made unreadable comes back with the reason, and the app is there again afterwards."""
    editor = tmp_path / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o700)
    with dub(tmp_path) as it:
        it.env["VISUAL"] = str(editor)
        with app(it) as terminal:
            terminal.press("E")
            terminal.wait_for(r"EDITING \[\]")
            terminal.press('"Ada Lovelace"=[', "enter")
            terminal.wait_for(r"EDITING .*# ! ")
            terminal.press('[="Ada King"', "enter")
            terminal.wait_for("› Review", '"name": "Ada King"', "Dub was read again")
            terminal.press("y")
            terminal.wait_for(*ROWS, "Saved")
            assert it.name == "Ada King"
            terminal.press("e")
            terminal.wait_for("› Edit", "Ada King")
            terminal.press("\x0f")  # ctrl+o
            terminal.wait_for(r"EDITING \[\]")
            terminal.press("nothing of this=", "enter")
            terminal.wait_for("› Edit", "Nothing is changed")
            terminal.press("escape")
            terminal.wait_for(*ROWS)
            terminal.press("q")
            assert terminal.exit_code() == 0
            assert terminal.is_given_back
        assert list((it.journal.parent / "editing").iterdir()) == []
