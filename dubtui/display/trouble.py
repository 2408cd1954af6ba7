"""Errors in words: what happened, why, what to do. The one place that chooses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from dubtui.api import errors
from dubtui.display.text import Spans, safe
from dubtui.fields import BY_NAME

READ_ONLY = "This workspace is read-only: W in the list allows writing."


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
        case errors.QuotaUsedUp():
            return f"Dub says: {said}", "Customers are not affected; events are back next month, or on a larger plan."
        case errors.WorkspaceClosed():
            return (
                f"Dub says: {said}" if said else "Dub does not say why.",
                "The key's owner may have left it, or an invitation is open; use a key of this workspace.",
            )
        case errors.NotAllowed():
            return f"Dub says: {said}" if said else "Dub does not say why.", "Use another key."
        case errors.NotFound():
            return "It may have been deleted, or belong to another workspace.", ""
        case errors.Taken(field="stripeCustomerId"):
            return "The Stripe ID belongs to another customer, perhaps of another workspace.", "Nothing was changed."
        case errors.Refused(row=int()):
            return (
                "One customer of this page has no external ID in Dub's database, so Dub serves none of it.",
                "Setting that customer's external ID mends it.",
            )
        case errors.Refused():
            return f"Dub says: {said}" if said else "Dub does not say why.", "Nothing was changed."
        case errors.ReadOnly():
            return "dubtui was told to read only, so nothing was sent.", ""
    return said or "Dub does not say what.", "Try again."


def held_words(why: errors.DubError | None, limit: int | None) -> Explanation:
    """The words for a call that is held back: by Dub's limit (calls a minute) or, without one, before another try."""
    if isinstance(why, errors.TooFast):
        allowed = f"Dub allows this key {limit:,} calls a minute. " if limit else ""
        return Explanation(why.title, f"{allowed}Other programs with the same key count too.")
    if why is not None:
        return explain(why)
    return Explanation("Waiting for a free call", f"dubtui keeps within the {limit or 0:,} calls a minute of the plan.")


def not_done(what: str, error: errors.DubError, *, is_found_out: bool) -> Explanation:
    """The words for a write that changed nothing; `what` is a participle such as `saved`."""
    words = explain(error)
    if not is_found_out:
        return words
    why = f"The answer was lost ({words.title}), and Dub was read again: it was not {what}."
    return Explanation(f"Not {what}", why, "It can be tried once more.")


def not_known(what: str, error: errors.DubError, *, has_changed: bool) -> Explanation:
    """The words for a write of which nobody knows; `has_changed` where Dub holds neither the old nor the new."""
    found = "holds something else by now" if has_changed else "could not be read again"
    why = f"The answer was lost ({explain(error).title}), and Dub {found}."
    return Explanation(f"Not known whether it was {what}", why, "Look at it again before it is tried once more.")


def not_noted(error: OSError) -> Explanation:
    """The words for a write that was not sent, since it could not be noted before."""
    return Explanation("Not sent", f"The journal cannot be written, so nothing was: {error}")


def saved_words(
    ignored: Sequence[str], *, lost: errors.DubError | None = None, unread: errors.DubError | None = None
) -> Spans:
    """What came of a save: taken and read again, or what of that is missing."""
    if ignored:
        names = " and ".join(BY_NAME[name].title for name in ignored)
        return (("! ", "warning"), ("Saved, but ", "bold"), (f"Dub kept its own {names}", "warning"))
    how = "Dub took it and was read again"
    if unread:
        how = "Dub took it and could not be read again"
    elif lost:
        how = "the answer was lost; Dub was read again and has it"
    return (("✓ ", "success"), ("Saved", "bold"), (f"   {how}", "muted"))


def created_words(title: str, ignored: Sequence[str]) -> Spans:
    """What came of a creation: that there is one, and where Dub has something else than was sent."""
    if ignored:
        names = " and ".join(BY_NAME[name].title for name in ignored)
        return (("! ", "warning"), (f"created {title}, but ", "bold"), (f"Dub has its own {names}", "warning"))
    return (("✓ ", "success"), (f"created {title}", "muted"))


def unnoted_words(error: OSError | None) -> Spans:
    """That the journal does not say how a write ended; nothing where it does."""
    return ((f"   The journal was not brought up to date: {safe(str(error))}", "warning"),) if error else ()


def deleted_words(title: str, *, was_gone: bool, lost: errors.DubError | None) -> Spans:
    """What came of a deletion: done, done already by somebody else, or found out about."""
    words = f"{title} was gone at Dub already" if was_gone else f"deleted {title}"
    if lost:
        words = f"{title} is gone; the answer was lost, Dub was read again"
    return (("✓ ", "success"), (words, "muted"))
