"""Apps under test are waited for as long as it takes them to be still, and draw nothing on the way there.

Textual's own wait sleeps 20 ms or more at each key, goes on while anything else of the process works, and guesses wrong
on a busy machine; that and drawing what nobody sees took most of the time of the tests of screens. What a test reads of
a screen and what stands in a picture is rendered when it is asked for.
"""

from __future__ import annotations

import asyncio
from asyncio import BaseEventLoop
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import pytest
from textual._context import active_app
from textual.pilot import Pilot
from textual.screen import Screen

from dubtui.typed_ahead import TICK, OneByOne

_AT_WORK: WeakSet[asyncio.Future[Any]] = WeakSet()
_IN_THREADS = BaseEventLoop.run_in_executor


@contextmanager
def patched() -> Iterator[None]:
    """Have pilots wait and apps draw like this."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("textual.app", "textual.pilot"):
            patch.setattr(f"{module}.wait_for_idle", _until_still)
        patch.setattr(Pilot, "_wait_for_screen", _wait_for_nothing)
        patch.setattr(BaseEventLoop, "run_in_executor", _run_in_executor)
        patch.setattr(Screen, "_compositor_refresh", _draw_nothing)
        yield


async def _until_still(*_: float) -> None:
    """Until the loop has nothing to do but wait, and the screen on top nothing to lay out or call back."""
    app = active_app.get()
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(0)
        if loop._ready:  # type: ignore[attr-defined]
            continue
        if at_work := [future for future in _AT_WORK if not future.done() and future.get_loop() is loop]:
            await asyncio.wait(at_work, return_when=asyncio.FIRST_COMPLETED)
        elif app._running and not app._exit and _is_behind(app.screen):
            app.screen._on_timer_update()
        elif isinstance(app, OneByOne) and app.typed:
            await asyncio.sleep(TICK)
        else:
            return


async def _wait_for_nothing(*_: float) -> bool:
    return True


def _run_in_executor(loop: BaseEventLoop, *work: Any) -> asyncio.Future[Any]:
    future = _IN_THREADS(loop, *work)
    _AT_WORK.add(future)
    return future


def _is_behind(screen: Screen[object]) -> bool:
    return bool(
        screen._layout_required
        or screen._repaint_required
        or screen._scroll_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )


def _draw_nothing(screen: Screen[object]) -> None:
    screen._dirty_widgets.clear()
    screen._compositor._dirty_regions.clear()
