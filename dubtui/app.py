"""The app: the first screen, who is signed in, the keys that act everywhere, and a crash that gives nothing away."""

from __future__ import annotations

import math
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segments
from rich.text import Text
from textual import work
from textual.binding import Binding, BindingType

from dubtui import clipboard, crash
from dubtui.display.text import safe
from dubtui.screens.base import Framed
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.help import Help
from dubtui.screens.sign_in import SignIn
from dubtui.session import NoKey, SetupError
from dubtui.themes import INK, PAPER, SIXTEEN
from dubtui.typed_ahead import OneByOne

if TYPE_CHECKING:
    from dubtui.session import Identity, Session, Workspace

TWICE = 2.0
"""Seconds between two presses of ctrl+c that leave."""
KEY_NAMES = {
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "comma": ",",
    "asterisk": "*",
    "number_sign": "#",
    "minus": "-",
    "at": "@",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "pageup": "pgup",
    "pagedown": "pgdn",
}


class DubApp(OneByOne[None]):
    """A doorman: it opens the workspace and hands it to the list."""

    TITLE = "dubtui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("colon,ctrl+p", "palette", "palette", show=False, id="palette", tooltip="Find an action by its name"),
        Binding("question_mark,f1", "help", "help", id="help", tooltip="The keys that act here"),
        Binding("ctrl+q", "quit", "quit", show=False, id="leave", tooltip="Leave dubtui", priority=True),
        Binding("ctrl+c", "interrupt", "quit", show=False, tooltip="Twice: leave dubtui"),
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
        self._interrupted_at = -math.inf
        for theme in (INK, PAPER):
            self.register_theme(theme)
        self.theme = session.settings.theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return SIXTEEN

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self._list = CustomerList(self.session.clock)
        self.push_screen(self._list)
        self.call_after_refresh(self._start)

    # Who is signed in

    @work(group="start", exclusive=True)
    async def _start(self) -> None:
        """Find out who we are after the first frame, ask where nobody is known, and open the workspace."""
        try:
            identity = await self._who()
            if identity is not None:
                await self._open(identity)
        except (SetupError, OSError) as error:
            self.exit(return_code=2 if isinstance(error, SetupError) else 1, message=Text(safe(str(error))))

    async def _who(self) -> Identity | None:
        reason = ""
        try:
            identity = await self.session.find()
        except NoKey as error:
            identity, reason = None, str(error)
        return identity or await self.push_screen_wait(SignIn(self.session, reason))

    async def _open(self, identity: Identity) -> None:
        before, self._workspace = (
            self._workspace,
            await self.session.open(identity, with_copy=self.session.is_kept(identity)),
        )
        self._workspace.client.on_answer = self._workspace.client.on_wait = self._tick
        self._list.open(self._workspace)
        if before:
            self.workers.cancel_group(self, "settle")  # they read the workspace that is left
            await before.aclose()
        if self._open_at:
            self._list.action_look_up(self._open_at)

    def _tick(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Framed) and screen.is_mounted and screen.is_attached:
                screen.tick()

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

    def action_palette(self) -> None:
        self._open_help(":", is_palette=True)

    def action_help(self) -> None:
        self._open_help("?", is_palette=False)

    def _open_help(self, title: str, *, is_palette: bool) -> None:
        if not isinstance(self.screen, Help):
            choosing = self._choose_action(Help(title, self, self.screen, is_palette=is_palette))
            self.screen.run_worker(choosing, group="palette", exclusive=True)

    async def _choose_action(self, palette: Help) -> None:
        chosen = await self.push_screen_wait(palette)
        if chosen is not None:
            await self.run_action(chosen.action, chosen.node)

    def action_interrupt(self) -> None:
        """The second time within a moment leaves."""
        now = self.session.clock.monotonic()
        if now - self._interrupted_at < TWICE:
            self.exit()
        self._interrupted_at = now
        self.notify("ctrl+c again leaves dubtui", timeout=TWICE)

    # Good manners

    def copy_to_clipboard(self, text: str) -> None:
        """By the terminal's own escape sequence; tmux, which may keep that to itself, is asked too."""
        text = text.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair is no text for a terminal
        super().copy_to_clipboard(text)
        if os.environ.get("TMUX"):
            self.run_worker(clipboard.load_tmux(text), group="clipboard", exclusive=True)

    def leave_for(self, number: int) -> None:
        """Restore the terminal and close what is open, because of a signal; to be called in another thread."""
        leave = partial(self.exit, return_code=128 + number)
        if self._loop is None:  # it has not begun
            leave()
        else:
            self._loop.call_soon_threadsafe(self.call_after_refresh, leave)  # a screen half mounted cannot be left

    def _fatal_error(self) -> None:
        """Textual's own report prints local variables and messages, which may hold customers and keys."""
        error = sys.exc_info()[1]
        if error is None or self._exit_renderables:  # what fails because of the first bug explains nothing
            return
        keys = [self._workspace.identity.token.reveal()] if self._workspace else []
        words = Text(crash.report(error, keys))
        self._exit_renderables.append(Segments(self.console.render(words, self.console.options)))
        self._close_messages_no_wait()
