"""Customers counted and summed by what they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dubtui.customers import filters
from dubtui.display.countries import country_name
from dubtui.display.figures import milliseconds, moment
from dubtui.display.people import without_scheme
from dubtui.store.filtering import Node

if TYPE_CHECKING:
    from dubtui.store.store import Store
    from dubtui.store.sums import Group
    from dubtui.store.views import Totals

MONTH = "month"
KINDS = {"country": "country", "linkId": "link", "partnerId": "partner", "state": "state", MONTH: "month of sign-up"}
"""What can be grouped by, and how one calls it."""
YEARS = 5
"""How far back months are counted one by one."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """The customers that have something in common: a short sign, a name, their sums, the term that filters them."""

    sign: str
    name: str
    totals: Totals
    term: str


async def grouped(store: Store, where: Node, kind: str, now: datetime) -> list[Grouped]:
    """The groups of a kind among the customers of a filter, the largest first, months the latest first."""
    if kind == MONTH:
        return await by_month(store, where, now)
    return [_grouped(kind, group) for group in await store.groups(where, kind, milliseconds(now))]


def _grouped(kind: str, group: Group) -> Grouped:
    value = None if group.value is None else str(group.value)
    if value is None:
        return Grouped("–", f"no {KINDS[kind]}", group.totals, filters.term_for(kind, None))
    name, sign = value, ""
    if kind == "country":
        name, sign = country_name(value), value
    elif group.label:
        name = without_scheme(group.label)
    return Grouped(sign, name, group.totals, filters.term_for(kind, value))


async def by_month(store: Store, where: Node, now: datetime) -> list[Grouped]:
    """Sign-ups by the month in which they came, the latest first; what is older than some years is left out."""
    first = await store.first_created(where, milliseconds(now))
    at = None if first is None else moment(first, now.tzinfo)
    if at is None:
        return []
    starts = list(months(max(at, now.replace(year=now.year - YEARS)), now))
    sums = await store.by_span(where, [milliseconds(start) for start in starts], milliseconds(now))
    return [
        Grouped("", f"{start:%B %Y}", totals, f"created:{start:%Y-%m}")
        for start, totals in zip(starts, sums, strict=False)
        if totals.rows
    ][::-1]


def months(start: datetime, end: datetime) -> Iterator[datetime]:
    """The first moments of the months from one date to another, and of the month behind."""
    year, month = start.year, start.month
    while True:
        yield end.replace(year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0)
        if (year, month) > (end.year, end.month):
            return
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


async def last_months(store: Store, where: Node, now: datetime, *, count: int) -> list[tuple[datetime, Totals]]:
    """The sums over the sign-ups of each of the last months."""
    first = now.replace(day=1)
    for _ in range(count - 1):
        first = first.replace(year=first.year - (first.month == 1), month=(first.month - 2) % 12 + 1)
    starts = list(months(first, now))
    sums = await store.by_span(where, [milliseconds(start) for start in starts], milliseconds(now))
    return list(zip(starts, sums, strict=False))
