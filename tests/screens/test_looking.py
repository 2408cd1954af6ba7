"""The list looked at in other ways: filters, orders, columns, groups, marks, and the way back."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from dubtui.customers.browsing import Browsing
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.groups import Groups
from dubtui.widgets.filter_bar import FilterBar
from tests.stage import Stage, opened, press, screen_text

ALL = ("end", "end", "end", "home")
"""Keys that have the whole workspace loaded."""


def customer_list(pilot: Pilot[None]) -> CustomerList:
    """The list, whatever stands above it."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, CustomerList))


def browsing(pilot: Pilot[None]) -> Browsing:
    """What it browses."""
    workspace = customer_list(pilot).workspace
    assert workspace is not None
    return workspace.browsing


def shown(pilot: Pilot[None]) -> int:
    """How many rows it shows."""
    return len(browsing(pilot).view)


def external_ids(pilot: Pilot[None]) -> list[str | None]:
    """The external IDs of the rows it shows."""
    view = browsing(pilot).view
    return [row.external_id for row in view.window(0, len(view)) if row]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ltv>500 country:DE", "lifetime value above $500, country Germany"),
        ("paid:no", "never paid"),
        ("!example", "without example"),
    ],
)
async def test_a_filter_is_said_in_words(stage: Stage, text: str, words: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "slash", f"type:{text}")
        assert words in screen_text(pilot)
        assert 0 <= shown(pilot) < 100


async def test_a_mistake_is_told_and_keeps_the_last_good_filter(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "slash", "type:country:DE ltv>5")
        before = shown(pilot)
        await press(pilot, "type:x")
        assert "Expected an amount" in screen_text(pilot)
        assert shown(pilot) == before > 0
        await press(pilot, "backspace", "type:000")
        assert "Expected an amount" not in screen_text(pilot)
        assert shown(pilot) < before


async def test_what_was_not_searched_is_said(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "slash", "type:ada")
        assert "212 customers are still at Dub and were not searched" in screen_text(pilot)
        await press(pilot, "escape", *ALL, "slash", "type:ada")
        assert "still at Dub" not in screen_text(pilot)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("country:JP", {"country": "JP"}),
        ("email=ada@analytical.example", {"email": "ada@analytical.example"}),
        ("lovelace", {"search": "lovelace"}),
        ("ltv>5 externalId=user_8813", {"externalId": "user_8813"}),
    ],
)
async def test_enter_asks_dub_for_what_it_can_find(stage: Stage, text: str, asked: dict[str, str]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "slash", f"type:{text}", "enter")
        query = dict(stage.transport.requests[-1].url.params)
        assert asked.items() <= query.items()
        assert "Dub found" in screen_text(pilot)


async def test_where_dub_can_look_for_nothing_it_is_not_asked(stage: Stage) -> None:
    async with opened(stage) as pilot:
        before = len(stage.transport.requests)
        await press(pilot, "slash", "type:ltv>100", "enter")
        assert len(stage.transport.requests) == before
        assert "sync fetches everybody" in screen_text(pilot)


async def test_back_and_forward_through_the_views_one_had(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "s", "type:lifetime", "enter", "slash", "type:country:DE", "down")
        germans = external_ids(pilot)
        await press(pilot, "left_square_bracket")
        assert (browsing(pilot).lens.filter, browsing(pilot).lens.order[0].field) == ("", "saleAmount")
        assert not customer_list(pilot).query_one(FilterBar).display
        await press(pilot, "left_square_bracket", "left_square_bracket")
        assert browsing(pilot).lens.order[0].field == "createdAt"
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert set(germans) <= set(external_ids(pilot)), "more may have come meanwhile"
        assert customer_list(pilot).query_one(FilterBar).text == "country:DE"


async def test_sorts_by_several_fields(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *ALL, "s", "type:country", "enter", "s", "type:lifetime", "tab")
        assert "by Ctry, A to Z, then by LTV, highest first" in screen_text(pilot)
        view = browsing(pilot).view
        rows = [row for row in view.window(0, len(view)) if row]
        keys = [(row.country is None, row.country or "", -(row.sale_amount or 0)) for row in rows]
        assert keys == sorted(keys)


