"""The command group, the options that go before or after any command, and how a run ends."""

from __future__ import annotations

import asyncio
import difflib
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click

from dubtui import __version__
from dubtui.api.errors import DubError
from dubtui.cli.output import exit_code, say
from dubtui.config import SettingsError
from dubtui.credentials import KeychainError
from dubtui.display.text import safe
from dubtui.display.trouble import explain
from dubtui.session import NoKey, Options, Session, SetupError

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])

WRONG_USAGE = 2
NO_KEY = 4
INTERRUPTED = 130


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep a global option wherever it stood; the one after the command wins."""
    if value and parameter.name:
        context.find_root().ensure_object(dict)[parameter.name] = value


GLOBAL_OPTIONS = (
    click.option("--workspace", "-w", metavar="NAME", help="A saved workspace; beats DUB_API_KEY."),
    click.option("--api-url", metavar="URL", help="Another API than https://api.dub.co."),
    click.option("--demo", is_flag=True, help="The built-in demo workspace: no key, no network, nothing kept."),
    click.option("--read-only", is_flag=True, help="Never write."),
    click.option("--no-color", is_flag=True, help="No colours, as with NO_COLOR."),
    click.option("--verbose", is_flag=True, help="Say more on stderr."),
)


def with_global_options(command: Command) -> Command:
    """Let a command take the global options too."""
    for option in reversed(GLOBAL_OPTIONS):
        command = _unexposed(option)(command)
    return command


def _unexposed(option: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        decorated = option(command)
        parameter = decorated.__click_params__[-1]  # type: ignore[attr-defined]
        parameter.expose_value, parameter.callback = False, _remember
        return decorated

    return decorate


class _Suggesting(click.Group):
    """An unknown command gets a suggestion: a slip never becomes a request."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            close = difflib.get_close_matches(args[0], self.commands, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"to find a customer: dubtui open {safe(args[0])}"
            ctx.fail(f"There is no command {safe(args[0])!r}; {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Suggesting, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@with_global_options
@click.version_option(__version__, prog_name="dubtui")
@click.pass_context
def cli(context: click.Context) -> None:
    """Find, see and safely change the customers of a Dub.co workspace."""
    if context.invoked_subcommand is None:
        open_app(context)


def session_of(context: click.Context) -> Session:
    """The session of the options that were given."""
    given = context.find_root().ensure_object(dict)
    if given.get("no_color"):
        os.environ["NO_COLOR"] = "1"
    options = Options(
        demo=given.get("demo", False),
        workspace=given.get("workspace", ""),
        api_url=given.get("api_url", ""),
        read_only=given.get("read_only", False),
    )
    session = Session(options)
    if options.workspace and options.environment.get("DUB_API_KEY"):
        say(f"Using the saved workspace {options.workspace!r}, not DUB_API_KEY.")
    return session


def open_app(context: click.Context, text: str = "") -> None:
    """Open the app, on the customer that a text names where there is one."""
    if not (sys.stdin.isatty() and sys.__stderr__ is not None and sys.__stderr__.isatty()):
        raise click.UsageError("The app needs a terminal; see dubtui --help for commands that need none.")
    if os.environ.get("TERM") == "dumb":
        raise click.UsageError("This terminal (TERM=dumb) cannot show the app; dubtui get and dubtui list work in it.")
    from dubtui.app import DubApp

    session = session_of(context)
    session.settings  # noqa: B018  # a mistake in it is told before the screen is taken
    app = DubApp(session, open_at=text)
    app.run()
    context.exit(app.return_code or 0)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end."""
    return asyncio.run(work)


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code that its end has."""
    sys.exit(_outcome(arguments))


def _outcome(arguments: list[str] | None) -> int:
    from dubtui.cli import auth, customers

    for command in (customers.open_, customers.get, customers.list_, auth.auth):
        cli.add_command(command)
    try:
        code = cli.main(arguments, prog_name="dubtui", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort:
        return INTERRUPTED
    except (SetupError, SettingsError) as error:
        say(str(error))
        return NO_KEY if isinstance(error, NoKey) else WRONG_USAGE
    except KeychainError as error:
        say(str(error))
        return NO_KEY
    except DubError as error:
        say(explain(error).sentence)
        return exit_code(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0
