"""Money, dates and spans as Dub's dashboard writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from dubtui.display import figures
from dubtui.display.columns import PLANS, order_words, plan_for
from dubtui.display.countries import countries, country_name
from dubtui.display.figures import milliseconds
from dubtui.display.frame import coverage_words

NOW = datetime(2026, 8, 21, 21, 5, tzinfo=UTC)
DAY = 86_400_000


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "$0.00"), (5, "$0.05"), (123450, "$1,234.50"), (-4990, "-$49.90"), (2**53, "$90,071,992,547,409.92"),
        (33.5, "$0.34"), (None, ""),
    ],
)  # fmt: skip
def test_money(cents: float | None, text: str) -> None:
    assert figures.money(cents) == text


@pytest.mark.parametrize(("cents", "parts"), [(120400, ("$1,204", "")), (31850, ("$318", ".50")), (0, ("$0", ""))])
def test_cents_hang(cents: int, parts: tuple[str, str]) -> None:
    assert figures.dollars_and_cents(cents) == parts


def _ms(*moment: int) -> int:
    return figures.milliseconds(datetime(*moment, tzinfo=UTC))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("ms", "text"),
    [(_ms(2026, 8, 1), "Aug 01"), (_ms(2025, 8, 31), "Aug 2025"), (None, ""), (10**17, ""), (-(10**17), "")],
)
def test_days_in_tables(ms: int | None, text: str) -> None:
    assert figures.day(ms, NOW) == text


def test_moments_are_in_the_zone_of_now() -> None:
    east = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert figures.full_moment(_ms(2026, 8, 21, 21, 5), east) == "Aug 22, 2026, 2:35 AM"
    assert figures.full_day(_ms(2026, 8, 21, 21, 5), NOW) == "Aug 21, 2026"


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (3 * DAY, "3 days"), (1.4 * DAY, "1 day"), (DAY / 24 * 18, "18 hours"), (45 * 60_000, "45 minutes"),
        (100, "at once"), (-2 * DAY, "-2 days"), (400 * DAY, "1 year"), (60 * DAY, "2 months"), (None, ""),
    ],
)  # fmt: skip
def test_spans(ms: float | None, text: str) -> None:
    assert figures.span(ms) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.9, "59 s"), (61, "1 min"), (7300, "2 h"), (200_000, "2 d")]
)
def test_ages(seconds: float, text: str) -> None:
    assert figures.age(seconds) == text


def test_months_are_rounded_and_never_negative() -> None:
    assert figures.months_between(_ms(2025, 9, 3), _ms(2026, 8, 21)) == 12
    assert figures.months_between(_ms(2026, 8, 21), _ms(2025, 8, 21)) == 0


def test_milliseconds_are_exact_and_come_back() -> None:
    for ms in (0, -1, 1_700_000_000_123, 253_402_300_799_999):
        at = figures.moment(ms, UTC)
        assert at is not None
        assert figures.milliseconds(at) == ms


def test_countries() -> None:
    assert len(countries()) == 250
    assert [country_name(code) for code in ("DE", "narnia", None, "")] == ["Germany", "narnia", "", ""]


@pytest.mark.parametrize(
    ("known", "total", "as_of", "words"),
    [
        (1240, 1312, None, "1,240 of 1,312"),
        (100, None, None, "100 so far"),
        (0, None, None, "nothing yet"),
        (1312, 1312, NOW, "1,312, complete"),
        (1312, None, NOW - timedelta(minutes=9), "1,312, complete"),
        (1312, 1315, NOW - timedelta(hours=2), "1,312 as of 7:05 PM"),
        (1312, 1315, NOW - timedelta(days=2), "1,312 as of Aug 19"),
    ],
)
def test_coverage(known: int, total: int | None, as_of: datetime | None, words: str) -> None:
    assert coverage_words(known, total, milliseconds(as_of) if as_of else None, NOW) == words


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200])
def test_plans_fit_their_width(width: int) -> None:
    columns = plan_for(width)
    taken = 4 + sum(column.width for column in columns) + sum(column.gap for column in columns[1:])
    assert taken <= width
    assert "externalId" in [column.field for column in columns]
    assert min(column.width for column in columns if column.field == "externalId") >= 12


def test_plans_go_from_the_widest() -> None:
    assert [least for least, _ in PLANS] == sorted((least for least, _ in PLANS), reverse=True)


def test_orders_in_words() -> None:
    assert order_words("createdAt", descending=True) == "newest first"
    assert order_words("saleAmount", descending=True) == "by LTV, highest first"
    assert order_words("name", descending=False) == "by Name, A to Z"
