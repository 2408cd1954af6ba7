"""The commands about keys: they come from a prompt or stdin, go to the keychain, and are never shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from dubtui.api.token import Token
from dubtui.cli.output import say, show_table
from dubtui.cli.root import complete_workspace, run_async, session_of, with_global_options, words
from dubtui.cli.selection import given
from dubtui.credentials import KeychainError
from dubtui.display.text import is_plain, safe
from dubtui.session import KEY_VARIABLE, NoKey, Session

if TYPE_CHECKING:
    from dubtui.customers.desk import Desk


@click.group()
@with_global_options
def auth() -> None:
    """Sign in to a workspace, out of it, and see which one it is."""


@auth.command()
@click.option("--with-token", is_flag=True, help="Read the key from stdin.")
@click.option("--name", default="workspace", show_default=True, callback=words, help="What to call the workspace here.")
@with_global_options
@click.pass_context
def login(context: click.Context, with_token: bool, name: str) -> None:
    """Try a key and keep it in the keychain."""
    session = session_of(context)
    if session.options.demo:
        raise click.UsageError("The demo needs no key.")
    if not is_plain(name):
        raise click.UsageError("A workspace's name is one line of plain characters.")
    try:
        token = Token(_piped() if with_token else _asked())
    except ValueError as error:
        raise click.UsageError(f"That is no key: {error}.") from None
    run_async(_login(session, token, name))


def _piped() -> str:
    """What stands in stdin; bytes that no key has are told by the check of it."""
    return sys.stdin.buffer.read().decode("ascii", "replace") if sys.stdin else ""


def _asked() -> str:
    if not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError(
            "There is no terminal to ask for the key in: pipe it into dubtui auth login --with-token."
        )
    return str(click.prompt("Dub API key", hide_input=True, err=True))


async def _login(session: Session, token: Token, name: str) -> None:
    identity = session.typed_identity(token, name)
    is_new = session.state.workspace(name) is None
    await session.check(identity)
    try:
        await session.keep(identity)
    except KeychainError as error:
        raise KeychainError(
            f"Dub takes the key, but it was not kept: {error} Set {KEY_VARIABLE} in its place."
        ) from None
    before = "" if is_new else ", in place of its old key"
    say(f"Signed in: {name!r} is kept in {await session.keychain.name()}{before}.")
    _say_environment(session)


@auth.command()
@with_global_options
@click.pass_context
def status(context: click.Context) -> None:
    """Which key is used, where it comes from, and whether Dub takes it."""
    run_async(_status(session_of(context)))


async def _status(session: Session) -> None:
    identity = await session.find()
    if identity is None:
        raise NoKey("Nobody is signed in: dubtui auth login.")
    api = "in this process" if identity.demo else identity.api_url
    key = "none needed" if identity.demo else f"{identity.token.masked} from the {identity.source}"
    rows = [("workspace", safe(identity.name)), ("api", safe(api)), ("key", key)]
    if not identity.demo and (desk := await _desk_of(session, identity.id)).starts_read_only:
        rows.append(("marked", _marks(desk)))
    show_table([], rows)
    await session.check(identity)
    show_table([], [("Dub      ", "takes the key")])


@auth.command()
@click.option("--all", "every", is_flag=True, help="Forget every saved workspace.")
@with_global_options
@click.pass_context
def logout(context: click.Context, every: bool) -> None:
    """Delete the key of the current workspace from the keychain."""
    run_async(_logout(session_of(context), every=every))


async def _logout(session: Session, *, every: bool) -> None:
    state = session.state
    chosen = None if every else session.saved_workspace()
    leaving = state.workspaces() if every else [chosen] if chosen else []
    if not leaving:
        say("Nobody is signed in.")
    for workspace in leaving:
        await session.keychain.forget(workspace.id)
        session.forget_copy(workspace.id)
        state.forget(workspace)
        say(f"Forgot {workspace.name!r} and its key.")
    if left := state.workspaces():
        say(f"Still saved: {', '.join(workspace.name for workspace in left)} (dubtui auth switch NAME).")
    _say_environment(session)


def _say_environment(session: Session) -> None:
    if session.options.environment.get(KEY_VARIABLE):
        say(f"{KEY_VARIABLE} is set, and beats the keychain.")


@auth.command("list")
@with_global_options
@click.pass_context
def list_(context: click.Context) -> None:
    """The saved workspaces; the current one has a star."""
    state = session_of(context).state
    current = state.current()
    for workspace in state.workspaces():
        click.echo(f"{'*' if workspace == current else ' '} {safe(workspace.name)}  {safe(workspace.api_url)}")


@auth.command()
@click.argument("name", callback=words, shell_complete=complete_workspace)
@with_global_options
@click.pass_context
def switch(context: click.Context, name: str) -> None:
    """Make a saved workspace the current one."""
    session = session_of(context)
    saved = session.workspace(name)
    session.state.switch(saved.name)
    say(f"Now on {saved.name!r}.")


@auth.command()
@click.argument("name", required=False, callback=given, shell_complete=complete_workspace)
@click.option("--production/--no-production", default=None, help="Whether real customers are in it.")
@with_global_options
@click.pass_context
def mark(context: click.Context, name: str, production: bool | None) -> None:
    """How careful to be in a workspace, from now on: the one in use unless it is named.

    Production starts read-only, and the app asks there before it writes again, and for the workspace's name before it
    deletes. With --read-only or --no-read-only any workspace starts so.
    """
    session = session_of(context)
    if session.options.demo:
        raise click.UsageError("Nothing of the demo is kept.")
    if production is None and session.options.read_only is None:
        raise click.UsageError("Say how: --production, --no-production, --read-only, --no-read-only.")
    run_async(_mark(session, name, is_production=production))


async def _mark(session: Session, name: str, *, is_production: bool | None) -> None:
    whom = session.workspace(name) if name else session.whom()
    if whom is None:
        raise NoKey("Nobody is signed in: dubtui auth login.")
    desk = await _desk_of(session, whom.id)
    if is_production is not None:
        await desk.mark_production(is_production=is_production)
    if session.options.read_only is not None:
        await desk.start_read_only(wanted=session.options.read_only)
    say(f"{whom.name!r} is now: {_marks(desk)}.")


async def _desk_of(session: Session, workspace_id: str) -> Desk:
    from dubtui.customers.desk import Desk

    return await Desk.laid(session.remembered(workspace_id))


def _marks(desk: Desk) -> str:
    """How careful one is there, in words."""
    kind = "production" if desk.is_production else "not production"
    return f"{kind}, starts {'read-only' if desk.starts_read_only else 'with writing allowed'}"
