"""What became of a record between opening a form on it and saving: who changed what, and what is in the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from dubtui.customers import editing
from dubtui.customers.browsing import read_again
from dubtui.customers.editing import EDITABLE, HOSTED, Change, EditPlan, Values
from dubtui.display.figures import milliseconds
from dubtui.fields import Naming

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer
    from dubtui.store.store import Store


class Reading(NamedTuple):
    """A record, and what is known of its name."""

    customer: Customer
    naming: Naming

    @property
    def values(self) -> dict[str, str | None]:
        """The editable values, without a name that Dub invented."""
        return editing.opened(self.customer, self.naming)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field of the plan that somebody else changed meanwhile; None is null."""

    field: str
    opened: str | None
    now: str | None
    mine: str | None


@dataclass(frozen=True, slots=True)
class Check:
    """How a plan stands to the record as it is now."""

    plan: EditPlan
    """The same changes from what Dub holds now, without those that it holds already."""
    now: Values
    """The editable values; empty where the customer is gone."""
    elsewhere: tuple[Change, ...] = ()
    """What somebody else changed in fields that the plan leaves alone: no obstacle."""
    conflicts: tuple[Conflict, ...] = ()
    is_gone: bool = False


async def read(client: DubClient, store: Store, clock: Clock, customer_id: str) -> Reading | None:
    """The customer as Dub has it now; None where it is gone. Raises DubError.

    A name without an e-mail beside it is read until two readings tell whether it is one of Dub's inventions.
    """
    for _ in range(2):
        customer = await read_again(client, store, customer_id, milliseconds(clock.now()))
        row = store.row(customer_id)
        if customer is None or row is None:
            return None
        reading = Reading(customer, row.naming)
        if customer.email or reading.naming is Naming.REAL:
            break
    return reading


async def check(client: DubClient, store: Store, clock: Clock, edit: EditPlan, opened: Values) -> Check:
    """Read the customer again and compare; raises DubError."""
    reading = await read(client, store, clock, edit.customer_id)
    return compare(edit, opened, reading.values if reading else None)


def compare(edit: EditPlan, opened: Values, now: Values | None) -> Check:
    """What differs between the values that a form was opened on and those of now; None means that it is gone.

    A value that somebody set meanwhile to just what the plan wants is no conflict, and what Dub does to avatars by
    itself is nobody's change.
    """
    if now is None:
        return Check(edit, {}, is_gone=True)
    missing = [change for change in edit.changes if now[change.field] != (change.new or None)]
    conflicts = (
        Conflict(change.field, change.old, now[change.field], change.new)
        for change in missing
        if _is_changed(change.field, change.old or None, now[change.field])
    )
    others = (field for field in EDITABLE if field in opened and field not in edit.body and field != "avatar")
    elsewhere = (Change(field, opened[field], now[field]) for field in others if opened[field] != now[field])
    changes = [replace(change, old=now[change.field]) for change in missing]
    return Check(with_changes(edit, changes), now, tuple(elsewhere), tuple(conflicts))


def decided(edit: EditPlan, field: str, value: str | None) -> EditPlan:
    """A checked plan with the value that somebody chose for a field; without the field where Dub holds that value."""
    chosen = (replace(change, new=value) if change.field == field else change for change in edit.changes)
    return with_changes(edit, [change for change in chosen if change.old != change.new])


def with_changes(edit: EditPlan, changes: list[Change]) -> EditPlan:
    """The plan with other changes."""
    return editing.planned(edit.customer_id, changes, undoes=edit.undoes)


def _is_changed(field: str, then: str | None, now: str | None) -> bool:
    """Whether somebody changed a field; Dub itself moves a picture to a host of its own, and drops one."""
    if field != "avatar":
        return then != now
    moved = then is not None and not then.startswith(HOSTED) and now is not None and now.startswith(HOSTED)
    return now not in (then, None) and not moved
