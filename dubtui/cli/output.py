"""How commands speak: words on stderr, exit codes for errors, tables and records on stdout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from dubtui.api import errors
from dubtui.display.text import Spans, cut, plain

EXIT_CODES: tuple[tuple[type[errors.DubError], int], ...] = (
    (errors.NotFound, 3),
    (errors.NotAllowed, 4),
    (errors.Refused, 5),
    (errors.ReadOnly, 5),
    (errors.DubError, 1),
)


def exit_code(error: errors.DubError) -> int:
    """What a run that ends in an error exits with."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def say(text: str) -> None:
    """Talk, on stderr."""
    click.echo(text, err=True)


def show_lines(lines: Iterable[Spans]) -> None:
    """Lines of words on stdout, without colours."""
    for line in lines:
        click.echo(plain(line).rstrip())


def show_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[bool], width: int) -> None:
    """Columns as wide as their longest value, the line cut at `width` cells; 0 cuts nothing."""
    from rich.cells import cell_len

    widths = [max([cell_len(head), *(cell_len(row[at]) for row in rows)]) for at, head in enumerate(heads)]
    for row in [heads, *rows]:
        cells = [
            " " * (cells - cell_len(text)) + text if is_right else text + " " * (cells - cell_len(text))
            for text, cells, is_right in zip(row, widths, right, strict=True)
        ]
        line = "  ".join(cells).rstrip()
        click.echo(cut(line, width) if width else line)
