"""What stands where rows will be while the first ones are on their way: rules in their shape, fading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dubtui.display.text import Spans
from dubtui.widgets.line_table import Placed
from dubtui.widgets.lines import Lines

FILLS = (0.64, 0.8, 0.52, 0.68, 0.6, 0.76, 0.88, 0.56)
"""How much of its column each rule takes, in turn."""


class Waiting(Lines):
    """Draws the heads of columns and rules under them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places: Sequence[Placed[Any]] = ()

    def set_places(self, places: Sequence[Placed[Any]]) -> None:
        """Take the shape of these columns."""
        self._places = places
        self.refresh()

    def lines(self, width: int) -> Sequence[Spans]:
        """As many as the screen is high."""
        height = max(1, self.size.height - 1)
        return [self._heads(), *(self._rules(at, 1 - at / height) for at in range(height))]

    def _heads(self) -> Spans:
        return self._row([(place.column.head, place) for place in self._places], "dim")

    def _rules(self, at: int, strength: float) -> Spans:
        texts = []
        for number, place in enumerate(self._places):
            fill = FILLS[(at * 3 + number * 5) % len(FILLS)]
            texts.append(("─" * max(1, round(place.width * fill)), place))
        return self._row(texts, f"rule {strength:.0%}")

    @staticmethod
    def _row(texts: Sequence[tuple[str, Placed[Any]]], ink: str) -> Spans:
        spans: list[tuple[str, str]] = []
        at = 0
        for text, place in texts:
            text = text.rjust(place.width) if place.column.right else text.ljust(place.width)
            spans += [(" " * (place.x - at), ""), (text, ink)]
            at = place.x + place.width
        return tuple(spans)
