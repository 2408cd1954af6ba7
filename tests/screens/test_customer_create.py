"""Creating a customer: looked at first, sent once by `y`, told truthfully, and taken back by what is typed out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from textual.pilot import Pilot

from dubtui.screens.customer_create import CustomerCreate
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.review import Review
from dubtui.session import Options
from tests.faults import Ask, Fault, answers, error, fails, loses_the_answer, passes
from tests.screens.test_conflict import held_by_dub, somebody_changes
from tests.screens.test_customer_edit import field
from tests.screens.test_read_only import KEYED
from tests.stage import Stage, opened, press, screen_text

GRACE = "ext_user_9001"
FILLED = ("n", "paste:user_9001", "down", "paste:United States", "down", "paste:Grace Hopper")
BODY: dict[str, str | None] = {"externalId": "user_9001", "country": "US", "name": "Grace Hopper"}
CREATED = (*FILLED, "ctrl+s", "y")


def bodies(stage: Stage) -> list[object]:
    """What was sent to create somebody."""
    return [json.loads(request.content) for request in stage.transport.sent("POST")]


def is_created(pilot: Pilot[None]) -> bool:
    """Whether one is back in the list, on whom one made, and told so."""
    text = screen_text(pilot)
    return isinstance(pilot.app.screen, CustomerList) and "▌ Grace Hopper" in text and "created Grace Hopper" in text


async def somebody_creates(stage: Stage, **values: str) -> None:
    """Somebody else is quicker."""
    async with stage.client() as somebody:
        await somebody.create_customer(BODY | values)


async def test_is_looked_at_and_sent_by_y_alone(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "down", "down", *FILLED)
        assert "no sale is ever attributed to it" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, Review)
        assert "POST /customers" in screen_text(pilot)
        assert "marks this call deprecated" in screen_text(pilot)
        assert bodies(stage) == []
        await press(pilot, "y")
        assert bodies(stage) == [BODY]
        assert is_created(pilot)
        assert "101 of 313 loaded" in screen_text(pilot)
        await press(pilot, "y")
        assert pilot.app.clipboard == "user_9001", "the cursor is on whom one made"
    held = await held_by_dub(stage, GRACE)
    assert held
    assert (held.name, held.country) == ("Grace Hopper", "US")


@pytest.mark.parametrize("keys", [("enter",), ("escape",), ("e",), ("n",), ("Y",), ("ctrl+s",), ("tab", "enter")])
async def test_in_its_review_only_y_sends(stage: Stage, keys: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *FILLED, "ctrl+s", *keys)
        assert bodies(stage) == []


@pytest.mark.parametrize(
    ("keys", "words", "name"),
    [
        ((), "Not yet: External ID. Dub needs it.", "externalId"),
        (("paste:user_9001",), "Not yet: Country. Dub needs it.", "country"),
        (("down", "paste:France"), "Not yet: External ID. Dub needs it.", "externalId"),
        (("paste:user_9001", "down", "paste:land"), "Not yet: Country. No country that is known", "country"),
        ((*FILLED[1:], "down", "paste:grace@navy.example x"), "Not yet: E-mail. Not an e-mail", "email"),
    ],
    ids=["nothing", "no country", "no external ID", "no such country", "no e-mail"],
)
async def test_what_dub_would_not_take_is_told_at_its_field(
    stage: Stage, keys: tuple[str, ...], words: str, name: str
) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "n", *keys, "ctrl+s")
        assert isinstance(pilot.app.screen, CustomerCreate)
        assert words in screen_text(pilot)
        assert pilot.app.focused is pilot.app.screen.query_one(f"#field-{name} Input")
        assert bodies(stage) == []


@pytest.mark.parametrize("is_late", [False, True], ids=["before the review", "in the review"])
async def test_a_taken_external_id_is_told_before_anything_is_sent(stage: Stage, is_late: bool) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *FILLED, *(("ctrl+s",) if is_late else ()))
        await somebody_creates(stage)
        await press(pilot, "y" if is_late else "ctrl+s")
        assert "There is such a customer already" in screen_text(pilot)
        assert "user_9001" in screen_text(pilot)
        await press(pilot, "y", "escape")
        assert isinstance(pilot.app.screen, CustomerCreate)
        assert field(pilot, "name") == "Grace Hopper"
        assert bodies(stage) == []


async def _is_first(request: httpx.Request, ask: Ask) -> httpx.Response:
    """Somebody else asks the same a moment before."""
    await ask(request)
    return await ask(request)


@pytest.mark.parametrize(
    ("fault", "more", "name", "words"),
    [
        (_is_first, (), "externalId", "already exists"),
        (passes, ("down", "down", "paste:cus_lQB7Qujt19VkSp"), "stripeCustomerId", "belongs to another customer"),
        (
            error(422, "unprocessable_entity", "invalid_format: email: Invalid email address"),
            ("down", "paste:grace@navy.example"),
            "email",
            "Invalid email address",
        ),
    ],
    ids=["external ID", "Stripe ID", "a rule"],
)
async def test_a_refusal_stands_at_its_field_and_loses_nothing(
    stage: Stage, fault: Fault, more: tuple[str, ...], name: str, words: str
) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("POST", "/customers", fault, times=1)
        await press(pilot, *FILLED, *more, "ctrl+s", "y")
        assert isinstance(pilot.app.screen, CustomerCreate)
        assert "Not created" in screen_text(pilot)
        assert words in screen_text(pilot)
        assert pilot.app.focused is pilot.app.screen.query_one(f"#field-{name} Input")
        assert (field(pilot, "externalId"), field(pilot, "name")) == ("user_9001", "Grace Hopper")
        await press(pilot, "home", "paste:2", "ctrl+s", "y")
        assert is_created(pilot)
        assert len(bodies(stage)) == 2


async def test_read_only_sends_nothing(stage: Stage) -> None:
    stage.options = replace(stage.options, read_only=True)
    async with opened(stage) as pilot:
        await press(pilot, "n")
        assert "This workspace is read-only" in screen_text(pilot)
        await press(pilot, *FILLED[1:], "ctrl+s")
        assert isinstance(pilot.app.screen, CustomerCreate)
        assert "Not sent. This workspace is read-only" in screen_text(pilot)
        await press(pilot, "y")
        assert bodies(stage) == []


async def test_what_cannot_be_noted_is_not_sent(stage: Stage) -> None:
    stage.options = Options(environment=KEYED)
    async with opened(stage) as pilot:
        stage.session.paths.journal.mkdir(parents=True)
        await press(pilot, *CREATED)
        assert "Not sent" in screen_text(pilot)
        assert bodies(stage) == []


# The answer is lost


@pytest.mark.parametrize(
    ("fault", "words", "is_there"),
    [
        (fails(httpx.ConnectError, "Connection refused"), "Not created. Dub cannot be reached", False),
        (fails(httpx.ReadError), "Dub was read again: it was not created. It can be tried once more.", False),
        (answers(502, html="<h1>Bad gateway</h1>"), "Dub was read again: it was not created.", False),
        (loses_the_answer, "created Grace Hopper", True),
    ],
    ids=["before it was sent", "before Dub wrote", "a gateway's trouble", "after Dub wrote"],
)
async def test_a_lost_connection_is_found_out_about(stage: Stage, fault: Fault, words: str, is_there: bool) -> None:
    async with opened(stage, size=(160, 50)) as pilot:
        stage.transport.on("POST", "/customers", fault, times=1)
        await press(pilot, *CREATED)
        assert words in screen_text(pilot)
        assert bodies(stage) == [BODY]
        assert (await held_by_dub(stage, GRACE) is not None) == is_there
        if not is_there:
            assert field(pilot, "name") == "Grace Hopper"
            await press(pilot, "ctrl+s", "y")
            assert bodies(stage) == [BODY, BODY]
        assert is_created(pilot)
        assert "101 of 313 loaded" in screen_text(pilot)


def _written_in_silence(stage: Stage) -> Fault:
    """Dub writes; from then on nobody answers."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        stage.transport.on("GET", "/customers/", fails(httpx.ConnectError, "Connection refused"))
        return await loses_the_answer(request, ask)

    return fault


