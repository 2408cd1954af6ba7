"""Deleting one customer: who it is, what goes with it, and its external ID typed out before anything happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from dubtui.customers.deletion import Deleted
from dubtui.customers.writer import Written
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.countries import country_name
from dubtui.display.figures import full_day, money
from dubtui.display.frame import badge
from dubtui.display.people import email_spans, title_of, without_scheme
from dubtui.display.text import Spans, is_plain, plural, safe
from dubtui.display.trouble import READ_ONLY, Explanation, not_done, not_known, not_noted
from dubtui.screens.modal import Modal
from dubtui.store.journal import KEPT_DAYS
from dubtui.widgets.lines import Line, Prose, TextLines

if TYPE_CHECKING:
    from dubtui.session import Workspace

FINAL = "This cannot be undone: made again, the customer has no link, no partner and no sales."
COPY = f"A copy of the record stays in the journal for {KEPT_DAYS} days, to read."
NO_COPY = "No copy is kept: the journal is switched off."


class CustomerDelete(Modal[Written[Deleted]]):
    """Returns what was deleted, once the customer is gone; in production the workspace's name is typed as well."""

    CSS_PATH = "customer_delete.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "delete", "delete", id="delete-now", tooltip="Delete, once the text matches", priority=True),
        Binding("tab,down,shift+tab,up", "next", "next field", id="delete-next", tooltip="The other field"),
    ]

    def __init__(self, workspace: Workspace, customer_id: str, *, undoes: int | None = None) -> None:
        """`undoes` is the number of the journal's entry that the deletion takes back: a creation."""
        super().__init__()
        row = workspace.store.row(customer_id)
        if row is None:
            raise LookupError(customer_id)
        self._workspace = workspace
        self._row = row
        self._undoes = undoes
        wanted = row.external_id if row.external_id and is_plain(row.external_id) else row.id
        self._wanted = {"External ID" if wanted == row.external_id else "Dub id": wanted}
        """What is to be typed, by what it is called."""
        if workspace.desk.is_production:
            self._wanted["Workspace"] = workspace.identity.name
        self._is_deleting = False

    def body(self) -> Iterable[Widget]:
        yield Line(id="who")
        yield TextLines(*self._about())
        yield Prose(((" ".join(self._what_follows()), ""),), id="follows")
        with Vertical(id="confirmation"):
            for label in self._wanted:
                with Horizontal(classes="confirmation"):
                    yield TextLines(((label, "bold"),), classes="label")
                    yield Input(compact=True)
                    yield TextLines(classes="matches")
        yield TextLines(id="buttons")
        yield Prose(id="outcome")

    def _about(self) -> list[Spans]:
        row = self._row
        who: Spans = email_spans(row.email) if row.email else (("no e-mail", "dim"),)
        since = full_day(row.created_at, self._workspace.clock.now())
        for words in (country_name(row.country), f"since {since}" if since else ""):
            who = (*who, ("   ", ""), (safe(words), "muted")) if words else who
        figures = list(self._figures())
        width = max(len(figure) for figure, _ in figures)
        return [who, (), *(((figure.rjust(width), "bold"), (f"  {words}", "muted")) for figure, words in figures)]

    def _figures(self) -> Iterator[tuple[str, str]]:
        """What goes with them."""
        row = self._row
        yield money(row.sale_amount) or "$0.00", "lifetime value"
        yield f"{row.sales or 0:,}", plural(row.sales or 0, "sale").partition(" ")[2]
        if row.partner_name:
            yield safe(row.partner_name), "the partner, who loses this customer"
        if row.link:
            yield without_scheme(safe(row.link)), "the link they came through"

    def _what_follows(self) -> Iterator[str]:
        yield FINAL
        if self._row.external_id:
            yield f"Later sales by {safe(self._row.external_id)} are not attributed."
        yield COPY if self._workspace.writer.journal else NO_COPY

    def on_mount(self) -> None:
        prod = badge("PROD") if self._workspace.desk.is_production else ()
        self.query_one("#who", Line).say(((f"Delete {title_of(self._row)}", "bold error"),), prod)
        self.query(Input).first().focus()
        if self._workspace.client.read_only:
            self._say("warning", "Nothing can be deleted", READ_ONLY)
        self._show()

    def _show(self) -> None:
        for line, (wanted, typed) in zip(self.query(".matches").results(TextLines), self._pairs, strict=True):
            matches: Spans = (("✓ ", "success"), ("matches", "muted"))
            line.say(matches if typed == wanted else ((f"type {safe(wanted)}", "dim"),))
        off = "" if self._matches else f"   off until {'both match' if len(self._wanted) > 1 else 'it matches'}"
        ink = "bold badge-demo on error" if self._can_delete else "dim on panel"
        buttons: Spans = (("  esc  Cancel  ", "foreground on panel"), ("  ", ""), ("  enter  Delete  ", ink))
        self.query_one("#buttons", TextLines).say((), (*buttons, (off, "dim")))
        self.refresh_bindings()

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return list(zip(self._wanted.values(), (box.value for box in self.query(Input)), strict=True))

    @property
    def _matches(self) -> bool:
        return all(wanted == typed for wanted, typed in self._pairs)

    @property
    def _can_delete(self) -> bool:
        return self._matches and not self._is_deleting and not self._workspace.client.read_only

    def on_input_changed(self) -> None:
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "delete":
                return self.is_mounted and self._can_delete
            case "next":
                return len(self._wanted) > 1
            case "leave":
                return not self._is_deleting
        return True

    def action_next(self) -> None:
        self.focus_next()

    @work(group="delete", exclusive=True)
    async def action_delete(self) -> None:
        self._is_deleting = True
        self.query_one("#outcome", Prose).say((), (("Deleting", "bold"), ("   Dub is asked", "muted")))
        self._show()
        try:
            written = await self._workspace.writer.delete(self._row.id, undoes=self._undoes)
        except OSError as full:
            self._fail("error", not_noted(full))
            return
        match written.outcome:
            case Deleted() as deleted:
                self.dismiss(Written(deleted, written.entry, written.unnoted))
            case Undone(error) as undone:
                self._fail("error", not_done("deleted", error, is_found_out=undone.is_found_out))
            case Unknown(error):
                self._fail("warning", not_known("deleted", error, has_changed=False))

    def _fail(self, kind: str, words: Explanation) -> None:
        self._is_deleting = False
        self._say(kind, words.title, f"{words.why} {words.todo}")
        self._show()

    def _say(self, kind: str, title: str, why: str) -> None:
        self.query_one("#outcome", Prose).say((), ((f"{title}. ", f"bold {kind}"), (why.strip(), "")))
