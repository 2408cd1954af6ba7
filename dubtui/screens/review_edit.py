"""The way from a plan to a write: the review of an edit, and the choice where somebody else was quicker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dubtui.customers import conflict
from dubtui.customers.editing import Saved
from dubtui.customers.writer import Written
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.frame import path
from dubtui.display.journal import change_words
from dubtui.display.review import change_lines, request_lines, warning_lines
from dubtui.display.text import Spans, plural
from dubtui.display.trouble import Explanation
from dubtui.screens.conflict import ConflictChoice
from dubtui.screens.review import Review

if TYPE_CHECKING:
    from textual.app import App

    from dubtui.customers.conflict import Check
    from dubtui.customers.editing import EditPlan, Values
    from dubtui.session import Workspace

Sent = Written[Saved | Undone | Unknown]
"""What came of a plan that was sent."""
GONE = Explanation("This customer is gone", "Somebody deleted it meanwhile, so nothing can be sent.")
DONE_ALREADY = Explanation("Dub has all of this already", "There is nothing left to send.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan to be looked at: whose, what one is doing, the values that it started from, what else to know."""

    name: str
    doing: str
    edit: EditPlan
    opened: Values
    notes: tuple[str, ...] = ()

    @property
    def opened_words(self) -> str:
        """How the values that it started from are called."""
        return f"Written by entry {self.edit.undoes}" if self.edit.undoes else "When you opened it"


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody else changed the same fields."""

    check: Check


class NothingLeft:
    """One chose to leave everything as Dub has it."""


async def reviewed(app: App[None], workspace: Workspace, proposal: Proposal) -> Sent | NothingLeft | None:
    """What came of a plan that was looked at and sent; None where one goes back. Awaited in a worker."""
    while True:
        found = await app.push_screen_wait(EditReview(workspace, proposal))
        if not isinstance(found, Blocked):
            return found
        decided = await app.push_screen_wait(
            ConflictChoice(workspace, found.check, proposal.name, proposal.doing, proposal.opened_words)
        )
        if decided is None:
            return None
        if not decided.changes:
            return NothingLeft()
        proposal = replace(proposal, edit=decided, opened=found.check.now)


class EditReview(Review[Sent | Blocked]):
    """Returns what came of sending it, or who is in its way."""

    def __init__(self, workspace: Workspace, proposal: Proposal) -> None:
        super().__init__(workspace)
        self._proposal = proposal
        self._edit = proposal.edit
        self._check: Check | None = None
        """The last reading; None while there is none."""

    async def look(self) -> Blocked | None:
        """Compare with what it started from."""
        workspace, proposal = self.workspace, self._proposal
        check = await conflict.check(workspace.client, workspace.store, workspace.clock, proposal.edit, proposal.opened)
        self._check, self._edit = check, check.plan
        return Blocked(check) if check.conflicts else None

    async def send(self) -> Sent:
        """Send what is left to change."""
        return await self.workspace.writer.save(self._edit)

    @property
    def obstacle(self) -> Explanation | None:
        """That nobody is there, or nothing to be done."""
        if self._check and self._check.is_gone:
            return GONE
        return None if self._edit.changes else DONE_ALREADY

    @property
    def where(self) -> tuple[Spans, Spans]:
        """Whose, and how many."""
        count = plural(len(self._proposal.edit.changes), "change")
        return path(self._proposal.name, self._proposal.doing, "Review"), ((count, ""),)

    def plan_lines(self, width: int) -> Sequence[Spans]:
        """Old and new values, what to be warned of, what others changed, and the request itself."""
        edit = self._edit
        lines: list[Spans] = []
        for change in edit.changes:
            lines += [*change_lines(change.field, change.old, change.new, width), ()]
        if words := [*edit.warnings, *self._proposal.notes, *self._elsewhere()]:
            lines += [*warning_lines(words, width), ()]
        return [*lines, (("Request", "muted"),), *request_lines("PATCH", edit.path, edit.body)]

    def _elsewhere(self) -> Iterator[str]:
        for change in self._check.elsewhere if self._check else ():
            words = change_words(change.field, change.old, change.new)
            yield f"Somebody else changed this meanwhile, and it stays so: {words}."
