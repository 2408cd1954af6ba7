"""A view: a filter and an order over the store, held as an array of row numbers and kept right as rows arrive."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from dubtui.store.filtering import EVERYTHING, Node, Sql, compiled, expression

Key = tuple[Any, ...]
"""A row's values in the order's fields, its id last."""


@dataclass(frozen=True, slots=True)
class Order:
    """One level of sorting; what has no value comes last either way."""

    field: str
    descending: bool = False


NEWEST_FIRST = (Order("createdAt", descending=True),)


@dataclass(frozen=True, slots=True)
class Frontier:
    """How far Dub's own order has been walked: the last value that came, None where it has reached those without."""

    value: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """What a view shows: ties go by id, newest first; a frontier keeps to what was walked in the first order."""

    where: Node = EVERYTHING
    order: tuple[Order, ...] = NEWEST_FIRST
    frontier: Frontier | None = None
    now_ms: int = 0
    """The moment to which ages in it refer."""

    @property
    def condition(self) -> Sql:
        """The filter and the frontier as SQL."""
        sql, parameters = compiled(self.where, self.now_ms)
        if self.frontier is None or self.frontier.value is None:
            return sql, parameters
        first = self.order[0]
        side = ">=" if first.descending else "<="
        return (
            f"({sql}) AND ifnull(({expression(first.field, self.now_ms)}) {side} ?, 0)",
            [*parameters, self.frontier.value],
        )

    @property
    def sorting(self) -> str:
        """The ORDER BY clause."""
        levels = (
            f"({expression(order.field, self.now_ms)}) {'DESC' if order.descending else 'ASC'} NULLS LAST"
            for order in self.order
        )
        return ", ".join((*levels, "id DESC"))

    @property
    def keys(self) -> str:
        """The columns by which rows are compared."""
        return ", ".join((*(f"({expression(order.field, self.now_ms)})" for order in self.order), "id"))

    def precedes(self, one: Key, other: Key) -> bool:
        """Whether a row with the first key stands before one with the other, as `sorting` has it."""
        for order, mine, theirs in zip(self.order, one, other, strict=False):
            if mine == theirs:
                continue
            if mine is None or theirs is None:
                return theirs is None
            return bool(mine > theirs) if order.descending else bool(mine < theirs)
        return bool(one[-1] > other[-1])


class Totals(NamedTuple):
    """Sums over rows: how many, lifetime value and sales, how many with a first sale, how many canceled."""

    rows: int = 0
    sale_amount: int = 0
    sales: int = 0
    paid: int = 0
    canceled: int = 0

    def plus(self, others: Iterable[Sequence[int]], sign: int = 1) -> Totals:
        """These with the values of single rows added, or taken off."""
        values: list[int] = list(self)
        for other in others:
            values[0] += sign
            for at, value in enumerate(other, 1):
                values[at] += sign * value
        return Totals(*values)


MOST_ONE_BY_ONE = 2000
"""Rows put into a view singly; asking for the view anew costs less beyond."""
SUMMED = "ifnull(sale_amount, 0), ifnull(sales, 0), first_sale_at IS NOT NULL, subscription_canceled_at IS NOT NULL"
SUMS = """COUNT(*), ifnull(SUM(sale_amount >> 32), 0), ifnull(SUM(sale_amount & 4294967295), 0),
    ifnull(SUM(sales), 0), COUNT(first_sale_at), COUNT(subscription_canceled_at)"""
"""The amount in two halves, since SQLite's own sum ends at 64 bits."""


def totals_of(connection: sqlite3.Connection, condition: Sql) -> Totals:
    """The sums over the rows of a condition."""
    sql, parameters = condition
    return read_totals(connection.execute(f"SELECT {SUMS} FROM customer WHERE {sql}", parameters).fetchone())


def read_totals(values: Sequence[int]) -> Totals:
    """The sums that `SUMS` gives."""
    rows, high, low, sales, paid, canceled = values
    return Totals(rows, (high << 32) + low, sales, paid, canceled)


