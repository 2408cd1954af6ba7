"""The table alone: it moves, keeps its row under the cursor, and asks for no more rows than are seen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from dubtui.widgets.line_table import Column, LineTable, placed

Row = tuple[int, str]


class Numbers:
    """Rows that are their numbers, in an order that a test may change; remembers what was asked for."""

    def __init__(self, size: int) -> None:
        self.order: Sequence[int] = range(size)
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.order)

    def window(self, start: int, stop: int) -> list[Row]:
        self.asked.append(stop - start)
        return [(number, f"row {number}") for number in self.order[start:stop]]

    def position(self, key: int) -> int | None:
        return self.order.index(key) if key in self.order else None


class TableApp(App[None]):
    """A table and nothing else."""

    def __init__(self, source: Numbers) -> None:
        super().__init__()
        self.source = source

    def compose(self) -> ComposeResult:
        yield LineTable[Row](lambda row: row[0])

    def on_mount(self) -> None:
        table = self.query_one(LineTable)
        table.set_columns([Column("n", "Number", lambda row: ((row[1], ""),), 10)], ())
        table.show(self.source)
        table.focus()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"dim": "#888888", "cursor": "#222244", "muted": "#aaaaaa"}


HEIGHT = 11
"""Ten rows under the head."""


def shown(pilot: Pilot[None]) -> list[str]:
    """The rows on screen."""
    table = pilot.app.query_one(LineTable)
    return [strip.text.strip().removeprefix("▌").strip() for strip in table.render_lines(table.size.region)][1:]


@pytest.mark.parametrize(
    ("keys", "cursor", "top"),
    [
        (["down"], 1, 0),
        (["j", "j", "k"], 1, 0),
        (["up"], 0, 0),
        (["pagedown"], 10, 10),
        (["pagedown", "pageup"], 0, 0),
        (["ctrl+d"], 5, 5),
        (["ctrl+d", "ctrl+u"], 0, 0),
        (["end"], 999, 990),
        (["G", "g"], 0, 0),
        (["end", "pagedown"], 999, 990),
        (["down"] * 10, 10, 1),
    ],
)
async def test_moves(keys: list[str], cursor: int, top: int) -> None:
    app = TableApp(Numbers(1000))
    async with app.run_test(size=(40, HEIGHT)) as pilot:
        await pilot.press(*keys)
        table = app.query_one(LineTable)
        assert (table.cursor, table.top) == (cursor, top)
        assert shown(pilot)[0] == f"row {top}"


async def test_asks_for_no_more_rows_than_are_seen() -> None:
    app = TableApp(Numbers(1_000_000))
    async with app.run_test(size=(40, HEIGHT)) as pilot:
        await pilot.press("end", "pageup", "home")
        assert max(app.source.asked) <= HEIGHT


async def test_the_cursor_stays_on_its_row_and_line() -> None:
    source = Numbers(100)
    app = TableApp(source)
    async with app.run_test(size=(40, HEIGHT)) as pilot:
        table = app.query_one(LineTable)
        await pilot.press("pagedown", "pagedown", "down", "down")
        assert (table.cursor, table.top) == (22, 20)
        source.order = [*range(-50, 0), *range(100)]
        table.follow()
        await pilot.pause()
        assert (table.row, table.cursor, table.top) == ((22, "row 22"), 72, 70)


async def test_where_its_row_goes_the_cursor_stays_near() -> None:
    source = Numbers(100)
    app = TableApp(source)
    async with app.run_test(size=(40, HEIGHT)) as pilot:
        table = app.query_one(LineTable)
        await pilot.press("down", "down")
        source.order = [number for number in range(100) if number != 2]
        table.follow()
        assert table.row == (3, "row 3")
        source.order = [0]
        table.follow()
        assert table.row == (0, "row 0")
        source.order = []
        table.follow()
        assert table.row is None


async def test_a_window_that_grows_and_shrinks_keeps_the_cursor_in_sight() -> None:
    app = TableApp(Numbers(100))
    async with app.run_test(size=(40, 31)) as pilot:
        table = app.query_one(LineTable)
        await pilot.press("pagedown", *["down"] * 5)
        for height in (8, 40, 3, 31):
            await pilot.resize_terminal(40, height)
            await pilot.pause()
            assert table.cursor in table.in_sight
            assert table.row == (35, "row 35")


async def test_wheel_and_clicks() -> None:
    app = TableApp(Numbers(100))
    async with app.run_test(size=(40, HEIGHT)) as pilot:
        table = app.query_one(LineTable)
        await pilot.click(LineTable, offset=(5, 4))
        assert table.cursor == 3
        await pilot._post_mouse_events([_wheel_down()], LineTable, offset=(5, 5))
        assert (table.top, table.cursor) == (3, 3)


def _wheel_down() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown


@given(st.lists(st.integers(2, 20), min_size=1, max_size=6), st.integers(20, 200))
def test_columns_never_overlap_and_fill_no_more_than_the_width(widths: list[int], width: int) -> None:
    columns: list[Column[Row]] = [
        Column(f"c{number}", "head", lambda row: (), least, least + 10, gap=1 + number % 2)
        for number, least in enumerate(widths)
    ]
    places = placed(columns, width, [column.name for column in columns])
    for before, after in pairwise(places):
        assert before.x + before.width < after.x
    assert all(place.column.width <= place.width <= place.column.most for place in places)
    least = 4 + sum(column.width for column in columns) + sum(column.gap for column in columns[1:])
    if least <= width:
        assert places[-1].x + places[-1].width <= width - 2
