"""The app: the first screen, who is signed in, the keys that act everywhere, and a crash that gives nothing away."""

from __future__ import annotations

import asyncio
import signal
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segments
from rich.text import Text
from textual import work
from textual.app import App
from textual.binding import Binding, BindingType

from dubtui.screens.base import Framed
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.help import Help
from dubtui.screens.sign_in import SignIn
from dubtui.session import SetupError
from dubtui.themes import INK, PAPER, SIXTEEN

if TYPE_CHECKING:
    from dubtui.session import Identity, Session, Workspace

TWICE = 2.0
"""Seconds between two presses of ctrl+c that leave."""
KEY_NAMES = {"escape": "esc", "question_mark": "?", "slash": "/", "colon": ":", "comma": ",", "pagedown": "pgdn"}


class DubApp(App[None]):
    """A doorman: it opens the workspace and hands it to the list."""

    TITLE = "dubtui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("colon,ctrl+p", "palette", "palette", show=False, id="palette", tooltip="Find an action by its name"),
        Binding("question_mark,f1", "help", "help", id="help", tooltip="The keys that act here"),
        Binding("ctrl+q", "quit", "quit", show=False, id="leave", tooltip="Leave dubtui", priority=True),
        Binding("ctrl+c", "interrupt", "quit", show=False),
        Binding(
            "ctrl+z", "suspend_process", "suspend", show=False, id="suspend", tooltip="Put dubtui into the background"
        ),
    ]

    def __init__(self, session: Session, *, open_at: str = "") -> None:
        """`open_at` is what somebody wants to look up at once."""
        super().__init__()
        self.session = session
        self._open_at = open_at
        self._workspace: Workspace | None = None
        self._interrupted_at = -TWICE
        for theme in (INK, PAPER):
            self.register_theme(theme)
        self.theme = session.settings.theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return SIXTEEN

    def on_mount(self) -> None:
        self._catch_signals()
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self._list = CustomerList(self.session.clock)
        self.push_screen(self._list)
        self.call_after_refresh(self._start)

    # Who is signed in

    @work(group="start", exclusive=True)
    async def _start(self) -> None:
        """Find out who we are after the first frame, ask where nobody is known, and open the workspace."""
        reason = ""
        try:
            identity = await self.session.find()
        except SetupError as error:
            identity, reason = None, str(error)
        if identity is None:
            identity = await self.push_screen_wait(SignIn(self.session, reason))
        if identity is not None:
            await self._open(identity)

    async def _open(self, identity: Identity) -> None:
        before, self._workspace = self._workspace, await self.session.open(identity)
        self._workspace.client.on_answer = self._show_headers
        self._list.open(self._workspace)
        if before:
            await before.aclose()
        if self._open_at:
            self._list.action_look_up(self._open_at)

    def _show_headers(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Framed) and screen.is_mounted:
                screen.show_header()

    @work(group="start", exclusive=True)
    async def on_customer_list_key_wanted(self) -> None:
        identity = await self.push_screen_wait(SignIn(self.session))
        if identity is not None:
            await self._open(identity)

    async def on_unmount(self) -> None:
        if self._workspace:
            await self._workspace.aclose()

    # Keys

    def get_key_display(self, binding: Binding) -> str:
        return binding.key_display or KEY_NAMES.get(binding.key, binding.key)

    @work(group="palette", exclusive=True)
    async def action_palette(self) -> None:
        await self._choose_action(":")

    @work(group="palette", exclusive=True)
    async def action_help(self) -> None:
        await self._choose_action("?")

    async def _choose_action(self, title: str) -> None:
        if isinstance(self.screen, Help):
            return
        chosen = await self.push_screen_wait(Help(title, self, self.screen))
        if chosen is not None:
            await self.run_action(chosen.binding.action, chosen.node)

    def action_interrupt(self) -> None:
        """The second time within a moment leaves."""
        now = self.session.clock.monotonic()
        if now - self._interrupted_at < TWICE:
            self.exit()
        self._interrupted_at = now
        self.notify("ctrl+c again leaves dubtui", timeout=TWICE)

    # Good manners

    def copy_to_clipboard(self, text: str) -> None:
        super().copy_to_clipboard(text)

    def _catch_signals(self) -> None:
        """A closed window and a kill restore the terminal and close what is open."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))

    def _fatal_error(self) -> None:
        """Report a bug by frames and types: locals and messages may hold customers and keys."""
        self.bell()
        self._exit_renderables.append(Segments(self.console.render(Text(crash_report()), self.console.options)))
        self._close_messages_no_wait()


def crash_report() -> str:
    """The stack of the present exception without any value."""
    error = sys.exc_info()[1]
    lines = ["dubtui met a bug of its own and stopped; nothing was lost at Dub.\n"]
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}\n" for frame in frames]
        lines.append(f"{type(error).__name__}\n")
        error = error.__cause__ or error.__context__
    lines.append("DUBTUI_DEBUG=1 shows the messages too.\n")
    return "".join(lines)
