"""A bulk plan carried out: one customer after another, each checked, noted and read again; held and stopped at will."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from dubtui.api import errors
from dubtui.customers import conflict
from dubtui.customers.browsing import read_again
from dubtui.customers.bulk.outcome import (
    IN_VAIN,
    WAS_GONE,
    Outcome,
    Result,
    altered,
    begun,
    failed,
    gone,
    holds_for_all,
    kept_words,
    of_deletion,
    of_edit,
    skipped,
)
from dubtui.customers.bulk.plan import SAME, BulkPlan, Deletion, Row, estimate
from dubtui.customers.bulk.standing import compared, differences
from dubtui.customers.editing import Change, EditPlan, Saved
from dubtui.display.figures import milliseconds
from dubtui.display.trouble import Explanation

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.pacing import Wait
    from dubtui.customers.writer import Writer
    from dubtui.store.store import Store

T = TypeVar("T")

MOST_FAILURES = 3
"""Rows that may fail one after another by Dub's own trouble before that is taken to hold for all."""
NOT_FETCHED = Explanation("Avatar: Dub could not fetch the picture", "It has none now.")
CUT_SHORT = Explanation("It was cut short", "What Dub has of it is told at the next start.")
LEFT = frozenset({Outcome.WAITING, Outcome.ASKING})


class _Stopped(Exception):
    """Nothing was sent yet when somebody asked to stop."""


