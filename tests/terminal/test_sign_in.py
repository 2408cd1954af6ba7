"""The first run in a real terminal: a key is pasted, kept, and found at the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.installed import dubtui, environment, served
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

ROOT = Path(__file__).parents[2]
KEY = "dub_demo"
ROWS = r"[1-9]\d* rows"


def pasted(text: str) -> str:
    """As a terminal sends what is pasted."""
    return f"\x1b[200~{text}\x1b[201~"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as address:
        yield address


def with_keychain(home: Path, address: str, backend: str) -> dict[str, str]:
    return environment(
        home,
        DUBTUI_API_URL=address,
        PYTHONPATH=str(ROOT),
        PYTHON_KEYRING_BACKEND=f"tests.cli.keyrings.{backend}",
    )


def test_a_pasted_key_is_kept_and_found_at_the_next_start(tmp_path: Path, address: str) -> None:
    env = with_keychain(tmp_path, address, "InFile")
    with Terminal(env) as terminal:
        terminal.wait_for("Paste an API key", "kept in")
        terminal.press(pasted(f"{KEY}\n"))
        terminal.wait_for("8 characters, looks like a Dub key")
        terminal.press("enter")
        terminal.wait_for("workspace", ROWS, "user_8813")
        terminal.press("q")
        assert terminal.exit_code() == 0
        assert KEY.encode() not in terminal.raw
    with Terminal(env) as terminal:
        terminal.wait_for("workspace", ROWS, "user_8813")
        terminal.press("q")
        assert terminal.exit_code() == 0
    assert dubtui(env, "auth", "status").stdout.startswith("workspace  workspace\n")
    holding = [path.name for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert holding == ["keyring.json"]


def test_without_a_keychain_it_is_for_this_run(tmp_path: Path, address: str) -> None:
    env = with_keychain(tmp_path, address, "Plaintext")
    with Terminal(env) as terminal:
        terminal.wait_for("no keychain here: for this run only")
        terminal.press(pasted(KEY))
        terminal.wait_for("looks like a Dub key")
        terminal.press("enter")
        terminal.wait_for("Dub takes the key, but it cannot be kept", "use it for this run only")
        terminal.press("enter")
        terminal.wait_for(ROWS, "user_8813")
        terminal.press("q")
        assert terminal.exit_code() == 0
    assert dubtui(env, "auth", "list").stdout == ""


def test_a_prompt_that_nobody_answers_holds_nothing_up(tmp_path: Path, address: str) -> None:
    kept = with_keychain(tmp_path, address, "InFile")
    assert dubtui(kept, "auth", "login", "--with-token", stdin=KEY.encode()).returncode == 0
    env = with_keychain(tmp_path, address, "Silent")
    with Terminal(env) as terminal:
        terminal.wait_for("did not answer within 3 s; it may wait to be unlocked")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
        assert terminal.is_given_back
    ended = dubtui(env, "get", "user_8813")
    assert (ended.returncode, ended.stdout) == (4, "")
    assert len(ended.stderr.splitlines()) == 1


def test_auth_login_asks_in_a_terminal_and_does_not_show_the_key(tmp_path: Path, address: str) -> None:
    env = with_keychain(tmp_path, address, "InFile")
    with Terminal(env, "auth", "login") as terminal:
        terminal.wait_for("Dub API key")
        terminal.press(KEY, "enter")
        assert terminal.exit_code() == 0
        assert KEY.encode() not in terminal.raw
    with Terminal(env, "auth", "login") as terminal:
        terminal.wait_for("Dub API key")
        terminal.press("ctrl+c")
        assert terminal.exit_code() == 130
