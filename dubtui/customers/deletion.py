"""Deleting a customer, for good."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dubtui.api import errors
from dubtui.display.figures import milliseconds

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.store.store import Store


async def delete(client: DubClient, store: Store, clock: Clock, customer_id: str) -> None:
    """Delete at Dub and forget here, where it was gone already too; raises DubError."""
    with suppress(errors.NotFound):
        await client.delete_customer(customer_id)
    await store.remove([customer_id], at=milliseconds(clock.now()))
