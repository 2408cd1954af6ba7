"""What all deletions are behind: who goes, what goes with them, and something typed out before anything happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from dubtui.display.frame import badge
from dubtui.display.text import Spans, safe
from dubtui.display.trouble import READ_ONLY
from dubtui.screens.modal import Modal
from dubtui.widgets.lines import Line, Prose, TextLines

if TYPE_CHECKING:
    from dubtui.session import Workspace

ResultT = TypeVar("ResultT")


class Deleting(Modal[ResultT]):
    """In production the workspace's name is typed as well."""

    CSS_PATH = "deleting.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "delete", "delete", id="delete-now", tooltip="Delete, once the text matches", priority=True),
        Binding("tab,down,shift+tab,up", "next", "next field", id="delete-next", tooltip="The other field"),
    ]

    def __init__(self, workspace: Workspace, title: str, wanted: Mapping[str, str]) -> None:
        """`wanted` is what is to be typed, by what it is called."""
        super().__init__()
        self._workspace = workspace
        self._title = title
        self._wanted = {**wanted, "Workspace": workspace.identity.name} if workspace.desk.is_production else wanted
        self.is_deleting = False

    def about(self) -> Iterable[Spans]:
        """Who it is, and what goes with them."""
        raise NotImplementedError

    @property
    def consequences(self) -> str:
        """What that means, in sentences."""
        raise NotImplementedError

    def action_delete(self) -> object:
        """Delete: everything matches."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        yield Line(id="who")
        yield TextLines(*self.about())
        yield Prose(((self.consequences, ""),), id="follows")
        with Vertical(id="confirmation"):
            for label in self._wanted:
                with Horizontal(classes="confirmation"):
                    yield TextLines(((label, "bold"),), classes="label")
                    yield Input(compact=True)
                    yield TextLines(classes="matches")
        yield TextLines(id="buttons")
        yield Prose(id="outcome")

    def on_mount(self) -> None:
        prod = badge("PROD") if self._workspace.desk.is_production else ()
        self.query_one("#who", Line).say(((self._title, "bold error"),), prod)
        self.query(Input).first().focus()
        if self._workspace.client.read_only:
            self.say((("Nothing can be deleted. ", "bold warning"), (READ_ONLY, "")))
        self.show()

    def show(self) -> None:
        """Bring everything up to what is typed."""
        for line, (wanted, typed) in zip(self.query(".matches").results(TextLines), self._pairs, strict=True):
            matches: Spans = (("✓ ", "success"), ("matches", "muted"))
            line.say(matches if typed == wanted else ((f"type {safe(wanted)}", "dim"),))
        off = "" if self._matches else f"   off until {'both match' if len(self._wanted) > 1 else 'it matches'}"
        ink = "bold badge-demo on error" if self._can_delete else "dim on panel"
        buttons: Spans = (("  esc  Cancel  ", "foreground on panel"), ("  ", ""), ("  enter  Delete  ", ink))
        self.query_one("#buttons", TextLines).say((), (*buttons, (off, "dim")))
        self.refresh_bindings()

    def say(self, said: Spans) -> None:
        """Say below the buttons what came of it."""
        self.query_one("#outcome", Prose).say((), said)

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return list(zip(self._wanted.values(), (box.value for box in self.query(Input)), strict=True))

    @property
    def _matches(self) -> bool:
        return all(wanted == typed for wanted, typed in self._pairs)

    @property
    def _can_delete(self) -> bool:
        return self._matches and not self.is_deleting and not self._workspace.client.read_only

    def on_input_changed(self) -> None:
        self.show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "delete":
                return self.is_mounted and self._can_delete
            case "next":
                return len(self._wanted) > 1
            case "leave":
                return not self.is_deleting
        return True

    def action_next(self) -> None:
        self.focus_next()
