"""Errors in words: what happened, why, what to do. The one place that chooses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from dubtui.api import errors
from dubtui.display.text import Spans, safe
from dubtui.fields import BY_NAME


@dataclass(frozen=True, slots=True)
class Explanation:
    """A title, the reason in a sentence or two, and what to do next."""

    title: str
    why: str
    todo: str = ""

    @property
    def sentence(self) -> str:
        """All of it, for a place that has one line."""
        return " ".join(part for part in (f"{self.title}.", self.why, self.todo) if part)


def explain(error: errors.DubError) -> Explanation:
    """The words for an error of the family."""
    why, todo = _words(error)
    return Explanation(error.title, why, todo)


def _words(error: errors.DubError) -> tuple[str, str]:
    said = safe(error.message)
    match error:
        case errors.NameUnknown():
            return "Its address cannot be found.", "Check the network, or the API URL."
        case errors.Untrusted():
            return (
                f"The certificate cannot be trusted ({said}), so nothing was sent.",
                "A company network may need its own authority: SSL_CERT_FILE names it.",
            )
        case errors.TooSlow():
            return "No whole answer came in time.", "Try again."
        case errors.Unreachable():
            return f"The connection failed: {said}." if said else "The connection failed.", "Try again."
        case errors.TooFast():
            return "Other programs with the same key count too.", f"Try again in {ceil(error.wait)} s."
        case errors.DubInTrouble():
            return f"It answered with status {error.status}.", "It is not your doing; try again in a while."
        case errors.KeyRefused():
            return (
                "Dub does not know this key, or its time is over. The plan and your role are not the cause.",
                "Sign in with another key: dubtui auth login.",
            )
        case errors.PlanTooLow():
            return "Customers need a Business plan or higher.", "The workspace's owner can change the plan."
        case errors.RoleTooLow():
            return "Viewers and billing members may read, not write.", "An owner or member of the workspace may."
        case errors.WorkspaceClosed():
            return (
                f"Dub says: {said}" if said else "Dub does not say why.",
                "The key's owner may have left it, or an invitation is open; use a key of this workspace.",
            )
        case errors.NotAllowed():
            return f"Dub says: {said}" if said else "Dub does not say why.", "Use another key."
        case errors.NotFound():
            return "It may have been deleted, or belong to another workspace.", ""
        case errors.Refused():
            return f"Dub says: {said}" if said else "Dub does not say why.", "Nothing was changed."
        case errors.ReadOnly():
            return "dubtui was told to read only, so nothing was sent.", ""
    return said or "Dub does not say what.", "Try again."


def saved_words(ignored: Sequence[str]) -> Spans:
    """What came of a save: taken and read again, or which fields Dub left as they were."""
    if not ignored:
        return (("✓ ", "success"), ("Saved", "bold"), ("   Dub took it and was read again", "muted"))
    names = " and ".join(BY_NAME[name].title for name in ignored)
    return (("! ", "warning"), ("Saved, but ", "bold"), (f"Dub kept its own {names}", "warning"))
