"""Customers into a file or the clipboard: which, as what, where to; with progress, and to be left at any time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from dubtui.api.errors import DubError
from dubtui.customers import export
from dubtui.customers.formats import Column, Format, columns_of
from dubtui.display.text import Spans, plural, safe
from dubtui.display.trouble import explain
from dubtui.screens.ask import about_place, path_of
from dubtui.screens.modal import Modal
from dubtui.store.filtering import EVERYTHING
from dubtui.store.views import NEWEST_FIRST, Question
from dubtui.widgets.lines import Line, Prose, TextLines
from dubtui.widgets.picker import Picker

if TYPE_CHECKING:
    from dubtui.session import Workspace

MARKED, VIEW, EVERYBODY = "marked", "view", "everybody"
FILE, CLIPBOARD = "file", "clipboard"
LARGEST_CLIP = 100_000
"""Characters; terminals take little more in one escape sequence."""


class Exported(NamedTuple):
    """How many customers were written, and where to, in words."""

    customers: int
    place: str


class ExportDialog(Modal[Exported]):
    """Returns what was written."""

    CSS_PATH = "export.tcss"
    HAS_HEAD = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "export", id="export-now", tooltip="Write them", priority=True),
        Binding("down,tab", "app.focus_next", "choose", id="export-next", tooltip="To the next line", priority=True),
        Binding("up,shift+tab", "app.focus_previous", "choose", show=False, priority=True),
    ]

    def __init__(self, workspace: Workspace, columns: Sequence[str]) -> None:
        """`columns` are the fields that the list shows."""
        super().__init__()
        self._workspace = workspace
        self._shown = ",".join(columns)

    def body(self) -> Iterable[Widget]:
        browsing = self._workspace.browsing
        which = [(VIEW, f"this view, {len(browsing.view):,}"), (EVERYBODY, self._everybody)]
        if browsing.marks:
            which.insert(0, (MARKED, f"marked, {len(browsing.marks):,}"))
        yield Line((("Export", ""),), id="head")
        yield Picker("Customers", which, id="which")
        yield Picker("Format", [(form, form) for form in Format], id="format")
        yield Picker("Columns", [("public", "Dub's own"), ("shown", "as in the list")], id="columns")
        yield Picker("To", [(FILE, "a file"), (CLIPBOARD, "the clipboard")], id="to")
        with Horizontal(id="place"):
            yield TextLines((("File      ", "dim"),), id="label")
            yield Input(compact=True, id="typed")
        yield Prose(id="outcome")

    @property
    def _everybody(self) -> str:
        coverage = self._workspace.browsing.coverage
        count = coverage.known if coverage.complete else coverage.total
        return "everybody" if count is None else f"everybody, {count:,}"

    def on_mount(self) -> None:
        self.query_one("#typed", Input).value = self._proposed
        self.query_one("#which").focus()
        self._show()

    def _picked(self, name: str) -> str:
        return self.query_one(f"#{name}", Picker).value

    @property
    def _form(self) -> Format:
        return Format(self._picked("format"))

    @property
    def _proposed(self) -> str:
        return f"customers-{self._workspace.clock.now():%Y-%m-%d}.{self._form}"

    @on(Picker.Changed)
    def _on_picked(self) -> None:
        field = self.query_one("#typed", Input)
        stem, dot, ending = field.value.rpartition(".")
        if dot and ending in list(Format):
            field.value = f"{stem}.{self._form}"
        self._show()

    @on(Input.Changed)
    @work(group="place", exclusive=True)
    async def _show(self) -> None:
        is_file = self._picked("to") == FILE
        self.query_one("#place").display = is_file
        about = await about_place(self.query_one("#typed", Input).value)
        self._say(*about.words if is_file else ())

    # Writing

    @work(group="export", exclusive=True)
    async def action_write(self) -> None:
        path = path_of(self.query_one("#typed", Input).value) if self._picked("to") == FILE else None
        if path is None and self._picked("to") == FILE:
            return
        try:
            rows = await self._rows()
            written = await (self._to_file(rows, path) if path else self._to_clipboard(rows))
        except DubError as error:
            words = explain(error)
            self._say_trouble(words.title, f"{words.why} {words.todo}".strip())
        except OSError as error:
            self._say_trouble("Not written", f"{safe(str(path))}: {error.strerror or error}.")
        else:
            if written is not None:
                self.dismiss(written)

    async def _rows(self) -> Sequence[int]:
        """The row numbers of who is wanted, in the list's order."""
        workspace = self._workspace
        browsing = workspace.browsing
        which = self._picked("which")
        if which == EVERYBODY:
            if not browsing.complete:
                browsing.sync.on_progress = self._show_fetching
                await browsing.fetch_all()
            return await workspace.store.numbers(Question(EVERYTHING, NEWEST_FIRST))
        if which == MARKED:
            return await browsing.marks.in_order()
        return browsing.view.numbers

    @property
    def _export(self) -> export.Export:
        columns: tuple[Column, ...] = columns_of(self._shown) if self._picked("columns") == "shown" else ()
        return export.Export(self._form, columns)

    async def _to_file(self, rows: Sequence[int], path: Path) -> Exported:
        async with export.aside(str(path)) as file:
            written = await self._write(rows, file.write)
        return Exported(written.customers, os.fspath(path))

    async def _to_clipboard(self, rows: Sequence[int]) -> Exported | None:
        text = StringIO()
        written = await self._write(rows, text.write)
        if text.tell() > LARGEST_CLIP:
            self._say_trouble("Too much for a clipboard", f"{text.tell():,} characters; write them to a file.")
            return None
        self.app.copy_to_clipboard(text.getvalue())
        return Exported(written.customers, "the clipboard")

    async def _write(self, rows: Sequence[int], out: export.Out) -> export.Written:
        workspace = self._workspace
        return await export.write(self._export, workspace.store, rows, out, workspace.clock.now(), self._show_writing)

    def _show_fetching(self) -> None:
        progress = self._workspace.browsing.sync.progress
        if progress and self.is_mounted:
            whole = "" if progress.total is None else f" of {progress.total:,}"
            self._say((f"Fetching {progress.walked:,}{whole}", "bold"))

    def _show_writing(self, written: int, total: int | None) -> None:
        self._say((f"Writing {written:,} of {plural(total or written, 'customer')}", "bold"))

    def _say_trouble(self, title: str, why: str) -> None:
        self._say((f"{title}. ", "bold error"), (why, "muted"))

    def _say(self, *words: tuple[str, str]) -> None:
        said: Spans = words
        self.query_one("#outcome", Prose).say(said)
