"""One customer: everything that Dub knows, and the next and the previous one without going back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from dubtui.api.errors import DubError, NotFound
from dubtui.customers import undo
from dubtui.customers.browsing import read_again
from dubtui.customers.editing import Saved
from dubtui.display.figures import age, milliseconds
from dubtui.display.frame import path
from dubtui.display.people import title_of
from dubtui.display.text import Span, Spans, safe
from dubtui.display.trouble import explain
from dubtui.fields import BY_NAME
from dubtui.screens.acting import Acting
from dubtui.screens.journal import Journal
from dubtui.widgets.customer_card import CustomerCard
from dubtui.widgets.notice import Notice

if TYPE_CHECKING:
    from dubtui.fields import CustomerRow
    from dubtui.session import Workspace
    from dubtui.store.journal import Entry

DRAFT: Spans = (("Typed and not saved: ", "warning"), ("e", "bold"), (" takes it up", "muted"))
REST = 0.3
"""Seconds on one customer before Dub is asked for it, so that leafing through many asks for none."""


class CustomerDetail(Acting[int | None]):
    """Returns the row number of the customer that was shown last; None where it is gone."""

    CSS_PATH = "customer_detail.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "edit", id="edit", tooltip="Edit the customer"),
        Binding("y", "copy", "copy id", id="copy", tooltip="Copy the external ID"),
        Binding("J", "step(1)", "next", id="next", tooltip="The next customer of the list"),
        Binding("K", "step(-1)", "previous", id="previous", tooltip="The previous customer of the list"),
        Binding("u", "undo", "undo", id="undo", tooltip="Take back the last change of this customer"),
        Binding("U", "journal", "changes", id="journal", tooltip="What was changed of this customer from here"),
        Binding("E", "editor", "$EDITOR", show=False, id="edit-outside", tooltip="Edit the customer in $EDITOR"),
        Binding("D", "delete", "delete", id="delete", tooltip="Delete the customer for good"),
        Binding(
            "r,ctrl+r", "refresh", "read again", show=False, id="refresh", tooltip="Ask Dub for the customer again"
        ),
        Binding("escape,q", "back", "back", id="back", tooltip="Back to where one came from"),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
        Binding("pagedown,ctrl+f,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
    ]

    def __init__(self, workspace: Workspace, customer_id: str, *, edit: bool = False) -> None:
        """`edit` opens the form at once."""
        super().__init__()
        self._edits_at_once = edit
        self.workspace: Workspace = workspace
        self._customer_id = customer_id
        self._row: CustomerRow | None = None
        self._read_at: float | None = None
        self._said: Spans = ()
        self._has_draft = False
        self._changed: frozenset[str] = frozenset()
        """Titles of the fields that were just saved."""
        self.trouble: DubError | None = None

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="scroll", can_focus=False):
            yield CustomerCard(id="card")
        yield Notice(id="trouble")

    def on_mount(self) -> None:
        super().on_mount()
        self._turn_to(self._customer_id)
        if self._edits_at_once and self._row:
            self.action_edit()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._look_for_draft()

    @work(group="draft", exclusive=True)
    async def _look_for_draft(self) -> None:
        """Whether something was typed on this customer and not saved."""
        with suppress(OSError):  # the form tells
            self._has_draft = await asyncio.to_thread(self.workspace.drafts.find, self._customer_id) is not None
            self._show_band()

    def tick(self) -> None:
        super().tick()
        self._show_trouble()
        self._show_band()

    def _turn_to(self, customer_id: str) -> None:
        """Show a customer as it is known, then as Dub has it now."""
        self._customer_id, self._read_at, self._said, self.trouble = customer_id, None, (), None
        self._has_draft = False
        self._show()
        self._look_for_draft()
        self._read(REST)

    def _show(self) -> None:
        row, sent = self.workspace.store.row(self._customer_id), self.workspace.store.sent(self._customer_id)
        if row is not None and sent is not None:
            from dubtui.api.models import Customer  # not before the first frame

            self._row = row
            card = self.query_one(CustomerCard)
            card.show(row, Customer.from_sent(sent), self.workspace.clock.now(), changed=self._changed)
        self._show_trouble()
        self._show_title()
        self._show_band()
        self.refresh_bindings()

    def _show_title(self) -> None:
        view = self.workspace.browsing.view
        at = view.position(self._row.row) if self._row else None
        name = title_of(self._row) if self._row else ""
        where: Spans = () if at is None else ((f"{at + 1:,} of {len(view):,}", "dim"),)
        self.say_title(path("All customers", name), where)

    def _show_band(self) -> None:
        if self._said:
            self.say_band(self._said)
            return
        seconds = None if self._read_at is None else self.workspace.clock.monotonic() - self._read_at
        words = "asking Dub" if seconds is None else f"read {age(seconds)} ago"
        draft = DRAFT if self._has_draft and self.trouble is None else ()
        self.say_band(draft, ((words if self.trouble is None else "", "dim"),))

    def _show_trouble(self) -> None:
        block = self.query_one("#trouble", Notice)
        if self.trouble is None and (wait := self.held):
            self.show_held(block, wait, "What is here was read before.", [("esc", "back")])
            return
        if self.trouble is None:
            block.clear()
            return
        words = explain(self.trouble)
        keys = [("esc", "back to the list")] if isinstance(self.trouble, NotFound) else [("r", "try again")]
        block.say(((words.title, "bold error"),), f"{words.why} {words.todo}".strip(), keys, kind="error")

    @work(group="read", exclusive=True)
    async def _read(self, rest: float) -> None:
        workspace = self.workspace
        await workspace.clock.sleep(rest)
        asked_at = milliseconds(workspace.clock.now())
        try:
            customer = await read_again(workspace.client, workspace.store, self._customer_id, asked_at)
        except DubError as error:
            self.trouble = error
        else:
            self.trouble = NotFound() if customer is None else None
            self._read_at = workspace.clock.monotonic()
        self._show()
        with suppress(OSError):  # whoever pins somebody is told
            if isinstance(self.trouble, NotFound):
                await workspace.desk.forget(self._customer_id)
            else:
                await workspace.desk.note_opened(self._customer_id, asked_at)

    # Keys

    def action_refresh(self) -> None:
        self._read_at = None
        self._show_band()
        self._read(0)

    def action_step(self, places: int) -> None:
        view = self.workspace.browsing.view
        at = view.position(self._row.row) if self._row else None
        if at is None or not 0 <= at + places < len(view):
            return
        if row := view.window(at + places, at + places + 1)[0]:
            self.query_one("#scroll").scroll_home(animate=False)
            self._turn_to(row.id)

    def action_copy(self) -> None:
        if self._row is None:
            return
        text = self._row.external_id or self._row.id
        self.app.copy_to_clipboard(text)
        self.say_band((("copied ", "muted"), (safe(text), "")))

    @property
    def customer_id(self) -> str:
        """Whom one looks at."""
        return self._customer_id

    async def entry_to_undo(self, workspace: Workspace) -> Entry | None:
        """The newest that can be of this customer."""
        return await undo.newest(workspace.writer, self._customer_id)

    def say(self, *said: Span) -> None:
        """Say it in the band until the next key."""
        self._said = said
        self._show()

    def on_saved(self, saved: Saved) -> None:
        """Mark what changed."""
        self._changed = frozenset(BY_NAME[name].title for name in saved.took)
        self._read_at = self.workspace.clock.monotonic()

    def on_deleted(self, customer_id: str) -> None:
        """Nobody is left to look at."""
        self.dismiss(None)

    @work(group="dialog", exclusive=True)
    async def action_journal(self) -> None:
        await self.app.push_screen_wait(Journal(self.workspace, self._row))

    def action_back(self) -> None:
        self.dismiss(self._row.row if self._row and self.workspace.store.row(self._customer_id) else None)

    def action_scroll(self, lines: int) -> None:
        self.query_one("#scroll").scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        scroll = self.query_one("#scroll")
        scroll.scroll_relative(y=pages * max(1, scroll.size.height - 2), animate=False)

    def on_key(self) -> None:
        """What was said stands until the next key."""
        if self._said:
            self._said, self._changed = (), frozenset()
            self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("edit", "editor", "copy", "delete"):
            return self._row is not None and not isinstance(self.trouble, NotFound)
        return True
