"""Writing: noted before anything is sent, completed after, and found out about where nobody did that."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from dubtui.api import errors
from dubtui.api.client import DubClient
from dubtui.api.clock import Clock
from dubtui.api.retrying import MOST_TRIES
from dubtui.customers import conflict
from dubtui.customers.creation import Created
from dubtui.customers.deletion import Deleted
from dubtui.customers.editing import EditPlan, Saved, plan, value_of
from dubtui.customers.writer import Writer
from dubtui.customers.writing import LATE, Undone, Unknown
from dubtui.display.journal import unfinished_words
from dubtui.fields import Naming
from dubtui.store.drafts import Draft, Drafts
from dubtui.store.journal import Entry, Journal, Outcome, Verb
from dubtui.store.store import Store
from tests.api.clients import client_of, dub, small
from tests.demo.made import row
from tests.faults import Ask, Fault, Faulty, error, fails, loses_the_answer
from tests.stage import NOW, StillClock

ADA = row(1)["id"]
HERE = "ws_here"
NEW = {"externalId": "user_9", "country": "FR"}


@dataclass
class Desk:
    """Somebody who changes the first customer of a workspace, with a journal."""

    dub: Faulty
    path: Path
    clock: Clock = field(default_factory=StillClock)
    store: Store = field(default_factory=Store)
    is_noting: bool = True

    def __post_init__(self) -> None:
        self.client = client_of(self.dub, clock=self.clock)
        self.journal = Journal(self.path)
        self.writer = Writer(self.client, self.store, self.clock, self.journal if self.is_noting else None, HERE)

    async def plan(self, **changes: str | None) -> EditPlan:
        """What some fields are to become."""
        reading = await conflict.read(self.client, self.store, self.clock, ADA)
        assert reading
        return plan(ADA, reading.values, changes)

    @property
    def entries(self) -> list[Entry]:
        """What the journal holds, the oldest first."""
        return self.journal.entries(HERE)[::-1]

    @property
    def others(self) -> DubClient:
        """Somebody else's client, whom no fault meets."""
        return client_of(self.dub.inner, clock=StillClock())

    def killed(self) -> None:
        """The process is gone, and another one starts."""
        self.journal.close()
        self.__post_init__()


@asynccontextmanager
async def desk_over(path: Path, *customers: dict[str, Any], **options: Any) -> AsyncIterator[Desk]:
    """A desk over a workspace of some customers, who differ as told."""
    desk = Desk(dub(small(*customers), clock=StillClock()), path / "journal.sqlite3", **options)
    yield desk
    desk.journal.close()
    desk.store.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_over(tmp_path, {}, {}) as desk:
        yield desk


# What is noted


async def test_an_edit_is_noted(desk: Desk) -> None:
    edit = await desk.plan(name="Ada King", country="FR")
    before = desk.store.sent(ADA)
    written = await desk.writer.save(edit, batch="b1")
    assert isinstance(written.outcome, Saved)
    assert written.outcome.ignored == ("country",)
    assert desk.entries == [
        Entry(
            HERE,
            1795210860000,
            Verb.EDIT,
            ADA,
            "user_1",
            before,
            Naming.REAL,
            {"name": "Ada King", "country": "FR"},
            "b1",
            None,
            1,
            Outcome.DONE,
            desk.store.sent(ADA),
            ("name",),
        )
    ]
    assert written.entry == 1


async def test_a_creation_is_noted(desk: Desk) -> None:
    written = await desk.writer.create(NEW)
    assert isinstance(written.outcome, Created)
    (entry,) = desk.entries
    assert (entry.verb, entry.customer_id, entry.label) == (Verb.CREATE, written.outcome.customer.id, "user_9")
    assert (entry.before, entry.body, entry.after) == (None, NEW, written.outcome.customer.sent)


async def test_a_deletion_is_noted_with_a_copy(desk: Desk) -> None:
    await desk.plan()
    before = desk.store.sent(ADA)
    written = await desk.writer.delete(ADA, undoes=4)
    assert isinstance(written.outcome, Deleted)
    (entry,) = desk.entries
    assert (entry.verb, entry.before, entry.body, entry.label) == (Verb.DELETE, before, None, "user_1")
    assert (entry.outcome, entry.undoes) == (Outcome.DONE, 4)


async def test_without_a_copy_only_the_dub_id_stays(desk: Desk) -> None:
    """Not even what was noted and typed of that customer before."""
    await desk.writer.save(await desk.plan(name="CANARY"))
    Drafts(desk.path, HERE).keep(Draft(ADA, {"name": "CANARY"}, b"{}", Naming.REAL, 0))
    written = await desk.writer.delete(ADA, snapshot=False)
    assert isinstance(written.outcome, Deleted)
    (entry,) = desk.entries
    assert (entry.verb, entry.customer_id, entry.label, entry.before) == (Verb.DELETE, ADA, ADA, None)
    assert Drafts(desk.path, HERE).all() == []
    content = desk.path.read_bytes()
    assert b"CANARY" not in content
    assert b"user_1" not in content


