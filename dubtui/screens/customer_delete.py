"""Deleting one customer: who it is, what goes with it, and its external ID typed out before anything happens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from dubtui.customers.deletion import Deleted, delete
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.countries import country_name
from dubtui.display.figures import full_day, money
from dubtui.display.people import email_spans, title_of
from dubtui.display.text import Spans, is_plain, safe
from dubtui.display.trouble import not_done, not_known
from dubtui.screens.modal import Modal
from dubtui.widgets.lines import Prose, TextLines

if TYPE_CHECKING:
    from dubtui.session import Workspace

FINAL = (
    "This cannot be undone: made again, the customer has no link,",
    "no partner and no sales.",
)


class CustomerDelete(Modal[Deleted]):
    """Returns what was deleted, once the customer is gone."""

    CSS_PATH = "customer_delete.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "delete", "delete", id="delete-now", tooltip="Delete, once the text matches", priority=True),
    ]

    def __init__(self, workspace: Workspace, customer_id: str) -> None:
        super().__init__()
        row = workspace.store.row(customer_id)
        if row is None:
            raise LookupError(customer_id)
        self._workspace = workspace
        self._row = row
        self._wanted = row.external_id if row.external_id and is_plain(row.external_id) else row.id
        self._is_deleting = False

    def body(self) -> Iterable[Widget]:
        label = "External ID" if self._wanted == self._row.external_id else "Dub id"
        yield TextLines(*self._about())
        with Horizontal(id="confirmation"):
            yield TextLines(((label.ljust(14), "bold"),), id="label")
            yield Input(compact=True, id="typed")
            yield TextLines(id="matches")
        yield Prose(id="outcome")

    def _about(self) -> list[Spans]:
        row = self._row
        who: Spans = email_spans(row.email) if row.email else (("no e-mail", "dim"),)
        since = full_day(row.created_at, self._workspace.clock.now())
        for words in (country_name(row.country), f"since {since}" if since else ""):
            who = (*who, ("   ", ""), (safe(words), "muted")) if words else who
        figures = [(money(row.sale_amount) or "$0.00", "lifetime value"), (f"{row.sales or 0:,}", "sales")]
        if row.partner_name:
            figures.append((safe(row.partner_name), "loses this customer"))
        width = max(len(figure) for figure, _ in figures)
        return [
            ((f"Delete {title_of(row)}", "bold error"),),
            who,
            (),
            *(((figure.rjust(width), "bold"), (f"  {words}", "muted")) for figure, words in figures),
            (),
            *(((line, ""),) for line in FINAL),
            (),
        ]

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._show()

    def _show(self) -> None:
        matches = self.query_one("#matches", TextLines)
        if self._matches:
            matches.say((("✓ ", "success"), ("matches", "muted")))
        else:
            matches.say(((f"type {safe(self._wanted)}", "dim"),))
        self.refresh_bindings()

    @property
    def _matches(self) -> bool:
        return self.query_one(Input).value == self._wanted

    def on_input_changed(self) -> None:
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "delete":
            return self.is_mounted and self._matches and not self._is_deleting
        return True

    @work(group="delete", exclusive=True)
    async def action_delete(self) -> None:
        workspace, said = self._workspace, self.query_one("#outcome", Prose)
        self._is_deleting = True
        said.say((), (("Deleting", "bold"),))
        outcome = await delete(workspace.client, workspace.store, workspace.clock, self._row.id)
        self._is_deleting = False
        match outcome:
            case Deleted():
                self.dismiss(outcome)
            case Undone(error):
                words = not_done("deleted", error, is_found_out=outcome.is_found_out)
                said.say((), ((f"{words.title}. ", "bold error"), (words.why, "")))
            case Unknown(error):
                words = not_known("deleted", error, has_changed=False)
                said.say((), ((f"{words.title}. ", "bold warning"), (f"{words.why} {words.todo}", "")))
