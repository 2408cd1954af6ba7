"""The second line while one filters: an input that says at each key what was typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from dubtui.display.text import Spans
from dubtui.widgets.lines import TextLines


class FilterBar(Horizontal):
    """Hidden until it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "ask Dub", id="filter-ask", tooltip="Have Dub look for the text too", priority=True),
        Binding("down", "rows", "to the rows", id="filter-rows", tooltip="Move to the rows", priority=True),
        Binding("escape", "clear", "clear", id="filter-clear", tooltip="Take the filter away", key_display="esc"),
    ]

    class Changed(Message):
        """The text is another."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Submitted(Changed):
        """Enter: Dub is to look too."""

    class Left(Message):
        """Down: on to the rows, the filter stays."""

    class Cleared(Message):
        """Escape: no filter any more."""

    def compose(self) -> ComposeResult:
        yield TextLines((("▌/ ", "accent bold"),), id="filter-sign")
        yield Input(compact=True, select_on_focus=False, id="filter-input")
        yield TextLines(id="filter-count")

    def on_mount(self) -> None:
        self.display = False

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    def open(self) -> None:
        """Show it and take the keys."""
        self.display = True
        self.query_one(Input).focus()

    def close(self) -> None:
        """Empty and hidden."""
        with self.prevent(Input.Changed):
            self.query_one(Input).value = ""
        self.display = False

    def say(self, count: Spans) -> None:
        """How many match."""
        self.query_one("#filter-count", TextLines).say(count)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self.text))

    def action_rows(self) -> None:
        self.post_message(self.Left())

    def action_clear(self) -> None:
        self.post_message(self.Cleared())
