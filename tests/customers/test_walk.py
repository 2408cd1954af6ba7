"""The walk over everybody: nobody who stands still is lost, whatever others do meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import aclosing, suppress

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dubtui.api import errors
from dubtui.api.paging import Fate
from dubtui.api.query import CustomerQuery
from dubtui.customers.segments import End, Gap, Segment, WalkState
from dubtui.customers.walk import MOST_ROUNDS, Walk
from dubtui.demo.data import read
from dubtui.demo.rows import Conflict
from dubtui.demo.server import Demo
from tests.api.clients import client_of, dub
from tests.api.fast_time import LoopClock, in_no_time
from tests.contract.recordings import WORKSPACE
from tests.demo.made import data, row
from tests.faults import Faulty, answers, error, fails

KEY = "dub_test"
EVERYTHING = 1_000_000
"""More pieces than any walk here has."""


class Meddled(httpx.AsyncBaseTransport):
    """A Dub in which somebody does something before the requests of given numbers."""

    def __init__(self, demo: Demo, *, latency: float = 0.05) -> None:
        self.demo = demo
        self._latency = latency
        self._acts: dict[int, list[Callable[[], None]]] = {}
        self.requests: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._inner = httpx.ASGITransport(app=demo)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for act in self._acts.pop(len(self.requests), []):
            act()
        self.requests.append(str(request.url))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(self._latency)
        self._at_once -= 1
        return await self._inner.handle_async_request(request)

    def plan(self, request: int, what: str, number: int) -> None:
        """Let somebody do one of the following before a request."""
        act: Callable[[int], None] = getattr(self, what)
        self._acts.setdefault(request, []).append(lambda: act(number))

    def delete(self, number: int) -> None:
        """Somebody deletes a customer."""
        self.demo._rows.delete(row(number)["id"])

    def insert(self, number: int) -> None:
        """Somebody imports a customer whose id lies anywhere."""
        with suppress(Conflict):
            self.demo._rows.insert("ws_1", row(number))

    def change(self, number: int) -> None:
        """Somebody changes a customer."""
        self.demo._rows.update(row(number)["id"], {"name": "Changed"})

    def spoil(self, number: int) -> None:
        """A customer loses its external ID in the database, so that Dub cannot serve it."""
        self.demo._rows.update(row(number)["id"], {"externalId": None})


def meddled(numbers: Collection[int], unreadable: Collection[int] = (), *, in_step: bool = False) -> Meddled:
    """A workspace of customers by number, the higher the newer by id, and by date where those are in step."""
    rows = []
    for number in numbers:
        changes: dict[str, str | None] = {"externalId": None} if number in unreadable else {}
        if in_step:
            changes["createdAt"] = f"2026-01-01T00:00:00.{number:03d}Z"
        rows.append(row(number, **changes))
    return Meddled(Demo(data(*rows), clock=lambda: LoopClock().now().timestamp(), rng=random.Random(3)))


def walk_over(transport: httpx.AsyncBaseTransport, state: WalkState | None = None, **options: int) -> Walk:
    """A walk in the background, as a sync does it."""
    client = client_of(transport, key=KEY)
    return Walk(client.background(), LoopClock(), state, **options)


async def numbers_of(walk: Walk, pieces: int = EVERYTHING) -> list[int]:
    """Whom the first pieces of a walk bring."""
    found: list[int] = []
    async with aclosing(walk.pieces()) as going:
        async for piece in going:
            found += [int(customer.id[-6:]) for customer in piece.customers]
            pieces -= 1
            if not pieces:
                break
    return found


SIZES = [0, 1, 2, 5, 99, 100, 101, 1234]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("counts", [True, False], ids=["counted", "uncounted"])
@in_no_time
async def test_everybody_comes_once(size: int, counts: bool) -> None:
    """Also where the undocumented count does not answer."""
    transport = Faulty(meddled(range(1, size + 1)))
    if not counts:
        transport.on("GET", "/customers/count", answers(404, html="gone"))
    walk = walk_over(transport)
    assert sorted(await numbers_of(walk)) == list(range(1, size + 1))
    assert (walk.total, walk.state.walked, walk.gaps) == (size if counts else None, size, ())


@in_no_time
async def test_dates_that_are_out_of_step_with_ids_lose_nobody() -> None:
    """The recorded workspace has five of them, and ids of an older kind."""
    recorded = dub(read(WORKSPACE))
    walk = Walk(client_of(recorded, key="dub_TESTowner"), LoopClock(), page_size=20)
    found = [customer.id async for piece in walk.pieces() for customer in piece.customers]
    assert len(found) == len(set(found)) == walk.total == 260


@in_no_time
async def test_segments_are_walked_side_by_side() -> None:
    """After one deliberate miss, which tells the limit."""
    transport = meddled(range(1, 3001))
    await numbers_of(walk_over(transport))
    assert "/customers/cus_0?" in transport.requests[0]
    assert transport.most_at_once >= 6
    assert len(transport.requests) < 60


@in_no_time
async def test_a_piece_says_when_it_was_asked_for() -> None:
    clock, asked = LoopClock(), []
    walk = Walk(client_of(meddled(range(1, 300)), key=KEY), clock)
    began = round(clock.now().timestamp() * 1000)
    async for piece in walk.pieces():
        now = clock.now().timestamp() * 1000
        assert began <= piece.asked_at <= now
        asked.append(piece.asked_at)
    assert len(set(asked)) > 1


# What others do meanwhile

_numbers = st.integers(1, 40)
_script = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["delete", "insert", "change"]), _numbers), max_size=60
)


@settings(max_examples=300)
@given(st.sets(_numbers), _script, st.integers(1, 6), st.integers(1, 4), st.lists(st.integers(1, 9), max_size=3))
@example({1, 2, 3, 4}, [(5, "delete", 4), (5, "delete", 3), (6, "delete", 2)], 1, 1, [])
@example(set(range(1, 41)), [(3, "delete", number) for number in range(2, 40)], 2, 4, [])
@example(set(range(1, 41)), [(7, "delete", number) for number in range(10, 41)], 3, 2, [2])
def test_whoever_stands_still_comes(
    numbers: set[int], script: list[tuple[int, str, int]], size: int, segments: int, ends: list[int]
) -> None:
    """Any sequence of imports, changes and deletions loses none of the others, and brings none of them twice.

    Nor does it where the walk is ended after some pieces and taken up from its state, but for bringing some twice.
    """
    _walk_meanwhile(numbers, script, size, segments, ends)


@in_no_time
async def _walk_meanwhile(
    numbers: set[int], script: list[tuple[int, str, int]], size: int, segments: int, ends: list[int]
) -> None:
    transport = meddled(numbers)
    for at, what, number in script:
        transport.plan(at, what, number)
    found: Counter[int] = Counter()
    state: WalkState | None = None
    for pieces in (*ends, EVERYTHING):
        walk = walk_over(transport, state, page_size=size, segments=segments)
        found.update(await numbers_of(walk, pieces))
        state = WalkState.loaded(walk.state.dumped())
    still = numbers - {number for _, what, number in script if what == "delete"}
    assert still <= found.keys()
    assert ends or all(found[number] == 1 for number in still)
    assert walk.gaps == ()


@settings(max_examples=100)
@given(
    st.sets(_numbers, min_size=1),
    st.sets(_numbers),
    st.lists(st.tuples(st.integers(0, 60), st.just("spoil"), _numbers), max_size=5),
    st.integers(1, 6),
)
def test_what_cannot_be_served_is_a_gap_and_nothing_else_is(
    numbers: set[int], unreadable: set[int], script: list[tuple[int, str, int]], size: int
) -> None:
    _walk_over_bad_rows(numbers, unreadable, script, size)


@in_no_time
async def _walk_over_bad_rows(
    numbers: set[int], unreadable: set[int], script: list[tuple[int, str, int]], size: int
) -> None:
    transport = meddled(numbers, unreadable)
    for at, _, number in script:
        transport.plan(at, "spoil", number)
    walk = walk_over(transport, page_size=size)
    found = set(await numbers_of(walk))
    spoilt = (unreadable | {number for _, _, number in script}) & numbers
    for number in numbers - found:
        assert any(_lies_in(number, gap) for gap in walk.gaps), "whoever did not come lies in a gap"
    for gap in walk.gaps:
        touched = (number for number in spoilt if _lies_in(number, gap) or row(number)["id"] in (gap.after, gap.before))
        assert any(touched), "there is no gap without a bad row in it, or one at its end that was read in time"


def _lies_in(number: int, gap: Gap) -> bool:
    newer = gap.after is None or number < int(gap.after[-6:])
    return newer and (gap.before is None or number > int(gap.before[-6:]))


@pytest.mark.parametrize(
    ("unreadable", "gaps"),
    [
        ((20,), [(21, 19)]),
        ((40,), [(None, 39)]),
        ((1,), [(2, None)]),
        ((20, 21), [(22, 19)]),
        ((10, 30), [(31, 29), (11, 9)]),
        (range(1, 41), [(None, None)]),
    ],
)
@in_no_time
async def test_a_gap_lies_between_those_who_can_be_read(
    unreadable: Collection[int], gaps: list[tuple[int | None, int | None]]
) -> None:
    """Closed in on from both sides; whoever stood on a page by number between two bad rows starts a segment there."""
    walk = walk_over(meddled(range(1, 41), unreadable), page_size=10)
    assert sorted(await numbers_of(walk)) == [number for number in range(1, 41) if number not in unreadable]
    ids = [tuple(number and row(number)["id"] for number in gap) for gap in gaps]
    assert [(gap.after, gap.before) for gap in walk.gaps] == ids


@in_no_time
async def test_whoever_cannot_be_reached_between_two_bad_rows_lies_in_the_gap() -> None:
    """Far from the pages by number that were read."""
    walk = walk_over(meddled(range(1, 101), (45, 55), in_step=True), page_size=10, segments=1)
    assert set(range(1, 101)) - set(await numbers_of(walk)) == set(range(45, 56))
    assert walk.gaps == (Gap(row(56)["id"], row(44)["id"]),)


@in_no_time
async def test_anchors_that_are_deleted_are_coped_with() -> None:
    """All of them, right after they were read from pages by number; the walk begins anew and brings nobody twice."""
    transport = meddled(range(1, 101))
    walk = walk_over(transport, page_size=5, segments=4)
    found: list[int] = []
    async for piece in walk.pieces():
        brought = [int(customer.id[-6:]) for customer in piece.customers]
        if not found:
            for number in brought:
                transport.delete(number)
        found += brought
    assert sorted(found) == list(range(1, 101))
    assert walk.state.rounds == 2


@in_no_time
async def test_a_walk_does_not_begin_for_ever() -> None:
    """Somebody deletes whomever the walk has read, faster than it reads: what is left is told as a gap."""
    transport = meddled(range(1, 400))
    walk = walk_over(transport, page_size=2, segments=1)
    async for piece in walk.pieces():
        for customer in piece.customers:
            transport.delete(int(customer.id[-6:]))
    assert walk.state.rounds <= MOST_ROUNDS


# Taking up again


@pytest.mark.parametrize("pieces", range(1, 24, 2))
@in_no_time
async def test_a_walk_that_was_ended_is_taken_up(pieces: int) -> None:
    """From its state as text, and whoever was on the way comes."""
    transport = meddled(range(1, 401))
    first = walk_over(transport, page_size=20)
    before = await numbers_of(first, pieces)
    transport.delete(200)
    transport.delete(first_cursor(first.state))
    state = WalkState.loaded(first.state.dumped())
    assert state == first.state
    asked = len(transport.requests)
    second = walk_over(transport, state, page_size=20)
    after = await numbers_of(second)
    assert set(before) | set(after) >= set(range(1, 401)) - {200, first_cursor(first.state)}
    assert len(transport.requests) - asked <= 60 - len(before) // 20


def first_cursor(state: WalkState) -> int:
    """The number of the row from which a segment would go on."""
    return int(state.segments[0].after.trail[0][-6:])


@in_no_time
async def test_a_finished_walk_stays_finished() -> None:
    transport = meddled(range(1, 51))
    walk = walk_over(transport, page_size=5)
    await numbers_of(walk)
    assert await numbers_of(walk_over(transport, walk.state, page_size=5)) == []


def test_a_state_is_small_and_text_that_is_none_is_refused() -> None:
    ends = End(tuple(f"cus_{number:025}" for number in range(9)), Fate.STUCK), End(("cus_1",))
    state = WalkState((Segment(*ends),) * 10, walked=1_000_000, rounds=1)
    assert WalkState.loaded(state.dumped()) == state
    assert len(state.dumped()) < 5000
    for wrong in ("", "[]", '{"segments": [5]}', '{"segments": [{"after": {"trail": []}}]}'):
        with pytest.raises(ValueError, match="WalkState"):
            WalkState.loaded(wrong)


@in_no_time
async def test_an_error_ends_the_walk_where_it_can_be_taken_up() -> None:
    transport = Faulty(meddled(range(1, 101)))
    walk = walk_over(transport, page_size=5)
    found = await numbers_of(walk, pieces=5)
    transport.on("GET", "/customers", fails(httpx.ReadError))
    broken = walk_over(transport, walk.state, page_size=5)
    with pytest.raises(errors.Unreachable):
        await numbers_of(broken)
    transport.mend()
    found += await numbers_of(walk_over(transport, broken.state, page_size=5))
    assert sorted(set(found)) == list(range(1, 101))
    assert len(asyncio.all_tasks()) == 1


@in_no_time
async def test_a_walk_that_is_left_ends_what_it_asked() -> None:
    walk = walk_over(meddled(range(1, 1001)))
    await numbers_of(walk, pieces=2)
    assert len(asyncio.all_tasks()) == 1


@in_no_time
async def test_a_key_that_is_refused_is_told_at_once() -> None:
    transport = dub()
    transport.on("GET", "/customers", error(401, "unauthorized", "Unauthorized: Invalid API key."))
    with pytest.raises(errors.KeyRefused):
        await numbers_of(walk_over(transport))
    assert len(transport.requests) == 1


# The budget


@in_no_time
async def test_a_long_walk_keeps_to_its_share_and_meets_no_refusal() -> None:
    """At 20 calls a minute, of which other programs use 4, and people ask in between."""
    transport = meddled(range(1, 241))
    transport.demo._access._minute_limit = 20
    other = client_of(transport, key=KEY)
    for _ in range(4):
        await other.list_customers(CustomerQuery(page_size=1))
    statuses: list[int] = []
    walk = walk_over(_watched(transport, statuses), page_size=5)
    assert sorted(await numbers_of(walk)) == list(range(1, 241))
    assert 429 not in statuses
    assert len(statuses) > 50


def _watched(transport: httpx.AsyncBaseTransport, statuses: list[int]) -> httpx.AsyncBaseTransport:
    class Watching(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await transport.handle_async_request(request)
            statuses.append(response.status_code)
            return response

    return Watching()
