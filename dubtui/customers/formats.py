"""What a file of customers is made of: columns and their values, and how CSV, TSV, Markdown and JSON write them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

from dubtui.display.figures import moment
from dubtui.display.people import ATTRIBUTES, INVENTED, discount_words, value_in
from dubtui.display.text import json_text, safe
from dubtui.fields import FIELDS, CustomerRow, Field, Kind, Naming, field_of


class Format(StrEnum):
    """What a file may be."""

    CSV = "csv"
    TSV = "tsv"
    MARKDOWN = "md"
    JSON = "json"
    LINES = "jsonl"
    """One JSON object in each line."""


# Columns


class UnknownField(ValueError):
    """A word that names no field, with the one that may be meant."""


def named(word: str) -> Field:
    """The field of a name or an alias; raises UnknownField."""
    field = field_of(word)
    if field is None:
        known = {other.lower(): other for field in FIELDS for other in (*field.aliases, field.name)}
        close = get_close_matches(word.lower(), known, n=1)
        hint = f"Is {known[close[0]]!r} meant?" if close else f"There are {', '.join(x.name for x in FIELDS)}."
        raise UnknownField(f"There is no field {word!r}. {hint}")
    return field


Value = str | int | float | Decimal | bool | None
Reader = Callable[[CustomerRow], Value]


@dataclass(frozen=True, slots=True)
class Column:
    """A field under the name that it was asked for by: the API's has amounts in cents, an alias in dollars."""

    head: str
    field: Field

    @property
    def is_in_dollars(self) -> bool:
        """Whether its amounts are decimals of dollars."""
        return self.field.kind is Kind.MONEY and self.head.lower() != self.field.name.lower()

    def reader(self, now: datetime) -> Reader:
        """What reads its bare value of a row: dates in UTC, spans in milliseconds, a discount with its unit."""
        name, kind = self.field.name, self.field.kind
        if name == "name":
            return lambda row: None if is_doubtful(row) else row.name
        if kind is Kind.RATE:
            return lambda row: discount_words(row.discount_amount, row.discount_type, None) or None
        bare: Any = attrgetter(ATTRIBUTES[name]) if name in ATTRIBUTES else lambda row: value_in(row, name, now)
        if kind is Kind.DATE:
            return lambda row: _iso(bare(row))
        return (lambda row: _dollars(bare(row))) if self.is_in_dollars else bare


def columns_of(text: str) -> tuple[Column, ...]:
    """The columns of names with commas between them, each once; raises UnknownField."""
    words = dict.fromkeys(word.strip() for word in text.split(","))
    return tuple(Column(word, named(word)) for word in words)


PUBLIC = columns_of(
    "id,name,email,avatar,externalId,stripeCustomerId,country,sales,saleAmount,ltv,createdAt,firstSaleAt,"
    "subscriptionCanceledAt,link,partnerId,partnerName,partnerEmail"
)
"""The columns of Dub's own export, with the amount in dollars beside the one in cents."""


def is_doubtful(row: CustomerRow) -> bool:
    """Whether a name looks like one of Dub's inventions and was read but once: nobody can tell whether it is one."""
    return row.naming is Naming.UNCONFIRMED and row.name is not None and bool(INVENTED.fullmatch(row.name))


