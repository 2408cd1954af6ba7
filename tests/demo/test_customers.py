"""Lists, single customers and counts."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.demo.answers import Refusal
from dubtui.demo.rules import read_list

from .made import DISCOUNT, LINK, PARTNER, asking, data, linked, row

TWENTY = tuple(row(number) for number in range(1, 21))
FIELDS = [
    "id",
    "name",
    "email",
    "avatar",
    "externalId",
    "stripeCustomerId",
    "country",
    "sales",
    "saleAmount",
    "createdAt",
    "firstSaleAt",
    "subscriptionCanceledAt",
]


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("page=0", "too_small: page: Page must be greater than 0."),
        ("page=-1", "too_small: page: "),
        ("page=-0", "too_small: page: "),
        ("page=", "too_small: page: "),
        ("page=abc", "invalid_type: page: Page must be a number."),
        ("page=1.5", "invalid_type: page: Page must be an integer."),
        ("page=-1.5", "invalid_type: page: "),
        ("page=Infinity", "invalid_type: page: "),
        ("page=1e300", "too_big: page: "),
        ("page=1001", "Page is too big (cannot be more than 1000)"),
        ("pageSize=0", "too_small: pageSize: Page size must be greater than 0."),
        ("pageSize=", "too_small: pageSize: "),
        ("pageSize=101", "too_big: pageSize: Max page size is 100."),
        ("pageSize=1e300", "too_big: pageSize: "),
        ("pageSize=NaN", "invalid_type: pageSize: Page size must be a number."),
        ("pageSize=2.5", "invalid_type: pageSize: "),
        ("sortBy=", "invalid_value: sortBy: "),
        ("sortBy=name", 'invalid_value: sortBy: Invalid option: expected one of "createdAt"|'),
        ("sortOrder=DESC", 'invalid_value: sortOrder: Invalid option: expected one of "asc"|"desc"'),
        ("sortOrder=", "invalid_value: sortOrder: "),
        ("includeExpandedFields=1", "invalid_value: includeExpandedFields: "),
        ("includeExpandedFields=yes", "invalid_value: includeExpandedFields: "),
        ("includeExpandedFields=", "invalid_value: includeExpandedFields: "),
        ("pageSize=0&page=0&sortOrder=x&sortBy=x&includeExpandedFields=x", "invalid_value: includeExpandedFields: "),
        ("pageSize=0&page=0&sortOrder=x&sortBy=x", "invalid_value: sortBy: "),
        ("pageSize=0&page=0&sortOrder=x", "invalid_value: sortOrder: "),
        ("pageSize=0&page=0", "too_small: page: "),
        ("page=1&page=0", "too_small: page: "),
        ("startingAfter=cus_none&pageSize=0", "too_small: pageSize: "),
        (
            "startingAfter=a&endingBefore=b&sortBy=saleAmount&page=1",
            "You cannot use both startingAfter and endingBefore",
        ),
        ("startingAfter=a&sortBy=saleAmount&page=1", "Cursor-based pagination only supports sorting by `createdAt`."),
        ("startingAfter=a&page=1", "You cannot use both page and startingAfter/endingBefore at the same time."),
        ("endingBefore=a&page=1001", "You cannot use both page and startingAfter/endingBefore at the same time."),
        ("startingAfter=cus_none", "Invalid cursor: the provided ID does not exist."),
        ("endingBefore=ext_user_1", "Invalid cursor: the provided ID does not exist."),
        ("startingAfter=cus_1000000000000000000000099", "Invalid cursor: the provided ID does not exist."),
    ],
)
async def test_what_a_list_refuses(query: str, begins: str) -> None:
    async with asking(data(*TWENTY, others=[row(99)])) as ask:
        status, message = await ask.problem(f"/customers?{query}")
    assert status == 422
    assert message.startswith(begins)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 20),
        ("pageSize=1e1", 10),
        ("pageSize=0x10", 16),
        ("pageSize=%205%20", 5),
        ("pageSize=3&pageSize=4", 4),
        ("page=2&pageSize=15", 5),
        ("page=1000", 0),
        ("email=&externalId=&search=&country=&startingAfter=&endingBefore=&linkId=&partnerId=&programId=", 20),
        ("foo=bar&limit=1", 20),
        ("includeExpandedFields=TRUE", 20),
        ("includeExpandedFields=False", 20),
        ("customerIds=", 0),
    ],
)
async def test_what_a_list_takes(query: str, number: int) -> None:
    async with asking(data(*TWENTY)) as ask:
        assert len(await ask.rows(f"/customers?{query}")) == number


@given(
    st.integers(1, 100), st.sampled_from(["{}", " {} ", "{}.0", "{}e0", "+{}", "0x{:x}", "0b{:b}", "0o{:o}", "00{}"])
)
def test_a_page_size_in_any_spelling(size: int, spelling: str) -> None:
    assert read_list({"pageSize": spelling.format(size)}).page_size == size


@given(st.text())
def test_a_page_size_is_a_size_or_refused(text: str) -> None:
    with suppress(Refusal):
        assert 1 <= read_list({"pageSize": text}).page_size <= 100


async def test_the_two_orders_are_not_the_same() -> None:
    """Offset pages go by creation, cursors by id, so the SDK's way of paging loses who was dated back."""
    rows = (row(1), row(2), row(3, createdAt="2019-01-01T00:00:00.000Z"), row(4), row(5))
    async with asking(data(*rows)) as ask:
        assert await ask.numbers("/customers") == [5, 4, 2, 1, 3]
        first = await ask.rows("/customers?pageSize=2")
        assert await ask.numbers(f"/customers?pageSize=2&startingAfter={first[-1]['id']}") == [3, 2]
        first = await ask.rows("/customers?pageSize=3")
        assert await ask.numbers(f"/customers?startingAfter={first[-1]['id']}") == [1]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("startingAfter={10}&pageSize=3", [9, 8, 7]),
        ("startingAfter={10}&pageSize=3&sortOrder=asc", [11, 12, 13]),
        ("endingBefore={10}&pageSize=3", [13, 12, 11]),
        ("endingBefore={10}&pageSize=3&sortOrder=asc", [7, 8, 9]),
        ("startingAfter={1}", []),
        ("endingBefore={20}", []),
        ("startingAfter={18}&sortOrder=asc", [19, 20]),
        ("startingAfter={10}&sortBy=createdAt&pageSize=1", [9]),
        ("startingAfter={10}&country=GB&pageSize=2", [9, 8]),
    ],
)
async def test_cursors(query: str, numbers: list[int]) -> None:
    ids = [f"cus_1{number:024d}" for number in range(21)]
    async with asking(data(*TWENTY)) as ask:
        assert await ask.numbers(f"/customers?{query.format(*ids)}") == numbers