async def test_columns_are_chosen_moved_and_widened(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "C", "space", "down", "K", "greater_than_sign", "enter")
        names = [place.column.name for place in customer_list(pilot).table.places]
        assert names[0] == "email"
        assert "name" not in names
        assert customer_list(pilot).table.places[0].width == len("E-mail") + 2
        await press(pilot, "C", "0")
        assert customer_list(pilot).table.places[0].column.name == "name"


async def test_columns_beyond_the_width_are_reached_sideways(stage: Stage) -> None:
    async with opened(stage, size=(80, 24)) as pilot:
        await press(pilot, "C", *["down", "space"] * 12, "enter")
        table = customer_list(pilot).table
        assert "›" in screen_text(pilot)
        first = table.places[0].column.head
        await press(pilot, *["l"] * 20)
        assert "›" not in screen_text(pilot)
        assert first in screen_text(pilot), "the first column is kept"
        await press(pilot, *["h"] * 20)
        assert table.aside == 0


async def test_marks_survive_everything(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "space", "space", "down", "space")
        assert "3 marked" in screen_text(pilot)
        marked = set(browsing(pilot).marks.rows)
        await press(pilot, "s", "type:name", "enter", "slash", "type:Noether", "down")
        assert "3 marked, 2 hidden" in screen_text(pilot)
        await press(pilot, "escape", "r", *ALL)
        assert browsing(pilot).marks.rows == marked
        assert "$3,664" in screen_text(pilot), "the sum is that of the marked"
        await press(pilot, "escape")
        assert not browsing(pilot).marks


async def test_marks_of_the_deleted_go(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "space", "space", "up", "up", "D", "type:user_8813", "enter")
        assert len(browsing(pilot).marks) == 1


async def test_a_range_all_and_the_others(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "down", "v", "down", "down", "v")
        assert "3 marked" in screen_text(pilot)
        await press(pilot, "asterisk")
        assert "97 marked" in screen_text(pilot)
        await press(pilot, "A")
        assert "marked the 100 customers here; A again fetches the others" in screen_text(pilot)
        await press(pilot, "A")
        assert "312 marked" in screen_text(pilot)
        await press(pilot, "asterisk")
        assert not browsing(pilot).marks


async def test_groups_count_sum_and_lead_in(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *ALL, "number_sign")
        assert isinstance(pilot.app.screen, Groups)
        assert "Germany" in screen_text(pilot)
        assert "312 customers" in screen_text(pilot)
        await press(pilot, "enter")
        countries = {(row.country or "").upper() for row in browsing(pilot).view.window(0, 400) if row}
        assert len(countries) == 1
        assert browsing(pilot).lens.filter.startswith("country:")


@pytest.mark.parametrize(("steps", "head"), [(1, "Link"), (2, "Partner"), (3, "State"), (4, "Month of sign-up")])
async def test_every_kind_of_group_leads_to_its_rows(stage: Stage, steps: int, head: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *ALL, *["number_sign"] * (steps + 1))
        assert head in screen_text(pilot)
        group = pilot.app.screen.query_one("#groups").row  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert shown(pilot) == group.totals.rows


async def test_builds_a_filter_from_values_with_their_counts(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *ALL, "f", "type:country", "enter")
        assert "Germany" in screen_text(pilot)
        await press(pilot, "type:Japan", "enter")
        assert {row.country for row in browsing(pilot).view.window(0, 400) if row} == {"JP"}
        await press(pilot, "f", "type:lifetime", "enter")
        assert customer_list(pilot).query_one(FilterBar).text == "country:JP ltv:"
        await press(pilot, "type:>1")
        await press(pilot, "F")


async def test_filters_by_a_value_of_the_row(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *ALL, "comma", "type:partner", "enter")
        assert {row.partner_name for row in browsing(pilot).view.window(0, 400) if row} == {"Charles Babbage"}
        await press(pilot, "F")
        assert shown(pilot) == 312


async def test_the_preview_follows_the_cursor(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "down")
        assert screen_text(pilot).count("Sophie Germain") == 2
        await press(pilot, "p")
        assert screen_text(pilot).count("Sophie Germain") == 1


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("coun", "country:"),
        ("country:ger", "country:DE"),
        ("partner:vol", "partner:Voltaire"),
        ("ltv>5 stat", "ltv>5 state:"),
    ],
)
async def test_tab_completes_fields_and_values_that_exist(stage: Stage, typed: str, completed: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "slash", f"type:{typed}", "tab")
        assert customer_list(pilot).query_one(FilterBar).text == completed
