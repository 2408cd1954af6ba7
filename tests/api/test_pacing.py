"""Waits, windows, and who goes first, on a clock that takes no time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from email.utils import formatdate

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubtui.api import errors
from dubtui.api.client import DubClient
from dubtui.api.pacing import ASSUMED_CALLS, LONGEST_JITTER, LONGEST_WAIT, UNSAID_WAIT, Window, wait_of
from dubtui.api.query import CustomerQuery, EventQuery
from tests.api.clients import client_of, dub
from tests.api.fast_time import START, LoopClock, in_no_time
from tests.faults import Faulty, answers, error

NOW = START.timestamp()
DATE = formatdate(NOW, usegmt=True)
SERVED = formatdate(NOW - 3600, usegmt=True)
"""Dub's clock where ours is an hour ahead."""


def _ms(seconds: float) -> str:
    return str(round((NOW + seconds) * 1000))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": _ms(17)}, 17),
        ({"x-ratelimit-reset": _ms(17)}, 17),
        ({"retry-after": _ms(-5)}, 0),
        ({"retry-after": _ms(3600)}, LONGEST_WAIT),
        ({"retry-after": str(round((NOW - 3600 + 17) * 1000)), "date": SERVED}, 17),
        ({"retry-after": str(round(NOW + 17))}, 17),
        ({"retry-after": "17"}, 17),
        ({"retry-after": "17.5"}, 17.5),
        ({"retry-after": " 17 "}, 17),
        ({"retry-after": "86400"}, LONGEST_WAIT),
        ({"retry-after": formatdate(NOW + 17, usegmt=True)}, 17),
        ({"retry-after": formatdate(NOW - 3600 + 17, usegmt=True), "date": SERVED}, 17),
        ({"retry-after": "soon"}, UNSAID_WAIT),
        ({"retry-after": "-5"}, UNSAID_WAIT),
        ({"retry-after": "nan"}, UNSAID_WAIT),
        ({"retry-after": "", "x-ratelimit-reset": _ms(3)}, 3),
        ({"retry-after": "Fri, 20 Nov 99999 16:04:29 GMT"}, UNSAID_WAIT),
        ({"retry-after": _ms(9), "date": "yesterday"}, 9),
        ({}, UNSAID_WAIT),
    ],
    ids=str,
)
def test_a_wait_is_read_as_dub_means_it(headers: dict[str, str], seconds: float) -> None:
    assert wait_of(headers, NOW) == pytest.approx(seconds, abs=1)


_header = st.text() | st.integers().map(str) | st.floats().map(str) | st.sampled_from([DATE, _ms(5), "1e400", "٣", "0"])


