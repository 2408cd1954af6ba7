"""What somebody pasted, read as an identifier: the wrapping taken off, and what it may then be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, pairwise
from urllib.parse import parse_qs, unquote, urlsplit

PREFIX = "ext_"
LONGEST = 191
"""Characters that Dub's columns hold: what is longer is no identifier."""
LONGEST_WRAPPED = 2000
"""Characters of a text beyond which nothing is looked for inside it."""
MOST_LINES = 1000
ROUTES = frozenset({"count", "export"})
"""What Dub answers behind /customers/ and is nobody's id."""
SHORTEST_DUB_ID = len("cus_") + 24
"""Stripe's ids look alike and have fourteen characters behind the prefix."""

QUOTES = "\"'`“”„‟‘’‚‛«»‹›"
PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
TRAILING = ",;:.!?…"
AROUND = f"{QUOTES}{TRAILING}()[]{{}}<>"

STRAY_JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+")
"""Joiners between letters that are never joined; they make one of the parts of an emoji, and shape Persian words."""
DUB_ID = re.compile(r"[A-Za-z0-9_]+")
STRIPE_ID = re.compile(r"cus_[A-Za-z0-9]{8,}")
"""Dub's own ids are such, too."""
EMAIL = re.compile(r"[^\s@<>\",;:()\[\]|]+@[^\s@<>\"',;:()\[\]|/?#]+")
ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::[0-9]+)?/\S+", re.IGNORECASE)
LABEL = (
    r"(?:(?:customer|external|stripe|dub|user)[ _-]?){0,3}id|e-?mail(?:[ _-]?address)?"
    r"|customer|user|from|to|cc|bcc|reply-to|sender"
)
HEAD = re.compile(LABEL, re.IGNORECASE)
"""What stands over a column of identifiers."""
LAYERS = (
    re.compile(r"\[[^\[\]]*\]\((\S+)\)"),
    re.compile(rf"(?:{LABEL})\s*[:=]\s+(\S.*)", re.IGNORECASE),
    re.compile(rf"(?:\"(?:{LABEL})\"|external[ _-]?id|e-?mail)\s*[:=]\s*(\S.*)", re.IGNORECASE),
    re.compile(r"(?:[-*•·>–—]+|[0-9]{1,3}[.)])\s+(\S.*)"),
)
"""What stands before an identifier: the text of a Markdown link, a label, the sign of a list.

A label without a blank behind it is one in quotes or unmistakable, since there are external IDs such as `user:42`.
"""
HALVES = (
    re.compile(r"[\"“„«‹(\[{<]([^\"”»›)\]}>]+)"),
    re.compile(r"([^\"“„«‹(\[{<]+)[\"”»›)\]}>]"),
)
"""Half a pair, as a mouse leaves it."""
MAIL_PARTS = re.compile(r"(?:[\s,;|<>()\[\]{}\"“”]|mailto:)+", re.IGNORECASE)
LIST_ITEM = re.compile(r"(?:\"[^\"]*+\"|[^,;\"]++)++")
TIGHT = re.compile(r"[,;]\S")
NO_NAME = re.compile(r"[0-9_@]")
"""What identifiers have, and names of people do not."""


class Kind(StrEnum):
    """What a text may be."""

    DUB_ID = "Dub id"
    EXTERNAL_ID = "external ID"
    UNPREFIXED = "external ID behind ext_"
    AS_PASTED = "external ID as it was pasted"
    EMAIL = "e-mail"
    STRIPE_ID = "Stripe ID"
    LINK = "short link"


HERE_ALONE = frozenset({Kind.STRIPE_ID, Kind.LINK})
"""What Dub has no way to be asked for: only customers who are here can be found by it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a text may be, and the value that it then has."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text without its wrapping, and its readings, the likeliest to be meant first."""

    text: str
    readings: tuple[Reading, ...]

    @property
    def words(self) -> str:
        """`looks like an e-mail; also tried as external ID`."""
        if not self.readings:
            return ""
        best = likeliest(self)
        others = ", ".join(dict.fromkeys(r.kind.value for r in self.readings if r.kind is not best))
        return f"looks like {_article(best)}" + (f"; also tried as {others}" if others else "")


def likeliest(pasted: Pasted) -> Kind:
    """What a text looks like, whatever it turns out to be; it has at least one reading."""
    kinds = {reading.kind for reading in pasted.readings}
    for kind in (Kind.LINK, Kind.EMAIL):
        if kind in kinds:
            return kind
    if Kind.STRIPE_ID in kinds and len(pasted.text) < SHORTEST_DUB_ID:
        return Kind.STRIPE_ID
    if Kind.DUB_ID in kinds and pasted.text.startswith("cus_"):
        return Kind.DUB_ID
    return Kind.EXTERNAL_ID if Kind.EXTERNAL_ID in kinds else pasted.readings[0].kind


def _article(kind: Kind) -> str:
    return f"an {kind}" if kind in (Kind.EMAIL, Kind.EXTERNAL_ID) else f"a {kind}"


# One text


def read(text: str) -> Pasted:
    """What one pasted text may be."""
    outer = _bare(text)
    inner = unwrapped(outer)
    if addressed := _in_address(inner):
        return Pasted(addressed[0].value, addressed)
    readings = [*_readings(inner)]
    if inner and "://" not in outer and "mailto:" not in outer.lower():
        for whole in (outer, _printed(text)):
            readings += [Reading(Kind.AS_PASTED, whole)] if whole != inner else []
    return Pasted(inner, tuple(reading for reading in dict.fromkeys(readings) if len(reading.value) <= LONGEST))


def _printed(text: str) -> str:
    """The text in one line: without white space around it, control characters and halves of characters."""
    return "".join(map(_printed_character, text)).strip()


