"""Changing a customer: what would be sent, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.api import errors
from dubtui.api.query import customer_path
from dubtui.customers.browsing import read_again
from dubtui.customers.writing import Undone, Unknown, blamed, found_out, may_be_done
from dubtui.display.figures import milliseconds
from dubtui.fields import Naming

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer
    from dubtui.store.store import Store

LONGEST = 191
"""Characters that a column of Dub's holds; it refuses more."""
EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
ADDRESS = re.compile(r"(https?://|data:image/)\S+")
EDITABLE = {
    "name": "name",
    "email": "email",
    "externalId": "external_id",
    "stripeCustomerId": "stripe_customer_id",
    "avatar": "avatar",
}
"""The fields that Dub lets one change, and where a record has them."""
ATTRIBUTES = {**EDITABLE, "country": "country"}
"""The same with what Dub takes and may drop."""
AVATAR_SETTLES = 5.0
"""Seconds in which Dub fetches an avatar that it hosts from then on, or drops it."""

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One field's old and new value; None is null."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class EditPlan:
    """What a save would do, before anything is sent."""

    customer_id: str
    changes: tuple[Change, ...]
    warnings: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it goes; its method is PATCH."""
        return customer_path(self.customer_id)

    @property
    def body(self) -> dict[str, str | None]:
        """The changed keys alone."""
        return {change.field: change.new for change in self.changes}


@dataclass(frozen=True, slots=True)
class Saved:
    """Dub took the write; `ignored` names the fields in which it kept its own value."""

    customer: Customer
    """As it was last read; without the expanded fields where `unread` says why."""
    took: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    lost: errors.DubError | None = None
    """What became of the answer, where reading again told in its place."""
    unread: errors.DubError | None = None
    """Why the customer could not be read again after Dub took the write."""


def opened(customer: Customer, naming: Naming) -> dict[str, str | None]:
    """A record's editable values as they are; a name that Dub shows in place of none is none."""
    values = {field: getattr(customer, attribute) or None for field, attribute in EDITABLE.items()}
    if naming in (Naming.NONE, Naming.INVENTED):
        values["name"] = None
    return values


def problem(field: str, text: str) -> str:
    """What is wrong with a field's text, in words; empty where nothing is. An empty text means none."""
    if len(text) > LONGEST and field != "avatar":
        return f"{len(text)} characters; Dub keeps at most {LONGEST}."
    match field:
        case "externalId" if not text:
            return "Dub needs an external ID."
        case "email" if text and not EMAIL.fullmatch(text):
            return "Not an e-mail as Dub takes it: plain letters, one @, no spaces."
        case "avatar" if text and not ADDRESS.fullmatch(text):
            return "An address begins with https:// or http://."
    return ""


def plan(customer_id: str, opened: Values, wanted: Values) -> EditPlan:
    """The difference between a record as it was opened and the values that are wanted."""
    changes = tuple(
        Change(field, opened.get(field), new)
        for field, new in wanted.items()
        if (new or None) != (opened.get(field) or None)
    )
    return EditPlan(customer_id, changes, tuple(_warnings(changes)))


def _warnings(changes: tuple[Change, ...]) -> list[str]:
    words = []
    for change in changes:
        if change.field == "externalId" and change.old:
            words.append(f"Lookups by {change.old} will find nobody, and later sales by it are not attributed.")
        if change.field == "stripeCustomerId" and change.new is None:
            words.append("Without the Stripe ID recurring sales are no longer linked.")
    return words


def differences(then: Customer, now: Customer, naming: Naming) -> tuple[str, ...]:
    """The fields that somebody changed between two readings, as far as they tell.

    A name that Dub invents differs in each, and an avatar changes by itself while Dub fetches it.
    """
    before, after = opened(then, naming), opened(now, naming)
    return tuple(field for field in EDITABLE if before[field] != after[field] and field != "avatar")


async def save(client: DubClient, store: Store, clock: Clock, edit: EditPlan) -> Saved | Undone | Unknown:
    """Send the changes, read the customer again and compare.

    They are sent once, and a lost answer is found out about by reading.
    """
    asked_at = milliseconds(clock.now())
    try:
        answered = await client.update_customer(edit.customer_id, edit.body)
    except errors.DubError as error:
        if may_be_done(error) or _is_about_the_answer(error, edit):
            return await _found_out(client, store, clock, edit, error)
        return Undone(await blamed(client, error, edit.body, edit.customer_id))
    await store.put([answered], asked_at=asked_at, base_only=True)
    return await _verified(client, store, clock, edit, Saved(answered))


async def settled(client: DubClient, store: Store, clock: Clock, edit: EditPlan, saved: Saved) -> Saved:
    """What was saved, read once more when Dub has fetched the avatar: one that it cannot fetch is null by then."""
    await clock.sleep(AVATAR_SETTLES)
    return await _verified(client, store, clock, edit, saved)


async def _verified(client: DubClient, store: Store, clock: Clock, edit: EditPlan, saved: Saved) -> Saved:
    """What was saved, compared with what Dub holds now, or with its answer where it cannot be read."""
    unread: errors.DubError | None = None
    customer: Customer | None = saved.customer
    try:
        customer = await read_again(client, store, edit.customer_id, milliseconds(clock.now()))
    except errors.DubError as error:
        unread = error
    if customer is None:
        customer, unread = saved.customer, errors.NotFound()
    took = tuple(change.field for change in edit.changes if _took(change, customer))
    ignored = tuple(field for field in edit.body if field not in took)
    return Saved(customer, took, ignored, saved.lost, unread)


async def _found_out(
    client: DubClient, store: Store, clock: Clock, edit: EditPlan, error: errors.DubError
) -> Saved | Undone | Unknown:
    """Which of the two it was: Dub writes all fields of a request or none, so that one new value tells."""

    async def look() -> Saved | Undone | Unknown | None:
        customer = await read_again(client, store, edit.customer_id, milliseconds(clock.now()))
        if customer is None:
            return Undone(errors.NotFound())
        if any(_took(change, customer) for change in edit.changes):
            return Saved(customer, lost=error)
        stands = all(_stands(change, customer) for change in edit.changes)
        return None if stands else Unknown(error, customer)

    try:
        found: Saved | Undone | Unknown | None = await found_out(clock, look)
    except errors.DubError:
        return Unknown(error)
    if isinstance(found, Saved):  # a name without an e-mail beside it is believed when two readings agree
        return await _verified(client, store, clock, edit, found)
    return found or Undone(error)


def _is_about_the_answer(error: errors.DubError, edit: EditPlan) -> bool:
    """Whether Dub wrote and then could not shape its answer, as it does for a row without an external ID."""
    return type(error) is errors.Refused and error.field == "externalId" and "externalId" not in edit.body


def _took(change: Change, customer: Customer) -> bool:
    """Whether Dub holds what was asked, as far as its answer can tell."""
    now = _value(change, customer)
    if change.field == "avatar" and change.new:
        # Dub answers with the address under which it will host it
        return now == change.new or (now is not None and now != change.old)
    if change.field == "name" and change.new is None:
        return now != change.old  # Dub answers with the e-mail or an invention
    return now == (change.new or None)


def _stands(change: Change, customer: Customer) -> bool:
    """Whether Dub holds what it held; where there was no name, it answers with the e-mail or an invention."""
    return (change.field == "name" and change.old is None) or _value(change, customer) == (change.old or None)


def _value(change: Change, customer: Customer) -> str | None:
    value: str | None = getattr(customer, ATTRIBUTES[change.field])
    return value or None
