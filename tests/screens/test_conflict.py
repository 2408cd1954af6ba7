"""Somebody else was quicker: what is in the way of a change, what is only told, and who chooses between values."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from dubtui.api.errors import NotFound
from dubtui.api.models import Customer
from dubtui.screens.conflict import ConflictChoice
from dubtui.screens.customer_edit import CustomerEdit
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.review import Review
from tests.faults import Ask, Fault, fails
from tests.screens.test_customer_edit import field
from tests.stage import Stage, opened, press, screen_text, until

ADA = "ext_user_8813"
NAMED = ("ctrl+u", "paste:Mine")
MAILED = ("tab", "ctrl+u", "paste:mine@x.example")
FORM = ("e", *NAMED)
BOTH = (*FORM, *MAILED)
THEIRS: dict[str, str | None] = {"name": "Theirs", "email": "theirs@x.example"}
Values = dict[str, str | None]


def bodies(stage: Stage) -> list[object]:
    """What was sent to change something."""
    return [json.loads(request.content) for request in stage.transport.sent("PATCH")]


async def somebody_changes(stage: Stage, values: Values | None, who: str = ADA) -> None:
    """Somebody else saves these values; None: deletes the customer."""
    async with stage.client() as somebody:
        if values is None:
            await somebody.delete_customer(who)
        else:
            await somebody.update_customer(who, values)


async def held_by_dub(stage: Stage, who: str = ADA) -> Customer | None:
    """A customer as Dub has it now."""
    async with stage.client() as somebody:
        try:
            return await somebody.get_customer(who)
        except NotFound:
            return None


def first_lets(stage: Stage, values: Values | None) -> Fault:
    """Before the request gets to Dub somebody else's change does."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        await somebody_changes(stage, values)
        return await ask(request)

    return fault


