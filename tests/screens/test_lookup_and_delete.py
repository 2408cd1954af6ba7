"""Finding one customer by what somebody has, and deleting one behind its identifier."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from dubtui.screens.lookup import Lookup
from tests.faults import answers
from tests.stage import Stage, opened, press, screen_text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("user_8813", "Ada Lovelace"),
        ("ext_user_8813", "Ada Lovelace"),
        ("ada@analytical.example", "Ada Lovelace"),
        (" user_8813 ", "Ada Lovelace"),
        ("org/42", "org/42"),
        ("100%", "100%"),
        ("..", ".."),
        ("a#b", "a#b"),
        ("a?b", "a?b"),
        ("ext_7", "ext_7"),
    ],
)
async def test_any_identifier_opens_its_customer(stage: Stage, text: str, found: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", f"type:{text}", "enter")
        assert "lifetime value" in screen_text(pilot)
        assert found in screen_text(pilot)


async def test_a_dub_id_opens_its_customer(stage: Stage) -> None:
    async with stage.client() as somebody:
        known = await somebody.get_customer("ext_user_8799")
    async with opened(stage) as pilot:
        await press(pilot, "i", f"type:{known.id}", "enter")
        assert "Carl Friedrich Gauss" in screen_text(pilot)


async def test_asks_for_each_reading_at_once(stage: Stage) -> None:
    async with opened(stage) as pilot:
        before = len(stage.transport.requests)
        await press(pilot, "i", "type:ext_a@b", "enter")
        asked = {unquote(request.url.raw_path.decode()) for request in stage.transport.requests[before:]}
        assert asked == {
            "/customers/ext_ext_a@b?includeExpandedFields=true",
            "/customers/ext_a@b?includeExpandedFields=true",
            "/customers?email=ext_a@b&includeExpandedFields=true&pageSize=100",
        }


async def test_nobody_says_what_was_tried(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", "type:nobody", "enter")
        assert "Nobody has exactly this" in screen_text(pilot)
        assert isinstance(pilot.app.screen, Lookup)
        await press(pilot, "escape")
        assert "Ada Lovelace" in screen_text(pilot)


async def test_two_who_have_it_are_offered(stage: Stage) -> None:
    async with stage.client() as somebody:
        await somebody.create_customer({"externalId": "second", "country": "DE", "email": "ada@analytical.example"})
    async with opened(stage) as pilot:
        await press(pilot, "i", "type:ada@analytical.example", "enter")
        assert "2 customers have this" in screen_text(pilot)
        await press(pilot, "down", "enter")
        assert "lifetime value" in screen_text(pilot)


async def test_trouble_is_told_in_the_box(stage: Stage) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers/", answers(503))
        await press(pilot, "i", "type:user_8813", "enter")
        assert "Dub is in trouble" in screen_text(pilot)
        stage.transport.mend()
        await press(pilot, "enter")
        assert "lifetime value" in screen_text(pilot)


async def test_deletes_when_the_text_matches(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "down", "D", "type:user_881", "enter")
        assert stage.transport.sent("DELETE") == []
        assert "type user_8812" in screen_text(pilot)
        await press(pilot, "type:2", "enter")
        assert len(stage.transport.sent("DELETE")) == 1
        text = screen_text(pilot)
        assert "deleted Sophie Germain" in text
        assert "sophie@germain" not in text
        await press(pilot, "y")
        assert pilot.app.clipboard == "user_8809", "the cursor stays near"


@pytest.mark.parametrize("keys", [("enter",), ("escape",), ("type:USER_8813", "enter"), ("type:user_8813 ", "enter")])
async def test_nothing_else_deletes(stage: Stage, keys: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "D", *keys)
        assert stage.transport.sent("DELETE") == []


async def test_one_that_was_gone_already_is_gone(stage: Stage) -> None:
    async with opened(stage) as pilot:
        async with stage.client() as somebody:
            await somebody.delete_customer("ext_user_8813")
        await press(pilot, "D", "type:user_8813", "enter")
        assert "ada@analytical" not in screen_text(pilot)


async def test_a_refused_delete_keeps_the_dialog(stage: Stage) -> None:
    stage.transport.on("DELETE", "/customers", answers(403))
    async with opened(stage) as pilot:
        await press(pilot, "D", "type:user_8813", "enter")
        assert "Dub does not allow this" in screen_text(pilot)
        await press(pilot, "escape")
        assert "ada@analytical" in screen_text(pilot)
