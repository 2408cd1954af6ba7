"""Export from the app: the marked, the view or everybody, in any format, to a file or the clipboard."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import httpx
import pytest

from dubtui.screens.export import ExportDialog
from tests.faults import fails, never_answers
from tests.stage import Stage, opened, press, screen_text, until


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where dubtui was started."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def written(folder: Path, name: str = "customers-2026-11-20.csv") -> list[dict[str, str]]:
    with (folder / name).open(newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def test_the_view_is_written_in_its_order(stage: Stage, folder: Path) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "slash", "type:country:DE ltv>500", "down", "s", "type:lifetime", "enter")
        await press(pilot, "x", "enter")
        assert "wrote" in screen_text(pilot)
    rows = written(folder)
    amounts = [int(row["saleAmount"]) for row in rows]
    assert {row["country"] for row in rows} == {"DE"}
    assert amounts == sorted(amounts, reverse=True)
    assert len(rows) > 2


async def test_the_marked_are_written_first_of_all(stage: Stage, folder: Path) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "space", "down", "space", "x", "enter")
        assert "wrote 2 customers to" in screen_text(pilot)
    assert [row["externalId"] for row in written(folder)] == ["user_8813", "user_8809"]


async def test_everybody_is_fetched_first(stage: Stage, folder: Path) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "x", "right", "down", "right", "right", "right", "right", "enter")
        assert "wrote 312 customers" in screen_text(pilot)
    lines = (folder / "customers-2026-11-20.jsonl").read_text().splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == 312


async def test_columns_as_in_the_list(stage: Stage, folder: Path) -> None:
    async with opened(stage, size=(80, 24)) as pilot:
        await press(pilot, "x", "down", "down", "right", "enter")
    assert list(written(folder)[0]) == ["email", "externalId", "country", "saleAmount", "createdAt", "state"]


async def test_the_clipboard_takes_a_few(stage: Stage, folder: Path) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "space", "x", "down", "right", "right", "down", "down", "right", "enter")
        assert "wrote 1 customer to the clipboard" in screen_text(pilot)
        assert pilot.app.clipboard.startswith("| id | name |")
    assert names(folder) == []


async def test_too_much_for_the_clipboard_is_told(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "L", "x", "down", *["right"] * 3, "down", "down", "right", "enter")
        assert "Too much for a clipboard" in screen_text(pilot)


async def test_a_name_of_ones_own_whose_ending_follows_the_format(stage: Stage, folder: Path) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "x", "down", "down", "down", "down", "ctrl+u", "type:mine.csv", "up", "up", "up", "right")
        await press(pilot, "enter")
    assert names(folder) == ["mine.tsv"]


async def test_what_is_there_is_told_and_stays_until_the_new_one_is_whole(stage: Stage, folder: Path) -> None:
    (folder / "customers-2026-11-20.csv").write_text("old")
    async with opened(stage) as pilot:
        await press(pilot, "x")
        assert "it is replaced once" in screen_text(pilot)
        await press(pilot, "escape")
    assert (folder / "customers-2026-11-20.csv").read_text() == "old"


async def test_a_place_that_cannot_be_written_keeps_the_dialog(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "x", *["down"] * 4, "ctrl+u", "type:/nowhere/x.csv", "enter")
        assert "Not written" in screen_text(pilot)
        assert "No such file or directory" in screen_text(pilot)
        assert isinstance(pilot.app.screen, ExportDialog)


async def test_trouble_while_fetching_is_told_and_leaves_nothing(stage: Stage, folder: Path) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers", fails(httpx.ConnectError))
        await press(pilot, "x", "right", "enter")
        assert "Dub cannot be reached" in screen_text(pilot)
    assert names(folder) == []


async def test_fetching_can_be_left(stage: Stage, folder: Path) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers", never_answers)
        before = len(stage.transport.requests)
        await press(pilot, "x", "right")
        await pilot.press("enter")
        await until(pilot, lambda: len(stage.transport.requests) > before, "the first request")
        await press(pilot, "escape")
        assert "newest first" in screen_text(pilot)
    assert names(folder) == []
