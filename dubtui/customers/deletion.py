"""Deleting a customer, for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.api import errors
from dubtui.customers.browsing import read_again
from dubtui.customers.writing import Undone, Unknown, found_out, may_be_done
from dubtui.display.figures import milliseconds

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.store.store import Store


@dataclass(frozen=True, slots=True)
class Deleted:
    """The customer is gone; `sent` is what Dub last said of it, the only copy that is left."""

    customer_id: str
    sent: bytes | None
    was_gone: bool = False
    """Whether Dub had nobody to delete any more."""
    lost: errors.DubError | None = None
    """What became of the answer, where reading again told in its place."""


async def delete(client: DubClient, store: Store, clock: Clock, customer_id: str) -> Deleted | Undone | Unknown:
    """Delete at Dub and forget here; it is sent once, and a lost answer is found out about by reading."""
    sent = store.sent(customer_id)
    asked_at = milliseconds(clock.now())
    try:
        await client.delete_customer(customer_id)
        deleted = Deleted(customer_id, sent)
    except errors.NotFound:
        deleted = Deleted(customer_id, sent, was_gone=True)
    except errors.DubError as error:
        return await _found_out(client, store, clock, Deleted(customer_id, sent, lost=error), error)
    await store.remove([customer_id], at=asked_at)
    return deleted


async def _found_out(
    client: DubClient, store: Store, clock: Clock, deleted: Deleted, error: errors.DubError
) -> Deleted | Undone | Unknown:
    if not may_be_done(error):
        return Undone(error)

    async def look() -> Deleted | None:
        there = await read_again(client, store, deleted.customer_id, milliseconds(clock.now()))
        return None if there else deleted

    try:
        return await found_out(clock, look) or Undone(error)
    except errors.DubError:
        return Unknown(error)
