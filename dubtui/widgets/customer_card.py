"""One customer, laid out for the width there is."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dubtui.display import card
from dubtui.display.text import Spans
from dubtui.fields import CustomerRow
from dubtui.widgets.lines import Lines

if TYPE_CHECKING:
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer

MEASURE = 120
"""Cells beyond which a second column would stand too far away."""


class CustomerPreview(Lines):
    """A customer in short, beside or below the rows."""

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._shown: tuple[CustomerRow, bool] | None = None

    def show(self, row: CustomerRow, *, tall: bool) -> None:
        """Draw a row, in one narrow column or low and wide."""
        if (row, tall) != self._shown:
            self._shown = (row, tall)
            self.refresh(layout=True)

    def lines(self, width: int) -> Sequence[Spans]:
        """What there is to say of it."""
        if self._shown is None:
            return []
        row, tall = self._shown
        return card.preview(row, self._clock.now(), width, tall=tall)


class CustomerCard(Lines):
    """Heading, figures, facts in two columns, and the JSON that all of it comes from."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[CustomerRow, Customer, datetime, Container[str]] | None = None

    def show(self, row: CustomerRow, customer: Customer, now: datetime, *, changed: Container[str] = ()) -> None:
        """Draw a customer; `changed` holds the titles of fields that were just saved."""
        self._shown = (row, customer, now, changed)
        self.refresh(layout=True)

    def lines(self, width: int) -> Sequence[Spans]:
        """All of it, as long as it is."""
        if self._shown is None:
            return []
        row, customer, now, changed = self._shown
        left, right = card.facts(row, customer, now)
        middle = max(43, min(width, MEASURE) // 2)
        return [
            *card.heading(row, now, width, changed),
            (),
            *card.strip(row, now, min(width, MEASURE)),
            (),
            (("─" * width, "rule"),),
            (),
            *card.beside(card.fact_lines(left, changed), card.fact_lines(right, changed), middle),
            (),
            (("As Dub sent it", "dim"),),
            (),
            *card.sent_lines(customer.sent),
        ]
