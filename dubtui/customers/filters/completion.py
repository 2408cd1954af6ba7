"""What may be typed next into a filter: fields by their names, then values that there are or might be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from dubtui.customers.filters.countries import code_of
from dubtui.customers.filters.grammar import read
from dubtui.customers.filters.terms import word_for
from dubtui.customers.filters.text import FilterError, Piece, Term, as_value, end_of_name, end_of_value, tokens
from dubtui.customers.filters.values import called
from dubtui.display.countries import countries, country_name
from dubtui.fields import FIELDS, Field, Kind, field_of
from dubtui.folding import fold

MOST = 20
RARELY_MEANT = frozenset({"id", "linkId", "partnerId", "programId", "avatar"})
OPERATOR_SIGNS = (":", "<", ">", "=", "!=")
OPENERS = {Kind.MONEY: ">", Kind.COUNT: ">", Kind.RATE: ">", Kind.SPAN: "<", Kind.DATE: "<"}
"""What mostly follows a field of a kind, where it is no colon."""
EXAMPLES: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: (),
    Kind.MONEY: (">500", "<100", ":100..500", ":0"),
    Kind.COUNT: (">5", ":1..5", ":0"),
    Kind.RATE: (">10", ":20"),
    Kind.SPAN: ("<1d", ">30d", ":1d..7d"),
    Kind.DATE: ("<7d", "<30d", ">1y", ":{now:%Y-%m}", ":{now:%Y}"),
    Kind.FLAG: (":yes", ":no"),
    Kind.STATE: (":lead", ":paid", ":canceled"),
}

Values = Callable[[str], Sequence[str]]
"""The values that a field has among the customers here, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A text to put in the place of a stretch of the filter, and what it means."""

    start: int
    end: int
    text: str
    about: str


Offer = tuple[str, str]
"""A text, and what it means."""


def completions(text: str, cursor: int, values: Values, now: datetime) -> list[Completion]:
    """What may stand at the cursor, the likeliest first."""
    before = tokens(text[:cursor])
    last = before[-1] if before and before[-1].end == cursor else None
    if isinstance(last, Term):
        start = last.items[-1].start
        end, offers = end_of_value(text, start), _values(last, values, now)
    else:
        typed = last if isinstance(last, Piece) else Piece("", cursor, cursor)
        start, end, offers = typed.start, end_of_name(text, cursor), _fields(typed, now)
        if text.startswith(OPERATOR_SIGNS, end):
            return []
    return [Completion(start, end, offer, about) for offer, about in islice(offers, MOST)]


def _fields(piece: Piece, now: datetime) -> Iterator[Offer]:
    if piece.is_quoted or piece.unknown:
        return
    typed = piece.text.lower()
    if known := field_of(typed):
        yield from _examples(known, piece.text, now)
    found = [(field, word) for field in FIELDS if (word := _word_with(field, typed))]
    found.sort(key=lambda pair: pair[0].name in RARELY_MEANT or pair[1] != word_for(pair[0]))
    found.sort(key=lambda pair: not pair[1].lower().startswith(typed))
    yield from ((word + OPENERS.get(field.kind, ":"), _meaning(field, word)) for field, word in found)


def _word_with(field: Field, typed: str) -> str:
    """The field's name or alias that is being typed; empty where none is."""
    words = (word_for(field), *field.aliases, field.name)
    begun = (word for word in words if word.lower().startswith(typed))
    return next(begun, "") or next((word for word in words if typed in word.lower()), "")


def _meaning(field: Field, word: str) -> str:
    unit = ""
    if field.kind is Kind.MONEY:
        unit = ", in cents" if word == field.name else ", in dollars"
    return f"{called(field)}{unit}{f': {field.formula}' if field.formula else ''}"


def _examples(field: Field, word: str, now: datetime) -> Iterator[Offer]:
    for example in EXAMPLES[field.kind]:
        text = word + example.format(now=now)
        yield text, _words(text, now)


def _values(term: Term, values: Values, now: datetime) -> Iterator[Offer]:
    typed, used = fold(term.items[-1].text), {fold(item.text) for item in term.items}
    found = [value for value in _written(term.field, values, now) if typed in _searched(term.field, value)]
    found.sort(key=lambda value: _distance(_searched(term.field, value), typed))
    once: dict[str, str] = {}
    for value in found:
        once.setdefault(fold(value), value)
    for value in once.values():
        words = _words(term.head + term.operator + value, now)
        if words and _bare(value) not in used:
            yield value, words


def _written(field: Field, values: Values, now: datetime) -> Iterator[str]:
    """Values as one types them: those that there are, then those that there might be."""
    yield from map(as_value, values(field.name))
    yield from (example[1:].format(now=now) for example in EXAMPLES[field.kind])
    yield "none"
    if field.name == "country":
        yield from countries()


def _searched(field: Field, value: str) -> str:
    """What of a value somebody may have begun to type."""
    return fold(f"{value} {country_name(code_of(value))}") if field.name == "country" else _bare(value)


def _bare(value: str) -> str:
    return fold(value.strip('"'))


def _distance(searched: str, typed: str) -> tuple[bool, bool]:
    """Whether it begins otherwise, and whether all its words do."""
    return not searched.startswith(typed), f" {typed}" not in f" {searched}"


def _words(text: str, now: datetime) -> str:
    """How a term reads; empty where it is none."""
    try:
        return read(tokens(text), now).words
    except FilterError:
        return ""
