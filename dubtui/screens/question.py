"""A question whose harmless answer has the focus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from dubtui.display.text import Span, Spans
from dubtui.screens.modal import Modal
from dubtui.typed_ahead import OneByOne
from dubtui.widgets.lines import Prose, TextLines

Answer = tuple[str, str]
"""A key, and what it does."""


class Question(Modal[str]):
    """Returns the key that was pressed; enter and escape do nothing, which is None."""

    CSS_PATH = "question.tcss"

    def __init__(
        self,
        title: str,
        prose: Sequence[Spans],
        answers: Sequence[Answer],
        *,
        stay: str = "Stay",
        is_unasked: bool = False,
    ) -> None:
        """`is_unasked`: it comes up by itself, so that no key that was typed before answers it."""
        super().__init__()
        self._is_unasked = is_unasked
        self._title = title
        self._prose = prose
        self._answers = answers
        self._stay = stay

    def body(self) -> Iterable[Widget]:
        buttons: list[Span] = [(f"  {self._stay}  ", "bold badge-demo on badge-demo-ground"), ("  ", "")]
        for key, words in self._answers:
            buttons += [(f"  {key}", "bold foreground on panel"), (f"  {words}  ", "foreground on panel"), ("  ", "")]
        yield TextLines(((self._title, "bold"),), ())
        yield Prose(*self._prose)
        yield TextLines((), tuple(buttons))

    def on_mount(self) -> None:
        self._bindings.bind("enter", "leave", self._stay.lower())
        for key, words in self._answers:
            self._bindings.bind(key, f"answer({key!r})", words)
        self.refresh_bindings()
        if self._is_unasked and isinstance(self.app, OneByOne):
            self.app.forget_typed()

    def action_answer(self, key: str) -> None:
        self.dismiss(key)
