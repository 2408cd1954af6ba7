"""What takes a shell or a multiplexer around the app: into the background and back, and tmux's own buffer."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.installed import DUBTUI, PATIENCE, environment

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]

ROWS = r"[1-9]\d* rows"


class Tmux:
    """A server of its own with one window."""

    def __init__(self, env: Mapping[str, str], socket: Path) -> None:
        self._env = env
        self._tmux = ("tmux", "-S", str(socket), "-f", "/dev/null")

    def __call__(self, *arguments: str) -> str:
        """Run a tmux command; what it says."""
        command = (*self._tmux, *arguments)
        return subprocess.run(
            command, env=self._env, capture_output=True, text=True, check=True, timeout=PATIENCE
        ).stdout

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names for them."""
        self("send-keys", *keys)

    def wait_for(self, *patterns: str) -> None:
        """Until the window shows all patterns; fails with what it shows in their place."""
        end = time.monotonic() + PATIENCE
        while not all(re.search(pattern, text := self("capture-pane", "-p")) for pattern in patterns):
            assert time.monotonic() < end, f"waited in vain for {patterns}; the screen:\n{text}"
            time.sleep(0.02)

    def wait_for_buffer(self, text: str) -> None:
        """Until tmux holds a copied text."""
        end = time.monotonic() + PATIENCE
        while text not in (held := self("list-buffers", "-F", "#{buffer_sample}")).splitlines():
            assert time.monotonic() < end, f"waited in vain for {text!r} in the buffers:\n{held}"
            time.sleep(0.02)


@contextmanager
def shell(tmp_path: Path) -> Iterator[Tmux]:
    """An interactive shell in tmux."""
    settings = tmp_path / "bashrc"
    settings.write_text("PS1='ready> '")
    tmux = Tmux(environment(tmp_path), tmp_path / "tmux")
    tmux("new-session", "-d", "-x", "80", "-y", "24", f"bash --noprofile --rcfile {settings} -i")
    try:
        tmux.wait_for("ready>")
        yield tmux
    finally:
        tmux("kill-server")


def test_into_the_background_and_back(tmp_path: Path) -> None:
    with shell(tmp_path) as tmux:
        tmux.press(f"{DUBTUI} --demo", "Enter")
        tmux.wait_for(ROWS, "user_8813")
        for key, shown in (("Down", "▌.*user_8812"), ("/", "▌/ +100 match")):
            tmux.press(key, "C-z")
            tmux.wait_for("Stopped", r"(?m)^ready>$")
            tmux.press("clear", "Enter", "fg", "Enter")
            tmux.wait_for(shown, ROWS)
        tmux.press("C-q")
        tmux.wait_for(r"(?m)^ready>$")
        tmux.press("echo code=$?", "Enter")
        tmux.wait_for("code=0")


def test_copies_into_tmux(tmp_path: Path) -> None:
    """The buffer and the terminal's clipboard, although tmux keeps escape sequences to itself."""
    with shell(tmp_path) as tmux:
        assert "external" in tmux("show-options", "-s", "set-clipboard")
        tmux.press(f"{DUBTUI} --demo", "Enter")
        tmux.wait_for(ROWS, "user_8813")
        tmux.press("y")
        tmux.wait_for_buffer("user_8813")
