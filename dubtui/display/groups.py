"""A group of customers in words: what there is to say of it, its months as columns, its largest members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dubtui.display import charts
from dubtui.display.figures import dollars_and_cents
from dubtui.display.text import Spans, cut, laid, plural, safe, width_of

HEIGHT = 5
"""Lines of a chart."""
CELL, GAP = 2, 1
"""Cells of a month, and between two."""
BETWEEN = 4
"""Cells between a chart and what is beside it."""
NARROWEST = 24
"""Cells below which there is no room for names with their amounts."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month's sign-ups, and what those customers have paid so far (USD cents)."""

    start: datetime
    rows: int
    sale_amount: int


def sentence(name: str, rows: int, paid: int, canceled: int) -> Spans:
    """The group in a line."""
    words = f"{plural(rows, 'customer')}, {paid:,} paid, {canceled:,} canceled"
    return ((safe(name), "bold"), ("   ", ""), (words, "muted"))


def charts_beside(months: Sequence[Month], largest: Sequence[tuple[str, int | None]], width: int) -> list[Spans]:
    """Sign-ups, their revenue and the largest customers side by side, as far as the width goes."""
    blocks = [
        _chart("Sign-ups by month", [month.rows for month in months], months),
        _chart("LTV by month of sign-up", [month.sale_amount for month in months], months),
    ]
    step = len(months) * (CELL + GAP) + BETWEEN
    left = width - 2 * step
    if left >= NARROWEST:
        blocks.append(_largest(largest, min(left, 40)))
    height = max(map(len, blocks))
    return [laid(*((at * step, _line(block, number)) for at, block in enumerate(blocks))) for number in range(height)]


def _line(block: Sequence[Spans], number: int) -> Spans:
    return block[number] if number < len(block) else ()


def _chart(title: str, values: Sequence[float], months: Sequence[Month]) -> list[Spans]:
    letters = "".join(f"{month.start:%b}"[0].ljust(CELL + GAP) for month in months)
    return [((title, "dim"),), (), *charts.columns(values, height=HEIGHT, cell=CELL, gap=GAP), ((letters, "dim"),)]


def _largest(largest: Sequence[tuple[str, int | None]], width: int) -> list[Spans]:
    lines: list[Spans] = [(("Largest", "dim"),), ()]
    for name, cents in largest:
        amount: Spans = ((dollars_and_cents(cents or 0)[0], "" if cents else "dim"),)
        start = width - width_of(amount)
        lines.append(laid((0, ((cut(name, start - 2), ""),)), (start, amount)))
    return lines
