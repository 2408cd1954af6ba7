"""`python -m tests.terminal.crashing WHERE`: the app with a bug, at which a key lies in locals and in the message."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import dubtui
from dubtui.app import DubApp
from dubtui.session import Options, Session

KEY = "dub_CANARY7f3e9a1b"


class Crashing(DubApp):
    """Ends with a bug a moment after its start."""

    CSS_PATH = str(Path(dubtui.__file__).parent / "app.tcss")

    def __init__(self, where: str) -> None:
        super().__init__(Session(Options(demo=True)))
        self._where = where

    def on_mount(self) -> None:
        super().on_mount()
        match self._where:
            case "mount":
                self._fail()
            case "timer":
                self.set_timer(0.01, self._fail)
            case "worker":
                self.run_worker(self._fail_soon())
            case "thread":
                self.run_worker(self._fail, thread=True)
            case "group":
                self.run_worker(self._fail_together())
            case "markup":
                self.notify("[/]")

    def _fail(self) -> None:
        headers = {"Authorization": f"Bearer {KEY}"}
        raise RuntimeError(f"these were sent: {headers}, to ada@analytical.example")

    async def _fail_soon(self) -> None:
        try:
            self._fail()
        except RuntimeError as error:
            raise ValueError(f"with the key {KEY}") from error

    async def _fail_together(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fail_soon())


if __name__ == "__main__":
    app = Crashing(sys.argv[1])
    app.run()
    sys.exit(app.return_code)
