"""`dubtui sync`: the whole workspace to disk, or the copy on disk away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from dubtui.cli.output import say
from dubtui.cli.root import run_async, session_of, with_global_options
from dubtui.display.figures import age, short_moment
from dubtui.display.text import plural
from dubtui.session import KEY_VARIABLE, Identity, NoKey, Session, SetupError

if TYPE_CHECKING:
    from dubtui.customers.sync import Progress, Synced

UNKEPT = (
    "Customers are kept on disk only where you want them to be: dubtui sync --keep, or keep = true in the settings."
    " In the app, L fetches everybody for as long as it runs."
)


@click.command()
@click.option("--keep", is_flag=True, help="Keep the workspace's customers on disk.")
@click.option("--forget", is_flag=True, help="Delete what is kept of them.")
@with_global_options
@click.pass_context
def sync(context: click.Context, keep: bool, forget: bool) -> None:
    """Fetch the whole workspace to disk, for lookups at once and without a network; a stopped one is taken up."""
    run_async(_sync(session_of(context), keep=keep, forget=forget))


async def _sync(session: Session, *, keep: bool, forget: bool) -> None:
    if session.options.demo:
        raise SetupError("Nothing of the demo is kept.")
    if keep and forget:
        raise SetupError("Either --keep or --forget.")
    identity = await session.find()
    if identity is None:
        raise NoKey(f"Nobody is signed in: set {KEY_VARIABLE}, or dubtui auth login.")
    if forget:
        gone = session.forget_copy(identity.id)
        say(f"Deleted what was kept of {identity.name!r}." if gone else f"Nothing of {identity.name!r} is kept.")
    elif keep or session.settings.keep:
        await _fetch(session, identity)
    else:
        raise SetupError(UNKEPT)


async def _fetch(session: Session, identity: Identity) -> None:
    workspace = await session.open(identity, with_copy=True)
    try:
        if not workspace.store.is_kept:
            raise OSError("Another dubtui is working on the kept copy: end it first.")
        syncing = workspace.browsing.sync
        if syncing.is_begun:
            say("Going on where the last one was stopped.")
        syncing.on_progress = lambda: _show(syncing.progress)
        try:
            synced = await syncing.run()
        finally:
            _clear()
        _say_result(session, workspace.store.path.name, synced, syncing.complete_at)
    finally:
        await workspace.aclose()


def _show(progress: Progress | None) -> None:
    """One line on a terminal, rewritten."""
    if progress is None or not sys.stderr.isatty():
        return
    whole = "" if progress.total is None else f" of {progress.total:,}"
    left = "" if progress.seconds_left is None else f", {age(progress.seconds_left)} more"
    click.echo(f"\r\x1b[2K{progress.walked:,}{whole}, {progress.rate:,.0f} a second{left}", nl=False, err=True)


def _clear() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[2K", nl=False, err=True)


def _say_result(session: Session, name: str, synced: Synced, complete_at: int | None) -> None:
    for gap in synced.gaps:
        ends = (gap.after and f"behind {gap.after}", gap.before and f"before {gap.before}")
        between = " and ".join(filter(None, ends))
        say(f"Dub cannot serve customers {between or 'of this workspace'}: one has no external ID in its database.")
    removed = f", {synced.removed:,} who are gone were removed" if synced.removed else ""
    as_of = "" if complete_at is None or synced.gaps else f", as of {short_moment(complete_at, session.clock.now())}"
    say(f"{plural(synced.walked, 'customer')} kept{as_of}{removed}: {session.paths.copies / name}")
