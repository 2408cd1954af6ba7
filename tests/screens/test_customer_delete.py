"""Deleting one customer, behind its identifier."""

from __future__ import annotations

import pytest

from tests.faults import answers
from tests.stage import Stage, opened, press, screen_text


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
