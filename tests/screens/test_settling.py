"""What is only known later: an avatar that Dub drops, and the end of a write that was cut short."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from textual.pilot import Pilot

from dubtui.api.token import Token
from dubtui.customers.editing import AVATAR_SETTLES
from dubtui.demo.server import Demo
from dubtui.display.figures import milliseconds
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.question import Question
from dubtui.session import Options
from dubtui.store.journal import Entry, Verb
from tests.faults import Ask, Fault, Faulty, fails, never_answers
from tests.screens.test_conflict import ADA, Values, somebody_changes
from tests.screens.test_customer_create import FILLED, GRACE
from tests.screens.test_read_only import KEYED
from tests.stage import NOW, Stage, StillClock, opened, press, screen_text, until

# An avatar


class LateClock(StillClock):
    """It stands still, and who waits for an avatar waits until it is late."""

    def __init__(self) -> None:
        self.is_late = asyncio.Event()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=AVATAR_SETTLES if self.is_late.is_set() else 0)

    async def sleep(self, seconds: float) -> None:
        await (self.is_late.wait() if seconds == AVATAR_SETTLES else super().sleep(seconds))


@pytest.fixture
def clock() -> LateClock:
    return LateClock()


@pytest.fixture
def fetching(tmp_path: Path, clock: LateClock) -> Stage:
    """A Dub that has fetched an avatar, or dropped it, once it is late."""
    demo = Demo(rng=random.Random(7), clock=lambda: clock.now().timestamp())
    return Stage(tmp_path, transport=Faulty(httpx.ASGITransport(app=demo)), clock=clock)


DROPPED = "Dub could not fetch the avatar of Ada Lovelace, and has none now"


async def save_avatar(pilot: Pilot[None], host: str) -> None:
    """Save it; somebody waits for what comes of it from then on."""
    await press(pilot, "e", "up", f"paste:https://{host}/ada.png", "ctrl+s")
    await pilot.press("y")
    await until(pilot, lambda: "✓ Saved" in screen_text(pilot), "the save")


@pytest.mark.parametrize(
    ("keys", "there", "back"),
    [
        ((), "All customers", ()),
        (("enter",), "All customers › Ada Lovelace", ()),
        (("U",), "All customers › Changes", ()),
        (("down", "enter"), "All customers › Sophie Germain", ()),
        (("down", "e"), "Sophie Germain › Edit", ("escape",)),
        (("question_mark",), "Each can also be pressed", ("escape",)),
    ],
    ids=["list", "customer", "changes", "another customer", "another's form", "help"],
)
async def test_a_dropped_avatar_is_told_wherever_one_is_by_then(
    fetching: Stage, clock: LateClock, keys: tuple[str, ...], there: str, back: tuple[str, ...]
) -> None:
    async with opened(fetching) as pilot:
        await save_avatar(pilot, "nowhere.invalid")
        await pilot.press(*keys)
        await until(pilot, lambda: there in screen_text(pilot), there)
        assert DROPPED not in screen_text(pilot)
        clock.is_late.set()
        await pilot.pause()
        await press(pilot, *back)
        assert DROPPED in screen_text(pilot)


async def test_of_one_that_dub_fetched_nothing_is_told(fetching: Stage, clock: LateClock) -> None:
    async with opened(fetching) as pilot:
        await save_avatar(pilot, "pictures.example")
        clock.is_late.set()
        await pilot.pause()
        assert "✓ Saved" in screen_text(pilot)


async def test_nobody_needs_to_wait_for_it(fetching: Stage) -> None:
    async with opened(fetching) as pilot:
        await save_avatar(pilot, "nowhere.invalid")
    assert pilot.app.return_code is None


# A write that was cut short


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """With a key in the environment: the journal outlives the run."""
    return replace(stage, options=Options(environment=KEYED))


async def _writes_and_is_silent(request: httpx.Request, ask: Ask) -> httpx.Response:
    await ask(request)
    return await never_answers(request, ask)


WRITTEN, ON_ITS_WAY = _writes_and_is_silent, never_answers
EDIT = ("e", "ctrl+u", "paste:Mine", "ctrl+s")
CREATE = (*FILLED, "ctrl+s")
DELETE = ("D", "paste:user_8813")


def writes(stage: Stage) -> list[httpx.Request]:
    """What was sent to change something."""
    return [request for request in stage.transport.requests if request.method != "GET"]


async def cut_short(stage: Stage, keys: tuple[str, ...], fault: Fault) -> None:
    """Write by the last of some keys, and end before Dub has answered."""
    for method in ("PATCH", "POST", "DELETE"):
        stage.transport.on(method, "/customers", fault)
    async with opened(stage) as pilot:
        await press(pilot, *keys)
        await pilot.press("enter" if keys == DELETE else "y")
        await until(pilot, lambda: bool(writes(stage)), "the write")
    stage.transport.mend()


def box(pilot: Pilot[None]) -> str:
    """What one reads in a dialog, as one line."""
    region = pilot.app.screen.query_one("#box").region
    strips = pilot.app.screen._compositor.render_strips()[region.y : region.bottom]
    return " ".join(" ".join(strip.crop(region.x, region.right).text for strip in strips).replace("█", " ").split())


@pytest.mark.parametrize(
    ("keys", "fault", "meanwhile", "words", "outcome"),
    [
        (EDIT, WRITTEN, {}, "the edit of user_8813. Dub has it: Name is Mine.", "done"),
        (EDIT, ON_ITS_WAY, {}, "the edit of user_8813. Dub does not have it: Name is Ada Lovelace.", "not done"),
        (EDIT, ON_ITS_WAY, {"name": "Theirs"}, "Dub has something else by now: Name is Theirs.", "unknown"),
        (EDIT, WRITTEN, None, "Dub has no such customer any more.", "unknown"),
        (CREATE, WRITTEN, {}, "the creation of user_9001. Dub has it: the customer is there.", "done"),
        (CREATE, ON_ITS_WAY, {}, "Dub does not have it: there is no such customer.", "not done"),
        (CREATE, WRITTEN, {"name": "Theirs"}, "Dub has another customer of this external ID.", "unknown"),
        (DELETE, WRITTEN, {}, "the deletion of user_8813. Dub has it: the customer is gone.", "done"),
        (DELETE, ON_ITS_WAY, {}, "Dub does not have it: the customer is still there.", "not done"),
    ],
    ids=[
        "edited",
        "not edited",
        "edited by others",
        "gone since",
        "created",
        "not created",
        "changed since",
        "deleted",
        "not deleted",
    ],
)
async def test_what_became_of_a_write_is_told_at_the_start(
    stage: Stage, keys: tuple[str, ...], fault: Fault, meanwhile: Values | None, words: str, outcome: str
) -> None:
    await cut_short(stage, keys, fault)
    if meanwhile != {}:
        await somebody_changes(stage, meanwhile, GRACE if keys == CREATE else ADA)
    async with opened(stage) as pilot:
        assert isinstance(pilot.app.screen, Question)
        assert "dubtui ended in the middle of a change Entry 1 was cut short" in box(pilot)
        assert words in box(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, CustomerList)
        await press(pilot, "U")
        assert f" {outcome}" in screen_text(pilot)
    async with opened(stage) as pilot:
        assert isinstance(pilot.app.screen, CustomerList), "it is told once"
    assert len(writes(stage)) == 1, "nothing is written twice"


async def test_where_dub_cannot_be_read_it_is_looked_at_again_the_next_time(stage: Stage) -> None:
    await cut_short(stage, EDIT, WRITTEN)
    stage.transport.on("GET", "/customers/cus_", fails(httpx.ConnectError, "Connection refused"))
    async with opened(stage) as pilot:
        assert "could not be read (Dub cannot be reached); it is looked at again next time." in box(pilot)
    stage.transport.mend()
    async with opened(stage) as pilot:
        assert "Dub has it: Name is Mine." in box(pilot)


async def test_many_are_told_in_one_dialog(stage: Stage) -> None:
    session = stage.session
    identity = session.environment_identity(Token(KEYED["DUB_API_KEY"]))
    journal = session.journal
    for _ in range(6):
        journal.begin(Entry(identity.id, milliseconds(NOW), Verb.EDIT, "cus_nobody", "user_1", body={"name": "Mine"}))
    journal.close()
    async with opened(stage) as pilot:
        assert "Entry 4 was cut short" in box(pilot)
        assert "and 2 others: U shows them" in box(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, CustomerList)
