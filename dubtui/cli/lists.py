"""`dubtui list` and `dubtui export`: customers chosen by the same options, shown or written to a file."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import PurePath
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from dubtui.api.errors import DubError
from dubtui.cli.customers import opened
from dubtui.cli.output import passing_line, say, show_table
from dubtui.cli.root import run_async, session_of, with_global_options
from dubtui.cli.selection import Asked, Chosen, chosen_by, through, with_selection
from dubtui.display.text import plain, plural

if TYPE_CHECKING:
    from dubtui.customers.export import Export, Out, Written
    from dubtui.customers.formats import Column
    from dubtui.customers.selection import Progress, Selected, Selection
    from dubtui.session import Session, Workspace

TABLE = ("name", "email", "externalId", "country", "saleAmount", "createdAt", "state")
FORMATS = ("csv", "tsv", "md", "json", "jsonl")
"""What files may be, by their endings."""
JSON_FORMATS = ("json", "jsonl")
SHOWN_AT_FIRST = 100


@click.command("list")
@with_selection
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many; 100 unless told.")
@click.option("--all", "every", is_flag=True, help="However many there are.")
@click.option("--format", "form", type=click.Choice(("table", *FORMATS)), help="A table unless told.")
@with_global_options
@click.pass_context
def list_(context: click.Context, /, limit: int | None, every: bool, form: str | None, **options: Any) -> None:
    """Customers, newest first unless told."""
    asked = Asked(**options)
    form = asked.format(form, "table")
    if every and limit:
        raise click.UsageError("--all and --limit contradict each other; give one of them.")
    session = session_of(context)
    chosen = chosen_by(session, asked, None if every else limit or SHOWN_AT_FIRST)
    context.exit(run_async(_list(session, asked, chosen, form)))


async def _list(session: Session, asked: Asked, chosen: Chosen, form: str) -> int:
    async with opened(session) as workspace:
        chosen = through(workspace, chosen, asked.view)
        selected = await _selected(workspace, chosen.selection)
        if form == "table":
            _show_table(workspace, selected.rows, [column.field.name for column in chosen.columns] or TABLE)
        else:
            to = _export_of(form, chosen.columns, raw=asked.raw, shown=_is_shown())
            await _write(workspace, selected, to, _print_in(form))
        await _say_coverage(workspace, chosen.selection, selected)
    return 0


@click.command()
@click.argument("file", metavar="FILE|-", type=click.Path(allow_dash=True))
@with_selection
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many; all unless told.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="By the file's ending unless told, - is CSV.")
@with_global_options
@click.pass_context
def export(context: click.Context, /, file: str, limit: int | None, form: str | None, **options: Any) -> None:
    """Customers into a file, all unless told; - is the standard output."""
    asked = Asked(**options)
    form = asked.format(form, _format_of(file))
    if not form:
        raise click.UsageError(f"The ending of {file!r} names no format: give --format {', '.join(FORMATS)}.")
    session = session_of(context)
    context.exit(run_async(_export(session, asked, chosen_by(session, asked, limit), form, file)))


def _format_of(file: str) -> str:
    """The format that a file's ending names; empty for none."""
    ending = PurePath(file).suffix.lower().removeprefix(".")
    return "csv" if file == "-" else ending if ending in FORMATS else ""


async def _export(session: Session, asked: Asked, chosen: Chosen, form: str, file: str) -> int:
    async with opened(session) as workspace:
        chosen = through(workspace, chosen, asked.view)
        to = _export_of(form, chosen.columns, raw=asked.raw, shown=file == "-" and _is_shown())
        async with _output(file, to.format) as out:
            selected = await _selected(workspace, chosen.selection)
            written = await _write(workspace, selected, to, out)
        await _say_coverage(workspace, chosen.selection, selected)
        if file != "-":
            say(f"Wrote {plural(written.customers, 'customer')} to {file}.")
    return 0


# What both do


async def _selected(workspace: Workspace, selection: Selection) -> Selected:
    from dubtui.customers.selection import select

    with progress() as tell:
        return await select(workspace.client, workspace.store, workspace.clock, selection, tell)


def _export_of(form: str, columns: Sequence[Column], *, raw: bool, shown: bool) -> Export:
    from dubtui.customers.export import Export
    from dubtui.customers.formats import Format

    return Export(Format(form), tuple(columns), raw=raw, shown=shown)


async def _write(workspace: Workspace, selected: Selected, to: Export, out: Out) -> Written:
    from dubtui.customers.export import write

    written = await write(to, workspace.store, selected.rows, out, workspace.clock.now())
    if written.doubtful:
        say(f"Left out: {plural(written.doubtful, 'name')} that Dub may have invented.")
    return written


def _show_table(workspace: Workspace, numbers: Sequence[int], columns: Sequence[str]) -> None:
    from dubtui.customers.export import chunks, in_order
    from dubtui.display.columns import head_of
    from dubtui.display.people import CELLS, is_figure

    now = workspace.clock.now()
    rows = (row for chunk in chunks(numbers) for row in in_order(workspace.store, chunk))
    cells = [[plain(CELLS[name](row, now)) for name in columns] for row in rows]
    if cells:
        show_table(
            [head_of(name) for name in columns],
            cells,
            right=[is_figure(name) for name in columns],
            width=get_terminal_size().columns if _is_shown() else 0,
        )


async def _say_coverage(workspace: Workspace, selection: Selection, selected: Selected) -> None:
    """What may be missing, and how many there are where that is not how many were shown."""
    for note in selected.notes:
        say(note)
    shown, total = len(selected.rows), selected.total
    if not shown:
        say("No customers.")
    if shown and total is None:
        try:
            total = await workspace.client.count_customers(selection.query)
        except DubError:  # the list is whole without it
            return
    if total is not None and total > shown:
        say(f"{shown:,} of {total:,}")


# Output


def _is_shown() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


@asynccontextmanager
async def _output(file: str, form: str) -> AsyncIterator[Out]:
    from dubtui.customers.export import aside

    if file == "-":
        yield _print_in(form)
        return
    async with aside(file) as opened_file:
        yield opened_file.write


def _print_in(form: str) -> Out:
    return _print_json if form in JSON_FORMATS else _print


def _print(text: str) -> None:
    """Data on stdout as it is: click would take escape sequences out of it."""
    if sys.stdout:
        sys.stdout.write(text)
        sys.stdout.flush()


def _print_json(text: str) -> None:
    """JSON in whatever encoding stdout has."""
    try:
        text.encode(sys.stdout.encoding if sys.stdout else "utf-8")
    except UnicodeEncodeError:
        text = "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)
    _print(text)


@contextmanager
def progress() -> Iterator[Progress]:
    """How many customers are known, in one line on stderr."""
    with passing_line() as tell:
        yield lambda known, total: tell(
            plural(known, "customer") if total is None else f"{known:,} of {plural(total, 'customer')}"
        )


COMMANDS = (list_, export)
