"""What somebody pasted, read as an identifier: the wrapping taken off, and what it may then be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

PREFIX = "ext_"
QUOTES = "\"'`“”„‟‘’‚‛«»‹›"
PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
TRAILING = ",;"
DUB_ID = re.compile(r"[A-Za-z0-9_]+")
STRIPE_ID = re.compile(r"cus_[A-Za-z0-9]{8,}")
EMAIL = re.compile(r"[^\s@<>\"',;()\[\]]+@[^\s@<>\"',;()\[\]]+")
NAMED_EMAIL = re.compile(r"[^<>]*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+?)\s*>[\s,;]*")
LABELLED = re.compile(
    r"(?:e-?mail|external ?id|customer|customer ?id|stripe ?id|id|user)\s*[:=]\s+(\S.*)", re.IGNORECASE
)
ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+/\S+")
MOST_LINES = 1000


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
    """What a text looks like, whatever it turns out to be."""
    kinds = {reading.kind for reading in pasted.readings}
    if Kind.LINK in kinds:
        return Kind.LINK
    if Kind.EMAIL in kinds:
        return Kind.EMAIL
    if Kind.DUB_ID in kinds and pasted.text.startswith("cus_"):
        return Kind.DUB_ID
    return Kind.EXTERNAL_ID if Kind.EXTERNAL_ID in kinds else pasted.readings[0].kind


def _article(kind: Kind) -> str:
    return f"an {kind}" if kind in (Kind.EMAIL, Kind.EXTERNAL_ID, Kind.AS_PASTED) else f"a {kind}"


def lines_of(text: str) -> list[str]:
    """The identifiers of a pasted list, one a line, at most a thousand."""
    lines = (_bare(line) for line in text.splitlines())
    return [line for line in lines if line][:MOST_LINES]


def read(text: str) -> Pasted:
    """What one pasted text may be."""
    outer = _bare(text)
    inner = unwrapped(outer)
    found: dict[Reading, None] = dict.fromkeys(_readings(inner))
    if outer != inner and "://" not in outer and "mailto:" not in outer:
        found[Reading(Kind.AS_PASTED, outer)] = None
    return Pasted(inner, tuple(found))


def _bare(text: str) -> str:
    """The text without white space around it and without characters that nobody sees."""
    seen = "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cc") or char in "\t\u200c\u200d")
    return seen.strip()


def unwrapped(text: str) -> str:
    """The identifier inside quotes, brackets, labels, addresses of mail and of dashboards."""
    while (inner := _peeled(text)) != text:
        text = inner
    return text


def _peeled(text: str) -> str:
    """The text with one layer taken off."""
    if match := NAMED_EMAIL.fullmatch(text):
        return match[1]
    if match := LABELLED.fullmatch(text):
        return match[1]
    if text[:7].lower() == "mailto:":
        return unquote(text[7:].partition("?")[0])
    if len(text) > 1 and (text[0] in QUOTES and text[-1] in QUOTES):
        return text[1:-1].strip()
    if len(text) > 1 and PAIRS.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    if len(text) > 1 and text[-1] in TRAILING:
        return text[:-1].strip()
    return text


def _readings(text: str) -> Iterator[Reading]:
    if not text:
        return
    if (found := _in_address(text)) is not None:
        yield found
        return
    if STRIPE_ID.fullmatch(text):
        yield from _ids(text)
        yield Reading(Kind.STRIPE_ID, text)
        return
    yield from _ids(text)
    if EMAIL.fullmatch(text):
        yield Reading(Kind.EMAIL, text)
    if ADDRESS.fullmatch(text):
        yield Reading(Kind.LINK, text)


def _ids(text: str) -> Iterator[Reading]:
    if DUB_ID.fullmatch(text) and not text.startswith(PREFIX):
        yield Reading(Kind.DUB_ID, text)
    yield Reading(Kind.EXTERNAL_ID, text)
    if text.startswith(PREFIX) and text != PREFIX:
        yield Reading(Kind.UNPREFIXED, text.removeprefix(PREFIX))


def _in_address(text: str) -> Reading | None:
    """The customer that an address of Dub's or Stripe's dashboard is about."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    if "customers" not in segments[:-1]:
        return None
    name = segments[segments.index("customers") + 1]
    if parts.hostname == "dub.co" or parts.hostname.endswith(".dub.co"):
        return Reading(Kind.EXTERNAL_ID, name[len(PREFIX) :]) if name.startswith(PREFIX) else Reading(Kind.DUB_ID, name)
    if parts.hostname.endswith("stripe.com"):
        return Reading(Kind.STRIPE_ID, name)
    return None