class Run:
    """One run over a plan, in the background's share of the budget; all its entries in the journal are one change."""

    def __init__(self, client: DubClient, store: Store, clock: Clock, writer: Writer, plan: BulkPlan) -> None:
        self._client = client.background()
        self._store = store
        self._clock = clock
        self._writer = writer.background()
        self.batch = secrets.token_hex(8)
        """What its entries in the journal have in common."""
        self.results = [begun(row) for row in plan.rows]
        """What became of the rows, in their order."""
        self.is_running = False
        self.is_stopping = False
        """Whether it ends after the row that it is at."""
        self.on_progress: Callable[[], None] = lambda: None
        """Called whenever something above or below says something else."""
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()
        self._reading: asyncio.Future[Any] | None = None
        self._avatars: set[asyncio.Task[None]] = set()
        self._seconds, self._rows, self._failures = 0.0, 0, 0

    # Where it stands

    @property
    def counts(self) -> Counter[str]:
        """How many rows there are of each outcome."""
        return Counter(result.outcome for result in self.results)

    @property
    def is_paused(self) -> bool:
        """Whether it is held before the next row."""
        return not self._may_go_on.is_set()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be sent."""
        return not any(result.outcome in LEFT for result in self.results)

    @property
    def waiting(self) -> Wait | None:
        """What holds it back at the moment; None where that is Dub's answer alone."""
        return self._client.waiting

    @property
    def seconds_left(self) -> float:
        """How long the rest takes: by the pace so far, no faster than the budget allows, and what holds it back."""
        left = [result.row for result in self.results if result.outcome in LEFT]
        wait = self.waiting
        held = max(0.0, wait.until - self._clock.monotonic()) if wait else 0.0
        if not self._rows:
            return held + estimate(left, self._client.limit).seconds
        by_budget = estimate(left, self._client.limit, answer=0).seconds
        return held + max(by_budget, self._seconds / self._rows * len(left))

    @property
    def entry(self) -> int | None:
        """An entry of the journal by which the whole can be taken back; None where there is nothing to take back."""
        ended = (result for result in self.results if result.outcome in (Outcome.DONE, Outcome.KEPT))
        return next((one.entry for one in ended if one.entry and len(one.fields) < len(one.row.changes)), None)

    # What somebody may say meanwhile

    def pause(self) -> None:
        """Hold it before the next row."""
        self._may_go_on.clear()
        self.on_progress()

    def resume(self) -> None:
        """Let it go on."""
        self._may_go_on.set()
        self.on_progress()

    def stop(self) -> None:
        """End it once what is being sent is sent; what is only being read for is left."""
        self.is_stopping = True
        if self._reading:
            self._reading.cancel()
        self.resume()

    def retry(self) -> int:
        """Let those wait again that failed; how many that are. `run` then does them."""
        again = [place for place, result in enumerate(self.results) if result.outcome in IN_VAIN]
        for place in again:
            self.results[place] = Result(self.results[place].row)
        self.on_progress()
        return len(again)

    # The run

    async def run(self) -> None:
        """Do the rows that wait; where something holds for all of them they go on waiting, and it may be run again.

        Raises DubError, and OSError where the journal cannot be written.
        """
        self.is_running, self.is_stopping = True, False
        try:
            while (place := self._next()) is not None:
                await self._may_go_on.wait()
                if self.is_stopping:
                    break
                await self._do(place)
        except asyncio.CancelledError:
            for task in self._avatars:
                task.cancel()
            raise
        finally:
            await asyncio.gather(*self._avatars)
            self.is_running = False
            self.on_progress()

    def _next(self) -> int | None:
        waiting = (place for place, result in enumerate(self.results) if result.outcome is Outcome.WAITING)
        return next(waiting, None)

    async def _do(self, place: int) -> None:
        row = self.results[place].row
        began = self._clock.monotonic()
        self._put(place, Result(row, Outcome.ASKING))
        try:
            result = await self._done(place, row)
        except _Stopped:
            self._put(place, Result(row))
            return
        except (errors.DubError, OSError):
            self._put(place, Result(row))
            raise
        except asyncio.CancelledError:
            self._put(place, Result(row, Outcome.UNKNOWN, CUT_SHORT))
            raise
        self._seconds += self._clock.monotonic() - began
        self._rows += 1
        self._put(place, result)
        self._count_failures(result)

    def _put(self, place: int, result: Result) -> None:
        self.results[place] = result
        self.on_progress()

    def _count_failures(self, result: Result) -> None:
        """Raise what several rows ended in one after another."""
        self._failures = self._failures + 1 if result.outcome is Outcome.FAILED else 0
        if self._failures == MOST_FAILURES and result.error:
            self._failures = 0
            raise result.error

    async def _done(self, place: int, row: Row) -> Result:
        if self._client.read_only:
            raise errors.ReadOnly
        if isinstance(row.doing, EditPlan):
            return await self._edited(place, row, row.doing)
        assert isinstance(row.doing, Deletion)
        return await self._deleted(row, row.doing)

    async def _edited(self, place: int, row: Row, edit: EditPlan) -> Result:
        try:
            reading = await self._read(conflict.read(self._client, self._store, self._clock, edit.customer_id))
        except errors.DubError as error:
            return _of_reading(row, error)
        if reading is None:
            return gone(row)
        checked = compared(row, edit, reading)
        if checked.conflicts:
            return altered(row, [Change(one.field, one.opened, one.now) for one in checked.conflicts])
        if not checked.plan.changes:
            return skipped(row, SAME)
        written = await self._writer.save(checked.plan, batch=self.batch)
        result = of_edit(row, written)
        if isinstance(written.outcome, Saved) and written.outcome.awaits_avatar:
            task = asyncio.create_task(self._await_avatar(place, written.outcome, written.entry))
            self._avatars.add(task)
            task.add_done_callback(self._avatars.discard)
        return result

    async def _deleted(self, row: Row, deletion: Deletion) -> Result:
        asked_at = milliseconds(self._clock.now())
        try:
            customer = await self._read(read_again(self._client, self._store, deletion.customer_id, asked_at))
        except errors.DubError as error:
            return _of_reading(row, error)
        if customer is None:
            return Result(row, Outcome.DONE, WAS_GONE)
        assert row.customer
        if changes := differences(row.customer, customer):
            return altered(row, changes)
        written = await self._writer.delete(deletion.customer_id, snapshot=deletion.snapshot, batch=self.batch)
        return of_deletion(row, written)

    async def _read(self, reading: Awaitable[T]) -> T:
        """What is read, unless somebody asks to stop meanwhile."""
        asked: asyncio.Future[T] = asyncio.ensure_future(reading)
        self._reading = asked
        try:
            return await asked
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            raise _Stopped from None
        finally:
            self._reading = None

    async def _await_avatar(self, place: int, saved: Saved, entry: int | None) -> None:
        """Read once more what Dub has fetched by then, or dropped."""
        later = await self._writer.settled(saved, entry)
        if later.unread is None and "avatar" in later.ignored:
            before = self.results[place]
            why = NOT_FETCHED if before.outcome is Outcome.DONE else kept_words(later.ignored)
            self._put(place, replace(before, outcome=Outcome.KEPT, why=why, fields=later.ignored))


def _of_reading(row: Row, error: errors.DubError) -> Result:
    """A row that Dub does not serve; raises what holds for every other row, too."""
    if holds_for_all(error):
        raise error
    return failed(row, error)
