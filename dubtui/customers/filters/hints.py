"""What somebody may have meant otherwise than it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice, pairwise

from dubtui.customers.filters.countries import code_of
from dubtui.customers.filters.text import COMPARISONS, Piece, Term, Token, shown
from dubtui.display.countries import countries
from dubtui.fields import FIELDS, Kind

MOST = 3
LOOKED_FOR_AS_TEXT = {
    "and": "Words side by side must all hold anyway; and is looked for as text.",
    "not": "A ! before a word excludes it; not is looked for as text.",
}
_LIKE_A_FIELD = re.compile(r"[\w-]{1,30}")
_THREE_DIGITS = re.compile(r"[0-9]{3}(?:\.[0-9]*)?")


def hints(pieces: Sequence[Token]) -> tuple[str, ...]:
    """The first few, as sentences."""
    found = (hint for piece in pieces for hint in _hints(piece))
    return tuple(dict.fromkeys(islice(found, MOST)))


def _hints(piece: Token) -> Iterator[str]:
    match piece:
        case Piece(unknown=word) if _LIKE_A_FIELD.fullmatch(word) and "://" not in piece.text:
            yield f"{word} is no field, so {shown(piece.text)} is looked for as text.{_meant(word, _field_words())}"
        case Piece(is_quoted=False) if piece.text.lower() in LOOKED_FOR_AS_TEXT:
            yield LOOKED_FOR_AS_TEXT[piece.text.lower()]
        case Term() if piece.field.name == "country":
            yield from (_unknown_country(item.text) for item in piece.items if _is_unknown_country(item))
        case Term() if piece.field.kind in (Kind.MONEY, Kind.COUNT) and piece.operator not in COMPARISONS:
            pairs = pairwise(item.text for item in piece.items)
            yield from (_two_amounts(one, other) for one, other in pairs if _is_one_amount(one, other))


def _is_unknown_country(item: Piece) -> bool:
    return not item.is_quoted and item.text.lower() != "none" and code_of(item.text) is None


def _unknown_country(text: str) -> str:
    return f"{shown(text)} is no country's code or name.{_meant(text, countries().values())}"


def _is_one_amount(one: str, other: str) -> bool:
    return bool(_THREE_DIGITS.fullmatch(other)) and (one.startswith("$") or other.startswith("0"))


def _two_amounts(one: str, other: str) -> str:
    return f"Here a comma stands between two values; {one},{other} as one is {one}{other}."


def _field_words() -> Iterator[str]:
    return (word for field in FIELDS for word in (*field.aliases, field.name))


def _meant(word: str, known: Iterable[str]) -> str:
    """A question after the likeliest word that is known, where one is near."""
    nearest = {other.lower(): other for other in known}
    found = get_close_matches(word.lower(), nearest, n=1, cutoff=0.7)
    return f" Is {nearest[found[0]]} meant?" if found else ""
