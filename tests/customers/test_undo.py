"""Taking back what was changed: what is put back, what cannot be, and that it leaves the record where it was."""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubtui.customers import conflict
from dubtui.customers.conflict import Conflict
from dubtui.customers.deletion import Deleted
from dubtui.customers.editing import Change, EditPlan, Saved, plan, problems
from dubtui.customers.undo import FINAL, NO_RECORD, Nothing, PutBack, Remove, inverse, inverses, latest, newest
from dubtui.customers.writer import Writer
from dubtui.demo.server import Demo
from dubtui.fields import Naming
from dubtui.store.journal import Entry, Journal, Outcome, Verb
from dubtui.store.store import Store
from tests.api.clients import client_of, small
from tests.demo.made import row
from tests.faults import Faulty
from tests.stage import NOW, StillClock

ADA = row(1)["id"]
HERE = "ws_here"
HOSTED = "https://dubassets.com/customers/cus_1/avatar_1"
PLAIN: dict[str, Any] = {
    "id": ADA,
    "name": "Ada",
    "email": "ada@x.example",
    "externalId": "user_1",
    "stripeCustomerId": None,
    "country": "GB",
    "avatar": None,
}


def entry_of(
    body: Mapping[str, str | None],
    before: Mapping[str, Any] | None = None,
    *,
    naming: Naming = Naming.REAL,
    **more: Any,
) -> Entry:
    """An edit that Dub took, of a record that differed from the plain one as told."""
    record = {**PLAIN, **(before or {})}
    entry = Entry(
        HERE,
        0,
        Verb.EDIT,
        ADA,
        "user_1",
        json.dumps(record).encode(),
        naming,
        body,
        number=7,
        outcome=Outcome.DONE,
        after=json.dumps({**record, **body}).encode(),
        took=tuple(body),
    )
    return replace(entry, **more)


def put_back(entry: Entry) -> PutBack:
    found = inverse(entry)
    assert isinstance(found, PutBack)
    return found


# What is sent, and what cannot be


PUT_BACK: list[tuple[Entry, list[tuple[str, str | None, str | None]], dict[str, str]]] = [
    (entry_of({"name": "Ada King"}), [("name", "Ada King", "Ada")], {}),
    (entry_of({"name": None}), [("name", None, "Ada")], {}),
    (entry_of({"name": "X", "email": None}), [("name", "X", "Ada"), ("email", None, "ada@x.example")], {}),
    (entry_of({"name": "X"}, {"name": "ada@x.example"}, naming=Naming.NONE), [("name", "X", None)], {}),
    (entry_of({"name": "X"}, {"name": "Red Fox"}, naming=Naming.INVENTED), [("name", "X", None)], {}),
    (
        entry_of({"name": "X"}, {"name": "Red Fox"}, naming=Naming.UNCONFIRMED),
        [],
        {"name": "one that Dub invented"},
    ),
    (entry_of({"name": "ada@x.example"}), [("name", None, "Ada")], {}),
    (entry_of({"email": "a@b.example"}, {"email": None}), [("email", "a@b.example", None)], {}),
    (
        entry_of({"email": "a@b.example"}, {"email": ""}),
        [("email", "a@b.example", None)],
        {"email": "It was an empty text"},
    ),
    (entry_of({"externalId": "x"}), [("externalId", "x", "user_1")], {}),
    (entry_of({"externalId": "x"}, {"externalId": ""}), [("externalId", "x", "")], {}),
    (entry_of({"externalId": "x"}, {"externalId": None}), [], {"externalId": "There was none"}),
    (entry_of({"stripeCustomerId": "cus_S"}), [("stripeCustomerId", "cus_S", None)], {}),
    (
        entry_of({"stripeCustomerId": None}, {"stripeCustomerId": "cus_S"}),
        [("stripeCustomerId", None, "cus_S")],
        {},
    ),
    (entry_of({"stripeCustomerId": "cus_S"}, {"stripeCustomerId": ""}), [("stripeCustomerId", "cus_S", "")], {}),
    (entry_of({"country": "DE"}), [("country", "DE", "GB")], {}),
    (entry_of({"country": "DE"}, {"country": "narnia"}), [("country", "DE", "narnia")], {}),
    (entry_of({"country": "DE"}, {"country": None}), [], {"country": "which Dub cannot be told"}),
    (
        entry_of({"country": "DE", "name": "X"}, {"country": ""}),
        [("name", "X", "Ada")],
        {"country": "cannot be told"},
    ),
    (entry_of({"avatar": HOSTED}), [("avatar", HOSTED, None)], {}),
    (entry_of({"avatar": None}, {"avatar": HOSTED}), [("avatar", None, HOSTED)], {}),
    (replace(entry_of({"name": "X"}), before=None), [], {"name": NO_RECORD}),
]


