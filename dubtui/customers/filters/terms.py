"""Terms written for somebody: by a value of a row, of a group, of a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from dubtui.customers.filters.text import Piece, Sign, Term, Token, as_value, quoted, tokens
from dubtui.customers.filters.values import MATCHED_WHOLE
from dubtui.display.figures import EPOCH
from dubtui.fields import BY_NAME, Field, Kind

Figure = int | float


def term_for(name: str, value: str | Figure | None) -> str:
    """The term that takes in the rows with this value of a field.

    Figures are the row's own: cents, unix milliseconds, milliseconds, 0 or 1. A text is written as somebody would:
    `2026-01` for a whole month. None is for the rows that have no value.
    """
    field = BY_NAME[name]
    if value is None:
        return f"{word_for(field)}:none"
    written = value if isinstance(value, str) else WRITERS[field.kind](value)
    operator = "=" if field.kind is Kind.TEXT and name not in MATCHED_WHOLE else ":"
    return f"{word_for(field)}{operator}{as_value(written)}"


def word_for(field: Field) -> str:
    """What one types for a field: the shortest to read, of money the one that takes dollars."""
    return field.aliases[0] if field.aliases and not field.name.islower() else field.name


def _plain(value: Figure) -> str:
    return format(Decimal(str(value)), "f")


def _dollars(cents: Figure) -> str:
    return format(Decimal(str(cents)).scaleb(-2), "f")


def _moment(ms: Figure) -> str:
    return (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")


WRITERS: dict[Kind, Callable[[Figure], str]] = {
    Kind.MONEY: _dollars,
    Kind.COUNT: _plain,
    Kind.RATE: _plain,
    Kind.SPAN: lambda ms: f"{_plain(ms)}ms",
    Kind.DATE: _moment,
    Kind.FLAG: lambda flag: "yes" if flag else "no",
}
"""Figures as one types them."""


def with_term(text: str, term: str) -> str:
    """A filter narrowed by one more term, unless it has that already."""
    pieces = tokens(text)
    if not pieces:
        return term
    kept = _closed(text, pieces[-1])
    outer = ["", *(text[piece.start : piece.end] for piece in _outer(pieces))]
    if any(one.lower() == "or" for one in outer):
        return f"({kept}) {term}"
    is_there = any(one == term and before != "!" for before, one in pairwise(outer))
    return kept if is_there else f"{kept} {term}"


def _outer(pieces: Iterable[Token]) -> Iterator[Token]:
    """What stands outside of all parentheses."""
    depth = 0
    for piece in pieces:
        match piece:
            case Sign("("):
                depth += 1
            case Sign(")"):
                depth -= 1
            case _ if depth == 0:
                yield piece


def _closed(text: str, last: Token) -> str:
    """The text without blanks around it, and its last quote closed."""
    piece = last.items[-1] if isinstance(last, Term) else last
    if isinstance(piece, Piece) and piece.is_open:
        return text[: piece.start].lstrip() + quoted(piece.text)
    return text.strip()
