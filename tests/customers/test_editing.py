"""Changing a customer: what is sent, what came of it, and the truth after a lost answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from dubtui.api import errors
from dubtui.api.client import DubClient
from dubtui.api.clock import Clock
from dubtui.api.models import Customer
from dubtui.customers.browsing import read_again
from dubtui.customers.editing import EditPlan, Saved, opened, plan, problem, problems, save, settled
from dubtui.customers.writing import LATE, Undone, Unknown
from dubtui.display.text import plain
from dubtui.display.trouble import not_done, not_known, saved_words
from dubtui.fields import Naming
from dubtui.store.store import Store
from tests.api.clients import client_of, dub, small
from tests.demo.made import row
from tests.faults import Ask, Fault, Faulty, answers, error, fails, loses_the_answer, raw
from tests.stage import NOW, StillClock

ADA = row(1)["id"]


@dataclass
class Desk:
    """Somebody who edits the first customer of a workspace."""

    dub: Faulty
    clock: Clock = field(default_factory=StillClock)
    store: Store = field(default_factory=Store)

    @property
    def client(self) -> DubClient:
        """The editor's client."""
        return client_of(self.dub, clock=self.clock)

    async def plan(self, **changes: str | None) -> EditPlan:
        """The form is opened on the customer, and some fields are typed anew."""
        for _ in range(2):
            customer = await read_again(self.client, self.store, ADA, 0)
        row = self.store.row(ADA)
        assert customer
        assert row
        before = opened(customer, row.naming)
        return plan(ADA, before, {**before, **changes})

    async def save(self, edit: EditPlan) -> Saved | Undone | Unknown:
        """The plan is sent."""
        return await save(self.client, self.store, self.clock, edit)

    @property
    def row(self) -> dict[str, Any]:
        """What stands in Dub's database."""
        assert isinstance(self.dub.inner, httpx.ASGITransport)
        demo: Any = self.dub.inner.app
        found: dict[str, Any] = demo._rows.by_id("ws_1", ADA)
        return found

    async def held(self) -> Customer:
        """What Dub holds, asked for past all faults."""
        return await client_of(self.dub.inner, clock=StillClock()).get_customer(ADA)


