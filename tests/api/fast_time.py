"""Time that jumps to the next thing that is due: waits of minutes end at once, and in the right order."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from dubtui.api.clock import Clock

P = ParamSpec("P")
T = TypeVar("T")

START = datetime(2026, 11, 20, 21, 41, 12, 345_000, tzinfo=UTC)
"""Somewhere in the middle of a minute."""


class _Jumping(selectors.DefaultSelector):
    """Waits for files only where nothing else is due, and takes no time for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(timeout if timeout is None or timeout <= 0 else 0)
        if not found and timeout is not None and timeout > 0:
            self.now += timeout
        return found


class _FastLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


class LoopClock(Clock):
    """The clock of the running loop; `ahead` is how many seconds it is wrong by."""

    def __init__(self, *, ahead: float = 0.0) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic() - 1000 + self.ahead)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


def in_no_time(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run a test on such a loop; nothing in it may wait for another thread while a timer runs."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with asyncio.Runner(loop_factory=_FastLoop) as runner:
            return runner.run(test(*args, **kwargs))

    return run
