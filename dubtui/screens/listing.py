"""Rows of customers and how they come: asked for page by page behind the cursor, or all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from textual import on, work
from textual.widget import Widget

from dubtui.api.errors import DubError
from dubtui.display.columns import order_words
from dubtui.display.frame import path
from dubtui.display.listing import sync_words, synced_words
from dubtui.display.text import Span, Spans, plural, safe
from dubtui.fields import CustomerRow
from dubtui.screens.acting import Acting
from dubtui.screens.customer_pane import CustomerPane
from dubtui.screens.question import Question
from dubtui.widgets.line_table import LineTable

if TYPE_CHECKING:
    from dubtui.api.clock import Clock
    from dubtui.api.pacing import Wait
    from dubtui.customers.marks import Marked
    from dubtui.session import Workspace

MOST_TOLD = 4
"""Writes that were cut short and are told one by one."""
AHEAD = 50
"""Rows before the end of what is here at which the next page is asked for."""


class Listing(Acting[None]):
    """It shows what is browsed, says how much is here, and asks Dub for more."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.trouble: DubError | None = None
        self._said: Spans = ()
        self._told: Wait | None = None
        """The wait that is on screen."""
        self._is_stopped = False
        """Whether somebody stopped the asking, which begins again with the next move."""
        self._marked: Marked | None = None

    def body(self) -> Iterable[Widget]:
        yield CustomerPane(self._clock, id="pane")

    @property
    def pane(self) -> CustomerPane:
        """The rows and what stands in their place."""
        return self.query_one(CustomerPane)

    @property
    def table(self) -> LineTable[CustomerRow]:
        """The rows."""
        return self.pane.table

    def on_mount(self) -> None:
        super().on_mount()
        self.show()

    def tick(self) -> None:
        if self._told or self.held:
            self.show()
        super().tick()

    def open(self, workspace: Workspace) -> None:
        """Show a workspace, from its first page on."""
        self.workspace = workspace
        self.trouble = None
        workspace.browsing.view.on_change = self._on_rows
        self.pane.open(workspace.browsing)
        self.pane.set_columns(workspace.browsing.lens.columns)
        self.load_first()
        self._settle_unfinished(workspace)

    @work(group="settle", exclusive=True)
    async def _settle_unfinished(self, workspace: Workspace) -> None:
        """Find out what became of the writes that a killed process left, and say so."""
        try:
            left = await workspace.writer.unfinished()
            found = [await workspace.writer.settle(entry) for entry in left]
        except OSError as error:
            self.say(("The journal cannot be read: ", "warning"), (safe(str(error)), "muted"))
            return
        if found:
            self._tell_unfinished([each.words(workspace.clock.now()) for each in found])

    @work(group="dialog")
    async def _tell_unfinished(self, words: list[str]) -> None:
        lines: list[Spans] = []
        for line in words[:MOST_TOLD]:
            lines += [((line, ""),), ()]
        if len(words) > MOST_TOLD:
            lines += [((f"and {plural(len(words) - MOST_TOLD, 'other')}: U shows them", "muted"),), ()]
        title = "dubtui ended in the middle of a change"
        await self.app.push_screen_wait(Question(title, lines[:-1], [], stay="Close", is_unasked=True))

    # Showing

    def show(self) -> None:
        """Say where one is and how much is there."""
        self.pane.show(self.trouble)
        self._told = self.held
        if self._told and self.workspace:
            known = self.workspace.browsing.coverage.known
            usable = f"The {plural(known, 'customer')} here stay usable." if known else ""
            self.show_held(self.pane.notice, self._told, usable, [("esc", "stop asking")])
        if self.table.display and self.focused is None:
            self.table.focus()
        self.show_title()
        self._show_band()
        self.show_header()
        self.refresh_bindings()

    def show_title(self) -> None:
        """Say in which order the rows are."""
        if self.workspace is None:
            self.say_title(path("All customers"))
            return
        browsing = self.workspace.browsing
        known = browsing.coverage.known
        words = ", then ".join(order_words(level.field, descending=level.descending) for level in browsing.lens.order)
        here = f", of the {known:,} here" if browsing.is_local and browsing.has_begun else ""
        self.say_title(path("All customers"), ((words + here, "dim"),))

    def _show_band(self) -> None:
        if self.workspace is None or not self.workspace.browsing.has_begun:
            self.say_band(self._first_words())
            return
        progress = self.workspace.browsing.sync.progress
        said = self._said
        if not said and progress and self._is_syncing:
            said = sync_words(progress.walked, progress.total, progress.rate, progress.seconds_left)
        rows: Spans = ((plural(len(self.workspace.browsing.view), "row"), ""),)
        self.say_band(rows if said else self.pane.band(self._marked, self.app.size.width - 4), said)

    def _first_words(self) -> Spans:
        """What the band says before anything came."""
        if self.trouble is not None:
            return ()
        if self._is_stopped:
            return (("Stopped. ", ""), ("r", "bold"), (" asks Dub again", "muted"))
        return (("Asking Dub for the first 100 customers", ""),)

    def say(self, *said: Span) -> None:
        """Say what came of a key, at the right of the band until the next one."""
        self._said = said
        self._show_band()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self.show)

    def _on_rows(self) -> None:
        self.table.follow()
        self.show()
        self.sum_marks()

    @work(group="marks", exclusive=True)
    async def sum_marks(self) -> None:
        """Draw the marks, and sum up whom they mark."""
        if self.workspace is None:
            return
        marks = self.workspace.browsing.marks
        self.table.mark_rows(marks.rows)
        self._marked = await marks.sums() if marks else None
        self._show_band()

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """What cannot be written is told; it holds for this run."""
        try:
            yield
        except OSError as error:
            self.say(("! ", "warning"), ("for this run only: ", "warning"), (safe(str(error)), "muted"))

    # Asking Dub

    @contextmanager
    def talking(self) -> Iterator[None]:
        """What goes wrong stays on screen until the next try."""
        try:
            yield
        except DubError as error:
            self.trouble = error
        else:
            self.trouble = None
        self.show()

    @work(group="load", exclusive=True)
    async def load_first(self) -> None:
        """Ask for the first page and how many there are; of a copy that was kept, for what is on screen."""
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        self._is_stopped = False
        self.show()
        with self.talking():
            if browsing.complete:  # as a copy that was kept is
                await browsing.show()
            self.workspace.store.keep_warm()  # behind the first rows, which it would hold up
            if browsing.complete:
                await browsing.refresh(*_ends(self.table.in_sight))
            else:
                await asyncio.gather(browsing.more(), browsing.count())

    @on(LineTable.Moved)
    def _on_moved(self) -> None:
        self._is_stopped = False
        self.say()
        self.pane.show_preview()
        self._load_ahead()

    @on(LineTable.Redrawn)
    def _on_redrawn(self) -> None:
        self._show_band()
        self.pane.show_preview()
        self._load_ahead()

    def _load_ahead(self) -> None:
        if self.workspace is None or self._is_stopped:
            return
        browsing = self.workspace.browsing
        near = self.table.in_sight.stop + AHEAD >= len(browsing.view)
        if near and browsing.has_begun and browsing.can_go_on and self.trouble is None and not browsing.is_asking:
            self._load_more()

    @work(group="load")
    async def _load_more(self) -> None:
        if self.workspace:
            with self.talking():
                await self.workspace.browsing.more()

    @work(group="load", exclusive=True)
    async def action_refresh(self) -> None:
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        if not browsing.has_begun:
            self.load_first()
            return
        self.say(("asking Dub", "dim"))
        with self.talking():
            await browsing.refresh(*_ends(self.table.in_sight))
        if self.trouble is None:
            self.say(("✓ ", "success"), ("refreshed", "muted"))

    @work(group="sync", exclusive=True)
    async def fetch_all(self, *, then_mark: bool = False) -> None:
        """Fetch everybody, and mark them where that is wanted."""
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        browsing.sync.on_progress = self._show_band
        with self.talking():
            synced = await browsing.fetch_all()
            if then_mark:
                browsing.marks.add_shown()
                self.sum_marks()
                self.say()
            else:
                self.say(*synced_words(synced.walked, synced.removed, len(synced.gaps)))

    def stop_asking(self) -> None:
        """Ask no more, until the next move or the next try."""
        self._is_stopped = True
        self.workers.cancel_group(self, "load")
        self.show()

    def action_sync(self) -> None:
        """Fetch everybody; while that is under way, stop it until the next time."""
        if self._is_syncing:
            self.workers.cancel_group(self, "sync")
            self.say(("stopped: ", "muted"), ("L", "bold"), (" goes on with it", "muted"))
        else:
            self.fetch_all()

    @property
    def _is_syncing(self) -> bool:
        return any(worker.group == "sync" and not worker.is_finished for worker in self.workers)

    @work(group="load")
    async def recount(self) -> None:
        """Ask how many there are now; where that does not answer, it stays as it was."""
        if self.workspace:
            with suppress(DubError):
                await self.workspace.browsing.count()
            self.show_header()


def _ends(places: range) -> tuple[int, int]:
    return places.start, places.stop