@asynccontextmanager
async def desk_over(*customers: dict[str, Any], clock: Clock | None = None, **options: Any) -> AsyncIterator[Desk]:
    """A desk over a workspace of some customers, who differ as told."""
    clock = clock or StillClock()
    desk = Desk(dub(small(*customers), clock=clock, **options), clock)
    yield desk
    desk.store.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A desk over a workspace of three."""
    async with desk_over({}, {}, {}) as desk:
        yield desk


async def test_only_what_changed_is_sent_once_and_read_again(desk: Desk) -> None:
    outcome = await desk.save(await desk.plan(name="Ada King"))
    assert isinstance(outcome, Saved)
    assert (outcome.took, outcome.ignored, outcome.lost, outcome.unread) == (("name",), (), None, None)
    (sent,) = desk.dub.sent("PATCH")
    assert json.loads(sent.content) == {"name": "Ada King"}
    stored = desk.store.row(ADA)
    assert stored
    assert stored.name == "Ada King"


@pytest.mark.parametrize(
    ("changes", "took", "ignored"),
    [
        ({"name": "Ada King"}, ("name",), ()),
        ({"name": None}, ("name",), ()),
        ({"email": None}, ("email",), ()),
        ({"stripeCustomerId": "cus_Str1"}, ("stripeCustomerId",), ()),
        ({"externalId": "org/42", "email": "a@b.example"}, ("email", "externalId"), ()),
        ({"avatar": "https://images.example/a.png"}, ("avatar",), ()),
        ({"country": "FR"}, (), ("country",)),
        ({"country": "FR", "name": "Ada King"}, ("name",), ("country",)),
    ],
    ids=str,
)
async def test_what_dub_ignored_is_named(
    desk: Desk, changes: dict[str, str | None], took: tuple[str, ...], ignored: tuple[str, ...]
) -> None:
    outcome = await desk.save(await desk.plan(**changes))
    assert isinstance(outcome, Saved)
    assert (sorted(outcome.took), outcome.ignored) == (sorted(took), ignored)


# A lost answer


async def _meanwhile(request: httpx.Request, ask: Ask) -> httpx.Response:
    """Somebody else saves another name, and the answer to ours is lost."""
    other = client_of(httpx.MockTransport(ask), clock=StillClock())
    await other.update_customer(ADA, {"name": "Somebody else's"})
    raise httpx.ReadError("cut", request=request)


TROUBLE: dict[str, Fault] = {
    "reset": fails(httpx.ReadError),
    "hung up": fails(httpx.RemoteProtocolError),
    "too slow": fails(httpx.ReadTimeout),
    "gateway": answers(502, html="<h1>Bad gateway</h1>"),
    "gateway too slow": answers(504),
    "500": error(500, "internal_server_error", "An internal server error occurred."),
    "half an answer": raw(200, b'{"id": "cus_1'),
    "a hotel's page": answers(200, html="<h1>Welcome</h1>"),
    "a redirect": answers(302, location="https://elsewhere.example"),
}


def _after(fault: Fault) -> Fault:
    """Dub does it, and then comes the fault."""

    async def done(request: httpx.Request, ask: Ask) -> httpx.Response:
        await ask(request)
        return await fault(request, ask)

    return done


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_a_lost_answer_to_what_was_done_is_saved(desk: Desk, fault: Fault) -> None:
    """Told by what Dub holds; nothing is sent twice."""
    edit = await desk.plan(name="Ada King", email=None)
    desk.dub.on("PATCH", "/customers", _after(fault))
    outcome = await desk.save(edit)
    assert isinstance(outcome, Saved)
    assert sorted(outcome.took) == ["email", "name"]
    assert outcome.lost is not None
    assert len(desk.dub.sent("PATCH")) == 1
    assert "the answer was lost" in saved_words(outcome.ignored, lost=outcome.lost)[2][0]


async def test_a_name_found_out_about_is_known_as_real() -> None:
    """A customer without an e-mail: the name that was saved is not taken for one that Dub invents."""
    async with desk_over({"name": None, "email": None}) as desk:
        edit = await desk.plan(name="Ada King")
        assert edit.changes[0].old is None
        desk.dub.on("PATCH", "/customers", loses_the_answer)
        assert isinstance(await desk.save(edit), Saved)
        stored = desk.store.row(ADA)
        assert stored
        assert (stored.name, stored.naming) == ("Ada King", Naming.REAL)


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_a_lost_request_is_not_saved(desk: Desk, fault: Fault) -> None:
    """Dub holds what it held when it was read twice, a while apart."""
    edit = await desk.plan(name="Ada King")
    desk.dub.on("PATCH", "/customers", fault)
    asked = len(desk.dub.requests)
    outcome = await desk.save(edit)
    assert isinstance(outcome, Undone)
    assert outcome.is_found_out
    assert [request.method for request in desk.dub.requests[asked:]] == ["PATCH", *["GET"] * len(LATE)]
    words = not_done("saved", outcome.error, is_found_out=True)
    assert (words.title, "was read again" in words.why) == ("Not saved", True)
    assert (await desk.held()).name == "Person 1"


async def test_what_is_done_late_is_found_out_too(desk: Desk) -> None:
    """Dub writes it after the first look."""
    edit = await desk.plan(name="Ada King")

    class Late(StillClock):
        slept = 0

        async def sleep(self, seconds: float) -> None:
            self.slept += 1
            if self.slept == 2:
                await client_of(desk.dub.inner, clock=StillClock()).update_customer(ADA, edit.body)

    desk.clock = Late()
    desk.dub.on("PATCH", "/customers", fails(httpx.ReadTimeout))
    assert isinstance(await desk.save(edit), Saved)


async def test_nobody_knows_where_dub_cannot_be_read(desk: Desk) -> None:
    edit = await desk.plan(name="Ada King")
    desk.dub.on("*", "/customers", loses_the_answer)
    outcome = await desk.save(edit)
    assert isinstance(outcome, Unknown)
    assert outcome.found is None
    words = not_known("saved", outcome.error, has_changed=False)
    assert (words.title, "could not be read again" in words.why) == ("Not known whether it was saved", True)
    assert len(desk.dub.sent("PATCH")) == 1


async def test_nobody_knows_where_somebody_else_saved_meanwhile(desk: Desk) -> None:
    edit = await desk.plan(name="Ada King")
    desk.dub.on("PATCH", "/customers", _meanwhile)
    outcome = await desk.save(edit)
    assert isinstance(outcome, Unknown)
    assert outcome.found
    assert outcome.found.name == "Somebody else's"
    assert "something else" in not_known("saved", outcome.error, has_changed=True).why


async def test_a_customer_who_is_gone_meanwhile_is_not_saved(desk: Desk) -> None:
    edit = await desk.plan(name="Ada King")

    async def deleted(request: httpx.Request, ask: Ask) -> httpx.Response:
        await client_of(httpx.MockTransport(ask), clock=StillClock()).delete_customer(ADA)
        raise httpx.ReadError("cut", request=request)

    desk.dub.on("PATCH", "/customers", deleted)
    outcome = await desk.save(edit)
    assert isinstance(outcome, Undone)
    assert isinstance(outcome.error, errors.NotFound)
    assert desk.store.row(ADA) is None


@pytest.mark.parametrize("value", ["https://images.example/new.png", None])
@pytest.mark.parametrize("is_done", [True, False])
async def test_an_avatar_is_found_out_about_by_its_change(value: str | None, is_done: bool) -> None:
    """Dub answers with an address of its own, so that any other than the old one tells."""
    async with desk_over({"avatar": "https://images.example/old.png"}) as desk:
        edit = await desk.plan(avatar=value)
        desk.dub.on("PATCH", "/customers", loses_the_answer if is_done else fails(httpx.ReadError))
        assert isinstance(await desk.save(edit), Saved if is_done else Undone)


async def test_a_row_that_dub_writes_and_then_refuses_to_show_is_unknown() -> None:
    """Its external ID is null in the database: the PATCH is written and answered 422, and no reading can tell."""
    async with desk_over({"externalId": None}) as desk:
        before = {"name": "Person 1", "externalId": None}
        outcome = await desk.save(plan(ADA, before, before | {"name": "Ada King"}))
        assert isinstance(outcome, Unknown)
        assert isinstance(outcome.error, errors.Refused)
        mended = await desk.save(plan(ADA, before, before | {"externalId": "user_1"}))
        assert isinstance(mended, Saved)
        assert mended.customer.name == "Ada King", "it had been written"


async def test_what_was_saved_and_cannot_be_read_is_saved(desk: Desk) -> None:
    """The answer to the PATCH stands for it."""
    edit = await desk.plan(name="Ada King")
    desk.dub.on("GET", "/customers", fails(httpx.ReadError))
    outcome = await desk.save(edit)
    assert isinstance(outcome, Saved)
    assert (outcome.took, outcome.customer.name) == (("name",), "Ada King")
    assert isinstance(outcome.unread, errors.Unreachable)
    assert "could not be read again" in saved_words((), unread=outcome.unread)[2][0]


# Refusals


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (error(401, "unauthorized", "Unauthorized: Invalid API key."), errors.KeyRefused),
        (error(403, "forbidden", "You don't have the required role."), errors.RoleTooLow),
        (error(404, "not_found", "Customer not found."), errors.NotFound),
        (error(422, "unprocessable_entity", "invalid_format: email: Invalid email address"), errors.Refused),
        (error(429, "rate_limit_exceeded", "Too many requests."), errors.TooFast),
        (fails(httpx.ConnectError), errors.Unreachable),
    ],
)
async def test_a_refusal_is_not_found_out_about(desk: Desk, fault: Fault, kind: type[errors.DubError]) -> None:
    """It tells by itself that nothing was written."""
    edit = await desk.plan(name="Ada King")
    asked = len(desk.dub.sent("GET"))
    desk.dub.on("PATCH", "/customers", fault)
    outcome = await desk.save(edit)
    assert isinstance(outcome, Undone)
    assert (type(outcome.error), outcome.is_found_out) == (kind, False)
    assert len(desk.dub.sent("GET")) == asked
    assert not_done("saved", outcome.error, is_found_out=False).why


async def test_a_read_only_client_saves_nothing(desk: Desk) -> None:
    edit = await desk.plan(name="Ada King")
    client = desk.client
    client.read_only = True
    outcome = await save(client, desk.store, desk.clock, edit)
    assert isinstance(outcome, Undone)
    assert isinstance(outcome.error, errors.ReadOnly)
    assert not desk.dub.sent("PATCH")


@pytest.mark.parametrize(
    ("changes", "field_", "asks"),
    [
        ({"externalId": "user_2"}, "externalId", 0),
        ({"stripeCustomerId": "cus_Taken"}, "stripeCustomerId", 0),
        ({"externalId": "user_2", "stripeCustomerId": "cus_New"}, "externalId", 1),
        ({"externalId": "user_9", "stripeCustomerId": "cus_Taken"}, "stripeCustomerId", 1),
        ({"externalId": "USER_1", "stripeCustomerId": "cus_Taken"}, "stripeCustomerId", 1),
    ],
    ids=str,
)
async def test_a_conflict_is_blamed_on_the_field_that_causes_it(
    changes: dict[str, str | None], field_: str, asks: int
) -> None:
    """Dub always blames the external ID; where both were sent, whoever has it is looked up."""
    async with desk_over({}, {}, {"stripeCustomerId": "cus_Taken"}) as desk:
        edit = await desk.plan(**changes)
        asked = len(desk.dub.sent("GET"))
        outcome = await desk.save(edit)
        assert isinstance(outcome, Undone)
        assert isinstance(outcome.error, errors.Taken)
        assert (outcome.error.field, outcome.error.status) == (field_, 409)
        assert len(desk.dub.sent("GET")) - asked == asks
        words = not_done("saved", outcome.error, is_found_out=False).why
        assert ("Stripe ID" in words) == (field_ == "stripeCustomerId")


# Names and avatars


async def test_a_name_that_dub_invents_is_neither_shown_nor_sent() -> None:
    """Two readings that differ prove it; one of a name without an e-mail is only unconfirmed."""
    async with desk_over({"name": None, "email": None}) as desk:
        first = await read_again(desk.client, desk.store, ADA, 0)
        stored = desk.store.row(ADA)
        assert stored
        assert stored.naming is Naming.UNCONFIRMED
        second = await read_again(desk.client, desk.store, ADA, 1)
        stored = desk.store.row(ADA)
        assert first
        assert second
        assert stored
        assert first.name != second.name
        assert (stored.naming, stored.name) == (Naming.INVENTED, None)
        assert opened(second, stored.naming)["name"] is None
        edit = await desk.plan(externalId="user_7")
        await desk.save(edit)
        assert edit.body == {"externalId": "user_7"}


async def test_an_avatar_is_read_again_once_dub_has_fetched_it() -> None:
    """The answer shows an address that may come to nothing: only https pictures can be fetched."""

    async with desk_over({}, clock=_Passing()) as desk:
        edit = await desk.plan(avatar="ftp://images.example/a.png")
        saved = await desk.save(edit)
        assert isinstance(saved, Saved)
        assert saved.took == ("avatar",)
        assert (saved.customer.avatar or "").startswith("https://dubassets.com/")
        later = await settled(desk.client, desk.store, desk.clock, saved)
        assert (later.took, later.ignored, later.customer.avatar) == ((), ("avatar",), None)


class _Passing(StillClock):
    """It moves on by what somebody waits."""

    def __init__(self) -> None:
        self.waited = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.waited)

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds


# Every field

LONG = "x" * 191
HOSTED = "https://dubassets.com/customers/cus_1/avatar_1"
PICTURE = "https://images.example/a.png"
NO_NAME = {"name": None, "email": None}
WRITTEN: list[tuple[str, dict[str, Any], str | None, dict[str, str | None], str | None, str]] = [
    # the field, what is other than usual before, what is typed; what is sent, what Dub holds then, what is said
    ("name", {}, "Person 1", {}, "Person 1", ""),
    ("name", {}, "Ada King", {"name": "Ada King"}, "Ada King", "read again"),
    ("name", {}, None, {"name": None}, None, "shows the e-mail"),
    ("name", {"name": None}, None, {}, None, ""),
    ("name", {"name": None}, "Ada", {"name": "Ada"}, "Ada", "read again"),
    ("name", NO_NAME, None, {}, None, ""),
    ("name", NO_NAME, "Ada", {"name": "Ada"}, "Ada", "read again"),
    ("name", {"email": None}, None, {"name": None}, None, "one that it invents"),
    ("name", {}, " Person 1", {"name": " Person 1"}, " Person 1", "Name begins or ends with a blank"),
    ("name", {}, " ", {"name": " "}, " ", "Name begins or ends with a blank"),
    ("name", {}, "person1@letters.example", {"name": "person1@letters.example"}, "person1@letters.example", "read"),
    ("name", {}, LONG, {"name": LONG}, LONG, "read again"),
    ("name", {}, f"{LONG}x", {}, "Person 1", "192 characters; Dub keeps at most 191"),
    ("name", {}, "Søren 🦊 紫式部", {"name": "Søren 🦊 紫式部"}, "Søren 🦊 紫式部", "read again"),
    ("name", {}, "a\0b\x1b[31m", {"name": "a\0b\x1b[31m"}, "a\0b\x1b[31m", "read again"),
    ("name", {}, "\ud83d", {}, "Person 1", "half of a character"),
    ("email", {}, "person1@letters.example", {}, "person1@letters.example", ""),
    ("email", {}, "Ada@x.example", {"email": "Ada@x.example"}, "Ada@x.example", "read again"),
    ("email", {}, None, {"email": None}, None, "read again"),
    ("email", {"email": None}, None, {}, None, ""),
    ("email", {"email": None}, "ada@x.example", {"email": "ada@x.example"}, "ada@x.example", "read again"),
    ("email", {"email": ""}, None, {}, "", ""),
    ("email", NO_NAME, "ada@x.example", {"email": "ada@x.example"}, "ada@x.example", "read again"),
    ("email", {}, "ada@x.example ", {}, "person1@letters.example", "Not an e-mail"),
    ("email", {}, f"{LONG[:180]}@x.example", {"email": f"{LONG[:180]}@x.example"}, f"{LONG[:180]}@x.example", "read"),
    ("email", {}, f"{LONG[:182]}@x.example", {}, "person1@letters.example", "192 characters"),
    ("email", {}, "søren@x.example", {}, "person1@letters.example", "Not an e-mail"),
    ("externalId", {}, "user_1", {}, "user_1", ""),
    ("externalId", {}, "org/42", {"externalId": "org/42"}, "org/42", "Lookups by user_1 will find nobody"),
    ("externalId", {}, None, {}, "user_1", "Dub needs an external ID"),
    ("externalId", {"externalId": ""}, None, {}, "", ""),
    ("externalId", {"externalId": ""}, "user_9", {"externalId": "user_9"}, "user_9", "read again"),
    ("externalId", {}, "user_1\t", {"externalId": "user_1\t"}, "user_1\t", "External ID begins or ends with a blank"),
    ("externalId", {}, LONG, {"externalId": LONG}, LONG, "read again"),
    ("externalId", {}, f"{LONG}x", {}, "user_1", "192 characters"),
    ("externalId", {}, "ünïcode/🦊", {"externalId": "ünïcode/🦊"}, "ünïcode/🦊", "read again"),
    ("stripeCustomerId", {}, None, {}, None, ""),
    ("stripeCustomerId", {}, "cus_S", {"stripeCustomerId": "cus_S"}, "cus_S", "read again"),
    ("stripeCustomerId", {"stripeCustomerId": "cus_S"}, "cus_S", {}, "cus_S", ""),
    ("stripeCustomerId", {"stripeCustomerId": "cus_S"}, None, {"stripeCustomerId": None}, None, "no longer linked"),
    ("stripeCustomerId", {}, "cus_S ", {"stripeCustomerId": "cus_S "}, "cus_S ", "ends with a blank"),
    ("stripeCustomerId", {}, LONG, {"stripeCustomerId": LONG}, LONG, "read again"),
    ("stripeCustomerId", {}, f"{LONG}x", {}, None, "192 characters"),
    ("stripeCustomerId", {}, "ünïcode", {"stripeCustomerId": "ünïcode"}, "ünïcode", "read again"),
    ("country", {}, "GB", {}, "GB", ""),
    ("country", {}, "united kingdom", {}, "GB", ""),
    ("country", {"country": "narnia"}, "narnia", {}, "narnia", ""),
    ("country", {"country": "gb"}, "gb", {}, "gb", ""),
    ("country", {}, "FR", {"country": "FR"}, "GB", "Dub kept its own Country"),
    ("country", {}, "Germany", {"country": "DE"}, "GB", "Some versions of Dub keep their own country"),
    ("country", {"country": None}, "de", {"country": "DE"}, None, "Dub kept its own Country"),
    ("country", {"country": None}, None, {}, None, ""),
    ("country", {}, None, {}, "GB", "cannot be told that there is no country"),
    ("country", {}, "narnia", {}, "GB", "No country that is known"),
    ("country", {}, LONG, {}, "GB", "No country that is known"),
    ("country", {}, f"{LONG}x", {}, "GB", "192 characters"),
    ("country", {}, "åland islands", {"country": "AX"}, "GB", "Dub kept its own Country"),
    ("avatar", {}, None, {}, None, ""),
    ("avatar", {"avatar": HOSTED}, HOSTED, {}, HOSTED, ""),
    ("avatar", {}, PICTURE, {"avatar": PICTURE}, "https://dubassets.com/", "read again"),
    ("avatar", {"avatar": HOSTED}, PICTURE, {"avatar": PICTURE}, "https://dubassets.com/", "read again"),
    ("avatar", {}, HOSTED, {"avatar": HOSTED}, HOSTED, "may have it no longer"),
    ("avatar", {"avatar": HOSTED}, None, {"avatar": None}, None, "read again"),
    ("avatar", {}, f"{PICTURE} ", {}, None, "holds no blanks"),
    ("avatar", {}, "ftp://images.example/a.png", {}, None, "An address begins with https://"),
    ("avatar", {}, f"{PICTURE}?{LONG}", {"avatar": f"{PICTURE}?{LONG}"}, "https://dubassets.com/", "read again"),
    ("avatar", {}, "https://x.example/ü.png", {"avatar": "https://x.example/ü.png"}, "https://dubassets.com/", "read"),
]


@pytest.mark.parametrize(
    ("name", "before", "typed", "sent", "holds", "says"),
    WRITTEN,
    ids=[f"{field}{dict(before) or ''} {ascii(typed)[:30]}" for field, before, typed, *_ in WRITTEN],
)
async def test_a_field_is_written(
    name: str, before: dict[str, Any], typed: str | None, sent: dict[str, str | None], holds: str | None, says: str
) -> None:
    """What is sent of what is typed, what Dub holds afterwards, and what is said."""
    async with desk_over(before) as desk:
        edit = await desk.plan(**{name: typed})
        said = [*problems(edit).values()]
        if edit.changes and not said:
            outcome = await desk.save(edit)
            assert isinstance(outcome, Saved)
            said = [*edit.warnings, plain(saved_words(outcome.ignored, lost=outcome.lost, unread=outcome.unread))]
        assert [json.loads(request.content) for request in desk.dub.sent("PATCH")] == ([sent] if sent else [])
        held = desk.row[name]
        assert (held or "").startswith(holds or "") if name == "avatar" else held == holds
        assert says in " ".join(said)
        assert bool(says) == bool(said)


async def test_a_later_dub_takes_the_country() -> None:
    async with desk_over({}, applies_country=True) as desk:
        outcome = await desk.save(await desk.plan(country="france"))
        assert isinstance(outcome, Saved)
        assert (outcome.took, outcome.ignored, desk.row["country"]) == (("country",), (), "FR")


def _holds_something_else(**values: str | None) -> Fault:
    """A Dub whose answer says what was asked, and whose database says something else."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        answered = await ask(request)
        await client_of(httpx.MockTransport(ask), clock=StillClock()).update_customer(ADA, values)
        return answered

    return fault