async def test_a_deletion_without_a_copy_that_came_to_nothing_removes_nothing(desk: Desk) -> None:
    await desk.writer.save(await desk.plan(name="Ada King"))
    desk.dub.on("DELETE", "/customers", error(403, "forbidden", "You don't have the required role."))
    await desk.writer.delete(ADA, snapshot=False)
    assert [(entry.verb, entry.outcome) for entry in desk.entries] == [
        (Verb.EDIT, Outcome.DONE),
        (Verb.DELETE, Outcome.REFUSED),
    ]


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({}, "user_1"),
        ({"externalId": ""}, "person1@letters.example"),
        ({"externalId": "", "email": None}, "Person 1"),
        ({"externalId": "", "email": None, "name": None}, ADA),
    ],
)
async def test_what_somebody_is_called_in_the_journal(tmp_path: Path, changes: dict[str, Any], label: str) -> None:
    async with desk_over(tmp_path, changes) as desk:
        await desk.writer.save(await desk.plan(stripeCustomerId="cus_S"))
        assert desk.entries[0].label == label


async def test_a_name_that_dub_invents_is_known_as_one(tmp_path: Path) -> None:
    async with desk_over(tmp_path, {"name": None, "email": None}) as desk:
        await desk.writer.save(await desk.plan(name="Ada"))
        assert desk.entries[0].naming is Naming.INVENTED


async def test_an_avatar_is_noted_as_it_is_later(desk: Desk) -> None:
    """The entry still says that Dub took it: what it had before is gone all the same."""
    seconds = [0.0]

    class Passing(StillClock):
        async def sleep(self, seconds_: float) -> None:
            seconds[0] += seconds_

    desk.clock = Passing()
    desk.dub = dub(small({}), clock=StillClock())
    desk.__post_init__()
    edit = await desk.plan(avatar="ftp://images.example/a.png")
    written = await desk.writer.save(edit)
    await desk.others.update_customer(ADA, {"avatar": None})
    assert isinstance(written.outcome, Saved)
    later = await desk.writer.settled(written.outcome, written.entry)
    assert later.ignored == ("avatar",)
    (entry,) = desk.entries
    assert (json.loads(entry.after or b"")["avatar"], entry.took) == (None, ("avatar",))
    assert seconds == [5.0]


# In which order


async def _stands_in_the_file(desk: Desk) -> list[str]:
    with closing(sqlite3.connect(desk.path)) as connection:
        return [row[0] for row in connection.execute("SELECT outcome FROM entry")]


WRITES: dict[str, Callable[[Desk], Any]] = {
    "PATCH": lambda desk: desk.writer.save(EditPlan(ADA, ())),
    "POST": lambda desk: desk.writer.create(NEW),
    "DELETE": lambda desk: desk.writer.delete(ADA),
}


@pytest.mark.parametrize("method", WRITES)
async def test_it_is_noted_when_it_is_sent(desk: Desk, method: str) -> None:
    seen: list[list[str]] = []

    async def looks(request: httpx.Request, ask: Ask) -> httpx.Response:
        seen.append(await _stands_in_the_file(desk))
        return await ask(request)

    desk.dub.on(method, "/customers", looks)
    await WRITES[method](desk)
    assert seen == [["begun"]]
    assert await _stands_in_the_file(desk) == ["done"]


@pytest.mark.parametrize("method", WRITES)
async def test_what_cannot_be_noted_is_not_sent(desk: Desk, method: str) -> None:
    desk.path.write_bytes(b"not SQLite" * 100)
    with pytest.raises(OSError, match="cannot be used: file is not a database"):
        await WRITES[method](desk)
    assert desk.dub.requests == []


@pytest.mark.parametrize("method", WRITES)
async def test_an_end_that_cannot_be_noted_hides_nothing(desk: Desk, method: str) -> None:
    async def spoils(request: httpx.Request, ask: Ask) -> httpx.Response:
        answer = await ask(request)
        desk.path.write_bytes(b"not SQLite" * 100)
        return answer

    desk.dub.on(method, "/customers", spoils)
    written = await WRITES[method](desk)
    assert isinstance(written.outcome, Saved | Created | Deleted)
    assert "file is not a database" in str(written.unnoted)


@pytest.mark.parametrize("method", WRITES)
async def test_without_a_journal_it_is_sent_all_the_same(tmp_path: Path, method: str) -> None:
    async with desk_over(tmp_path, {}, is_noting=False) as desk:
        written = await WRITES[method](desk)
        assert isinstance(written.outcome, Saved | Created | Deleted)
        assert (written.entry, await desk.writer.entries(), await desk.writer.unfinished()) == (None, [], [])
        assert not desk.path.exists()


