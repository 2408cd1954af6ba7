"""Text folded for searching and sorting: case, accents, widths, ligatures and what is not to be seen aside."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ŋ": "n",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ə": "e",
    }
)
"""Letters that Unicode does not take apart, though people type them so."""
_VOWELS_AND_VOICING = frozenset({0, 7, 8, 9})
"""Combining classes of the marks that are letters of their own in Indic scripts and kana."""
_VARIATIONS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
SEPARATOR = "\x1f"
"""Stands before each field of a joined text; no folded text holds it."""


class _Folding(dict[int, str]):
    """Maps each code point by itself, so that folding a part of a text gives a part of the folded text."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(code)
        return folded


def _fold(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)  # NUL would end a text inside SQLite's functions
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    apart = unicodedata.normalize("NFKD", chr(code)).casefold().translate(_LETTERS)
    return "".join(char for char in unicodedata.normalize("NFKD", apart) if not _is_left_out(char))


def _is_left_out(char: str) -> bool:
    """Accents, and what only steers how its neighbours look: joiners, soft hyphens, directions, emoji's variants."""
    category = unicodedata.category(char)
    is_accent = category == "Mn" and unicodedata.combining(char) not in _VOWELS_AND_VOICING
    return is_accent or category == "Cf" or char in _VARIATIONS


_folding = _Folding()


def place_in(text: str, folded: str) -> tuple[int, int] | None:
    """Where in a text something folded stands: the stretch of the text itself, None where it is nowhere."""
    at = fold(text).find(folded)
    if at < 0 or not folded:
        return None
    ends: list[int] = []
    length = 0
    for char in text:
        length += len(fold(char))
        ends.append(length)
    start = next(number for number, end in enumerate(ends) if end > at)
    stop = next(number for number, end in enumerate(ends) if end >= at + len(folded))
    return start, stop + 1


def fold(text: str) -> str:
    """`SØREN` and `soren` fold to the same; so do `ﬁ` and `fi`, `Ａ` and `a`."""
    if text.isascii() and text.isprintable():
        return text.lower()
    return text.translate(_folding)
