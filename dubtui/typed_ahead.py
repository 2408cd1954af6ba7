"""Keys that are typed ahead: each waits until the one before has been dealt with, and for the screen that it opens.

Textual hands a key on while the one before is still on its way through the widgets, so that what comes at once, as over
a slow line, would meet a screen for which it was not meant.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from weakref import WeakSet

from textual import events, work
from textual.app import App, ReturnType
from textual.message_pump import MessagePump
from textual.worker import Worker

OPENING = frozenset({"dialog", "palette"})
"""The groups of the workers that open screens."""
LONGEST = 1.0
"""Seconds that a key waits at most: what opens later than that waits for Dub."""
TICK = 0.005


class OneByOne(App[ReturnType]):
    """Hands on one key at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: deque[events.Key | events.Paste] = deque()
        """The key that is being dealt with, and those behind it."""
        self._not_waited_for: WeakSet[Worker[object]] = WeakSet()

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self.typed.append(event)
        if len(self.typed) == 1:
            self._hand_on()

    def forget_typed(self) -> None:
        """Drop the keys that wait behind the one that is being dealt with."""
        while len(self.typed) > 1:
            self.typed.pop()

    @work(group="keys")
    async def _hand_on(self) -> None:
        try:
            while self.typed:
                await self._deal_with(self.typed[0])
                self.typed.popleft()
        finally:  # the app may end in between
            self.typed.clear()

    async def _deal_with(self, event: events.Event) -> None:
        screen = self.screen
        way = list((self.focused or screen).ancestors_with_self)
        await super().on_event(event)
        try:
            async with asyncio.timeout(LONGEST):
                await self._dealt_with(way if self.screen is screen else ())
        except TimeoutError:
            self._not_waited_for.update(self._opening)

    async def _dealt_with(self, way: Iterable[MessagePump]) -> None:
        """Wait until the key has gone its way, and the screen on top takes the next one."""
        for pump in way:
            await _reached(pump)
        while True:
            await _reached(self.screen)  # once it is mounted, whose own workers may open another
            await _reached(self)  # by way of which the focus goes
            if not self._opening:
                return
            await asyncio.sleep(TICK)

    @property
    def _opening(self) -> list[Worker[object]]:
        """Those that are about to open a screen over the one on top."""
        return [
            worker
            for worker in self.workers
            if worker.group in OPENING
            and worker.node is self.screen
            and not worker.is_finished
            and worker not in self._not_waited_for
        ]


async def _reached(pump: MessagePump) -> None:
    """Wait until everything that was sent to it has been taken."""
    reached = asyncio.Event()
    if pump.call_later(reached.set):
        await reached.wait()