@pytest.mark.parametrize("method", WRITES)
async def test_a_client_that_only_reads_notes_nothing(desk: Desk, method: str) -> None:
    desk.client.read_only = True
    written = await WRITES[method](desk)
    assert isinstance(written.outcome, Undone)
    assert isinstance(written.outcome.error, errors.ReadOnly)
    assert written.entry is None
    assert not desk.path.exists()
    assert desk.dub.requests == []


# How it ended


async def _somebody_else(request: httpx.Request, ask: Ask) -> httpx.Response:
    """Somebody else saves another name, and the answer to ours is lost."""
    other = client_of(httpx.MockTransport(ask), clock=StillClock())
    await other.update_customer(ADA, {"name": "Theirs"})
    raise httpx.ReadError("cut", request=request)


REFUSALS = (
    ("409", error(409, "conflict", "Taken."), "Another customer has this value"),
    ("422", error(422, "unprocessable_entity", "custom: name: no"), "Dub refused it"),
    ("404", error(404, "not_found", "Customer not found."), "No such customer"),
    ("429", error(429, "rate_limit_exceeded", "Too fast."), "Too many requests"),
)
ENDS: list[tuple[str, Fault, type[object], Outcome, str, str]] = [
    ("lost after", loses_the_answer, Saved, Outcome.DONE, "", "Ada King"),
    ("lost before", fails(httpx.ReadError), Undone, Outcome.NOT_DONE, "Dub cannot be reached", "Person 1"),
    ("never left", fails(httpx.ConnectError), Undone, Outcome.NOT_DONE, "Dub cannot be reached", "Person 1"),
    ("500", error(500, "internal_server_error", "?"), Undone, Outcome.NOT_DONE, "Dub is in trouble", "Person 1"),
    ("somebody else", _somebody_else, Unknown, Outcome.UNKNOWN, "Dub cannot be reached", "Theirs"),
    *((what, fault, Undone, Outcome.REFUSED, why, "Person 1") for what, fault, why in REFUSALS),
]


@pytest.mark.parametrize(("what", "fault", "kind", "outcome", "why", "held"), ENDS, ids=[what for what, *_ in ENDS])
async def test_how_an_edit_ended_is_noted(
    desk: Desk, what: str, fault: Fault, kind: type[object], outcome: Outcome, why: str, held: str
) -> None:
    """A lost answer, before and after Dub wrote, ends as it ended at Dub; nothing but a 429 is sent twice."""
    edit = await desk.plan(name="Ada King")
    desk.dub.on("PATCH", "/customers", fault)
    written = await desk.writer.save(edit)
    assert isinstance(written.outcome, kind)
    (entry,) = desk.entries
    assert (entry.outcome, entry.why) == (outcome, why)
    assert (await desk.others.get_customer(ADA)).name == held
    assert len(desk.dub.sent("PATCH")) == (MOST_TRIES if what == "429" else 1)


# A process that was killed


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def dies(desk: Desk) -> Callable[..., Fault]:
    """A fault at which the process ends, after Dub has done something or nothing."""

    def fault(*, done: bool) -> Fault:
        async def die(request: httpx.Request, ask: Ask) -> httpx.Response:
            if done:
                await ask(request)
            raise Killed

        return die

    return fault


async def _cut_short(desk: Desk, method: str, fault: Fault) -> Entry:
    """A write during which the process ends; its entry, as the next process finds it."""
    edit = await desk.plan(name="Ada King", country="FR")
    desk.dub.on(method, "/customers", fault)
    with pytest.raises(Killed):
        await (desk.writer.save(edit) if method == "PATCH" else WRITES[method](desk))
    assert await desk.writer.unfinished() == [], "it is still there"
    desk.dub.mend()
    desk.killed()
    (entry,) = await desk.writer.unfinished()
    assert entry.outcome is Outcome.BEGUN
    return entry


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("method", WRITES)
async def test_the_next_start_knows_what_dub_has(
    desk: Desk, dies: Callable[..., Fault], method: str, done: bool
) -> None:
    entry = await _cut_short(desk, method, dies(done=done))
    settled = await desk.writer.settle(entry)
    assert settled.ending.outcome is (Outcome.DONE if done else Outcome.NOT_DONE)
    assert await desk.writer.unfinished() == []
    (entry,) = desk.entries
    assert entry.outcome is settled.ending.outcome
    if method == "PATCH":
        assert settled.customer
        assert value_of(settled.customer, "name") == ("Ada King" if done else "Person 1")
        assert entry.took == (("name",) if done else ())
    if method == "POST" and done:
        assert entry.customer_id
    assert not [request for request in desk.dub.requests if request.method not in ("GET", method)]
    assert len(desk.dub.sent(method)) == 1