@pytest.mark.parametrize(
    ("entry", "changes", "lost"), PUT_BACK, ids=[f"{entry.body} {changes}" for entry, changes, _ in PUT_BACK]
)
def test_what_puts_an_edit_back(
    entry: Entry, changes: list[tuple[str, str | None, str | None]], lost: dict[str, str]
) -> None:
    found = put_back(entry)
    assert list(found.plan.changes) == [Change(*change) for change in changes]
    assert (found.plan.customer_id, found.plan.undoes, found.never_taken) == (ADA, 7, ())
    assert [told.field for told in found.lost] == list(lost)
    assert all(words in told.words for told, words in zip(found.lost, lost.values(), strict=True))


def test_what_dub_never_took_is_not_put_back() -> None:
    found = put_back(entry_of({"name": "X", "country": "DE"}, took=("name",)))
    assert [change.field for change in found.plan.changes] == ["name"]
    assert (found.never_taken, found.lost) == (("country",), ())


def test_an_avatar_is_compared_by_the_address_that_dub_gave_it() -> None:
    after = json.dumps({**PLAIN, "avatar": f"{HOSTED}2"}).encode()
    entry = entry_of({"avatar": "https://x.example/a.png"}, {"avatar": HOSTED}, after=after)
    found = put_back(entry)
    assert found.plan.changes == (Change("avatar", f"{HOSTED}2", HOSTED),)
    assert "may have it no longer" in found.plan.warnings[0]


def test_a_name_that_was_none_is_told() -> None:
    found = put_back(entry_of({"name": "X"}, {"name": "ada@x.example"}, naming=Naming.NONE))
    assert "Without a name Dub shows the e-mail" in found.plan.warnings[0]


@pytest.mark.parametrize("outcome", [Outcome.BEGUN, Outcome.REFUSED, Outcome.NOT_DONE, Outcome.UNKNOWN])
def test_what_was_not_done_is_not_taken_back(outcome: Outcome) -> None:
    found = inverse(entry_of({"name": "X"}, outcome=outcome))
    assert isinstance(found, Nothing)
    assert (str(outcome) in found.words, found.is_undone) == (True, False)


def test_a_deletion_is_final_and_a_creation_takes_one() -> None:
    deletion, creation = (entry_of({}, verb=verb) for verb in (Verb.DELETE, Verb.CREATE))
    assert inverse(deletion) == Nothing(deletion, FINAL)
    assert inverse(creation) == Remove(creation)


def test_what_is_undone_is_not_undone_again() -> None:
    found = inverse(entry_of({"name": "X"}, undone=True))
    assert isinstance(found, Nothing)
    assert found.is_undone


# Which one


def test_the_newest_that_can_be_taken_back() -> None:
    edit, creation = entry_of({"name": "X"}), entry_of({}, verb=Verb.CREATE)
    ignored = entry_of({"country": "DE"}, took=())
    cannot = [
        ignored,
        entry_of({}, verb=Verb.DELETE),
        entry_of({"name": "X"}, outcome=Outcome.REFUSED),
        entry_of({"name": "X"}, undone=True),
        entry_of({"externalId": "x"}, {"externalId": None}),
    ]
    assert latest([]) is None
    assert latest(cannot) is None
    assert latest([*cannot, edit, creation]) is edit
    assert latest([*cannot, creation, edit]) is creation


# On a demo


