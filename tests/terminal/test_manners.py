"""Whatever ends the app, the shell is usable afterwards, and nothing is left behind or given away."""

from __future__ import annotations

import os
import signal
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.installed import PATIENCE, dubtui, environment, served
from tests.terminal.terminal import GIVEN_BACK, TAKEN, Terminal

pytestmark = pytest.mark.terminal

ROOT = Path(__file__).parents[2]
ROWS = r"[1-9]\d* rows"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """With a place for copies that nothing else uses."""
    return environment(tmp_path, XDG_RUNTIME_DIR=str(made(tmp_path / "run")))


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def copies(env: dict[str, str]) -> list[Path]:
    """The folders of customers that are on disk."""
    return list(Path(env["XDG_RUNTIME_DIR"]).iterdir())


@contextmanager
def demo(env: dict[str, str], *arguments: str) -> Iterator[Terminal]:
    """The app on the demo, with rows."""
    with Terminal(env, "--demo", *arguments) as terminal:
        terminal.wait_for(ROWS, "user_8813")
        assert len(copies(env)) == 1
        yield terminal


@pytest.mark.parametrize(("keys", "code"), [(("q",), 0), (("ctrl+q",), 0), (("ctrl+c", "ctrl+c"), 0)], ids=str)
def test_quits_by_keys(env: dict[str, str], keys: tuple[str, ...], code: int) -> None:
    with demo(env) as terminal:
        terminal.press(*keys)
        assert terminal.exit_code() == code
        assert terminal.is_given_back
    assert copies(env) == []


def test_ctrl_c_says_that_it_takes_two(env: dict[str, str]) -> None:
    with demo(env) as terminal:
        terminal.press("ctrl+c")
        terminal.wait_for("ctrl.c again leaves dubtui")
        terminal.press("/", "ada", "ctrl+c", "ctrl+c")
        assert terminal.exit_code() == 0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)], ids=str
)
def test_a_signal_gives_the_terminal_back(env: dict[str, str], number: int, code: int) -> None:
    with demo(env) as terminal:
        terminal.child.kill(number)
        assert terminal.exit_code() == code
        assert terminal.is_given_back
    assert copies(env) == []


def test_a_kill_while_rows_are_on_their_way(env: dict[str, str]) -> None:
    keyed = env | {"DUB_API_KEY": "dub_demo"}
    with (
        served("--fault", "slow:path=/customers,seconds=60") as address,
        Terminal(keyed, "--api-url", address) as terminal,
    ):
        terminal.wait_for("Asking Dub for the first")
        terminal.child.kill(signal.SIGTERM)
        assert terminal.exit_code() == 143
        assert terminal.is_given_back
    assert copies(env) == []


def test_a_kill_at_the_first_byte(env: dict[str, str]) -> None:
    """Before anything is mounted the terminal is taken already."""
    with Terminal(env, "--demo") as terminal:
        terminal.wait_for_bytes(TAKEN)
        terminal.child.kill(signal.SIGTERM)
        assert terminal.exit_code() == 143
        assert terminal.is_given_back
    assert copies(env) == []


def test_a_closed_window_ends_it(env: dict[str, str]) -> None:
    with demo(env) as terminal:
        terminal.close_window()
        assert terminal.exit_code() == 129
    assert copies(env) == []


