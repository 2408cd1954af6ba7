"""Many customers changed at once: what a plan says of each, and how a run ends, is held, stopped and taken up again."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from dubtui.api import errors
from dubtui.api.query import CustomerQuery
from dubtui.customers import conflict
from dubtui.customers.bulk import (
    BulkPlan,
    Deletion,
    Outcome,
    Row,
    Run,
    Skip,
    delete_all,
    estimate,
    estimated,
    set_on_all,
)
from dubtui.customers.bulk.plan import ANSWER, changed
from dubtui.customers.bulk.report import HEADS, lines
from dubtui.customers.bulk.run import MOST_FAILURES
from dubtui.customers.editing import AVATAR_SETTLES, Change, EditPlan
from dubtui.customers.undo import PutBack, inverses
from dubtui.display.bulk import (
    COUNTED,
    LEFT,
    SIGNS,
    counts_words,
    estimate_words,
    left_words,
    outcome_spans,
    plan_words,
)
from dubtui.display.figures import milliseconds
from dubtui.display.text import plain
from dubtui.fields import Naming
from dubtui.store.views import Order, Question
from tests.api.clients import client_of, dub, small
from tests.api.fast_time import LoopClock, in_no_time
from tests.customers.test_writer import Desk
from tests.demo.made import row
from tests.faults import Ask, Fault, error, fails, loses_the_answer
from tests.stage import NOW, StillClock

IDS = [row(number)["id"] for number in range(1, 7)]
NOW_MS = milliseconds(NOW)
PLAIN: dict[str, Any] = {}
ROLE = error(403, "forbidden", "You don't have the required role.")
KEY = error(401, "unauthorized", "Unauthorized: Invalid API key.")


class BulkDesk(Desk):
    """Somebody who changes many at once."""

    async def fill(self, *, times: int = 1) -> None:
        """Have everybody here, as the list brings them."""
        for _ in range(times):
            customers = await self.others.list_customers(CustomerQuery())
            await self.store.put(customers, asked_at=NOW_MS)

    async def numbers(self) -> list[int]:
        """The row numbers of everybody, the oldest first."""
        return list(await self.store.numbers(Question(order=(Order("id"),))))

    async def set(self, field: str, text: str, count: int | None = None) -> BulkPlan:
        """The plan that sets a field on the first so many, or on all."""
        return await set_on_all(self.store, (await self.numbers())[:count], field, text)

    def run(self, plan: BulkPlan) -> Run:
        return Run(self.client, self.store, self.clock, self.writer, plan)

    async def held(self, field: str) -> list[str | None]:
        """What Dub holds in a field, of everybody, the oldest first."""
        customers = sorted(await self.others.list_customers(CustomerQuery()), key=lambda customer: customer.id)
        return [getattr(customer, field) for customer in customers]

    @property
    def writes(self) -> list[str]:
        """Whom something was sent for, by number."""
        sent = [request for request in self.dub.requests if request.method != "GET"]
        return [request.url.path[-1] for request in sent]


@asynccontextmanager
async def desk_over(path: Path, *customers: dict[str, Any], **options: Any) -> AsyncIterator[BulkDesk]:
    """A desk over a workspace of some customers, who differ as told."""
    desk = BulkDesk(dub(small(*customers), clock=StillClock(), **options), path / "journal.sqlite3")
    await desk.fill()
    yield desk
    desk.journal.close()
    desk.store.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[BulkDesk]:
    """Four plain customers."""
    async with desk_over(tmp_path, {}, {}, {}, {}) as desk:
        yield desk


def outcomes(run: Run) -> list[str]:
    return [result.outcome for result in run.results]


def told(plan: BulkPlan) -> list[str]:
    """A plan in a line for each row."""
    return [_told(row) for row in plan.rows]


def _told(row: Row) -> str:
    match row.doing:
        case Skip(why, is_fine):
            return f"{'=' if is_fine else '!'} {why}"
        case Deletion(snapshot=snapshot):
            return f"delete{'' if snapshot else ' without a snapshot'}"
    return ", ".join(f"{change.field}: {change.old} → {change.new}" for change in row.changes)


# Plans over marked rows


@pytest.mark.parametrize(
    ("customers", "field", "text", "says"),
    [
        ([{}, {"name": "X"}], "name", "X", ["name: Person 1 → X", "= the same already"]),
        ([{}, {"name": None}], "name", "", ["name: Person 1 → None", "= the same already"]),
        ([{"name": None, "email": None}], "name", "X", ["name: None → X"]),
        ([{"name": None, "email": None}], "name", "", ["= the same already"]),
        ([{}, {"email": None}], "email", "", ["email: person1@letters.example → None", "= the same already"]),
        ([{}, {"country": "DE"}], "country", "Germany", ["country: GB → DE", "= the same already"]),
        ([{}, {}], "country", "narnia", "Country: No country that is known"),
        ([{}, {}], "country", "", "Country: Dub cannot be told that there is no country."),
        ([{}, {}], "externalId", "", "External ID: Dub needs an external ID."),
        ([{}, {}], "externalId", "x", "External ID: Dub takes one value for one customer alone, and these are 2."),
        ([{}, {}], "stripeCustomerId", "x", "Stripe ID: Dub takes one value for one customer alone"),
        ([{}], "externalId", "x", ["externalId: user_1 → x"]),
        (
            [{"stripeCustomerId": "cus_S"}, {}],
            "stripeCustomerId",
            "",
            ["stripeCustomerId: cus_S → None", "= the same already"],
        ),
        ([{}], "name", "x" * 192, "Name: 192 characters; Dub keeps at most 191."),
        ([{}], "email", "a b", "E-mail: Not an e-mail as Dub takes it"),
        ([{"avatar": "https://a.example/1.png"}], "avatar", "", ["avatar: https://a.example/1.png → None"]),
    ],
    ids=str,
)
async def test_one_field_on_all(
    tmp_path: Path, customers: list[dict[str, Any]], field: str, text: str, says: list[str] | str
) -> None:
    """What one row cannot have, none can: that is told of the whole."""
    async with desk_over(tmp_path, *customers) as desk:
        await desk.fill(times=2)
        plan = await desk.set(field, text)
        if isinstance(says, str):
            assert plan.problem.startswith(says)
            assert plan.rows == ()
        else:
            assert (plan.problem, told(plan)) == ("", says)


async def test_a_name_that_was_read_once_may_be_one(tmp_path: Path) -> None:
    """Whether Dub invented it is found out about before anything is sent."""
    async with desk_over(tmp_path, {"name": None, "email": None}, {"email": None}) as desk:
        plan = await desk.set("name", "")
        assert [row.customer.naming for row in plan.rows if row.customer] == [Naming.UNCONFIRMED] * 2
        run = desk.run(plan)
        await run.run()
        assert outcomes(run) == ["skipped", "done"]
        assert desk.writes == ["2"]


async def test_a_name_that_was_read_once_is_no_conflict(tmp_path: Path) -> None:
    async with desk_over(tmp_path, {"name": None, "email": None}, {"email": None}) as desk:
        run = desk.run(await desk.set("name", "Ada"))
        await desk.others.update_customer(IDS[1], {"name": "Theirs"})
        await run.run()
        assert outcomes(run) == ["done", "changed meanwhile"]


async def test_deletions_and_who_is_gone(desk: BulkDesk) -> None:
    numbers = await desk.numbers()
    await desk.store.remove([IDS[1]], at=NOW_MS)
    plan = await delete_all(desk.store, numbers[::-1], snapshots=False)
    assert [row.label for row in plan.work] == ["user_4", "user_3", "user_1"]
    assert told(plan) == ["delete without a snapshot"] * 3
    assert told(await delete_all(desk.store, numbers)) == ["delete"] * 3


def test_warnings_are_told_once() -> None:
    edits = [
        EditPlan(IDS[0], (Change("externalId", "a", " b"), Change("country", "GB", "DE"))),
        EditPlan(IDS[1], (Change("externalId", "c", "d"), Change("country", "FR", "DE"))),
        EditPlan(IDS[2], (Change("externalId", None, "e"),)),
    ]
    plan = BulkPlan((*map(Row, edits), Row(Skip("x"))))
    assert [words.split(",")[0] for words in plan.warnings] == [
        "Lookups by the old external IDs will find nobody",
        "External ID begins or ends with a blank",
        "Some versions of Dub keep their own country; what it did is told afterwards.",
    ]
    assert BulkPlan(tuple(map(Row, edits[2:]))).warnings == ()


# How long it takes


async def test_an_estimate(tmp_path: Path) -> None:
    async with desk_over(tmp_path, {}, {"email": None}) as desk:
        plan = await desk.set("name", "X")
        assert estimate(plan.work, 1200).calls == 3 + 4
        avatars = await desk.set("avatar", "https://a.example/1.png")
        assert estimate(avatars.work, 1200).calls == 4 + 5
        deletions = await delete_all(desk.store, await desk.numbers())
        assert estimate(deletions.work, 60) == estimate(deletions.work, 60, answer=0)
        assert estimate(deletions.work, 60).seconds == pytest.approx(4 * 60 / 48), "in the background's share"
        assert estimate(deletions.work, 12_000).seconds == pytest.approx(4 * ANSWER), "no faster than Dub answers"
        assert estimate((Row(Skip("x")),), 60).calls == 0


@pytest.mark.parametrize(("count", "limit"), [(29, 1200), (30, 120)])
async def test_a_long_plan_asks_for_the_limit_first(tmp_path: Path, count: int, limit: int) -> None:
    async with desk_over(tmp_path, *[PLAIN] * count, rate_limit=120) as desk:
        found = await estimated(desk.client, await desk.set("name", "X"))
        assert (found.calls, desk.client.limit) == (3 * count, limit)


# Outcomes


def meanwhile(**values: str | None) -> Fault:
    """Somebody else saves these values before Dub answers; without any they delete the customer."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        other, customer_id = client_of(httpx.MockTransport(ask), clock=StillClock()), request.url.path.rsplit("/", 1)[1]
        await (other.update_customer(customer_id, values) if values else other.delete_customer(customer_id))
        return await ask(request)

    return fault


