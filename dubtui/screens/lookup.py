"""One box for any identifier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from dubtui.api.errors import DubError
from dubtui.customers.lookup import Hit, look_up, readings
from dubtui.display.figures import milliseconds
from dubtui.display.people import who
from dubtui.display.text import Spans, plural, safe
from dubtui.display.trouble import explain
from dubtui.screens.modal import Modal
from dubtui.widgets.line_table import Column, LineTable, Listed
from dubtui.widgets.lines import Prose, TextLines

if TYPE_CHECKING:
    from dubtui.session import Workspace

ASKED_FOR: Spans = (("a Dub id, an external ID with or without ext_, or an e-mail", "dim"),)


class Lookup(Modal[str]):
    """Returns the Dub id of the customer that was found."""

    CSS_PATH = "lookup.tcss"
    HAS_HEAD = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="look-up-open", tooltip="Find and open", priority=True),
        Binding("up", "move(-1)", "up", show=False, priority=True),
        Binding("down", "move(1)", "down", show=False, priority=True),
    ]

    def __init__(self, workspace: Workspace, text: str = "") -> None:
        super().__init__()
        self._workspace = workspace
        self._text = text
        self._hits: list[Hit] = []

    def body(self) -> Iterable[Widget]:
        with Horizontal(id="head"):
            yield TextLines((("Look up", "muted"),), id="prompt")
            yield Input(self._text, compact=True, id="typed", select_on_focus=False)
            yield TextLines(id="count")
        yield TextLines(ASKED_FOR, id="reading")
        yield LineTable[Hit](has_head=False, leads=True, id="hits")
        yield Prose(id="outcome")

    @property
    def _table(self) -> LineTable[Hit]:
        return self.query_one("#hits", LineTable)

    def on_mount(self) -> None:
        self._table.set_columns(
            [
                Column("who", "", self._who, 38, strong=True),
                Column("external", "", lambda hit: ((safe(hit.customer.external_id or ""), "muted"),), 16),
                Column("what", "", lambda hit: ((hit.what, "dim"),), 8, 24),
            ],
            ("what",),
        )
        self.query_one(Input).focus()
        if self._text:
            self.action_open()

    def _who(self, hit: Hit) -> Spans:
        row = self._workspace.store.row(hit.customer.id)
        return who(row) if row else ((safe(hit.customer.id), ""),)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._hits = []
        self._show_hits()
        text = event.value.strip()
        words: Spans = ((", ".join(reading.what for reading in readings(text)), "dim"),) if text else ASKED_FOR
        self.query_one("#reading", TextLines).say(words)
        self.query_one("#outcome", Prose).say()

    def _show_hits(self) -> None:
        self._table.show(Listed(self._hits))
        count = self.query_one("#count", TextLines)
        count.say(((f"{len(self._hits)} found", ""),) if self._hits else ())

    def action_move(self, rows: int) -> None:
        self._table.action_move(rows)

    def on_line_table_chosen(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Open the row with the cursor; where there are none yet, ask Dub."""
        if self._hits and (hit := self._table.row):
            self.dismiss(hit.customer.id)
        elif text := self.query_one(Input).value.strip():
            self._ask(text)

    @work(group="look-up", exclusive=True)
    async def _ask(self, text: str) -> None:
        workspace, outcome = self._workspace, self.query_one("#outcome", Prose)
        outcome.say((("Asking Dub", "muted"),))
        asked_at = milliseconds(workspace.clock.now())
        try:
            hits = await look_up(workspace.client, text)
        except DubError as error:
            words = explain(error)
            outcome.say(((words.title, "bold error"),), ((f"{words.why} {words.todo}", "muted"),))
            return
        await workspace.store.put([hit.customer for hit in hits], asked_at=asked_at)
        if len(hits) == 1:
            self.dismiss(hits[0].customer.id)
            return
        self._hits = hits
        self._show_hits()
        if hits:
            outcome.say(((f"{plural(len(hits), 'customer')} have this: choose one.", "warning"),))
        else:
            tried = ", ".join(f"as {reading.what}" for reading in readings(text))
            outcome.say((("Nobody has exactly this. ", "bold"), (f"Dub was asked for it {tried}.", "muted")))
