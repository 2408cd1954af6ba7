"""What stands where rows would, or above the band: nothing to show, or trouble, with what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from dubtui.display.text import Spans, spread, wrapped
from dubtui.widgets.lines import Lines

MEASURE = 72
"""Cells of a line of prose."""


class Notice(Lines):
    """A title, prose, and keys with what each does; an empty one is not there."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title: Spans = ()
        self._aside: Spans = ()
        self._prose = ""
        self._keys: Sequence[tuple[str, str]] = ()
        self._share: float | None = None
        self._kind = "empty"
        self.display = False

    def say(
        self,
        title: Spans,
        prose: str,
        keys: Sequence[tuple[str, str]] = (),
        *,
        aside: Spans = (),
        kind: str = "empty",
        share: float | None = None,
    ) -> None:
        """Show it; `kind` (empty, warning, error) gives the bar its colour, `share` (0 to 1) is how far a wait is."""
        self._title, self._prose, self._keys, self._aside = title, prose, keys, aside
        self._share, self._kind = share, kind
        self.set_classes(f"-{kind}")
        self.display = True
        self.refresh(layout=True)

    def clear(self) -> None:
        """Take it away."""
        self.display = False

    def lines(self, width: int) -> Sequence[Spans]:
        """Title, prose, how far it is, a blank, the keys."""
        prose = wrapped(((self._prose, "muted"),), min(width, MEASURE))
        keys: list[Spans] = [((key.ljust(8), "bold accent"), (words, "")) for key, words in self._keys]
        if self._share is not None:
            filled = round(width * min(1.0, max(0.0, self._share)))
            prose.append((("━" * filled, self._kind), ("─" * (width - filled), "rule")))
        return [spread(self._title, self._aside, width), *prose, *([()] if keys else []), *keys]
