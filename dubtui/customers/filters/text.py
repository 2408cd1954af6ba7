"""The text of a filter cut into signs, words and terms; any text can be cut."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dubtui.display.text import cut, safe
from dubtui.fields import Field, field_of

COMPARISONS = frozenset({"<", "<=", ">", ">="})
LONGEST_SHOWN = 40
"""Cells of somebody's text that a sentence about it repeats."""

# Possessive throughout: no text makes these go back and try again.
_BLANKS = re.compile(r"\s*+")
_NAME = re.compile(r'[^\s()":<>=!,]++')
_HEAD = re.compile(rf"({_NAME.pattern})(\s*+:?[<>]=?+\s*+|\s*+!?==?+\s*+|:)")
_INSIDE_QUOTES = re.compile(r'(?:[^"\\]++|\\.?+)*+', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_WORD = re.compile(r"[^\s()]*+")
_LISTED = re.compile(r"[^\s(),]*+")
_SAFE_BARE = re.compile(r"[\w@./:+-]++")


class FilterError(ValueError):
    """What is wrong with a stretch of a filter's text; `incomplete` where typing on may put it right."""

    def __init__(self, message: str, start: int, end: int, *, incomplete: bool = False) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.incomplete = incomplete


@dataclass(frozen=True, slots=True)
class Sign:
    """`(`, `)`, `!` or `or`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a phrase or a value: what it says, without its quotes, and where it stands."""

    text: str
    start: int
    end: int
    is_quoted: bool = False
    is_open: bool = False
    """The quote is not closed before the text ends."""
    unknown: str = ""
    """What stands before a colon or comparison like a field's name, and is none."""


@dataclass(frozen=True, slots=True)
class Term:
    """A field, an operator (`:`, `=`, `!=` or a comparison) and at least one value, which may be empty."""

    field: Field
    head: str
    """The field as it was typed: an alias and the API's name have different units."""
    operator: str
    items: tuple[Piece, ...]
    start: int

    @property
    def end(self) -> int:
        """Where its last value ends."""
        return self.items[-1].end


Token = Sign | Piece | Term


def tokens(text: str) -> list[Token]:
    """The text in pieces, in order; an open quote ends with the text."""
    found: list[Token] = []
    at = _end_of(_BLANKS, text, 0)
    while at < len(text):
        found.append(_token(text, at))
        at = _end_of(_BLANKS, text, found[-1].end)
    return found


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _token(text: str, at: int) -> Token:
    if text[at] in "()!":
        return Sign(text[at], at, at + 1)
    head = _HEAD.match(text, at)
    if head is None:
        return _word(text, at)
    if field := field_of(head[1]):
        operator = head[2].strip().replace("==", "=").lstrip(":") or ":"
        return Term(field, head[1], operator, _items(text, head.end(), operator), at)
    return _unknown(text, head)


def _word(text: str, at: int) -> Token:
    if text[at] == '"':
        return _quoted(text, at)
    word = _bare(text, at, _WORD)
    return Sign("or", word.start, word.end) if word.text.lower() == "or" else word


def _unknown(text: str, head: re.Match[str]) -> Piece:
    """Something like `tenant:42` or `https://…`, which is text; `tenant:"a b"` is one text too."""
    start, end = head.span()
    if head[2] != head[2].strip():
        return _bare(text, start, _WORD)
    value = _quoted(text, end) if text.startswith('"', end) else _bare(text, end, _WORD)
    return replace(value, text=text[start:end] + value.text, start=start, unknown=head[1])


def _items(text: str, at: int, operator: str) -> tuple[Piece, ...]:
    if operator in COMPARISONS:  # a comma here groups thousands
        return (_item(text, at, _WORD),)
    items = [_item(text, at, _LISTED)]
    while text.startswith(",", items[-1].end):
        items.append(_item(text, items[-1].end + 1, _LISTED))
    return tuple(items)


def _item(text: str, at: int, bare: re.Pattern[str]) -> Piece:
    return _quoted(text, at) if text.startswith('"', at) else _bare(text, at, bare)


def _bare(text: str, at: int, pattern: re.Pattern[str]) -> Piece:
    end = _end_of(pattern, text, at)
    return Piece(text[at:end], at, end)


def _quoted(text: str, at: int) -> Piece:
    inside = _end_of(_INSIDE_QUOTES, text, at + 1)
    is_open = inside == len(text)
    end = inside if is_open else inside + 1
    return Piece(_ESCAPED.sub(r"\1", text[at + 1 : inside]), at, end, is_quoted=True, is_open=is_open)


def unexpected(item: Piece, expected: str, *, incomplete: bool) -> FilterError:
    """The error of a value that is none of its field's kind."""
    message = f"Expected {expected}, not {shown(item.text)}."
    return FilterError(message, item.start, item.end, incomplete=incomplete)


def end_of_value(text: str, at: int) -> int:
    """Where the value ends that stands around a place of the text, quoted or not."""
    return _item(text, at, _LISTED).end


def end_of_name(text: str, at: int) -> int:
    """Where a field's name ends that is being typed."""
    return _end_of(_NAME, text, at)


def quoted(text: str) -> str:
    """Text in quotes, as one types it to have it taken literally."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def as_value(text: str) -> str:
    """Text as one types it behind a field: in quotes where it needs them."""
    return text if _SAFE_BARE.fullmatch(text) and text.lower() != "none" else quoted(text)


def shown(text: str) -> str:
    """Somebody's text inside a sentence."""
    words = cut(safe(text), LONGEST_SHOWN)
    return f'"{words}"' if not words or " " in words else words