@pytest.mark.skipif(not Path("/proc/self/wchan").exists(), reason="only Linux tells what a thread waits for")
@pytest.mark.parametrize("ends", ["closed", "killed"])
def test_a_terminal_that_reads_no_more_does_not_keep_it(env: dict[str, str], ends: str) -> None:
    """As one at the other end of a network that was cut: what is to be drawn backs up until the app waits for it."""
    with demo(env) as terminal:
        main_thread = Path(f"/proc/{terminal.child.pid}/task/{terminal.child.pid}/wchan")
        os.set_blocking(terminal.child.child_fd, False)
        waits = 0
        while waits < 20:
            with suppress(BlockingIOError):
                os.write(terminal.child.child_fd, b"Gg")
            time.sleep(0.02)
            waits = waits + 1 if "futex" in main_thread.read_text() else 0
        if ends == "closed":
            terminal.close_window()
        else:
            terminal.child.kill(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while os.waitid(os.P_PID, terminal.child.pid or 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            assert time.monotonic() < deadline, "it waits for a terminal that reads no more"
            time.sleep(0.02)


def test_what_a_kill_leaves_is_swept_at_the_next_start(env: dict[str, str]) -> None:
    with demo(env) as terminal:
        terminal.child.kill(signal.SIGKILL)
        assert terminal.exit_code() == -signal.SIGKILL
    assert len(copies(env)) == 1
    assert dubtui(env, "get", "user_8813", "--demo").returncode == 0
    assert copies(env) == []


@contextmanager
def crashed(env: dict[str, str], where: str) -> Iterator[Terminal]:
    arguments = ("-m", "tests.terminal.crashing", where)
    planted = env | {"PYTHONPATH": str(ROOT)}
    with Terminal(planted, *arguments, command=Path(sys.executable), size=(120, 40)) as terminal:
        assert terminal.exit_code() == 1
        assert terminal.is_given_back
        assert b"CANARY" not in terminal.raw
        yield terminal


@pytest.mark.parametrize("where", ["mount", "timer", "worker", "thread", "group", "markup"])
def test_a_crash_gives_nothing_away(env: dict[str, str], where: str) -> None:
    with crashed(env, where) as terminal:
        said = terminal.raw.rsplit(GIVEN_BACK, 1)[1].decode()
        assert "dubtui met a bug of its own" in said
        assert "Error" in said
        assert "crashing.py" in said or where == "markup"
        assert "analytical.example" not in said
        assert "auto closing tag" not in said
        assert "--dev" not in said
    assert copies(env) == []


@pytest.mark.parametrize("where", ["mount", "worker"])
def test_a_crash_tells_its_messages_where_they_are_wanted(env: dict[str, str], where: str) -> None:
    with crashed(env | {"DUBTUI_DEBUG": "1"}, where) as terminal:
        assert b"ada@analytical.example" in terminal.raw
        assert b"dub_***" in terminal.raw


def test_copies_by_the_terminal(env: dict[str, str]) -> None:
    with demo(env) as terminal:
        terminal.press("y")
        terminal.wait_for_bytes(b"\x1b]52;c;" + b64encode(b"user_8813") + b"\a")
        terminal.wait_for("copied .*user_8813")


def test_keys_that_come_at_once_are_heard_in_turn(env: dict[str, str]) -> None:
    with demo(env) as terminal:
        terminal.press("/gauss\rD")
        terminal.wait_for("Delete Carl Friedrich Gauss")


def test_a_tmux_that_hangs_holds_nothing_up(env: dict[str, str], tmp_path: Path) -> None:
    tmux = made(tmp_path / "bin") / "tmux"
    tmux.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\nexec sleep 600\n")
    tmux.chmod(0o700)
    path = f"{tmux.parent}{os.pathsep}{env['PATH']}"
    with demo(env | {"TMUX": "somewhere", "PATH": path}) as terminal:
        terminal.press("y")
        terminal.wait_for("copied .*user_8813")
        terminal.press("down")
        terminal.wait_for("▌.*user_8812")
        assert (tmp_path / "asked").exists()
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_a_new_size_is_a_new_picture(env: dict[str, str]) -> None:
    with demo(env) as terminal:
        terminal.resize(50, 12)
        terminal.wait_for("This window is too small: dubtui needs 60 columns")
        terminal.resize(120, 40)
        terminal.wait_for("Ada Lovelace.*ada@analytical")
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_no_colours_where_none_are_wanted(env: dict[str, str]) -> None:
    for more, arguments, is_grey in (({}, (), False), ({"NO_COLOR": "1"}, (), True), ({}, ("--no-color",), True)):
        with demo(env | more, *arguments) as terminal:
            assert terminal.is_grey == is_grey
            terminal.press("q")
            assert terminal.exit_code() == 0


def test_a_dumb_terminal_is_told(env: dict[str, str]) -> None:
    with Terminal(env | {"TERM": "dumb"}, "--demo") as terminal:
        terminal.wait_for(r"^This terminal \(TERM=dumb\) cannot show the app")
        assert terminal.exit_code() == 2
        assert TAKEN not in terminal.raw
