"""The store: every customer that Dub answered with, in SQLite, and the views that show them."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from dubtui.fields import CustomerRow, Naming
from dubtui.folding import fold
from dubtui.store import kept, schema, sums, views
from dubtui.store.filtering import Node
from dubtui.store.place import ProcessFolder
from dubtui.store.search import Found, Search
from dubtui.store.similar import Similar
from dubtui.store.sums import Group
from dubtui.store.views import Content, Frontier, Question, Totals

if TYPE_CHECKING:
    from dubtui.api.models import Customer

T = TypeVar("T")
Having = Literal["stripe_customer_id", "link"]
"""Columns in which somebody is found by a whole value that Dub cannot be asked for."""
MOST_ALIKE = 100

NOTE = "REPLACE INTO meta (name, value) VALUES (?, ?)"
BATCH = 500
"""Customers that are removed at a time."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Marks an answer as a part of a round over the whole workspace; `notes` are noted together with it."""

    round: int
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an answer changed: the row numbers that are new, that differ now, that are gone."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


class View:
    """What a question shows of the store, replaced as a whole whenever rows come, change or go."""

    def __init__(self, store: Store, content: Content) -> None:
        self._store = store
        self.ahead = content
        """As the store's thread has it; what is shown follows on the event loop."""
        self._content = content
        self.on_change: Callable[[], None] | None = None
        """Called on the event loop when the rows are others or read differently."""

    def __len__(self) -> int:
        return len(self._content.rows)

    @property
    def question(self) -> Question:
        """What is shown."""
        return self._content.question

    @property
    def totals(self) -> Totals:
        """The sums over all rows of the view."""
        return self._content.totals

    @property
    def numbers(self) -> Sequence[int]:
        """The row numbers, in order."""
        return self._content.rows

    def window(self, start: int, stop: int) -> list[CustomerRow | None]:
        """The rows at some places; None for one that has just gone."""
        numbers = self._content.rows[max(0, start) : max(0, stop)]
        rows = {row.row: row for row in self._store.rows(numbers)}
        return [rows.get(number) for number in numbers]

    def position(self, row: int) -> int | None:
        """Where a row stands; None where the view does not hold it."""
        return self._store.position(self._content, row)

    async def ask(self, question: Question) -> None:
        """Show something else; what was shown stays until it is there."""
        await self._store.ask(self, question)

    async def reach(self, frontier: Frontier | None) -> None:
        """Show Dub's own order further out, or all of it where nothing is left to walk."""
        await self._store.reach(self, frontier)

    def show(self) -> None:
        """Bring what is shown up to what the store's thread has made."""
        self._content = self.ahead
        if self.on_change:
            self.on_change()


