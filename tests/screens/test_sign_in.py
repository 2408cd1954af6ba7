"""The first run: nothing is kept before Dub has taken the key, and no key is shown."""

from __future__ import annotations

import httpx
import pytest

from dubtui.api.token import Token
from dubtui.screens.sign_in import SignIn
from dubtui.session import Options
from tests.faults import Fault, answers, error, fails
from tests.stage import FakeKeychain, Stage, opened, press, screen_text

KEY = "dub_demo"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """Nobody is signed in."""
    stage.options = Options(environment={})
    return stage


async def test_a_pasted_key_is_tried_kept_and_found_again(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, f"type:{KEY}", "down", "type:acme", "enter")
        assert "acme" in screen_text(pilot)
        assert "Ada Lovelace" in screen_text(pilot)
    assert list(stage.keychain.kept.values()) == [Token(KEY)]
    assert dict(stage.transport.requests[0].url.params)["pageSize"] == "1"
    async with opened(stage) as pilot:
        assert "acme" in screen_text(pilot)
        assert "Ada Lovelace" in screen_text(pilot)


async def test_the_key_is_never_on_screen(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "type:dub_abcdefghijklmnopqrstuv")
        assert "abcdefgh" not in screen_text(pilot)
        assert "…stuv" in screen_text(pilot)


REFUSALS: list[tuple[Fault, str]] = [
    (error(401, "unauthorized", "Unauthorized: Invalid API key."), "Dub refused the key"),
    (error(403, "forbidden", "Unauthorized: Need higher plan."), "This plan has no customers in the API"),
    (error(404, "not_found", "Workspace not found."), "The workspace is not open to this key"),
    (fails(httpx.ConnectError), "Dub cannot be reached"),
    (answers(200, html="<h1>Log in to the hotel's network</h1>"), "not an answer of Dub's"),
]


@pytest.mark.parametrize(("fault", "words"), REFUSALS, ids=[words for _, words in REFUSALS])
async def test_says_what_was_wrong_and_keeps_nothing(stage: Stage, fault: Fault, words: str) -> None:
    stage.transport.on("GET", "/customers", fault)
    async with opened(stage) as pilot:
        await press(pilot, "type:dub_some_key_or_other", "enter")
        assert words in screen_text(pilot)
        assert isinstance(pilot.app.screen, SignIn)
    assert stage.keychain.kept == {}
    assert stage.session.state.workspaces() == []


@pytest.mark.parametrize("text", ["", "two words", "schlüssel"])
async def test_what_can_be_no_key_is_not_sent(stage: Stage, text: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, f"type:{text}", "enter")
        assert "o key" in screen_text(pilot)
    assert stage.transport.requests == []


async def test_without_a_keychain_somebody_chooses(stage: Stage) -> None:
    stage.keychain = FakeKeychain("This machine has no keychain that can be used.")
    async with opened(stage) as pilot:
        await press(pilot, f"type:{KEY}", "enter")
        assert "cannot be kept" in screen_text(pilot)
        assert "DUB_API_KEY" in screen_text(pilot)
        await press(pilot, "enter")
        assert "Ada Lovelace" in screen_text(pilot)
    assert stage.session.state.workspaces() == []


async def test_the_key_of_the_environment_is_used_at_once(stage: Stage) -> None:
    stage.options = Options(environment={"DUB_API_KEY": KEY})
    async with opened(stage) as pilot:
        assert "Ada Lovelace" in screen_text(pilot)


async def test_the_demo_needs_no_key(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "down", "down", "down", "enter")
        assert "Ada Lovelace" in screen_text(pilot)
        assert "DEMO" in screen_text(pilot)


async def test_a_locked_keychain_is_told_on_the_sign_in_screen(stage: Stage) -> None:
    await stage.session.keep(stage.session.typed_identity(Token(KEY)))
    stage.keychain.failure = "The keychain is locked and could not be opened."
    async with opened(stage) as pilot:
        assert "locked" in screen_text(pilot)
        assert isinstance(pilot.app.screen, SignIn)
