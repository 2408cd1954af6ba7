"""The 25 traps of Dub's API: dubtui goes around each, and a naive client falls into each."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from dubtui.demo.data import Data, Token, read
from dubtui.demo.events import invent
from tests.api.clients import KEY, client_of, dub, small
from tests.api.fast_time import LoopClock, in_no_time
from tests.contract.recordings import WORKSPACE
from tests.demo import made
from tests.demo.made import row
from tests.faults import Ask, Fault, Faulty, answers, error, loses_the_answer
from tests.traps.behaviour import Behaviour, Json
from tests.traps.naive import Naive, Retrying
from tests.traps.trap import HALVES, trap, within

ADA = row(1)["id"]
HOUR = 3600
Part = Callable[[type[Behaviour], Faulty], Awaitable[None]]
"""A piece of a scenario."""


def statuses_of(busy: Faulty) -> list[int]:
    """The statuses that a Dub answers with from now on."""
    inner, seen = busy.inner, list[int]()

    class Watching(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await inner.handle_async_request(request)
            seen.append(response.status_code)
            return response

    busy.inner = Watching()
    return seen


async def held(busy: Faulty) -> Json:
    """What Dub holds of the first customer, asked for past all faults."""
    async with httpx.AsyncClient(transport=busy.inner, headers={"Authorization": f"Bearer {KEY}"}) as client:
        answer = await client.get(f"http://localhost/customers/{ADA}?includeExpandedFields=true")
        found: Json = answer.json()
        return found


def keyed(*tokens: Token) -> Data:
    """A workspace of two customers with further keys."""
    return made.data(row(1), row(2), tokens=[Token(KEY, "ws_1"), *tokens])


# Waiting and trying again


@trap("it waits for ages", naive=Retrying)
async def test_trap_01_retry_after_is_no_number_of_seconds(who: type[Behaviour]) -> None:
    client = who(dub(rate_limit=5))
    async with within(HOUR, "it waits for ages"):
        for _ in range(6):
            assert await client.get(ADA)


@trap("it runs into the limit")
async def test_trap_02_successes_tell_no_limit(who: type[Behaviour]) -> None:
    busy = dub(rate_limit=20)
    statuses = statuses_of(busy)
    assert len(await who(busy).get_many([ADA] * 60)) == 60
    assert statuses.count(429) == 0, "it runs into the limit"


async def _nobody(who: type[Behaviour], busy: Faulty) -> None:
    assert await who(busy).get("ext_nobody") is None


async def _viewer(who: type[Behaviour], busy: Faulty) -> None:
    with pytest.raises(who.refusals):
        await who(busy, key="dub_viewer").edit(ADA, name="Ada King")


async def _taken(who: type[Behaviour], busy: Faulty) -> None:
    with pytest.raises(who.refusals):
        await who(busy).edit(ADA, externalId="user_2")


async def _invalid(who: type[Behaviour], busy: Faulty) -> None:
    with pytest.raises(who.refusals):
        await who(busy).edit(ADA, email="søren@letters.example")


async def _lost(who: type[Behaviour], busy: Faulty) -> None:
    busy.on("PATCH", "/customers", loses_the_answer, times=1)
    assert await who(busy).edit(ADA, name="Ada King") == ("name",)


async def _in_seconds(request: httpx.Request, ask: Ask) -> httpx.Response:
    """Dub's own answer, its Retry-After in the seconds of the documentation."""
    response = await ask(request)
    if "retry-after" in response.headers:
        response.headers["retry-after"] = "1"
    return response


ONCE: dict[str, Part] = {"404": _nobody, "403": _viewer, "409": _taken, "422": _invalid, "lost": _lost}


@pytest.mark.parametrize("part", ONCE.values(), ids=ONCE)
@trap("it was sent again", naive=Retrying)
async def test_trap_03_retry_after_stands_on_every_error(who: type[Behaviour], part: Part) -> None:
    """It means nothing on a refusal; a write whose answer was lost is found out about by reading."""
    busy = dub(keyed(Token("dub_viewer", "ws_1", role="viewer")))
    told = Faulty(busy.inner)
    told.on("*", "/", _in_seconds)
    busy.inner = told
    await part(who, busy)
    assert len(busy.sent("PATCH") or busy.sent("GET")) == 1, "it was sent again"


# Everybody


