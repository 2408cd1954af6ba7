"""The list's columns: which, in what order, how wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from dubtui.display.columns import column_text, column_width
from dubtui.display.text import Spans, plural
from dubtui.fields import BY_NAME, FIELDS
from dubtui.screens.modal import Modal
from dubtui.widgets.line_table import Column, LineTable, Listed
from dubtui.widgets.lines import Line, TextLines

NARROWEST, WIDEST = 4, 60


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A field in the picker: whether it is shown, and its own width (0: as wide as fits)."""

    field: str
    is_shown: bool
    width: int = 0


class ChooseColumns(Modal[tuple[str, ...]]):
    """Returns the columns as texts for a lens; an empty tuple for those that fit by themselves."""

    CSS_PATH = "choose_columns.tcss"
    HAS_HEAD = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "show these", id="take-columns", tooltip="Show the columns so"),
        Binding("space", "show", "show or hide", id="toggle-column", tooltip="Show the column, or hide it"),
        Binding("J", "shift(1)", "down", id="column-down", tooltip="Move the column to the right"),
        Binding("K", "shift(-1)", "up", id="column-up", tooltip="Move the column to the left"),
        Binding("greater_than_sign", "widen(2)", "wider", id="column-wider", tooltip="Make it wider"),
        Binding("less_than_sign", "widen(-2)", "narrower", id="column-narrower", tooltip="Make it narrower"),
        Binding("0", "forget", "as it fits", id="columns-reset", tooltip="The columns for which there is room"),
    ]

    def __init__(self, columns: Sequence[str], fitting: Sequence[str]) -> None:
        """`columns` are the lens's own; where there are none, `fitting` are the ones that the width has room for."""
        super().__init__()
        shown = [column_width(text) for text in columns or fitting]
        rest = [field.name for field in FIELDS if field.name not in {name for name, _ in shown}]
        self._chosen = [_Chosen(name, is_shown=True, width=width) for name, width in shown]
        self._chosen += [_Chosen(name, is_shown=False) for name in rest]

    def body(self) -> Iterable[Widget]:
        yield Line((("Columns", ""),), id="head")
        yield LineTable[_Chosen](has_head=False, leads=True, id="columns")
        yield TextLines(id="formula")

    @property
    def _table(self) -> LineTable[_Chosen]:
        return self.query_one("#columns", LineTable)

    def on_mount(self) -> None:
        self._table.set_columns(
            [
                Column("shown", "", lambda chosen: (("✓", "accent"),) if chosen.is_shown else (), 2),
                Column("name", "", self._title, 34, strong=True),
                Column("width", "", self._width, 20, right=True),
            ],
            (),
        )
        self._show(0)
        self._table.focus()

    @staticmethod
    def _title(chosen: _Chosen) -> Spans:
        return ((BY_NAME[chosen.field].title, "" if chosen.is_shown else "dim"),)

    @staticmethod
    def _width(chosen: _Chosen) -> Spans:
        return ((f"{chosen.width} wide" if chosen.width else "as it fits", "dim"),) if chosen.is_shown else ()

    def _show(self, at: int) -> None:
        self._table.show(Listed(self._chosen))
        self._table.cursor = at
        shown = sum(chosen.is_shown for chosen in self._chosen)
        self.query_one("#head", Line).say((("Columns", ""),), ((plural(shown, "column"), "dim"),))

    def on_line_table_moved(self) -> None:
        chosen = self._chosen[self._table.cursor]
        formula = BY_NAME[chosen.field].formula
        self.query_one("#formula", TextLines).say(((formula and f"= {formula}", "dim"),))

    def _replace(self, chosen: _Chosen) -> None:
        self._chosen[self._table.cursor] = chosen
        self._show(self._table.cursor)

    def action_show(self) -> None:
        chosen = self._chosen[self._table.cursor]
        self._replace(replace(chosen, is_shown=not chosen.is_shown))

    def action_widen(self, cells: int) -> None:
        chosen = self._chosen[self._table.cursor]
        width = (chosen.width or len(BY_NAME[chosen.field].head)) + cells
        self._replace(replace(chosen, width=max(NARROWEST, min(WIDEST, width))))

    def action_shift(self, places: int) -> None:
        at = self._table.cursor
        to = max(0, min(len(self._chosen) - 1, at + places))
        self._chosen.insert(to, self._chosen.pop(at))
        self._show(to)

    def action_forget(self) -> None:
        self.dismiss(())

    def action_take(self) -> None:
        shown = tuple(column_text(chosen.field, chosen.width) for chosen in self._chosen if chosen.is_shown)
        if shown:
            self.dismiss(shown)
