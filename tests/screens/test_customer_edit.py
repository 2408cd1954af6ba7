"""The form: what is sent, when, and what becomes of the text where it is not."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from dubtui.screens.customer_edit import CustomerEdit
from dubtui.screens.review import Review
from tests.faults import Ask, error
from tests.stage import Stage, opened, press, screen_text


def bodies(stage: Stage) -> list[object]:
    """What was sent to change something."""
    return [json.loads(request.content) for request in stage.transport.sent("PATCH")]


def field(pilot: Pilot[None], name: str) -> str:
    """What stands in a field."""
    return pilot.app.screen.query_one(f"#field-{name} Input", Input).value


async def test_sends_what_changed_and_nothing_else(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "enter", "e", "end", "ctrl+u", "type:Ada King", "ctrl+s")
        assert isinstance(pilot.app.screen, Review)
        assert bodies(stage) == []
        await press(pilot, "y")
        assert bodies(stage) == [{"name": "Ada King"}]
        assert "Ada King" in screen_text(pilot)
        assert "Saved" in screen_text(pilot)
        await press(pilot, "escape")
        assert "Ada King" in screen_text(pilot)
        assert "DEMO" in screen_text(pilot)


async def test_no_early_key_is_lost(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await pilot.press("e", "X", "Y", "Z")
        await pilot.pause()
        assert field(pilot, "name") == "Ada LovelaceXYZ"


@pytest.mark.parametrize(
    ("keys", "body"),
    [
        (("ctrl+u",), {"name": None}),
        (("tab", "ctrl+u"), {"email": None}),
        (("tab", "tab", "end", "type:_b"), {"externalId": "user_8813_b"}),
        (("tab", "tab", "tab", "ctrl+u"), {"stripeCustomerId": None}),
        ((*["down"] * 4, "ctrl+u", "type:germany"), {"country": "DE"}),
        ((*["down"] * 5, "type:https://x.example/a.png"), {"avatar": "https://x.example/a.png"}),
        (("end", "type: ", "tab", "home", "type:x"), {"name": "Ada Lovelace ", "email": "xada@analytical.example"}),
    ],
)
async def test_each_field(stage: Stage, keys: tuple[str, ...], body: dict[str, str | None]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "enter", "e", *keys, "ctrl+s", "y")
        assert bodies(stage) == [body]
        assert "Saved" in screen_text(pilot)


@pytest.mark.parametrize("keys", [("enter",), ("escape",), ("e",), ("n",), ("Y",), ("ctrl+s",), ("tab", "enter")])
async def test_in_a_review_only_y_sends(stage: Stage, keys: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "e", "end", "type:x", "ctrl+s", *keys)
        assert bodies(stage) == []


async def test_what_is_unchanged_is_no_change(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "e", "end", "type:x", "backspace", "ctrl+s")
        assert isinstance(pilot.app.screen, CustomerEdit)
        assert "Nothing is changed" in screen_text(pilot)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("tab", "end", "type: x"), "Not an e-mail"),
        (("tab", "tab", "ctrl+u"), "needs an external ID"),
        ((*["tab"] * 4, "type:land"), "No country that is known"),
        ((*["tab"] * 4, "ctrl+u"), "cannot be told that there is no country"),
        ((*["tab"] * 5, "type:x.png"), "begins with https"),
        (("end", "paste:" + "x" * 192), "at most 191"),
    ],
)
async def test_a_broken_rule_is_told_as_one_types_and_stops_the_review(
    stage: Stage, keys: tuple[str, ...], words: str
) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "e", *keys)
        assert words in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, CustomerEdit)
        assert "Not yet" in screen_text(pilot)


async def test_a_refusal_stands_at_its_field_and_loses_nothing(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "enter", "e", "end", "type: King", "tab", "tab", "ctrl+u", "type:user_8812", "ctrl+s", "y")
        assert isinstance(pilot.app.screen, CustomerEdit)
        assert "refused" in screen_text(pilot)
        assert (field(pilot, "name"), field(pilot, "externalId")) == ("Ada Lovelace King", "user_8812")
        assert pilot.app.focused is pilot.app.screen.query_one("#field-externalId Input")
        await press(pilot, "end", "type:_free", "ctrl+s", "y")
        assert bodies(stage)[-1] == {"name": "Ada Lovelace King", "externalId": "user_8812_free"}
        assert "Saved" in screen_text(pilot)


async def test_a_rule_of_dubs_stands_at_its_field(stage: Stage) -> None:
    words = "invalid_format: email: Invalid email address"
    stage.transport.on("PATCH", "/customers", error(422, "unprocessable_entity", words))
    async with opened(stage) as pilot:
        await press(pilot, "e", "tab", "home", "type:x", "ctrl+s", "y")
        assert "Invalid email address" in screen_text(pilot)
        assert field(pilot, "email") == "xada@analytical.example"


async def test_text_that_cannot_be_typed_is_never_sent_back(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", "type:escape@hostile.example", "enter", "e", "tab", "home", "type:x", "ctrl+s", "y")
        assert bodies(stage) == [{"email": "xescape@hostile.example"}]
        async with stage.client() as somebody:
            found = await somebody.get_customer("ext_user_7808")
        assert found.name == "Red \x1b[31mAlert\x1b[0m"


async def test_an_invented_name_is_never_sent(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", "type:org/42", "enter", "e")
        assert field(pilot, "name") == ""
        await press(pilot, "tab", "type:found@x.example", "ctrl+s", "y")
        assert bodies(stage) == [{"email": "found@x.example"}]


async def test_leaving_asks_where_something_would_be_lost(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "e", "end", "type:x", "escape")
        assert "Leave without saving?" in screen_text(pilot)
        await press(pilot, "enter")
        assert field(pilot, "name") == "Ada Lovelacex"
        await press(pilot, "escape", "d")
        assert "External ID" in screen_text(pilot)
        assert bodies(stage) == []


async def test_leaving_untouched_asks_nothing(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "enter", "e", "escape")
        assert "lifetime value" in screen_text(pilot)


async def _takes_and_forgets(request: httpx.Request, ask: Ask) -> httpx.Response:
    """A Dub that says 200 and changes nothing."""
    unchanged = httpx.Request("GET", request.url, headers=request.headers)
    return await ask(unchanged)


async def test_a_field_that_dub_ignored_is_named(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "e", "end", "type:x", "ctrl+s")
        stage.transport.on("PATCH", "/customers", _takes_and_forgets)
        await press(pilot, "y")
        assert "Dub kept its own Name" in screen_text(pilot)


async def test_read_only_sends_nothing(stage: Stage) -> None:
    stage.options = replace(stage.options, read_only=True)
    async with opened(stage) as pilot:
        assert "READ-ONLY" in screen_text(pilot)
        await press(pilot, "e", "end", "type:x", "ctrl+s", "y")
        assert stage.transport.sent("PATCH") == []
        assert "read-only" in screen_text(pilot)
