"""What was changed, and taking it back."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from dubtui.api.query import customer_path
from dubtui.cli import bulk as bulk_cli
from dubtui.cli.customers import opened
from dubtui.cli.output import NOBODY, REFUSED, say, show_json, show_table
from dubtui.cli.reviewing import (
    carried_out,
    show_request,
)
from dubtui.cli.writes import Mode, end
from dubtui.cli.writing import begin, confirm, deleted, read, tell_unfinished, who
from dubtui.customers import bulk
from dubtui.customers import undo as undoing
from dubtui.customers.settling import changes_of
from dubtui.customers.undo import Nothing, PutBack, Remove
from dubtui.display.figures import full_moment, moment
from dubtui.display.journal import change_words, outcome_words, shown, subject, verb_words
from dubtui.display.text import plural, safe
from dubtui.fields import BY_NAME
from dubtui.session import SetupError

if TYPE_CHECKING:
    from dubtui.session import Session, Workspace
    from dubtui.store.journal import Entry

OFF = "The journal is switched off (journal = false in the settings), so that nothing can be taken back."


async def undo(session: Session, number: int | None, confirmed: str | None, mode: Mode) -> int:
    """Take back an entry, by default the newest that can be; the exit code."""
    async with opened(session, with_copy=True) as workspace:
        if workspace.writer.journal is None:
            raise SetupError(OFF)
        await begin(workspace, mode)
        entry = await _chosen(workspace, number)
        steps = await undoing.inverses(workspace.writer, entry)
        if len(steps) > 1:
            return await _take_back_all(workspace, steps, mode, every=session.options.verbose)
        match steps[0]:
            case Nothing() as nothing:
                say(f"Entry {entry.number} cannot be taken back ({subject(entry)}). {nothing.words}")
                return 0 if nothing.is_undone else REFUSED
            case Remove():
                return await _remove(workspace, entry, confirmed, mode)
            case PutBack() as back:
                return await _put_back(workspace, back, mode)


async def _chosen(workspace: Workspace, number: int | None) -> Entry:
    """The entry to take back; ends the command where there is none."""
    entry = await (undoing.newest(workspace.writer) if number is None else workspace.writer.entry(number))
    if entry:
        return entry
    if number is None:
        say("There is nothing to take back.")
        raise end(0)
    say(f"The journal has no entry {number} of this workspace.")
    raise end(NOBODY)


async def _put_back(workspace: Workspace, back: PutBack, mode: Mode) -> int:
    """Put the old values back; partly where some cannot be."""
    say(f"Taking back entry {back.entry.number}: {subject(back.entry)}.")
    partly = _tell_lost(back)
    if not back.plan.changes:
        say("Nothing of it can be put back.")
        return REFUSED
    reading = await read(workspace, back.plan.customer_id)
    code = await carried_out(workspace, back.plan, reading.values, who(workspace, reading.customer), mode)
    return code or partly


def _tell_lost(back: PutBack) -> int:
    """What cannot be put back, and what never took; the exit code that an undo without it has."""
    for words in undoing.lost_words(back):
        say(words)
    return REFUSED if back.lost else 0


async def _take_back_all(workspace: Workspace, steps: list[undoing.Inverse], mode: Mode, *, every: bool) -> int:
    """Take back every part of a bulk change that can be; those that cannot are named, and make it partly failed."""
    say(f"Taking back a change of {plural(len(steps), 'customer')} as a whole.")
    plan = bulk.taken_back(workspace.store, steps)
    code = await bulk_cli.carried_out(workspace, plan, mode, lambda text: None, noun="customer", every=every)
    return code or (REFUSED if any(isinstance(step, PutBack) and step.lost for step in steps) else 0)


async def _remove(workspace: Workspace, entry: Entry, confirmed: str | None, mode: Mode) -> int:
    """Take back a creation: the customer is deleted, once the external ID is typed out."""
    say(f"Taking back entry {entry.number}, {subject(entry)}, deletes the customer.")
    if mode.dry:
        show_request("DELETE", customer_path(entry.customer_id), None)
        return 0
    reading = await read(workspace, entry.customer_id)
    confirm(workspace, reading.customer, confirmed)
    return await deleted(workspace, reading.customer, undoes=entry.number)


# The journal


async def purge(session: Session) -> None:
    """Remove what is noted of a workspace."""
    async with opened(session) as workspace:
        book = workspace.writer.journal or session.journal
        removed = book.purge(workspace.identity.id)
        say(f"Removed {plural(removed, 'entry', 'entries')} of {workspace.identity.name!r}, and the drafts.")
        if left := book.count():
            say(f"{plural(left, 'entry', 'entries')} of other workspaces stay: dubtui journal --purge --all.")


async def show(session: Session, *, as_json: bool) -> None:
    """The entries of a workspace, as a table or with their records."""
    async with opened(session) as workspace:
        await tell_unfinished(workspace)
        if workspace.writer.journal is None:
            say("The journal is switched off (journal = false in the settings): nothing is noted.")
        book = workspace.writer.journal or session.journal
        entries = book.entries(workspace.identity.id)
        if as_json:
            show_json([_object(entry) for entry in entries])
        elif entries:
            now = session.clock.now()
            width = get_terminal_size().columns if sys.stdout.isatty() else 0
            show_table([], [_row(entry, now) for entry in entries], right=[True, *[False] * 5], width=width)
        else:
            say("Nothing was changed from here.")


def _row(entry: Entry, now: datetime) -> list[str]:
    when, who = full_moment(entry.at, now), safe(entry.label)
    return [str(entry.number), when, verb_words(entry), who, outcome_words(entry), _what(entry)]


def _what(entry: Entry) -> str:
    """What an entry changed, in a word for each field."""
    if entry.verb == "edit":
        return "; ".join(change_words(change.field, change.old, change.new) for change in changes_of(entry))
    return "; ".join(f"{BY_NAME[field].title}: {shown(value)}" for field, value in (entry.body or {}).items())


def _object(entry: Entry) -> dict[str, Any]:
    """An entry in JSON's own types; dates in UTC."""
    at = moment(entry.at, UTC)
    return {
        "number": entry.number,
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None,
        "verb": entry.verb,
        "customerId": entry.customer_id or None,
        "label": entry.label,
        "body": entry.body,
        "before": json.loads(entry.before) if entry.before else None,
        "after": json.loads(entry.after) if entry.after else None,
        "took": entry.took,
        "outcome": entry.outcome,
        "why": entry.why or None,
        "batch": entry.batch or None,
        "undoes": entry.undoes,
        "undone": entry.undone,
    }