def _iso(ms: int | None) -> str | None:
    at = None if ms is None else moment(ms, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def _dollars(cents: float | None) -> Decimal | None:
    """Exactly, however large; an average is rounded to the cent."""
    if cents is None:
        return None
    whole = round(cents)
    return Decimal(f"{'-' * (whole < 0)}{abs(whole) // 100}.{abs(whole) % 100:02}")


# Cells

_FORMULA = re.compile(r"[\t\r\n]|[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]")
"""How a text begins that a spreadsheet may take for a formula."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_MARKUP = re.compile(r"[\\|<\[]")
"""What would end a cell of a Markdown table, or be more than text where that is shown."""
_BREAK = re.compile(r"\r\n?|\n")
_UNUSUAL = re.compile(r"[^\n -~]")


def plain_text(value: Value) -> str:
    """A value as text, empty for none."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def guarded(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe stands before what is like a formula and no plain number."""
    if text[:1].isalnum() or not _FORMULA.match(text) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def markdown(text: str) -> str:
    """Text as the cell of a Markdown table."""
    return "<br>".join(_MARKUP.sub(r"\\\g<0>", safe(line)) for line in _BREAK.split(text))


def literal(value: Value) -> str:
    """A value as JSON; an amount in dollars keeps its two decimals."""
    is_text = isinstance(value, str | None)
    return escaped(json.dumps(value, ensure_ascii=False)) if is_text else plain_text(value)


def escaped(text: str) -> str:
    """JSON in which nothing steers a terminal: what cannot be seen is a \\u escape."""
    return text if text.isascii() and "\x7f" not in text else _UNUSUAL.sub(lambda found: _escape(found[0]), text)


@cache
def _escape(char: str) -> str:
    return json_text(char)[1:-1]


# Layouts


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file begins, what stands between two customers, how it ends, and what one of nobody is."""

    begin: str = ""
    glue: str = ""
    end: str = ""
    empty: str = ""


LIST = Layout("[\n  ", ",\n  ", "\n]\n", "[]\n")
Line = Callable[[Sequence[Value]], str]


def layout_of(form: Format, columns: Sequence[Column]) -> Layout:
    """The layout of a format."""
    heads = [column.head for column in columns]
    match form:
        case Format.CSV:
            head = csv_line(heads)
        case Format.TSV:
            head = tsv_line(heads)
        case Format.MARKDOWN:
            rules = ("--:" if column.field.kind in (Kind.MONEY, Kind.COUNT) else "---" for column in columns)
            head = markdown_line(heads) + markdown_line(rules)
        case Format.JSON:
            return LIST
        case Format.LINES:
            return Layout()
    return Layout(head, empty=head)


def line_of(form: Format, columns: Sequence[Column], *, raw: bool, shown: bool) -> Line:
    """How a format writes the values of a customer; see `Export`."""
    heads = [json.dumps(column.head) for column in columns]
    match form:
        case Format.CSV:
            return lambda values: csv_line(_cells(values, raw=raw, shown=shown))
        case Format.TSV:
            return lambda values: tsv_line(_cells(values, raw=raw, shown=shown))
        case Format.MARKDOWN:
            return lambda values: markdown_line(markdown(plain_text(value)) for value in values)
        case Format.JSON:
            return lambda values: "{\n    " + ",\n    ".join(_members(heads, values)) + "\n  }"
        case Format.LINES:
            return lambda values: "{" + ", ".join(_members(heads, values)) + "}\n"


def as_sent(form: Format, sent: bytes) -> str:
    """A customer as Dub sent it, in one of the two formats of JSON."""
    if form is Format.LINES:
        return escaped(_BREAK.sub(" ", sent.decode())) + "\n"
    return escaped(json.dumps(json.loads(sent), ensure_ascii=False, indent=2)).replace("\n", "\n  ")


class _Echo:
    """What a csv writer writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


csv_line: Callable[[Iterable[str]], str] = csv.writer(_Echo()).writerow


def tsv_line(cells: Iterable[str]) -> str:
    """Cells with tabs between them, whose own tabs and line breaks are escaped."""
    return "\t".join(cell.translate(_ESCAPES) for cell in cells) + "\n"


def markdown_line(cells: Iterable[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |\n"


def _cells(values: Iterable[Value], *, raw: bool, shown: bool) -> Iterable[str]:
    texts = (guarded(value) if isinstance(value, str) and not raw else plain_text(value) for value in values)
    return map(safe, texts) if shown else texts


def _members(heads: Iterable[str], values: Iterable[Value]) -> Iterator[str]:
    return (f"{head}: {literal(value)}" for head, value in zip(heads, values, strict=True))
