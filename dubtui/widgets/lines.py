"""Text drawn line by line from spans: the one way in which words of `display` come onto the screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from dubtui.display.text import Spans, cut_spans, spread, width_of, wrapped

ATTRIBUTES = frozenset({"bold", "underline", "reverse", "on", "not"})


@cache
def style_of(words: str) -> str:
    """The words of a span as a style of Textual's, with the colours taken from the theme."""
    return " ".join(word if word in ATTRIBUTES or word.endswith("%") else f"${word}" for word in words.split())


def content_of(spans: Spans) -> Content:
    """Spans as Textual's content; nothing in them is read as markup."""
    return Content.assemble(*((text, style_of(style)) if style else text for text, style in spans))


class Lines(Widget):
    """A widget that is its lines and as high as they are many."""

    DEFAULT_CSS = """
    Lines { height: auto; text-wrap: nowrap; text-overflow: clip; }
    """

    def lines(self, width: int) -> Sequence[Spans]:
        """The lines for a width in cells."""
        raise NotImplementedError

    def render(self) -> Content:
        """All lines, cut to the width."""
        width = self.content_size.width
        return Content("\n").join([content_of(cut_spans(line, width)) for line in self.lines(width)])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines."""
        return len(self.lines(width))


class TextLines(Lines):
    """Lines that were given, the same for every width."""

    def __init__(self, *lines: Spans, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Spans] = lines

    def lines(self, width: int) -> Sequence[Spans]:
        """What was given."""
        return self._lines

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as the longest line."""
        return max((width_of(line) for line in self._lines), default=0)

    def say(self, *lines: Spans) -> None:
        """Show other lines."""
        if tuple(lines) != tuple(self._lines):
            self._lines = lines
            self.refresh(layout=True)


class Prose(TextLines):
    """Lines that are broken between words where they are longer than the width."""

    def lines(self, width: int) -> Sequence[Spans]:
        """What was given, in as many lines as it needs."""
        return [line for given in self._lines for line in wrapped(given, max(1, width))]


class Line(Lines):
    """A single line with a left and a right side."""

    def __init__(
        self, left: Spans = (), right: Spans = (), *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._sides = (left, right)

    def lines(self, width: int) -> Sequence[Spans]:
        """Both sides in one line."""
        left, right = self._sides
        return [spread(left, right, width)]

    def say(self, left: Spans = (), right: Spans = ()) -> None:
        """Show something else."""
        if (left, right) != self._sides:
            self._sides = (left, right)
            self.refresh()