async def test_a_cursor_outside_the_filter_swallows_a_row() -> None:
    rows = [row(number, country="JP" if number == 10 else "GB") for number in range(1, 21)]
    cursor = rows[9]["id"]
    async with asking(data(*rows)) as ask:
        assert await ask.numbers(f"/customers?country=GB&pageSize=2&startingAfter={cursor}") == [8, 7]
        assert await ask.numbers(f"/customers?country=GB&pageSize=2&endingBefore={cursor}") == [13, 12]


async def test_the_anchor_walk_finds_everybody_once() -> None:
    anchor = TWENTY[7]["id"]
    async with asking(data(*TWENTY)) as ask:
        after = await ask.numbers(f"/customers?startingAfter={anchor}")
        before = await ask.numbers(f"/customers?endingBefore={anchor}")
    assert [*before, 8, *after] == list(range(20, 0, -1))


async def test_legacy_ids_are_greater_than_new_ones() -> None:
    rows = (row(1), row(2), row(3, id="cus_3TagGjzRzmsFJdH8od2BNCsc", createdAt="2020-01-01T00:00:00.000Z"))
    async with asking(data(*rows)) as ask:
        newer = [customer["id"] for customer in await ask.rows(f"/customers?endingBefore={rows[1]['id']}")]
        assert (await ask("/customers/CUS_3TAGgjzrzmsfjdh8od2bncsc")).status_code == 200
    assert newer == ["cus_3TagGjzRzmsFJdH8od2BNCsc"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("sortBy=saleAmount", [4, 1, 2, 3]),
        ("sortBy=saleAmount&sortOrder=asc", [3, 2, 1, 4]),
        ("sortBy=firstSaleAt", [2, 1, 4, 3]),
        ("sortBy=firstSaleAt&sortOrder=asc", [3, 4, 1, 2]),
        ("sortBy=subscriptionCanceledAt&sortOrder=asc&pageSize=3", [2, 3, 4]),
    ],
)
async def test_sorting_puts_nulls_lowest(query: str, numbers: list[int]) -> None:
    rows = (
        row(
            1, saleAmount=500, firstSaleAt="2026-02-01T00:00:00.000Z", subscriptionCanceledAt="2026-03-01T00:00:00.000Z"
        ),
        row(2, saleAmount=100, firstSaleAt="2026-02-02T00:00:00.000Z"),
        row(3, saleAmount=-100),
        row(4, saleAmount=2**53 + 1, firstSaleAt="2026-01-01T00:00:00.000Z"),
    )
    async with asking(data(*rows)) as ask:
        assert await ask.numbers(f"/customers?{query}") == numbers