@trap("not everybody comes once")
async def test_trap_04_pages_and_cursors_have_two_orders(who: type[Behaviour]) -> None:
    """The recorded workspace has five customers whose dates are out of step with their ids."""
    found = await who(dub(read(WORKSPACE)), key="dub_TESTowner").everybody()
    assert (len(found.ids), len(set(found.ids))) == (260, 260), "not everybody comes once"


async def _moves(busy: Faulty, cursor: str) -> None:
    await client_of(busy.inner).update_customer(cursor, {"email": "moved@letters.example"})


async def _deletes(busy: Faulty, cursor: str) -> None:
    await client_of(busy.inner).delete_customer(cursor)


@pytest.mark.parametrize("act", [_moves, _deletes], ids=["moved", "deleted"])
@trap("somebody who stood still is lost|422", by=(AssertionError, httpx.HTTPStatusError))
async def test_trap_05_a_cursor_that_leaves_takes_a_row_along(
    who: type[Behaviour], act: Callable[[Faulty, str], Awaitable[None]]
) -> None:
    """Somebody changes or deletes the customer from whom the next page goes on."""
    team = "team@letters.example"
    busy = dub(small(*({"email": team} for _ in range(7))))
    left: list[str] = []

    async def leaves(request: httpx.Request, ask: Ask) -> httpx.Response:
        cursor = request.url.params.get("startingAfter")
        if cursor and not left:
            left.append(cursor)
            await act(busy, cursor)
        return await ask(request)

    busy.on("GET", "/customers", leaves)
    found = await who(busy).everybody(page_size=2, email=team)
    still = {row(number)["id"] for number in range(1, 8)} - set(left)
    assert left
    assert still <= set(found.ids), "somebody who stood still is lost"
    assert len(found.ids) == len(set(found.ids))


async def _come(who: type[Behaviour], busy: Faulty) -> None:
    found = await who(busy).everybody()
    assert set(found.ids) == {row(number)["id"] for number in (1, 2, 4, 5)}
    assert found.gaps == 1


async def _is_told(who: type[Behaviour], busy: Faulty) -> None:
    client = who(busy)
    with pytest.raises(who.refusals) as failure:
        await client.page()
    assert "[2].externalId" not in client.words(failure.value), "it blames the reader"


@pytest.mark.parametrize("part", [_come, _is_told], ids=["walked", "told"])
@trap("422|it blames the reader", by=(AssertionError, httpx.HTTPStatusError))
async def test_trap_06_one_bad_row_spoils_its_page(who: type[Behaviour], part: Part) -> None:
    """The others come all the same, that somebody is missing is told, and nobody's typing is blamed."""
    rows: list[dict[str, Any]] = [{"externalId": None} if number == 3 else {} for number in range(1, 6)]
    await part(who, dub(small(*rows)))


# Writing

UNREACHABLE = "https://pictures.invalid/a.png"
"""A picture that nobody can fetch, so that Dub forgets it some moments after its answer."""
FORMS: dict[str, tuple[dict[str, str | None], dict[str, str], dict[str, str | None]]] = {
    "an invented name": (
        {"name": None, "email": None},
        {"email": "ada@letters.example"},
        {"name": "ada@letters.example"},
    ),
    "a dead avatar": ({"avatar": UNREACHABLE}, {"name": "Ada King"}, {"avatar": None}),
    "no e-mail": ({"email": None}, {"name": "Ada King"}, {"name": "Ada King", "email": None}),
}
"""What Dub was told before the form is opened, what is typed into it, and what Dub holds in the end."""


@pytest.mark.parametrize(("before", "typed", "then"), FORMS.values(), ids=FORMS)
@trap("more than what was typed|422", by=(AssertionError, httpx.HTTPStatusError))
async def test_trap_07_a_form_sends_back_what_it_read(
    who: type[Behaviour], before: dict[str, str | None], typed: dict[str, str], then: dict[str, str | None]
) -> None:
    busy = dub()
    await client_of(busy.inner).update_customer(ADA, before)
    await who(busy).edit(ADA, **typed)
    await asyncio.sleep(10)
    now = await held(busy)
    assert {field: now[field] for field in then} == then, "it saved more than what was typed"
    (sent,) = busy.sent("PATCH")
    assert json.loads(sent.content) == typed


