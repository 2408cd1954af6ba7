"""The second line while one filters: an input that says at each key what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from dubtui.display.text import Spans
from dubtui.widgets.lines import TextLines

Complete = Callable[[str, int], tuple[str, int] | None]
"""From a text and the place of the cursor to both as they would be."""


class FilterBar(Horizontal):
    """Hidden until it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "ask Dub", id="filter-ask", tooltip="Have Dub look for it too", priority=True),
        Binding("down", "rows", "to the rows", id="filter-rows", tooltip="Move to the rows", priority=True),
        Binding("tab", "complete", "complete", id="filter-complete", tooltip="Complete the word", priority=True),
        Binding(
            "escape",
            "clear",
            "clear",
            id="filter-clear",
            tooltip="Take the filter away",
        ),
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

    def __init__(self, complete: Complete, *, id: str | None = None) -> None:
        """`complete` tells what the text would be with the word at a place completed; None where nothing fits."""
        super().__init__(id=id)
        self._mistake = _Mistake()
        self._complete = complete

    def compose(self) -> ComposeResult:
        yield TextLines((("▌/ ", "accent bold"),), id="filter-sign")
        ghost = _Ghost(self._complete)
        yield Input(compact=True, select_on_focus=False, highlighter=self._mistake, suggester=ghost, id="filter-input")
        yield TextLines(id="filter-count")

    def on_mount(self) -> None:
        self.display = False

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    def set_text(self, text: str) -> None:
        """Put a text into it that nobody types."""
        field = self.query_one(Input)
        if field.value != text:
            with self.prevent(Input.Changed):
                field.value = text
                field.cursor_position = len(text)

    def type(self, text: str) -> None:
        """Add a text as if it were typed."""
        field = self.query_one(Input)
        field.value = f"{field.value} {text}".lstrip()
        field.cursor_position = len(field.value)

    def open(self) -> None:
        """Take the keys."""
        self.query_one(Input).focus()

    def underline(self, start: int, end: int) -> None:
        """Underline what is wrong in the text."""
        self._mistake.span = (start, end)
        self.query_one(Input).refresh()

    def say(self, count: Spans) -> None:
        """How many match."""
        self.query_one("#filter-count", TextLines).say(count)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def action_complete(self) -> None:
        field = self.query_one(Input)
        completed = self._complete(field.value, field.cursor_position)
        if completed is not None:
            field.value, field.cursor_position = completed

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self.text))

    def action_rows(self) -> None:
        self.post_message(self.Left())

    def action_clear(self) -> None:
        self.post_message(self.Cleared())


class _Ghost(Suggester):
    """Shows behind the cursor what tab would add."""

    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        completed = self._complete(value, len(value))
        return completed[0] if completed and completed[0].startswith(value) else None


class _Mistake(Highlighter):
    """Underlines a span of the text."""

    def __init__(self) -> None:
        self.span = (0, 0)

    def highlight(self, text: Text) -> None:
        start, end = self.span
        if end > start:
            text.stylize("underline", start, end)
