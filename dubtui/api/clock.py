"""The one place that looks at the time, so that a test can stand in for it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """The machine's clock, in its own time zone."""

    def now(self) -> datetime:
        """The present moment; its zone is the one in which dates are shown."""
        return datetime.now(UTC).astimezone()

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run for so long."""
        await asyncio.sleep(seconds)
