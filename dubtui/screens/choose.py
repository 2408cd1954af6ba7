"""One of several: what one types narrows the list, enter takes the row with the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from dubtui.display.text import Spans, highlighted, plural
from dubtui.folding import fold
from dubtui.screens.modal import Modal
from dubtui.widgets.line_table import Column, LineTable, Listed
from dubtui.widgets.lines import TextLines

T = TypeVar("T")

WIDTH = 66
"""Cells of a line."""
ABOUT = 36
"""The most of them that what a choice is about takes."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """A value and how it reads: its name, what it is about, the key that does the same."""

    value: T
    name: str
    about: str = ""
    key: str = ""
    is_chosen: bool = False


class Choose(Modal[T], Generic[T]):
    """Returns the value of the choice."""

    CSS_PATH = "choose.tcss"
    HAS_HEAD = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "choose", id="take", tooltip="Take the row with the cursor", priority=True),
        Binding("up", "move(-1)", "up", show=False, priority=True),
        Binding("down", "move(1)", "down", show=False, priority=True),
        Binding("pageup", "page(-1)", "page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "page down", show=False, priority=True),
    ]

    def __init__(self, title: str, choices: Sequence[Choice[T]], *, noun: str = "choice", note: str = "") -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._noun = noun
        self._note = note

    def body(self) -> Iterable[Widget]:
        yield _Head(self._title)
        yield LineTable[Choice[T]](has_head=False, leads=True, id="choices")
        yield TextLines(((self._note, "dim"),), id="note")

    @property
    def _table(self) -> LineTable[Choice[T]]:
        return self.query_one("#choices", LineTable)

    def on_mount(self) -> None:
        self.replace(self._choices)
        chosen = next((at for at, choice in enumerate(self._choices) if choice.is_chosen), 0)
        self.call_after_refresh(setattr, self._table, "cursor", chosen)  # once it knows how high it is
        self.query_one(Input).focus()

    def replace(self, choices: Sequence[Choice[T]]) -> None:
        """Offer other choices."""
        self._choices = choices
        about = min(ABOUT, max((cell_len(choice.about) for choice in choices), default=ABOUT))
        key = max((cell_len(choice.key) for choice in choices), default=0)
        self._table.set_columns(
            [
                Column("name", "", self._spans, WIDTH - about - key - 4, strong=True),
                Column("about", "", lambda choice: ((choice.about, "dim"),), about),
                Column("key", "", lambda choice: ((choice.key, "bold"),), key, right=True),
            ],
            (),
        )
        self._find(self.query_one(Input).value)

    def more(self, typed: str) -> Sequence[Choice[T]]:
        """What is offered behind the choices that hold what is typed."""
        return ()

    def _spans(self, choice: Choice[T]) -> Spans:
        return highlighted(((choice.name, ""),), [fold(self.query_one(Input).value)])

    def on_input_changed(self, event: Input.Changed) -> None:
        self._find(event.value)

    def _find(self, text: str) -> None:
        typed = text.casefold()
        begins = [choice for choice in self._choices if choice.name.casefold().startswith(typed)]
        holds = [choice for choice in self._choices if typed in choice.name.casefold() and choice not in begins]
        found = [*begins, *holds]
        self._table.show(Listed([*found, *self.more(text)]))
        self.query_one("#count", TextLines).say(((plural(len(found), self._noun), "dim"),))

    def on_line_table_chosen(self) -> None:
        self.action_take()

    def action_take(self) -> None:
        choice = self._table.row
        if choice is not None:
            self.dismiss(choice.value)

    def action_move(self, rows: int) -> None:
        self._table.action_move(rows)

    def action_page(self, pages: int) -> None:
        self._table.action_page(pages)


class _Head(Horizontal):
    """The title and the input on a ground of their own."""

    def __init__(self, title: str) -> None:
        super().__init__(id="head")
        self._title = title

    def compose(self) -> ComposeResult:
        yield TextLines(((self._title, "muted"),), id="prompt")
        yield Input(compact=True, id="typed")
        yield TextLines(id="count")
