"""What a save would send: seen before it is sent, and sent by `y` alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from dubtui.display.frame import path
from dubtui.display.review import change_lines, request_lines, warning_lines
from dubtui.display.text import Spans, plural
from dubtui.screens.base import Framed
from dubtui.widgets.lines import Lines, TextLines

if TYPE_CHECKING:
    from dubtui.customers.editing import EditPlan
    from dubtui.session import Workspace


class Review(Framed[bool]):
    """Returns whether to send it."""

    CSS_PATH = "review.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "apply", "apply", id="apply", tooltip="Send it to Dub"),
        Binding("enter", "cancel", "cancel", id="cancel", tooltip="Back to the form; nothing is sent"),
        Binding("e,escape", "cancel", "change more", id="change", tooltip="Back to the form"),
    ]

    def __init__(self, workspace: Workspace, name: str, edit: EditPlan) -> None:
        super().__init__()
        self.workspace: Workspace = workspace
        self._name_shown = name
        self._edit = edit

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="plan", can_focus=False):
            yield _Plan(self._edit)
        yield TextLines((("  Cancel  ", "bold badge-demo on badge-demo-ground"), ("   ", ""), *APPLY), id="buttons")

    def on_mount(self) -> None:
        super().on_mount()
        changes = plural(len(self._edit.changes), "change")
        self.say_title(path(self._name_shown, "Edit", "Review"), ((changes, ""),))
        self.say_band((("Nothing is sent yet.", ""),))

    def action_apply(self) -> None:
        self.dismiss(True)

    def action_cancel(self) -> None:
        self.dismiss(False)


APPLY: Spans = (("   y", "bold foreground on panel"), ("  Apply   ", "foreground on panel"))


class _Plan(Lines):
    def __init__(self, edit: EditPlan) -> None:
        super().__init__()
        self._edit = edit

    def lines(self, width: int) -> Sequence[Spans]:
        lines: list[Spans] = []
        for change in self._edit.changes:
            lines += [*change_lines(change.field, change.old, change.new, width), ()]
        if self._edit.warnings:
            lines += [*warning_lines(self._edit.warnings, width), ()]
        request = request_lines("PATCH", self._edit.path, self._edit.body)
        return [*lines, (("Request", "muted"),), *request]
