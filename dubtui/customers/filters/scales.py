"""What amounts, counts, spans and dates stand for, as one types them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import inf

from dubtui.customers.filters.text import Term, shown
from dubtui.display.figures import DAY, UNITS, dollars_and_cents, full_day, full_moment, milliseconds
from dubtui.fields import Kind

_NUMBER = re.compile(
    r"(?P<minus>-?)(?P<mark>\$?)(?P<whole>[0-9]{1,19}|[0-9]{1,3}(?:,[0-9]{3}){1,6}|(?=\.[0-9]))"
    r"(?P<fraction>(?:\.[0-9]{0,20})?)(?P<unit>[km%]?)",
    re.IGNORECASE,
)
_TIMES = {"": 1, "%": 1, "k": 1_000, "m": 1_000_000}
_SPAN = re.compile(r"(-?[0-9]{1,19}(?:\.[0-9]{1,9})?)(ms|s|min|h|d|w|mo|y)", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

_NAMED = {name: Decimal(size) for name, size in UNITS}
SPAN_UNITS: dict[str, tuple[str, Decimal]] = {
    "ms": ("millisecond", Decimal(1)),
    "s": ("second", Decimal(1000)),
    "min": ("minute", _NAMED["minute"]),
    "h": ("hour", _NAMED["hour"]),
    "d": ("day", _NAMED["day"]),
    "w": ("week", Decimal(7 * DAY)),
    "mo": ("month", _NAMED["month"]),
    "y": ("year", _NAMED["year"]),
}
"""Units of spans and ages: their names and milliseconds. There is no `m`, which would be minutes or months."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a value covers: one point, or all from `low` on and below `high` (a day, a month, a year)."""

    low: float
    high: float
    words: str
    at: str = ""
    """How the words begin where the value is meant alone: `in `, `on `."""
    about: float = 0
    """How far from the point a value may lie to be meant alone."""
    is_age: bool = False
    """The point was so long ago; greater ages lie below it."""

    @property
    def is_point(self) -> bool:
        """Whether it has no breadth."""
        return self.low == self.high


Scale = Callable[[Term, str, datetime], Stretch | None]
"""Reads a value of a term at a moment; None where it is none."""


def _figure(term: Term, text: str, now: datetime) -> Stretch | None:
    """Money (cents in the end), counts and rates; a thousand may be `1,000` or `1k`."""
    found = _NUMBER.fullmatch(text)
    if found is None or not {found["mark"], found["unit"]} & {"$", "%"} <= _MARKS[term.field.kind]:
        return None
    number = Decimal(found["minus"] + found["whole"].replace(",", "") + found["fraction"])
    cents = 100 if found["mark"] or _is_in_dollars(term) else 1
    point = _bound(number * _TIMES[found["unit"].lower()] * cents)
    return Stretch(point, point, _figure_words(term.field.kind, point, text))


_MARKS = {Kind.MONEY: {"$"}, Kind.COUNT: set[str](), Kind.RATE: {"$", "%"}}


def _is_in_dollars(term: Term) -> bool:
    return term.field.kind is Kind.MONEY and term.head.lower() != term.field.name.lower()


def _figure_words(kind: Kind, point: float, text: str) -> str:
    if kind is Kind.MONEY:
        return "".join(dollars_and_cents(round(point)))
    return f"{point:,}" if kind is Kind.COUNT else text


def _bound(value: Decimal) -> float:
    """An integer where it is one that SQLite has."""
    return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)


def _span(term: Term, text: str, now: datetime) -> Stretch | None:
    """So long; meant alone, it is rounded to its unit, as spans are shown."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    name, size = SPAN_UNITS[found[2].lower()]
    point = _bound(Decimal(found[1]) * size)
    return Stretch(point, point, f"{found[1]} {name}{'' if found[1] == '1' else 's'}", "about ", float(size / 2))


def _date(term: Term, text: str, now: datetime) -> Stretch | None:
    """A day, a month or a year in the zone of now, a moment, or an age."""
    if found := _DATE.fullmatch(text):
        return _period(found, now)
    if (age := _span(term, text, now)) and age.low >= 0:
        point = milliseconds(now) - age.low
        return Stretch(point, point, age.words, is_age=True)
    return _moment(text, now) if "T" in text.upper() else None


def _period(found: re.Match[str], now: datetime) -> Stretch | None:
    year, month, day = found.groups()
    try:
        start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=now.tzinfo)
    except ValueError:
        return None
    low = milliseconds(start)
    if day:
        return Stretch(low, _ms_after(start, days=1), full_day(low, now) or found[0], "on ")
    if month:
        return Stretch(low, _ms_after(start, months=1), f"{start:%B} {year}", "in ")
    return Stretch(low, _ms_after(start, months=12), year, "in ")


def _ms_after(start: datetime, *, days: int = 0, months: int = 0) -> float:
    """Days or months later by the calendar, whatever its clocks do; infinitely late behind the last year."""
    years, month = divmod(start.month - 1 + months, 12)
    try:
        return milliseconds(start.replace(year=start.year + years, month=month + 1) + timedelta(days=days))
    except (ValueError, OverflowError):
        return inf


def _moment(text: str, now: datetime) -> Stretch | None:
    try:
        at = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    point = milliseconds(at if at.tzinfo else at.replace(tzinfo=now.tzinfo))
    return Stretch(point, point, full_moment(point, now) or shown(text), "at ")


SCALES: dict[Kind, Scale] = {
    Kind.MONEY: _figure,
    Kind.COUNT: _figure,
    Kind.RATE: _figure,
    Kind.SPAN: _span,
    Kind.DATE: _date,
}
"""Kinds whose values have an order, and how they are read."""
