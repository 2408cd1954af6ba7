"""The lines that frame every screen: who and how fresh, and the path to where one is."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from dubtui.display.figures import age, milliseconds, short_moment
from dubtui.display.text import Spans

GAUGE = 6
FRESH = 10 * 60_000
"""Milliseconds for which what is complete needs no date."""


def coverage_words(known: int, total: int | None, as_of: int | None, now: datetime) -> str:
    """`1,240 of 1,312`, `1,312, complete`, or what is known alone where Dub does not count.

    `as_of` is when it was complete (unix ms), which is told where it is a while ago.
    """
    if as_of is not None:
        is_fresh = milliseconds(now) - as_of <= FRESH
        return f"{known:,}, complete" if is_fresh else f"{known:,} as of {short_moment(as_of, now)}"
    if total is None:
        return f"{known:,} so far" if known else "nothing yet"
    return f"{known:,} of {total:,}"


def gauge(calls: int, limit: int) -> Spans:
    """Our own calls of the last minute, of as many as the plan has; Dub tells no budget while all goes well."""
    filled = min(GAUGE, -(-calls * GAUGE // limit)) if calls else 0
    ink = "warning" if calls >= limit else "muted"
    return (("━" * filled, ink), ("─" * (GAUGE - filled), "rule"))


def header(
    name: str,
    badges: Spans,
    *,
    coverage: str,
    calls: int,
    limit: int,
    seconds: float | None,
    held: float | None = None,
    width: int,
) -> tuple[Spans, Spans]:
    """The first line: the workspace and its badges; how much is here, how busy we are, how old it is.

    `held` is the seconds for which calls are held back.
    """
    waiting: Spans = () if held is None else ((f"going on in {ceil(held)} s", "warning"),)
    left: Spans = ((name, "bold"), ("   ", ""), *badges)
    if width < 80:
        return left, waiting or ((coverage, "muted"),)
    rate = f" {calls}/min" if width < 100 else f" {calls} calls a minute"
    old = "" if seconds is None else age(seconds) if width < 100 else f"synced {age(seconds)} ago"
    words = coverage if width < 100 or not coverage[-1:].isdigit() else f"{coverage} loaded"
    age_or_wait = waiting or ((old, "dim"),)
    return left, ((words, "muted"), ("   ", ""), *gauge(calls, limit), (rate, "muted"), ("   ", ""), *age_or_wait)


BADGES: dict[str, str] = {
    "PROD": "bold badge-prod on badge-prod-ground",
    "READ-ONLY": "badge-quiet on badge-quiet-ground",
    "TEST": "badge-quiet on badge-quiet-ground",
    "DEMO": "bold badge-demo on badge-demo-ground",
    "MASKED": "badge-masked on badge-masked-ground",
}


def badge(word: str) -> Spans:
    """A word on its ground."""
    return ((f" {word} ", BADGES[word]), (" ", ""))


def path(*steps: str) -> Spans:
    """`All customers › Ada Lovelace`, the last step in ink."""
    *before, last = steps
    return (*((f"{step} › ", "dim") for step in before), (last, ""))