def _somebody_is_first(stage: Stage) -> Fault:
    """The request is lost, and somebody creates another one of that external ID meanwhile."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        await somebody_creates(stage, name="Another")
        raise httpx.ReadError("cut", request=request)

    return fault


@pytest.mark.parametrize(
    ("fault", "words"),
    [(_written_in_silence, "could not be read again"), (_somebody_is_first, "holds something else by now")],
)
async def test_what_cannot_be_found_out_is_told_and_not_written_twice(
    stage: Stage, fault: Callable[[Stage], Fault], words: str
) -> None:
    async with opened(stage, size=(160, 50)) as pilot:
        stage.transport.on("POST", "/customers", fault(stage))
        await press(pilot, *CREATED)
        assert isinstance(pilot.app.screen, CustomerCreate)
        assert "Not known whether it was created" in screen_text(pilot)
        assert words in screen_text(pilot)
        assert field(pilot, "name") == "Grace Hopper"
        stage.transport.mend()
        await press(pilot, "ctrl+s", "y")
        assert "There is such a customer already" in screen_text(pilot)
        assert bodies(stage) == [BODY]


async def test_where_dub_cannot_be_read_nothing_is_sent(stage: Stage) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers/", fails(httpx.ConnectError, "Connection refused"))
        await press(pilot, *CREATED)
        assert "read again and apply" in screen_text(pilot)
        assert bodies(stage) == []
        stage.transport.mend()
        await press(pilot, "y")
        assert bodies(stage) == [BODY]


# Left, and taken back


async def test_leaving_asks_where_something_would_be_lost(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "n", "escape")
        assert isinstance(pilot.app.screen, CustomerList)
        await press(pilot, *FILLED, "escape")
        assert "Leave without creating?" in screen_text(pilot)
        await press(pilot, "enter")
        assert field(pilot, "name") == "Grace Hopper"
        await press(pilot, "escape", "d")
        assert isinstance(pilot.app.screen, CustomerList)
        assert bodies(stage) == []


@pytest.mark.parametrize("way", [(), ("down", "down"), ("U",)], ids=["at once", "from elsewhere", "in the journal"])
async def test_it_is_taken_back_by_what_is_typed_out(stage: Stage, way: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *CREATED, *way, "u")
        assert "Delete Grace Hopper" in screen_text(pilot)
        await press(pilot, "enter", "paste:user_900", "enter")
        assert stage.transport.sent("DELETE") == []
        await press(pilot, "paste:1", "enter")
        assert len(stage.transport.sent("DELETE")) == 1
        assert "deleted Grace Hopper" in screen_text(pilot)
        assert await held_by_dub(stage, GRACE) is None
        await press(pilot, *(() if "U" in way else ("U",)))
        assert "undo of 1" in screen_text(pilot)
        await press(pilot, "escape", "u")
        assert "There is nothing to take back" in screen_text(pilot)


async def test_one_who_is_gone_already_is_not_deleted(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *CREATED)
        await somebody_changes(stage, None, GRACE)
        await press(pilot, "u")
        assert "user_9001 is gone already" in screen_text(pilot)
        assert stage.transport.sent("DELETE") == []