@trap("it takes an invented name for somebody's edit")
async def test_trap_08_an_invented_name_is_nobodys_edit(who: type[Behaviour]) -> None:
    """Real edits of the same customer are seen, and it is called by its external ID."""
    busy = dub(small({"name": None, "email": None}))
    client, other = who(busy), client_of(busy.inner)

    async def nothing() -> None:
        """Nobody does anything."""

    changed = await client.changed_meanwhile(ADA, nothing)
    assert changed == (), "it takes an invented name for somebody's edit"
    changed = await client.changed_meanwhile(ADA, lambda: other.update_customer(ADA, {"stripeCustomerId": "cus_S1"}))
    assert changed == ("stripeCustomerId",)
    assert await client.title(ADA) == "user_1"


@trap("it believes a 200")
async def test_trap_09_a_success_may_have_dropped_a_field(who: type[Behaviour]) -> None:
    saved = await who(dub()).edit(ADA, name="Ada King", country="FR")
    assert saved == ("name",), "it believes a 200"


@trap("it blames the external ID")
async def test_trap_10_a_conflict_may_be_the_stripe_ids(who: type[Behaviour]) -> None:
    client = who(dub(small({}, {"stripeCustomerId": "cus_Taken"})))
    with pytest.raises(who.refusals) as failure:
        await client.edit(ADA, stripeCustomerId="cus_Taken")
    said = client.words(failure.value)
    assert "external" not in said, "it blames the external ID"
    assert "Stripe" in said


@trap("it shows what Dub has dropped")
async def test_trap_11_an_avatar_is_not_final(who: type[Behaviour]) -> None:
    busy = dub()
    shown = await who(busy).avatar_shown(ADA, UNREACHABLE)
    await asyncio.sleep(10)
    assert shown == (await held(busy))["avatar"], "it shows what Dub has dropped"


@trap("somebody else came back")
async def test_trap_12_a_deletion_has_no_way_back(who: type[Behaviour]) -> None:
    """It is said before, a copy stays, and nobody is created in the deleted one's place."""
    busy = dub(made.data(made.linked(1, sales=2, saleAmount=9800), tokens=[Token(KEY, "ws_1")]))
    before = await held(busy)
    regret = await who(busy).delete_and_regret(ADA)
    assert regret.back in (None, before), "somebody else came back"
    assert regret.copy == before
    assert "cannot be undone" in regret.warning
    assert not busy.sent("POST")


# Asking


async def _found(who: type[Behaviour], external_id: str) -> None:
    assert await who(dub(small({"externalId": external_id}))).get(f"ext_{external_id}"), "it finds nobody"


async def _saved(who: type[Behaviour], external_id: str) -> None:
    assert await who(dub(small({"externalId": external_id}))).edit(f"ext_{external_id}", name="Ada King")


PATHS = [(_found, "org/42"), (_found, "a#b"), (_found, "a?b"), (_found, "100%25"), (_saved, "org/42")]


@pytest.mark.parametrize(("part", "external_id"), PATHS, ids=[f"{part.__name__[1:]} {text}" for part, text in PATHS])
@trap("it finds nobody|404", by=(AssertionError, httpx.HTTPStatusError))
async def test_trap_13_an_identifier_is_no_path(
    who: type[Behaviour], part: Callable[[type[Behaviour], str], Awaitable[None]], external_id: str
) -> None:
    """A function that quotes all but the slash does not do either."""
    await part(who, external_id)


ANSWERS: dict[str, tuple[str, Fault | None, dict[str, str]]] = {
    "a gateway's page": ("GET", answers(502, html="<h1>Bad gateway</h1>"), {}),
    "nothing at all": ("GET", answers(405), {}),
    "the database": ("PATCH", None, {"name": "x" * 192}),
    "a sentence that steers": ("PATCH", error(422, "unprocessable_entity", "\x1b[31mname\x07"), {"name": "Ada King"}),
}
"""What comes instead of Dub's own answer to a method, and what is typed for it."""