def waits_for(gate: asyncio.Event) -> Fault:
    """The answer comes once the gate is opened."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        await gate.wait()
        return await ask(request)

    return fault


# What is no obstacle


@pytest.mark.parametrize(
    ("meanwhile", "told", "who"),
    [
        ({"email": "theirs@x.example"}, "E-mail: ada@analytical.example → theirs@x.example", ADA),
        ({"stripeCustomerId": None}, "Stripe ID: cus_lQB7Qujt19VkSp → none", ADA),
        ({"externalId": "user_9999"}, "External ID: user_8813 → user_9999", "ext_user_9999"),
    ],
    ids=["e-mail", "emptied", "another external ID"],
)
async def test_another_field_is_told_and_stays(stage: Stage, meanwhile: Values, told: str, who: str) -> None:
    async with opened(stage, size=(160, 50)) as pilot:
        await press(pilot, *FORM)
        await somebody_changes(stage, meanwhile)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, Review)
        assert f"Somebody else changed this meanwhile, and it stays so: {told}." in screen_text(pilot)
        await press(pilot, "y")
        assert bodies(stage) == [{"name": "Mine"}]
        assert "Saved" in screen_text(pilot)
        held = await held_by_dub(stage, who)
        assert held
        assert held.name == "Mine"
        assert {name: json.loads(held.sent)[name] for name in meanwhile} == meanwhile


async def test_what_is_changed_at_the_last_moment_stays(stage: Stage) -> None:
    """Between the last reading and the write: what is not sent cannot overwrite it."""
    async with opened(stage) as pilot:
        stage.transport.on("PATCH", "/customers", first_lets(stage, {"email": "theirs@x.example"}))
        await press(pilot, *FORM, "ctrl+s", "y")
        assert bodies(stage) == [{"name": "Mine"}]
        assert "theirs@x.example" in screen_text(pilot)


# The same field


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["in columns", "in lines"])
async def test_three_values_and_no_choice(stage: Stage, size: tuple[int, int]) -> None:
    async with opened(stage, size=size) as pilot:
        await press(pilot, *FORM)
        await somebody_changes(stage, {"name": "Theirs"})
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, ConflictChoice)
        text = screen_text(pilot)
        assert "Somebody else changed this customer meanwhile" in text
        assert text.index("Ada Lovelace", text.index("Name")) < text.index("○ Theirs") < text.index("○ Mine")
        for words in ("when you opened it", "at dub now", "yours", "0 of 1 decided"):
            assert words in text.lower()
        assert "◉" not in text
        await press(pilot, "ctrl+s", "enter", "y")
        assert isinstance(pilot.app.screen, ConflictChoice)
        assert bodies(stage) == []


@pytest.mark.parametrize(
    ("chosen", "body"),
    [
        (("3", "3"), {"name": "Mine", "email": "mine@x.example"}),
        (("2", "3"), {"email": "mine@x.example"}),
        (("3", "2"), {"name": "Mine"}),
        (("down", "3", "2"), {"email": "mine@x.example"}),
        (("2", "3", "up", "3"), {"name": "Mine", "email": "mine@x.example"}),
        (("3", "ctrl+s", "3"), {"name": "Mine", "email": "mine@x.example"}),
    ],
    ids=["mine", "their name", "their e-mail", "from below", "another mind", "too early"],
)
async def test_a_value_is_chosen_for_each_field(stage: Stage, chosen: tuple[str, ...], body: Values) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *BOTH)
        await somebody_changes(stage, THEIRS)
        await press(pilot, "ctrl+s", *chosen)
        assert "2 of 2 decided" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, Review)
        assert bodies(stage) == []
        await press(pilot, "y")
        assert bodies(stage) == [body]
        assert "Saved" in screen_text(pilot)
        held = await held_by_dub(stage)
        assert held
        assert {"name": held.name, "email": held.email} == THEIRS | body


async def test_theirs_alone_leave_nothing_to_send(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *BOTH)
        await somebody_changes(stage, THEIRS)
        await press(pilot, "ctrl+s", "2", "2")
        assert "Nothing is left to send: Dub's values stay." in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, CustomerList)
        assert "Theirs" in screen_text(pilot)
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, CustomerEdit), "and no draft is left of it"
        assert bodies(stage) == []


async def test_undecided_one_goes_back_to_ones_text(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *BOTH)
        await somebody_changes(stage, THEIRS)
        await press(pilot, "ctrl+s", "2", "escape")
        assert isinstance(pilot.app.screen, CustomerEdit)
        assert (field(pilot, "name"), field(pilot, "email")) == ("Mine", "mine@x.example")
        await press(pilot, "ctrl+s")
        assert "0 of 2 decided" in screen_text(pilot), "what was chosen is forgotten"
        assert bodies(stage) == []


async def test_what_was_chosen_is_held_against_dub_again(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *FORM)
        await somebody_changes(stage, {"name": "Theirs"})
        await press(pilot, "ctrl+s", "3", "ctrl+s")
        await somebody_changes(stage, {"name": "Theirs again"})
        await press(pilot, "y")
        assert isinstance(pilot.app.screen, ConflictChoice)
        assert "○ Theirs again" in screen_text(pilot)
        assert bodies(stage) == []
        await press(pilot, "3", "ctrl+s", "y")
        assert bodies(stage) == [{"name": "Mine"}]


# When


@pytest.mark.parametrize("is_late", [False, True], ids=["before the review", "in the review"])
@pytest.mark.parametrize(
    ("meanwhile", "told", "is_asked"),
    [
        (None, "This customer is gone", False),
        ({"name": "Mine"}, "Dub has all of this already", False),
        ({"name": "Theirs"}, "Somebody else changed this customer meanwhile", True),
    ],
    ids=["deleted", "the same value", "the same field"],
)
async def test_nothing_is_sent_over_it(
    stage: Stage, is_late: bool, meanwhile: Values | None, told: str, is_asked: bool
) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *FORM)
        if is_late:
            await press(pilot, "ctrl+s")
            assert "Dub was read again" in screen_text(pilot)
            assert told not in screen_text(pilot)
        await somebody_changes(stage, meanwhile)
        await press(pilot, "y" if is_late else "ctrl+s")
        assert told in screen_text(pilot)
        assert isinstance(pilot.app.screen, ConflictChoice if is_asked else Review)
        await press(pilot, "y")
        assert told in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, CustomerEdit)
        assert field(pilot, "name") == "Mine"
        assert bodies(stage) == []


async def test_the_form_of_one_who_is_gone_can_be_left(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "enter", *FORM)
        await somebody_changes(stage, None)
        await press(pilot, "ctrl+s", "escape", "escape", "d", "escape")
        assert isinstance(pilot.app.screen, CustomerList)
        assert "ada@analytical" not in screen_text(pilot)


@pytest.mark.parametrize(
    ("meanwhile", "told", "sent"),
    [
        ({}, "Saved", [{"name": "Mine"}]),
        ({"email": None}, "Saved", [{"name": "Mine"}]),
        ({"name": "Theirs"}, "○ Theirs", []),
        (None, "This customer is gone", []),
    ],
    ids=["nobody acts", "another field", "the same field", "deleted"],
)
async def test_y_during_the_first_reading_acts_when_that_allows_it(
    stage: Stage, meanwhile: Values | None, told: str, sent: list[Values]
) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *FORM)
        gate = asyncio.Event()
        stage.transport.on("GET", "/customers/", waits_for(gate), times=1)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Reading Dub again   nothing is sent yet" in screen_text(pilot), "the reading")
        readings = len(stage.transport.sent("GET"))
        await pilot.press("y")
        await until(pilot, lambda: "Reading Dub again   then it is sent" in screen_text(pilot), "the key to be heard")
        assert bodies(stage) == []
        if meanwhile != {}:
            await somebody_changes(stage, meanwhile)
        gate.set()
        await pilot.pause()
        assert told in screen_text(pilot)
        assert bodies(stage) == sent
        assert len(stage.transport.sent("GET")) == readings + len(sent), "it is read again to verify it, if at all"


@pytest.mark.parametrize("keys", [("ctrl+s",), ("ctrl+s", "y")], ids=["the first reading", "the one after y"])
async def test_where_dub_cannot_be_read_nothing_is_sent(stage: Stage, keys: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *FORM, *keys[:-1])
        stage.transport.on("GET", "/customers/", fails(httpx.ConnectError, "Connection refused"))
        await press(pilot, keys[-1])
        assert "read again and apply" in screen_text(pilot)
        assert bodies(stage) == []
        stage.transport.mend()
        await somebody_changes(stage, {"name": "Theirs"})
        await press(pilot, "y")
        assert "○ Theirs" in screen_text(pilot)
        assert bodies(stage) == []
