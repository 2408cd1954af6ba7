"""One field of a form: its label, an input, a mark for what changed, and a line for what there is to say of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from dubtui.display.text import Spans, is_plain, safe
from dubtui.widgets.lines import Prose, TextLines


class Field(Vertical):
    """Its `value` is what the input says, None where that is empty.

    A value with characters that no input can show stays as it is until one types over it.
    """

    DEFAULT_CSS = """
    Field { height: auto; }
    """

    class Changed(Message):
        """The text is another."""

    def __init__(
        self,
        name: str,
        label: str,
        opened: str | None,
        *,
        placeholder: str = "none",
        suggester: Suggester | None = None,
        is_new: bool = False,
    ) -> None:
        """`name` is the API's; `opened` the value at Dub when the form was opened; of a new customer there is none."""
        super().__init__(id=f"field-{name}")
        self.field = name
        self._label = label
        self.opened = opened or None
        self._held = self.opened
        """What the text stands for as long as nobody types over it."""
        self._placeholder = placeholder
        self._suggester = suggester
        self._is_new = is_new
        self._text = safe(self._held or "")
        """What the input said last."""
        self._refused = ""

    def compose(self) -> ComposeResult:
        with Horizontal(classes="field-line"):
            yield TextLines(((self._label, ""),), classes="field-label")
            yield TextLines((("▌", "accent"),), classes="field-bar")
            yield Input(
                self._text,
                placeholder=self._placeholder,
                suggester=self._suggester,
                compact=True,
                select_on_focus=False,
            )
            yield TextLines(classes="field-now")
            yield TextLines(classes="field-mark")
        yield Prose(classes="field-hint")

    def on_mount(self) -> None:
        was = safe(self.opened or "")
        now: Spans = () if self._is_new else ((was or "none", "muted" if was else "dim"),)
        self.query_one(".field-now", TextLines).say(now)
        self.say("")

    @property
    def value(self) -> str | None:
        """What would be sent."""
        text = self.query_one(Input).value
        return self._held if text == safe(self._held or "") else text or None

    @value.setter
    def value(self, value: str | None) -> None:
        self._held = value or None
        self.query_one(Input).value = safe(value or "")

    def reopen(self, opened: str | None, value: str | None) -> None:
        """Begin from another value at Dub, with something typed over it."""
        self.opened = opened or None
        self.value = value
        self.on_mount()

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what was opened."""
        return self.value != self.opened

    @property
    def is_refused(self) -> bool:
        """Whether Dub did not take what still stands here."""
        return bool(self._refused)

    def refuse(self, words: str) -> None:
        """Say why Dub did not take it, until the text is another."""
        self._refused = words
        self.say("")

    def say(self, problem: str, meaning: str = "") -> None:
        """Bring mark and hint up to date: `problem` is the rule that the text breaks, `meaning` what it stands for."""
        mark: Spans = () if self._is_new else (("  same", "dim"),)
        hint: list[Spans] = []
        if self._is_new:
            hint.append(((meaning, "dim"),))
        elif self.is_changed:
            mark = (("~ changed", "accent"),)
            hint.append((("was ", "dim"), (safe(self.opened or "none"), "muted")))
            if meaning:
                hint[-1] = (*hint[-1], ("   ", ""), (meaning, "dim"))
        if self._refused:
            mark = (("! refused", "error"),)
            hint.append(((self._refused, "error"),))
        elif problem:
            mark = (("! check", "warning"),)
            hint.append(((problem, "warning"),))
        elif self.opened and not is_plain(self.opened) and not self.is_changed:
            hint.append((("holds characters that cannot be typed; it stays as it is until you type over it", "dim"),))
        self.query_one(".field-mark", TextLines).say(mark)
        self.query_one(".field-hint", Prose).say(*hint)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._text:  # an input tells its first text, too
            self._text, self._refused = event.value, ""
            self.post_message(self.Changed())
