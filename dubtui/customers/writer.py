"""The only way in which the faces write: what is sent is noted before, and how it ended is noted after."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Self, TypedDict, TypeVar, Unpack

from dubtui.api import errors
from dubtui.customers import creation, deletion, editing
from dubtui.customers.creation import Created
from dubtui.customers.deletion import Deleted
from dubtui.customers.editing import EditPlan, Saved, Values
from dubtui.customers.settling import Settled, settled
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.figures import milliseconds
from dubtui.display.trouble import explain
from dubtui.fields import Naming
from dubtui.store.journal import Ending, Entry, Outcome, Verb

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.store.journal import Journal
    from dubtui.store.store import Store


class Narrowed(TypedDict, total=False):
    """Which entries of the journal are wanted, as `Journal.entries` takes it."""

    limit: int
    before: int | None
    customer_id: str
    batch: str


AnyOutcome = Saved | Created | Deleted | Undone | Unknown
T = TypeVar("T", bound=AnyOutcome)


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """A write that was tried: what came of it, and where that is noted."""

    outcome: T
    entry: int | None = None
    """The number of its entry in the journal; None where it was not noted."""
    unnoted: OSError | None = None
    """Why the journal could not be brought up to date afterwards."""


class Writer:
    """Edits, creates and deletes the customers of one workspace; a write that cannot be noted is not sent.

    Without a journal nothing is noted, nor with a client that only reads.
    """

    def __init__(
        self, client: DubClient, store: Store, clock: Clock, journal: Journal | None, workspace_id: str
    ) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._id = workspace_id
        self.journal = journal
        """None where it is switched off."""

    def background(self) -> Self:
        """The same for work that nobody waits for, which leaves a share of the budget to people."""
        other = copy.copy(self)
        other._client = self._client.background()
        return other

    async def save(self, edit: EditPlan, *, batch: str = "") -> Written[Saved | Undone | Unknown]:
        """Send the changes of a plan; raises OSError where the journal cannot be written, before anything is sent."""
        entry = self._entry(Verb.EDIT, edit.customer_id, edit.body, batch, edit.undoes)
        return await self._noted(entry, lambda: editing.save(self._client, self._store, self._clock, edit))

    async def settled(self, saved: Saved, entry: int | None) -> Saved:
        """What was saved, and noted as an entry, read once more when Dub has fetched the avatar."""
        later = await editing.settled(self._client, self._store, self._clock, saved)
        if self.journal and entry and later.unread is None:
            with suppress(OSError):  # the entry says what Dub answered at first
                await asyncio.to_thread(self.journal.read_later, entry, later.customer.sent)
        return later

    async def delete(
        self, customer_id: str, *, snapshot: bool = True, batch: str = "", undoes: int | None = None
    ) -> Written[Deleted | Undone | Unknown]:
        """Delete a customer; raises OSError where the journal cannot be written, before anything is sent.

        Without a snapshot nothing but the Dub id stays here of somebody who is deleted: older entries and a draft go.
        """
        entry = self._entry(Verb.DELETE, customer_id, None, batch, undoes, snapshot=snapshot)
        written = await self._noted(entry, lambda: deletion.delete(self._client, self._store, self._clock, customer_id))
        if self.journal is None or snapshot or not isinstance(written.outcome, Deleted):
            return written
        try:
            await asyncio.to_thread(self.journal.forget, self._id, customer_id, but=written.entry)
        except OSError as error:
            return replace(written, unnoted=error)
        return written

    async def create(self, values: Values, *, batch: str = "") -> Written[Created | Undone | Unknown]:
        """Create a customer; raises OSError where the journal cannot be written, before anything is sent."""
        label = values.get("externalId") or ""
        entry = Entry(self._id, self._now, Verb.CREATE, "", label, body=values, batch=batch)
        return await self._noted(entry, lambda: creation.create(self._client, self._store, self._clock, values))

    # The journal

    async def entries(self, **narrowed: Unpack[Narrowed]) -> list[Entry]:
        """What was written here, the newest first; raises OSError."""
        return await asyncio.to_thread(self.journal.entries, self._id, **narrowed) if self.journal else []

    async def entry(self, number: int) -> Entry | None:
        """The entry of a number; raises OSError."""
        return await asyncio.to_thread(self.journal.entry, self._id, number) if self.journal else None

    async def unfinished(self) -> list[Entry]:
        """The writes that a killed process left without an end, the oldest first; raises OSError."""
        return await asyncio.to_thread(self.journal.unfinished, self._id) if self.journal else []

    async def settle(self, entry: Entry) -> Settled:
        """Find out what Dub holds of an unfinished write, and note that; raises OSError.

        Where Dub cannot be read the entry stays unfinished.
        """
        try:
            found = await settled(self._client, self._store, self._clock, entry)
        except errors.DubError as error:
            return Settled(entry, Ending(Outcome.BEGUN), error=error)
        if self.journal:
            await asyncio.to_thread(self.journal.complete, entry.number, found.ending)
        return found

    async def _noted(self, entry: Entry, send: Callable[[], Awaitable[T]]) -> Written[T]:
        if self.journal is None or self._client.read_only:
            return Written(await send())
        number = await asyncio.to_thread(self.journal.begin, entry)
        outcome = await send()
        try:
            await asyncio.to_thread(self.journal.complete, number, _ending(outcome))
        except OSError as error:
            return Written(outcome, number, error)
        return Written(outcome, number)

    def _entry(
        self,
        verb: Verb,
        customer_id: str,
        body: Values | None,
        batch: str,
        undoes: int | None,
        *,
        snapshot: bool = True,
    ) -> Entry:
        row, sent = self._store.row(customer_id), self._store.sent(customer_id)
        if row is None or sent is None or not snapshot:
            label, before, naming = customer_id, None, Naming.UNCONFIRMED
        else:
            label, before, naming = _label(sent, row.naming), sent, row.naming
        return Entry(self._id, self._now, verb, customer_id, label, before, naming, body, batch, undoes)

    @property
    def _now(self) -> int:
        return milliseconds(self._clock.now())


def _label(sent: bytes, naming: Naming) -> str:
    """What a customer is called in the journal."""
    record = json.loads(sent)
    name = record.get("name") if naming is Naming.REAL else None
    return str(record.get("externalId") or record.get("email") or name or record["id"])


def _ending(outcome: AnyOutcome) -> Ending:
    match outcome:
        case Saved():
            return Ending(Outcome.DONE, after=outcome.customer.sent, took=outcome.took)
        case Created():
            return Ending(Outcome.DONE, outcome.customer.id, outcome.customer.sent)
        case Deleted():
            return Ending(Outcome.DONE)
        case Undone():
            is_no = outcome.error.status is not None and not outcome.is_found_out
            return Ending(Outcome.REFUSED if is_no else Outcome.NOT_DONE, why=explain(outcome.error).title)
    found = outcome.found.sent if outcome.found else None
    return Ending(Outcome.UNKNOWN, after=found, why=explain(outcome.error).title)
