"""What all screens share: the frame of four lines around a body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from dubtui.display import frame
from dubtui.display.text import Spans, safe
from dubtui.display.trouble import held_words
from dubtui.screens.leaving import Leaving
from dubtui.screens.question import Question
from dubtui.widgets.key_line import KeyLine
from dubtui.widgets.lines import Line, Prose
from dubtui.widgets.notice import Notice

if TYPE_CHECKING:
    from dubtui.api.pacing import Wait
    from dubtui.session import Workspace

ResultT = TypeVar("ResultT")

SECOND = 1.0
LONG_WAIT = 2.0
"""Seconds from which a wait is told."""
SMALLEST = (60, 20)


class Framed(Leaving[ResultT]):
    """A full screen: who and how fresh above, where and how many, the band and the keys below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("W", "read_only", "read-only", show=False, id="read-only", tooltip="Write nothing, or allow it again"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (160, "-wide")]

    workspace: Workspace | None = None

    def compose(self) -> ComposeResult:
        yield Line(id="header")
        yield Line(id="title")
        yield from self.body()
        with Vertical(id="foot"):
            yield Line(id="band")
            yield KeyLine(id="keys")
        yield Prose((("This window is too small: dubtui needs 60 columns and 20 rows.", ""),), id="too-small")

    def body(self) -> Iterable[Widget]:
        """What stands between the title and the band."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.set_interval(SECOND, self.tick)
        self.show_header()

    def tick(self) -> None:
        """Bring up to date what changes by itself."""
        self.show_header()

    @property
    def held(self) -> Wait | None:
        """What calls are held back by, where it is worth telling."""
        wait = self.workspace.client.waiting if self.workspace else None
        return wait if wait and wait.until - wait.since >= LONG_WAIT else None

    def seconds_until(self, moment: float) -> float:
        """How long it takes to a moment of the monotonic clock."""
        return max(0.0, moment - self.workspace.clock.monotonic()) if self.workspace else 0.0

    def show_held(self, notice: Notice, wait: Wait, more: str, keys: Sequence[tuple[str, str]]) -> None:
        """Say why nothing comes, and count down."""
        words = held_words(wait.why, wait.limit)
        left = self.seconds_until(wait.until)
        aside: Spans = (("going on in ", "muted"), (f"{ceil(left)} s", "bold"))
        share = 1 - left / (wait.until - wait.since)
        prose = f"{words.why} {more}".strip()
        notice.say(((words.title, "bold warning"),), prose, keys, aside=aside, kind="warning", share=share)

    def on_screen_resume(self) -> None:
        self.show_header()

    def on_resize(self) -> None:
        width, height = self.app.size
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-too-small")
        self.show_header()

    def show_header(self) -> None:
        """Who we are, how much is here, how busy and how old."""
        line = self.query_one("#header", Line)
        if self.workspace is None:
            line.say((("dubtui", "bold"),), ())
            return
        workspace = self.workspace
        coverage = workspace.browsing.coverage
        words = frame.coverage_words(coverage.known, coverage.total, coverage.as_of, workspace.clock.now())
        badges: Spans = frame.badge("DEMO") if workspace.identity.demo else ()
        if workspace.desk.is_production:
            badges = (*badges, *frame.badge("PROD"))
        if workspace.client.read_only:
            badges = (*badges, *frame.badge("READ-ONLY"))
        line.say(
            *frame.header(
                workspace.identity.name,
                badges,
                coverage=words,
                calls=workspace.client.calls,
                limit=workspace.client.limit,
                seconds=workspace.age,
                held=self.seconds_until(held.until) if (held := self.held) else None,
                width=self.app.size.width,
            )
        )

    @work(group="dialog", exclusive=True)
    async def action_read_only(self) -> None:
        """Switch it for this run; in production writing is allowed after a question."""
        if self.workspace is None:
            return
        client, desk = self.workspace.client, self.workspace.desk
        if client.read_only and desk.is_production:
            why: Spans = (("It is marked as production.", "muted"),)
            title = f"Allow writing to {safe(self.workspace.identity.name)}?"
            if await self.app.push_screen_wait(Question(title, [why], [("w", "allow it for this run")])) is None:
                return
        client.read_only = not client.read_only
        self.on_read_only(is_on=client.read_only)

    def on_read_only(self, *, is_on: bool) -> None:
        """Somebody switched it; the header tells."""
        self.show_header()
        self.refresh_bindings()

    def commands(self) -> Iterable[tuple[str, str]]:
        """What the palette offers beside the keys: words, and the action that they run."""
        return ()

    def say_title(self, left: Spans, right: Spans = ()) -> None:
        """The second line: where one is, and what came of it."""
        self.query_one("#title", Line).say(left, right)

    def say_band(self, left: Spans, right: Spans = ()) -> None:
        """The line above the keys."""
        self.query_one("#band", Line).say(left, right)
