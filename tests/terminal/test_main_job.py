"""The main job on the installed command: see customers, open one, change it, and be back where one was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.installed import dubtui, environment, served
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

SIZES = [(80, 24), (120, 40)]
LIST = r"All customers +newest first"
ROWS = r"[1-9]\d* rows"
CURSOR = "▌"


def change_the_third_name(terminal: Terminal, name: str) -> None:
    """Down to the third customer, into the form, through the review, and back to the list."""
    terminal.wait_for(LIST, ROWS, "user_8809")
    terminal.press("down", "down")
    terminal.wait_for(rf"{CURSOR}.*user_8809")
    terminal.press("enter")
    terminal.wait_for("All customers ›", "lifetime value", "3 of 100")
    terminal.press("e")
    terminal.wait_for("› Edit", "Nothing is changed")
    terminal.press("ctrl+u", name, "ctrl+s")
    terminal.wait_for("› Review", "PATCH /customers/", f'"name": "{name}"', "Nothing is sent yet")
    terminal.press("y")
    terminal.wait_for(f"All customers › {name}", "lifetime value", "Saved", "esc back")
    terminal.press("escape")
    terminal.wait_for(LIST, ROWS, rf"{CURSOR}.*user_8809")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_on_the_demo(tmp_path: Path, size: tuple[int, int]) -> None:
    with Terminal(environment(tmp_path), "--demo", size=size) as terminal:
        change_the_third_name(terminal, "Murasaki Shikibu")
        assert ("Murasaki Shikibu" in terminal.line(CURSOR)) == (size[0] >= 100), (
            "the list shows names from 100 columns"
        )
        terminal.press("q")
        assert terminal.exit_code() == 0
        assert terminal.is_given_back


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_over_http(tmp_path: Path, size: tuple[int, int]) -> None:
    with served() as address:
        env = environment(tmp_path, DUB_API_KEY="dub_demo")
        with Terminal(env, "--api-url", address, size=size) as terminal:
            change_the_third_name(terminal, "Murasaki Shikibu")
            terminal.press("q")
            assert terminal.exit_code() == 0
        got = dubtui(env, "get", "user_8809", "--json", "--api-url", address)
        assert '"name": "Murasaki Shikibu"' in got.stdout, got.stderr


def test_opens_on_a_customer(tmp_path: Path) -> None:
    with Terminal(environment(tmp_path), "open", "user_8812", "--demo") as terminal:
        terminal.wait_for("› Sophie Germain", "lifetime value")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
