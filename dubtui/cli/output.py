"""How commands speak: data on stdout, words on stderr, an exit code for each kind of end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import click

from dubtui.api import errors
from dubtui.config import SettingsError
from dubtui.credentials import KeychainError
from dubtui.display.text import Spans, cut, json_text, plain, safe
from dubtui.display.trouble import explain
from dubtui.session import NoKey, SetupError


class Nobody(Exception):
    """There is no such customer; the text says what was tried."""


class Ambiguous(Exception):
    """There are several; the text names them."""


NETWORK = 1
WRONG_USAGE = 2
NOBODY = 3
NO_KEY = 4
REFUSED = 5
INTERRUPTED = 130

EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (Nobody, NOBODY),
    (Ambiguous, WRONG_USAGE),
    (errors.NotFound, NOBODY),
    (errors.NotAllowed, NO_KEY),
    (errors.Refused, REFUSED),
    (errors.ReadOnly, REFUSED),
    (errors.DubError, NETWORK),
    (NoKey, NO_KEY),
    (KeychainError, NO_KEY),
    (SetupError, WRONG_USAGE),
    (SettingsError, WRONG_USAGE),
    (OSError, 1),
)
"""The first that fits is what a run that ends in the error exits with."""
EXPECTED = tuple(kind for kind, _ in EXIT_CODES)


def exit_code(error: Exception) -> int:
    """What a run that ends in an error exits with."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def reason(error: Exception) -> str:
    """Why a run ends, in one line."""
    if isinstance(error, errors.ReadOnly):
        return f"{explain(error).sentence} With --no-read-only it writes."
    if isinstance(error, errors.DubError):
        return explain(error).sentence
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'The output'} cannot be used: {error.strerror}."
    return str(error)


def say(text: str) -> None:
    """Talk, on stderr."""
    click.echo(safe(text, lines=True), err=True)


def show_json(value: object, *, indent: int | None = 2) -> None:
    """A value as JSON on stdout, in whatever encoding that has; in one line without an indent."""
    text = json_text(value, indent=indent)
    try:
        text.encode(sys.stdout.encoding if sys.stdout else "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent)
    click.echo(text)


def show_lines(lines: Iterable[Spans]) -> None:
    """Lines of words on stdout, without colours."""
    for line in lines:
        click.echo(plain(line).rstrip())


def show_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[bool] = (),
    width: int = 0,
    is_talk: bool = False,
) -> None:
    """Columns as wide as their longest value, the line cut at `width` cells; 0 cuts nothing. Talk goes to stderr."""
    from rich.cells import cell_len

    table = [*([heads] if heads else []), *rows]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    sides = right or [False] * len(widths)
    for row in table:
        cells = [
            " " * (cells - cell_len(text)) + text if is_right else text + " " * (cells - cell_len(text))
            for text, cells, is_right in zip(row, widths, sides, strict=True)
        ]
        line = "  ".join(cells).rstrip()
        click.echo(cut(line, width) if width else line, err=is_talk)


@contextmanager
def passing_line() -> Iterator[Callable[[str], None]]:
    """A line on stderr that is written anew, and gone at the end; nothing where no terminal is."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda text: None
        return
    shown = ""

    def tell(text: str) -> None:
        nonlocal shown
        click.echo(f"\r{text.ljust(len(shown))}", nl=False, err=True)
        shown = text

    try:
        yield tell
    finally:
        click.echo(f"\r{' ' * len(shown)}\r", nl=False, err=True)
