"""A command in a pseudo-terminal, and how long it takes until it has drawn what a key asks for."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import pexpect

QUIET = 0.03
"""Seconds without a byte after which a frame is whole."""
PATIENCE = 30.0


class Drawn:
    """A command in 120 columns and 40 rows."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        self.began = time.perf_counter()
        self._child = pexpect.spawn(command[0], command[1:], dimensions=(40, 120), env=dict(env), timeout=None)
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)

    def until(self, text: str) -> float:
        """Milliseconds from the start until a text was written."""
        seen = b""
        while text.encode() not in seen:
            seen += self._read(PATIENCE)
        return (time.perf_counter() - self.began) * 1000

    def settle(self, quiet: float = 0.3) -> None:
        """Until nothing more is drawn."""
        while self._read(quiet):
            pass

    def press(self, key: str) -> float:
        """Milliseconds from a key to the last byte of what it draws; raises AssertionError where that is nothing."""
        began = time.perf_counter()
        self._child.send(key)
        assert self._read(PATIENCE), f"{key!r} draws nothing"
        last = time.perf_counter()
        while self._read(QUIET):
            last = time.perf_counter()
        return (last - began) * 1000

    @property
    def memory(self) -> float:
        """MiB that are resident."""
        pages = int(Path(f"/proc/{self._child.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def _read(self, seconds: float) -> bytes:
        try:
            chunk: Any = self._child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return b""
        return bytes(chunk)
