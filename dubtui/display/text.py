"""Text of strangers made fit for a terminal, and measured in cells."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from rich.cells import cell_len, split_text

from dubtui.folding import place_in

Span = tuple[str, str]
"""Text and its style: words of the theme such as `bold`, `dim`, `accent`; empty for plain ink."""
Spans = tuple[Span, ...]

MATCH = "bold underline accent"
BLANK: Spans = (("–", "dim"),)
LONGEST = 1000
"""Characters shown of one value; Dub's columns hold 191."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe(text: str, *, lines: bool = False) -> str:
    """Text in which nothing steers a terminal: controls, bidi and invisible characters stand as visible signs.

    `lines` keeps line breaks. It is for showing alone: what goes back to Dub never passes through here.
    """
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return text
    shown, marks, before = [], 0, ""
    for char in text[:LONGEST]:
        category = unicodedata.category(char)
        if category in ("Mn", "Me"):
            marks += 1
            if marks <= 3:  # accents and emoji variation, but no towers of them
                shown.append(char)
            continue
        marks = 0
        shown.append(_visible(char, category, before, lines=lines))
        before = char
    return "".join(shown) + ("…" if len(text) > LONGEST else "")


def _visible(char: str, category: str, before: str, *, lines: bool) -> str:
    code = ord(char)
    if char in "\u200c\u200d" and before >= "\u0600":  # joins emoji families and Persian words, hides in Latin ones
        return char
    if char == "\n" and lines:
        return char
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if category in HIDDEN:
        return f"⟨U+{code:04X}⟩"
    return " " if category == "Zs" else char


def is_plain(text: str) -> bool:
    """Whether what is shown is what is there, so that it may be put into an input."""
    return safe(text) == text


def cut(text: str, width: int) -> str:
    """Text of at most `width` cells, its end marked where something is missing."""
    if cell_len(text) <= width:
        return text
    return split_text(text, width - 1)[0] + "…" if width > 0 else ""


def cut_spans(spans: Spans, width: int) -> Spans:
    """Spans of at most `width` cells in all."""
    if sum(cell_len(text) for text, _ in spans) <= width:
        return spans
    kept: list[Span] = []
    left = width
    for text, style in spans:
        piece = cut(text, left) if cell_len(text) > left else text
        left -= cell_len(piece)
        kept.append((piece, style))
        if piece != text or left <= 0:
            break
    if kept and not kept[-1][0].endswith("…") and width > 0:  # the cut fell between two spans
        text, style = kept[-1]
        kept[-1] = (split_text(text, max(0, cell_len(text) - 1))[0] + "…", style)
    return tuple(kept)


def width_of(spans: Spans) -> int:
    """How many cells spans take."""
    return sum(cell_len(text) for text, _ in spans)


def highlighted(spans: Spans, pieces: Iterable[str]) -> Spans:
    """Spans in which the first place of each piece, folded, stands out."""
    text = plain(spans)
    places = [place for piece in pieces if (place := place_in(text, piece))]
    cuts = sorted({cut for place in places for cut in place})
    shown: list[Span] = []
    at = 0
    for part, style in spans:
        edges = [at, *(cut for cut in cuts if at < cut < at + len(part)), at + len(part)]
        for start, stop in pairwise(edges):
            is_match = any(low <= start < high for low, high in places)
            shown.append((text[start:stop], MATCH if is_match else style))
        at += len(part)
    return tuple(shown)


def laid(*pieces: tuple[int, Spans]) -> Spans:
    """Pieces in one line, each from its column on, or a cell behind the one before where that is longer."""
    line: list[Span] = []
    used = 0
    for at, spans in pieces:
        if not spans:
            continue
        gap = max(at - used, 1 if line else 0)
        line += [(" " * gap, ""), *spans]
        used += gap + width_of(spans)
    return tuple(line)


def spread(left: Spans, right: Spans, width: int) -> Spans:
    """One line with something at either end; the left side gives way where both do not fit."""
    right = cut_spans(right, width)
    room = width - width_of(right) - (2 if right else 0)
    left = cut_spans(left, max(0, room))
    gap = width - width_of(left) - width_of(right)
    return (*left, (" " * gap, ""), *right) if right else left


def wrapped(spans: Spans, width: int) -> list[Spans]:
    """Spans in as many lines as they need, broken between words."""
    words = [(word, style) for text, style in spans for word in re.findall(r"\s+|\S+", text)]
    lines: list[list[Span]] = [[]]
    for word, style in words:
        if lines[-1] and width_of(tuple(lines[-1])) + cell_len(word.rstrip()) > width:
            lines.append([])
        if lines[-1] or len(lines) == 1 or not word.isspace():
            lines[-1].append((word, style))
    return [tuple(line[:-1] if line and line[-1][0].isspace() else line) for line in lines]


def plain(spans: Spans) -> str:
    """The text alone."""
    return "".join(text for text, _ in spans)


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON that reads in any script and steers no terminal: what `safe` would mark is a \\u escape in it."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(char if char == "\n" or is_plain(char) else _escape(char) for char in text)


def _escape(char: str) -> str:
    return json.dumps(char)[1:-1] if ord(char) > 0x7F else f"\\u{ord(char):04x}"


def plural(number: int, noun: str, nouns: str = "") -> str:
    """`1 customer`, `1,312 customers`."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
