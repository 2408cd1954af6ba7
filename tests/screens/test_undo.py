"""`u` and `U`: what was changed is looked at, and taken back in the same review as a change."""

from __future__ import annotations

import json

import pytest

from dubtui.screens.journal import Journal
from dubtui.screens.review import Review
from tests.stage import Stage, opened, press, screen_text

EDITED = ("e", "end", "type: King", "ctrl+s", "y")


def bodies(stage: Stage) -> list[object]:
    return [json.loads(request.content) for request in stage.transport.sent("PATCH")]


@pytest.mark.parametrize("place", ["list", "customer", "journal"])
async def test_a_change_is_taken_back_in_a_review(stage: Stage, place: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *EDITED)
        await press(pilot, *{"list": (), "customer": ("enter",), "journal": ("U",)}[place], "u")
        assert isinstance(pilot.app.screen, Review)
        assert "Undo of entry 1" in screen_text(pilot)
        assert bodies(stage) == [{"name": "Ada Lovelace King"}]
        await press(pilot, "y")
        assert bodies(stage)[1:] == [{"name": "Ada Lovelace"}]
        assert "Saved" in screen_text(pilot)


async def test_an_undo_can_be_undone(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *EDITED, "u", "y", "u", "y")
        assert [body["name"] for body in bodies(stage) if isinstance(body, dict)] == [
            "Ada Lovelace King",
            "Ada Lovelace",
            "Ada Lovelace King",
        ]


async def test_what_somebody_else_changed_since_is_asked_about(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *EDITED)
        async with stage.client() as somebody:
            await somebody.update_customer("ext_user_8813", {"name": "Countess"})
        await press(pilot, "u")
        assert "Somebody else changed this customer meanwhile" in screen_text(pilot)
        await press(pilot, "2", "ctrl+s")
        assert "Nothing was sent" in screen_text(pilot)
        assert len(bodies(stage)) == 1


async def test_nothing_to_take_back(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "u")
        assert "There is nothing to take back" in screen_text(pilot)
        await press(pilot, "U")
        assert "Nothing changed yet" in screen_text(pilot)


async def test_of_another_customer_nothing_is_taken_back(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *EDITED, "down", "enter", "u")
        assert "There is nothing to take back" in screen_text(pilot)


async def test_a_deletion_stays(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "D", "type:user_8813", "enter")
        assert "deleted Ada Lovelace" in screen_text(pilot)
        await press(pilot, "U", "u")
        assert "A deletion is final" in screen_text(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Journal)
        assert len(stage.transport.sent("DELETE")) == 1


async def test_the_journal_leads_to_the_customer(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *EDITED, "down", "down", "U", "enter")
        assert "Ada Lovelace King" in screen_text(pilot)
        await press(pilot, "U")
        assert "Ada Lovelace → Ada Lovelace King" in screen_text(pilot)
