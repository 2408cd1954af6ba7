"""A file of customers to change: its columns understood, its lines taken apart, whatever wrote it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dubtui.customers.editing import EDITABLE
from dubtui.customers.export import encodable
from dubtui.customers.formats import guarded, tsv_line
from dubtui.display.text import plural, safe
from dubtui.fields import FIELDS

KEYS = ("id", "externalId", "email", "stripeCustomerId")
"""The fields that tell whom a line is about; of several columns the first of these does."""
NEW = re.compile(r"new[\s_-]+(.+)", re.IGNORECASE)
"""The head of a column of values to set, also of the field that tells whom a line is about."""
SEPARATORS, TAB = ",;\t", "\t"
DECLARED = re.compile(r"sep=(.)", re.IGNORECASE)
"""A first line in which a spreadsheet says what stands between cells."""
PACKED = b"PK\x03\x04"
"""How a workbook begins."""
BREAK = re.compile("\r\n|\n|\r")
ESCAPE = re.compile(r"\\([tnr\\])")
ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
PARTS = re.compile(r"[\s_.-]+")

Cells = Sequence[str]
Numbered = tuple[int, Cells]
"""The cells of a line, and the number of the line that they begin in."""


class BadFile(ValueError):
    """The file cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: the cell that tells whom it is about, those that set a field, or why it cannot be used."""

    number: int
    key: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was understood; its cells are as they stand there."""

    key: str
    """The field that tells whom a line is about."""
    fields: tuple[str, ...]
    """The fields that are set."""
    ignored: tuple[str, ...]
    """The heads of the other columns."""
    lines: tuple[Line, ...]
    has_escapes: bool = False
    """Whether a backslash means something in its cells."""

    def meant(self, cell: str) -> str:
        """What a cell says: without escapes, and without the guard against formulas."""
        text = _unescaped(cell) if self.has_escapes else cell
        return text[1:] if text[:1] == "'" and guarded(text[1:]) == text else text

    def is_written(self, cell: str, value: str | None) -> bool:
        """Whether a cell is what an export writes of a value."""
        return value is not None and cell in (self._written(value), self._written(guarded(value)))

    def _written(self, value: str) -> str:
        return encodable(tsv_line([value])[:-1] if self.has_escapes else value)


def _unescaped(cell: str) -> str:
    """A cell between tabs, as dubtui writes them with escapes and spreadsheets in quotes."""
    inner = cell[1:-1].replace('""', "\0")
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner:
        return cell[1:-1].replace('""', '"')
    return ESCAPE.sub(lambda found: ESCAPED[found[1]], cell)


def read(content: bytes) -> Sheet:
    """Understand a file whose first line names its columns; raises BadFile."""
    rows, has_escapes = _rows(_decoded(content))
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise BadFile("It is empty.")
    heads = [head.strip() for head in filled[0][1]]
    columns = _Columns(heads)
    lines = tuple(columns.line(number, cells) for number, cells in filled[1:])
    return Sheet(columns.key, tuple(columns.places), columns.ignored, lines, has_escapes)


# The text


def _decoded(content: bytes) -> str:
    """UTF-8, or UTF-16 where the file says so."""
    if content.startswith(PACKED):
        raise BadFile("It is a workbook: save it as CSV.")
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise BadFile(f"Line {number} is no text in UTF-8: save it as CSV in UTF-8.") from None


def _rows(text: str) -> tuple[list[Numbered], bool]:
    """The lines taken apart, and whether their cells have escapes."""
    first = BREAK.split(text, maxsplit=1)[0]
    declared = DECLARED.fullmatch(first.strip())
    bare = re.sub('"[^"]*"', "", first)
    separator = declared[1] if declared else max(SEPARATORS, key=bare.count)
    at = 1 if declared else 0
    if separator == TAB:
        escaped = list(_by_tabs(text))[at:]
        if _is_even(escaped) or not (rows := _in_quotes_or_none(text)[at:]) or not _is_even(rows):
            return escaped, True
        return rows, False
    return list(_in_quotes(text, separator))[at:], False


def _by_tabs(text: str) -> Iterator[Numbered]:
    """A line break ends a line in any case."""
    return ((number, line.split(TAB) if line else []) for number, line in enumerate(BREAK.split(text), 1))


def _in_quotes_or_none(text: str) -> list[Numbered]:
    try:
        return list(_in_quotes(text, TAB))
    except BadFile:
        return []


def _in_quotes(text: str, separator: str) -> Iterator[Numbered]:
    """Cells may stand in quotes, and go on over several lines then."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"Line {number} cannot be taken apart: {error}.") from None


def _is_even(rows: Sequence[Numbered]) -> bool:
    """Whether all lines have the same number of cells."""
    return len({len(cells) for _, cells in rows if cells}) <= 1


# The columns


class _Columns:
    """What the head of a file says."""

    def __init__(self, heads: Cells) -> None:
        self._count = len(heads)
        known, new = _named(heads)
        key = next((name for name in KEYS if name in known), None)
        if key is None:
            raise BadFile(f"No column tells whom a line is about: one of {', '.join(KEYS)}. It has {_listed(heads)}.")
        self.key = key
        self._key_place = known[key]
        self.places = {name: place for name in EDITABLE if (place := self._place(name, known, new)) is not None}
        """Where the values of a field stand."""
        if not self.places:
            raise BadFile(
                f"Nothing is to be set: it has {_listed(heads)}, and there are {', '.join(EDITABLE)}."
                f" To change the {key} itself, call that column 'new {key}'."
            )
        used = {self._key_place, *self.places.values()}
        self.ignored = tuple(head for place, head in enumerate(heads) if head and place not in used)

    def _place(self, name: str, known: Mapping[str, int], new: Mapping[str, int]) -> int | None:
        return new.get(name, None if name == self.key else known.get(name))

    def line(self, number: int, cells: Cells) -> Line:
        """The cells of a line by what they are."""
        key = cells[self._key_place] if len(cells) > self._key_place else ""
        if len(cells) < self._count or any(cell.strip() for cell in cells[self._count :]):
            return Line(number, key, problem=f"it has {plural(len(cells), 'cell')}, and the head has {self._count}")
        return Line(number, key, {name: cells[place] for name, place in self.places.items()})


def _named(heads: Cells) -> tuple[dict[str, int], dict[str, int]]:
    """Where the fields stand that a file may tell or set, and those that it calls new; raises BadFile for twins."""
    known: dict[str, int] = {}
    new: dict[str, int] = {}
    for place, head in enumerate(heads):
        is_new = NEW.fullmatch(head)
        name = _words.get(_plain(is_new[1] if is_new else head))
        if name is None or (is_new and name not in EDITABLE):
            continue
        columns = new if is_new else known
        if name in columns:
            raise BadFile(f"Two columns are the same: {safe(heads[columns[name]])} and {safe(head)}.")
        columns[name] = place
    return known, new


def _plain(head: str) -> str:
    return PARTS.sub("", head.casefold())


def _listed(heads: Cells) -> str:
    return ", ".join(safe(head) or "a column without a name" for head in heads)


_words = {
    _plain(word): field.name
    for field in FIELDS
    if field.name in (*KEYS, *EDITABLE)
    for word in (field.name, *field.aliases, field.title)
}
"""The fields by what their columns may be called."""
