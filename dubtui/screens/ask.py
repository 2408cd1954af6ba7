"""One line of text that is asked for, with what it means or what is wrong with it told as one types."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from dubtui.customers.export import write_lines
from dubtui.display.text import Spans, safe
from dubtui.screens.modal import Modal
from dubtui.widgets.lines import Line, Prose

if TYPE_CHECKING:
    from textual.app import App


class About(NamedTuple):
    """What there is to say of a text, and whether it can be taken."""

    words: Spans
    is_fine: bool = True


class Ask(Modal[str]):
    """Returns the text."""

    CSS_PATH = "ask.tcss"
    HAS_HEAD = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "go on", id="take-text", tooltip="Go on with the text", priority=True),
    ]

    def __init__(self, title: str, text: str = "", *, suggester: Suggester | None = None) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._suggester = suggester

    async def about(self, text: str) -> About:
        """What there is to say of a text."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        yield Line(((self._title, ""),), id="head")
        yield Input(self._text, suggester=self._suggester, compact=True, id="answer")
        yield Prose(id="outcome")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._show()

    @on(Input.Changed)
    @work(group="about", exclusive=True)
    async def _show(self) -> None:
        about = await self.about(self.query_one(Input).value)
        self.query_one("#outcome", Prose).say(about.words)

    @work(group="take", exclusive=True)
    async def action_take(self) -> None:
        text = self.query_one(Input).value
        if (await self.about(text)).is_fine:
            self.dismiss(text)


class SaveAs(Ask):
    """Returns the path of a file to write."""

    async def about(self, text: str) -> About:
        return await about_place(text)


async def saved_as(app: App[None], title: str, proposed: str, lines: Callable[[], Iterable[str]]) -> Spans:
    """Ask for a file, write lines to it, and what came of that; nothing where it was left. Awaited in a worker."""
    place = await app.push_screen_wait(SaveAs(title, proposed))
    if place is None:
        return ()
    path = path_of(place)
    try:
        await write_lines(str(path), lines())
    except OSError as error:
        return (("Not written. ", "bold error"), (f"{safe(place)}: {error.strerror or error}", "muted"))
    return (("✓ ", "success"), (f"wrote {safe(place)}", "muted"))


def path_of(text: str) -> Path | None:
    """The file that somebody names."""
    return Path(text.strip()).expanduser().absolute() if text.strip() else None


async def about_place(text: str) -> About:
    """What becomes of a file that is to be written."""
    path = path_of(text)
    if path is None:
        return About((("Name the file.", "dim"),), is_fine=False)
    if await asyncio.to_thread(path.exists):
        return About((("A file of this name is there; it is replaced once the new one is whole.", "warning"),))
    is_bare = text.strip() == path.name
    return About((("It is made in the folder where dubtui was started." if is_bare else "It is made anew.", "dim"),))
