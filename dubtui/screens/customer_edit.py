"""The form: what is typed is checked at once, kept as a draft, reviewed before it is sent, and lost to no refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input

from dubtui import editor
from dubtui.api.errors import Refused
from dubtui.customers import as_yaml, editing
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.countries import countries, country_name
from dubtui.display.figures import milliseconds, time_of_day
from dubtui.display.frame import path
from dubtui.display.people import title_of
from dubtui.display.review import draft_lines, request_lines
from dubtui.display.text import Spans, safe
from dubtui.display.trouble import Explanation, not_done, not_known
from dubtui.fields import BY_NAME, Naming
from dubtui.screens.base import Framed
from dubtui.screens.question import Question
from dubtui.screens.review import Proposal
from dubtui.screens.reviewing import reviewed
from dubtui.store.drafts import Draft
from dubtui.widgets.field import Field
from dubtui.widgets.lines import TextLines

if TYPE_CHECKING:
    from dubtui.customers.editing import EditPlan
    from dubtui.session import Workspace

NO_NAME = {Naming.NONE: "none; Dub shows the e-mail", Naming.INVENTED: "none; Dub invents one"}
PAUSE = 0.2
"""Seconds without a key after which a draft is kept."""
UNSAVED: Spans = (("A draft is offered when this customer is opened again.", "muted"),)
LEAVING = (("k", "keep a draft"), ("d", "drop the changes"))
COUNTRIES = SuggestFromList([*countries().values(), *countries()], case_sensitive=False)
READ_ONLY = "This workspace is read-only: W in the list allows writing"


class CustomerEdit(Framed[editing.Saved | None]):
    """Returns what was saved; None where the form was left."""

    CSS_PATH = "customer_edit.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "review", id="review", tooltip="See what would be sent", priority=True),
        Binding("tab,down,enter", "app.focus_next", "next field", id="next-field", tooltip="To the next field"),
        Binding(
            "shift+tab,up",
            "app.focus_previous",
            "previous field",
            show=False,
            id="previous-field",
            tooltip="To the field before",
        ),
        Binding("ctrl+u", "empty", "empty", id="empty", tooltip="Empty the field: none is sent", priority=True),
        Binding("ctrl+o,f4", "editor", "editor", id="editor", tooltip="Edit all fields in $EDITOR", priority=True),
        Binding("escape", "leave", "leave", id="leave", tooltip="Leave the form"),
    ]

    def __init__(self, workspace: Workspace, customer_id: str, *, in_editor: bool = False) -> None:
        """`in_editor` goes to $EDITOR at once, and to the review from there."""
        super().__init__()
        from dubtui.api.models import Customer  # not before the first frame

        self.workspace: Workspace = workspace
        row, sent = workspace.store.row(customer_id), workspace.store.sent(customer_id)
        if row is None or sent is None:
            raise LookupError(customer_id)
        self._row = row
        self._sent, self._naming = sent, row.naming
        self._opened = editing.opened(Customer.from_sent(sent), row.naming)
        self._starts_in_editor = in_editor
        self._failure: Spans = ()
        self._refusals: tuple[str, ...] = ()
        """What Dub said to what was last sent, for the editor."""
        self._is_saving = False

    def body(self) -> Iterable[Widget]:
        yield TextLines(id="heads")
        with VerticalScroll(id="fields", can_focus=False):
            for name, value in self._opened.items():
                nothing = NO_NAME.get(self._row.naming, "none") if name == "name" else "none"
                suggester = COUNTRIES if name == "country" else None
                yield Field(name, BY_NAME[name].title, value, placeholder=nothing, suggester=suggester)
            yield TextLines(id="request")

    def on_mount(self) -> None:
        super().on_mount()
        self.query(Input).first().focus()
        self._show()
        self._begin()

    @work(group="dialog", exclusive=True)
    async def _begin(self) -> None:
        """Offer what was typed at another time, or go to the editor."""
        try:
            draft = await asyncio.to_thread(self.workspace.drafts.find, self._row.id)
        except OSError:  # whoever types something is told
            draft = None
        if draft is not None:
            await self._offer(draft)
        elif self._starts_in_editor:
            self._edit_outside()

    async def _offer(self, draft: Draft) -> None:
        from dubtui.api.models import Customer

        then = editing.opened(Customer.from_sent(draft.opened), draft.naming)
        plan = editing.plan(self._row.id, then, draft.values)
        changed = editing.plan(self._row.id, then, self._opened).changes
        lines = draft_lines(plan.changes, changed, draft.at, self.workspace.clock.now())
        answers = [("t", "take them up"), ("d", "drop them")]
        match await self.app.push_screen_wait(Question("Changes that were not saved", lines, answers, stay="Later")):
            case "t":
                self._sent, self._naming, self._opened = draft.opened, draft.naming, then
                for field in self.query(Field):
                    field.reopen(then[field.field], draft.values.get(field.field))
                self._show()
            case "d":
                await self._drop_draft()

    # What is typed

    @property
    def _values(self) -> dict[str, str | None]:
        return {field.field: field.value for field in self.query(Field)}

    @property
    def _plan(self) -> EditPlan:
        return editing.plan(self._row.id, self._opened, self._values)

    def _show(self) -> None:
        """Bring every field, the counts and the request up to what is typed."""
        refused = 0
        edit = self._plan
        problems = editing.problems(edit)
        for field in self.query(Field):
            field.say(problems.get(field.field, ""), _meaning(field))
            refused += field.is_refused
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
        elif self.workspace.client.read_only:
            self.say_band(((READ_ONLY, "warning"),))
        else:
            self.say_band((("Nothing is sent yet" if edit.changes else "Nothing is changed", ""),))

    @on(Field.Changed)
    def _on_typed(self) -> None:
        self._failure = ()
        self._show()
        self._keep_draft()

    # Drafts

    @work(group="draft", exclusive=True)
    async def _keep_draft(self) -> None:
        """Keep what is typed once the typing rests, so that no crash and no kill loses it."""
        await self.workspace.clock.sleep(PAUSE)
        await self._write_draft()

    async def _write_draft(self) -> None:
        if not self._plan.changes:
            await self._drop_draft()
            return
        now = milliseconds(self.workspace.clock.now())
        draft = Draft(self._row.id, self._values, self._sent, self._naming, now)
        await self._noted(asyncio.to_thread(self.workspace.drafts.keep, draft))

    async def _drop_draft(self) -> None:
        self.workers.cancel_group(self, "draft")
        await self._noted(asyncio.to_thread(self.workspace.drafts.drop, self._row.id))

    async def _noted(self, writing: Awaitable[None]) -> None:
        try:
            await writing
        except OSError as error:
            self._failure = (("The draft is not kept. ", "bold warning"), (safe(str(error)), "muted"))
            self._show()

    # Keys

    def action_empty(self) -> None:
        if isinstance(self.focused, Input):
            self.focused.value = ""

    @work(group="dialog", exclusive=True)
    async def action_leave(self) -> None:
        """Leave, after asking what is to become of what was typed."""
        if self._is_saving:
            return
        if self._plan.changes:
            match await self.app.push_screen_wait(Question("Leave without saving?", [UNSAVED], LEAVING)):
                case "k":
                    await self._write_draft()
                case "d":
                    await self._drop_draft()
                case _:
                    return
        self.dismiss(None)

    @work(group="dialog", exclusive=True)
    async def action_review(self) -> None:
        edit = self._plan
        if self._is_saving or not edit.changes:
            return
        for name in editing.problems(edit):
            self.query_one(f"#field-{name}", Field).query_one(Input).focus()
            self.say_band((("Not yet: ", "bold warning"), ("a field breaks one of Dub's rules", "warning")))
            return
        if self.workspace.client.read_only:
            self.say_band((("Not sent. ", "bold warning"), (READ_ONLY, "warning")))
            return
        proposal = Proposal(title_of(self._row), "Edit", edit, self._opened)
        checked = await reviewed(self.app, self.workspace, proposal)
        if checked is not None and not checked.changes:
            await self._drop_draft()
            self.dismiss(None)
        elif checked is not None:
            self._save(checked)

    @work(group="save", exclusive=True)
    async def _save(self, edit: EditPlan) -> None:
        writer = self.workspace.writer
        self._is_saving = True
        self._show()
        try:
            written = await writer.save(edit)
        except OSError as error:
            self._is_saving = False
            self._say_failure(Explanation("Not sent", f"The journal cannot be written, so nothing was: {error}"))
            return
        self._is_saving = False
        match written.outcome:
            case editing.Saved() as saved:
                await self._drop_draft()
                self.dismiss(saved)
            case Undone() as undone:
                self._refuse(undone, edit)
            case Unknown() as unknown:
                self._say_failure(not_known("saved", unknown.error, has_changed=unknown.found is not None))

    def _refuse(self, outcome: Undone, edit: EditPlan) -> None:
        """Say why at the field that it is about; all text stays."""
        error = outcome.error
        words = not_done("saved", error, is_found_out=outcome.is_found_out)
        self._refusals = (words.sentence,)
        if isinstance(error, Refused) and error.field in edit.body:
            field = self.query_one(f"#field-{error.field}", Field)
            field.refuse(words.why)
            field.query_one(Input).focus()
            self._refusals = (f"{BY_NAME[error.field].title}: {words.why}",)
            words = Explanation("Not saved", f"Dub refused it at {self._time} and changed nothing.")
        elif not outcome.is_found_out:
            words = Explanation("Not saved", f"{words.title} at {self._time}. {words.why}")
        self._say_failure(words)
        if self._starts_in_editor:
            self._edit_outside()

    def _say_failure(self, words: Explanation) -> None:
        said = f"{words.why} {words.todo}".strip()
        self._failure = ((f"{words.title}. ", "bold"), (safe(said), "muted"))
        self._show()

    @property
    def _time(self) -> str:
        return time_of_day(self.workspace.clock.now())

    # The editor

    def action_editor(self) -> None:
        if not self._is_saving:
            self._edit_outside()

    def _edit_outside(self) -> None:
        """Take the fields to $EDITOR and back, as often as it takes until the text can be read."""
        file = self.workspace.editing_file(self._row.id)
        text = editor.left(file) or as_yaml.explained(as_yaml.written(self._who, self._values), self._refusals)
        while True:
            try:
                left = editor.edit(self.app, file, text)
            except editor.EditorError as error:
                self._say_failure(Explanation("No editor", str(error)))
                return
            try:
                values = as_yaml.read(left)
            except as_yaml.BadText as error:
                if left == text:  # left as it was given back: somebody has given up
                    break
                text = as_yaml.explained(left, error.problems)
                continue
            self._take(values)
            break
        editor.discard(file)

    @property
    def _who(self) -> str:
        """What stands at the head of the text."""
        return "  ".join(filter(None, (title_of(self._row), self._row.external_id, self._row.id)))

    def _take(self, values: dict[str, str | None]) -> None:
        self._refusals = ()
        for field in self.query(Field):
            if field.field in values:
                field.value = values[field.field]
        self._show()
        if self._plan.changes and not editing.problems(self._plan):
            self.action_review()


def _meaning(field: Field) -> str:
    """What is sent for a country that is typed, and what a code stands for."""
    if field.field != "country" or not field.value:
        return ""
    code = editing.sent_as("country", field.value)
    return f"{country_name(code)}, {code}" if code in countries() else ""