async def unreadable(request: httpx.Request, ask: Ask) -> httpx.Response:
    """Dub has written, and then the customer has something else."""
    await ask(request)
    other = client_of(httpx.MockTransport(ask), clock=StillClock())
    await other.update_customer(IDS[0], {"name": "Theirs"})
    raise httpx.ReadError("cut", request=request)


TAKEN = error(409, "conflict", "A customer with this external ID already exists.")
BAD_ROW = error(422, "unprocessable_entity", "invalid_type: externalId: Invalid input: expected string")
THEIRS = meanwhile(name="Theirs")
ENDS: list[tuple[str, str, str, Fault | None, str, str, tuple[str, ...], str]] = [
    ("done", "name", "GET", None, "done", "", (), "X"),
    ("the answer is lost, and it was done", "name", "PATCH", loses_the_answer, "done", "The answer was lost", (), "X"),
    ("it never came", "name", "PATCH", fails(httpx.ReadError), "not done", "Not saved", (), "Person 1"),
    ("Dub in trouble", "name", "PATCH", error(500, "x", "?"), "not done", "Not saved", (), "Person 1"),
    ("nobody knows", "name", "PATCH", unreadable, "not known", "Not known whether it was saved", (), "Theirs"),
    (
        "changed",
        "name",
        "GET",
        meanwhile(name="Theirs"),
        "changed meanwhile",
        "Name: Person 1 → Theirs",
        ("name",),
        "Theirs",
    ),
    ("another field", "name", "GET", meanwhile(stripeCustomerId="x"), "done", "", (), "X"),
    ("done by somebody", "name", "GET", meanwhile(name="X"), "skipped", "the same already", (), "X"),
    ("deleted", "name", "GET", meanwhile(), "gone", "No such customer", (), ""),
    ("deleted later", "name", "PATCH", meanwhile(), "gone", "No such customer", (), ""),
    (
        "refused",
        "externalId",
        "PATCH",
        TAKEN,
        "refused",
        "External ID: Another customer has",
        ("externalId",),
        "Person 1",
    ),
    ("broken", "name", "GET", BAD_ROW, "refused", "Dub refused it", (), "Person 1"),
    ("unreadable", "name", "GET", error(500, "x", "?"), "not done", "Dub is in trouble", (), "Person 1"),
    ("ignored", "country", "GET", None, "kept its own value", "Dub kept its own Country", ("country",), "Person 1"),
]


