"""Many at once: planned, begun by `y` alone, held, stopped, tried once more, taken back as a whole."""

from __future__ import annotations

from csv import DictReader
from typing import Any

import httpx
import pytest
from textual.pilot import Pilot

from dubtui.screens.bulk import BulkRun, DeleteMany
from dubtui.screens.customer_list import CustomerList
from tests.faults import Gate, error, fails, passes
from tests.stage import Stage, opened, press, screen_text, until

THREE = ("space", "space", "space", "b")
"""The first three are marked: Ada Lovelace, Sophie Germain, 紫式部."""
RENAMED = (*THREE, "paste:set name", "enter", "paste:Somebody", "enter")
REFUSAL = error(422, "unprocessable_entity", "Not this one.")


def writes(stage: Stage) -> int:
    return sum(len(stage.transport.sent(method)) for method in ("PATCH", "DELETE", "POST"))


def rows(pilot: Pilot[None]) -> list[list[str]]:
    """The lines of the table, each as its words; what follows it is left out."""
    lines = screen_text(pilot).splitlines()
    start = next(at for at, line in enumerate(lines) if line.strip().startswith("Customer"))
    return [lines[at].replace("▌", " ").split() for at in range(start + 1, start + 4)]


def results(pilot: Pilot[None]) -> list[str]:
    screen = pilot.app.screen
    assert isinstance(screen, BulkRun)
    return [str(result.outcome) for result in screen._run.results]


async def names(stage: Stage) -> list[str | None]:
    async with stage.client() as client:
        return [(await client.get_customer(f"ext_user_{number}")).name for number in (8813, 8812, 8809)]


async def test_a_plan_is_shown_and_y_alone_begins_it(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *RENAMED)
        assert "3 customers: 3 to change" in screen_text(pilot)
        assert "3 requests, about 2 s" in screen_text(pilot)
        assert rows(pilot)[0] == ["ada@analytical.example", "Ada", "Lovelace", "Somebody", "to", "change"]
        for key in ("space", "f", "R", "x", "down", "u", "D", "e"):
            await press(pilot, key)
        assert writes(stage) == 0
        await press(pilot, "y")
        assert writes(stage) == 3
        assert results(pilot) == ["done"] * 3
        assert await names(stage) == ["Somebody"] * 3
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, CustomerList)
        assert "3 done" in screen_text(pilot)


@pytest.mark.parametrize("key", ["enter", "escape", "q"])
async def test_a_plan_can_be_left(stage: Stage, key: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *RENAMED, key)
        assert isinstance(pilot.app.screen, CustomerList)
        assert writes(stage) == 0


async def test_it_is_taken_back_as_a_whole_and_that_too(stage: Stage) -> None:
    async with opened(stage) as pilot:
        before = await names(stage)
        await press(pilot, *RENAMED, "y", "escape", "u")
        assert "Undo of 3 changes" in screen_text(pilot)
        assert writes(stage) == 3
        await press(pilot, "y", "escape")
        assert await names(stage) == before
        await press(pilot, "u", "y", "escape")
        assert await names(stage) == ["Somebody"] * 3
        await press(pilot, "U")
        assert screen_text(pilot).count("undone") == 3, "an undo that is undone undoes nothing"


async def test_what_somebody_changed_meanwhile_is_left_alone(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *RENAMED)
        async with stage.client() as somebody:
            await somebody.update_customer("ext_user_8812", {"name": "Le Blanc"})
            await somebody.delete_customer("ext_user_8809")
        await press(pilot, "y")
        assert results(pilot) == ["done", "changed meanwhile", "gone"]
        assert "done but for 2" in screen_text(pilot)
        await press(pilot, "f")
        assert rows(pilot)[0][0] == "sophie@germain.example"


async def test_what_failed_is_tried_once_more(stage: Stage) -> None:
    stage.transport.on("PATCH", "/customers", passes, times=1)
    stage.transport.on("PATCH", "/customers", REFUSAL, times=1)
    async with opened(stage) as pilot:
        await press(pilot, *RENAMED, "y")
        assert results(pilot) == ["done", "refused", "done"]
        assert "Not this one" in screen_text(pilot)
        await press(pilot, "R")
        assert results(pilot) == ["done", "waiting", "done"]
        assert writes(stage) == 3
        await press(pilot, "y")
        assert results(pilot) == ["done"] * 3
        assert writes(stage) == 4


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (fails(httpx.ConnectError), "Dub cannot be reached"),
        (error(401, "unauthorized", "Unauthorized: Invalid API key."), "Dub does not take the key"),
    ],
)
async def test_what_holds_for_all_stops_it_and_y_goes_on(stage: Stage, fault: Any, says: str) -> None:
    stage.transport.on("PATCH", "/customers", passes, times=1)
    stage.transport.on("PATCH", "/customers", fault)
    async with opened(stage) as pilot:
        await press(pilot, *RENAMED, "y")
        assert results(pilot)[0] == "done"
        assert "goes on with the" in screen_text(pilot), screen_text(pilot)
        stage.transport.mend()
        await press(pilot, "y")
        if "R" in screen_text(pilot).splitlines()[-1]:
            await press(pilot, "R", "y")
        assert results(pilot) == ["done"] * 3


