"""The form: what is typed is checked at once, reviewed before it is sent, and lost to no refusal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from dubtui.api.errors import Refused
from dubtui.customers import editing
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.figures import time_of_day
from dubtui.display.frame import path
from dubtui.display.people import title_of
from dubtui.display.review import request_lines
from dubtui.display.text import Spans
from dubtui.display.trouble import Explanation, not_done, not_known
from dubtui.fields import BY_NAME, Naming
from dubtui.screens.base import Framed
from dubtui.screens.confirm import Confirm
from dubtui.screens.review import Review
from dubtui.widgets.field import Field
from dubtui.widgets.lines import TextLines

if TYPE_CHECKING:
    from dubtui.customers.editing import EditPlan
    from dubtui.session import Workspace

NO_NAME = {Naming.NONE: "none; Dub shows the e-mail", Naming.INVENTED: "none; Dub invents one"}


class CustomerEdit(Framed[editing.Saved | None]):
    """Returns what was saved; None where the form was left."""

    CSS_PATH = "customer_edit.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "review", id="review", tooltip="See what would be sent", priority=True),
        Binding(
            "tab,down,enter",
            "app.focus_next",
            "next field",
            id="next-field",
            tooltip="To the next field",
        ),
        Binding(
            "shift+tab,up",
            "app.focus_previous",
            "previous field",
            show=False,
            id="previous-field",
            tooltip="To the field before",
        ),
        Binding("ctrl+u", "empty", "empty", id="empty", tooltip="Empty the field: none is sent", priority=True),
        Binding("escape", "leave", "leave", id="leave", tooltip="Leave the form"),
    ]

    def __init__(self, workspace: Workspace, customer_id: str) -> None:
        super().__init__()
        from dubtui.api.models import Customer  # not before the first frame

        self.workspace: Workspace = workspace
        row, sent = workspace.store.row(customer_id), workspace.store.sent(customer_id)
        if row is None or sent is None:
            raise LookupError(customer_id)
        self._row = row
        self._opened = editing.opened(Customer.from_sent(sent), row.naming)
        self._failure: Spans = ()
        self._is_saving = False

    def body(self) -> Iterable[Widget]:
        yield TextLines(id="heads")
        with VerticalScroll(id="fields", can_focus=False):
            for name, value in self._opened.items():
                nothing = NO_NAME.get(self._row.naming, "none") if name == "name" else "none"
                yield Field(name, BY_NAME[name].title, value, placeholder=nothing)
            yield TextLines(id="request")

    def on_mount(self) -> None:
        super().on_mount()
        self.query(Input).first().focus()
        self._show()

    @property
    def _plan(self) -> EditPlan:
        wanted = {field.field: field.value for field in self.query(Field)}
        return editing.plan(self._row.id, self._opened, wanted)

    def _show(self) -> None:
        """Bring every field, the counts and the request up to what is typed."""
        refused = problems = 0
        for field in self.query(Field):
            problem = editing.problem(field.field, field.value or "") if field.is_changed else ""
            field.say(problem)
            problems += bool(problem)
            refused += field.is_refused
        edit = self._plan
        counts: list[tuple[str, str]] = []
        if edit.changes:
            counts.append((f"{len(edit.changes)} changed", "accent"))
        if refused:
            counts.append((f"{', ' if counts else ''}{refused} refused", "error"))
        self.say_title(path("All customers", title_of(self._row), "Edit"), tuple(counts))
        self._show_request(edit)
        self._show_band(edit)
        self.refresh_bindings()

    def _show_request(self, edit: EditPlan) -> None:
        lines = self.query_one("#request", TextLines)
        if not edit.changes:
            lines.say()
            return
        said: Spans = (("Only what changed is sent.", "dim"),)
        lines.say((("Will be sent", "dim"),), (), *request_lines("PATCH", edit.path, edit.body), (), said)

    def _show_band(self, edit: EditPlan) -> None:
        if self._is_saving:
            self.say_band((("Saving", "bold"), ("   Dub is asked, then read again", "muted")))
        elif self._failure:
            self.say_band(self._failure)
        else:
            self.say_band((("Nothing is sent yet" if edit.changes else "Nothing is changed", ""),))

    @on(Field.Changed)
    def _on_typed(self) -> None:
        self._failure = ()
        self._show()

    # Keys

    def action_empty(self) -> None:
        if isinstance(self.focused, Input):
            self.focused.value = ""

    @work(group="dialog", exclusive=True)
    async def action_leave(self) -> None:
        """Leave, after asking where that would lose something."""
        if self._is_saving:
            return
        if self._plan.changes:
            question = Confirm("Leave without saving?", "What you typed is not kept.", "d", "drop the changes")
            if not await self.app.push_screen_wait(question):
                return
        self.dismiss(None)

    @work(group="dialog", exclusive=True)
    async def action_review(self) -> None:
        edit = self._plan
        if self._is_saving or not edit.changes:
            return
        for field in self.query(Field):
            if field.is_changed and editing.problem(field.field, field.value or ""):
                field.query_one(Input).focus()
                self.say_band((("Not yet: ", "bold warning"), ("a field breaks one of Dub's rules", "warning")))
                return
        if await self.app.push_screen_wait(Review(self.workspace, title_of(self._row), edit)):
            self._save(edit)

    @work(group="save", exclusive=True)
    async def _save(self, edit: EditPlan) -> None:
        workspace = self.workspace
        self._is_saving = True
        self._show()
        outcome = await editing.save(workspace.client, workspace.store, workspace.clock, edit)
        self._is_saving = False
        match outcome:
            case editing.Saved():
                self.dismiss(outcome)
            case Undone():
                self._refuse(outcome, edit)
            case Unknown():
                self._say_failure(not_known("saved", outcome.error, has_changed=outcome.found is not None))

    def _refuse(self, outcome: Undone, edit: EditPlan) -> None:
        """Say why at the field that it is about; all text stays."""
        error = outcome.error
        words = not_done("saved", error, is_found_out=outcome.is_found_out)
        if isinstance(error, Refused) and error.field in edit.body:
            field = self.query_one(f"#field-{error.field}", Field)
            field.refuse(words.why)
            field.query_one(Input).focus()
            words = Explanation("Not saved", f"Dub refused it at {self._time} and changed nothing.")
        elif not outcome.is_found_out:
            words = Explanation("Not saved", f"{words.title} at {self._time}. {words.why}")
        self._say_failure(words)

    def _say_failure(self, words: Explanation) -> None:
        said = f"{words.why} {words.todo}".strip()
        self._failure = ((f"{words.title}. ", "bold"), (said, "muted"))
        self._show()

    @property
    def _time(self) -> str:
        return time_of_day(self.workspace.clock.now())