class Desk:
    """Somebody who edits and undoes on a demo of one customer and another, with a journal."""

    def __init__(self, folder: Path, customer: Mapping[str, Any], **options: Any) -> None:
        self.demo = Demo(small(dict(customer), {}), clock=NOW.timestamp, rng=random.Random(7), **options)
        self.dub = Faulty(httpx.ASGITransport(app=self.demo))
        self.clock = StillClock()
        self.client = client_of(self.dub, clock=self.clock)
        self.store = Store()
        self.journal = Journal(folder / "journal.sqlite3")
        self.writer = Writer(self.client, self.store, self.clock, self.journal, HERE)

    def close(self) -> None:
        self.journal.close()
        self.store.close()
        self.demo.close()

    @property
    def row(self) -> dict[str, Any]:
        """What stands in Dub's database."""
        found: Any = self.demo._rows.by_id("ws_1", ADA)
        return dict(found)

    async def edit(self, wanted: Mapping[str, str | None]) -> int | None:
        """Change some fields; the entry's number, None where that changes nothing."""
        reading = await conflict.read(self.client, self.store, self.clock, ADA)
        assert reading
        edit = plan(ADA, reading.values, wanted)
        if not edit.changes or problems(edit):
            return None
        return await self._save(edit, reading.values)

    async def undo(self, number: int | None = None) -> int:
        """Take back an entry, by default the newest that can be; the number of the one that was taken back."""
        entries = self.journal.entries(HERE)
        entry = latest(entries) if number is None else self.journal.entry(HERE, number)
        assert entry
        back = put_back(entry)
        assert back.lost == ()
        await self._save(back.plan, {})
        return entry.number

    async def _save(self, edit: EditPlan, opened: Mapping[str, str | None]) -> int:
        checked = await conflict.check(self.client, self.store, self.clock, edit, opened)
        assert (checked.conflicts, checked.is_gone) == ((), False)
        assert checked.plan.changes
        written = await self.writer.save(checked.plan)
        assert isinstance(written.outcome, Saved)
        assert written.outcome.ignored == ()
        assert written.entry
        return written.entry


@asynccontextmanager
async def desk_over(folder: Path, customer: Mapping[str, Any] | None = None, **options: Any) -> AsyncIterator[Desk]:
    """A desk over a customer who differs as told."""
    desk = Desk(folder, customer or {}, **options)
    yield desk
    desk.close()


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ({}, {"name": "Ada King"}),
        ({}, {"name": None}),
        ({"name": None}, {"name": "Ada King"}),
        ({"name": None, "email": None}, {"name": "Ada King"}),
        ({"email": None}, {"name": None}),
        ({}, {"email": None}),
        ({"name": None, "email": None}, {"email": "ada@x.example"}),
        ({"name": None}, {"name": "Ada King", "email": None}),
        ({}, {"externalId": "org/42"}),
        ({"externalId": ""}, {"externalId": "org/42"}),
        ({}, {"stripeCustomerId": "cus_S"}),
        ({"stripeCustomerId": "cus_S"}, {"stripeCustomerId": None}),
        ({"avatar": HOSTED}, {"avatar": None}),
        ({"avatar": HOSTED}, {"avatar": "https://x.example/a.png"}),
        ({}, {"avatar": "https://x.example/a.png"}),
        ({}, {"country": "DE"}),
        ({"country": "narnia"}, {"country": "DE"}),
        ({}, {"name": "X", "email": "x@x.example", "externalId": "x", "stripeCustomerId": "y", "country": "FR"}),
    ],
    ids=str,
)
async def test_an_undo_leaves_the_record_where_it_was(
    tmp_path: Path, before: dict[str, Any], wanted: dict[str, str | None]
) -> None:
    """And an undo of that leaves it where the edit left it."""
    async with desk_over(tmp_path, before, applies_country=True) as desk:
        at_first = desk.row
        number = await desk.edit(wanted)
        edited = desk.row
        assert edited != at_first
        assert await desk.undo() == number
        assert desk.row == at_first
        await desk.undo()
        if not (wanted.get("avatar") or "").startswith("https://x.example"):  # which has another address each time
            assert desk.row == edited


async def test_a_name_that_is_the_e_mail_is_told_from_none_by_nobody(tmp_path: Path) -> None:
    """It is taken back, but made again it is none."""
    async with desk_over(tmp_path) as desk:
        at_first = desk.row
        await desk.edit({"name": at_first["email"]})
        await desk.undo()
        assert desk.row == at_first
        await desk.undo()
        assert desk.row["name"] is None


async def test_an_undo_is_an_entry_that_tells_what_it_takes_back(tmp_path: Path) -> None:
    async with desk_over(tmp_path) as desk:
        first = await desk.edit({"name": "Ada King"})
        await desk.undo()
        undone, original = desk.journal.entries(HERE)
        assert (undone.undoes, original.number, original.undone) == (first, first, True)


async def test_what_was_changed_since_is_in_the_way(tmp_path: Path) -> None:
    """The field has to hold what the entry wrote; other fields are nobody's business."""
    async with desk_over(tmp_path) as desk:
        first = await desk.edit({"name": "Ada King", "stripeCustomerId": "cus_S"})
        await desk.edit({"name": "Ada Byron", "email": "byron@x.example"})
        entry = desk.journal.entry(HERE, first or 0)
        assert entry
        checked = await conflict.check(desk.client, desk.store, desk.clock, put_back(entry).plan, {})
        assert checked.conflicts == (Conflict("name", "Ada King", "Ada Byron", "Person 1"),)
        assert checked.elsewhere == ()
        assert checked.plan.body == {"name": "Person 1", "stripeCustomerId": None}


