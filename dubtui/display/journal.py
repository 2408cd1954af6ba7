"""What was changed, in words: an entry of the journal in a line, and what became of one that was cut short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dubtui.display.figures import full_moment
from dubtui.display.text import safe
from dubtui.fields import BY_NAME

if TYPE_CHECKING:
    from dubtui.store.journal import Entry

Held = Sequence[tuple[str, str | None]]
"""Fields by the API's names, and what Dub holds in them."""


def shown(value: str | None) -> str:
    """A value in a sentence, in quotes where its ends could not be seen; an empty one is none."""
    if not value:
        return "none"
    return safe(value) if value == value.strip() else f'"{safe(value)}"'


def change_words(field: str, old: str | None, new: str | None) -> str:
    """`Name: Ada Lovelace → Ada King`."""
    return f"{BY_NAME[field].title}: {shown(old)} → {shown(new)}"


def subject(entry: Entry) -> str:
    """`the edit of user_8813`, with `undo` for what takes another entry back."""
    what = {"edit": "edit", "create": "creation", "delete": "deletion"}[entry.verb]
    undoing = f", an undo of entry {entry.undoes}" if entry.undoes else ""
    return f"the {what} of {safe(entry.label)}{undoing}"


def verb_words(entry: Entry) -> str:
    """`edit`, or `undo of 12`."""
    return f"undo of {entry.undoes}" if entry.undoes else str(entry.verb)


def outcome_words(entry: Entry) -> str:
    """How an entry ended: `done`, `refused (Another customer has this value)`."""
    words = f"{entry.outcome} ({safe(entry.why)})" if entry.why else str(entry.outcome)
    return f"{words}, undone" if entry.undone else words


def unfinished_words(entry: Entry, outcome: str, held: Held, now: datetime, *, is_there: bool, unread: str = "") -> str:
    """An entry whose process was killed, and what Dub holds of it: `outcome` is done, not done, unknown or begun.

    `is_there` tells whether Dub has such a customer, `unread` why it could not be asked.
    """
    cut = f"Entry {entry.number} was cut short ({full_moment(entry.at, now)}): {subject(entry)}."
    values = "; ".join(f"{BY_NAME[field].title} is {shown(value)}" for field, value in held)
    if outcome == "begun":
        return f"{cut} What Dub has of it could not be read ({safe(unread)}); it is looked at again next time."
    if entry.verb == "edit" and not is_there:
        return f"{cut} Dub has no such customer any more."
    match entry.verb, outcome:
        case "edit", "done":
            return f"{cut} Dub has it: {values}."
        case "edit", "not done":
            return f"{cut} Dub does not have it: {values}."
        case "edit", _:
            return f"{cut} Dub has something else by now: {values}."
        case "delete", "done":
            return f"{cut} Dub has it: the customer is gone."
        case "delete", _:
            return f"{cut} Dub does not have it: the customer is still there."
        case _, "done":
            return f"{cut} Dub has it: the customer is there."
        case _, "not done":
            return f"{cut} Dub does not have it: there is no such customer."
    return f"{cut} Dub has another customer of this external ID."
