"""Taking back what the journal holds: the plan that puts old values back, and what cannot be put back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.customers.editing import Change, EditPlan, planned
from dubtui.fields import BY_NAME, Naming
from dubtui.store.journal import Entry, Outcome, Verb

if TYPE_CHECKING:
    from dubtui.customers.writer import Writer

FINAL = "A deletion is final: made again, the customer has no link, no partner and no sales."
NO_RECORD = "The journal has no record of it before."
PIECE = 200
"""Entries that are looked through at once for one that can be taken back."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A field whose old value cannot be put back, or not as it was, and why."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class PutBack:
    """An edit that puts the old values back; its changes are from what the entry wrote."""

    entry: Entry
    plan: EditPlan
    lost: tuple[Lost, ...] = ()
    never_taken: tuple[str, ...] = ()
    """The fields of the entry in which Dub kept its own value, so that there is nothing to put back."""


@dataclass(frozen=True, slots=True)
class Remove:
    """Taking back a creation is a deletion, to be confirmed as one."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Nothing:
    """An entry that cannot be taken back, and why."""

    entry: Entry
    words: str
    is_undone: bool = False
    """Whether that has been done already."""


Inverse = PutBack | Remove | Nothing


def lost_words(step: Inverse) -> Iterator[str]:
    """What of an entry cannot be put back, and what never took, in sentences."""
    if isinstance(step, PutBack):
        for each in step.lost:
            yield f"{BY_NAME[each.field].title} cannot be put back as it was. {each.words}"
        for field in step.never_taken:
            yield f"{BY_NAME[field].title}: Dub had kept its own value, and keeps it."


def inverse(entry: Entry) -> Inverse:
    """What takes an entry back."""
    if entry.outcome is not Outcome.DONE:
        return Nothing(entry, f"It came to nothing ({entry.outcome}).")
    if entry.undone:
        return Nothing(entry, "It was taken back already.", is_undone=True)
    match entry.verb:
        case Verb.DELETE:
            return Nothing(entry, FINAL)
        case Verb.CREATE:
            return Remove(entry)
    return _put_back(entry)


async def inverses(writer: Writer, entry: Entry) -> list[Inverse]:
    """What takes an entry back, or the whole bulk change that it is a part of, the newest first; raises OSError.

    The parts of a bulk change that came to nothing are left out.
    """
    entries = await writer.entries(batch=entry.batch) if entry.batch else []
    parts = [each for each in entries if each.outcome not in (Outcome.REFUSED, Outcome.NOT_DONE)]
    return [inverse(each) for each in parts or [entry]]


async def newest(writer: Writer, customer_id: str = "") -> Entry | None:
    """The newest entry, of one customer or of all, that can be taken back; raises OSError."""
    before: int | None = None
    while entries := await writer.entries(limit=PIECE, before=before, customer_id=customer_id):
        if found := latest(entries):
            return found
        before = entries[-1].number
    return None


def latest(entries: Sequence[Entry]) -> Entry | None:
    """The newest entry that can be taken back, at least in part; `entries` are newest first.

    An undo is an entry like any other: directly after it, it is the newest.
    """
    return next((entry for entry in entries if _is_something(inverse(entry))), None)


def _is_something(found: Inverse) -> bool:
    return isinstance(found, Remove) or (isinstance(found, PutBack) and bool(found.plan.changes))


def _put_back(entry: Entry) -> PutBack:
    before, after = _record(entry.before), _record(entry.after)
    never_taken = tuple(field for field in entry.body or {} if field not in entry.took)
    changes: list[Change] = []
    lost: list[Lost] = []
    for field in entry.took:
        if before is None:
            lost.append(Lost(field, NO_RECORD))
            continue
        if words := _why_lost(field, before, entry.naming):
            lost.append(Lost(field, words))
        if _can_be_sent(field, before, entry.naming):
            changes.append(Change(field, _written(entry, field, after), _old(field, before, entry.naming)))
    return PutBack(entry, planned(entry.customer_id, changes, undoes=entry.number), tuple(lost), never_taken)


Record = dict[str, str | None]


def _record(sent: bytes | None) -> Record | None:
    return None if sent is None else json.loads(sent)


def _why_lost(field: str, before: Record, naming: Naming) -> str:
    """Why an old value cannot be put back as it was; empty where it can."""
    value = before.get(field)
    if field == "name" and naming is Naming.UNCONFIRMED:
        return "It is not known whether the old name was one that Dub invented."
    if field == "email" and value == "":
        return "It was an empty text, which Dub takes no longer; none is put in its place."
    if field == "externalId" and value is None:
        return "There was none, which Dub takes no longer."
    if field == "country" and not value:
        return "There was none, which Dub cannot be told."
    return ""


def _can_be_sent(field: str, before: Record, naming: Naming) -> bool:
    return field == "email" or not _why_lost(field, before, naming)


def _old(field: str, before: Record, naming: Naming) -> str | None:
    """The value to send: as it was to the letter, but none where Dub showed something in the place of none."""
    if field == "name" and naming in (Naming.NONE, Naming.INVENTED):
        return None
    return before.get(field) or None if field == "email" else before.get(field)


def _written(entry: Entry, field: str, after: Record | None) -> str | None:
    """What the entry left in a field: an avatar's address is Dub's own, and a name may stand for none."""
    sent = (entry.body or {}).get(field)
    if after is None:
        return sent
    if field == "name" and (sent is None or after.get("name") == after.get("email")):
        return None
    return after.get(field) or None