@dataclass(frozen=True, slots=True)
class Content:
    """What a view holds at one moment; never changed, only replaced."""

    question: Question
    rows: array[int]
    totals: Totals

    @classmethod
    def nothing(cls, question: Question) -> Self:
        """No rows yet."""
        return cls(question, array("q"), Totals())


def built(connection: sqlite3.Connection, question: Question) -> Content:
    """A view's content, asked of the store anew."""
    sql, parameters = question.condition
    cursor = connection.execute(f"SELECT row FROM customer WHERE {sql} ORDER BY {question.sorting}", parameters)
    rows = array("q", (row for (row,) in cursor))
    return Content(question, rows, totals_of(connection, question.condition))


class _Member(NamedTuple):
    row: int
    key: Key
    summed: Sequence[int]


def _members(connection: sqlite3.Connection, question: Question, among: Iterable[int]) -> list[_Member]:
    """Those of some rows that the question takes in, in its order."""
    wanted = list(among)
    sql, parameters = question.condition
    found = connection.execute(
        f"""SELECT row, {SUMMED}, {question.keys} FROM customer
            WHERE row IN ({", ".join("?" * len(wanted))}) AND ({sql}) ORDER BY {question.sorting}""",
        [*wanted, *parameters],
    )
    return [_Member(row[0], row[5:], row[1:5]) for row in found]


def without(connection: sqlite3.Connection, content: Content, rows: Iterable[int]) -> Content:
    """The content with some rows taken out; they must still be in the store as they were when they came in."""
    members = _members(connection, content.question, rows)
    if not members:
        return content
    kept = array("q")
    start = 0
    for member in members:
        at = _position(connection, content, member.key)
        kept.extend(content.rows[start:at])
        start = at + 1
    kept.extend(content.rows[start:])
    return Content(content.question, kept, content.totals.plus((m.summed for m in members), sign=-1))


def including(connection: sqlite3.Connection, content: Content, rows: Iterable[int]) -> Content:
    """The content with those of some rows put in their places that belong to it; none may be in it yet."""
    members = _members(connection, content.question, rows)
    if not members:
        return content
    merged = array("q")
    start = 0
    for member in members:
        at = _position(connection, content, member.key)
        merged.extend(content.rows[start:at])
        merged.append(member.row)
        start = at
    merged.extend(content.rows[start:])
    return Content(content.question, merged, content.totals.plus(m.summed for m in members))


def reaching(connection: sqlite3.Connection, content: Content, frontier: Frontier | None) -> Content:
    """The content with its frontier further out; None takes it away."""
    question = content.question
    further = Question(question.where, question.order, frontier, question.now_ms)
    inner, inner_values = question.condition
    outer, outer_values = further.condition
    more = connection.execute(
        f"SELECT row FROM customer WHERE ({outer}) AND NOT ({inner})", [*outer_values, *inner_values]
    ).fetchall()
    if len(more) > MOST_ONE_BY_ONE:
        return built(connection, further)
    return including(connection, Content(further, content.rows, content.totals), (row for (row,) in more))


def position(connection: sqlite3.Connection, content: Content, row: int) -> int | None:
    """Where a row stands in the content; None where it is not in it."""
    members = _members(connection, content.question, [row])
    if not members:
        return None
    at = _position(connection, content, members[0].key)
    return at if at < len(content.rows) and content.rows[at] == row else None


def _position(connection: sqlite3.Connection, content: Content, key: Key) -> int:
    """The place of a key among the content's rows, by halving."""
    rows, question = content.rows, content.question
    low, high = 0, len(rows)
    probe = f"SELECT {question.keys} FROM customer WHERE row = ?"
    while low < high:
        middle = (low + high) // 2
        other = connection.execute(probe, (rows[middle],)).fetchone()
        if question.precedes(other, key):
            low = middle + 1
        else:
            high = middle
    return low
