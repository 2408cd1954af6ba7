"""`dubtui edit --from`: many customers changed by a file, shown as a plan before and told one by one after."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from dubtui.api import errors
from dubtui.cli.customers import opened
from dubtui.cli.output import INTERRUPTED, REFUSED, exit_code, passing_line, reason, say, show_table
from dubtui.cli.reviewing import ask, show_request, tell_unnoted
from dubtui.cli.writes import Mode
from dubtui.cli.writing import begin
from dubtui.customers.bulk import BadFile, BulkPlan, Matching, Outcome, Row, Run, Sheet, Skip, estimated, read
from dubtui.customers.bulk.report import lines
from dubtui.customers.editing import EditPlan
from dubtui.customers.export import aside
from dubtui.display.bulk import LEFT, counts_words, estimate_words, left_words, plan_words
from dubtui.display.journal import shown
from dubtui.display.text import safe
from dubtui.fields import BY_NAME
from dubtui.session import SetupError

if TYPE_CHECKING:
    from dubtui.customers.export import Out
    from dubtui.session import Session, Workspace

MOST_SHOWN = 20
"""Lines of a plan, and of what failed, unless all are wanted."""
UNKEPT = "Dub cannot be asked for a Stripe ID, and nothing is kept here: dubtui sync --keep."


def sheet_of(source: str) -> Sheet:
    """A file, or the standard input for `-`; raises SetupError where it cannot be used."""
    try:
        return read(_content(source))
    except OSError as error:
        raise SetupError(f"{source} cannot be read: {error.strerror}.") from None
    except BadFile as error:
        raise SetupError(f"{'The standard input' if source == '-' else source} cannot be used. {error}") from None


def _content(source: str) -> bytes:
    if source != "-":
        return Path(source).read_bytes()
    return sys.stdin.buffer.read() if sys.stdin else b""


async def edit_from(session: Session, sheet: Sheet, mode: Mode, result: str | None) -> int:
    """Change the customers of a file; the exit code."""
    async with opened(session, with_copy=True) as workspace:
        await begin(workspace, mode)
        async with _report(result) as out:
            plan = await _matched(workspace, sheet)
            return await carried_out(workspace, plan, mode, out, noun="line", every=session.options.verbose)


async def carried_out(workspace: Workspace, plan: BulkPlan, mode: Mode, out: Out, *, noun: str, every: bool) -> int:
    """Show a plan of so many of a noun, ask, and do what it holds; the exit code."""
    _show_plan(plan, noun, every=every)
    if mode.dry:
        _show_requests(plan)
        return REFUSED if plan.skipped else 0
    if plan.work:
        await _agree(workspace, plan, mode)
    return await _done(workspace, plan, out, every=every)


@asynccontextmanager
async def _report(file: str | None) -> AsyncIterator[Out]:
    """Where the result is written to."""
    if file is None:
        yield lambda text: None
        return
    async with aside(file) as opened_file:
        yield opened_file.write


async def _matched(workspace: Workspace, sheet: Sheet) -> BulkPlan:
    if sheet.key == "stripeCustomerId" and not workspace.store.is_kept:
        say(UNKEPT)
    matching = Matching(workspace.lookup, workspace.client, workspace.store, workspace.clock, sheet)
    with passing_line() as tell:
        matching.on_progress = lambda asked, total: tell(f"asked Dub for {asked:,} of {total:,}")
        return await matching.plan()


async def _agree(workspace: Workspace, plan: BulkPlan, mode: Mode) -> None:
    """Say how long it takes, and go on only where that is agreed to."""
    words = estimate_words(len(plan.work), (await estimated(workspace.client, plan)).seconds)
    if mode.sure:
        say(f"{words}.")
    else:
        ask(f"{words}. Send {'it' if len(plan.work) == 1 else 'them'}?")


# The plan


def _show_plan(plan: BulkPlan, noun: str, *, every: bool) -> None:
    """On stderr: what is found, the changes and why some are left out, what they bring with them."""
    for note in plan.notes:
        say(note)
    told = [line for row in plan.rows if every or not _is_fine(row) for line in _told(row)]
    some = told if every else told[:MOST_SHOWN]
    if some:
        width = get_terminal_size().columns if sys.stderr is not None and sys.stderr.isatty() else 0
        show_table(("Customer", "Field", "Change"), some, width=width, is_talk=True)
    _say_more(len(told) - len(some))
    for warning in plan.warnings:
        say(f"! {safe(warning)}")
    say(f"{plan_words(len(plan.work), len(plan.same), len(plan.skipped), noun)}.")
    if not plan.work:
        say("Nothing to change.")


def _is_fine(row: Row) -> bool:
    return isinstance(row.doing, Skip) and row.doing.is_fine


def _told(row: Row) -> Iterator[Sequence[str]]:
    """The lines of a table about a row."""
    who = safe(row.label)
    if isinstance(row.doing, Skip):
        where = f", line {row.line}" if row.line else ""
        yield who, "", f"skipped{where}: {row.doing.why}"
    for change in row.changes:
        yield who, BY_NAME[change.field].title, f"{shown(change.old)} → {shown(change.new)}"
        who = ""


def _say_more(number: int) -> None:
    if number:
        say(f"… and {number:,} more: --verbose shows all.")


def _show_requests(plan: BulkPlan) -> None:
    for row in plan.work:
        assert isinstance(row.doing, EditPlan)
        show_request("PATCH", row.doing.path, row.doing.body)


# The run


async def _done(workspace: Workspace, plan: BulkPlan, out: Out, *, every: bool) -> int:
    """Send what the plan holds, and tell what came of it; the exit code."""
    run = Run(workspace.client, workspace.store, workspace.clock, workspace.writer, plan)
    trouble: errors.DubError | OSError | None = None
    try:
        await _run(workspace, run)
    except (errors.DubError, OSError) as error:
        trouble = error
    for line in lines(run.results):
        out(line)
    if plan.work:
        _tell(workspace, run, every=every)
    if trouble:
        say(f"{reason(trouble)} The same command goes on with the rest.")
        return exit_code(trouble)
    if not run.is_over:
        say("Stopped. The same command goes on with the rest.")
        return INTERRUPTED
    return REFUSED if any(result.is_lacking for result in run.results) else 0


async def _run(workspace: Workspace, run: Run) -> None:
    """Run it with its progress on a terminal; ctrl+c lets it end after the change that it is at, twice at once."""
    with passing_line() as tell, _ended_by_ctrl_c(run):

        def progress() -> None:
            left = sum(result.outcome in LEFT for result in run.results)
            what = "stopping after this one" if run.is_stopping else left_words(run.seconds_left)
            tell(f"{len(run.results) - left:,} of {len(run.results):,}, {what}")

        run.on_progress = workspace.client.on_wait = progress
        try:
            await run.run()
        except asyncio.CancelledError:
            raise click.exceptions.Abort from None


@contextmanager
def _ended_by_ctrl_c(run: Run) -> Iterator[None]:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task

    def pressed() -> None:
        if run.is_stopping:
            task.cancel()
        run.stop()

    loop.add_signal_handler(signal.SIGINT, pressed)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _tell(workspace: Workspace, run: Run, *, every: bool) -> None:
    """How many there are of each outcome, those that failed one by one, and how to take it back."""
    failed = [result for result in run.results if result.is_lacking and not isinstance(result.row.doing, Skip)]
    for result in failed if every else failed[:MOST_SHOWN]:
        why = f": {result.why.sentence}" if result.why else ""
        say(f"{safe(result.row.label)}: {result.outcome}{why}")
    _say_more(0 if every else max(0, len(failed) - MOST_SHOWN))
    for result in run.results:
        tell_unnoted(result.unnoted)
    if counts := counts_words(run.counts, left="not begun"):
        say(f"{counts}.")
    if run.entry and not workspace.identity.demo:
        whole = " as a whole" if run.counts[Outcome.DONE] > 1 else ""
        say(f"dubtui undo {run.entry} takes it back{whole}.")
