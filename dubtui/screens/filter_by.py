"""Filters that are picked: a field and one of its values with how many have it, or a value of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dubtui.customers import filters
from dubtui.display.people import CELLS, value_in
from dubtui.display.text import plain
from dubtui.fields import FIELDS, CustomerRow, Kind
from dubtui.screens.choose import Choice, Choose

if TYPE_CHECKING:
    from datetime import datetime

    from dubtui.customers.grouping import Grouped

SHARED = ("country", "partnerName", "link", "state", "discount", "programId")
"""Fields whose values many customers share: those one mostly filters by."""
COUNTED = {"country": "country", "link": "linkId", "partnerName": "partnerId", "state": "state"}
"""Fields whose values are few enough to pick from, and what they are counted by."""


class FilterField(Choose[str]):
    """The builder's first question; returns a field's name."""

    def __init__(self) -> None:
        choices = [Choice(field.name, field.title, about=_about(field.name)) for field in FIELDS]
        super().__init__("Filter by", choices, noun="field")


def _about(name: str) -> str:
    return "pick a value" if name in COUNTED else "type a value"


class FilterValue(Choose[str]):
    """Its second one, where values can be counted; returns the term."""

    def __init__(self, title: str, groups: list[Grouped]) -> None:
        choices = [Choice(group.term, group.name, about=group.sign, key=f"{group.totals.rows:,}") for group in groups]
        super().__init__(title, choices, noun="value")


class FilterByRow(Choose[str]):
    """A value of the row under the cursor; returns the term that all rows with it fulfil."""

    def __init__(self, row: CustomerRow, now: datetime) -> None:
        fields = sorted(FIELDS, key=lambda field: field.name not in SHARED)
        choices = []
        for field in fields:
            value = value_in(row, field.name, now)
            if field.kind in (Kind.TEXT, Kind.STATE, Kind.FLAG) or value is None:
                shown = plain(CELLS[field.name](row, now)).strip()
                choices.append(Choice(filters.term_for(field.name, value), f"{field.title:<18}{shown}"))
        super().__init__("Like this row", choices, noun="value")
