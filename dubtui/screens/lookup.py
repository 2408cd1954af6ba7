"""One box for any identifier: who is here answers at each key, Dub once the typing rests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from dubtui.api.errors import DubError
from dubtui.customers.browsing import read_again
from dubtui.customers.lookup import SEARCHED, SIMILAR, Hit, merged
from dubtui.customers.pasted import HERE_ALONE, lines_of, read
from dubtui.display.figures import milliseconds
from dubtui.display.text import Spans, plural, safe
from dubtui.display.trouble import explain
from dubtui.folding import fold
from dubtui.screens.lookup_cells import Cells, Found
from dubtui.screens.modal import Modal
from dubtui.widgets.customer_card import CustomerPreview
from dubtui.widgets.line_table import LineTable, Listed
from dubtui.widgets.lines import Line, Prose, TextLines

if TYPE_CHECKING:
    from dubtui.session import Workspace

REST = 0.25
"""Seconds without a key before Dub is asked."""
MOST = 100
"""Rows that are listed."""
MOST_FETCHED = 9
"""Customers of an earlier run who are asked for when the box opens."""
ROOM = (112, 34)
"""Columns and rows from which each has two lines, and a card beside them."""
ASKED_FOR = "a name, an e-mail, an external ID, a Stripe or Dub id, an address; any part of one"
FETCH: Spans = (("L", "bold"), (" in the list fetches everybody", "dim"))
ONE_ALONE = ("external ID", "Dub id", "Stripe ID")
"""What no two customers have."""
GUESSES = (SEARCHED, SIMILAR)
"""Reasons for which nobody is opened unseen."""
KINDS: dict[str, tuple[str, ...]] = {
    "all": (),
    "names": ("name",),
    "e-mails": ("e-mail", "partner's e-mail"),
    "ids": ("external ID", "Dub id", "Stripe ID"),
}


class Chosen(NamedTuple):
    """Whom to open, and whether to edit at once; or several lines that were pasted."""

    customer_id: str
    edit: bool = False
    lines: tuple[str, ...] = ()


class _Box(Input):
    """An input that several lines can be pasted into."""

    class LinesPasted(Message):
        """More than one line was pasted."""

        def __init__(self, lines: tuple[str, ...]) -> None:
            super().__init__()
            self.lines = lines

    def on_paste(self, event: events.Paste) -> None:
        lines = lines_of(event.text)
        if len(lines) > 1:
            event.stop()
            event.prevent_default()
            self.post_message(self.LinesPasted(tuple(lines)))


class Lookup(Modal[Chosen]):
    """Returns who was chosen."""

    CSS_PATH = "lookup.tcss"
    HAS_HEAD = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="look-up-open", tooltip="Open the customer", priority=True),
        Binding("down", "move(1)", "to the rows", id="look-up-down", tooltip="Move down", priority=True),
        Binding("up", "move(-1)", "up", show=False, priority=True),
        Binding("pagedown", "page(1)", "page down", show=False, priority=True),
        Binding("pageup", "page(-1)", "page up", show=False, priority=True),
        Binding("y", "copy", "copy id", id="look-up-copy", tooltip="Copy the external ID"),
        Binding("e", "edit", "edit", id="look-up-edit", tooltip="Edit the customer"),
        Binding("tab", "kind", "kind", id="look-up-kind", tooltip="Only names, e-mails or ids", priority=True),
        Binding("ctrl+t", "pin", "pin", id="look-up-pin", tooltip="Keep at the top, or no longer", priority=True),
    ]

    def __init__(self, workspace: Workspace, text: str = "") -> None:
        super().__init__()
        self._workspace = workspace
        self._lookup = workspace.lookup
        self._pasted = read(text)
        self._here: Sequence[Hit] = ()
        self._listed_for = ""
        """The text that those here fit."""
        self._answers: Sequence[Hit] | None = None
        """What Dub answered to the text; None before it has."""
        self._kind = "all"
        self._wants_first = bool(text)
        """Whether the first is to be opened once Dub has answered."""
        self._trouble: DubError | None = None
        self._typed = text

    def body(self) -> Iterable[Widget]:
        with Horizontal(id="head"):
            yield TextLines((("Look up", "muted"),), id="prompt")
            yield _Box(self._typed, compact=True, id="typed", select_on_focus=False)
            yield TextLines(id="count")
        yield Line(id="reading")
        with Horizontal(id="found"):
            with Vertical(id="rows"):
                yield LineTable[Found](lambda found: found.row.row, has_head=False, leads=True, id="hits")
            yield CustomerPreview(self._workspace.clock, id="card")
        yield Prose(id="outcome")

    @property
    def _table(self) -> LineTable[Found]:
        return self.query_one("#hits", LineTable)

    @property
    def _input(self) -> Input:
        return self.query_one("#typed", Input)

    def on_mount(self) -> None:
        self._arrange()
        self._input.focus()
        self._begin()

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Two lines and a card where there is room."""
        is_wide = self.app.size.width >= ROOM[0] and self.app.size.height >= ROOM[1]
        self.set_class(is_wide, "-wide")
        self._table.tall = is_wide
        self._show()

    # Asking

    @on(Input.Changed, "#typed")
    def _on_typed(self, event: Input.Changed) -> None:
        if event.value != self._typed:
            self._typed, self._wants_first = event.value, False
            self._pasted = read(event.value)
            self._begin()

    def _begin(self) -> None:
        self._answers, self._trouble = None, None
        self._look_here()
        if self._pasted.text:
            self._ask()
        else:
            self.workers.cancel_group(self, "ask")
            self._fetch_recents()

    @work(group="here", exclusive=True)
    async def _look_here(self) -> None:
        await self._find_here()

    async def _find_here(self) -> None:
        text = self._pasted.text
        self._here = await self._lookup.here(text, limit=MOST)
        self._listed_for = text
        self._show()

    @work(group="ask", exclusive=True)
    async def _ask(self) -> None:
        """Ask Dub for all that the text may be, and for what its own search finds."""
        pasted, lookup = self._pasted, self._lookup
        await self._workspace.clock.sleep(0 if self._wants_first else REST)
        try:
            self._answers = await lookup.anybody(pasted, limit=MOST)
        except DubError as error:
            self._trouble = error
            self._answers = await lookup.known(pasted, limit=MOST)
        self._show()
        if self._wants_first:
            self._open_first()

    @work(group="recents", exclusive=True)
    async def _fetch_recents(self) -> None:
        """Who was opened at another time is remembered by id alone."""
        workspace = self._workspace
        missing = [
            recent.customer_id for recent in workspace.desk.recents if not workspace.store.row(recent.customer_id)
        ]
        asked_at = milliseconds(workspace.clock.now())
        for customer_id in missing[:MOST_FETCHED]:
            try:
                if await read_again(workspace.client, workspace.store, customer_id, asked_at) is None:
                    await workspace.desk.forget(customer_id)
            except (DubError, OSError):  # they are left out until the next time
                return
            self._show()

    # Showing

    @property
    def _hits(self) -> list[Hit]:
        """What is listed: who was opened where nothing is typed, else who fits."""
        if not self._pasted.text:
            return [Hit(recent.customer_id, "") for recent in self._workspace.desk.recents]
        wanted = KINDS[self._kind]
        hits = merged(self._here) if self._answers is None else self._answers
        return [hit for hit in hits if not wanted or hit.why in wanted][:MOST]

    def _show(self) -> None:
        pieces = [fold(word) for word in self._pasted.text.split()]
        found = [Found(hit, row) for hit in self._hits if (row := self._workspace.store.row(hit.customer_id))]
        before = self._table.row
        cells = Cells(self._workspace, pieces)
        self._table.set_columns(cells.wide if self._table.tall else cells.narrow, ("name",))
        self._table.show(Listed(found))
        self._keep_cursor(found, before)
        self._say(len(found))
        self._show_card()
        self.refresh_bindings()

    def _keep_cursor(self, found: Sequence[Found], before: Found | None) -> None:
        """On whom somebody moved to, else on the first."""
        if self._table.has_focus and before is not None:
            ids = [one.row.id for one in found]
            if before.row.id in ids:
                self._table.cursor = ids.index(before.row.id)

    def _say(self, count: int) -> None:
        is_typed = bool(self._pasted.text)
        words = self._pasted.words if is_typed else ASKED_FOR
        number = f"{count} {'found' if self._kind == 'all' else self._kind}" if is_typed else ""
        self.query_one("#reading", Line).say(((safe(words), "dim"),), ((number, ""),))
        asking = is_typed and self._answers is None
        self.query_one("#count", TextLines).say((("asking Dub" if asking else "", "dim"),))
        self.query_one("#outcome", Prose).say(*self._outcome(count))

    def _outcome(self, count: int) -> list[Spans]:
        """What to know about what is listed, and what is not."""
        if self._trouble is not None:
            words = explain(self._trouble)
            return [((f"{words.title}. ", "bold error"), (f"{words.why} {words.todo}".strip(), "muted"))]
        if not self._pasted.text:
            return [] if count else [(("Whom you open is offered here the next time.", "dim"),)]
        below = count - len(self._table.in_sight)
        more = f"{plural(below, 'more', 'more')} below. " if below > 0 else ""
        return [((more, "dim"), *self._missing(count))]

    def _missing(self, count: int) -> Spans:
        """What could not be looked at, or was looked for in vain."""
        if self._answers is None or any(hit.is_exact for hit in self._answers):
            return ()
        vain = "Nobody has exactly this. " if count else "Nobody has this, or a part of it. "
        coverage = self._workspace.browsing.coverage
        if coverage.complete:
            return ((vain, "dim"),)
        whole = "" if coverage.total is None else f" of {coverage.total:,}"
        is_here_alone = any(reading.kind in HERE_ALONE for reading in self._pasted.readings)
        what = "Stripe IDs and links" if is_here_alone else "Parts"
        return ((f"{vain}{what} are found among the {coverage.known:,}{whole} here; ", "dim"), *FETCH)

    @on(LineTable.Moved)
    @on(LineTable.Redrawn)
    def _on_moved(self) -> None:
        self._show_card()

    def _show_card(self) -> None:
        card, found = self.query_one("#card", CustomerPreview), self._table.row
        card.display = self._table.tall and found is not None
        if found is not None and card.display:
            card.show(found.row, tall=True)

    # Keys

    def action_move(self, rows: int) -> None:
        """Down from the box into the rows, up from the first of them into the box."""
        if rows < 0 and self._table.cursor == 0:
            self._input.focus()
        elif self._input.has_focus and rows > 0:
            self._table.focus()
            self._table.action_move(rows if self._table.cursor or len(self._hits) > 1 else 0)
        else:
            self._table.action_move(rows)

    def action_page(self, pages: int) -> None:
        self._table.focus()
        self._table.action_page(pages)

    @on(LineTable.Chosen)
    def action_open(self) -> None:
        """Open the row that somebody moved to; else the first, once Dub has had its say."""
        found = None if self._is_late else self._table.row
        is_chosen = self._table.has_focus or not self._pasted.text or self._answers is not None
        if found is not None and (is_chosen or _is_surely_meant(found.hit)):
            self.dismiss(Chosen(found.row.id))
        elif self._pasted.text:
            self._wants_first = True
            if self._answers is None or self._trouble is not None:
                self._ask()

    @property
    def _is_late(self) -> bool:
        """Whether those are still listed whom an earlier text found."""
        return bool(self._pasted.text) and self._answers is None and self._listed_for != self._pasted.text

    async def _looked(self) -> Found | None:
        """Who is under the cursor, once that is somebody whom the whole text finds."""
        if self._is_late:
            await self._find_here()
        return self._table.row

    def _open_first(self) -> None:
        """Open whom the text names exactly, or the only one who has all of it; else leave the choice."""
        self._wants_first = False
        hits = self._hits
        exact = [hit for hit in hits if hit.is_exact]
        meant = exact or [hit for hit in hits if hit.why not in GUESSES]
        if len(meant) == 1:
            self.dismiss(Chosen(meant[0].customer_id))

    @work(group="copy", exclusive=True)
    async def action_copy(self) -> None:
        if (found := await self._looked()) is not None:
            text = found.row.external_id or found.row.id
            self.app.copy_to_clipboard(text)
            self.query_one("#outcome", Prose).say((("copied ", "muted"), (safe(text), "")))

    @work(group="choose", exclusive=True)
    async def action_edit(self) -> None:
        if (found := await self._looked()) is not None:
            self.dismiss(Chosen(found.row.id, edit=True))

    def action_kind(self) -> None:
        kinds = list(KINDS)
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self._show()

    @work(group="pin", exclusive=True)
    async def action_pin(self) -> None:
        if (found := self._table.row) is not None:
            try:
                await self._workspace.desk.toggle_pin(found.row.id, milliseconds(self._workspace.clock.now()))
            except OSError as error:
                self.query_one("#outcome", Prose).say((("For this run only: ", "warning"), (safe(str(error)), "muted")))
            self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("copy", "edit"):
            return self._table.has_focus if self.is_mounted else False
        if action == "pin":
            return bool(self.is_mounted and self._table.row)
        return True

    @on(events.DescendantFocus)
    def _on_descendant(self) -> None:
        self.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        """What is typed goes into the box, wherever one is."""
        if self._table.has_focus and event.is_printable and event.character and event.key not in ("y", "e"):
            self._input.focus()
            self._input.insert_text_at_cursor(event.character)
            event.stop()

    @on(_Box.LinesPasted)
    def _on_lines(self, event: _Box.LinesPasted) -> None:
        self.dismiss(Chosen("", lines=event.lines))


def _is_surely_meant(hit: Hit) -> bool:
    """Whether somebody who is here is the only one whom the text can name."""
    return hit.is_exact and hit.is_as_typed and hit.why in ONE_ALONE
