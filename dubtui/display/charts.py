"""Small charts out of characters: bars along a line, columns over months."""

from __future__ import annotations

from collections.abc import Sequence

from dubtui.display.text import Spans

EIGHTHS = " ▁▂▃▄▅▆▇█"


def bar(value: float, most: float, width: int) -> str:
    """A bar as long of `width` cells as `value` is of `most`, in halves of a cell; something is never nothing."""
    if most <= 0 or value <= 0:
        return ""
    halves = round(2 * width * value / most)
    return "━" * (halves // 2) + ("╸" if halves % 2 else "") or "╸"


def columns(values: Sequence[float], *, height: int, cell: int, gap: int) -> list[Spans]:
    """A column for each value, `cell` wide, the highest one `height` lines high, the last one in accent."""
    most = max(values, default=0)
    lines: list[Spans] = []
    for level in range(height - 1, -1, -1):
        spans: list[tuple[str, str]] = []
        for at, value in enumerate(values):
            eighths = round(8 * height * value / most) if most > 0 and value > 0 else 0
            filled = max(0, min(8, eighths - 8 * level))
            ink = "accent" if at == len(values) - 1 else "bar"
            if level == 0 and filled == 0:
                spans.append(("▁" * cell, "rule"))
            else:
                spans.append((EIGHTHS[filled] * cell, ink))
            spans.append((" " * gap, ""))
        lines.append(tuple(spans))
    return lines