@pytest.mark.parametrize("end", ENDS, ids=[end[0] for end in ENDS])
async def test_what_becomes_of_a_row(
    desk: BulkDesk, end: tuple[str, str, str, Fault | None, str, str, tuple[str, ...], str]
) -> None:
    """Whatever it is, the next row is done, nothing is sent twice, and the journal knows."""
    _, field, method, fault, outcome, why, fields, name = end
    plan = await desk.set(field, "DE" if field == "country" else "X", 1)
    other = await desk.set("name", "Next", 2)
    if fault:
        desk.dub.on(method, f"/customers/{IDS[0]}", fault, times=8 if method == "GET" and outcome == "not done" else 1)
    run = desk.run(BulkPlan((*plan.rows, other.rows[1])))
    await run.run()
    result, following = run.results
    assert (result.outcome, result.fields, following.outcome) == (outcome, fields, "done")
    assert (result.why.title if result.why else "").startswith(why)
    assert result.is_lacking == (outcome not in ("done", "skipped"))
    desk.dub.mend()
    assert (await desk.held("name"))[: 1 if name else 0] == ([name] if name else [])
    assert len(desk.dub.sent("PATCH")) == len(desk.entries) == (2 if result.entry else 1)
    assert {entry.batch for entry in desk.entries} == {run.batch}