class Store:
    """A workspace's customers.

    One thread of its own writes and makes views, in the order in which it is asked. The event loop reads windows by a
    connection of its own, which no write and no sort holds up.
    """

    def __init__(self, path: Path | None = None, *, lock: int | None = None, like: Path | None = None) -> None:
        """Keep the copy in the file `path` (0600), or where there is none for the life of the process.

        `lock` is a descriptor to close at the end; `like` is a copy to begin with.
        """
        self._folder = ProcessFolder()
        self._lock = lock
        self.is_kept = path is not None
        self.path = path or self._folder.path / "customers.sqlite3"
        if like:
            kept.duplicate(like, self.path)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        self._writer = self._connected()
        schema.create(self._writer)
        self._builder = self._connected()
        self._reader = self._connected()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._searching = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._search = Search(self._connected(), self._folder.path / "pieces.sqlite3")
        self._views: tuple[weakref.ref[View], ...] = ()
        self._count = int(self._reader.execute("SELECT COUNT(*) FROM customer").fetchone()[0])
        self._gone: dict[str, int] = {}
        """Until when (unix ms) answers may still speak of customers that are deleted."""
        self.on_change: Callable[[Changes], None] = lambda changes: None
        """Called on the event loop after each answer that changed something, when the views show it."""
        self._is_warm = False

    @property
    def folder(self) -> Path:
        """A private folder that ends with this store."""
        return self._folder.path

    @classmethod
    def kept(cls, path: Path) -> Store:
        """The copy that is kept in a file; where another process works on that, a copy of it for this process's life.

        Raises OSError where the file cannot be used.
        """
        try:
            lock = kept.claim(path)
            if lock is None:
                return cls(like=path)
            kept.prepare(path)
            return cls(path, lock=lock)
        except sqlite3.Error as error:
            raise OSError(f"{path} cannot be used: {error}.") from error

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if self.is_kept else 'OFF'}")
        connection.create_function("fold", 1, _folded, deterministic=True)
        return connection

    def close(self) -> None:
        """End the thread and the connections; a copy for the life of the process is deleted."""
        self._builder.interrupt()
        for thread in (self._thread, self._searching):
            thread.shutdown(cancel_futures=True)
        self._search.close()
        for connection in (self._reader, self._builder, self._writer):
            connection.close()
        self._folder.remove()
        if self._lock is not None:
            os.close(self._lock)

    # What Dub said

    async def put(
        self, customers: Sequence[Customer], *, asked_at: int, base_only: bool = False, mark: Mark | None = None
    ) -> Changes:
        """Take in the customers of an answer that was asked for at `asked_at` (unix ms).

        What was asked for later and is already here stays. `base_only` marks an answer without the expanded fields,
        which leaves those that are known.
        """
        return await self._change(self._put, customers, asked_at, base_only, mark)

    async def remove(self, ids: Iterable[str], *, at: int) -> Changes:
        """Forget customers that Dub no longer had at `at` (unix ms)."""
        return await self._change(self._remove, list(ids), at)

    async def sweep(self, round: int, *, before: int) -> Changes:
        """Forget customers that a whole round has not met and no answer since `before` (unix ms) has spoken of."""
        return await self._change(self._sweep, round, before)

    async def note(self, **notes: str) -> None:
        """Note something about the copy as a whole."""
        await self._run(self._note_down, notes)

    def noted(self, name: str) -> str:
        """What was noted; empty for nothing."""
        found = self._reader.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    async def _change(self, work: Callable[..., Changes], *arguments: Any) -> Changes:
        """Do the work to its end, even where nobody waits for it any more, and show it."""
        task = asyncio.ensure_future(self._run(work, *arguments))
        task.add_done_callback(self._show)
        return await asyncio.shield(task)

    def _show(self, task: asyncio.Future[Changes]) -> None:
        if task.cancelled() or task.exception() or not task.result():
            return
        for view in self._living_views():
            view.show()
        self._searching.submit(self._note, task.result())
        self.on_change(task.result())

    def _note(self, changes: Changes) -> None:
        self._search.note((*changes.new, *changes.changed, *changes.gone))
        if self._is_warm:
            self._searching.submit(self._warm)

    def keep_warm(self) -> None:
        """Be ready for searches from now on; who never searches is spared the work."""
        self._is_warm = True
        self._searching.submit(self._warm)

    def _warm(self) -> None:
        """Bring the search up to date a part at a time, so that no question waits for long."""
        if self._search.warm():
            with suppress(RuntimeError):  # the store was closed meanwhile
                self._searching.submit(self._warm)

    def _put(self, customers: Sequence[Customer], asked_at: int, base_only: bool, mark: Mark | None) -> Changes:
        with _transaction(self._writer) as connection:
            known = _known(connection, [customer.id for customer in customers])
            new: dict[str, tuple[Any, ...]] = {}
            changed: dict[int, tuple[Any, ...]] = {}
            for customer in customers:
                before = known.get(customer.id)
                if before is None and self._gone.get(customer.id, -1) < asked_at:
                    naming = schema.naming_of(customer.name, customer.email, None)
                    new[customer.id] = schema.written(customer, naming, asked_at)
                elif before is not None and before.read_at <= asked_at:
                    values = before.followed_by(customer, asked_at, base_only=base_only)
                    if values is not None:
                        changed[before.row] = values
            contents = [(view, views.without(connection, view.ahead, changed)) for view in self._living_views()]
            connection.executemany(schema.UPDATE, [(*values, row) for row, values in changed.items()])
            connection.executemany(schema.INSERT, new.values())
            added = [row.row for row in _known(connection, new).values()]
            for view, content in contents:
                view.ahead = views.including(connection, content, [*changed, *added])
            if mark:
                met = [(mark.round, customer.id) for customer in customers]
                connection.executemany("UPDATE customer SET round = ? WHERE id = ?", met)
                connection.executemany(NOTE, mark.notes.items())
        self._count += len(added)
        return Changes(new=tuple(added), changed=tuple(changed))

    def _note_down(self, notes: Mapping[str, str]) -> None:
        with _transaction(self._writer) as connection:
            connection.executemany(NOTE, notes.items())

    def _sweep(self, round: int, before: int) -> Changes:
        missed = self._writer.execute("SELECT id FROM customer WHERE round < ? AND read_at < ?", (round, before))
        ids = [row[0] for row in missed]
        parts = [self._remove(ids[start : start + BATCH], before) for start in range(0, len(ids), BATCH)]
        return Changes(gone=tuple(row for part in parts for row in part.gone))

    def _remove(self, ids: Sequence[str], at: int) -> Changes:
        with _transaction(self._writer) as connection:
            self._gone.update(dict.fromkeys(ids, at))
            rows = [before.row for before in _known(connection, ids).values() if before.read_at <= at]
            contents = [(view, views.without(connection, view.ahead, rows)) for view in self._living_views()]
            connection.executemany("DELETE FROM customer WHERE row = ?", [(row,) for row in rows])
            for view, content in contents:
                view.ahead = content
        self._count -= len(rows)
        return Changes(gone=tuple(rows))

    # What is shown

    async def view(self, question: Question) -> View:
        """A view that answers a question from now on, for as long as somebody holds it."""
        view = View(self, Content.nothing(question))
        self._views = (*(ref for ref in self._views if ref() is not None), weakref.ref(view))
        await self.ask(view, question)
        return view

    async def ask(self, view: View, question: Question) -> None:
        """Make a view's content anew; ends early where nobody waits for it any more."""
        unwanted = threading.Event()
        try:
            await self._run(self._ask, view, question, unwanted)
        except asyncio.CancelledError:
            unwanted.set()
            self._builder.interrupt()
            raise
        view.show()

    def _ask(self, view: View, question: Question, unwanted: threading.Event) -> None:
        def build() -> Content | None:
            return None if unwanted.is_set() else views.built(self._builder, question)

        content = _whole(build)
        if content and not unwanted.is_set():
            view.ahead = content

    async def reach(self, view: View, frontier: Frontier | None) -> None:
        """Move a view's frontier out."""
        await self._run(self._reach, view, frontier)
        view.show()

    def _reach(self, view: View, frontier: Frontier | None) -> None:
        view.ahead = _whole(views.reaching, self._builder, view.ahead, frontier)

    def _living_views(self) -> list[View]:
        return [view for ref in self._views if (view := ref()) is not None]

    async def groups(self, where: Node, field: str, now_ms: int) -> list[Group]:
        """A field's values among the customers of a filter, with their sums, the ones with most rows first."""
        return await self._run(_whole, sums.groups, self._builder, where, field, now_ms)

    async def first_created(self, where: Node, now_ms: int) -> int | None:
        """When the oldest customer of a filter was created (unix ms)."""
        return await self._run(_whole, sums.first_created, self._builder, where, now_ms)

    async def by_span(self, where: Node, starts: Sequence[int], now_ms: int) -> list[Totals]:
        """The sums over customers created between each of some moments (unix ms) and the next."""
        return await self._run(_whole, sums.by_span, self._builder, where, starts, now_ms)

    async def totals_among(self, rows: Sequence[int], question: Question | None = None) -> Totals:
        """The sums over some rows, or over those of them that a question takes in."""
        condition = sums.among(rows, question.condition) if question else sums.among(rows)
        return await self._run(_whole, views.totals_of, self._builder, condition)

    async def find(self, text: str, *, limit: int) -> Found:
        """The rows that hold every word of a text in any field, the best first; apart from the thread that writes."""
        return await asyncio.get_running_loop().run_in_executor(
            self._searching, partial(self._search.find, text, limit=limit)
        )

    async def similar(self, text: str, *, limit: int) -> list[Similar]:
        """The rows that differ from a text by a typing mistake; ends early where nobody waits for them any more."""
        unwanted = threading.Event()
        search = partial(self._search.similar, text, limit=limit, unwanted=unwanted)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._searching, search)
        finally:
            unwanted.set()

    def having(self, column: Having, value: str) -> list[CustomerRow]:
        """The rows with just this value, a few at the most."""
        found = self._reader.execute(
            f"SELECT {schema.ROW_COLUMNS} FROM customer WHERE {column} = ? ORDER BY row LIMIT ?", (value, MOST_ALIKE)
        )
        return [_row(values) for values in found]

    async def numbers(self, question: Question) -> array[int]:
        """The row numbers that a question takes in, in its order."""
        content: Content = await self._run(_whole, views.built, self._builder, question)
        return content.rows

    # Reading, on the event loop

    def rows(self, numbers: Sequence[int]) -> list[CustomerRow]:
        """The rows of some numbers, in no order; those that are gone are missing."""
        found = self._reader.execute(
            f"SELECT {schema.ROW_COLUMNS} FROM customer WHERE row IN ({_slots(numbers)})", numbers
        )
        return [_row(values) for values in found]

    def row(self, customer_id: str) -> CustomerRow | None:
        """The row of a Dub id."""
        values = self._reader.execute(
            f"SELECT {schema.ROW_COLUMNS} FROM customer WHERE id = ?", (customer_id,)
        ).fetchone()
        return _row(values) if values else None

    def sent(self, customer_id: str) -> bytes | None:
        """A customer as Dub sent it."""
        found = self._reader.execute("SELECT json FROM customer WHERE id = ?", (customer_id,)).fetchone()
        return schema.unpacked(found[0]) if found else None

    def sent_of(self, numbers: Sequence[int]) -> dict[int, bytes]:
        """Customers as Dub sent them, by row number; those that are gone are missing."""
        found = self._reader.execute(f"SELECT row, json FROM customer WHERE row IN ({_slots(numbers)})", numbers)
        return {row: schema.unpacked(blob) for row, blob in found}

    def count(self) -> int:
        """How many customers are known."""
        return self._count

    def position(self, content: Content, row: int) -> int | None:
        """Where a row stands in a view's content."""
        return views.position(self._reader, content, row)

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


