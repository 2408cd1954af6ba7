"""Several identifiers that were pasted: found, missing or ambiguous, each with its customer, and a file of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from dubtui.api.errors import DubError
from dubtui.customers.batch import Batch, BatchLine, Outcome, report_lines
from dubtui.display.frame import path
from dubtui.display.people import title_of
from dubtui.display.text import BLANK, Spans, plural, safe
from dubtui.display.trouble import explain
from dubtui.fields import CustomerRow
from dubtui.screens.ask import saved_as
from dubtui.screens.base import Framed
from dubtui.screens.choose import Choice, Choose
from dubtui.widgets.line_table import Column, LineTable, Listed
from dubtui.widgets.notice import Notice

if TYPE_CHECKING:
    from dubtui.session import Workspace

SIGNS: dict[Outcome, Spans] = {
    Outcome.OPEN: (("  asking Dub", "dim"),),
    Outcome.FOUND: (("✓ ", "success"), ("found", "muted")),
    Outcome.AMBIGUOUS: (("! ", "warning"), ("more than one", "warning")),
    Outcome.MISSING: (("× ", "error"), ("missing", "error")),
}


class _Row(NamedTuple):
    """A line, and the customer that it means."""

    line: BatchLine
    customer: CustomerRow | None


class LookupBatch(Framed[str | None]):
    """Returns the Dub id of whom to open."""

    CSS_PATH = "lookup_batch.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="batch-open", tooltip="Open the customer of the line"),
        Binding("A", "mark", "mark the found", id="batch-mark", tooltip="Mark all who were found, for the list"),
        Binding("x", "report", "save table", id="batch-report", tooltip="Write the table to a CSV file"),
        Binding("r", "again", "try again", id="batch-again", tooltip="Ask for the lines that are open"),
        Binding("escape,q", "leave", "back", id="back", tooltip="Back to the list"),
    ]

    def __init__(self, workspace: Workspace, lines: tuple[str, ...]) -> None:
        super().__init__()
        self.workspace: Workspace = workspace
        self._batch = Batch(workspace.lookup, lines)
        self._batch.on_progress = self._show
        self._trouble: DubError | None = None

    def body(self) -> Iterable[Widget]:
        yield LineTable[_Row](id="lines")
        yield Notice(id="trouble")

    @property
    def _table(self) -> LineTable[_Row]:
        return self.query_one("#lines", LineTable)

    def on_mount(self) -> None:
        super().on_mount()
        self._table.set_columns(
            [
                Column("pasted", "Pasted", lambda row: ((safe(row.line.text), ""),), 24, 40, strong=True),
                Column("outcome", "Result", lambda row: SIGNS[row.line.outcome], 15),
                Column("who", "Customer", self._who, 18, 40),
                Column("external", "External ID", self._external_id, 12, 24),
            ],
            ("who", "pasted", "external"),
        )
        self._table.focus()
        self.action_again()

    @staticmethod
    def _who(row: _Row) -> Spans:
        if row.customer:
            return ((title_of(row.customer), ""),)
        return ((plural(len(row.line.hits), "customer"), "muted"),) if row.line.hits else BLANK

    @staticmethod
    def _external_id(row: _Row) -> Spans:
        value = row.customer.external_id if row.customer else None
        return ((safe(value), "muted"),) if value else BLANK

    def _show(self) -> None:
        at = self._table.cursor
        self._table.show(Listed([_Row(line, self._customer(line)) for line in self._batch.lines]))
        self._table.cursor = at
        self.say_title(path("All customers", "Look up", plural(len(self._batch.lines), "line")))
        counts = self._batch.counts
        words = [f"{counts[outcome]:,} {outcome}" for outcome in Outcome if counts[outcome]]
        self.say_band((("   ".join(words), ""),))
        notice = self.query_one("#trouble", Notice)
        notice.clear()
        if self._trouble is not None:
            said = explain(self._trouble)
            prose = f"{said.why} What was found stays.".strip()
            notice.say(((said.title, "bold error"),), prose, [("r", "ask for the open lines")], kind="error")

    def _customer(self, line: BatchLine) -> CustomerRow | None:
        return self.workspace.store.row(line.hits[0].customer_id) if line.outcome is Outcome.FOUND else None

    @work(group="ask", exclusive=True)
    async def action_again(self) -> None:
        self._trouble = None
        self._show()
        try:
            await self._batch.run()
        except DubError as error:
            self._trouble = error
        self._show()

    @on(LineTable.Chosen)
    @work(group="dialog", exclusive=True)
    async def action_open(self) -> None:
        if (row := self._table.row) is None or not row.line.hits:
            return
        if row.customer:
            self.dismiss(row.customer.id)
            return
        rows = [found for hit in row.line.hits if (found := self.workspace.store.row(hit.customer_id))]
        choices = [Choice(found.id, title_of(found), about=safe(found.external_id or found.id)) for found in rows]
        chosen = await self.app.push_screen_wait(Choose(safe(row.line.text), choices, noun="customer"))
        if chosen is not None:
            self.dismiss(chosen)

    def action_mark(self) -> None:
        rows = [row.row for found in self._batch.found if (row := self.workspace.store.row(found))]
        self.workspace.browsing.marks.add(rows)
        self.say_band((("✓ ", "success"), (f"marked {plural(len(rows), 'customer')} in the list", "muted")))

    @work(group="dialog", exclusive=True)
    async def action_report(self) -> None:
        proposed = f"lookups-{self.workspace.clock.now():%Y-%m-%d-%H%M}.csv"
        lines = partial(report_lines, self._batch.lines, self.workspace.store)
        if said := await saved_as(self.app, "Write the table to", proposed, lines):
            self.say_band(said)

    def action_leave(self) -> None:
        self.dismiss(None)
