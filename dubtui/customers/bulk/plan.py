"""A change of many customers at once: what it would do to each, why to some nothing, and how long it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dubtui.api.pacing import BACKGROUND_SHARE, MINUTE
from dubtui.customers import editing
from dubtui.customers.editing import EDITABLE, HOSTED, Change, EditPlan, Values
from dubtui.customers.export import chunks, in_order
from dubtui.customers.undo import Inverse, Nothing, PutBack, Remove, lost_words
from dubtui.display.text import safe
from dubtui.fields import BY_NAME, CustomerRow, Naming

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.store.store import Store

UNIQUE = frozenset({"externalId", "stripeCustomerId"})
"""The fields whose values Dub takes for one customer alone."""
SAME = "the same already"
ANSWER = 0.2
"""Seconds that an answer takes, about: one call comes after another."""
LEARNT_BY = 90
"""Calls from which the limit is asked for first; a trial's, the lowest that has customers, lets 96 of them through."""
OLD_IDS = "Lookups by the old external IDs will find nobody, and later sales by them are not attributed."


@dataclass(frozen=True, slots=True)
class Deletion:
    """A customer is deleted; without a snapshot the journal keeps the Dub id alone."""

    customer_id: str
    snapshot: bool = True


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing is done, and why."""

    why: str
    is_fine: bool = False
    """Whether nothing is missing for it: Dub holds what is wanted, or another line brings it."""


Doing = EditPlan | Deletion | Skip


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of a bulk plan, and what is done."""

    doing: Doing
    customer: CustomerRow | None = None
    """As it was when the plan was made; None where nobody was found."""
    line: int = 0
    """Where it stands in the file that it comes from; 0 without one."""
    key: str = ""
    """What that file calls the customer."""

    @property
    def label(self) -> str:
        """What the customer is called, as in the journal: an external ID, an e-mail, a Dub id."""
        row = self.customer
        return self.key if row is None else row.external_id or row.email or row.id

    @property
    def changes(self) -> tuple[Change, ...]:
        """The fields that an edit changes."""
        return self.doing.changes if isinstance(self.doing, EditPlan) else ()


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """The rows in order; with a `problem` there are none, and it says why nothing of it can be done."""

    rows: tuple[Row, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()
    """What there is to know of it as a whole, in sentences."""

    @property
    def work(self) -> tuple[Row, ...]:
        """The rows for which something is sent."""
        return tuple(row for row in self.rows if not isinstance(row.doing, Skip))

    @property
    def same(self) -> tuple[Row, ...]:
        """The rows for which nothing needs to be sent."""
        return tuple(row for row in self.rows if isinstance(row.doing, Skip) and row.doing.is_fine)

    @property
    def skipped(self) -> tuple[Row, ...]:
        """The rows for which nothing can be sent."""
        return tuple(row for row in self.rows if isinstance(row.doing, Skip) and not row.doing.is_fine)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the changes bring with them, each but once."""
        old_ids = any(change.field == "externalId" and change.old for row in self.rows for change in row.changes)
        bare = ([replace(change, old=None) for change in row.changes] for row in self.rows)
        others = (words for changes in bare for words in editing.planned("", changes).warnings)
        return tuple(dict.fromkeys((*([OLD_IDS] if old_ids else []), *others)))


def values_of(row: CustomerRow) -> dict[str, str | None]:
    """The editable values of a row; a name that Dub shows in place of none is none."""
    return {field: getattr(row, attribute) or None for field, attribute in EDITABLE.items()}


def changed(customer: CustomerRow, wanted: Values, *, line: int = 0, key: str = "") -> Row:
    """What becomes of a customer for whom some values are wanted."""
    edit = editing.plan(customer.id, values_of(customer), wanted)
    return Row(_possible(edit), customer, line, key)


def _possible(edit: EditPlan) -> Doing:
    if not edit.changes:
        return Skip(SAME, is_fine=True)
    broken = editing.problems(edit)
    return Skip(f"breaks a rule: {_told(*next(iter(broken.items()))).rstrip('.')}") if broken else edit


def _told(field: str, words: str) -> str:
    return f"{BY_NAME[field].title}: {words}"


# Of rows that somebody marked


async def set_on_all(store: Store, numbers: Sequence[int], field: str, text: str) -> BulkPlan:
    """One field set to one value for the customers of some row numbers; an empty text unsets it."""
    if words := editing.problem(field, text):
        return BulkPlan(problem=_told(field, words))
    customers = await _customers(store, numbers)
    if text and field in UNIQUE and len(customers) > 1:
        words = f"Dub takes one value for one customer alone, and these are {len(customers):,}."
        return BulkPlan(problem=_told(field, words))
    return BulkPlan(tuple(changed(customer, {field: text}) for customer in customers))


async def delete_all(store: Store, numbers: Sequence[int], *, snapshots: bool = True) -> BulkPlan:
    """The customers of some row numbers deleted; without snapshots the journal keeps their Dub ids alone."""
    customers = await _customers(store, numbers)
    return BulkPlan(tuple(Row(Deletion(customer.id, snapshots), customer) for customer in customers))


async def _customers(store: Store, numbers: Sequence[int]) -> list[CustomerRow]:
    """In the order of the numbers; those that are gone are left out."""
    found: list[CustomerRow] = []
    for some in chunks(numbers):
        found += in_order(store, some)
        await asyncio.sleep(0)
    return found


def taken_back(store: Store, steps: Sequence[Inverse]) -> BulkPlan:
    """A bulk change undone as a whole; what of it cannot be is said in the notes."""
    notes = [f"{safe(step.entry.label)}: {words}" for step in steps for words in lost_words(step)]
    return BulkPlan(tuple(_taken_back(store, step) for step in steps), notes=tuple(notes))


def _taken_back(store: Store, step: Inverse) -> Row:
    customer, label = store.row(step.entry.customer_id), step.entry.label
    match step:
        case PutBack(plan=edit) if edit.changes:
            return Row(edit, customer, key=label)
        case PutBack(lost=lost):
            return Row(Skip("it cannot be put back" if lost else SAME, is_fine=not lost), customer, key=label)
        case Remove(entry):
            return Row(Skip(f"taken back alone, by the number {entry.number}"), customer, key=label)
        case Nothing(words=words):
            return Row(Skip(words.rstrip("."), is_fine=step.is_undone), customer, key=label)


# How long it takes


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many calls something takes, and how many seconds about."""

    calls: int
    seconds: float


async def estimated(client: DubClient, plan: BulkPlan) -> Estimate:
    """How long a plan takes; raises DubError where Dub is asked for its limit first, as a long one needs."""
    if sum(map(_calls, plan.work)) >= LEARNT_BY:
        await client.learn_limit()
    return estimate(plan.work, client.limit)


def estimate(rows: Iterable[Row], limit: int, *, answer: float = ANSWER) -> Estimate:
    """How long rows take in the background's share of a limit (calls a minute), and by the seconds of an answer."""
    calls = sum(map(_calls, rows))
    return Estimate(calls, calls * max(answer, MINUTE / (limit * BACKGROUND_SHARE)))


def _calls(row: Row) -> int:
    """The readings before, the write, the reading after it, and the one when an avatar is fetched."""
    if isinstance(row.doing, Deletion):
        return 2
    if not isinstance(row.doing, EditPlan):
        return 0
    is_sure = row.customer is None or bool(row.customer.email) or row.customer.naming is Naming.REAL
    avatar = row.doing.body.get("avatar")
    return 3 + (not is_sure) + (avatar is not None and not avatar.startswith(HOSTED))