DELETIONS: list[tuple[str, Fault | None, str, str]] = [
    ("DELETE", None, "done", ""),
    ("DELETE", loses_the_answer, "done", "The answer was lost"),
    ("DELETE", fails(httpx.ReadError), "not done", "Not deleted"),
    ("DELETE", meanwhile(), "done", "It was gone at Dub already"),
    ("GET", meanwhile(), "done", "It was gone at Dub already"),
    ("GET", meanwhile(externalId="x"), "changed meanwhile", "External ID: user_1 → x"),
    ("GET", meanwhile(email="x@x.example"), "changed meanwhile", "E-mail: person1@letters.example → x@x.example"),
    ("GET", meanwhile(name="X"), "done", ""),
    ("GET", BAD_ROW, "refused", "Dub refused it"),
]


@pytest.mark.parametrize(("method", "fault", "outcome", "why"), DELETIONS)
@pytest.mark.parametrize("snapshots", [True, False])
async def test_what_becomes_of_a_deletion(
    desk: BulkDesk, method: str, fault: Fault | None, outcome: str, why: str, snapshots: bool
) -> None:
    """Who is not the one any more who was to be deleted is left."""
    if fault:
        desk.dub.on(method, f"/customers/{IDS[0]}", fault, times=1)
    run = desk.run(await delete_all(desk.store, (await desk.numbers())[:2], snapshots=snapshots))
    await run.run()
    assert outcomes(run) == [outcome, "done"]
    assert (run.results[0].why.title if run.results[0].why else "").startswith(why)
    assert len(await desk.held("id")) == (2 if outcome == "done" else 3)
    assert [bool(entry.before) for entry in desk.entries][-1:] == [snapshots]
    assert run.entry is None, "a deletion is final"


async def test_somebody_who_bought_meanwhile_is_not_deleted(desk: BulkDesk) -> None:
    plan = await delete_all(desk.store, (await desk.numbers())[:1])
    customer = plan.rows[0].customer
    assert customer
    stale = Row(plan.rows[0].doing, customer._replace(sales=None, sale_amount=-990))
    run = desk.run(BulkPlan((stale,)))
    await run.run()
    assert run.results[0].why
    assert run.results[0].why.title == "Lifetime value: -$9.90 → $0.00"
    assert desk.writes == []


async def test_an_end_that_cannot_be_noted_is_told(desk: BulkDesk) -> None:
    """And the next row is not sent."""

    async def spoils(request: httpx.Request, ask: Ask) -> httpx.Response:
        desk.path.write_bytes(b"not SQLite" * 100)
        return await ask(request)

    desk.dub.on("PATCH", "/customers", spoils)
    run = desk.run(await desk.set("name", "X"))
    with pytest.raises(OSError, match="file is not a database"):
        await run.run()
    assert outcomes(run) == ["done", "waiting", "waiting", "waiting"]
    assert run.results[0].unnoted
    assert desk.writes == ["1"]


# What holds for all


