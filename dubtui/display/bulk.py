"""A change of many customers in words: how much it is, how long it takes, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from dubtui.display.text import Span, Spans, plural, safe

SIGNS: Mapping[str, Spans] = {
    "waiting": (("  waiting", "dim"),),
    "asking Dub": (("~ ", "accent"), ("asking Dub", "accent")),
    "done": (("✓ ", "success"), ("done", "muted")),
    "kept its own value": (("! ", "warning"), ("kept its own value", "warning")),
    "refused": (("× ", "error"), ("refused", "error")),
    "changed meanwhile": (("! ", "warning"), ("changed meanwhile", "warning")),
    "gone": (("× ", "error"), ("gone", "error")),
    "not done": (("× ", "error"), ("not done", "error")),
    "not known": (("! ", "warning"), ("not known", "warning")),
    "skipped": (("  skipped", "dim"),),
}
"""How each outcome of a row stands in a table, in the order in which they are counted."""
COUNTED = ("done", "kept its own value", "refused", "changed meanwhile", "gone", "not done", "not known", "skipped")
LEFT = ("waiting", "asking Dub")


def outcome_spans(outcome: str, why: str = "") -> Spans:
    """`✓ done`, `× refused, External ID: Another customer has this value`."""
    signs = SIGNS[outcome]
    return (*signs, (f", {safe(why)}", signs[-1][1])) if why else signs


def counts_words(counts: Mapping[str, int], *, left: str = "to go") -> str:
    """`21 done, 1 refused, 3 skipped, 13 to go`."""
    words = [f"{counts[outcome]:,} {outcome}" for outcome in COUNTED if counts.get(outcome)]
    waiting = sum(counts.get(outcome, 0) for outcome in LEFT)
    return ", ".join([*words, *([f"{waiting:,} {left}"] if waiting else [])])


def counts_spans(counts: Mapping[str, int]) -> Spans:
    """The same in the colours of the table."""
    told: list[Span] = []
    for outcome in COUNTED:
        if counts.get(outcome):
            told += [(f"{counts[outcome]:,} {outcome}", SIGNS[outcome][-1][1]), ("   ", "")]
    waiting = sum(counts.get(outcome, 0) for outcome in LEFT)
    return (*told, (f"{waiting:,} to go", "dim")) if waiting else tuple(told[:-1])


def plan_words(changes: int, same: int, skipped: int, noun: str = "customer", *, doing: str = "to change") -> str:
    """`38 customers: 31 to change, 4 the same already, 3 skipped`."""
    parts = ((changes, doing), (same, "the same already"), (skipped, "skipped"))
    told = ", ".join(f"{number:,} {words}" for number, words in parts if number)
    return f"{plural(changes + same + skipped, noun)}{f': {told}' if told else ''}"


def estimate_words(number: int, seconds: float, noun: str = "change") -> str:
    """`38 changes, about 12 s`."""
    return f"{plural(number, noun)}, about {duration(seconds)}"


def left_words(seconds: float) -> str:
    """`about 4 s more`."""
    return f"about {duration(seconds)} more"


def duration(seconds: float) -> str:
    """`12 s`, `3 min`, `2 h`, rounded up."""
    if seconds <= 90:
        return f"{max(1, ceil(seconds))} s"
    minutes = ceil(seconds / 60)
    return f"{minutes} min" if minutes <= 90 else f"{ceil(seconds / 3600)} h"
