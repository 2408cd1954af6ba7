"""Counts and sums: by the values of a field, by month, over rows that somebody marked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dubtui.store.filtering import Node, Sql, compiled, expression
from dubtui.store.views import SUMS, Totals, read_totals, totals_of


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that have one value of a field, None being no value; `label` is what the value is called."""

    value: str | int | None
    label: str | None
    totals: Totals


ALIKE = {"country": "upper(country)"}
"""Fields that a filter takes without regard to case, so that their groups do too."""
LABELS = {"linkId": "link", "partnerId": "partner_name", "partnerName": "partner_name"}
"""Columns that name the value of an id."""


def groups(connection: sqlite3.Connection, where: Node, field: str, now_ms: int) -> list[Group]:
    """A field's values with their sums, the ones with most rows first."""
    sql, parameters = compiled(where, now_ms)
    label = LABELS.get(field, "NULL")
    found = connection.execute(
        f"""SELECT ({ALIKE.get(field) or expression(field, now_ms)}) AS value, MAX({label}), {SUMS} FROM customer
            WHERE {sql} GROUP BY value ORDER BY COUNT(*) DESC, value""",
        parameters,
    )
    return [Group(row[0], row[1], read_totals(row[2:])) for row in found]


def by_span(connection: sqlite3.Connection, where: Node, starts: Sequence[int], now_ms: int) -> list[Totals]:
    """The sums over customers created between each start (unix ms) and the next; the last start only ends."""
    sql, parameters = compiled(where, now_ms)
    return [
        totals_of(connection, (f"created_at >= ? AND created_at < ? AND ({sql})", [start, stop, *parameters]))
        for start, stop in pairwise(starts)
    ]


def first_created(connection: sqlite3.Connection, where: Node, now_ms: int) -> int | None:
    """When the oldest customer of a filter was created, in unix milliseconds."""
    sql, parameters = compiled(where, now_ms)
    found = connection.execute(f"SELECT MIN(created_at) FROM customer WHERE {sql}", parameters).fetchone()
    return None if found[0] is None else int(found[0])


def among(rows: Iterable[int], condition: Sql = ("1", [])) -> Sql:
    """The condition narrowed to some rows, however many they are."""
    sql, parameters = condition
    return f"row IN (SELECT value FROM json_each(?)) AND ({sql})", [json.dumps(list(rows)), *parameters]
