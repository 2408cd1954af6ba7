"""A question whose harmless answer has the focus."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from dubtui.display.text import Spans
from dubtui.screens.modal import Modal
from dubtui.widgets.lines import TextLines


class Confirm(Modal[bool]):
    """Returns True where the key for it was pressed; enter and escape stay."""

    CSS_PATH = "confirm.tcss"

    def __init__(self, title: str, prose: str, key: str, words: str) -> None:
        super().__init__()
        self._title = title
        self._prose = prose
        self._key = key
        self._words = words

    def body(self) -> Iterable[Widget]:
        stay: Spans = (("  Stay  ", "bold badge-demo on badge-demo-ground"), ("   ", ""))
        go: Spans = ((f"   {self._key}", "bold foreground on panel"), (f"  {self._words}   ", "foreground on panel"))
        yield TextLines(((self._title, "bold"),), (), ((self._prose, "muted"),), (), (*stay, *go))

    def on_mount(self) -> None:
        self._bindings.bind("enter", "leave", "stay")
        self._bindings.bind(self._key, "go", self._words)
        self.refresh_bindings()

    def action_go(self) -> None:
        self.dismiss(True)
