"""When to ask: Dub's rate limits read as Dub means them, and our own calls counted as Dub counts them.

https://dub.co/docs/api-reference/rate-limits describes other headers than Dub sends; what it sends is in
docs/dub-api.md.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from dubtui.api.errors import DubError

if TYPE_CHECKING:
    from dubtui.api.answer import Answer
    from dubtui.api.clock import Clock

LONGEST_WAIT = 60.0
"""Seconds; Dub counts by the minute."""
UNSAID_WAIT = 5.0
"""Seconds to wait where an answer does not say."""
LONGEST_JITTER = 0.5
"""Seconds, at most, that a wait goes on after Dub's own moment."""
MINUTE = 60.0
SECOND = 1.0
ASSUMED_CALLS = 1200
"""Calls a minute until an answer tells: a Business plan's, the least that has customers. A trial's 120 are learnt."""
ASSUMED_EVENTS = 4
"""The same for analytics, a second."""
BACKGROUND_SHARE = 0.8
"""How much of the limit is for work that nobody waits for."""

MARGIN = 0.5
"""Calls; Dub lets one more in as long as less than the limit weighs."""
TOO_MANY = 429

NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
COUNT = re.compile(r"[0-9]{1,9}")

Headers = Mapping[str, str]


def wait_of(headers: Headers, now: float) -> float:
    """Seconds to wait from an answer's headers (lower-case names), between 0 and 60; `now` is unix time.

    Dub's `Retry-After` is the unix time in milliseconds at which the minute ends; gateways send seconds or a date.
    The difference is taken to the answer's own `Date` where it has one, since the clock here may be wrong.
    """
    text = (headers.get("retry-after") or headers.get("x-ratelimit-reset") or "").strip()
    date = _moment(headers.get("date", ""))
    now = now if date is None else date
    if (at := _moment(text)) is not None:
        return _clamped(at - now)
    if not NUMBER.fullmatch(text):
        return UNSAID_WAIT
    number = float(text)
    if number <= 1e9:
        return _clamped(number)
    return _clamped(number / (1000 if number > 1e11 else 1) - now)


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _moment(text: str) -> float | None:
    """Unix seconds of an HTTP date, which is in UTC whatever it says."""
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class Window:
    """Dub's sliding window: this minute's calls and, by its remaining share, the last one's.

    Moments are by the monotonic clock. Counting by the same rule as Dub spreads calls out by itself after a refusal:
    the old minute's weight goes down steadily, and only as much as has gone is free.
    """

    def __init__(self, seconds: float, limit: int, started: float) -> None:
        self.seconds = seconds
        self.limit = limit
        self._started = started
        self._before = 0.0
        self._calls = 0.0
        self._closed_until = 0.0

    def count(self, now: float) -> None:
        """One call is made."""
        self._roll(now)
        self._calls += 1

    def free_at(self, now: float, share: float = 1.0) -> float:
        """The moment from which one more call keeps within a share of the limit; `now` where that is at once."""
        self._roll(now)
        room = max(self.limit * share, 1.0) - MARGIN
        if self._calls <= room:
            free = self._lightened(self._started, room - self._calls, self._before)
        else:
            free = self._lightened(self._started + self.seconds, room, self._calls)
        return max(now, free, self._closed_until)

    def learn(self, headers: Headers, now: float, wait: float) -> None:
        """Take over what an answer says of the limit, of where Dub's minute ends, and of other programs' calls."""
        limit, remaining = _count(headers, "x-ratelimit-limit"), _count(headers, "x-ratelimit-remaining")
        self._roll(now)
        if limit is not None:
            self.limit = max(limit, 1)
        if "x-ratelimit-reset" in headers:
            self._started = now + wait - self.seconds
        if limit is not None and remaining is not None:
            self._fill(self.limit - remaining, now)

    def close(self, now: float, wait: float, jitter: float) -> None:
        """A call was refused: nothing is free until the wait is over, and then no more than slides out."""
        self._roll(now)
        self._started = now + wait - self.seconds
        self._fill(self.limit, now)
        self._closed_until = max(self._closed_until, now + wait + jitter)

    def _fill(self, calls: float, now: float) -> None:
        """So many calls weigh now, ours among them."""
        left = min(max(1 - (now - self._started) / self.seconds, 0.0), 1.0)
        self._calls = max(self._calls, calls - self._before * left)

    def _lightened(self, start: float, room: float, calls: float) -> float:
        """When the calls of the window before the one that starts then weigh no more than there is room."""
        return start + self.seconds * max(0.0, 1 - room / calls) if calls else start

    def _roll(self, now: float) -> None:
        passed = int((now - self._started) // self.seconds)
        if passed > 0:
            self._before = self._calls if passed == 1 else 0.0
            self._calls = 0.0
            self._started += passed * self.seconds


def _count(headers: Headers, name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if COUNT.fullmatch(text) else None


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """The client holds something back, from and until moments of the monotonic clock.

    `why` is what Dub answered before; None where our own count of calls says so.
    """

    since: float
    until: float
    why: DubError | None
    limit: int | None
    """Calls a minute, a second for analytics; None where something else than the limit makes us wait."""
    background: bool


class Pacer:
    """All that one client asks: how much of late, whether it may ask now, and what it waits for."""

    def __init__(self, clock: Clock, jitter: Callable[[], float]) -> None:
        """`jitter` gives a share from 0 to 1."""
        self._clock = clock
        self._jitter = jitter
        self._awake = clock.monotonic()
        self._asked: deque[float] = deque()
        self._waits: set[Wait] = set()
        self._lines: defaultdict[tuple[Window, bool], asyncio.Lock] = defaultdict(asyncio.Lock)
        unix = clock.now().timestamp()
        self.minute = Window(MINUTE, ASSUMED_CALLS, self._awake - unix % MINUTE)
        self.second = Window(SECOND, ASSUMED_EVENTS, self._awake - unix % SECOND)
        """For analytics, which have a limit of their own."""
        self.answered_at: float | None = None
        self.on_answer: Callable[[], None] = lambda: None
        self.on_wait: Callable[[], None] = lambda: None

    @property
    def calls(self) -> int:
        """How many calls were made within the last minute."""
        while self._asked and self._asked[0] < self._now() - MINUTE:
            self._asked.popleft()
        return len(self._asked)

    def waiting(self, *, background: bool) -> Wait | None:
        """The wait that ends last, of those that people wait for or of the others."""
        mine = (wait for wait in self._waits if wait.background == background)
        return max(mine, key=lambda wait: wait.until, default=None)

    async def turn(self, window: Window, *, background: bool, why: DubError | None = None) -> None:
        """Wait until the window has room for one more call, and count it.

        Those behind each other wait in one line. People need no rule to go first: their line moves as soon as
        anything is free, background work only below its share.
        """
        share = BACKGROUND_SHARE if background else 1.0
        async with self._lines[window, background]:
            while (until := window.free_at(self._now(), share)) > self._now():
                await self._sleep(Wait(self._now(), until, why, window.limit, background))
            window.count(self._now())
            self._asked.append(self._now())

    async def pause(self, seconds: float, why: DubError, *, background: bool) -> None:
        """Wait before something is tried again."""
        await self._sleep(Wait(self._now(), self._now() + seconds, why, None, background))

    def answered(self, window: Window, answer: Answer) -> None:
        """Learn from an answer whatever it tells of the limit."""
        now, wait = self._now(), wait_of(answer.headers, answer.at)
        window.learn(answer.headers, now, wait)
        if answer.status == TOO_MANY:
            window.close(now, wait, self._jitter() * LONGEST_JITTER)
        self.answered_at = self._clock.monotonic()
        self.on_answer()

    async def _sleep(self, wait: Wait) -> None:
        self._waits.add(wait)
        self.on_wait()
        try:
            await self._clock.sleep(wait.until - wait.since)
            self._awake = max(self._awake, wait.until)
        finally:
            self._waits.discard(wait)
            self.on_wait()

    def _now(self) -> float:
        """The monotonic clock; at the end of a sleep its end, since timers may come a little early."""
        return max(self._clock.monotonic(), self._awake)
