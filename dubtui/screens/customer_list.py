"""All customers: one endless table over the store, fed by Dub as one looks further down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from dubtui.api.errors import DubError, NotAllowed, TooFast
from dubtui.customers import filters
from dubtui.display import listing
from dubtui.display.columns import GROWING, WHO, Wanted, head_of, order_words, plan_for
from dubtui.display.frame import path
from dubtui.display.people import CELLS, is_figure, title_of, who
from dubtui.display.text import Spans, plural, safe
from dubtui.display.trouble import explain, saved_words
from dubtui.fields import FIELDS, CustomerRow, Kind
from dubtui.screens.base import Framed
from dubtui.screens.choose import Choice, Choose
from dubtui.screens.customer_delete import CustomerDelete
from dubtui.screens.customer_detail import CustomerDetail
from dubtui.screens.customer_edit import CustomerEdit
from dubtui.screens.lookup import Lookup
from dubtui.store.views import Order
from dubtui.widgets.filter_bar import FilterBar
from dubtui.widgets.line_table import GUTTER, Column, LineTable, placed
from dubtui.widgets.notice import Notice
from dubtui.widgets.waiting import Waiting

if TYPE_CHECKING:
    from dubtui.api.clock import Clock
    from dubtui.session import Workspace

AHEAD = 50
"""Rows before the end of what is here at which the next page is asked for."""


class CustomerList(Framed[None]):
    """Waiting, empty, in trouble, or rows."""

    CSS_PATH = "customer_list.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="open", tooltip="Open the customer"),
        Binding("i,ctrl+l", "look_up", "look up", id="look-up", tooltip="Find a customer by any identifier"),
        Binding("slash", "filter", "filter", key_display="/", id="filter", tooltip="Filter what is here"),
        Binding("s", "sort", "sort", id="sort", tooltip="Choose what the list is sorted by"),
        Binding("S", "flip", "flip the order", show=False, id="flip", tooltip="Turn the order round"),
        Binding("e", "edit", "edit", id="edit", tooltip="Edit the customer"),
        Binding("y", "copy", "copy id", id="copy", tooltip="Copy the external ID"),
        Binding("r,ctrl+r", "refresh", "refresh", id="refresh", tooltip="Ask Dub again"),
        Binding("D", "delete", "delete", show=False, id="delete", tooltip="Delete the customer for good"),
        Binding("F", "clear", "clear the filter", show=False, id="clear", tooltip="Take the filter away"),
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

    def body(self) -> Iterable[Widget]:
        yield FilterBar(id="filter")
        yield Waiting(id="waiting")
        yield LineTable[CustomerRow](lambda row: row.row, id="table")
        yield Notice(id="notice")
        yield Notice(id="trouble")

    @property
    def table(self) -> LineTable[CustomerRow]:
        """The rows."""
        return self.query_one("#table", LineTable)

    def on_mount(self) -> None:
        super().on_mount()
        self._set_columns()
        self.show()

    def open(self, workspace: Workspace) -> None:
        """Show a workspace, from its first page on."""
        self.workspace = workspace
        self.trouble = None
        workspace.browsing.view.on_change = self._on_rows
        self.table.show(workspace.browsing.view)
        self.table.focus()
        self._load_first()

    # The four faces

    def show(self) -> None:
        """Choose the face and say where one is."""
        rows = len(self.workspace.browsing.view) if self.workspace else 0
        begun = self.trouble is not None or (self.workspace is not None and self.workspace.browsing.has_begun)
        self.query_one(Waiting).display = not begun
        self.table.display = rows > 0
        if rows and self.focused is None:
            self.table.focus()
        self._show_notices(rows, begun=begun)
        self._show_title()
        self._show_band()
        self.show_header()
        self.refresh_bindings()

    def _show_notices(self, rows: int, *, begun: bool) -> None:
        notice, block = self.query_one("#notice", Notice), self.query_one("#trouble", Notice)
        notice.clear()
        block.clear()
        if self.trouble is not None:
            self._show_trouble(block if rows else notice, self.trouble)
        elif begun and not rows and self.workspace:
            browsing = self.workspace.browsing
            if browsing.is_filtered:
                keys = [("enter", "ask Dub, which finds whole words of names and e-mails"), ("esc", "clear the filter")]
                notice.say((("No customers match", "bold"),), listing.no_match(browsing.coverage.known), keys)
            else:
                notice.say((("No customers yet", "bold"),), listing.NO_CUSTOMERS, [("r", "look again")])

    @staticmethod
    def _show_trouble(notice: Notice, trouble: DubError) -> None:
        words = explain(trouble)
        kind = "warning" if isinstance(trouble, TooFast) else "error"
        keys = [("r", "try again")]
        if isinstance(trouble, NotAllowed):
            keys.insert(0, ("c", "give another key"))
        notice.say(((words.title, f"bold {kind}"),), f"{words.why} {words.todo}".strip(), keys, kind=kind)

    def _show_title(self) -> None:
        if self.workspace is None:
            self.say_title(path("All customers"))
            return
        browsing = self.workspace.browsing
        first, known = browsing.order[0], browsing.coverage.known
        words = order_words(first.field, descending=first.descending)
        here = f", of the {known:,} here" if browsing.is_local and browsing.has_begun else ""
        self.say_title(path("All customers"), ((words + here, "dim"),))
        self.table.mark_order(first.field, descending=first.descending)
        self.query_one(FilterBar).say(((f"{len(browsing.view):,} match", "bold"), (f" of {known:,} here", "muted")))

    def _show_band(self) -> None:
        if self.workspace is None or not self.workspace.browsing.has_begun:
            self.say_band((("Asking Dub for the first 100 customers", ""),) if self.trouble is None else ())
            return
        browsing = self.workspace.browsing
        totals = browsing.view.totals
        place = next((place for place in self.table.places if place.column.name == "saleAmount"), None)
        end = place.x + place.width - GUTTER if place else 0
        left = listing.band(totals.rows, totals.sale_amount, totals.paid, complete=browsing.complete, money_end=end)
        self.say_band(((plural(totals.rows, "row"), ""),) if self._said else left, self._said)

    def _say(self, *said: tuple[str, str]) -> None:
        """Say what came of a key, at the right of the band until the next one."""
        self._said = said
        self._show_band()

    def _set_columns(self) -> None:
        width = self.app.size.width
        columns = [self._column(wanted) for wanted in plan_for(width)]
        self.table.set_columns(columns, GROWING)
        self.query_one(Waiting).set_places(placed(columns, width, GROWING))

    def _column(self, wanted: Wanted) -> Column[CustomerRow]:
        if wanted.field == WHO:
            return Column(WHO, head_of(WHO), who, wanted.width, wanted.most, strong=True)
        cell = CELLS[wanted.field]
        return Column(
            wanted.field,
            head_of(wanted.field),
            lambda row: cell(row, self._clock.now()),
            wanted.width,
            wanted.most,
            right=is_figure(wanted.field),
            strong=wanted.field in ("name", "saleAmount"),
            gap=wanted.gap,
        )

    def on_resize(self) -> None:
        super().on_resize()
        self._set_columns()
        self._show_band()

    def _on_rows(self) -> None:
        self.table.follow()
        self.show()

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
        if self.workspace:
            self.show()
            with self._talking():
                await asyncio.gather(self.workspace.browsing.more(), self.workspace.browsing.count())

    @on(LineTable.Moved)
    def _on_moved(self) -> None:
        self._say()
        self._load_ahead()

    @on(LineTable.Redrawn)
    def _on_redrawn(self) -> None:
        self._show_band()
        self._load_ahead()

    def _load_ahead(self) -> None:
        if self.workspace is None:
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
        self._say(("asking Dub", "dim"))
        with self._talking():
            await browsing.refresh(self.table.in_sight.start, self.table.in_sight.stop)
        if self.trouble is None:
            self._say(("✓ ", "success"), ("refreshed", "muted"))

    # Order

    @work(group="dialog", exclusive=True)
    async def action_sort(self) -> None:
        if self.workspace is None:
            return
        current = self.workspace.browsing.order[0].field
        choices = [Choice(field.name, field.title, is_chosen=field.name == current) for field in FIELDS]
        name = await self.app.push_screen_wait(Choose("Sort by", choices))
        if name is not None:
            self._sort_by(name)

    def action_flip(self) -> None:
        if self.workspace:
            self._sort_by(self.workspace.browsing.order[0].field)

    @on(LineTable.HeadClicked)
    def _on_head(self, event: LineTable.HeadClicked) -> None:
        self._sort_by("email" if event.name == WHO else event.name)

    @work(group="order", exclusive=True)
    async def _sort_by(self, name: str) -> None:
        """Sort by a field, the largest or newest first; by the one that is sorted by already: the other way round."""
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        first = browsing.order[0]
        descending = not first.descending if first.field == name else starts_high(name)
        with self._talking():
            await browsing.sort((Order(name, descending=descending),))
            self.table.action_top()
            if browsing.can_go_on and not browsing.has_walked:
                await browsing.more()

    # Filter

    def action_filter(self) -> None:
        if self.workspace and self.workspace.browsing.has_begun:
            self.query_one("#title").display = False
            self.query_one(FilterBar).open()

    @on(FilterBar.Changed)
    @work(group="filter", exclusive=True)
    async def _on_filter(self, event: FilterBar.Changed) -> None:
        if self.workspace:
            await self.workspace.browsing.filter(filters.parse(event.text))
            self.show()

    @on(FilterBar.Submitted)
    @work(group="search", exclusive=True)
    async def _on_filter_submitted(self, event: FilterBar.Submitted) -> None:
        if self.workspace is None or not event.text.strip():
            self.action_clear()
            return
        self.table.focus()
        self._say(("asking Dub", "dim"))
        with self._talking():
            search = await self.workspace.browsing.search(event.text.strip())
            found = plural(search.found, "customer")
            self._say((f"Dub found {found}{' and more' if search.cut else ''}", "muted"))

    @on(FilterBar.Left)
    def _on_filter_left(self) -> None:
        self.table.focus()

    @on(FilterBar.Cleared)
    def action_clear(self) -> None:
        self.query_one(FilterBar).close()
        self.query_one("#title").display = True
        self.table.focus()
        self._filter_nothing()

    @work(group="filter", exclusive=True)
    async def _filter_nothing(self) -> None:
        if self.workspace:
            await self.workspace.browsing.filter(filters.parse(""))
            self.show()

    def action_back(self) -> None:
        """Peel one layer: what is being asked, then the filter; it never quits."""
        if self.workspace and self.workspace.browsing.is_asking:
            self.workers.cancel_group(self, "load")
        elif self.query_one(FilterBar).display:
            self.action_clear()

    # One customer

    @on(LineTable.Chosen)
    @work(group="dialog", exclusive=True)
    async def action_open(self) -> None:
        if self.workspace and (row := self.table.row):
            shown = await self.app.push_screen_wait(CustomerDetail(self.workspace, row.id))
            if shown is not None:
                self.table.go_to(shown)

    @work(group="dialog", exclusive=True)
    async def action_look_up(self, text: str = "") -> None:
        if self.workspace:
            found = await self.app.push_screen_wait(Lookup(self.workspace, text))
            if found is not None:
                await self.app.push_screen_wait(CustomerDetail(self.workspace, found))

    @work(group="dialog", exclusive=True)
    async def action_edit(self) -> None:
        if self.workspace and (row := self.table.row):
            saved = await self.app.push_screen_wait(CustomerEdit(self.workspace, row.id))
            if saved is not None:
                self._say(*saved_words(saved.ignored))

    @work(group="dialog", exclusive=True)
    async def action_delete(self) -> None:
        if self.workspace and (row := self.table.row):
            gone = await self.app.push_screen_wait(CustomerDelete(self.workspace, row.id))
            if gone:
                self._say(("✓ ", "success"), (f"deleted {title_of(row)}", "muted"))

    def action_copy(self) -> None:
        if (row := self.table.row) is None:
            return
        text = row.external_id or row.id
        self.app.copy_to_clipboard(text)
        self._say(("copied ", "muted"), (safe(text), ""))

    def action_new_key(self) -> None:
        self.post_message(self.KeyWanted())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what cannot act now."""
        if action in ("open", "edit", "delete", "copy"):
            return self.is_mounted and self.table.display
        if action in ("filter", "sort", "flip"):
            return self.workspace is not None and self.workspace.browsing.has_begun
        if action == "look_up":
            return self.workspace is not None
        if action == "new_key":
            return isinstance(self.trouble, NotAllowed)
        return True


def starts_high(name: str) -> bool:
    """Whether a field is sorted with its largest values first unless one says otherwise."""
    field = next(field for field in FIELDS if field.name == name)
    return field.kind not in (Kind.TEXT, Kind.STATE)