async def begin_behind(gate: Gate, stage: Stage, pilot: Pilot[None]) -> None:
    """Begin to rename three, up to the first write."""
    stage.transport.on("PATCH", "/customers", gate)
    await press(pilot, *RENAMED)
    await pilot.press("y")
    await until(pilot, lambda: gate.waiting == 1, "the first write")


@pytest.mark.parametrize(
    ("keys", "state"),
    [
        (("space",), "paused"),
        (("escape",), "stopped"),
        (("W",), "dubtui was told to read only"),
    ],
)
async def test_it_is_held_and_stopped_after_the_one_it_is_at(stage: Stage, keys: tuple[str, ...], state: str) -> None:
    gate = Gate()
    async with opened(stage) as pilot:
        await begin_behind(gate, stage, pilot)
        await pilot.press(*keys)
        gate.let_through(3)
        await until(pilot, lambda: state in screen_text(pilot), state)
        await until(pilot, lambda: results(pilot) == ["done", "waiting", "waiting"], "the end of the first")
        assert writes(stage) == 1
        await pilot.press(*(("space",) if state == "paused" else ("W", "y") if keys == ("W",) else ("y",)))
        await pilot.pause()
        assert results(pilot) == ["done"] * 3
        assert writes(stage) == 3


async def test_nobody_leaves_it_while_it_runs(stage: Stage) -> None:
    gate = Gate()
    async with opened(stage) as pilot:
        await begin_behind(gate, stage, pilot)
        await pilot.press("q", "enter", "escape", "escape", "q")
        assert isinstance(pilot.app.screen, BulkRun)
        gate.let_through(3)
        await pilot.pause()
        assert isinstance(pilot.app.screen, BulkRun)


async def test_deleting_asks_for_their_number(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *THREE, "paste:delete", "enter", "y")
        assert isinstance(pilot.app.screen, DeleteMany)
        assert "$1,522.50" in screen_text(pilot)
        await press(pilot, "enter", "type:2", "enter", "backspace", "escape")
        assert writes(stage) == 0
        await press(pilot, "y", "type:3", "enter")
        assert results(pilot) == ["done"] * 3
        await press(pilot, "escape")
        assert "309" in screen_text(pilot).splitlines()[0]
        assert "ada@analytical" not in screen_text(pilot)


async def test_the_result_is_written_to_a_file(stage: Stage) -> None:
    stage.transport.on("PATCH", "/customers", REFUSAL, times=1)
    file = stage.home / "result.csv"
    async with opened(stage) as pilot:
        await press(pilot, *RENAMED, "y", "x", "ctrl+u", f"paste:{file}", "enter")
        assert "wrote" in screen_text(pilot)
    with file.open(encoding="utf-8", newline="") as lines:
        told = [(row["externalId"], row["new"], row["result"]) for row in DictReader(lines)]
    assert told == [
        ("user_8813", "Somebody", "refused"),
        ("user_8812", "Somebody", "done"),
        ("user_8809", "Somebody", "done"),
    ]


async def test_a_result_that_cannot_be_written_is_told(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *RENAMED, "y", "x", "ctrl+u", f"paste:{stage.home}/no/such/folder.csv", "enter")
        assert "Not written" in screen_text(pilot)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (("b",), "nobody is marked"),
        (("space", "b", "paste:set external", "enter", "enter"), "Type the value"),
        ((*THREE, "paste:set e-mail", "enter", "type:nobody", "enter"), "Not an e-mail"),
        ((*THREE, "paste:set external"), "0 choices"),
        ((*THREE, "paste:unset external"), "0 choices"),
        (("W", *RENAMED), "Nothing can be changed"),
        (("W", *RENAMED, "y"), "Nothing can be changed"),
    ],
)
async def test_what_cannot_be_is_told(stage: Stage, keys: tuple[str, ...], says: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *keys)
        assert says in screen_text(pilot)
        assert writes(stage) == 0


async def test_in_production_the_name_is_typed_too(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(
            pilot,
            "colon",
            "paste:this workspace is production",
            "enter",
            "W",
            "w",
            *THREE,
            "paste:delete",
            "enter",
            "y",
            "type:3",
            "enter",
        )
        assert isinstance(pilot.app.screen, DeleteMany)
        assert writes(stage) == 0
        await press(pilot, "tab", "type:demo", "enter")
        assert results(pilot) == ["done"] * 3