@pytest.mark.parametrize(
    ("method", "fault", "kind"),
    [
        ("GET", KEY, errors.KeyRefused),
        ("PATCH", KEY, errors.KeyRefused),
        ("PATCH", ROLE, errors.RoleTooLow),
        ("GET", fails(httpx.ConnectError), errors.Unreachable),
        ("PATCH", fails(httpx.ConnectError), errors.Unreachable),
        ("PATCH", error(429, "rate_limit_exceeded", "Too fast."), errors.TooFast),
    ],
    ids=["key", "key later", "role", "network", "network later", "limit"],
)
async def test_what_holds_for_all_leaves_the_rest_waiting(
    desk: BulkDesk, method: str, fault: Fault, kind: type[errors.DubError]
) -> None:
    """And once it is mended the run goes on with the row at which it ended."""
    run = desk.run(await desk.set("name", "X"))
    desk.dub.on(method, f"/customers/{IDS[1]}", fault)
    with pytest.raises(kind):
        await run.run()
    assert outcomes(run) == ["done", "waiting", "waiting", "waiting"]
    assert not run.is_running
    desk.dub.mend()
    await run.run()
    assert outcomes(run) == ["done"] * 4
    assert run.is_over
    assert await desk.held("name") == ["X"] * 4


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_read_only_switched_on_in_the_middle(desk: BulkDesk, method: str) -> None:
    """Before the next write, even between a row's reading and its write."""

    async def switches(request: httpx.Request, ask: Ask) -> httpx.Response:
        desk.client.read_only = True
        return await ask(request)

    desk.dub.on(method, f"/customers/{IDS[1]}", switches, times=1)
    run = desk.run(await desk.set("name", "X"))
    with pytest.raises(errors.ReadOnly):
        await run.run()
    done = 1 if method == "GET" else 2
    assert outcomes(run) == ["done"] * done + ["waiting"] * (4 - done)
    assert len(desk.entries) == done, "what is not sent is not noted"
    asked = len(desk.dub.requests)
    with pytest.raises(errors.ReadOnly):
        await run.run()
    assert len(desk.dub.requests) == asked, "nobody is even read"
    desk.client.read_only = False
    await run.run()
    assert outcomes(run) == ["done"] * 4


async def test_a_journal_that_cannot_be_written(desk: BulkDesk) -> None:
    desk.path.write_bytes(b"not SQLite" * 100)
    run = desk.run(await desk.set("name", "X"))
    with pytest.raises(OSError, match="cannot be used: file is not a database"):
        await run.run()
    assert (outcomes(run), desk.writes) == (["waiting"] * 4, [])
    desk.path.unlink()
    await run.run()
    assert outcomes(run) == ["done"] * 4


async def test_trouble_at_dub_again_and_again(tmp_path: Path) -> None:
    """A few rows may fail; several one after another are taken for more than their own."""
    async with desk_over(tmp_path, *[PLAIN] * (MOST_FAILURES + 2)) as desk:
        desk.dub.on("PATCH", "/customers", error(500, "internal_server_error", "?"))
        run = desk.run(await desk.set("name", "X"))
        with pytest.raises(errors.DubInTrouble):
            await run.run()
        assert outcomes(run) == ["not done"] * MOST_FAILURES + ["waiting"] * 2
        desk.dub.mend()
        assert run.retry() == MOST_FAILURES
        await run.run()
        assert outcomes(run) == ["done"] * (MOST_FAILURES + 2)


# Held, stopped, tried again


def at(place: int, outcome: str, run: Run, act: Callable[[], object]) -> None:
    """Do something once a row of the run has an outcome."""
    done: list[bool] = []

    def look() -> None:
        if not done and run.results[place].outcome == outcome:
            done.append(True)
            act()

    run.on_progress = look


