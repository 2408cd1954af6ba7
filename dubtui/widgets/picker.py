"""One of a few, all in sight: left and right choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from dubtui.display.text import Span, Spans
from dubtui.widgets.lines import Lines

Option = tuple[str, str]
"""A value, and how it reads."""


class Picker(Lines, can_focus=True):
    """A label and its options in a line; `value` is the chosen one's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,space", "step(1)", "the next one", id="pick-next", tooltip="Choose the next one"),
        Binding("left,h", "step(-1)", "the one before", show=False, id="pick-before", tooltip="Choose the one before"),
    ]

    class Changed(Message):
        """Another one was chosen."""

    def __init__(self, label: str, options: Sequence[Option], *, cells: int = 10, id: str | None = None) -> None:
        """`cells` is how wide the label is."""
        super().__init__(id=id)
        self._label = label.ljust(cells)
        self._options = options
        self._at = 0

    @property
    def value(self) -> str:
        """What is chosen."""
        return self._options[self._at][0]

    def lines(self, width: int) -> Sequence[Spans]:
        """The label, and every option."""
        spans: list[Span] = [("▌ " if self.has_focus else "  ", "accent"), (self._label, "dim")]
        for number, (_, words) in enumerate(self._options):
            is_chosen = number == self._at
            spans += [("◉ " if is_chosen else "○ ", "accent" if is_chosen else "dim")]
            spans += [(words, "bold" if is_chosen else "muted"), ("   ", "")]
        return [tuple(spans)]

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_step(self, places: int) -> None:
        self._at = (self._at + places) % len(self._options)
        self.refresh()
        self.post_message(self.Changed())
