"""A write on the command line: shown before it is sent, asked about, checked once more, and told about afterwards."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from dubtui.api import errors
from dubtui.cli.output import NETWORK, REFUSED, exit_code, say, show_json
from dubtui.cli.writes import Mode, end
from dubtui.customers import conflict
from dubtui.customers.editing import EditPlan, Saved, Values
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.journal import change_words, shown
from dubtui.display.review import change_lines, request_lines
from dubtui.display.text import plain, safe
from dubtui.display.trouble import explain, not_done, not_known, saved_words
from dubtui.fields import BY_NAME

if TYPE_CHECKING:
    from dubtui.customers.conflict import Check
    from dubtui.session import Workspace

WIDTH = 72
NOTICED_WITHIN = 0.2
"""Seconds in which a prompt hears of a signal."""


# Asking


def can_ask() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()


def ask(question: str) -> None:
    """Go on only after a `y` on a terminal; ends the command without one."""
    if not can_ask():
        raise click.UsageError("There is no terminal to ask in: --yes sends it unasked, --dry-run shows it.")
    with _interruptible():
        is_wanted = click.confirm(safe(question), err=True)
    if not is_wanted:
        say("Nothing was sent.")
        raise end(NETWORK)


def typed(question: str) -> str:
    """What somebody types on a terminal."""
    with _interruptible():
        return str(click.prompt(safe(question), err=True, default="", show_default=False))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let ctrl+c end a prompt at once: the event loop would wait for its own turn.

    A signal that comes right before the prompt waits, or to another thread, is noticed with the main thread's next one
    only: so there is a next one.
    """
    here, over = threading.get_ident(), threading.Event()

    def nudge() -> None:
        while not over.wait(NOTICED_WITHIN):
            signal.pthread_kill(here, signal.SIGALRM)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, lambda number, frame: None)
    nudging = threading.Thread(target=nudge, daemon=True)  # an interrupt before the try leaves it behind
    nudging.start()
    try:
        yield
    finally:
        over.set()
        nudging.join()
        signal.signal(signal.SIGINT, before)


# Showing


def show_request(method: str, path: str, body: Mapping[str, str | None] | None) -> None:
    """What would be sent, on stdout: method and path, then the body as JSON in one line."""
    click.echo(f"{method} {path}")
    if body is not None:
        show_json(dict(body), indent=None)


def show_review(who: str, edit: EditPlan) -> None:
    """Old and new values, warnings and the request, on stderr."""
    say(safe(who))
    for change in edit.changes:
        for line in change_lines(change.field, change.old, change.new, WIDTH):
            say(plain(line).rstrip())
    show_warnings(edit)
    for line in request_lines("PATCH", edit.path, edit.body):
        say(plain(line))


def show_warnings(edit: EditPlan) -> None:
    """What the changes bring with them."""
    for warning in edit.warnings:
        say(f"! {safe(warning)}")


def field_words(field: str) -> str:
    """`E-mail (email)`."""
    return f"{BY_NAME[field].title} ({field})" if field in BY_NAME else safe(field)


def show_problems(problems: Mapping[str, str]) -> int:
    """What Dub would refuse, by field; the exit code."""
    for field, words in problems.items():
        say(f"{field_words(field)}: {words}")
    say("Nothing was sent.")
    return REFUSED


# Saving


async def carried_out(workspace: Workspace, edit: EditPlan, opened: Values, who: str, mode: Mode) -> int:
    """Show a plan, ask, check once more right before it is sent, send it, and tell what came of it; the exit code.

    `opened` are the values that Dub held when the plan was made.
    """
    edit = unopposed(conflict.compare(edit, opened, opened), mode)
    if mode.dry:
        show_warnings(edit)
        show_request("PATCH", edit.path, edit.body)
        return 0
    if mode.sure:
        show_warnings(edit)
    else:
        show_review(who, edit)
        ask("Send it?")
    edit = await still_unopposed(workspace, edit, opened, mode)
    return await saved(workspace, edit)