def _printed_character(char: str) -> str:
    if char == "\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"):
        return char
    return " " if char.isspace() else ""


def _bare(text: str) -> str:
    """The text in one line, without characters that nobody sees."""
    if text.isascii() and text.isprintable():
        return text.strip()
    seen = (char for char in _printed(text) if unicodedata.category(char) != "Cf" or char in "\u200c\u200d")
    return STRAY_JOINERS.sub("", "".join(seen)).strip()


def unwrapped(text: str) -> str:
    """The identifier inside quotes, brackets, labels, lists, rows of cells, addresses of mail; never nothing."""
    while len(text) <= LONGEST_WRAPPED and (inner := _bare(_peeled(text))) not in ("", PREFIX, text):
        text = inner
    return text


def _peeled(text: str) -> str:
    """The text with one layer taken off."""
    if text[:7].lower() == "mailto:":
        return unquote(re.split("[?|]", text[7:])[0])
    is_paired = len(text) > 1 and ((text[0] in QUOTES and text[-1] in QUOTES) or PAIRS.get(text[0]) == text[-1])
    for layer in LAYERS if is_paired else (*LAYERS, *HALVES):
        if match := layer.fullmatch(text):
            return match[1]
    return text[1:-1] if is_paired else _picked(text).rstrip(TRAILING)


def _picked(text: str) -> str:
    """Of several words the one that surely tells whom they are about; of a row of cells the first that is no name."""
    words = {word.strip(AROUND) for word in text.split()}
    parts = {part.strip(AROUND) for part in MAIL_PARTS.split(text)}
    for found in (
        [word for word in words if len(words) > 1 and _in_address(word)],
        [part for part in parts if STRIPE_ID.fullmatch(part)],
        [part for part in parts if EMAIL.fullmatch(part)],
    ):
        if len(found) == 1:
            return found[0]
    cells = text.split("\t")
    return next((cell for cell in cells if _is_identifier(cell)), cells[0]) if len(cells) > 1 else text


def _readings(text: str) -> Iterator[Reading]:
    if not text:
        return
    if may_be_dub_id(text):
        yield Reading(Kind.DUB_ID, text)
    yield Reading(Kind.EXTERNAL_ID, text)
    if text.startswith(PREFIX) and text != PREFIX:
        yield Reading(Kind.UNPREFIXED, text.removeprefix(PREFIX))
    for kind, pattern in ((Kind.STRIPE_ID, STRIPE_ID), (Kind.EMAIL, EMAIL), (Kind.LINK, ADDRESS)):
        if pattern.fullmatch(text):
            yield Reading(kind, text)


def may_be_dub_id(text: str) -> bool:
    """Whether Dub can be asked for a text as the Dub id of somebody."""
    return bool(DUB_ID.fullmatch(text)) and not text.startswith(PREFIX) and text not in ROUTES


def _in_address(text: str) -> tuple[Reading, ...]:
    """The customer that an address is about: of Dub's dashboard or API, or of Stripe's dashboard."""
    if not ADDRESS.fullmatch(text):
        return ()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return ()
    host, name = f".{parts.hostname}", _behind_customers(parts.path)
    if host.endswith(".dub.co"):
        return _named(name or parse_qs(parts.query).get("customerId", [""])[0])
    if host.endswith(".stripe.com") and DUB_ID.fullmatch(name):
        return Reading(Kind.STRIPE_ID, name), Reading(Kind.EXTERNAL_ID, name)
    return ()


def _behind_customers(path: str) -> str:
    """The segment behind the last `customers`, where one may be a workspace; empty where there is none."""
    segments = [segment for segment in path.split("/") if segment]
    names = [name for before, name in pairwise(segments) if before == "customers"]
    return unquote(names[-1]) if names else ""


def _named(name: str) -> tuple[Reading, ...]:
    """Who goes by a name in Dub's addresses."""
    if name.startswith(PREFIX) and name != PREFIX:
        return (Reading(Kind.EXTERNAL_ID, name.removeprefix(PREFIX)),)
    return (Reading(Kind.DUB_ID, name),) if may_be_dub_id(name) else ()


# Several lines


def lines_of(text: str) -> list[str]:
    """The identifiers of a pasted list, at most a thousand: one a line, and those of a line that is a list of them.

    Blank lines are left out, and so are lines of brackets and the head of a column. A row of cells is one line.
    """
    items = (item for line in text.splitlines() for item in _items(_bare(line)))
    found = list(islice((item for item in items if item.strip("()[]{},; \t")), MOST_LINES + 1))
    if len(found) > 1 and any(HEAD.fullmatch(unwrapped(cell)) for cell in found[0].split("\t")):
        del found[0]
    return found[:MOST_LINES]


def _items(line: str) -> list[str]:
    """The items of `a1, b2`, `("a", "b")` and `a@x.example;b@x.example`, of anything else the line itself.

    A comma may as well stand in an external ID, or between the names of one person: it parts what is quoted, e-mails,
    and where a blank follows on each also other identifiers.
    """
    inner = line[1:-1] if len(line) > 1 and PAIRS.get(line[0]) == line[-1] else line
    items = [item.strip() for item in LIST_ITEM.findall(inner)] if inner.count('"') % 2 == 0 else []
    items = [item for item in items if item]
    is_list = all(map(_is_surely_one, items)) or (not TIGHT.search(inner) and all(map(_is_identifier, items)))
    return items if len(items) > 1 and is_list else [line]


def _is_surely_one(item: str) -> bool:
    is_quoted = len(item) > 1 and item[0] in QUOTES and item[-1] in QUOTES
    return is_quoted or bool(EMAIL.fullmatch(unwrapped(item)))


def _is_identifier(text: str) -> bool:
    inner = unwrapped(text)
    return len(inner.split()) == 1 and bool(NO_NAME.search(inner))
