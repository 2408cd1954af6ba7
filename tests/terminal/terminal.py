"""A command in a terminal of its own, driven by keys and read from its screen as a person would."""

from __future__ import annotations

import os
import re
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import pexpect
import pyte

from tests.cli.installed import DUBTUI, PATIENCE

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "page up": "\x1b[5~",
    "page down": "\x1b[6~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "cqsuz"},
}
UNFINISHED = re.compile(rb"\x1b(\[[0-9;<>=?]*)?$")
FOREIGN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]")
"""Sequences that pyte does not know and would show as text."""
TAKEN, GIVEN_BACK = b"\x1b[?1049h", b"\x1b[?1049l"
"""The alternate screen, on and off."""


class Terminal:
    """`raw` is every byte that was written; the screen is what they make of it."""

    def __init__(
        self, env: Mapping[str, str], *arguments: str, command: Path = DUBTUI, size: tuple[int, int] = (80, 24)
    ) -> None:
        """Run a command in `size` columns and rows."""
        columns, rows = size
        self.raw = b""
        self._held = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # pytest's threads do nothing that a fork could break
            self.child = pexpect.spawn(
                str(command), list(arguments), dimensions=(rows, columns), env=dict(env), cwd=env["HOME"]
            )
        self.child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)

    def press(self, *keys: str) -> None:
        """Press keys by name; any other text is typed."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def resize(self, columns: int, rows: int) -> None:
        """Let the window have another size."""
        self._screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def is_grey(self) -> bool:
        """Whether nothing on the screen has a hue."""
        used = {
            colour for row in self._screen.buffer.values() for char in row.values() for colour in (char.fg, char.bg)
        }
        return all(colour[:2] == colour[2:4] == colour[4:] for colour in used - {"default"})

    def line(self, words: str) -> str:
        """The first line that holds the words; raises AssertionError."""
        found = next((line for line in self.text.splitlines() if words in line), None)
        assert found is not None, f"no line has {words!r}:\n{self.text}"
        return found

    def wait_for(self, *patterns: str) -> None:
        """Until the screen shows all patterns (regular expressions); fails with what it shows in their place."""

        def shows_all() -> bool:
            text = self.text
            return all(re.search(pattern, text) for pattern in patterns)

        self.wait_until(shows_all, f"{patterns}")

    def wait_until_gone(self, pattern: str) -> None:
        """Until the screen shows a pattern no more."""
        self.wait_until(lambda: not re.search(pattern, self.text), f"{pattern!r} to go")

    def wait_for_bytes(self, written: bytes) -> None:
        """Until something was written, which need not show."""
        self.wait_until(lambda: written in self.raw, f"the bytes {written!r}")

    def settle(self) -> None:
        """Until nothing more is drawn for the moment."""
        while self._read():
            pass

    def close_window(self) -> None:
        """Take the terminal away from the command."""
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, self.child.fileno())
        os.close(nothing)

    def exit_code(self) -> int:
        """Wait for the end of the command; a signal that ended it counts as negative."""
        self.wait_until(lambda: not self.child.isalive(), "the end")
        self.settle()
        self.child.close()
        status = self.child.exitstatus
        return -(self.child.signalstatus or 0) if status is None else status

    @property
    def is_given_back(self) -> bool:
        """Whether the terminal is a shell's again: no alternate screen, no mouse, a cursor."""
        return all(
            self.raw.rfind(on) <= self.raw.rfind(off)
            for on, off in ((TAKEN, GIVEN_BACK), (b"\x1b[?1000h", b"\x1b[?1000l"), (b"\x1b[?25l", b"\x1b[?25h"))
        )

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Until a condition holds; fails with what was waited for and what the screen shows."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if not self._read() and not self.child.isalive() and not condition():
                raise AssertionError(f"it ended before {what}; the screen:\n{self.text}")
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}; the screen:\n{self.text}")

    def _read(self) -> bool:
        """Take in what was written meanwhile; whether there was anything."""
        try:
            chunk: Any = self.child.read_nonblocking(65536, timeout=0.02)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += chunk
        whole = self._held + chunk
        unfinished = UNFINISHED.search(whole)
        self._held = unfinished[0] if unfinished else b""
        self._stream.feed(FOREIGN.sub(b"", whole.removesuffix(self._held)))
        return True