async def still_unopposed(workspace: Workspace, edit: EditPlan, opened: Values, mode: Mode) -> EditPlan:
    """The plan over what Dub holds now, once nothing is in its way that nobody has agreed to overwrite."""
    while True:
        checked = await conflict.check(workspace.client, workspace.store, workspace.clock, edit, opened)
        edit, opened = unopposed(checked, mode), checked.now
        if not checked.conflicts:
            return edit


def unopposed(checked: Check, mode: Mode) -> EditPlan:
    """The checked plan; ends the command where the customer is gone, nothing is left to do, or nobody overwrites."""
    if checked.is_gone:
        raise errors.NotFound
    for change in checked.elsewhere:
        words = change_words(change.field, change.old, change.new)
        say(f"Changed meanwhile, and left as it is: {words}")
    if not checked.plan.changes:
        say("Nothing to change: Dub holds it already.")
        raise end(0)
    if checked.conflicts:
        _agree(checked, mode)
    return checked.plan


def _agree(checked: Check, mode: Mode) -> None:
    """Show the three values of each field that was changed meanwhile, and go on only where they may be overwritten."""
    for field, opened, now, mine in ((found.field, found.opened, found.now, found.mine) for found in checked.conflicts):
        say(f"{field_words(field)} was changed meanwhile:")
        for when, value in (("before", opened), ("now at Dub", now), ("yours", mine)):
            say(f"  {when:<12}{shown(value)}")
    if mode.sure or mode.dry:
        say("Nothing was sent.")
        raise end(REFUSED)
    ask("Overwrite it?")


async def saved(workspace: Workspace, edit: EditPlan) -> int:
    """Send a plan and tell what came of it; the exit code."""
    written = await workspace.writer.save(edit)
    match written.outcome:
        case Undone():
            code = tell_undone("saved", written.outcome)
        case Unknown(error, found):
            code = tell_unknown("saved", error, has_changed=found is not None)
        case Saved() as outcome:
            words = saved_words(outcome.ignored, lost=outcome.lost, unread=outcome.unread)
            say(plain(words) + (how_to_undo(workspace, written.entry) if outcome.took else ""))
            code = REFUSED if outcome.ignored else 0
    tell_unnoted(written.unnoted)
    if isinstance(written.outcome, Saved) and written.outcome.awaits_avatar:
        code = max(code, await _tell_avatar(workspace, written.outcome, written.entry))
    return code


async def _tell_avatar(workspace: Workspace, saved: Saved, entry: int | None) -> int:
    say("Dub is fetching the avatar; it is read again in a moment.")
    later = await workspace.writer.settled(saved, entry)
    if later.unread is not None:
        say("It could not be read again.")
        return 0
    if "avatar" in later.ignored:
        say(f"{field_words('avatar')}: Dub could not fetch it, and has {shown(later.customer.avatar)} now.")
        return REFUSED
    say(f"Dub hosts it now: {shown(later.customer.avatar)}")
    return 0


def how_to_undo(workspace: Workspace, entry: int | None) -> str:
    """How to take a write back, where it was noted for longer than this run."""
    return "" if entry is None or workspace.identity.demo else f"; dubtui undo {entry} takes it back"


def tell_undone(what: str, outcome: Undone) -> int:
    """Why nothing was changed, with the field that is to blame; the exit code."""
    error = outcome.error
    if isinstance(error, errors.Refused) and error.field and not outcome.is_found_out:
        say(f"{field_words(error.field)}: {explain(error).sentence}")
    else:
        say(not_done(what, error, is_found_out=outcome.is_found_out).sentence)
    return exit_code(error)


def tell_unknown(what: str, error: errors.DubError, *, has_changed: bool) -> int:
    """That nobody knows; the exit code."""
    say(not_known(what, error, has_changed=has_changed).sentence)
    return NETWORK


def tell_unnoted(unnoted: OSError | None) -> None:
    """Why the journal has not the end of a write."""
    if unnoted:
        say(f"The journal does not say how it ended: {unnoted}")
