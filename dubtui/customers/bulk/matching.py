"""A file of changes made a plan: whom each line is about, as Dub has them now, and what becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.customers import conflict
from dubtui.customers.batch import AT_ONCE
from dubtui.customers.bulk.plan import UNIQUE, BulkPlan, Row, Skip, changed, values_of
from dubtui.customers.bulk.sheet import Line, Sheet
from dubtui.customers.editing import LONGEST, sent_as
from dubtui.customers.export import in_order
from dubtui.customers.lookup import together
from dubtui.customers.pasted import Kind, Pasted, Reading, may_be_dub_id
from dubtui.display.people import ATTRIBUTES
from dubtui.display.text import safe
from dubtui.fields import BY_NAME, CustomerRow, Naming

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.customers.lookup import Lookup
    from dubtui.store.store import Store

NONE = frozenset({"null", "NULL"})
"""What a cell holds that unsets its field."""
KINDS = {
    "id": Kind.DUB_ID,
    "externalId": Kind.EXTERNAL_ID,
    "email": Kind.EMAIL,
    "stripeCustomerId": Kind.STRIPE_ID,
}
NOBODY = "no such customer"
NOBODY_HERE = "nobody here has it, and Dub cannot be asked for it"

Wanted = dict[str, str | None]
"""Values by the API's names; None unsets."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Who goes by a key, or why nobody does."""

    customer: CustomerRow | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the lines about one customer want; it is done at the first of them."""

    line: int
    wanted: Wanted


class Matching:
    """Finds the customers of a file at Dub, so that the plan begins with what it holds now."""

    def __init__(self, lookup: Lookup, client: DubClient, store: Store, clock: Clock, sheet: Sheet) -> None:
        self._lookup = lookup
        self._client = client
        self._store = store
        self._clock = clock
        self._sheet = sheet
        self._kind = KINDS[sheet.key]
        self._keys = dict.fromkeys(line.key for line in sheet.lines if line.key.strip() and not line.problem)
        self._found: dict[str, _Found] = {}
        self.on_progress: Callable[[int, int], None] = lambda asked, total: None
        """Told how many keys were asked for, and how many there are."""

    async def plan(self) -> BulkPlan:
        """What the file would do; raises DubError, after which it can be asked for again."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(key: str) -> None:
            async with turns:
                self._found[key] = await self._find(key)
            self.on_progress(len(self._found), len(self._keys))

        await together(ask(key) for key in self._keys if key not in self._found)
        return BulkPlan(tuple(self._rows()), notes=tuple(self._notes()))

    # Whom a key names

    async def _find(self, key: str) -> _Found:
        texts = self._texts(key)
        readings = tuple(Reading(self._kind, text) for text in texts)
        hits = await self._lookup.exactly(Pasted(texts[0], readings)) if texts else []
        rows = [(row, hit.is_as_typed) for hit in hits if (row := self._store.row(hit.customer_id))]
        meant = [row for row, is_as_typed in rows if is_as_typed or self._differs_in_case(row, texts)]
        if len(meant) == 1:
            return await self._as_it_is(meant[0])
        if meant:
            return _Found(problem=f"{len(meant)} customers have it")
        if rows:
            held = safe(getattr(rows[0][0], ATTRIBUTES[self._sheet.key]) or "none")
            return _Found(problem=f"{NOBODY}; Dub has {held}, which is not the same to the letter")
        return _Found(problem=NOBODY_HERE if self._kind is Kind.STRIPE_ID else NOBODY)

    def _texts(self, key: str) -> list[str]:
        """What a key may be; blanks around it, and an apostrophe before a formula, may be its own."""
        texts = dict.fromkeys((self._sheet.meant(key).strip(), self._sheet.meant(key), key))
        return [
            text for text in texts if len(text) <= LONGEST and (self._kind is not Kind.DUB_ID or may_be_dub_id(text))
        ]

    def _differs_in_case(self, row: CustomerRow, texts: Iterable[str]) -> bool:
        """Whether an e-mail is the same but for its case, which no mailbox looks at."""
        is_email = self._kind is Kind.EMAIL
        return is_email and (row.email or "").casefold() in [text.casefold() for text in texts]

    async def _as_it_is(self, row: CustomerRow) -> _Found:
        """The row with its texts as Dub sent them, and a name that is known to be one or not."""
        if "name" in self._sheet.fields and row.naming is Naming.UNCONFIRMED:
            await conflict.read(self._client, self._store, self._clock, row.id)
        rows = in_order(self._store, [row.row])
        return _Found(rows[0]) if rows else _Found(problem=NOBODY)

    # What becomes of them

    def _rows(self) -> Iterator[Row]:
        wishes, skips = self._wishes()
        given: dict[tuple[str, str | None], int] = {}
        for line in self._sheet.lines:
            customer = self._customer(line)
            key = self._sheet.meant(line.key).strip()
            if customer is None or line.number in skips:
                yield Row(skips[line.number], customer, line.number, key)
                continue
            wanted = wishes[customer.id].wanted
            unique = [(name, value) for name, value in wanted.items() if name in UNIQUE and value]
            if twice := next((value for value in unique if value in given), None):
                words = f"line {given[twice]} gives this {BY_NAME[twice[0]].title} to another customer"
                yield Row(Skip(words), customer, line.number, key)
                continue
            given.update(dict.fromkeys(unique, line.number))
            yield changed(customer, wanted, line=line.number, key=key)

    def _wishes(self) -> tuple[dict[str, _Wish], dict[int, Skip]]:
        """What is wanted for each customer, and the lines that add nothing to it."""
        wishes: dict[str, _Wish] = {}
        skips: dict[int, Skip] = {}
        for line in self._sheet.lines:
            customer = self._customer(line)
            if customer is None:
                skips[line.number] = Skip(self._problem(line))
                continue
            wanted = dict(self._wanted(line, customer))
            before = wishes.get(customer.id)
            if before is None:
                wishes[customer.id] = _Wish(line.number, wanted)
            elif other := next((name for name in wanted if before.wanted.get(name, wanted[name]) != wanted[name]), ""):
                words = f"line {before.line} is about the same customer, and sets {BY_NAME[other].title} otherwise"
                skips[line.number] = Skip(words)
            else:
                before.wanted.update(wanted)
                skips[line.number] = Skip(f"done with line {before.line}, about the same customer", is_fine=True)
        return wishes, skips

    def _customer(self, line: Line) -> CustomerRow | None:
        return None if line.problem or not line.key.strip() else self._found[line.key].customer

    def _problem(self, line: Line) -> str:
        if line.problem:
            return line.problem
        return self._found[line.key].problem if line.key.strip() else f"it has no {BY_NAME[self._sheet.key].title}"

    def _wanted(self, line: Line, customer: CustomerRow) -> Iterator[tuple[str, str | None]]:
        """The values that a line sets; a blank cell sets none, and what an export writes of a value is that value."""
        held = values_of(customer)
        for name, cell in line.cells.items():
            text = self._sheet.meant(cell)
            if self._sheet.is_written(cell, held[name]):
                yield name, held[name]
            elif text.strip():
                yield name, None if text.strip() in NONE else sent_as(name, text)

    def _notes(self) -> Iterator[str]:
        sheet = self._sheet
        yield f"Found by {BY_NAME[sheet.key].title}; what is set: {_titles(sheet.fields)}."
        if sheet.ignored:
            yield f"Not looked at: {', '.join(map(safe, sheet.ignored))}."
        others = [name for name in KINDS if name in sheet.fields]
        if others and self._keys and not any(found.customer for found in self._found.values()):
            yield (
                f"Nobody was found. To find customers by {BY_NAME[others[0]].title} and to set"
                f" {BY_NAME[sheet.key].title}, call that column 'new {sheet.key}'."
            )


def _titles(names: Sequence[str]) -> str:
    return ", ".join(BY_NAME[name].title for name in names)
