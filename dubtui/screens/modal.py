"""What all dialogs share: a box on a veil, with the keys of the dialog readable below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from dubtui.screens.leaving import Leaving
from dubtui.widgets.key_line import KeyLine

ResultT = TypeVar("ResultT")


class Modal(ModalScreen[ResultT | None], Leaving[ResultT | None]):
    """A dialog that ends with a result, or with None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", id="close", tooltip="Leave without doing anything"),
    ]

    HAS_HEAD: ClassVar[bool] = False
    """Whether the box begins with a head on a ground of its own."""

    def compose(self) -> ComposeResult:
        with Vertical(id="box", classes="-headed" if self.HAS_HEAD else ""):
            yield from self.body()
        yield KeyLine(id="keys")

    def body(self) -> Iterable[Widget]:
        """What stands in the box."""
        raise NotImplementedError

    def action_leave(self) -> None:
        self.dismiss(None)