@given(st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset", "date"]), _header), st.floats(0, 1e11))
def test_any_header_is_a_wait_of_at_most_a_minute(headers: dict[str, str], now: float) -> None:
    assert 0 <= wait_of(headers, now) <= LONGEST_WAIT


@settings(max_examples=50)
@given(st.integers(1, 40), st.lists(st.floats(0, 70), max_size=150), st.sampled_from([1.0, 0.8]))
def test_a_window_never_lets_dubs_own_count_overflow(limit: int, gaps: list[float], share: float) -> None:
    """Against the sliding window as it was measured: this minute's calls and the last one's by its share."""
    window, now = Window(60, limit, started=0), 0.0
    counts: dict[int, int] = {}
    for gap in gaps:
        now = window.free_at(now + gap, share)
        minute, passed = int(now // 60), now % 60 / 60
        weighed = (1 - passed) * counts.get(minute - 1, 0) + counts.get(minute, 0)
        assert weighed < max(limit * share, 1)
        counts[minute] = counts.get(minute, 0) + 1
        window.count(now)


def test_after_a_refusal_calls_are_free_one_by_one() -> None:
    """At the reset the old minute still weighs fully, and then gives way by a sixtieth a second."""
    window = Window(60, 1200, started=0)
    window.close(17, wait=43, jitter=0)
    assert 60 < window.free_at(17) < 60.05
    moments = []
    now = 60.0
    for _ in range(41):
        now = window.free_at(now)
        window.count(now)
        moments.append(now)
    assert moments[-1] - moments[0] == pytest.approx(2), "20 a second"


def test_a_refusal_that_tells_no_limit_closes_the_window_all_the_same() -> None:
    window = Window(60, ASSUMED_CALLS, started=0)
    window.close(10, wait=5, jitter=0.5)
    assert window.free_at(10) == 15.5


async def _ask(client: DubClient, calls: int = 1) -> None:
    for _ in range(calls):
        await client.get_customer("ext_user_1")


async def _miss(client: DubClient) -> None:
    with contextlib.suppress(errors.NotFound):
        await client.get_customer("cus_0")


async def test_the_header_has_what_it_shows() -> None:
    """`calls`, `answered_at` and `on_answer`, for every use of the client."""
    client, heard = client_of(dub()), []
    client.on_answer = lambda: heard.append(client.calls)
    assert (client.calls, client.answered_at) == (0, None)
    await _ask(client)
    await _ask(client.background())
    assert heard == [1, 2]
    assert client.answered_at is not None


@in_no_time
async def test_calls_are_forgotten_after_a_minute() -> None:
    client = client_of(dub())
    await _ask(client, 3)
    await asyncio.sleep(61)
    assert client.calls == 0


def _refused(dub: Faulty, seen: list[int]) -> Callable[[], int]:
    """Counts the answers of a Dub by status from now on."""
    inner = dub.inner

    class _Watching(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await inner.handle_async_request(request)
            seen.append(response.status_code)
            return response

    dub.inner = _Watching()
    return lambda: seen.count(429)


@pytest.mark.parametrize("limit", [1, 2, 7, 60])
@in_no_time
async def test_a_learnt_limit_is_kept_without_a_refusal(limit: int) -> None:
    """One miss tells the limit; three minutes' worth of calls then meet no 429 and still use most of the budget."""
    busy = dub(rate_limit=limit)
    refused, client = _refused(busy, []), client_of(busy)
    began = asyncio.get_running_loop().time()
    await _miss(client)
    await _ask(client, 3 * limit)
    assert refused() == 0
    assert asyncio.get_running_loop().time() - began <= 4 * 60 + 5


@in_no_time
async def test_an_unknown_limit_costs_one_refusal() -> None:
    busy = dub(rate_limit=10)
    refused, client = _refused(busy, []), client_of(busy)
    await _ask(client, 30)
    assert refused() == 1


@in_no_time
async def test_a_miss_learns_what_other_programs_use() -> None:
    busy = dub(rate_limit=10)
    await _ask(client_of(busy), 6)
    refused, client = _refused(busy, []), client_of(busy)
    await client.learn_limit()
    await _ask(client, 5)
    assert refused() == 0


@in_no_time
async def test_dubs_clock_counts_and_not_ours() -> None:
    """A client whose clock is off by 40 seconds, and so by most of a minute, waits for Dub's minute."""
    busy = dub(rate_limit=10)
    refused, client = _refused(busy, []), client_of(busy, clock=LoopClock(ahead=40))
    await _miss(client)
    await _ask(client, 40)
    assert refused() == 0


@in_no_time
async def test_background_work_leaves_a_fifth_to_people() -> None:
    busy = dub(rate_limit=100)
    client, loop = client_of(busy), asyncio.get_running_loop()
    await _miss(client)
    work = asyncio.create_task(_ask(client.background(), 200))
    await asyncio.sleep(0.01)
    assert (client.calls, work.done()) == (80, False)
    began = loop.time()
    await _ask(client, 19)
    assert loop.time() == began, "people did not wait"
    await work


@in_no_time
async def test_people_go_before_background_work_when_both_wait() -> None:
    busy = dub(rate_limit=20)
    client = client_of(busy)
    await _miss(client)
    await _ask(client, 19)
    order: list[str] = []

    async def work(who: str, asking: DubClient) -> None:
        await _ask(asking)
        order.append(who)

    behind = [asyncio.create_task(work("background", client.background())) for _ in range(3)]
    await asyncio.sleep(0.01)
    await asyncio.gather(*(work("people", client) for _ in range(10)), *behind)
    assert order == ["people"] * 10 + ["background"] * 3


@in_no_time
async def test_a_wait_can_be_shown_and_cancelled() -> None:
    """Whoever shows a countdown sees from when until when, why, and the limit; cancelling the call ends it."""
    busy = dub(rate_limit=60)
    client, heard = client_of(busy), []
    client.on_wait = lambda: heard.append(client.waiting is not None)
    await _ask(client, 60)
    call = asyncio.create_task(_ask(client))
    await asyncio.sleep(1)
    wait, now = client.waiting, asyncio.get_running_loop().time()
    assert wait is not None
    assert isinstance(wait.why, errors.TooFast)
    assert (wait.limit, wait.background) == (60, False)
    assert wait.since <= now < wait.until <= now + LONGEST_WAIT
    assert client.background().waiting is None
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (client.waiting, heard) == (None, [True, False])
    began = asyncio.get_running_loop().time()
    await _ask(client)
    assert 0 < asyncio.get_running_loop().time() - began <= LONGEST_WAIT, "the next call waits in its place"


@in_no_time
async def test_our_own_count_makes_wait_without_an_error() -> None:
    client = client_of(dub(rate_limit=5))
    await _miss(client)
    await _ask(client, 4)
    call = asyncio.create_task(_ask(client))
    await asyncio.sleep(0.01)
    assert client.waiting is not None
    assert client.waiting.why is None
    await call


@in_no_time
async def test_the_wait_after_a_refusal_is_dubs_and_a_little_more() -> None:
    """Dub's minute ends 47.655 s after the start; its `Date` is up to a second behind."""
    busy, loop = dub(rate_limit=60), asyncio.get_running_loop()
    client = client_of(busy, jitter=lambda: 1.0)
    await _ask(client, 61)
    assert 47.655 + LONGEST_JITTER <= loop.time() - 1000 <= 50


@in_no_time
async def test_other_programs_that_use_up_the_limit_end_in_an_error() -> None:
    """Four tries, each a minute after the one before at most, then the words for it."""
    busy, loop = dub(), asyncio.get_running_loop()
    busy.on("GET", "/customers", error(429, "rate_limit_exceeded", "Too many requests.", retry_after=_ms(3600)))
    client = client_of(busy)
    with pytest.raises(errors.TooFast) as failure:
        await _ask(client)
    assert len(busy.requests) == 4
    assert loop.time() - 1000 <= 4 * (LONGEST_WAIT + 1)
    assert failure.value.wait == LONGEST_WAIT


@in_no_time
async def test_events_have_a_budget_of_their_own() -> None:
    """Four a second beside twelve hundred a minute."""
    busy = dub()
    refused, client, loop = _refused(busy, []), client_of(busy), asyncio.get_running_loop()
    query = EventQuery("cus_1", "sales")
    for _ in range(20):
        await client.list_events(query)
    taken = loop.time() - 1000
    assert 3 <= taken <= 6
    assert refused() <= 1
    await _ask(client, 100)
    assert loop.time() - 1000 == taken, "customers do not wait for events"


@in_no_time
async def test_a_limit_of_none_at_all_ends_in_an_error() -> None:
    """`/events` on the free plan is refused for ever."""
    busy = dub()
    headers = {"x_ratelimit_limit": "0", "x_ratelimit_remaining": "0", "x_ratelimit_reset": _ms(1)}
    busy.on("GET", "/events", error(429, "rate_limit_exceeded", "Too many requests.", retry_after=_ms(1), **headers))
    with pytest.raises(errors.TooFast):
        await client_of(busy).list_events(EventQuery("cus_1", "sales"))
    assert len(busy.requests) == 4


@in_no_time
async def test_a_gateways_refusal_is_waited_for_too() -> None:
    busy, loop = dub(), asyncio.get_running_loop()
    busy.on("GET", "/customers", answers(429, html="slow down", retry_after="7"), times=1)
    await _ask(client_of(busy))
    assert 7 <= loop.time() - 1000 <= 8


@in_no_time
async def test_headers_on_successes_would_be_understood() -> None:
    """A later Dub may send them; nothing depends on it."""
    busy = dub()
    headers = {"x_ratelimit_limit": "2", "x_ratelimit_remaining": "0", "x_ratelimit_reset": _ms(20)}
    busy.on("GET", "/customers", answers(200, json=[], **headers), times=1)
    client, loop = client_of(busy), asyncio.get_running_loop()
    await client.list_customers(CustomerQuery())
    await _ask(client)
    assert 20 <= loop.time() - 1000 <= 60
