"""What a write would send: seen before it is sent, held against what Dub has now, and sent by `y` alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from dubtui.api.errors import DubError
from dubtui.display.figures import time_of_day
from dubtui.display.frame import badge
from dubtui.display.text import Spans
from dubtui.display.trouble import Explanation, explain, not_noted
from dubtui.screens.base import Framed
from dubtui.widgets.lines import Lines, TextLines
from dubtui.widgets.notice import Notice

if TYPE_CHECKING:
    from dubtui.session import Workspace

ResultT = TypeVar("ResultT")


class Review(Framed[ResultT | None]):
    """Returns what came of sending it; None: back to where one came from."""

    CSS_PATH = "review.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "apply", "apply", id="apply", tooltip="Read Dub once more and send it"),
        Binding("enter", "cancel", "cancel", id="cancel", tooltip="Back to the form; nothing is sent"),
        Binding("e,escape", "cancel", "change more", id="change", tooltip="Back to the form"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace: Workspace = workspace
        self._is_reading = False
        self._is_read = False
        self._is_wanted = False
        """Whether it is to be sent as soon as a reading allows that."""
        self._is_sending = False
        self._trouble: Explanation | None = None

    async def look(self) -> ResultT | None:
        """Hold the plan against what Dub has now; a result ends the review at once. Raises DubError."""
        raise NotImplementedError

    async def send(self) -> ResultT:
        """Send it; raises OSError where it cannot be noted before."""
        raise NotImplementedError

    @property
    def obstacle(self) -> Explanation | None:
        """What is in the way of sending it, as far as Dub has been read."""
        raise NotImplementedError

    @property
    def where(self) -> tuple[Spans, Spans]:
        """Both sides of the title."""
        raise NotImplementedError

    def plan_lines(self, width: int) -> Sequence[Spans]:
        """What would change, what that brings with it, and the request."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        prod = badge("PROD") if self.workspace.desk.is_production else ()
        with VerticalScroll(id="plan", can_focus=False):
            yield _Plan(self)
        yield Notice(id="trouble")
        yield TextLines((*CANCEL, *APPLY, *prod), id="buttons")

    def on_mount(self) -> None:
        super().on_mount()
        self.say_title(*self.where)
        self._read()

    def tick(self) -> None:
        super().tick()
        if self._is_reading:
            self._show()

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        """Read Dub, and send it where that is wanted and nothing is in the way."""
        self._is_reading, self._trouble = True, None
        self._show()
        ended: ResultT | None = None
        try:
            ended = await self.look()
        except DubError as error:
            self._trouble, self._is_wanted = explain(error), False
        else:
            self._is_read = True
        self._is_reading = False
        if ended is not None:
            self.dismiss(ended)
        elif self._is_wanted and self.obstacle is None:
            await self._send()
        else:
            self._is_wanted = False
            self._show()

    async def _send(self) -> None:
        self._is_sending = True
        self._show()
        try:
            self.dismiss(await self.send())
        except OSError as error:
            self._trouble, self._is_wanted, self._is_sending = not_noted(error), False, False
            self._show()

    # Showing

    def _show(self) -> None:
        self.query_one(_Plan).refresh(layout=True)
        self._show_trouble()
        self._show_band()
        self.refresh_bindings()

    def _show_trouble(self) -> None:
        notice = self.query_one("#trouble", Notice)
        notice.clear()
        if self._trouble is not None:
            prose = f"{self._trouble.why} Nothing is sent before Dub has been read again."
            keys = [("y", "read again and apply")]
            notice.say(((self._trouble.title, "bold error"),), prose, keys, kind="error")
        elif self._is_reading and (wait := self.held):
            self.show_held(notice, wait, "Nothing is sent yet.", [("esc", "back to the form")])
        elif self._is_read and (obstacle := self.obstacle):
            notice.say(((obstacle.title, "bold error"),), obstacle.why, [("esc", "back")], kind="error")

    def _show_band(self) -> None:
        if self._is_sending:
            self.say_band((("Saving", "bold"), ("   Dub is asked, then read again", "muted")))
            return
        if self._is_reading:
            words = "then it is sent" if self._is_wanted else "nothing is sent yet"
            self.say_band((("Reading Dub again", "bold"), (f"   {words}", "muted")))
            return
        now = time_of_day(self.workspace.clock.now())
        agrees = f"Dub was read again at {now}" if self._is_read and self._trouble is None else ""
        self.say_band((("Nothing is sent yet.", ""),), ((agrees, "dim"),))

    # Keys

    def action_apply(self) -> None:
        """Read once more, and send; during a reading: as soon as that allows it."""
        self._is_wanted = True
        if self._is_reading:
            self._show_band()
        else:
            self._read()

    def action_cancel(self) -> None:
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "apply":
            return not self._is_sending and not (self._is_read and self.obstacle)
        return not (self._is_sending and action == "cancel")


CANCEL: Spans = (("  Cancel  ", "bold badge-demo on badge-demo-ground"), ("   ", ""))
APPLY: Spans = (("   y", "bold foreground on panel"), ("  Apply   ", "foreground on panel"), ("  ", ""))


class _Plan(Lines):
    """What a review says of its plan."""

    def __init__(self, review: Review[ResultT]) -> None:
        super().__init__()
        self._lines = review.plan_lines

    def lines(self, width: int) -> Sequence[Spans]:
        """As it stands after the last reading."""
        return self._lines(width)