@pytest.mark.parametrize(
    ("holds", "took", "ignored"),
    [
        ({}, ("name", "email"), ()),
        ({"name": "Person 1"}, ("email",), ("name",)),
        ({"name": "Ada K"}, ("email",), ("name",)),
        ({"name": "ada king"}, ("email",), ("name",)),
        ({"email": "else@x.example"}, ("name",), ("email",)),
        ({"name": None, "email": None}, (), ("name", "email")),
    ],
    ids=str,
)
async def test_the_answer_is_not_believed(
    desk: Desk, holds: dict[str, str | None], took: tuple[str, ...], ignored: tuple[str, ...]
) -> None:
    """A Dub that answers one thing and holds another."""
    edit = await desk.plan(name="Ada King", email="ada@x.example")
    desk.dub.on("PATCH", "/customers", _holds_something_else(**holds), times=1)
    outcome = await desk.save(edit)
    assert isinstance(outcome, Saved)
    assert (outcome.took, outcome.ignored) == (took, ignored)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("email", "ada@example.com", ""),
        ("email", "", ""),
        ("email", "søren@example.com", "Not an e-mail"),
        ("email", " ada@example.com", "Not an e-mail"),
        ("externalId", "", "needs an external ID"),
        ("externalId", "x" * 192, "192 characters"),
        ("name", "x" * 191, ""),
        ("name", "x" * 192, "at most 191"),
        ("avatar", "example.com/a.png", "begins with https"),
        ("avatar", f"https://example.com/{'x' * 500}", ""),
    ],
)
def test_a_rule_of_dubs_is_known_before_anything_is_sent(name: str, text: str, says: str) -> None:
    problem_ = problem(name, text)
    assert problem_ == says if not says else says in problem_
