"""What is typed and not saved: kept through refusals and ends, offered again with what changed, applied by nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from textual.pilot import Pilot

from dubtui.api.token import Token
from dubtui.screens.conflict import ConflictChoice
from dubtui.screens.customer_edit import CustomerEdit
from dubtui.screens.customer_list import CustomerList
from dubtui.session import Options
from dubtui.store.drafts import Drafts
from tests.faults import Fault, error, fails, loses_the_answer
from tests.screens.test_conflict import bodies, somebody_changes
from tests.screens.test_customer_edit import field
from tests.screens.test_read_only import KEYED
from tests.stage import Stage, at_once, opened, press, screen_text
from tests.store.spoiled import SPOILED

TYPED = ("e", "ctrl+u", "paste:Mine")
OFFER = "Changes that were not saved"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """With a key in the environment: what is kept outlives the run."""
    return replace(stage, options=Options(environment=KEYED))


def is_offered(pilot: Pilot[None]) -> bool:
    """Whether one is asked what is to become of a draft."""
    return OFFER in screen_text(pilot)


def is_kept(stage: Stage) -> bool:
    """Whether there is a draft to be offered at the next start."""
    session = stage.session
    identity = session.environment_identity(Token(KEYED["DUB_API_KEY"]))
    return bool(Drafts(session.paths.journal, identity.id).all())


# Offered


@pytest.mark.parametrize("again", [("e",), ("enter", "e")], ids=["from the list", "from the customer"])
async def test_it_is_offered_at_the_next_start(stage: Stage, again: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED)
    for _ in ("once", "and again, where it ends in the middle of the question"):
        async with opened(stage) as pilot:
            await press(pilot, *again)
            assert is_offered(pilot)
            assert "Typed on this customer, 9:41 PM" in screen_text(pilot)
            assert "Name: Ada Lovelace → Mine" in screen_text(pilot)
            assert "Since then somebody changed" not in screen_text(pilot)
    assert bodies(stage) == []


async def test_what_was_typed_before_the_offer_is_no_answer_to_it(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED)
    async with opened(stage) as pilot:
        await at_once(pilot, "edddt")
        assert is_offered(pilot)
        assert is_kept(stage)


async def test_it_is_offered_in_the_same_run_to_that_customer_alone(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED, "escape", "k", "down", "e")
        assert not is_offered(pilot)
        await press(pilot, "escape", "up", "e")
        assert is_offered(pilot)


@pytest.mark.parametrize(
    ("answer", "name", "is_offered_again"),
    [
        ("t", "Mine", True),
        ("d", "Ada Lovelace", False),
        ("enter", "Ada Lovelace", True),
        ("escape", "Ada Lovelace", True),
    ],
    ids=["take up", "drop", "later", "leave it"],
)
async def test_what_becomes_of_it_is_ones_own_choice(
    stage: Stage, answer: str, name: str, is_offered_again: bool
) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED)
    async with opened(stage) as pilot:
        await press(pilot, "e", answer)
        assert isinstance(pilot.app.screen, CustomerEdit)
        assert field(pilot, "name") == name
        assert ("1 changed" in screen_text(pilot)) == (name == "Mine")
    assert is_kept(stage) == is_offered_again
    assert bodies(stage) == []


async def test_one_that_is_taken_up_is_saved_and_offered_no_more(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED, "tab", "ctrl+u")
    async with opened(stage) as pilot:
        await press(pilot, "e", "t", "ctrl+s", "y")
        assert bodies(stage) == [{"name": "Mine", "email": None}]
        assert "Saved" in screen_text(pilot)
    assert not is_kept(stage)


@pytest.mark.parametrize(
    "later",
    [("type:x", "backspace"), ("type:x", "escape", "d"), ("ctrl+u", "paste:Other", "ctrl+s", "y")],
    ids=["typed and taken back", "typed and dropped", "something else saved"],
)
async def test_one_that_is_put_off_is_offered_later_whatever_one_does(stage: Stage, later: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED, "escape", "k", "e", "enter", *later)
    async with opened(stage) as pilot:
        await press(pilot, "e")
        assert "→ Mine" in screen_text(pilot)


async def test_something_else_that_is_kept_takes_its_place(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED, "escape", "k", "e", "enter", "ctrl+u", "paste:Other", "escape", "k")
    async with opened(stage) as pilot:
        await press(pilot, "e")
        assert "Ada Lovelace → Other" in screen_text(pilot)


# Kept, and not


@pytest.mark.parametrize(
    "fault",
    [
        error(409, "conflict", "A customer with this external ID already exists."),
        error(422, "unprocessable_entity", "invalid_format: name: Invalid"),
        error(500, "internal_server_error", "Oops."),
        fails(httpx.ConnectError, "Connection refused"),
        fails(httpx.ReadError),
    ],
    ids=["conflict", "rule", "trouble", "no connection", "lost connection"],
)
async def test_it_is_kept_where_nothing_was_saved(stage: Stage, fault: Fault) -> None:
    stage.transport.on("PATCH", "/customers", fault)
    async with opened(stage) as pilot:
        await press(pilot, *TYPED, "ctrl+s", "y")
        assert isinstance(pilot.app.screen, CustomerEdit)
        assert field(pilot, "name") == "Mine"
        assert len(bodies(stage)) == 1
    assert is_kept(stage)


@pytest.mark.parametrize("fault", [None, loses_the_answer], ids=["answered", "the answer lost"])
async def test_what_is_saved_is_not_offered(stage: Stage, fault: Fault | None) -> None:
    if fault:
        stage.transport.on("PATCH", "/customers", fault)
    async with opened(stage) as pilot:
        await press(pilot, *TYPED, "ctrl+s", "y")
        assert isinstance(pilot.app.screen, CustomerList)
        assert len(bodies(stage)) == 1
    assert not is_kept(stage)


@pytest.mark.parametrize(
    "keys", [("ctrl+u", "paste:Ada Lovelace"), ("escape", "d")], ids=["typed back", "left and dropped"]
)
async def test_what_is_dropped_is_not_offered(stage: Stage, keys: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED, *keys)
    assert not is_kept(stage)


@pytest.mark.parametrize("key", ["e", "E"])
async def test_one_of_which_dub_has_everything_goes_without_a_word(
    stage: Stage, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill between the saving and the dropping; `E` goes to the editor then."""
    monkeypatch.setenv("VISUAL", "sed -i s/Mine/Outside/")
    async with opened(stage) as pilot:
        await press(pilot, *TYPED)
    await somebody_changes(stage, {"name": "Mine"})
    async with opened(stage) as pilot:
        await press(pilot, key)
        assert not is_offered(pilot)
        assert ("Outside" in screen_text(pilot)) == (key == "E")
        await press(pilot, *(("escape",) if key == "E" else ()))
        assert field(pilot, "name") == ("Outside" if key == "E" else "Mine")
    await somebody_changes(stage, {"name": "Ada Lovelace"})
    assert is_kept(stage) == (key == "E")