async def test_what_holds_the_old_value_again_is_not_sent(tmp_path: Path) -> None:
    async with desk_over(tmp_path) as desk:
        await desk.edit({"name": "Ada King"})
        await desk.client.update_customer(ADA, {"name": "Person 1"})
        entry = latest(desk.journal.entries(HERE))
        assert entry
        checked = await conflict.check(desk.client, desk.store, desk.clock, put_back(entry).plan, {})
        assert (checked.conflicts, checked.plan.changes) == ((), ())


async def test_an_avatar_that_dub_dropped_is_put_back(tmp_path: Path) -> None:
    async with desk_over(tmp_path, {"avatar": HOSTED}) as desk:
        await desk.edit({"avatar": "https://x.example/a.png"})
        await desk.client.update_customer(ADA, {"avatar": None})
        await desk.undo()
        assert desk.row["avatar"] == HOSTED


async def test_the_undo_of_a_creation_deletes(tmp_path: Path) -> None:
    async with desk_over(tmp_path) as desk:
        await desk.writer.create({"externalId": "user_9", "country": "GB"})
        entry = latest(desk.journal.entries(HERE))
        assert entry
        assert inverse(entry) == Remove(entry)
        written = await desk.writer.delete(entry.customer_id, undoes=entry.number)
        assert isinstance(written.outcome, Deleted)
        deletion, creation = desk.journal.entries(HERE)
        assert (creation.undone, inverse(deletion)) == (True, Nothing(deletion, FINAL))


async def test_a_bulk_change_is_taken_back_as_a_whole(tmp_path: Path) -> None:
    async with desk_over(tmp_path) as desk:
        for name, batch in (("Eins", "b"), ("Zwei", ""), ("Drei", "b")):
            edit = plan(ADA, {"name": None}, {"name": name})
            await desk.writer.save(edit, batch=batch)
        last, middle, first = await desk.writer.entries()
        for entry, whole in ((first, [last, first]), (last, [last, first]), (middle, [middle])):
            assert [step.entry for step in await inverses(desk.writer, entry)] == whole


async def test_the_newest_is_found_behind_many_that_cannot_be_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dubtui.customers.undo.PIECE", 2)
    async with desk_over(tmp_path) as desk:
        wanted = await desk.edit({"name": "Ada King"})
        for _ in range(5):
            await desk.writer.delete("cus_nobody")
        found = await newest(desk.writer)
        assert found
        assert found.number == wanted
        assert await newest(desk.writer, "cus_nobody") is None


# Any sequence

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="@"), min_size=1, max_size=12)
VALUES: dict[str, st.SearchStrategy[str | None]] = {
    "name": st.none() | texts,
    "email": st.none() | st.from_regex(r"[a-z]{1,5}@[a-z]{1,5}\.example", fullmatch=True),
    "externalId": texts,
    "stripeCustomerId": st.none() | texts,
    "country": st.sampled_from(["GB", "DE", "FR"]),
    "avatar": st.none() | st.sampled_from([HOSTED, f"{HOSTED}2"]),
}
edits = st.fixed_dictionaries({}, optional=VALUES).filter(bool)


async def _play(at_first: dict[str, str | None], steps: list[dict[str, str | None] | None]) -> None:
    """Edits, and undos where a step is None; each undo leaves the record where it was before that entry."""
    with tempfile.TemporaryDirectory() as folder:
        async with desk_over(Path(folder), at_first, applies_country=True) as desk:
            beginning = desk.row
            before: dict[int, dict[str, Any]] = {}
            for step in steps:
                stood = desk.row
                if step is None and latest(desk.journal.entries(HERE)):
                    number = await desk.undo()
                    assert desk.row == before[number]
                    before[desk.journal.entries(HERE)[0].number] = stood
                elif step is not None and (edited := await desk.edit(step)):
                    before[edited] = stood
            for entry in desk.journal.entries(HERE):
                if entry.undoes is None and not entry.undone:
                    await desk.undo(entry.number)
                    assert desk.row == before[entry.number]
            assert desk.row == beginning


@settings(max_examples=60)
@given(st.fixed_dictionaries(VALUES), st.lists(st.none() | edits, max_size=8))
def test_any_sequence_of_edits_and_undos_leaves_the_record_where_it_was(
    at_first: dict[str, str | None], steps: list[dict[str, str | None] | None]
) -> None:
    asyncio.run(_play(at_first, steps))
