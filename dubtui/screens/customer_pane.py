"""The body of the list: waiting, empty, in trouble, or rows with the customer under the cursor beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from dubtui.api.errors import DubError, NotAllowed, TooFast
from dubtui.display import listing
from dubtui.display.columns import GROWING, WHO, Wanted, head_of, plan_for, wanted_columns
from dubtui.display.people import CELLS, is_figure, who
from dubtui.display.text import Spans
from dubtui.display.trouble import explain
from dubtui.fields import CustomerRow
from dubtui.widgets.customer_card import CustomerPreview
from dubtui.widgets.line_table import Column, LineTable, placed
from dubtui.widgets.lines import TextLines
from dubtui.widgets.notice import Notice
from dubtui.widgets.waiting import Waiting

if TYPE_CHECKING:
    from dubtui.api.clock import Clock
    from dubtui.customers.browsing import Browsing
    from dubtui.customers.marks import Marked

HINTS = 10
"""Free lines below the rows from which hints have room."""
BESIDE = 160
"""Cells from which the preview stands beside the rows; below that it stands under them."""
UNDER = (100, 30)
"""Columns and rows from which it does."""


class CustomerPane(Vertical):
    """Shows what a `Browsing` holds; messages of the table pass through it."""

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._browsing: Browsing | None = None
        self._columns: tuple[str, ...] = ()
        self._arranged_for = 0
        self.preview: bool | None = None
        """Whether somebody wants the preview; None: where it has room."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="sides"):
            with Vertical(id="rows"):
                yield Waiting(id="waiting")
                yield LineTable[CustomerRow](lambda row: row.row, id="table")
                yield TextLines(id="hints")
                yield Notice(id="notice")
            yield CustomerPreview(self._clock, id="preview")
        yield Notice(id="trouble")

    @property
    def table(self) -> LineTable[CustomerRow]:
        """The rows."""
        return self.query_one("#table", LineTable)

    @property
    def notice(self) -> Notice:
        """Where trouble is told: above the band, or in the rows' place."""
        return self.query_one("#trouble" if self.table.display else "#notice", Notice)

    def open(self, browsing: Browsing) -> None:
        """Show the rows of a workspace."""
        self._browsing = browsing
        self.table.show(browsing.view)
        self.table.mark_rows(browsing.marks.rows)

    # Faces

    def show(self, trouble: DubError | None) -> None:
        """Choose the face."""
        browsing = self._browsing
        rows = len(browsing.view) if browsing else 0
        begun = trouble is not None or (browsing is not None and browsing.has_begun)
        self.query_one(Waiting).display = not begun
        self.table.display = rows > 0
        for notice in self.query(Notice):
            notice.clear()
        if trouble is not None:
            self._show_trouble(self.notice, trouble)
        elif begun and browsing and not rows:
            self._show_empty(self.notice, browsing)
        self._show_hints(rows)
        self._show_heads()
        self.show_preview()

    @staticmethod
    def _show_trouble(notice: Notice, trouble: DubError) -> None:
        words = explain(trouble)
        kind = "warning" if isinstance(trouble, TooFast) else "error"
        keys = [("r", "try again")]
        if isinstance(trouble, NotAllowed):
            keys.insert(0, ("c", "give another key"))
        notice.say(((words.title, f"bold {kind}"),), f"{words.why} {words.todo}".strip(), keys, kind=kind)

    @staticmethod
    def _show_empty(notice: Notice, browsing: Browsing) -> None:
        if browsing.is_filtered:
            keys = [("enter", "ask Dub for what it can find"), ("esc", "clear the filter")]
            notice.say((("No customers match", "bold"),), listing.no_match(browsing.coverage.known), keys)
        else:
            notice.say((("No customers yet", "bold"),), listing.NO_CUSTOMERS, [("r", "look again")])

    def _show_hints(self, rows: int) -> None:
        browsing, hints = self._browsing, self.query_one("#hints", TextLines)
        room = self.size.height - rows - 1 >= HINTS
        self.set_class(bool(browsing and browsing.is_filtered and rows and room), "-short")
        if browsing and self.has_class("-short"):
            known, total, complete = browsing.coverage.known, browsing.total, browsing.complete
            hints.say(*listing.hint_lines(known, total, complete=complete))

    def _show_heads(self) -> None:
        if self._browsing is None:
            return
        first = self._browsing.lens.order[0]
        self.table.mark_heads((first.field, first.descending), self._browsing.filter.fields)

    def show_preview(self) -> None:
        """The customer under the cursor, where there is room or somebody wants it."""
        preview = self.query_one(CustomerPreview)
        row = self.table.row if self.table.display else None
        width, height = self.app.size
        fits = width >= UNDER[0] and height >= UNDER[1]
        preview.display = row is not None and (fits if self.preview is None else self.preview)
        self.query_one("#sides").set_class(width >= BESIDE, "-beside")
        if row is not None and preview.display:
            preview.show(row, tall=width >= BESIDE)

    def toggle_preview(self) -> None:
        """Show the preview, or take it away."""
        self.preview = not self.query_one(CustomerPreview).display
        self.show_preview()

    # Columns

    def set_columns(self, names: Sequence[str] = ()) -> None:
        """Draw some fields, or those that the width has room for."""
        self._columns = tuple(names)
        self.arrange_columns()

    def on_resize(self) -> None:
        self.arrange_columns()

    def on_line_table_redrawn(self) -> None:
        """Where the preview took cells from the rows, or gave them back, other columns have room."""
        if self.table.size.width != self._arranged_for:
            self.arrange_columns()

    def arrange_columns(self) -> None:
        """Fit the columns to the width there is."""
        width = self._arranged_for = self.table.size.width or self.app.size.width
        wanted = wanted_columns(self._columns) if self._columns else plan_for(width)
        columns = [self._column(column) for column in wanted]
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

    # The band

    def band(self, marked: Marked | None, width: int) -> Spans:
        """What the line below counts."""
        browsing = self._browsing
        if browsing is None or not browsing.has_begun:
            return ()
        totals = marked.totals if marked else browsing.view.totals
        place = next((place for place in self.table.places if place.column.name == "saleAmount"), None)
        return listing.band(
            len(browsing.view),
            listing.Sums(totals.rows, totals.sale_amount, totals.paid, totals.canceled),
            marked=marked.totals.rows if marked else 0,
            hidden=marked.hidden if marked else 0,
            complete=browsing.complete,
            money_end=place.x + place.width - self.table.gutter_width if place else 0,
            width=width,
        )
