"""The list in words: its band of sums, and what stands where there are no rows."""

from __future__ import annotations

from dubtui.display.figures import dollars_and_cents
from dubtui.display.text import Spans, laid, plural, width_of

CENTS = 3
"""Cells that hang behind a figure of money."""

NO_CUSTOMERS = "A customer appears here within seconds of the first lead or sale that Dub tracks for this workspace."


def band(rows: int, sale_amount: int, paid: int, *, complete: bool, money_end: int) -> Spans:
    """Rows, their lifetime value under its column (which ends before `money_end`), the share that pays."""
    dollars, cents = dollars_and_cents(sale_amount)
    words = "sum" if complete else "sum so far"
    total: Spans = ((f"{words} ", "dim"), (dollars, "bold"), (cents.ljust(CENTS), "dim"))
    share = f"{round(100 * paid / rows) if rows else 0}% paid"
    return laid(
        (0, ((plural(rows, "row"), ""),)),
        (money_end - width_of(total), total),
        (money_end + 1, ((share, ""),)),
    )


def no_match(known: int) -> str:
    """Why a filter shows nothing."""
    return f"None of the {plural(known, 'customer')} here holds all of these words."
