"""A write whose process was killed: what Dub holds of it now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dubtui.api import errors
from dubtui.customers import editing
from dubtui.customers.browsing import read_again
from dubtui.customers.creation import is_as_asked
from dubtui.customers.editing import Change
from dubtui.customers.writing import LATE
from dubtui.display.figures import milliseconds
from dubtui.display.journal import unfinished_words
from dubtui.display.trouble import explain
from dubtui.fields import Naming
from dubtui.store.journal import Ending, Entry, Outcome, Verb

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer
    from dubtui.store.store import Store


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an unfinished write: `ending` begins with done, not done or unknown."""

    entry: Entry
    ending: Ending
    customer: Customer | None = None
    """What Dub holds now; None where it has nobody, or could not be read."""
    error: errors.DubError | None = None
    """Why Dub could not be read; the entry stays unfinished then."""

    def words(self, now: datetime) -> str:
        """What was cut short, and what Dub has of it."""
        fields = [field for field in self.entry.body or {} if field in editing.EDITABLE]
        held = [(field, editing.value_of(self.customer, field)) for field in fields] if self.customer else []
        is_there = self.customer is not None
        unread = explain(self.error).title if self.error else ""
        return unfinished_words(self.entry, self.ending.outcome, held, now, is_there=is_there, unread=unread)


async def settled(client: DubClient, store: Store, clock: Clock, entry: Entry) -> Settled:
    """Read what an unfinished write was about, and tell whether Dub has it; raises DubError.

    One that was noted moments ago may still be on its way into Dub's database, and is looked at twice.
    """
    found = await _look(client, store, clock, entry)
    late = sum(LATE) - (milliseconds(clock.now()) - entry.at) / 1000
    if found.ending.outcome is not Outcome.NOT_DONE or late <= 0:
        return found
    await clock.sleep(late)
    return await _look(client, store, clock, entry)


async def _look(client: DubClient, store: Store, clock: Clock, entry: Entry) -> Settled:
    if entry.verb is Verb.CREATE:
        return await _created(client, entry)
    customer = await read_again(client, store, entry.customer_id, milliseconds(clock.now()))
    if entry.verb is Verb.DELETE:
        return Settled(entry, Ending(Outcome.NOT_DONE if customer else Outcome.DONE), customer)
    if customer is None:
        return Settled(entry, Ending(Outcome.UNKNOWN, why=errors.NotFound.title))
    changes = changes_of(entry)
    took = tuple(change.field for change in changes if editing.took(change, customer))
    if took:
        return Settled(entry, Ending(Outcome.DONE, after=customer.sent, took=took), customer)
    is_as_before = all(editing.stands(change, customer) for change in changes)
    outcome = Outcome.NOT_DONE if is_as_before else Outcome.UNKNOWN
    return Settled(entry, Ending(outcome, after=customer.sent), customer)


async def _created(client: DubClient, entry: Entry) -> Settled:
    values = entry.body or {}
    try:
        customer = await client.get_customer(f"ext_{values['externalId']}")
    except errors.NotFound:
        return Settled(entry, Ending(Outcome.NOT_DONE))
    if not is_as_asked(customer, values):
        return Settled(entry, Ending(Outcome.UNKNOWN), customer)
    return Settled(entry, Ending(Outcome.DONE, customer.id, customer.sent), customer)


def changes_of(entry: Entry) -> list[Change]:
    """What an edit was to change; without the record before, from nothing."""
    before = json.loads(entry.before) if entry.before else {}
    if entry.naming in (Naming.NONE, Naming.INVENTED):
        before["name"] = None
    return [Change(field, before.get(field) or None, new) for field, new in (entry.body or {}).items()]
