"""Changing a customer: what would be sent, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.api.query import customer_path
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
    """Dub took the write and was read again; `ignored` names the fields in which it kept its own value."""

    customer: Customer
    took: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


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


async def save(client: DubClient, store: Store, clock: Clock, edit: EditPlan) -> Saved:
    """Send the changes, read the customer again and compare; raises DubError."""
    asked_at = milliseconds(clock.now())
    answered = await client.update_customer(edit.customer_id, edit.body)
    await store.put([answered], asked_at=asked_at, base_only=True)
    asked_at = milliseconds(clock.now())
    customer = await client.get_customer(edit.customer_id)
    await store.put([customer], asked_at=asked_at)
    took = tuple(change.field for change in edit.changes if _took(change, customer))
    return Saved(customer, took, tuple(field for field in edit.body if field not in took))


def _took(change: Change, customer: Customer) -> bool:
    """Whether Dub holds what was asked, as far as its answer can tell."""
    now = getattr(customer, EDITABLE[change.field]) or None
    if change.field == "avatar" and change.new:
        return now is not None  # Dub answers with the address under which it will host it
    if change.field == "name" and change.new is None:
        return bool(now != change.old)  # Dub answers with the e-mail or an invention
    return bool(now == change.new)
