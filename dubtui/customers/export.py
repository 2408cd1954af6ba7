"""Customers written to a file or a pipe, a few hundred at a time: however many they are, memory stays as it is."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from dubtui.customers.formats import PUBLIC, Column, Format, as_sent, is_doubtful, layout_of, line_of
from dubtui.fields import CustomerRow

if TYPE_CHECKING:
    from dubtui.customers.selection import Progress
    from dubtui.store.store import Store

CHUNK = 250
"""Customers that are read and written at a time."""
LARGEST = str(2**63 - 1)
"""What the store has in place of an amount that is larger."""
REPLACED = "\ufffd"
"""What the store has in place of half a character."""


@dataclass(frozen=True, slots=True)
class Export:
    """What to write of each customer: columns, or without any all of it, in JSON as Dub sent it.

    `raw` leaves formulas in CSV and TSV as they are; `shown` is for a terminal, which no cell may steer.
    """

    format: Format
    columns: tuple[Column, ...] = ()
    raw: bool = False
    shown: bool = False

    @property
    def is_as_sent(self) -> bool:
        """Whether it holds Dub's own objects."""
        return self.format in (Format.JSON, Format.LINES) and not self.columns


@dataclass(frozen=True, slots=True)
class Written:
    """How many customers were written, and how many without a name that may be an invention of Dub's."""

    customers: int
    doubtful: int = 0


Out = Callable[[str], object]
"""Takes a piece of text."""


async def write(
    export: Export,
    store: Store,
    rows: Sequence[int],
    out: Out,
    now: datetime,
    on_progress: Progress = lambda written, total: None,
) -> Written:
    """Write the customers of some row numbers, in their order, in pieces of text that can be encoded."""
    layout = layout_of(export.format, export.columns or PUBLIC)
    lines = _Lines(export, store, now)
    written = 0
    for numbers in chunks(rows):
        if found := lines.of(numbers):
            out(encodable((layout.glue if written else layout.begin) + layout.glue.join(found)))
        written += len(found)
        on_progress(written, len(rows))
        await asyncio.sleep(0)
    out(layout.end if written else layout.empty)
    return Written(written, lines.doubtful)


class _Lines:
    """A store's customers as the lines of a file."""

    def __init__(self, export: Export, store: Store, now: datetime) -> None:
        columns = export.columns or PUBLIC
        self.doubtful = 0
        self._export = export
        self._store = store
        self._readers = [column.reader(now) for column in columns]
        self._line = line_of(export.format, columns, raw=export.raw, shown=export.shown)
        self._has_names = any(column.field.name == "name" for column in columns)

    def of(self, numbers: Sequence[int]) -> list[str]:
        """The lines of some row numbers, without those that are gone."""
        if self._export.is_as_sent:
            sent = self._store.sent_of(numbers)
            return [as_sent(self._export.format, sent[number]) for number in numbers if number in sent]
        rows = in_order(self._store, numbers)
        if self._has_names:
            self.doubtful += sum(map(is_doubtful, rows))
        return [self._line([read(row) for read in self._readers]) for row in rows]


def chunks(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    """Row numbers, a few hundred at a time."""
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def in_order(store: Store, numbers: Sequence[int]) -> list[CustomerRow]:
    """The rows of some numbers as Dub sent them, in their order; those that are gone are left out."""
    found = {row.row: row for row in store.rows(numbers)}
    altered = [row.row for row in found.values() if _is_altered(row)]
    for number, sent in store.sent_of(altered).items():
        found[number] = _unaltered(found[number], sent)
    return [found[number] for number in numbers if number in found]


def _is_altered(row: CustomerRow) -> bool:
    """Whether it may hold something in place of what SQLite cannot."""
    text = "\n".join(map(str, row))
    return REPLACED in text or LARGEST in text


def _unaltered(row: CustomerRow, sent: bytes) -> CustomerRow:
    from dubtui.api.models import Customer

    customer = Customer.from_sent(sent)
    link, partner, discount = customer.link, customer.partner, customer.discount
    return row._replace(
        name=row.name and customer.name,
        email=customer.email,
        external_id=customer.external_id,
        stripe_customer_id=customer.stripe_customer_id,
        country=customer.country,
        avatar=customer.avatar,
        sales=customer.sales,
        sale_amount=customer.sale_amount,
        link=link.short_link if link else None,
        partner_name=partner.name if partner else None,
        partner_email=partner.email if partner else None,
        discount_amount=discount.amount if discount else None,
    )


def encodable(text: str) -> str:
    """Text with halves of characters, which no encoding has, as escapes with a backslash."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text


@asynccontextmanager
async def aside(path: str) -> AsyncIterator[TextIO]:
    """A file that takes the place of what is at a path once it is whole, and is gone where it never is (0600).

    What is there and no ordinary file (a pipe, a device) is written to directly. Raises OSError with the path.
    """
    with _speaking_of(path):
        target = _followed(path)
        if target is None:
            with _opened(path) as file:
                yield file
            return
        part = _part_of(target)
        file = _opened(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with file:
                yield file
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            os.replace(part, target)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part)


async def write_lines(path: str, lines: Iterable[str]) -> None:
    """Write lines to a file that appears once it is whole, with a breath now and then; raises OSError."""
    async with aside(path) as file:
        for number, line in enumerate(lines):
            file.write(line)
            if number % CHUNK == 0:
                await asyncio.sleep(0)


@contextmanager
def _speaking_of(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = path, None
        raise


def _followed(path: str) -> str | None:
    """Where links lead from a path; None where something is that is no ordinary file."""
    is_special = os.path.exists(path) and not os.path.isfile(path)
    return None if is_special else os.path.realpath(path)


def _part_of(target: str) -> str:
    folder, name = os.path.split(target)
    return os.path.join(folder, f".{name[:40]}.{secrets.token_hex(8)}.part")


def _opened(file: str | int) -> TextIO:
    return open(file, "w", encoding="utf-8", newline="")
