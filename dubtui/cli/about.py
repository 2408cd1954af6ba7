"""The commands about dubtui itself: its keys, its files, its completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from dubtui.cli.output import show_table
from dubtui.cli.root import cli, session_of, with_global_options

SHELLS = ("bash", "zsh", "fish")


@click.command()
@with_global_options
def keys() -> None:
    """The keys of the app: where they act, their action's name, what they do."""
    from dubtui.keys import key_rows

    show_table([], [(row.place, row.keys, row.action, row.words) for row in key_rows()])


@click.command()
@with_global_options
@click.pass_context
def paths(context: click.Context) -> None:
    """Where settings and state are kept, and customers for as long as dubtui runs, or for longer where one wants it."""
    session = session_of(context)
    places = (
        ("settings", session.paths.settings),
        ("state", session.paths.state),
        ("journal", session.paths.journal),
        ("customers", session.passing_copies),
        ("kept customers", session.paths.copies),
    )
    show_table([], [(name, str(path)) for name, path in places])


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@with_global_options
def completion(shell: str) -> None:
    """A script that lets a shell complete commands, options and workspaces.

    For bash: eval "$(dubtui completion bash)"
    """
    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(cli, {}, "dubtui", "_DUBTUI_COMPLETE").source())


COMMANDS = (keys, paths, completion)
