"""The customers in SQLite, compared and ordered as Dub's database does it."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, cast

from dubtui.demo.data import COLUMNS, DataError, Row
from dubtui.demo.rules import Filters
from dubtui.demo.search import fold, index_text, phrases

Value = str | int | None

_TABLE = """
CREATE TABLE customer (
    id TEXT COLLATE NOCASE PRIMARY KEY, workspace TEXT NOT NULL,
    name TEXT, email TEXT, avatar TEXT, externalId TEXT, stripeCustomerId TEXT, country TEXT,
    linkId TEXT COLLATE NOCASE, partnerId TEXT COLLATE NOCASE, programId TEXT,
    sales INTEGER NOT NULL, saleAmount INTEGER NOT NULL,
    createdAt TEXT NOT NULL, firstSaleAt TEXT, subscriptionCanceledAt TEXT,
    words TEXT AS (index_text(email, name)) STORED
)
"""
_INDEXES = """
CREATE UNIQUE INDEX by_external_id ON customer (workspace, fold(externalId));
CREATE UNIQUE INDEX by_stripe_id ON customer (fold(stripeCustomerId));
CREATE INDEX by_email ON customer (workspace, fold(email));
CREATE INDEX by_country ON customer (workspace, fold(country), createdAt, id);
CREATE INDEX by_link ON customer (workspace, linkId, createdAt, id);
CREATE INDEX by_partner ON customer (workspace, partnerId, createdAt, id);
CREATE INDEX by_id ON customer (workspace, id);
CREATE INDEX by_created ON customer (workspace, createdAt, id);
-- For big pages, whose ties come out the other way round.
CREATE INDEX by_created_ties_reversed ON customer (workspace, createdAt, id DESC);
CREATE INDEX by_amount ON customer (workspace, saleAmount, id);
CREATE INDEX by_first_sale ON customer (workspace, firstSaleAt, id);
CREATE INDEX by_cancellation ON customer (workspace, subscriptionCanceledAt, id);
PRAGMA analysis_limit = 1000;
ANALYZE;
"""
_INSERTION = f"INSERT INTO customer (workspace, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"

BIG_PAGE = 50
MOST_PHRASES = 100
"""As many as one search may have: SQLite's expressions cannot be as deep as a query is long."""


class Selection(NamedTuple):
    """Which customers of a workspace are meant; a program narrows them to those whom its partners brought."""

    workspace: str
    filters: Filters
    program: str | None = None


class Conflict(Exception):
    """A value that must be unique is taken."""


