"""Several identifiers at once, as somebody pasted them: whom each line means, nobody, or more than one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dubtui.customers.export import encodable
from dubtui.customers.formats import csv_line, guarded
from dubtui.customers.lookup import together
from dubtui.customers.pasted import read

if TYPE_CHECKING:
    from dubtui.customers.lookup import Hit, Lookup
    from dubtui.store.store import Store

AT_ONCE = 8
"""Lines that are asked for at a time, each with a few calls."""


class Outcome(StrEnum):
    """What became of a line."""

    OPEN = "open"
    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A line, and who has it exactly."""

    text: str
    hits: tuple[Hit, ...] = ()
    is_answered: bool = False

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        if not self.is_answered:
            return Outcome.OPEN
        return (Outcome.MISSING, Outcome.FOUND)[len(self.hits)] if len(self.hits) < 2 else Outcome.AMBIGUOUS


class Batch:
    """Lines in their order, answered as the answers come; the same line twice is asked for once."""

    def __init__(self, lookup: Lookup, lines: Sequence[str]) -> None:
        self._lookup = lookup
        self.lines = [BatchLine(text) for text in lines]
        self.on_progress: Callable[[], None] = lambda: None

    @property
    def counts(self) -> Counter[Outcome]:
        """How many lines there are of each outcome."""
        return Counter(line.outcome for line in self.lines)

    @property
    def found(self) -> list[str]:
        """The Dub ids of those whom a line means, each once."""
        return list(dict.fromkeys(line.hits[0].customer_id for line in self.lines if line.outcome is Outcome.FOUND))

    async def run(self) -> None:
        """Ask for every line that is open; raises DubError, after which it can be run again."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def answer(text: str) -> None:
            async with turns:
                self._answer(text, tuple(await self._lookup.exactly(read(text))))

        texts = dict.fromkeys(line.text for line in self.lines if not line.is_answered)
        await together(answer(text) for text in texts)

    def _answer(self, text: str, hits: tuple[Hit, ...]) -> None:
        self.lines = [BatchLine(text, hits, is_answered=True) if line.text == text else line for line in self.lines]
        self.on_progress()


HEADS = ("pasted", "result", "id", "externalId", "email", "name")


def report_lines(lines: Iterable[BatchLine], store: Store) -> Iterator[str]:
    """A CSV table of them, safe to open in a spreadsheet, its head first; whom several have stands there for each."""
    yield csv_line(HEADS)
    for line in lines:
        rows = [row for hit in line.hits if (row := store.row(hit.customer_id))]
        found = [[row.id, row.external_id or "", row.email or "", row.name or ""] for row in rows]
        for values in found or [[""] * len(HEADS[2:])]:
            yield encodable(csv_line(guarded(cell) for cell in (line.text, line.outcome, *values)))
