"""Creating a customer: one without a link, since Dub attaches one only where a click was tracked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.api import errors
from dubtui.customers.editing import EDITABLE, Values, problem, value_of
from dubtui.customers.writing import Undone, Unknown, blamed, found_out, may_be_done
from dubtui.display.figures import milliseconds

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer
    from dubtui.store.store import Store

PATH = "/customers"
"""Where it goes; its method is POST."""
REQUIRED = ("externalId", "country")
"""The fields that Dub does not do without."""
DEPRECATED = (
    "Dub's SDK marks this call deprecated in favour of tracking a lead: a customer made so has no link, and no sale is"
    " ever attributed to it."
)


@dataclass(frozen=True, slots=True)
class Created:
    """Dub has the customer."""

    customer: Customer
    lost: errors.DubError | None = None
    """What became of the answer, where reading again told in its place."""
    ignored: tuple[str, ...] = ()
    """The fields in which Dub has something else than was sent; an avatar has an address of its own by now."""


def problems(values: Values) -> dict[str, str]:
    """What is wrong with the values of a new customer, by field."""
    missing = {field: "Dub needs it." for field in REQUIRED if not values.get(field)}
    told = {field: problem(field, value) for field, value in values.items() if value}
    return missing | {field: words for field, words in told.items() if words}


async def create(client: DubClient, store: Store, clock: Clock, values: Values) -> Created | Undone | Unknown:
    """Create at Dub and note it here; `values` goes by the API's names, of which externalId and country are needed.

    It is sent once, and a lost answer is found out about by reading.
    """
    asked_at = milliseconds(clock.now())
    try:
        customer = await client.create_customer(values)
        created = Created(customer, ignored=tuple(_ignored(customer, values)))
    except errors.DubError as error:
        if not may_be_done(error):
            return Undone(await blamed(client, error, values))
        outcome = await _found_out(client, clock, values, error)
        if not isinstance(outcome, Created):
            return outcome
        created = outcome
    await store.put([created.customer], asked_at=asked_at, base_only=created.lost is None)
    return created


def _ignored(customer: Customer, values: Values) -> Iterator[str]:
    return (field for field, value in values.items() if field != "avatar" and value_of(customer, field) != value)


async def _found_out(
    client: DubClient, clock: Clock, values: Values, error: errors.DubError
) -> Created | Undone | Unknown:
    async def look() -> Created | Unknown | None:
        try:
            found = await client.get_customer(f"ext_{values['externalId']}")
        except errors.NotFound:
            return None
        return Created(found, error) if is_as_asked(found, values) else Unknown(error, found)

    try:
        return await found_out(clock, look) or Undone(error)
    except errors.DubError:
        return Unknown(error)


def is_as_asked(customer: Customer, values: Values) -> bool:
    """Whether a customer has what was sent; an avatar shows the address under which Dub will host it."""
    compared = (field for field, value in values.items() if value and field != "avatar")
    return all(getattr(customer, EDITABLE[field]) == values[field] for field in compared)