async def test_ties_come_out_the_other_way_round_in_big_pages() -> None:
    ties = [row(number, createdAt="2026-01-01T00:00:00.000Z") for number in (1, 2, 3)]
    async with asking(data(*ties)) as ask:
        assert await ask.numbers("/customers?pageSize=5") == [3, 2, 1]
        assert await ask.numbers("/customers?pageSize=100") == [1, 2, 3]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("email=ADA%40LETTERS.example", [1]),
        ("email=%20ada%40letters.example", []),
        ("email=ada+tag@letters.example", []),
        ("email=ada%40letters.example&externalId=user_2&search=three", [1]),
        ("externalId=User_2&search=three", [2]),
        ("externalId=user_2%20%20", [2]),
        ("search=three&country=jp", []),
        ("country=JP", [2, 1]),
        ("country=narnia", []),
        ("linkId=link_1", [4, 3]),
        ("partnerId=pn_1", [4, 3]),
        ("partnerId=pn_none", []),
        ("programId=whatever", [4, 3]),
        ("customerIds=cus_1000000000000000000000001,cus_1000000000000000000000003,cus_none", [3, 1]),
        ("customerIds=cus_1000000000000000000000009", []),
        ("customerIds=cus_1000000000000000000000001&country=GB", []),
    ],
)
async def test_filters(query: str, numbers: list[int]) -> None:
    rows = (
        row(1, name="One", email="ada@letters.example", country="JP"),
        row(2, name="Two", country="JP"),
        linked(3, name="Three"),
        linked(4, name="Four"),
    )
    async with asking(data(*rows, others=[row(9)])) as ask:
        assert await ask.numbers(f"/customers?{query}") == numbers


@pytest.mark.parametrize("query", ["programId=prog_1", "partnerId=pn_1"])
@pytest.mark.parametrize("path", ["/customers", "/customers/count"])
async def test_a_workspace_without_a_program_has_no_partners(path: str, query: str) -> None:
    async with asking(data(row(1), program_id=None)) as ask:
        assert await ask.problem(f"{path}?{query}&startingAfter=cus_none") == (404, "Program not found")


async def test_a_customer_has_these_fields_in_this_order() -> None:
    async with asking(data(linked(1, saleAmount=9007199254740993))) as ask:
        (listed,) = await ask.rows("/customers")
        alone = (await ask("/customers/ext_user_1")).json()
    assert list(listed) == FIELDS
    assert listed == alone
    assert listed["saleAmount"] == 9007199254740992


async def test_expanded_fields_are_absent_when_there_is_nothing() -> None:
    rows = (
        row(1),
        linked(2),
        row(3, linkId="link_gone"),
        row(4, linkId="link_1"),
        row(5, linkId="link_1", partnerId="pn_gone", programId="prog_1"),
    )
    async with asking(data(*rows)) as ask:
        expanded = {row["externalId"]: row for row in await ask.rows("/customers?includeExpandedFields=true")}
    more: dict[str, dict[str, Any]] = {
        external_id: {key: customer[key] for key in customer if key not in FIELDS}
        for external_id, customer in expanded.items()
    }
    partner = {key: value for key, value in PARTNER.items() if key != "discountId"}
    assert more == {
        "user_1": {},
        "user_2": {"link": LINK, "programId": "prog_1", "partner": partner, "discount": DISCOUNT},
        "user_3": {},
        "user_4": {"link": LINK},
        "user_5": {"link": LINK, "programId": "prog_1"},
    }


