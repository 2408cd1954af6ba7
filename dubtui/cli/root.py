"""The command group, the options that go before or after any command, and how a run ends."""

from __future__ import annotations

import asyncio
import difflib
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from dubtui import __version__, crash, signals
from dubtui.cli.output import EXPECTED, INTERRUPTED, WRONG_USAGE, exit_code, reason, say
from dubtui.display.text import safe
from dubtui.session import KEY_VARIABLE, Options, Session, SetupError

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])
ENDING = (signal.SIGTERM, signal.SIGHUP)
"""The signals that end a command beside ctrl+c."""


@dataclass
class Start:
    """What a run starts from: how a session is made, and the global options wherever they stood."""

    make_session: Callable[[Options], Session] = Session
    given: dict[str, Any] = field(default_factory=dict)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep a global option that was given; the one after the command wins."""
    if parameter.name and (value or (value is False and parameter.name == "read_only")):
        context.ensure_object(Start).given[parameter.name] = value


def complete_workspace(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The names of the saved workspaces, for the shell's completion."""
    try:
        saved = Session(Options()).state.workspaces()
    except OSError:
        return []
    return [CompletionItem(workspace.name) for workspace in saved if workspace.name.startswith(start)]


def complete_view(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The names of the views that are saved of the workspace in use, for the shell's completion."""
    try:
        session = _session_of(context)
        whom = session.whom()
        saved = session.remembered(whom.id).views() if whom else []
    except EXPECTED:
        return []
    return [CompletionItem(view.name) for view in saved if view.name.casefold().startswith(start.casefold())]


GLOBAL_OPTIONS = (
    click.option(
        "--workspace",
        "-w",
        metavar="NAME",
        shell_complete=complete_workspace,
        help=f"A saved workspace; beats {KEY_VARIABLE}.",
    ),
    click.option("--api-url", metavar="URL", help="Another API than https://api.dub.co."),
    click.option("--demo", is_flag=True, help="The built-in demo workspace: no key, no network, nothing kept."),
    click.option(
        "--read-only/--no-read-only", default=None, help="Write nothing, or allow it where the workspace is read-only."
    ),
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


def words(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Text that can be sent to Dub, without the white space around it, and not empty."""
    text = value.strip()
    if not text:
        raise click.BadParameter("it is empty.")
    if any("\ud800" <= char <= "\udfff" for char in text):  # Python's stand-ins for bytes that are not UTF-8
        raise click.BadParameter("it is not text in UTF-8.")
    return text


class _Group(click.Group):
    """An unknown command gets a suggestion, since a slip never becomes a request; a closed pipe ends in silence."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            close = difflib.get_close_matches(args[0], self.commands, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"to find a customer: dubtui get {safe(args[0])}"
            ctx.fail(f"There is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return 0


@click.group(cls=_Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@with_global_options
@click.version_option(__version__, prog_name="dubtui")
@click.pass_context
def cli(context: click.Context) -> None:
    """Find, see and safely change the customers of a Dub.co workspace."""
    if context.invoked_subcommand is None:
        open_app(context)


def session_of(context: click.Context) -> Session:
    """The session of the options that were given."""
    session = _session_of(context)
    options = session.options
    if options.workspace and options.environment.get(KEY_VARIABLE) and not options.demo:
        say(f"Using the saved workspace {options.workspace!r}, not {KEY_VARIABLE}.")
    return session


def _session_of(context: click.Context) -> Session:
    start = context.ensure_object(Start)
    options = Options(**{name: value for name, value in start.given.items() if name != "no_color"})
    return start.make_session(options)


def open_app(context: click.Context, text: str = "") -> None:
    """Open the app, on the customer that a text names where there is one."""
    if not (sys.stdin.isatty() and sys.__stderr__ is not None and sys.__stderr__.isatty()):
        raise SetupError("The app needs a terminal; dubtui get and dubtui list need none.")
    if os.environ.get("TERM") == "dumb":
        raise SetupError("This terminal (TERM=dumb) cannot show the app; dubtui get and dubtui list work in it.")
    from dubtui.app import DubApp

    session = session_of(context)
    session.settings  # noqa: B018  # a mistake in it is told before the screen is taken
    if context.ensure_object(Start).given.get("no_color"):
        os.environ["NO_COLOR"] = "1"  # Textual knows no other way
    app = DubApp(session, open_at=text)
    signals.catch(app.leave_for)  # before the terminal is taken
    app.run()
    context.exit(app.return_code or 0)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end; a kill and a closed window end it as ctrl+c does, with codes of their own."""
    with _heard_as_ctrl_c() as heard:
        try:
            result = asyncio.run(work)
        except (KeyboardInterrupt, click.exceptions.Abort):
            if not heard:
                raise
            raise click.exceptions.Exit(128 + heard[0]) from None
        if heard and result == INTERRUPTED:
            raise click.exceptions.Exit(128 + heard[0])
        return result


@contextmanager
def _heard_as_ctrl_c() -> Iterator[list[int]]:
    """Which signals came; each is passed on to whatever sees to ctrl+c, be it asyncio, a prompt or a run of many."""
    heard: list[int] = []

    def end(number: int, frame: object) -> None:
        if number in heard:  # a window that is closed may say so twice
            return
        heard.append(number)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a script
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    # with nohup a closed window is none of our business
    ours = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, end)
    try:
        yield heard
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code that its end has."""
    sys.excepthook = crash.report_uncaught
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a terminal that has not all letters
    code = outcome(arguments)
    _let_go()
    sys.exit(code)


def _let_go() -> None:
    """A pipe or a window that is gone takes nothing more, for which Python would complain and exit with 120."""
    for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def outcome(arguments: list[str] | None, make_session: Callable[[Options], Session] = Session) -> int:
    """Run the command line; the code that its end has."""
    from dubtui.cli import about, auth, customers, lists, sync, writes

    customer_commands = (*customers.COMMANDS, *lists.COMMANDS, *writes.COMMANDS)
    for command in (*customer_commands, sync.sync, auth.auth, *about.COMMANDS):
        cli.add_command(command)
    try:
        code = cli.main(arguments, prog_name="dubtui", standalone_mode=False, obj=Start(make_session))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return WRONG_USAGE
    except click.UsageError as error:
        usage = f"{error.ctx.get_usage()}\n" if error.ctx else ""
        say(f"{usage}Error: {error.format_message()}")
        return WRONG_USAGE
    except click.exceptions.Abort:
        return INTERRUPTED
    except EXPECTED as error:
        say(reason(error))
        return exit_code(error)
    return code if isinstance(code, int) else 0
