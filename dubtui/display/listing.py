"""The list in words: its band of sums, what stands where there are no rows, what a filter did not search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dubtui.display.figures import age, dollars_and_cents, money
from dubtui.display.text import Spans, laid, plural, width_of

CENTS = 3
"""Cells that hang behind a figure of money."""

NO_CUSTOMERS = "A customer appears here within seconds of the first lead or sale that Dub tracks for this workspace."
MORE_WORDS = (
    ("ltv>500", "lifetime value above $500"),
    ("country:DE", "a value; commas for several"),
    ("paid:no", "never paid"),
    ("created<7d", "in the last 7 days"),
    ("!gmail", "without this text"),
)


class Sums(NamedTuple):
    """What the band counts: rows, their amounts (USD cents) and states."""

    rows: int
    sale_amount: int
    paid: int
    canceled: int


def band(
    shown: int, sums: Sums, *, marked: int = 0, hidden: int = 0, complete: bool, money_end: int, width: int
) -> Spans:
    """How many rows and marks, and the sums over the marked ones, or over all where none is.

    The amount stands under its column, which ends before `money_end`.
    """
    dollars, cents = dollars_and_cents(sums.sale_amount)
    words = "sum of the marked" if marked else "sum" if complete else "sum so far"
    total: Spans = ((f"{words} ", "dim"), (dollars, "bold"), (cents.ljust(CENTS), "dim"))
    count: Spans = ((plural(shown, "row"), ""),)
    if marked:
        count = (*count, ("   ◆ ", "accent"), (f"{marked:,} marked", ""))
    if hidden:
        count = (*count, (f", {hidden:,} hidden", "dim"))
    line = laid((0, count), (money_end - width_of(total), total))
    average = money(sums.sale_amount / sums.rows) if sums.rows else "–"
    for more in (
        f"{share_words(sums.paid, sums.rows)} paid",
        f"  {share_words(sums.canceled, sums.rows)} canceled",
        f"  {average} average",
    ):
        longer = laid((0, line), (money_end + 3, ((more, "" if more.endswith("paid") else "muted"),)))
        if width_of(longer) <= width:
            line = longer
    return line


def share_words(part: int, whole: int) -> str:
    """A share in whole per cent, `<1%` where it is less but there."""
    if not part or not whole:
        return "0%"
    share = 100 * part / whole
    return "<1%" if share < 0.5 else f"{share:.0f}%"


def no_match(known: int) -> str:
    """Why a filter shows nothing."""
    return f"The filter holds for none of the {plural(known, 'customer')} here."


def not_searched(known: int, total: int | None, *, complete: bool) -> Spans:
    """How many customers a filter could not look at."""
    if complete:
        return ()
    if total is None or total <= known:
        return (("Customers who are still at Dub were not searched.", ""),)
    return ((f"{plural(total - known, 'customer')} are still at Dub and were not searched.", ""),)


def hint_lines(known: int, total: int | None, *, complete: bool) -> Sequence[Spans]:
    """What to say below the rows of a filter that leaves room."""
    missing = not_searched(known, total, complete=complete)
    lines: list[Spans] = (
        [(), missing, (("enter", "bold"), (" asks Dub for what it can find", "muted"))] if missing else []
    )
    words: list[Spans] = [((word.ljust(14), ""), (meaning, "dim")) for word, meaning in MORE_WORDS]
    return [*lines, (), (("More words", "dim"),), *words]


def sync_words(walked: int, total: int | None, rate: float, seconds_left: float | None) -> Spans:
    """How far the whole workspace has come: `fetching 1,240 of 1,312   38 a second   2 s more`."""
    whole = "" if total is None else f" of {total:,}"
    left = "" if seconds_left is None else f"   {age(seconds_left)} more"
    speed = f"   {rate:,.0f} a second{left}" if rate else ""
    return (("fetching ", "muted"), (f"{walked:,}", "bold"), (f"{whole}{speed}", "muted"))


def synced_words(walked: int, removed: int, gaps: int) -> Spans:
    """What came of it."""
    if gaps:
        unread = plural(gaps, "stretch", "stretches")
        return (("! ", "warning"), (f"{walked:,} here; Dub cannot serve {unread} between them", "warning"))
    gone = f", {removed:,} gone" if removed else ""
    return (("✓ ", "success"), (f"all {plural(walked, 'customer')} are here{gone}", "muted"))
