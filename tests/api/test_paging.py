"""Pages that Dub refuses for the sake of one row, and rows behind a cursor."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from dubtui.api import errors
from dubtui.api.paging import Fate, Hole, Side, readable_page, stretch
from dubtui.api.query import CustomerQuery
from tests.api.clients import client_of, dub, small
from tests.api.fast_time import in_no_time
from tests.demo.made import row
from tests.faults import Faulty, error


def workspace(size: int, unreadable: Collection[int] = ()) -> Faulty:
    """Customers 1 to `size`, the newest last, some without an external ID; no two of them tie."""
    rows = [
        {
            "createdAt": f"2026-01-01T00:00:00.{number:03d}Z",
            "externalId": None if number in unreadable else f"user_{number}",
        }
        for number in range(1, size + 1)
    ]
    return dub(small(*rows))


def number_of(customer_id: str) -> int:
    """The number of a customer that was made by its number."""
    return int(customer_id[-4:])


@pytest.mark.parametrize(
    ("size", "unreadable", "page", "holes"),
    [
        (7, (), 1, []),
        (7, (7,), 1, [0]),
        (7, (1,), 1, [6]),
        (7, (2, 5), 1, [2, 5]),
        (7, (4, 5), 1, [2, 3]),
        (7, range(1, 8), 1, list(range(7))),
        (30, (25, 15, 3), 1, [5]),
        (30, (25, 15, 3), 2, [15]),
        (30, (25, 15, 3), 3, [27]),
        (30, (), 4, []),
    ],
)
@in_no_time
async def test_a_page_is_read_around_its_bad_rows(
    size: int, unreadable: Collection[int], page: int, holes: list[int]
) -> None:
    read = await readable_page(client_of(workspace(size, unreadable)), CustomerQuery(page=page, page_size=10))
    places = range((page - 1) * 10, min(page * 10, size))
    assert [number_of(customer.id) for customer in read.customers] == [
        size - place for place in places if place not in holes
    ]
    assert [place for hole in read.holes for place in range(hole.start, hole.stop)] == holes
    assert read.is_last == (len(places) < 10)


@in_no_time
async def test_a_bad_row_costs_a_handful_of_calls() -> None:
    busy = workspace(100, (37,))
    page = await readable_page(client_of(busy), CustomerQuery())
    assert (len(page.customers), page.holes) == (99, (Hole(63, 64),))
    assert len(busy.requests) == 15


@in_no_time
async def test_far_down_a_hole_is_as_wide_as_the_last_page_number_allows() -> None:
    """From place 1,000 on single rows have no page of their own: here pages of 5 do."""
    page = await readable_page(client_of(workspace(1110, (50,))), CustomerQuery(page=11))
    assert (len(page.customers), page.holes) == (95, (Hole(1060, 1065),))


@in_no_time
async def test_another_refusal_is_none_of_its_business() -> None:
    with pytest.raises(errors.Refused, match="Max page size"):
        await readable_page(client_of(dub()), CustomerQuery(page_size=101))


async def _numbers(busy: Faulty, side: Side, cursors: list[int], size: int) -> tuple[list[int], Fate]:
    found = await stretch(client_of(busy), side, [row(number)["id"] for number in cursors], size)
    return [number_of(customer.id) for customer in found.customers], found.fate


@pytest.mark.parametrize(
    ("side", "cursors", "unreadable", "found", "fate"),
    [
        (Side.AFTER, [9], (), [8, 7, 6, 5], Fate.OPEN),
        (Side.BEFORE, [2], (), [3, 4, 5, 6], Fate.OPEN),
        (Side.AFTER, [4], (), [3, 2, 1], Fate.ENDED),
        (Side.BEFORE, [7], (), [8, 9], Fate.ENDED),
        (Side.AFTER, [1], (), [], Fate.ENDED),
        (Side.AFTER, [77, 88, 9], (), [8, 7, 6, 5], Fate.OPEN),
        (Side.AFTER, [77, 88], (), [], Fate.LOST),
        (Side.AFTER, [], (), [], Fate.LOST),
        (Side.AFTER, [9], (6,), [8, 7], Fate.OPEN),
        (Side.AFTER, [7], (6,), [], Fate.STUCK),
        (Side.BEFORE, [2], (5,), [3, 4], Fate.OPEN),
        (Side.BEFORE, [4], (5, 6), [], Fate.STUCK),
        (Side.BEFORE, [8], (9,), [], Fate.STUCK),
        (Side.AFTER, [3], (1,), [2], Fate.OPEN),
    ],
)
@in_no_time
async def test_rows_behind_a_cursor(
    side: Side, cursors: list[int], unreadable: Collection[int], found: list[int], fate: Fate
) -> None:
    """Of nine customers, four at a time, the nearest first; a cursor may be gone, a row may be bad."""
    assert await _numbers(workspace(9, unreadable), side, cursors, 4) == (found, fate)


@in_no_time
async def test_a_cursor_refused_for_another_reason_is_an_error() -> None:
    busy = dub()
    busy.on("GET", "/customers", error(422, "unprocessable_entity", "You cannot use both."))
    with pytest.raises(errors.Refused, match="both"):
        await stretch(client_of(busy), Side.AFTER, ["cus_1"], 4)
