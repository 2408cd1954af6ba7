"""The way from a plan to what may be sent: the review, and the choice where somebody else was quicker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dubtui.screens.conflict import ConflictChoice
from dubtui.screens.review import Applied, Blocked, Proposal, Review

if TYPE_CHECKING:
    from textual.app import App

    from dubtui.customers.editing import EditPlan
    from dubtui.session import Workspace


async def reviewed(app: App[None], workspace: Workspace, proposal: Proposal) -> EditPlan | None:
    """The plan to send at once, as it was just held against Dub; None where one goes back. Awaited in a worker.

    It is without changes where one chose to leave everything as Dub has it.
    """
    while True:
        match await app.push_screen_wait(Review(workspace, proposal)):
            case Applied(edit):
                return edit
            case Blocked(check):
                decided = await app.push_screen_wait(ConflictChoice(workspace, proposal.name, check))
                if decided is None or not decided.changes:
                    return decided
                proposal = replace(proposal, edit=decided, opened=check.now)
            case None:
                return None
