"""The commands about keys: they come from a prompt or stdin, go to the keychain, and are never shown."""

from __future__ import annotations

import sys

import click

from dubtui.api.token import Token
from dubtui.cli.output import say
from dubtui.cli.root import run_async, session_of, with_global_options
from dubtui.credentials import KeychainError
from dubtui.session import KEY_VARIABLE, Session, SetupError

NO_KEY = 4


@click.group()
def auth() -> None:
    """Sign in to a workspace, out of it, and see which one it is."""


@auth.command()
@click.option("--with-token", is_flag=True, help="Read the key from stdin.")
@click.option("--name", default="workspace", show_default=True, help="What to call the workspace here.")
@with_global_options
@click.pass_context
def login(context: click.Context, with_token: bool, name: str) -> None:
    """Try a key and keep it in the keychain."""
    text = sys.stdin.read() if with_token else click.prompt("Dub API key", hide_input=True, err=True)
    try:
        token = Token(text)
    except ValueError as error:
        raise click.UsageError(f"That is no key: {error}.") from None
    run_async(_login(session_of(context), token, name))


async def _login(session: Session, token: Token, name: str) -> None:
    identity = session.typed_identity(token, name)
    await session.check(identity)
    try:
        await session.keep(identity)
    except KeychainError as error:
        say(f"Dub takes the key, but it was not kept: {error} Set {KEY_VARIABLE} in its place.")
        raise SystemExit(1) from None
    say(f"Signed in: {name!r} is kept in {await session.keychain.name()}.")


@auth.command()
@with_global_options
@click.pass_context
def status(context: click.Context) -> None:
    """Which key is used, where it comes from, and whether Dub takes it."""
    run_async(_status(session_of(context)))


async def _status(session: Session) -> None:
    identity = await session.find()
    if identity is None:
        say("Nobody is signed in: dubtui auth login.")
        raise SystemExit(NO_KEY)
    click.echo(f"workspace  {identity.name}")
    click.echo(f"api        {'in this process' if identity.demo else identity.api_url}")
    key = "none needed" if identity.demo else f"{identity.token.masked} from the {identity.source}"
    click.echo(f"key        {key}")
    await session.check(identity)
    click.echo("Dub        takes the key")


@auth.command()
@click.option("--all", "every", is_flag=True, help="Forget every saved workspace.")
@with_global_options
@click.pass_context
def logout(context: click.Context, every: bool) -> None:
    """Delete the key of the current workspace from the keychain."""
    run_async(_logout(session_of(context), every=every))


async def _logout(session: Session, *, every: bool) -> None:
    state = session.state
    named = session.options.workspace
    chosen = state.workspace(named) if named else state.current()
    saved = state.workspaces() if every else [chosen] if chosen else []
    if not saved:
        raise SetupError(f"There is no workspace {named!r} here." if named else "Nobody is signed in.")
    for workspace in saved:
        await session.keychain.forget(workspace.id)
        state.forget(workspace)
        say(f"Forgot {workspace.name!r} and its key.")
    if session.options.environment.get(KEY_VARIABLE):
        say(f"{KEY_VARIABLE} is still set.")


@auth.command("list")
@with_global_options
@click.pass_context
def list_(context: click.Context) -> None:
    """The saved workspaces; the current one has a star."""
    state = session_of(context).state
    current = state.current()
    for workspace in state.workspaces():
        click.echo(f"{'*' if workspace == current else ' '} {workspace.name}  {workspace.api_url}")


@auth.command()
@click.argument("name")
@with_global_options
@click.pass_context
def switch(context: click.Context, name: str) -> None:
    """Make a saved workspace the current one."""
    state = session_of(context).state
    if state.workspace(name) is None:
        names = ", ".join(workspace.name for workspace in state.workspaces()) or "none yet"
        raise SetupError(f"There is no workspace {name!r} here (saved: {names}).")
    state.switch(name)
    say(f"Now on {name!r}.")
