"""All customers: keys become verbs on what is browsed, and the pane below shows what comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from dubtui.api.errors import DubError, NotAllowed
from dubtui.customers import bulk, filters, grouping, undo
from dubtui.customers.filters import FilterError
from dubtui.display.columns import WHO, order_words
from dubtui.display.figures import milliseconds
from dubtui.display.frame import path
from dubtui.display.listing import sync_words, synced_words
from dubtui.display.people import title_of
from dubtui.display.text import Span, Spans, plural, safe
from dubtui.display.trouble import unnoted_words
from dubtui.fields import BY_NAME, CustomerRow
from dubtui.screens.acting import Acting
from dubtui.screens.bulk_menu import BulkMenu, BulkValue
from dubtui.screens.choose_columns import ChooseColumns
from dubtui.screens.customer_create import CustomerCreate
from dubtui.screens.customer_detail import CustomerDetail
from dubtui.screens.customer_pane import CustomerPane
from dubtui.screens.export import ExportDialog
from dubtui.screens.filter_by import COUNTED, FilterByRow, FilterField, FilterValue
from dubtui.screens.groups import Groups
from dubtui.screens.journal import Journal
from dubtui.screens.lookup import Lookup
from dubtui.screens.lookup_batch import LookupBatch
from dubtui.screens.question import Question
from dubtui.screens.sort_by import SortBy
from dubtui.screens.views import ON_KEYS, Views
from dubtui.store.filtering import EVERYTHING
from dubtui.widgets.filter_bar import FilterBar
from dubtui.widgets.line_table import LineTable
from dubtui.widgets.lines import Line

if TYPE_CHECKING:
    from dubtui.api.clock import Clock
    from dubtui.api.pacing import Wait
    from dubtui.customers.lens import Lens
    from dubtui.customers.marks import Marked
    from dubtui.session import Workspace
    from dubtui.store.journal import Entry

MOST_TOLD = 4
"""Writes that were cut short and are told one by one."""
AHEAD = 50
"""Rows before the end of what is here at which the next page is asked for."""


NEED_ROWS = frozenset(
    {"open", "edit", "editor", "delete", "copy", "mark", "range", "mark_all", "invert", "preview", "like", "export"}
)
"""Actions that are about rows."""
NEED_A_LIST = frozenset(
    {"sync", "views", "filter", "sort", "flip", "go", "build", "columns", "groups", "create", "bulk"}
)
"""Actions that are about a list that has begun to come."""


class CustomerList(Acting[None]):
    """A doorman: it takes keys, has the work done, and says what came of it."""

    CSS_PATH = "customer_list.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="open", tooltip="Open the customer"),
        Binding("i,ctrl+l", "look_up", "look up", id="look-up", tooltip="Find a customer by any identifier"),
        Binding("minus", "last", "last one", show=False, id="last", tooltip="Open whom one opened last"),
        Binding("slash", "filter", "filter", id="filter", tooltip="Filter what is here"),
        Binding("s", "sort", "sort", id="sort", tooltip="Choose what the list is sorted by"),
        Binding("S", "flip", "flip the order", show=False, id="flip", tooltip="Turn the order round"),
        Binding("e", "edit", "edit", id="edit", tooltip="Edit the customer"),
        Binding("y", "copy", "copy id", id="copy", tooltip="Copy the external ID"),
        Binding("space", "mark", "mark", id="mark", tooltip="Mark the customer, or unmark it"),
        Binding("r,ctrl+r", "refresh", "refresh", id="refresh", tooltip="Ask Dub again"),
        Binding("L", "sync", "load all", show=False, id="sync", tooltip="Fetch the whole workspace, or stop that"),
        Binding("v", "range", "mark a range", show=False, id="mark-range", tooltip="Mark from here to where v is next"),
        Binding("A", "mark_all", "mark all", show=False, id="mark-all", tooltip="Mark all that are shown"),
        Binding("asterisk", "invert", "invert", show=False, id="mark-invert", tooltip="Mark the others instead"),
        Binding(
            "p", "preview", "preview", show=False, id="preview", tooltip="Show the customer beside the rows, or not"
        ),
        Binding("f", "build", "build a filter", show=False, id="filter-build", tooltip="Build a filter step by step"),
        Binding(
            "comma",
            "like",
            "like this",
            show=False,
            id="filter-like",
            tooltip="Filter by a value of the row",
        ),
        Binding("C", "columns", "columns", show=False, id="columns", tooltip="Choose the columns"),
        Binding(
            "number_sign",
            "groups",
            "groups",
            show=False,
            id="groups",
            tooltip="Count and sum by country, link, partner, state, month",
        ),
        Binding("F", "clear", "clear the filter", show=False, id="clear", tooltip="Take the filter away"),
        Binding("V", "views", "views", show=False, id="views", tooltip="Saved views, and keeping this one"),
        *(
            Binding(str(n), f"view({n})", f"view {n}", show=False, id=f"view-{n}", tooltip=f"Look through view {n}")
            for n in range(1, ON_KEYS + 1)
        ),
        Binding("left_square_bracket", "go(-1)", "back", show=False, id="view-back", tooltip="The view before"),
        Binding("right_square_bracket", "go(1)", "forward", show=False, id="view-forward", tooltip="The view after"),
        Binding("x", "export", "export", show=False, id="export", tooltip="Write customers to a file or the clipboard"),
        Binding(
            "b", "bulk", "change the marked", show=False, id="bulk", tooltip="Change or delete all that are marked"
        ),
        Binding("n", "create", "new", show=False, id="create", tooltip="Create a customer, who has no link"),
        Binding("E", "editor", "$EDITOR", show=False, id="edit-outside", tooltip="Edit the customer in $EDITOR"),
        Binding("u", "undo", "undo", show=False, id="undo", tooltip="Take back the last change"),
        Binding("U", "journal", "changes", show=False, id="journal", tooltip="What was changed from here"),
        Binding("D", "delete", "delete", show=False, id="delete", tooltip="Delete the customer for good"),
        Binding("c", "new_key", "give another key", show=False, id="new-key", tooltip="Sign in with another key"),
        Binding("escape", "back", "back", show=False, id="back", tooltip="One step back"),
        Binding("q", "app.quit", "quit", show=False, id="quit", tooltip="Leave dubtui"),
    ]

    class KeyWanted(Message):
        """Dub does not take the key, and another is to be given."""

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
        self._values: dict[str, list[str]] = {}

    def body(self) -> Iterable[Widget]:
        yield FilterBar(self._complete, id="filter")
        yield Line(id="filter-words")
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
        workspace.store.keep_warm()
        self.pane.open(workspace.browsing)
        self.pane.set_columns(workspace.browsing.lens.columns)
        self._load_first()
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
        await self.app.push_screen_wait(Question(title, lines[:-1], [], stay="Close"))

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
        self._show_title()
        self._show_band()
        self.show_header()
        self.refresh_bindings()

    def _show_title(self) -> None:
        if self.workspace is None:
            self.say_title(path("All customers"))
            return
        browsing = self.workspace.browsing
        known = browsing.coverage.known
        words = ", then ".join(order_words(level.field, descending=level.descending) for level in browsing.lens.order)
        here = f", of the {known:,} here" if browsing.is_local and browsing.has_begun else ""
        self.say_title(path("All customers"), ((words + here, "dim"),))
        count: Spans = ((f"{len(browsing.view):,} match", "bold"), (f" of {known:,} here", "muted"))
        self.query_one(FilterBar).say(count)

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
        self._sum_marks()

    # Asking Dub

    @contextmanager
    def _talking(self) -> Iterator[None]:
        """What goes wrong stays on screen until the next try."""
        try:
            yield
        except DubError as error:
            self.trouble = error
        else:
            self.trouble = None
        self.show()

    @work(group="load", exclusive=True)
    async def _load_first(self) -> None:
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        self._is_stopped = False
        self.show()
        with self._talking():
            if browsing.complete:  # as a copy that was kept is
                await browsing.show()
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
            with self._talking():
                await self.workspace.browsing.more()

    @work(group="load", exclusive=True)
    async def action_refresh(self) -> None:
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        if not browsing.has_begun:
            self._load_first()
            return
        self.say(("asking Dub", "dim"))
        with self._talking():
            await browsing.refresh(*_ends(self.table.in_sight))
        if self.trouble is None:
            self.say(("✓ ", "success"), ("refreshed", "muted"))

    @work(group="sync", exclusive=True)
    async def _sync(self, *, then_mark: bool = False) -> None:
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        browsing.sync.on_progress = self._show_band
        with self._talking():
            synced = await browsing.fetch_all()
            if then_mark:
                browsing.marks.add_shown()
                self._sum_marks()
                self.say()
            else:
                self.say(*synced_words(synced.walked, synced.removed, len(synced.gaps)))

    def action_sync(self) -> None:
        """Fetch everybody; while that is under way, stop it until the next time."""
        if self._is_syncing:
            self.workers.cancel_group(self, "sync")
            self.say(("stopped: ", "muted"), ("L", "bold"), (" goes on with it", "muted"))
        else:
            self._sync()

    @property
    def _is_syncing(self) -> bool:
        return any(worker.group == "sync" and not worker.is_finished for worker in self.workers)

    # Another look

    def look(self, lens: Lens) -> None:
        """Look at the customers through another lens."""
        if self.workspace:
            self._change_look(self.workspace.browsing.look(lens))

    @work(group="look", exclusive=True)
    async def _change_look(self, change: Awaitable[None]) -> None:
        """Have the view changed, show it from its top, and have Dub asked where it sorts so itself."""
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        with self._talking():
            await change
            self._show_lens()
            if browsing.can_go_on and not browsing.has_walked:
                await browsing.more()

    def _show_lens(self) -> None:
        """Bring columns and filter bar to the lens of the moment."""
        if self.workspace is None:
            return
        lens = self.workspace.browsing.lens
        self.pane.set_columns(lens.columns)
        self._show_filter(lens.filter)

    @work(group="dialog", exclusive=True)
    async def action_views(self) -> None:
        if self.workspace is None:
            return
        desk, lens = self.workspace.desk, self.workspace.browsing.lens
        view = await self.app.push_screen_wait(Views(desk, lens))
        if view is None:
            return
        if view not in desk.views:
            with self._keeping():
                await desk.save_view(view)
                self.say(("✓ ", "success"), (f"kept as {safe(view.name)}", "muted"))
        self.look(view.lens)

    def action_view(self, number: int) -> None:
        if self.workspace and number <= len(self.workspace.desk.views):
            self.look(self.workspace.desk.views[number - 1].lens)

    def on_read_only(self, *, is_on: bool) -> None:
        """Say it where the next key is pressed."""
        super().on_read_only(is_on=is_on)
        self.say(("read-only" if is_on else "writing is allowed", "bold"))

    @work(group="keep", exclusive=True)
    async def action_mark_production(self) -> None:
        """Say that real customers are in this workspace, which then starts read-only; or that none are."""
        if self.workspace is None:
            return
        workspace, is_production = self.workspace, not self.workspace.desk.is_production
        with self._keeping():
            await workspace.desk.mark_production(is_production=is_production)
            self.say(("production" if is_production else "no longer production", "bold"))
        workspace.client.read_only = workspace.desk.starts_read_only
        self.show_header()

    @work(group="keep", exclusive=True)
    async def action_start_read_only(self) -> None:
        if self.workspace is None:
            return
        wanted = not self.workspace.desk.starts_read_only
        with self._keeping():
            await self.workspace.desk.start_read_only(wanted=wanted)
            self.say(("starts read-only" if wanted else "starts with writing allowed", "bold"))

    def commands(self) -> Iterator[tuple[str, str]]:
        if self.workspace:
            desk = self.workspace.desk
            yield f"This workspace is {'no ' if desk.is_production else ''}production", "mark_production"
            yield f"Start here {'with writing allowed' if desk.starts_read_only else 'read-only'}", "start_read_only"
        for number, view in enumerate(self.workspace.desk.views if self.workspace else (), 1):
            yield f"View {safe(view.name)}", f"view({number})"

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        """What cannot be written is told; it holds for this run."""
        try:
            yield
        except OSError as error:
            self.say(("! ", "warning"), ("for this run only: ", "warning"), (safe(str(error)), "muted"))

    def action_go(self, steps: int) -> None:
        if self.workspace:
            self._change_look(self.workspace.browsing.go(steps))

    @work(group="dialog", exclusive=True)
    async def action_sort(self) -> None:
        if self.workspace:
            lens = await self.app.push_screen_wait(SortBy(self.workspace.browsing.lens))
            if lens is not None:
                self._sort(lens)

    def action_flip(self) -> None:
        if self.workspace:
            lens = self.workspace.browsing.lens
            self._sort(lens.sorted_by(lens.order[0].field))

    @on(LineTable.HeadClicked)
    def _on_head(self, event: LineTable.HeadClicked) -> None:
        if self.workspace:
            self._sort(self.workspace.browsing.lens.sorted_by("email" if event.name == WHO else event.name))

    def _sort(self, lens: Lens) -> None:
        self.table.action_top()
        self.look(lens)

    # Filter

    def _complete(self, text: str, cursor: int) -> tuple[str, int] | None:
        """A filter with the word under the cursor completed."""
        found = filters.completions(text, cursor, lambda name: self._values.get(name, ()), self._clock.now())
        if not found:
            return None
        best = found[0]
        return text[: best.start] + best.text + text[best.end :], best.start + len(best.text)

    @work(group="values", exclusive=True)
    async def _learn_values(self) -> None:
        """The values that completion offers, the most frequent first."""
        if self.workspace:
            now_ms = milliseconds(self._clock.now())
            for name in COUNTED:
                groups = await self.workspace.store.groups(EVERYTHING, name, now_ms)
                self._values[name] = [str(group.label or group.value) for group in groups if group.value]

    def action_filter(self) -> None:
        self._learn_values()
        self._show_filter(self.query_one(FilterBar).text or " ")
        self.query_one(FilterBar).open()

    def _show_filter(self, text: str) -> None:
        bar = self.query_one(FilterBar)
        bar.display = bool(text)
        self.query_one("#title").display = not bar.display
        bar.set_text(text.strip())

    @on(FilterBar.Changed)
    @work(group="look", exclusive=True)
    async def _on_filter(self, event: FilterBar.Changed) -> None:
        if self.workspace is None:
            return
        words = self.query_one("#filter-words", Line)
        try:
            await self.workspace.browsing.type_filter(event.text)
        except FilterError as error:
            self.query_one(FilterBar).underline(error.start, error.end)
            words.say(((str(error), "dim" if error.incomplete else "warning"),))
            return
        found = self.workspace.browsing.filter
        self.query_one(FilterBar).underline(0, 0)
        words.say(((found.words, "dim"), *((f"   {safe(hint)}", "warning") for hint in found.hints)))
        self.show()

    @on(FilterBar.Submitted)
    @work(group="search", exclusive=True)
    async def _on_filter_submitted(self, event: FilterBar.Submitted) -> None:
        if self.workspace is None or not event.text.strip():
            self.action_clear()
            return
        self.table.focus()
        self.say(("asking Dub", "dim"))
        with self._talking():
            search = await self.workspace.browsing.search()
            if search is None:
                self.say(("Dub can look for nothing of this; sync fetches everybody", "muted"))
            else:
                found = plural(search.found, "customer")
                self.say((f"Dub found {found}{' and more' if search.cut else ''}", "muted"))

    @work(group="dialog", exclusive=True)
    async def action_build(self) -> None:
        """A field, then one of its values; where those are too many to pick from, the bar with the field typed."""
        if self.workspace is None:
            return
        name = await self.app.push_screen_wait(FilterField())
        if name is None:
            return
        if name not in COUNTED:
            self.action_filter()
            self.query_one(FilterBar).type(f"{BY_NAME[name].aliases[0] if BY_NAME[name].aliases else name}:")
            return
        browsing, kind = self.workspace.browsing, COUNTED[name]
        groups = await grouping.grouped(self.workspace.store, browsing.where, kind, self._clock.now())
        term = await self.app.push_screen_wait(FilterValue(BY_NAME[name].title, groups))
        self._add_term(term)

    @work(group="dialog", exclusive=True)
    async def action_like(self) -> None:
        if self.workspace and (row := self.table.row):
            self._add_term(await self.app.push_screen_wait(FilterByRow(row, self._clock.now())))

    @work(group="dialog", exclusive=True)
    async def action_groups(self) -> None:
        if self.workspace:
            text = await self.app.push_screen_wait(Groups(self.workspace))
            if text is not None:
                self.look(self.workspace.browsing.lens.filtered(text))

    def _add_term(self, term: str | None) -> None:
        if self.workspace and term is not None:
            lens = self.workspace.browsing.lens
            self.look(lens.filtered(filters.with_term(lens.filter, term)))

    @work(group="dialog", exclusive=True)
    async def action_columns(self) -> None:
        if self.workspace:
            lens = self.workspace.browsing.lens
            fitting = ["email" if place.column.name == WHO else place.column.name for place in self.table.places]
            columns = await self.app.push_screen_wait(ChooseColumns(lens.columns, fitting))
            if columns is not None:
                with self._keeping():
                    await self.workspace.desk.keep_columns(columns)
                self.look(replace(lens, columns=columns))

    @work(group="dialog", exclusive=True)
    async def action_export(self) -> None:
        if self.workspace is None:
            return
        columns = ["email" if place.column.name == WHO else place.column.name for place in self.table.places]
        exported = await self.app.push_screen_wait(ExportDialog(self.workspace, columns))
        if exported is not None:
            words = f"wrote {plural(exported.customers, 'customer')} to {safe(exported.place)}"
            self.say(("✓ ", "success"), (words, "muted"))

    @on(FilterBar.Left)
    def _on_filter_left(self) -> None:
        self.table.focus()

    @on(FilterBar.Cleared)
    def action_clear(self) -> None:
        if self.workspace:
            self.query_one("#filter-words", Line).say()
            self.look(self.workspace.browsing.lens.filtered(""))
            self.table.focus()

    def action_back(self) -> None:
        """Peel one layer: what is being asked, the range, the filter, the marks; it never quits."""
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        if browsing.is_asking:
            self._is_stopped = True
            self.workers.cancel_group(self, "load")
            self.show()
        elif self.table.end_range() is not None:
            self.say()
        elif self.query_one(FilterBar).display:
            self.action_clear()
        elif browsing.marks:
            browsing.marks.clear()
            self._sum_marks()

    # Marks

    def action_mark(self) -> None:
        if self.workspace and (row := self.table.row):
            self.workspace.browsing.marks.toggle(row.row)
            self.table.action_move(1)
            self._sum_marks()

    def action_range(self) -> None:
        if self.workspace is None:
            return
        places = self.table.end_range()
        if places is None:
            self.table.start_range()
            self.say(("marking a range: v ends it", "muted"))
            return
        browsing = self.workspace.browsing
        browsing.marks.add(browsing.view.numbers[places.start : places.stop])
        self._sum_marks()

    def action_mark_all(self) -> None:
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        had = len(browsing.marks)
        browsing.marks.add_shown()
        self._sum_marks()
        if browsing.complete:
            return
        if len(browsing.marks) == had:
            self._sync(then_mark=True)
        else:
            here = plural(len(browsing.view), "customer")
            self.say((f"marked the {here} here; ", "warning"), ("A", "bold"), (" again fetches the others", "warning"))

    def action_invert(self) -> None:
        if self.workspace:
            self.workspace.browsing.marks.invert()
            self._sum_marks()

    @work(group="marks", exclusive=True)
    async def _sum_marks(self) -> None:
        if self.workspace is None:
            return
        marks = self.workspace.browsing.marks
        self.table.mark_rows(marks.rows)
        self._marked = await marks.sums() if marks else None
        self._show_band()

    # One customer

    @on(LineTable.Chosen)
    @work(group="dialog", exclusive=True)
    async def action_open(self) -> None:
        if self.workspace and (row := self.table.row):
            await self._open(row.id)

    @work(group="dialog", exclusive=True)
    async def action_look_up(self, text: str = "") -> None:
        if self.workspace:
            chosen = await self.app.push_screen_wait(Lookup(self.workspace, text))
            if chosen is not None and chosen.lines:
                await self._open_batch(chosen.lines)
            elif chosen is not None:
                await self._open(chosen.customer_id, edit=chosen.edit)

    async def _open_batch(self, lines: tuple[str, ...]) -> None:
        """Show what several lines mean, and whoever is chosen of them, until one leaves it."""
        if self.workspace is None:
            return
        batch = LookupBatch(self.workspace, lines)
        chosen = await self.app.push_screen_wait(batch)
        self._sum_marks()
        if chosen is not None:
            await self._open(chosen)

    @work(group="dialog", exclusive=True)
    async def action_last(self) -> None:
        """Open whom one opened last."""
        if self.workspace and (last := self.workspace.desk.last):
            await self._open(last.customer_id)

    async def _open(self, customer_id: str, *, edit: bool = False) -> None:
        """Show a customer; afterwards the cursor is on whom one saw last."""
        if self.workspace is None:
            return
        detail = CustomerDetail(self.workspace, customer_id, edit=edit)
        shown = await self.app.push_screen_wait(detail)
        if shown is not None:
            self.table.go_to(shown)
        else:
            self._recount()

    def on_deleted(self, customer_id: str) -> None:
        """One less."""
        self._recount()

    def on_many(self) -> None:
        """Some less, perhaps, and marks went with them."""
        self._recount()
        self._sum_marks()

    @work(group="load")
    async def _recount(self) -> None:
        """Ask how many there are now; where that does not answer, it stays as it was."""
        if self.workspace:
            with suppress(DubError):
                await self.workspace.browsing.count()
            self.show_header()

    @property
    def customer_id(self) -> str | None:
        """Who is under the cursor."""
        return row.id if (row := self.table.row) else None

    async def entry_to_undo(self, workspace: Workspace) -> Entry | None:
        """The newest that can be, of whomever."""
        return await undo.newest(workspace.writer)

    @work(group="dialog", exclusive=True)
    async def action_create(self) -> None:
        if self.workspace is None:
            return
        written = await self.app.push_screen_wait(CustomerCreate(self.workspace))
        if written is None:
            return
        customer = written.outcome.customer
        if row := self.workspace.store.row(customer.id):
            self.table.go_to(row.row)
            self.say(("✓ ", "success"), (f"created {title_of(row)}", "muted"), *unnoted_words(written.unnoted))
            self._recount()

    @work(group="dialog", exclusive=True)
    async def action_bulk(self) -> None:
        """Ask what is to be done to all that are marked, and show the plan of it."""
        if self.workspace is None:
            return
        workspace = self.workspace
        if not workspace.browsing.marks:
            self.say(
                ("nobody is marked: ", "muted"),
                ("space", "bold"),
                (" marks one, ", "muted"),
                ("A", "bold"),
                (" all", "muted"),
            )
            return
        numbers = await workspace.browsing.marks.in_order()
        wanted = await self.app.push_screen_wait(BulkMenu(len(numbers)))
        if wanted is None:
            return
        whom = plural(len(numbers), "customer")
        if not wanted.field:
            await self.change_many(workspace, f"Delete {whom}", partial(bulk.delete_all, workspace.store, numbers))
            return
        text = await self.app.push_screen_wait(BulkValue(wanted.field, len(numbers))) if wanted.is_set else ""
        if text is not None:
            title = f"{'Set' if wanted.is_set else 'Unset'} {BY_NAME[wanted.field].title} of {whom}"
            make = partial(bulk.set_on_all, workspace.store, numbers, wanted.field, text)
            await self.change_many(workspace, title, make)

    @work(group="dialog", exclusive=True)
    async def action_journal(self) -> None:
        if self.workspace and (chosen := await self.app.push_screen_wait(Journal(self.workspace))):
            await self._open(chosen)

    def action_copy(self) -> None:
        if (row := self.table.row) is None:
            return
        text = row.external_id or row.id
        self.app.copy_to_clipboard(text)
        self.say(("copied ", "muted"), (safe(text), ""))

    def action_preview(self) -> None:
        self.pane.toggle_preview()

    def action_new_key(self) -> None:
        self.post_message(self.KeyWanted())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what cannot act now."""
        if not self.is_mounted or self.workspace is None:
            return action in ("help", "quit", "app.quit")
        match action:
            case "last":
                return self.workspace.desk.last is not None
            case "view":
                return parameters[0] in range(1, len(self.workspace.desk.views) + 1)
            case "new_key":
                return isinstance(self.trouble, NotAllowed)
            case _ if action in NEED_ROWS:
                return self.table.display
            case _ if action in NEED_A_LIST:
                return self.workspace.browsing.has_begun
        return True


def _ends(places: range) -> tuple[int, int]:
    return places.start, places.stop
