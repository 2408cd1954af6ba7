"""Saved views: kept under a name, looked through by number, by the palette, forgotten."""

from __future__ import annotations

from textual.pilot import Pilot

from dubtui.customers.lens import Lens
from dubtui.store.views import Order
from tests.screens.test_customer_list import customer_list, table
from tests.stage import Stage, opened, press, screen_text

SAVED = ("slash", "type:country:FR", "down", "s", "type:lifetime", "enter", "V", "type:French", "enter")


def lens(pilot: Pilot[None]) -> Lens:
    """What the list is looked at through."""
    workspace = customer_list(pilot).workspace
    assert workspace is not None
    return workspace.browsing.lens


FRENCH = Lens("country:FR", (Order("saleAmount", descending=True),))


async def test_a_view_is_kept_and_looked_through_by_its_number(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *SAVED)
        assert "kept as French" in screen_text(pilot)
        await press(pilot, "F", "s", "type:created", "enter")
        assert lens(pilot).filter == ""
        await press(pilot, "1")
        assert lens(pilot) == FRENCH
        rows = [row for row in table(pilot)._source.window(0, 400) if row]
        assert {row.country for row in rows} == {"FR"}
        await press(pilot, "2")
        assert lens(pilot) == FRENCH, "there is no second one"


async def test_a_view_is_in_the_palette_and_the_way_back_leads_out_of_it(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *SAVED, "F", "colon", "type:view fren", "enter")
        assert lens(pilot).filter == "country:FR"
        await press(pilot, "left_square_bracket")
        assert lens(pilot).filter == ""


async def test_a_view_is_forgotten_and_its_name_given_again(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *SAVED, "V", "type:fr")
        assert "keep as fr" in screen_text(pilot)
        await press(pilot, "delete")
        assert "0 views" in screen_text(pilot)
        await press(pilot, "escape", "V", "type:French", "enter")
        assert "kept as French" in screen_text(pilot)


async def test_chosen_columns_are_there_at_the_next_start_but_not_in_the_demo(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "C", "down", "space", "enter")
        chosen = lens(pilot).columns
        assert chosen
    async with opened(stage) as pilot:
        assert lens(pilot).columns == ()


async def test_what_cannot_be_written_is_told(stage: Stage) -> None:
    async with opened(stage) as pilot:
        workspace = customer_list(pilot).workspace
        assert workspace is not None
        workspace.store.path.with_name("state.sqlite3").mkdir()
        await press(pilot, *SAVED)
        assert "for this run only" in screen_text(pilot)
        assert lens(pilot) == FRENCH
