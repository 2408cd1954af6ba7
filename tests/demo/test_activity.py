"""Events: what is invented, what is asked for, and what is left out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.demo import javascript, seed
from dubtui.demo.data import Row
from dubtui.demo.events import invent
from dubtui.demo.periods import EARLIEST, read_period

from .made import asking, data, linked, row

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
PAYING = {
    "createdAt": "2026-10-01T10:00:00.000Z",
    "firstSaleAt": "2026-10-03T10:00:00.000Z",
    "sales": 2,
    "saleAmount": 9900,
    "stripeCustomerId": "cus_Stripe",
}
ONE = row(1)["id"]

moments = st.integers(1_640_995_200_000, 1_798_675_200_000).map(javascript.iso)


def paying(sales: int, amount: int, created: str, first: str, canceled: str | None) -> Row:
    """A linked customer with these figures."""
    return linked(
        1, sales=sales, saleAmount=amount, createdAt=created, firstSaleAt=first, subscriptionCanceledAt=canceled
    )


@given(st.integers(0, 60), st.integers(-(10**6), 2**60), moments, moments, st.none() | moments)
def test_the_sales_add_up_to_the_cent(sales: int, amount: int, created: str, first: str, canceled: str | None) -> None:
    customer = paying(sales, amount, created, first, canceled)
    events = invent(customer)
    sold = [event for event in events if event.kind == "sale"]
    assert len(sold) == sales
    assert sum(event.amount for event in sold) == (amount if sales else 0)
    assert events == invent(customer)
    assert events == sorted(events, key=lambda event: event.at_ms)
    if canceled and canceled > first:
        assert all(event.at_ms <= javascript.unix_ms(canceled) for event in sold)


def test_every_invented_customer_has_a_plausible_history() -> None:
    for customer in seed.customers(seed.DEFAULT_SIZE):
        events = invent(customer)
        if customer["linkId"] is None:
            assert events == []
            continue
        kinds = [event.kind for event in events]
        end = customer["subscriptionCanceledAt"]
        assert kinds[:2] == ["click", "lead"]
        assert kinds.count("sale") == customer["sales"]
        assert sum(event.amount for event in events) == customer["saleAmount"]
        assert events[-1].at_ms < (javascript.unix_ms(end) if end else seed.NOW_MS)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 0),
        ("event=clicks&interval=all", 1),
        ("event=leads&interval=all", 1),
        ("event=sales&interval=all", 2),
        ("event=sales", 1),
        ("event=sales&saleType=new&interval=all", 1),
        ("event=sales&saleType=recurring&interval=all", 1),
        ("event=sales&interval=all&limit=1", 1),
        ("event=sales&interval=all&limit=1&page=2", 1),
        ("event=sales&interval=all&limit=1&page=3", 0),
        ("event=sales&interval=all&page=5000", 0),
        ("event=sales&start=2026-10-01&end=2026-10-05", 1),
        ("event=sales&interval=24h&start=2026-09-01", 2),
        ("event=sales&end=2026-10-05", 1),
        ("event=sales&interval=all&country=GB,FR", 2),
        ("event=sales&interval=all&country=FR", 0),
        ("event=sales&interval=all&country=-GB", 0),
        ("event=sales&interval=all&linkId=link_1&domain=-none.example", 2),
        ("event=sales&interval=all&externalId=", 2),
    ],
)
async def test_what_of_a_customer_is_told(query: str, number: int) -> None:
    async with asking(data(linked(1, **PAYING))) as ask:
        ask.clock.now = NOW.timestamp()
        answer = await ask(f"/events?customerId={ONE}&{query}")
    assert len(answer.json()) == number


async def test_clicks_are_the_default_and_of_one_month_only() -> None:
    recent = linked(1, createdAt="2026-11-19T10:00:00.000Z")
    async with asking(data(recent, linked(2, createdAt="2026-10-01T10:00:00.000Z"))) as ask:
        ask.clock.now = NOW.timestamp()
        events = (await ask("/events?customerId=")).json()
        assert [event["event"] for event in events] == ["click"]
        assert len((await ask("/events?interval=all")).json()) == 2


@pytest.mark.parametrize("customer_id", ["ext_user_1", "cus_none", row(9)["id"]])
async def test_nobody_has_no_events(customer_id: str) -> None:
    async with asking(data(linked(1), others=[linked(9)])) as ask:
        answer = await ask(f"/events?interval=all&customerId={customer_id}")
    assert (answer.status_code, answer.json()) == (200, [])


async def test_a_short_page_is_not_the_end() -> None:
    rows = [linked(number) if number % 2 else row(number, linkId="link_gone") for number in range(1, 21)]
    async with asking(data(*rows)) as ask:
        pages = []
        for page in range(1, 6):
            ask.clock.now += 2
            pages.append((await ask(f"/events?interval=all&limit=5&page={page}")).json())
    assert [len(page) for page in pages] == [2, 3, 2, 3, 0]


async def test_the_order_can_be_turned_by_two_names() -> None:
    async with asking(data(linked(1, **PAYING))) as ask:
        for order in ("sortOrder=asc", "order=asc"):
            events = (await ask(f"/events?event=sales&interval=all&{order}&customerId={ONE}")).json()
            assert [event["click"]["timestamp"][:7] for event in events] == ["2026-10", "2026-11"]
        events = (await ask(f"/events?event=sales&interval=all&order=asc&sortOrder=desc&customerId={ONE}")).json()
        assert [event["click"]["timestamp"][:7] for event in events] == ["2026-11", "2026-10"]


@pytest.mark.parametrize(
    ("query", "status", "begins"),
    [
        ("event=composite", 422, 'invalid_value: event: Invalid option: expected one of "clicks"|"leads"|"sales"'),
        ("event=", 422, "invalid_value: event: "),
        ("interval=48h", 422, "invalid_value: interval: "),
        ("start=zzz", 422, "custom: start: Invalid date"),
        ("start=", 422, "custom: start: Invalid date"),
        ("start=2020-01-01", 422, "custom: start: The start date cannot be earlier than September 22, 2022."),
        ("end=zzz", 422, "custom: end: Invalid date"),
        ("saleType=old", 422, "invalid_value: saleType: "),
        ("limit=1001", 422, "too_big: limit: Max page size is 1000."),
        ("limit=0", 422, "too_small: limit: "),
        ("page=0", 422, "too_small: page: Page must be greater than 0."),
        ("sortOrder=up", 422, "invalid_value: sortOrder: "),
        ("sortBy=createdAt", 422, 'invalid_value: sortBy: Invalid input: expected "timestamp"'),
        ("order=up", 422, "invalid_value: order: "),
        ("limit=0&page=0&start=zzz&interval=x&event=x", 422, "invalid_value: event: "),
        ("externalId=linked-0", 400, "Invalid externalId. Did you forget to prefix it with `ext_`?"),
        ("externalId=ext_1", 404, "Link not found."),
    ],
)
async def test_what_events_refuse(query: str, status: int, begins: str) -> None:
    async with asking(data(linked(1))) as ask:
        got, message = await ask.problem(f"/events?{query}")
    assert got == status
    assert message.startswith(begins)


async def test_a_workspace_over_its_quota_has_customers_but_no_events() -> None:
    async with asking(data(linked(1), clicks_over_quota=True)) as ask:
        status, message = await ask.problem("/events?event=x")
        assert (status, message.partition(".")[0]) == (
            403,
            "You've reached your monthly limit of 1000 clicks on the Business plan",
        )
        assert await ask.numbers("/customers") == [1]


async def test_a_timeline_holds_everything_newest_first() -> None:
    async with asking(data(linked(1, **PAYING), row(2, sales=3), row(3, linkId="link_gone"))) as ask:
        timeline = (await ask("/customers/ext_user_1/activity")).json()
        assert (await ask("/customers/ext_user_2/activity")).json() == {"events": [], "link": None}
        status, message = await ask.problem("/customers/ext_user_3/activity")
        assert (await ask("/customers/ext_user_9/activity")).status_code == 404
    assert [event["event"] for event in timeline["events"]][:2] == ["sale", "sale"]
    assert [event["event"] for event in timeline["events"]][-1] == "click"
    assert timeline["link"] == {
        "id": "link_1",
        "domain": "acme.example",
        "key": "ada",
        "shortLink": "https://acme.example/ada",
    }
    assert (status, message.splitlines()[1]) == (404, "Invalid `prisma.link.findUniqueOrThrow()` invocation:")


async def test_a_deleted_customers_events_stay_in_its_own_workspace() -> None:
    async with asking(data(linked(1))) as ask:
        await ask("/customers/ext_user_1", method="DELETE")
        query = f"/events?event=leads&interval=all&limit=1&customerId={ONE}"
        (event,) = (await ask(query)).json()
        assert event["customer"]["name"] == "Deleted Customer"
        assert (await ask(query, authorization="Bearer dub_other")).json() == []


async def test_events_write_null_as_nothing() -> None:
    async with asking(data(linked(1, email=None, country=None))) as ask:
        (event,) = (await ask(f"/events?event=leads&interval=all&customerId={ONE}&limit=1")).json()
    assert (event["customer"]["email"], event["customer"]["country"]) == ("", "")


def day(text: str) -> datetime:
    """The moment that the text means, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ({}, "2026-10-21T15:30", None),
        ({"interval": "24h"}, "2026-11-19T15:30", None),
        ({"interval": "1y"}, "2025-11-20T15:30", None),
        ({"interval": "mtd"}, "2026-11-01", None),
        ({"interval": "qtd"}, "2026-10-01", None),
        ({"interval": "ytd"}, "2026-01-01", None),
        ({"interval": "all"}, None, None),
        ({"start": "2026-11-01"}, "2026-11-01", "2026-11-20T23:59:59.999999"),
        ({"start": "2026-11-01T12:00:00Z", "end": "2026-11-02"}, "2026-11-01", "2026-11-02T23:59:59.999999"),
        ({"start": "two weeks ago"}, "2026-11-06", "2026-11-20T23:59:59.999999"),
        ({"start": "3 days ago", "end": "yesterday"}, "2026-11-17", "2026-11-19T23:59:59.999999"),
        ({"start": "last month", "end": "today"}, "2026-10-21", "2026-11-20T23:59:59.999999"),
        ({"start": "2026-11-10", "end": "2026-11-05"}, "2026-11-05T23:59:59.999999", "2026-11-10"),
        ({"start": "2026-11-01", "timezone": "Asia/Tokyo"}, "2026-10-31T15:00", "2026-11-21T14:59:59.999999"),
        ({"start": "2026-11-01", "timezone": "Mars/Olympus"}, "2026-11-01", "2026-11-20T23:59:59.999999"),
    ],
)
def test_periods(query: dict[str, str], start: str | None, end: str | None) -> None:
    """Days are widened to whole ones; reversed, they are swapped and most of both days is missing."""
    period = read_period(query, NOW)
    assert period.start == (day(start) if start else None)
    assert period.end == (day(end) if end else None)


def test_the_first_day_of_all_is_taken() -> None:
    assert read_period({"start": "2022-09-22"}, NOW).start == EARLIEST
