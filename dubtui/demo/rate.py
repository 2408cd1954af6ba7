"""The sliding window that Dub counts calls in: this minute's calls and, by its remaining share, the last one's."""

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MINUTE_MS = 60_000
SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands after one call."""

    allowed: bool
    limit: int
    remaining: int
    reset_ms: int

    def headers(self) -> dict[str, str]:
        """The four rate headers; both times are unix milliseconds, and so is Retry-After."""
        return {
            "retry-after": str(self.reset_ms),
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(self.reset_ms),
        }


class Limiter:
    """Counts calls per caller; a call that is refused here does not count."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: dict[Hashable, dict[int, int]] = {}

    def take(self, caller: Hashable, *, limit: int, window_ms: int) -> Standing:
        """Count one call, if there is room for it."""
        window, passed_ms = divmod(int(self._clock() * 1000), window_ms)
        counts = self._counts.get(caller, {})
        current, previous = counts.get(window, 0), counts.get(window - 1, 0)
        weighed = math.floor((1 - passed_ms / window_ms) * previous)
        allowed = weighed + current < limit
        if allowed:
            current += 1
            self._counts[caller] = {window - 1: previous, window: current}
        remaining = max(0, limit - current - weighed) if allowed else 0
        return Standing(allowed, limit, remaining, (window + 1) * window_ms)

    def clear(self) -> None:
        """Forget all calls."""
        self._counts.clear()
