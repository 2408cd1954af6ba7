"""Comparisons and ranges on scales: as conditions, and in words."""

from __future__ import annotations

import re
from datetime import datetime

from dubtui.customers.filters.clauses import Value
from dubtui.customers.filters.scales import SCALES, Stretch
from dubtui.customers.filters.text import COMPARISONS, FilterError, Piece, Term, unexpected
from dubtui.fields import Field, Kind
from dubtui.store.filtering import Between, Node, OneOf

EXPECTED: dict[Kind, str] = {
    Kind.MONEY: "an amount, such as 500, 1.5k or $49.90",
    Kind.COUNT: "a number, such as 5",
    Kind.RATE: "a number, such as 20 or 20%",
    Kind.SPAN: "a span, such as 45min, 12h, 3d, 2w, 6mo or 1y",
    Kind.DATE: "a date, such as 2026, 2026-01 or 2026-01-15, or an age, such as 12h, 7d, 6mo or 1y",
}
_BEGUN = re.compile(r"[-$0-9.,]*+(?:T[0-9:.+-]*+|m)?", re.IGNORECASE)
"""What may still become a value, with more typed behind it."""

_AMOUNTS = {"<": "below {}", "<=": "at most {}", ">": "above {}", ">=": "at least {}", "..": "from {} to {}"}
_DATES = {"<": "before {}", "<=": "up to {}", ">": "after {}", ">=": "since {}", "..": "from {} to {}"}
_AGES = {
    "<": "in the last {}",
    "<=": "in the last {}",
    ">": "more than {} ago",
    ">=": "at least {} ago",
    "..": "from {} to {} ago",
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def scaled(term: Term, item: Piece, now: datetime) -> Value:
    """A value, a bound or a range of a field that has an order."""
    if term.operator in COMPARISONS:
        return _compared(term.field, term.operator, _stretch(term, item, now))
    if ".." in item.text and not item.is_quoted:
        return _range(term, item, now)
    stretch = _stretch(term, item, now)
    if stretch.is_age:
        message = f"{term.head}<{item.text} is younger, {term.head}>{item.text} older: expected one of the two."
        raise FilterError(message, term.start, item.end)
    return Value(_alone(term.field.name, stretch), stretch.at + stretch.words)


def _stretch(term: Term, item: Piece, now: datetime) -> Stretch:
    stretch = SCALES[term.field.kind](term, item.text, now)
    if stretch is None:
        raise unexpected(item, EXPECTED[term.field.kind], incomplete=bool(_BEGUN.fullmatch(item.text)))
    return stretch


def _alone(name: str, stretch: Stretch) -> Node:
    if stretch.about:
        return Between(name, stretch.low - stretch.about, stretch.high + stretch.about, high_closed=False)
    if stretch.is_point:
        return OneOf(name, (stretch.low,))
    return Between(name, stretch.low, stretch.high, high_closed=False)


def _compared(field: Field, operator: str, stretch: Stretch) -> Value:
    words = _phrases(field, stretch)[operator].format(stretch.words).replace("the last 1 ", "the last ")
    if stretch.is_age:  # the younger, the later
        operator = _TURNED[operator]
    bounds = {
        "<": Between(field.name, high=stretch.low, high_closed=False),
        "<=": Between(field.name, high=stretch.high, high_closed=stretch.is_point),
        ">": Between(field.name, low=stretch.high, low_closed=not stretch.is_point),
        ">=": Between(field.name, low=stretch.low),
    }
    return Value(bounds[operator], words)


def _range(term: Term, item: Piece, now: datetime) -> Value:
    first, _, last = item.text.partition("..")
    low, high = Piece(first, item.start, item.start + len(first)), Piece(last, item.end - len(last), item.end)
    if not first and not last:
        raise FilterError("Expected a bound on at least one side of the dots.", item.start, item.end, incomplete=True)
    if not last:
        return _compared(term.field, ">=", _stretch(term, low, now))
    if not first:
        return _compared(term.field, "<=", _stretch(term, high, now))
    return _between(term.field, item, _stretch(term, low, now), _stretch(term, high, now))


def _between(field: Field, item: Piece, low: Stretch, high: Stretch) -> Value:
    if low.is_age is not high.is_age:
        raise FilterError("Expected two dates or two ages, not one of each.", item.start, item.end)
    words = _phrases(field, low)[".."].format(low.words, high.words)
    if low.is_age:
        low, high = high, low
    if low.low > high.low:
        message = "This range ends before it begins: expected the smaller bound first."
        raise FilterError(message, item.start, item.end, incomplete=True)
    return Value(Between(field.name, low.low, high.high, high_closed=high.is_point), words)


def _phrases(field: Field, stretch: Stretch) -> dict[str, str]:
    if stretch.is_age:
        return _AGES
    return _DATES if field.kind is Kind.DATE else _AMOUNTS