class Rows:
    """All workspaces' customers."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._db.create_function("fold", 1, lambda text: text if text is None else fold(text), deterministic=True)
        self._db.create_function("index_text", 2, index_text, deterministic=True)

    def load(self, customers: Mapping[str, Iterable[Row]]) -> None:
        """Make the table; the indexes come after the rows, which is faster."""
        values = itemgetter(*COLUMNS)
        self._db.execute(_TABLE)
        try:
            self._db.execute("BEGIN")
            for workspace, rows in customers.items():
                self._db.executemany(_INSERTION, ((workspace, *values(row)) for row in rows))
            self._db.execute("COMMIT")
            self._db.executescript(_INDEXES)
        except (sqlite3.Error, UnicodeEncodeError) as error:
            self.close()
            raise DataError(f"these customers cannot be stored: {error}") from error

    def reserve_stripe_ids(self, taken: Iterable[str]) -> None:
        """Have these Stripe ids taken by customers of workspaces that nobody can see."""
        statement = (
            "INSERT OR IGNORE INTO customer (id, workspace, stripeCustomerId, sales, saleAmount, createdAt)"
            " VALUES ('unseen ' || ?1, '', ?1, 0, 0, '')"
        )
        self._db.executemany(statement, ((stripe_id,) for stripe_id in taken))

    def copy(self) -> "Rows":
        """The same rows once more."""
        other = Rows()
        other.fill_from(self)
        return other

    def fill_from(self, other: "Rows") -> None:
        """Hold what the other one holds."""
        other._db.backup(self._db)

    def close(self) -> None:
        """Let go of the memory."""
        self._db.close()

    def by_id(self, workspace: str, customer_id: str) -> Row | None:
        """The customer with that id, in any letter case."""
        return self._first("workspace = ? AND id = ?", workspace, customer_id.rstrip(" "))

    def by_external_id(self, workspace: str, external_id: str) -> Row | None:
        """The customer with that external id."""
        return self._first("workspace = ? AND fold(externalId) = ?", workspace, fold(external_id))

    def offset_page(self, selection: Selection, *, sort_by: str, order: str, size: int, skip: int) -> list[Row]:
        """Rows by the sort column alone, nulls lowest.

        Dub breaks no ties, and its database reads an index for few rows and sorts for many: rows of the same instant
        come out in opposite orders in small and big pages.
        """
        where, values = _condition(selection)
        ties = "ASC" if sort_by == "createdAt" and size > BIG_PAGE else order
        return self._all(f"{where} ORDER BY {sort_by} {order}, id {ties} LIMIT ? OFFSET ?", *values, size, skip)

    def cursor_page(self, selection: Selection, *, cursor: str, order: str, size: int, before: bool) -> list[Row]:
        """Rows by id, after the cursor or directly before it, in the normal order.

        One row is skipped, meaning the cursor's; when the filter leaves that one out, the first match is lost.
        """
        where, values = _condition(selection)
        upwards = (order == "asc") != before
        sign, direction = (">=", "ASC") if upwards else ("<=", "DESC")
        rows = self._all(
            f"{where} AND id {sign} ? ORDER BY id {direction} LIMIT ? OFFSET 1", *values, cursor.rstrip(" "), size
        )
        return rows[::-1] if before else rows

    def count(self, selection: Selection) -> int:
        """How many match."""
        where, values = _condition(selection)
        (number,) = self._db.execute(f"SELECT count(*) FROM customer WHERE {where}", values).fetchone()
        return int(number)

    def counts_by(self, column: str, selection: Selection) -> list[tuple[str | None, int]]:
        """The values of `country` or `linkId` with how many have them, most frequent first."""
        where, values = _condition(selection)
        group = f"fold({column})" if column == "country" else column
        statement = f"SELECT {column}, count(*) FROM customer WHERE {where} GROUP BY {group} ORDER BY 2 DESC"
        return self._db.execute(statement, values).fetchall()

    def everyone_linked(self, workspace: str) -> list[Row]:
        """Everybody who came through a link."""
        return self._all("workspace = ? AND linkId IS NOT NULL", workspace)

    def insert(self, workspace: str, row: Row) -> None:
        """Add a customer."""
        self._write(_INSERTION, workspace, *itemgetter(*COLUMNS)(row))

    def update(self, customer_id: str, changes: Mapping[str, str | None]) -> None:
        """Set the named columns."""
        if changes:
            setters = ", ".join(f"{column} = ?" for column in changes)
            self._write(f"UPDATE customer SET {setters} WHERE id = ?", *changes.values(), customer_id)

    def delete(self, customer_id: str) -> None:
        """Remove a customer for good."""
        self._db.execute("DELETE FROM customer WHERE id = ?", (customer_id,))

    def _write(self, statement: str, *values: Value) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.IntegrityError as error:
            raise Conflict(str(error)) from error

    def _first(self, where: str, *values: Value) -> Row | None:
        rows = self._all(f"{where} LIMIT 1", *values)
        return rows[0] if rows else None

    def _all(self, where: str, *values: Value) -> list[Row]:
        found = self._db.execute(f"SELECT {', '.join(COLUMNS)} FROM customer WHERE {where}", values)
        return [cast(Row, dict(zip(COLUMNS, values, strict=True))) for values in found]


def _condition(selection: Selection) -> tuple[str, list[Value]]:
    parts = list(_parts(selection))
    return " AND ".join(part for part, _ in parts), [value for _, values in parts for value in values]


def _parts(selection: Selection) -> Iterator[tuple[str, Sequence[str]]]:
    workspace, filters, program = selection
    yield "workspace = ?", [workspace]
    if filters.email:
        yield "fold(email) = ?", [fold(filters.email)]
    elif filters.external_id:
        yield "fold(externalId) = ?", [fold(filters.external_id)]
    elif filters.search:
        yield _searched(filters.search)
    if filters.country:
        yield "fold(country) = ?", [fold(filters.country)]
    if filters.link_id:
        yield "linkId = ?", [filters.link_id.rstrip(" ")]
    if filters.partner_id:
        yield "partnerId = ?", [filters.partner_id.rstrip(" ")]
    if program:
        yield "programId = ?", [program]
    if filters.customer_ids is not None:
        yield f"id IN ({', '.join('?' * len(filters.customer_ids))})", filters.customer_ids


def _searched(search: str) -> tuple[str, Sequence[str]]:
    if "@" in search:
        return "fold(email) = ?", [fold(search)]
    wanted = phrases(search)[:MOST_PHRASES]
    return f"({' OR '.join(['instr(words, ?)'] * len(wanted)) or '0'})", [f" {phrase} " for phrase in wanted]