async def soon(condition: Callable[[], bool]) -> None:
    """Until something is the case."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("waited in vain")


async def test_it_is_held_before_the_next_row_and_goes_on(desk: BulkDesk) -> None:
    run = desk.run(await desk.set("name", "X"))
    at(1, "asking Dub", run, run.pause)
    task = asyncio.create_task(run.run())
    await soon(lambda: run.results[1].outcome == "done")
    assert (run.is_paused, run.is_running, desk.writes) == (True, True, ["1", "2"])
    await asyncio.sleep(0.02)
    assert outcomes(run) == ["done", "done", "waiting", "waiting"]
    run.resume()
    await task
    assert (outcomes(run), run.is_paused, run.is_running) == (["done"] * 4, False, False)


async def test_it_ends_after_the_row_that_is_being_sent(desk: BulkDesk) -> None:
    run = desk.run(await desk.set("name", "X"))

    async def stops(request: httpx.Request, ask: Ask) -> httpx.Response:
        run.stop()
        return await ask(request)

    desk.dub.on("PATCH", f"/customers/{IDS[1]}", stops, times=1)
    await run.run()
    assert outcomes(run) == ["done", "done", "waiting", "waiting"]
    assert (run.is_stopping, run.is_over) == (True, False)
    await run.run()
    assert (outcomes(run), run.is_over) == (["done"] * 4, True)


async def test_a_row_that_is_only_being_read_is_left(desk: BulkDesk) -> None:
    """Such as one that waits for its turn."""
    run = desk.run(await desk.set("name", "X"))

    async def hangs(request: httpx.Request, ask: Ask) -> httpx.Response:
        run.stop()
        await asyncio.Event().wait()
        raise AssertionError

    desk.dub.on("GET", f"/customers/{IDS[1]}", hangs, times=1)
    await run.run()
    assert outcomes(run) == ["done", "waiting", "waiting", "waiting"]
    await run.run()
    assert outcomes(run) == ["done"] * 4


async def test_a_held_one_can_be_stopped(desk: BulkDesk) -> None:
    run = desk.run(await desk.set("name", "X"))
    run.pause()
    task = asyncio.create_task(run.run())
    await asyncio.sleep(0)
    run.stop()
    await task
    assert (outcomes(run), desk.writes) == (["waiting"] * 4, [])


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_cancelling_it_tells_that_nobody_knows(desk: BulkDesk, method: str) -> None:
    run = desk.run(await desk.set("name", "X"))
    begun = asyncio.Event()

    async def hangs(request: httpx.Request, ask: Ask) -> httpx.Response:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    desk.dub.on(method, f"/customers/{IDS[1]}", hangs, times=1)
    task = asyncio.create_task(run.run())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (outcomes(run), run.is_running) == (["done", "not known", "waiting", "waiting"], False)
    run.retry()
    await run.run()
    assert outcomes(run) == ["done"] * 4


async def test_only_those_that_failed_are_tried_again(desk: BulkDesk) -> None:
    desk.dub.on("PATCH", f"/customers/{IDS[0]}", TAKEN, times=1)
    desk.dub.on("PATCH", f"/customers/{IDS[2]}", fails(httpx.ReadError), times=1)
    desk.dub.on("GET", f"/customers/{IDS[3]}", meanwhile(name="Theirs"), times=1)
    run = desk.run(await desk.set("name", "X"))
    await run.run()
    assert outcomes(run) == ["refused", "done", "not done", "changed meanwhile"]
    assert run.retry() == 3
    assert outcomes(run) == ["waiting", "done", "waiting", "waiting"]
    await run.run()
    assert outcomes(run) == ["done", "done", "done", "changed meanwhile"], "still in nobody's hands but theirs"
    assert desk.writes == ["1", "2", "3", "1", "3"]


async def test_what_nobody_knows_is_looked_at_before_it_is_tried_again(desk: BulkDesk) -> None:
    """It had been done, so that nothing is sent."""

    async def lost(request: httpx.Request, ask: Ask) -> httpx.Response:
        desk.dub.on("GET", f"/customers/{IDS[0]}", fails(httpx.ReadError))
        return await loses_the_answer(request, ask)

    desk.dub.on("PATCH", f"/customers/{IDS[0]}", lost, times=1)
    run = desk.run(await desk.set("name", "X", 1))
    await run.run()
    assert outcomes(run) == ["not known"]
    desk.dub.mend()
    run.retry()
    await run.run()
    assert (outcomes(run), desk.writes) == (["skipped"], ["1"])


# Avatars


async def test_avatars_are_read_again_when_dub_has_fetched_them(desk: BulkDesk) -> None:
    """While the run goes on; one that is dropped by then is told."""
    slept: list[float] = []

    class Waiting(StillClock):
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)
            if seconds == AVATAR_SETTLES:
                await soon(lambda: outcomes(run) == ["done"] * 2)
                await desk.others.update_customer(IDS[1], {"avatar": None})

    desk.clock = desk.writer._clock = Waiting()
    run = desk.run(await desk.set("avatar", "https://x.example/a.png", 2))
    await run.run()
    assert outcomes(run) == ["done", "kept its own value"]
    assert slept == [AVATAR_SETTLES] * 2
    assert run.results[1].why
    assert run.results[1].why.title == "Avatar: Dub could not fetch the picture"
    assert run.results[1].fields == ("avatar",)


# The journal


async def test_it_is_taken_back_as_a_whole(tmp_path: Path) -> None:
    """Whatever it was of: what came to nothing is no part of it."""
    customers: list[dict[str, Any]] = [{}, {"name": None}, {"name": None, "email": None}, {"stripeCustomerId": "cus_4"}]
    async with desk_over(tmp_path, *customers) as desk:
        before = [await desk.held(field) for field in ("name", "email", "external_id")]
        desk.dub.on("PATCH", f"/customers/{IDS[0]}", TAKEN, times=1)
        numbers = await desk.numbers()
        rows = [
            changed(customer, {"name": f"New {customer.id[-1]}", "externalId": f"new_{customer.id[-1]}"})
            for customer in sorted(desk.store.rows(numbers), key=lambda one: one.id)
        ]
        run = desk.run(BulkPlan(tuple(rows)))
        await run.run()
        run.retry()
        await run.run()
        assert outcomes(run) == ["done"] * 4
        assert await desk.held("external_id") == ["new_1", "new_2", "new_3", "new_4"]
        assert run.entry
        entry = await desk.writer.entry(run.entry)
        assert entry
        steps = await inverses(desk.writer, entry)
        assert len(desk.entries) == 5
        assert [step.entry.customer_id for step in steps] == [IDS[0], *IDS[3:0:-1]]
        for step in steps:
            assert isinstance(step, PutBack)
            checked = await conflict.check(desk.client, desk.store, desk.clock, step.plan, {})
            assert checked.conflicts == ()
            await desk.writer.save(checked.plan)
        after = [await desk.held(field) for field in ("name", "email", "external_id")]
        assert after[1:] == before[1:]
        assert (after[0][:2], after[0][3]) == (before[0][:2], before[0][3])
        assert all(entry.undone for entry in desk.entries if entry.batch == run.batch and entry.took)


async def test_without_a_journal_it_is_done_all_the_same(tmp_path: Path) -> None:
    async with desk_over(tmp_path, {}, {}) as desk:
        desk.is_noting = False
        desk.__post_init__()
        run = desk.run(await desk.set("name", "X"))
        await run.run()
        assert (outcomes(run), run.entry) == (["done"] * 2, None)


async def test_what_was_not_taken_has_no_entry_to_take_back(desk: BulkDesk) -> None:
    run = desk.run(await desk.set("country", "DE"))
    await run.run()
    assert outcomes(run) == ["kept its own value"] * 4
    assert run.entry is None


# The budget


@in_no_time
async def test_a_long_run_meets_no_refusal_and_people_go_first(tmp_path: Path) -> None:
    """Eighty rows of three calls at a trial's limit; somebody who looks at customers meanwhile does not wait."""
    clock, count, limit = LoopClock(), 80, 120
    busy = dub(small(*[PLAIN] * count), clock=clock, rate_limit=limit)
    statuses: list[int] = []
    inner = busy.inner

    class Watching(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await inner.handle_async_request(request)
            statuses.append(response.status_code)
            return response

    busy.inner = Watching()
    desk = BulkDesk(busy, tmp_path / "journal.sqlite3", clock=clock)
    await desk.store.put(await desk.client.list_customers(CustomerQuery()), asked_at=0)
    plan = await desk.set("name", "X")
    guess = await estimated(desk.client, plan)
    began = clock.monotonic()
    run = desk.run(plan)
    waits: list[float] = []
    looks: set[asyncio.Task[None]] = set()

    async def look() -> None:
        asked = clock.monotonic()
        await desk.client.get_customer(IDS[0])
        waits.append(clock.monotonic() - asked)

    def somebody_looks() -> None:
        if run.counts["done"] % 4 == 0:
            looks.add(asyncio.create_task(look()))

    run.on_progress = somebody_looks
    await run.run()
    await asyncio.gather(*looks)
    assert outcomes(run) == ["done"] * count
    assert (statuses.count(429), set(waits), len(waits) > count / 4) == (0, {0.0}, True)
    assert guess.seconds == pytest.approx(240 * 60 / 96)
    assert clock.monotonic() - began <= guess.seconds + 60
    desk.journal.close()
    desk.store.close()


@pytest.mark.parametrize(("others", "sent"), [(15, 0), (14, 1), (13, 2), (12, 3)])
@in_no_time
async def test_every_call_leaves_a_fifth_to_people(tmp_path: Path, others: int, sent: int) -> None:
    """Of twenty calls a minute, one of which the list took: the reading, the write, and the reading after it."""
    clock = LoopClock()
    desk = BulkDesk(dub(small({}), clock=clock, rate_limit=20), tmp_path / "journal.sqlite3", clock=clock)
    await desk.store.put(await desk.others.list_customers(CustomerQuery()), asked_at=0)
    plan = await desk.set("name", "X")
    for _ in range(others):
        await desk.client.learn_limit()
    begun, at_first_wait = len(desk.dub.requests), []
    desk.client.on_wait = lambda: at_first_wait.append(len(desk.dub.requests) - begun)
    run = desk.run(plan)
    await run.run()
    assert (outcomes(run), [*at_first_wait, 3][0]) == (["done"], sent)
    desk.journal.close()
    desk.store.close()


@in_no_time
async def test_what_holds_it_back_is_told(tmp_path: Path) -> None:
    clock = LoopClock()
    desk = BulkDesk(dub(small({}), clock=clock, rate_limit=20), tmp_path / "journal.sqlite3", clock=clock)
    await desk.store.put(await desk.others.list_customers(CustomerQuery()), asked_at=0)
    plan = await desk.set("name", "X")
    for _ in range(18):
        await desk.client.learn_limit()
    run, told = desk.run(plan), []
    desk.client.on_wait = lambda: told.append((run.waiting is not None, run.seconds_left))
    await run.run()
    (is_waiting, held), (is_still_waiting, free) = told[:2]
    assert (is_waiting, is_still_waiting) == (True, False)
    assert held - free > 45, "the rest of the minute comes to it"
    desk.journal.close()
    desk.store.close()


async def test_how_long_the_rest_takes(desk: BulkDesk) -> None:
    """By the estimate at first, then by the pace so far, but no faster than the budget allows."""
    moments = iter(range(0, 1000, 7))

    class Ticking(StillClock):
        def monotonic(self) -> float:
            return float(next(moments))

    plan = await desk.set("name", "X")
    run = Run(desk.client, desk.store, Ticking(), desk.writer, plan)
    assert run.seconds_left == pytest.approx(12 * ANSWER)
    at(1, "waiting", run, run.stop)
    await run.run()
    left = sum(result.outcome == "waiting" for result in run.results)
    assert run.seconds_left == pytest.approx(left * 7)
    desk.client._pacer.minute.limit = 1
    assert run.seconds_left == pytest.approx(left * 3 * 75)


# The report


async def test_the_report_has_a_line_for_each_field(desk: BulkDesk) -> None:
    customer = desk.store.row(IDS[0])
    other = desk.store.row(IDS[1])
    assert customer
    assert other
    rows = (
        changed(customer, {"name": "=1+1", "country": "DE"}, line=2),
        changed(other, {"email": None}),
        Row(Skip("no such customer"), line=4, key="nobody@x.example"),
        Row(Skip("the same already", is_fine=True), customer, 5, "user_1"),
    )
    run = desk.run(BulkPlan(rows))
    await run.run()
    read = list(csv.reader(io.StringIO("".join(lines(run.results)), newline="")))
    assert read == [
        list(HEADS),
        [IDS[0], "user_1", "name", "Person 1", "'=1+1", "done", ""],
        [IDS[0], "user_1", "country", "GB", "DE", "kept its own value", "line 2: Dub kept its own Country."],
        [IDS[1], "user_2", "email", "person2@letters.example", "", "done", ""],
        ["", "", "", "", "", "skipped", "line 4, nobody@x.example: no such customer."],
        [IDS[0], "user_1", "", "", "", "skipped", "line 5: the same already."],
    ]


# In words


def test_every_outcome_has_its_words() -> None:
    assert list(SIGNS) == list(Outcome)
    assert set(COUNTED) | set(LEFT) == set(Outcome)
    for outcome in Outcome:
        assert str(outcome) in plain(outcome_spans(outcome))
    assert plain(outcome_spans("refused", "Name: no\x1b")) == "× refused, Name: no␛"


def test_counts_and_estimates_in_words() -> None:
    counts = {"done": 1021, "refused": 1, "skipped": 3, "waiting": 12, "asking Dub": 1}
    assert counts_words(counts) == "1,021 done, 1 refused, 3 skipped, 13 to go"
    assert counts_words({"waiting": 2}, left="not begun") == "2 not begun"
    assert plan_words(31, 4, 3) == "38 customers: 31 to change, 4 the same already, 3 skipped"
    assert plan_words(1, 0, 0, "line") == "1 line: 1 to change"
    assert plan_words(0, 0, 0) == "0 customers"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 s"), (11.2, "12 s"), (90, "90 s"), (91, "2 min"), (3600, "60 min"), (5400, "90 min"), (5401, "2 h")],
)
def test_durations_are_rounded_up(seconds: float, words: str) -> None:
    assert estimate_words(38, seconds) == f"38 changes, about {words}"
    assert left_words(seconds) == f"about {words} more"