async def test_without_a_journal_it_lives_as_long_as_the_app(stage: Stage) -> None:
    (stage.home / "settings.toml").write_text("journal = false\n")
    async with opened(stage) as pilot:
        await press(pilot, *TYPED, "escape", "k", "e")
        assert is_offered(pilot)
    assert not is_kept(stage)
    assert not stage.session.paths.journal.exists()


# Changed since


async def test_what_changed_since_is_told_and_chosen_between(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *TYPED)
    await somebody_changes(stage, {"name": "Theirs", "email": "theirs@x.example"})
    async with opened(stage) as pilot:
        await press(pilot, "e")
        text = screen_text(pilot)
        since = text.index("Since then somebody changed:")
        assert text.index("Name: Ada Lovelace → Mine") < since < text.index("Name: Ada Lovelace → Theirs")
        assert "E-mail: ada@analytical.example → theirs@x.example" in text
        await press(pilot, "t")
        assert field(pilot, "name") == "Mine"
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, ConflictChoice)
        await press(pilot, "3", "ctrl+s")
        assert "Name" in screen_text(pilot)
        await press(pilot, "y")
        assert bodies(stage) == [{"name": "Mine"}]
    assert not is_kept(stage)


# Where it cannot be kept


@pytest.mark.parametrize("spoil", [spoil for spoil, _ in SPOILED])
async def test_where_it_cannot_be_kept_that_is_told_and_nothing_is_lost(
    stage: Stage, spoil: Callable[[Path], None]
) -> None:
    journal = stage.session.paths.journal
    async with opened(stage) as pilot:
        journal.parent.mkdir(exist_ok=True)
        spoil(journal)
        await press(pilot, *TYPED)
        assert "The draft is not kept." in screen_text(pilot)
        await press(pilot, "escape", "k")
        assert isinstance(pilot.app.screen, CustomerEdit), "one does not leave what is not kept"
        assert "The draft is not kept." in screen_text(pilot)
        await press(pilot, "ctrl+s", "y")
        assert "Not sent" in screen_text(pilot)
        assert bodies(stage) == []
        await press(pilot, "escape")
        assert field(pilot, "name") == "Mine"
        journal.rmdir() if journal.is_dir() else journal.unlink()
        await press(pilot, "type:x", "escape", "k")
        assert isinstance(pilot.app.screen, CustomerList)
    assert is_kept(stage)


async def test_what_cannot_be_kept_can_be_dropped(stage: Stage) -> None:
    journal = stage.session.paths.journal
    async with opened(stage) as pilot:
        journal.mkdir(parents=True)
        await press(pilot, *TYPED, "escape", "d")
        assert isinstance(pilot.app.screen, CustomerList)
