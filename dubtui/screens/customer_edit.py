"""The form: what is typed is checked at once, kept as a draft, reviewed before it is sent, and lost to no refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from dubtui import editor
from dubtui.customers import as_yaml, editing
from dubtui.customers.writer import Written
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.figures import milliseconds
from dubtui.display.frame import path
from dubtui.display.people import title_of
from dubtui.display.review import draft_lines, request_lines
from dubtui.display.text import Spans, safe
from dubtui.display.trouble import READ_ONLY, Explanation
from dubtui.fields import BY_NAME, Naming
from dubtui.screens.form import CustomerForm, meaning, suggester_of
from dubtui.screens.question import Question
from dubtui.screens.review_edit import NothingLeft, Proposal, Sent, reviewed
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


class CustomerEdit(CustomerForm[Written[editing.Saved] | NothingLeft]):
    """Returns what was saved; None where the form was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *CustomerForm.BINDINGS[:-1],
        Binding("ctrl+o,f4", "editor", "editor", id="editor", tooltip="Edit all fields in $EDITOR", priority=True),
        CustomerForm.BINDINGS[-1],
    ]

    def __init__(self, workspace: Workspace, customer_id: str, *, in_editor: bool = False) -> None:
        """`in_editor` goes to $EDITOR at once, and to the review from there."""
        super().__init__(workspace)
        from dubtui.api.models import Customer  # not before the first frame

        row, sent = workspace.store.row(customer_id), workspace.store.sent(customer_id)
        if row is None or sent is None:
            raise LookupError(customer_id)
        self._row = row
        self._sent, self._naming = sent, row.naming
        self._opened = editing.opened(Customer.from_sent(sent), row.naming)
        self._starts_in_editor = in_editor
        self._refusals: tuple[str, ...] = ()
        """What Dub said to what was last sent, for the editor."""
        self._put_off: Draft | None = None
        """A draft that one did not decide about: it is there again where what is typed now is dropped or saved."""
        self._disk = ThreadPoolExecutor(1)
        """One thread, so that a draft that is dropped is not kept afterwards."""

    def fields(self) -> Iterable[Field]:
        """Each with what Dub has."""
        for name, value in self._opened.items():
            nothing = NO_NAME.get(self._row.naming, "none") if name == "name" else "none"
            yield Field(name, BY_NAME[name].title, value, placeholder=nothing, suggester=suggester_of(name))

    def on_mount(self) -> None:
        super().on_mount()
        self._begin()

    def on_unmount(self) -> None:
        self._disk.shutdown(wait=False)

    @work(group="dialog", exclusive=True)
    async def _begin(self) -> None:
        """Offer what was typed at another time, then go to the editor where that is wanted."""
        try:
            draft = await asyncio.to_thread(self.workspace.drafts.find, self._row.id)
        except OSError:  # whoever types something is told
            draft = None
        if draft is not None and not editing.plan(self._row.id, self._opened, draft.values).changes:
            await self._drop_draft()  # Dub has all of it, as after a kill between the saving and this
        elif draft is not None:
            await self._offer(draft)
        if self._starts_in_editor:
            self._edit_outside()

    async def _offer(self, draft: Draft) -> None:
        from dubtui.api.models import Customer

        then = editing.opened(Customer.from_sent(draft.opened), draft.naming)
        plan = editing.plan(self._row.id, then, draft.values)
        changed = editing.plan(self._row.id, then, self._opened).changes
        lines = draft_lines(plan.changes, changed, draft.at, self.workspace.clock.now())
        answers = [("t", "take them up"), ("d", "drop them")]
        question = Question("Changes that were not saved", lines, answers, stay="Later", is_unasked=True)
        match await self.app.push_screen_wait(question):
            case "t":
                self._sent, self._naming, self._opened = draft.opened, draft.naming, then
                for field in self.query(Field):
                    field.reopen(then[field.field], draft.values.get(field.field))
                self.show()
            case "d":
                await self._drop_draft()
            case _:
                self._put_off = draft

    # What is typed

    @property
    def _plan(self) -> EditPlan:
        return editing.plan(self._row.id, self._opened, self.values)

    def show(self) -> None:
        """Bring every field, the counts and the request up to what is typed."""
        refused = 0
        edit = self._plan
        problems = editing.problems(edit)
        for field in self.query(Field):
            field.say(problems.get(field.field, ""), meaning(field))
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
        if self.failure:
            self.say_band(self.failure)
        elif self.workspace.client.read_only:
            self.say_band(((READ_ONLY, "warning"),))
        else:
            self.say_band((("Nothing is sent yet" if edit.changes else "Nothing is changed", ""),))

    # Drafts

    def keep_draft(self) -> None:
        """Once the typing rests, so that no crash and no kill loses it."""
        self._keep_draft()

    @work(group="draft", exclusive=True)
    async def _keep_draft(self) -> None:
        await self.workspace.clock.sleep(PAUSE)
        await self._write_draft()

    async def _write_draft(self) -> bool:
        """Keep what is typed, where it differs from what Dub has; whether that could be done."""
        if not self._plan.changes:
            return await self._remove_draft()
        now = milliseconds(self.workspace.clock.now())
        draft = Draft(self._row.id, self.values, self._sent, self._naming, now)
        return await self._in_turn(partial(self.workspace.drafts.keep, draft))

    async def _drop_draft(self) -> None:
        """Remove it, and keep none that is on its way."""
        self.workers.cancel_group(self, "draft")
        await self._remove_draft()

    async def _remove_draft(self) -> bool:
        drafts = self.workspace.drafts
        if self._put_off:
            return await self._in_turn(partial(drafts.keep, self._put_off))
        return await self._in_turn(partial(drafts.drop, self._row.id))

    async def _in_turn(self, write: Callable[[], None]) -> bool:
        try:
            await asyncio.get_running_loop().run_in_executor(self._disk, write)
        except OSError as error:
            self.failure = (("The draft is not kept. ", "bold warning"), (safe(str(error)), "muted"))
            self.show()
            return False
        return True

    # Keys

    @work(group="dialog", exclusive=True)
    async def action_leave(self) -> None:
        """Leave, after asking what is to become of what was typed."""
        if self._plan.changes:
            match await self.app.push_screen_wait(Question("Leave without saving?", [UNSAVED], LEAVING)):
                case "k":
                    if not await self._write_draft():
                        return
                case "d":
                    await self._drop_draft()
                case _:
                    return
        self.dismiss(None)

    @work(group="dialog", exclusive=True)
    async def action_review(self) -> None:
        edit = self._plan
        if not edit.changes:
            return
        for name in editing.problems(edit):
            self.go_to(name)
            self.say_band((("Not yet: ", "bold warning"), ("a field breaks one of Dub's rules", "warning")))
            return
        if self.workspace.client.read_only:
            self.say_band((("Not sent. ", "bold warning"), (READ_ONLY, "warning")))
            return
        proposal = Proposal(title_of(self._row), "Edit", edit, self._opened)
        match await reviewed(self.app, self.workspace, proposal):
            case NothingLeft() as nothing:
                await self._drop_draft()
                self.dismiss(nothing)
            case Written() as written:
                await self._tell(written)

    async def _tell(self, written: Sent) -> None:
        """Leave with what was saved; what was not is told, and all text stays."""
        match written.outcome:
            case editing.Saved() as saved:
                await self._drop_draft()
                self.dismiss(Written(saved, written.entry, written.unnoted))
            case Undone() as undone:
                self._refusals = (self.refuse(undone, "saved"),)
                if self._starts_in_editor:
                    self._edit_outside()
            case Unknown() as unknown:
                self.doubt(unknown, "saved")

    # The editor

    def action_editor(self) -> None:
        self._edit_outside()

    def _edit_outside(self) -> None:
        """Take the fields to $EDITOR and back, as often as it takes until the text can be read."""
        file = self.workspace.editing_file(self._row.id)
        text = editor.left(file) or as_yaml.explained(as_yaml.written(self._who, self.values), self._refusals)
        while True:
            try:
                left = editor.edit(self.app, file, text)
            except editor.EditorError as error:
                self.fail(Explanation("No editor", str(error)))
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
        self.show()
        if self._plan.changes and not editing.problems(self._plan):
            self.action_review()
