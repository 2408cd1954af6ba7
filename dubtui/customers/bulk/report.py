"""What became of a bulk change, as a file: a line for each field, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dubtui.customers.bulk.outcome import Outcome, Result
from dubtui.customers.editing import Change
from dubtui.customers.export import encodable
from dubtui.customers.formats import csv_line, guarded

HEADS = ("id", "externalId", "field", "old", "new", "result", "why")
NO_CHANGE = Change("", None, None)


def lines(results: Iterable[Result]) -> Iterator[str]:
    """The lines of the file, the head before them."""
    yield csv_line(HEADS)
    for result in results:
        for change in result.row.changes or (NO_CHANGE,):
            yield encodable(csv_line(guarded(cell) for cell in _cells(result, change)))


def _cells(result: Result, change: Change) -> tuple[str, ...]:
    customer = result.row.customer
    who = (customer.id, customer.external_id or "") if customer else ("", "")
    is_about_others = result.outcome is Outcome.KEPT and change.field not in result.fields
    outcome = Outcome.DONE if is_about_others else result.outcome
    why = "" if is_about_others else _why(result)
    return (*who, change.field, change.old or "", change.new or "", outcome, why)


def _why(result: Result) -> str:
    row, words = result.row, result.why.sentence if result.why else ""
    where = [f"line {row.line}"] if row.line else []
    if row.customer is None and row.key:
        where.append(row.key)
    return f"{', '.join(where)}: {words}" if where and words else words
