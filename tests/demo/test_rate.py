"""The sliding window, on a clock that is moved by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.demo.access import LIMITS
from dubtui.demo.data import PLANS, Token
from dubtui.demo.rate import MINUTE_MS, Limiter

from .made import NOW, Clock, asking, data, row

MINUTE = 60 * (NOW // 60)


def free(limiter: Limiter, *, limit: int) -> int:
    """How many calls go through right now."""
    number = 0
    while limiter.take("key", limit=limit, window_ms=MINUTE_MS).allowed:
        number += 1
    return number


def test_after_the_reset_the_old_minute_still_weighs() -> None:
    """Measured: 1200 used in the first 17 s, 0.2 s after the reset 4 calls were free, then about 20 more a second."""
    clock = Clock(MINUTE + 17)
    limiter = Limiter(clock)
    assert free(limiter, limit=1200) == 1200
    clock.now = MINUTE + 60.2
    assert free(limiter, limit=1200) == 4
    clock.now += 1
    assert free(limiter, limit=1200) == 20
    clock.now = MINUTE + 180
    assert free(limiter, limit=1200) == 1200


def test_a_refused_call_does_not_count() -> None:
    clock = Clock(MINUTE)
    limiter = Limiter(clock)
    assert free(limiter, limit=10) == 10
    refused = [limiter.take("key", limit=10, window_ms=MINUTE_MS) for _ in range(50)]
    assert {(standing.allowed, standing.remaining) for standing in refused} == {(False, 0)}
    clock.now = MINUTE + 90
    assert free(limiter, limit=10) == 5


def test_callers_do_not_share_a_budget() -> None:
    limiter = Limiter(Clock())
    assert free(limiter, limit=3) == 3
    assert limiter.take("another", limit=3, window_ms=MINUTE_MS).remaining == 2


def test_no_limit_at_all_is_refused_for_ever() -> None:
    standing = Limiter(Clock()).take("key", limit=0, window_ms=1000)
    assert (standing.allowed, standing.remaining, standing.limit) == (False, 0, 0)


@given(st.lists(st.floats(0, 5), max_size=80), st.integers(1, 20))
def test_never_more_than_the_limit_in_one_window(pauses: list[float], limit: int) -> None:
    clock = Clock(MINUTE)
    limiter = Limiter(clock)
    allowed: dict[int, int] = {}
    for pause in pauses:
        clock.now += pause
        standing = limiter.take("key", limit=limit, window_ms=MINUTE_MS)
        window = int(clock.now * 1000) // MINUTE_MS
        allowed[window] = allowed.get(window, 0) + standing.allowed
        assert 0 <= standing.remaining < limit
        assert standing.reset_ms == (window + 1) * MINUTE_MS
    assert all(number <= limit for number in allowed.values())


@pytest.mark.parametrize(
    ("plan", "trial", "limit", "a_second"),
    [
        ("free", False, 60, 0),
        ("pro", False, 600, 2),
        ("business", False, 1200, 4),
        ("business plus", False, 1200, 4),
        ("business max", False, 1200, 4),
        ("business extra", False, 1200, 4),
        ("advanced", False, 3000, 8),
        ("enterprise", False, 3000, 16),
        ("business", True, 120, 2),
    ],
)
async def test_the_plans_limits(plan: str, *, trial: bool, limit: int, a_second: int) -> None:
    async with asking(data(plan=plan, trial=trial)) as ask:
        told = (await ask("/customers?pageSize=0")).headers
        events = await ask("/events?limit=0")
    assert (told["x-ratelimit-limit"], told["x-ratelimit-remaining"]) == (str(limit), str(limit - 1))
    assert events.headers["x-ratelimit-limit"] == str(a_second)
    assert (events.status_code == 429) == (a_second == 0)


def test_no_plan_is_forgotten() -> None:
    assert tuple(LIMITS) == PLANS


async def test_what_counts_and_what_does_not() -> None:
    """Refusals of every kind count, and HEAD; what is answered before the limiter does not."""
    async with asking(data(row(1), tokens=[Token("dub_second", "ws_1")]), rate_limit=6) as ask:
        for path, method in (("/customers/none", "GET"), ("/customers?page=0", "GET"), ("/customers", "HEAD")):
            assert (await ask(path, method=method)).status_code in (200, 404, 422)
        for path, method in (
            ("/customers", "OPTIONS"),
            ("/customers", "PUT"),
            ("/none", "GET"),
            ("/customers/", "GET"),
        ):
            assert (await ask(path, method=method)).status_code in (204, 308, 404, 405)
        assert (await ask("/customers/none")).headers["x-ratelimit-remaining"] == "2"
        assert [(await ask("/customers")).status_code for _ in range(3)] == [200, 200, 429]
        assert (await ask("/customers", authorization="Bearer dub_second")).status_code == 200


async def test_rate_headers_come_with_errors_only() -> None:
    async with asking(data(row(1))) as ask:
        fine = await ask("/customers")
        refused = await ask("/customers/none")
    assert not [name for name in fine.headers if "rate" in name or "retry" in name]
    assert refused.headers["retry-after"] == refused.headers["x-ratelimit-reset"]
    assert int(refused.headers["retry-after"]) == (NOW // 60 + 1) * 60_000


async def test_the_two_budgets_are_apart() -> None:
    """Four events a second leave the minute of the API alone, and `rate_limit` is about the minute."""
    async with asking(data(row(1)), rate_limit=2) as ask:
        assert [(await ask("/events")).status_code for _ in range(5)] == [200] * 4 + [429]
        assert [(await ask("/customers")).status_code for _ in range(3)] == [200, 200, 429]
        ask.clock.now += 2
        assert (await ask("/events")).status_code == 200
