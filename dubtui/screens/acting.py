"""What list, customer and journal share: the verbs that change somebody, and saying what came of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from textual import work

from dubtui.api.errors import DubError
from dubtui.customers import bulk, conflict, undo
from dubtui.customers.editing import Saved
from dubtui.customers.undo import Nothing, PutBack, Remove
from dubtui.customers.writer import Written
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.people import title_of
from dubtui.display.text import Span, Spans, plural, safe
from dubtui.display.trouble import (
    Explanation,
    deleted_words,
    explain,
    not_done,
    not_known,
    saved_words,
    unnoted_words,
)
from dubtui.fields import BY_NAME
from dubtui.screens.base import Framed
from dubtui.screens.bulk import BulkRun
from dubtui.screens.customer_delete import CustomerDelete
from dubtui.screens.customer_edit import CustomerEdit
from dubtui.screens.question import Question
from dubtui.screens.review_edit import NothingLeft, Proposal, Sent, reviewed

if TYPE_CHECKING:
    from dubtui.customers.bulk import BulkPlan
    from dubtui.session import Workspace
    from dubtui.store.journal import Entry

ResultT = TypeVar("ResultT")


class Acting(Framed[ResultT]):
    """Its verbs are about the customer that one is on; what came of them stands in its band until the next key."""

    @property
    def customer_id(self) -> str | None:
        """Whom one is on."""
        raise NotImplementedError

    async def whom(self) -> str | None:
        """Whom one is on, once that is settled."""
        return self.customer_id

    async def entry_to_undo(self, workspace: Workspace) -> Entry | None:
        """What `u` takes back; raises OSError."""
        raise NotImplementedError

    def say(self, *said: Span) -> None:
        """Say what came of a key until the next one."""
        raise NotImplementedError

    def on_saved(self, saved: Saved) -> None:
        """Somebody was changed."""

    def on_deleted(self, customer_id: str) -> None:
        """Somebody is gone."""

    def on_many(self) -> None:
        """Many were changed, or are gone."""

    # Editing

    @work(group="dialog", exclusive=True)
    async def action_edit(self) -> None:
        await self._edit()

    @work(group="dialog", exclusive=True)
    async def action_editor(self) -> None:
        await self._edit(in_editor=True)

    async def _edit(self, *, in_editor: bool = False) -> None:
        customer_id = await self.whom()
        if self.workspace and customer_id:
            form = CustomerEdit(self.workspace, customer_id, in_editor=in_editor)
            match await self.app.push_screen_wait(form):
                case NothingLeft():
                    self.say(*THEIRS)
                case Written() as written:
                    self._tell_saved(self.workspace, written)

    def _tell_saved(self, workspace: Workspace, written: Written[Saved]) -> None:
        saved = written.outcome
        self.on_saved(saved)
        self.say(*saved_words(saved.ignored, lost=saved.lost, unread=saved.unread), *unnoted_words(written.unnoted))
        if saved.awaits_avatar:
            self.app.run_worker(self._settle(workspace, written), group="settle")  # whatever screen one is on by then

    async def _settle(self, workspace: Workspace, written: Written[Saved]) -> None:
        """Look at an avatar again once Dub has fetched it, and say where that came to nothing."""
        later = await workspace.writer.settled(written.outcome, written.entry)
        if "avatar" not in later.ignored:
            return
        acting = next((screen for screen in reversed(self.app.screen_stack) if isinstance(screen, Acting)), None)
        if acting:
            row = workspace.store.row(later.customer.id)
            whose = f" of {title_of(row)}" if row else ""
            acting.say(("! ", "warning"), (f"Dub could not fetch the avatar{whose}, and has none now", "warning"))

    # Deleting

    @work(group="dialog", exclusive=True)
    async def action_delete(self) -> None:
        customer_id = await self.whom()
        if self.workspace and customer_id:
            await self._delete(self.workspace, customer_id)

    async def _delete(self, workspace: Workspace, customer_id: str, *, undoes: int | None = None) -> None:
        row = workspace.store.row(customer_id)
        title = title_of(row) if row else customer_id
        written = await self.app.push_screen_wait(CustomerDelete(workspace, customer_id, undoes=undoes))
        if written is not None:
            deleted = written.outcome
            with suppress(OSError):
                await workspace.desk.forget(customer_id)
            self.on_deleted(customer_id)
            said = deleted_words(title, was_gone=deleted.was_gone, lost=deleted.lost)
            self.say(*said, *unnoted_words(written.unnoted))

    # Taking back

    @work(group="dialog", exclusive=True)
    async def action_undo(self) -> None:
        if self.workspace is None:
            return
        workspace = self.workspace
        try:
            entry = await self.entry_to_undo(workspace)
            steps = await undo.inverses(workspace.writer, entry) if entry else []
        except OSError as error:
            await self._warn(Explanation("The journal cannot be read", safe(str(error))))
            return
        if not steps:
            self.say((NO_JOURNAL if workspace.writer.journal is None else "There is nothing to take back", "muted"))
        elif len(steps) > 1:
            await self._take_back_all(workspace, steps)
        else:
            await self._take_back(workspace, steps[0])

    async def _take_back(self, workspace: Workspace, step: undo.Inverse) -> None:
        match step:
            case PutBack(plan=plan) if plan.changes:
                await self._put_back(workspace, step)
            case PutBack(lost=lost):
                why = " ".join(f"{BY_NAME[each.field].title}: {each.words}" for each in lost)
                await self._warn(_cannot(step.entry, why or "Dub took none of it."))
            case Remove(entry):
                await self._remove(workspace, entry)
            case Nothing(entry, words):
                await self._warn(_cannot(entry, words))

    async def _put_back(self, workspace: Workspace, step: PutBack) -> None:
        row = workspace.store.row(step.plan.customer_id)
        name = title_of(row) if row else safe(step.entry.label)
        proposal = Proposal(name, f"Undo of entry {step.entry.number}", step.plan, {}, tuple(undo.lost_words(step)))
        match await reviewed(self.app, workspace, proposal):
            case NothingLeft():
                self.say(*THEIRS)
            case Written() as written:
                await self._tell(workspace, written)

    async def _tell(self, workspace: Workspace, written: Sent) -> None:
        match written.outcome:
            case Saved() as saved:
                self._tell_saved(workspace, Written(saved, written.entry, written.unnoted))
            case Undone(error) as undone:
                await self._warn(not_done("taken back", error, is_found_out=undone.is_found_out))
            case Unknown(error, found):
                await self._warn(not_known("taken back", error, has_changed=found is not None))

    async def _remove(self, workspace: Workspace, entry: Entry) -> None:
        """Take back a creation, once Dub has told who that is now."""
        try:
            reading = await conflict.read(workspace.client, workspace.store, workspace.clock, entry.customer_id)
        except DubError as error:
            await self._warn(explain(error))
            return
        if reading is None:
            self.say((f"{safe(entry.label)} is gone already", "muted"))
        else:
            await self._delete(workspace, entry.customer_id, undoes=entry.number)

    async def _take_back_all(self, workspace: Workspace, steps: list[undo.Inverse]) -> None:
        """Take back a bulk change as a whole."""

        async def plan() -> BulkPlan:
            return bulk.taken_back(workspace.store, steps)

        await self.change_many(workspace, f"Undo of {plural(len(steps), 'change')}", plan)

    async def change_many(self, workspace: Workspace, title: str, make: Callable[[], Awaitable[BulkPlan]]) -> None:
        """Show the plan of a change of many, have it carried out, and say what came of it."""
        came_to = await self.app.push_screen_wait(BulkRun(workspace, title, make))
        if came_to is not None:
            self.on_many()
            self.say((came_to, "muted"))

    async def _warn(self, words: Explanation) -> None:
        said: Spans = ((f"{words.why} {words.todo}".strip(), "muted"),)
        await self.app.push_screen_wait(Question(words.title, [said], [], stay="Close"))


THEIRS: Spans = (("Nothing was sent: Dub's values stay", "muted"),)
NO_JOURNAL = "The journal is switched off, so that nothing can be taken back"


def _cannot(entry: Entry, why: str) -> Explanation:
    return Explanation(f"Entry {entry.number} cannot be taken back", why)