@pytest.mark.parametrize(("method", "fault", "typed"), ANSWERS.values(), ids=ANSWERS)
@trap("Expecting value|raw words", by=(AssertionError, json.JSONDecodeError))
async def test_trap_14_an_error_may_hold_anything(
    who: type[Behaviour], method: str, fault: Fault | None, typed: dict[str, str]
) -> None:
    """HTML, nothing, the words of a database, signs that steer the terminal: all are told in a plain sentence."""
    busy = dub()
    if fault:
        busy.on(method, "/customers", fault)
    client = who(busy)
    with pytest.raises(who.refusals) as failure:
        await (client.edit(ADA, **typed) if typed else client.get(ADA))
    said = client.words(failure.value)
    assert said.isprintable(), "raw words reach the terminal"
    assert "prisma" not in said


STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
NAMES = ["Red \x1b[31mAlert", "Eight-bit \x9b31m", "Robert \u202egnp.exe", "Nu\x00l", "New\nLine", "[red]Markup[/red]"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@trap("it steers the terminal|it is taken for markup")
async def test_trap_15_a_name_may_be_hostile(who: type[Behaviour], name: str) -> None:
    shown = await who(dub(small({"name": name}))).title(ADA)
    assert not {unicodedata.category(char) for char in shown} & STEERING, "it steers the terminal"
    assert "[" not in name or "[" in shown, "it is taken for markup"


# What customers did

LATELY: Json = {"createdAt": "2026-11-18T08:00:00.000Z", "firstSaleAt": "2026-11-19T08:00:00.000Z", "sales": 1}
LONG_AGO: Json = {"createdAt": "2025-10-01T08:00:00.000Z", "firstSaleAt": "2025-10-02T08:00:00.000Z", "sales": 12}


def buyer(changes: Json) -> Faulty:
    """A Dub of one customer who came by a link and bought something."""
    return dub(made.data(made.linked(1, saleAmount=58_800, **changes), tokens=[Token(KEY, "ws_1")]))


@trap("Invalid isoformat", by=ValueError)
async def test_trap_16_an_events_moment_is_no_iso_date(who: type[Behaviour]) -> None:
    client = who(buyer(LATELY))
    events = await client.timeline(ADA)
    assert events
    for event in events:
        moment = client.moment(event)
        assert moment
        assert moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") == event["click"]["timestamp"]


@pytest.mark.parametrize(
    ("identifier", "changes"), [("ext_user_1", LATELY), (ADA, LATELY), (ADA, LONG_AGO)], ids=["ext", "kinds", "old"]
)
@trap("not everything came")
async def test_trap_17_events_are_asked_for_by_id_kind_and_time(
    who: type[Behaviour], identifier: str, changes: Json
) -> None:
    events = await who(buyer(changes)).timeline(identifier)
    happened = invent(made.linked(1, saleAmount=58_800, **changes))
    assert Counter(event["event"] for event in events) == Counter(event.kind for event in happened), (
        "not everything came"
    )


async def _drops_one(request: httpx.Request, ask: Ask) -> httpx.Response:
    """A page of events of which Dub leaves one out, since its link is gone."""
    response = await ask(request)
    await response.aread()
    return httpx.Response(200, json=response.json()[1:], request=request)


@trap("it stops at a short page")
async def test_trap_18_a_short_page_of_events_is_not_the_last(who: type[Behaviour]) -> None:
    busy = buyer(LONG_AGO)
    busy.on("GET", "/events", _drops_one, times=1)
    assert len(await who(busy).sales(ADA, page_size=5)) == 11, "it stops at a short page"


HUGE, MANY = 900_719_925_474_099_300, 5_000_000_000
"""Cents: dollars beyond 2^53, and more than 32 bits hold."""


async def _summed(who: type[Behaviour], busy: Faulty) -> None:
    assert await who(busy).total() == HUGE + MANY - 2500, "it adds something else"


async def _shown(who: type[Behaviour], busy: Faulty) -> None:
    assert await who(busy).worth(ADA) == "$9,007,199,254,740,993.00", "a dollar is missing"


@pytest.mark.parametrize("part", [_summed, _shown], ids=["summed", "shown"])
@trap("greater than maximum|a dollar is missing", by=(AssertionError, OverflowError))
async def test_trap_19_an_amount_is_many_cents(who: type[Behaviour], part: Part) -> None:
    await part(who, dub(small(*({"saleAmount": amount} for amount in (HUGE, MANY, -2500)))))


# Keys and questions


@pytest.mark.parametrize("key", ["dub_left", "personal"])
@trap("DID NOT RAISE", by=pytest.fail.Exception)
async def test_trap_20_a_404_may_be_the_keys(who: type[Behaviour], key: str) -> None:
    """The key's owner has left the workspace, or the key is of an older kind: nothing is said of the customer."""
    client = who(dub(keyed(Token("dub_left", "ws_1", state="left"))), key=key)
    with pytest.raises(who.refusals) as failure:
        await client.get(ADA)
    assert "workspace" in client.words(failure.value)


@trap("it writes")
async def test_trap_21_a_read_only_key_writes(who: type[Behaviour]) -> None:
    """Scopes do not bind on customers, so that reading alone is the client's own promise."""
    busy = dub(keyed(Token("dub_reads", "ws_1", scopes=("apis.read",))))
    client = who(busy, key="dub_reads", read_only=True)
    with suppress(who.refusals):
        await client.edit(ADA, name="Ada King")
    with suppress(who.refusals):
        await client.delete_and_regret(ADA)
    assert {request.method for request in busy.requests} == {"GET"}, "it writes"


async def _counted(who: type[Behaviour], busy: Faulty) -> None:
    assert await who(busy).count() == 3


def _wished(**wishes: str | bool | None) -> Part:
    async def part(who: type[Behaviour], busy: Faulty) -> None:
        assert len(await who(busy).page(**wishes)) == 3

    return part


QUESTIONS: dict[str, Part] = {
    "expanded": _wished(include_expanded_fields=True),
    "in order": _wished(sort_order="desc"),
    "in no order": _wished(sort_by=None),
    "on no page": _wished(page=None),
    "counted": _counted,
}


@pytest.mark.parametrize("part", QUESTIONS.values(), ids=QUESTIONS)
@trap("422", by=httpx.HTTPStatusError)
async def test_trap_22_parameters_have_dubs_own_spelling(who: type[Behaviour], part: Part) -> None:
    """Neither `1` nor `DESC` nor an empty text nor a page of no rows is one."""
    await part(who, dub())


@pytest.mark.parametrize("text", ["lovel", "lovelace"])
@trap("a part of a word finds nobody|a key press costs a request")
async def test_trap_23_dubs_search_is_not_for_typing(who: type[Behaviour], text: str) -> None:
    """A list that is open is filtered here."""
    busy = dub(small({"name": "Ada Lovelace"}, {}, {}))
    assert await who(busy).typed(text) == [ADA], "a part of a word finds nobody"
    asked = [request.url.path for request in busy.requests]
    assert asked == ["/customers", "/customers/count"], "a key press costs a request"


@trap("it takes somebody who never bought")
async def test_trap_24_nothing_sorts_before_everything(who: type[Behaviour]) -> None:
    bought = [None, "2026-03-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z", None]
    busy = dub(small(*({"firstSaleAt": at} for at in bought)))
    assert await who(busy).earliest_buyer() == row(3)["id"], "it takes somebody who never bought"


async def _waits(who: type[Behaviour], ahead: float) -> None:
    busy = dub(rate_limit=5)
    statuses = statuses_of(busy)
    client = who(busy, clock=LoopClock(ahead=ahead))
    async with within(3 * 60, "it waits by its own clock"):
        assert len(await client.get_many([ADA] * 6)) == 6
    assert statuses.count(429) <= 1, "it does not wait for Dub's minute"


@pytest.mark.parametrize("ahead", [-HOUR, HOUR], ids=["slow", "fast"])
@trap("it waits by its own clock|it does not wait")
async def test_trap_25_the_clock_here_may_be_wrong(who: type[Behaviour], ahead: float) -> None:
    """By an hour either way."""
    await _waits(who, ahead)


# The traps themselves


@in_no_time
async def test_the_naive_client_waits_right_where_its_clock_is() -> None:
    """So that it is the clock alone that lets it fall."""
    await _waits(Naive, 0)


def test_there_are_25_traps_and_each_is_played_by_both() -> None:
    named = {int(found[1]): test for name, test in _tests() if (found := re.match(r"test_trap_(\d\d)_", name))}
    assert sorted(named) == list(range(1, 26))
    assert len([name for name, _ in _tests() if name.startswith("test_trap")]) == 25
    for test in named.values():
        assert any(mark.kwargs.get("ids") == HALVES for mark in test.pytestmark)


def _tests() -> list[tuple[str, Any]]:
    return inspect.getmembers(sys.modules[__name__], inspect.isfunction)