def _whole(work: Callable[..., T], *arguments: Any) -> T:
    """What some reading comes to: an interruption was meant for another one on the same connection."""
    while True:
        try:
            return work(*arguments)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise


class _Known(NamedTuple):
    """What the store has of a customer when an answer speaks of it."""

    row: int
    id: str
    naming: Naming
    sent: bytes
    read_at: int

    def followed_by(self, customer: Customer, asked_at: int, *, base_only: bool) -> tuple[Any, ...] | None:
        """The values to write; None where the answer says nothing new."""
        if base_only:
            customer = schema.merged(self.sent, customer.sent)
        before = None if customer.email else (schema.name_in(self.sent), self.naming)
        naming = schema.naming_of(customer.name, customer.email, before)
        if customer.sent == self.sent and naming is self.naming:
            return None
        return schema.written(customer, naming, asked_at)


def _known(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, _Known]:
    wanted = list(ids)
    found = connection.execute(
        f"SELECT row, id, naming, json, read_at FROM customer WHERE id IN ({_slots(wanted)})", wanted
    )
    return {row[1]: _Known(row[0], row[1], Naming(row[2]), schema.unpacked(row[3]), row[4]) for row in found}


def _row(values: Sequence[Any]) -> CustomerRow:
    row = CustomerRow._make(values)
    return row._replace(naming=Naming(row.naming))


def _slots(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _folded(value: object) -> str | None:
    return None if value is None else fold(str(value))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
