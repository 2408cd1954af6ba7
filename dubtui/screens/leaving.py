"""What all screens share when they are left."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen
from textual.worker import NoActiveWorker, get_current_worker

ResultT = TypeVar("ResultT")


class Leaving(Screen[ResultT]):
    """What is under way ends with it, before its widgets go: Textual ends it only after them."""

    def dismiss(self, result: ResultT | None = None) -> AwaitComplete:
        try:
            current = get_current_worker()
        except NoActiveWorker:
            current = None
        for worker in self.workers:
            if worker.node is self and worker is not current:
                worker.cancel()
        return super().dismiss(result)
