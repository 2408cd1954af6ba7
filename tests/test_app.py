"""The doorman: what stops the app before it begins, the keys that act everywhere, and what goes to the clipboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubtui.screens.sign_in import SignIn
from dubtui.session import Options
from tests.stage import FakeKeychain, Stage, opened, press, screen_text, until


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


async def ended(stage: Stage, capsys: pytest.CaptureFixture[str]) -> tuple[int | None, str]:
    """The exit code of an app that leaves by itself, and its last words, without the blanks where they were wrapped."""
    app = stage.app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app._exit, "the app to leave")
    return app.return_code, "".join(capsys.readouterr().err.split())


CONFLICT = {"DUB_API_KEY": "dub_x", "DUBTUI_WORKSPACE": "acme"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(environment=CONFLICT), "DUB_API_KEY and DUBTUI_WORKSPACE are both set: unset one of them."),
        (Options(workspace="[/]", environment={}), "There is no workspace '[/]' here (saved: none yet)."),
        (
            Options(api_url="http://dub.example", environment={"DUB_API_KEY": "dub_x"}),
            "Plain http to dub.example would show the key to others: use https (http is for loopback alone).",
        ),
    ],
    ids=["two keys", "no such workspace", "plain http"],
)
async def test_what_does_not_go_together_ends_it(
    stage: Stage, options: Options, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.options = options
    assert await ended(stage, capsys) == (2, words.replace(" ", ""))


async def test_a_state_file_that_cannot_be_used_ends_it(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.options = Options(environment={})
    state = stage.session.paths.state
    state.parent.mkdir()
    state.write_bytes(b"no SQLite" * 100)
    assert await ended(stage, capsys) == (1, f"{state}cannotbeused:fileisnotadatabase.")


async def test_a_key_that_cannot_be_had_is_asked_for(stage: Stage) -> None:
    stage.options = Options(environment={})
    session = stage.session
    await session.keep(session.typed_identity(session.demo_identity().token, "acme"))
    stage.keychain = FakeKeychain("The keychain is locked and could not be opened.")
    async with opened(stage) as pilot:
        assert isinstance(pilot.app.screen, SignIn)
        assert "The keychain is locked and could not be opened." in screen_text(pilot)


async def test_ctrl_c_leaves_at_the_second_time(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await pilot.press("ctrl+c")
        assert not pilot.app._exit
        await until(pilot, lambda: "ctrl+c again leaves dubtui" in screen_text(pilot), "the hint")
        await pilot.press("ctrl+c")
        assert pilot.app._exit
    assert pilot.app.return_code == 0


async def test_the_palette_and_help_are_not_stacked(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "question_mark", "f1", "ctrl+p", "escape")
        assert len(pilot.app.screen_stack) == 2


@pytest.mark.parametrize(
    ("text", "copied"),
    [("user_8813", "user_8813"), ("\x1b[31m\x07", "\x1b[31m\x07"), ("half \ud800", r"half \ud800"), ("🦊", "🦊")],
)
async def test_what_is_copied_is_what_was_there(stage: Stage, text: str, copied: str) -> None:
    async with opened(stage) as pilot:
        pilot.app.copy_to_clipboard(text)
        assert pilot.app.clipboard == copied