@pytest.mark.parametrize(("name", "email"), [(None, None), ("", None), (None, ""), ("", "")])
async def test_a_nameless_customer_is_called_something_new_each_time(name: str | None, email: str | None) -> None:
    async with asking(data(row(1, name=name, email=email))) as ask:
        names = {(await ask("/customers/ext_user_1")).json()["name"] for _ in range(5)}
        (listed,) = await ask.rows("/customers")
    assert len(names) == 5
    assert {len(name.split()) for name in names} == {3}
    assert listed["email"] == email


async def test_the_email_is_the_second_choice_for_a_name() -> None:
    async with asking(data(row(1, name=None), row(2, name="   "))) as ask:
        names = [customer["name"] for customer in await ask.rows("/customers")]
    assert names == ["   ", "person1@letters.example"]


async def test_one_row_without_an_external_id_fails_the_whole_page() -> None:
    rows = [row(number, externalId=None if number == 5 else f"user_{number}") for number in range(1, 11)]
    problem = "externalId: Invalid input: expected string, received null"
    async with asking(data(*rows)) as ask:
        assert await ask.problem("/customers") == (422, f"invalid_type: [5].{problem}")
        assert await ask.problem("/customers?page=2&pageSize=3") == (422, f"invalid_type: [2].{problem}")
        assert await ask.numbers("/customers?pageSize=5") == [10, 9, 8, 7, 6]
        assert await ask.problem(f"/customers/{rows[4]['id']}") == (422, f"invalid_type: {problem}")
        assert (await ask("/customers/count")).json() == 10


@pytest.mark.parametrize("path", ["cus_none", "ext_none", "user_1", "cus_1000000000000000000000099", "ext_user_99"])
async def test_who_is_not_there(path: str) -> None:
    async with asking(data(row(1), others=[row(99)])) as ask:
        status, message = await ask.problem(f"/customers/{path}")
    assert status == 404
    assert message.startswith("Customer not found. Make sure you're using the correct customer ID")


async def test_a_single_customer_is_asked_for_with_the_lists_parameters() -> None:
    async with asking(data(row(1))) as ask:
        status, message = await ask.problem("/customers/cus_none?pageSize=abc")
        assert (status, message) == (422, "invalid_type: pageSize: Page size must be a number.")
        assert (await ask("/customers/ext_user_1?page=2000&startingAfter=x&endingBefore=y")).status_code == 200


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", 6),
        ("country=gb", 3),
        ("groupBy=partnerId", 6),
        ("groupBy=partnerId&partnerId=pn_1", 1),
        ("search=six", 1),
        ("pageSize=0&sortBy=x&customerIds=none", 6),
        (
            "groupBy=country",
            [{"_count": 3, "country": "GB"}, {"_count": 2, "country": None}, {"_count": 1, "country": "JP"}],
        ),
        ("groupBy=country&country=GB&externalId=user_1", [{"_count": 1, "country": "JP"}]),
        ("groupBy=linkId", [{"_count": 2, "linkId": "link_1", "shortLink": LINK["shortLink"], "url": LINK["url"]}]),
        ("groupBy=linkId&linkId=link_none&country=JP", []),
    ],
)
async def test_counts(query: str, body: object) -> None:
    rows = (
        row(1, country="JP"),
        row(2, linkId="link_1"),
        row(3),
        row(4, country=None, linkId="link_gone"),
        row(5, country=None),
        linked(6, name="Six"),
    )
    async with asking(data(*rows)) as ask:
        assert (await ask(f"/customers/count?{query}")).json() == body


@pytest.mark.parametrize("group", ["", "email", "Country"])
async def test_what_cannot_be_counted_by(group: str) -> None:
    async with asking(data()) as ask:
        status, message = await ask.problem(f"/customers/count?groupBy={group}")
    assert (status, message) == (
        422,
        'invalid_value: groupBy: Invalid option: expected one of "country"|"linkId"|"partnerId"',
    )