async def test_what_somebody_else_made_of_it(desk: Desk, dies: Callable[..., Fault]) -> None:
    entry = await _cut_short(desk, "PATCH", dies(done=True))
    await desk.others.update_customer(ADA, {"name": "Theirs"})
    settled = await desk.writer.settle(entry)
    assert (settled.ending.outcome, desk.entries[0].outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)
    assert settled.customer
    assert settled.customer.name == "Theirs"


async def test_somebody_who_is_gone_by_then(desk: Desk, dies: Callable[..., Fault]) -> None:
    entry = await _cut_short(desk, "PATCH", dies(done=True))
    await desk.others.delete_customer(ADA)
    settled = await desk.writer.settle(entry)
    assert (settled.ending.outcome, settled.customer) == (Outcome.UNKNOWN, None)


async def test_another_customer_of_that_external_id(desk: Desk, dies: Callable[..., Fault]) -> None:
    entry = await _cut_short(desk, "POST", dies(done=False))
    await desk.others.create_customer({**NEW, "country": "DE"})
    settled = await desk.writer.settle(entry)
    assert settled.ending.outcome is Outcome.UNKNOWN


async def test_where_dub_cannot_be_read_it_stays_unfinished(desk: Desk, dies: Callable[..., Fault]) -> None:
    entry = await _cut_short(desk, "PATCH", dies(done=True))
    desk.dub.on("GET", "/customers", fails(httpx.ConnectError))
    settled = await desk.writer.settle(entry)
    assert (settled.ending.outcome, type(settled.error)) == (Outcome.BEGUN, errors.Unreachable)
    assert await desk.writer.unfinished() == [entry]


async def test_what_may_still_be_on_its_way_is_looked_at_twice(desk: Desk, dies: Callable[..., Fault]) -> None:
    """Dub writes it after the first look."""
    entry = await _cut_short(desk, "PATCH", dies(done=False))
    waited = []

    class Late(StillClock):
        async def sleep(self, seconds: float) -> None:
            waited.append(seconds)
            await desk.others.update_customer(ADA, {"name": "Ada King"})

    desk.clock = Late()
    desk.__post_init__()
    settled = await desk.writer.settle(entry)
    assert (settled.ending.outcome, waited) == (Outcome.DONE, [sum(LATE)])


async def test_a_name_that_was_none_before(tmp_path: Path) -> None:
    """An invention at Dub is no sign that somebody else wrote."""
    async with desk_over(tmp_path, {"name": None, "email": None}) as desk:

        async def die(request: httpx.Request, ask: Ask) -> httpx.Response:
            raise Killed

        edit = await desk.plan(name="Ada")
        desk.dub.on("PATCH", "/customers", die, times=1)
        with pytest.raises(Killed):
            await desk.writer.save(edit)
        desk.killed()
        (entry,) = await desk.writer.unfinished()
        settled = await desk.writer.settle(entry)
        assert settled.ending.outcome is Outcome.NOT_DONE


# In words


def entry_of(verb: Verb) -> Entry:
    return Entry(HERE, 1795210860000, verb, ADA, "user_1\x1b", number=7)


@pytest.mark.parametrize(
    ("verb", "outcome", "is_there", "says"),
    [
        (Verb.EDIT, "done", True, "Dub has it: Name is Ada King."),
        (Verb.EDIT, "not done", True, "Dub does not have it: Name is Ada King."),
        (Verb.EDIT, "unknown", True, "Dub has something else by now: Name is Ada King."),
        (Verb.EDIT, "unknown", False, "Dub has no such customer any more."),
        (Verb.DELETE, "done", False, "Dub has it: the customer is gone."),
        (Verb.DELETE, "not done", True, "Dub does not have it: the customer is still there."),
        (Verb.CREATE, "done", True, "Dub has it: the customer is there."),
        (Verb.CREATE, "not done", False, "Dub does not have it: there is no such customer."),
        (Verb.CREATE, "unknown", True, "Dub has another customer of this external ID."),
        (Verb.EDIT, "begun", False, "could not be read (Dub takes too long); it is looked at again next time."),
    ],
    ids=str,
)
def test_an_unfinished_write_is_told(verb: Verb, outcome: str, is_there: bool, says: str) -> None:
    unread = "Dub takes too long" if outcome == "begun" else ""
    words = unfinished_words(entry_of(verb), outcome, [("name", "Ada King")], NOW, is_there=is_there, unread=unread)
    what = {Verb.EDIT: "edit", Verb.CREATE: "creation", Verb.DELETE: "deletion"}[verb]
    assert words.startswith(f"Entry 7 was cut short (Nov 20, 2026, 9:41 PM): the {what} of user_1␛. ")
    assert words.endswith(says)
