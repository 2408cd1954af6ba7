"""The last line: the keys that act now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.screen import Screen

from dubtui.display.text import Spans, spread, width_of
from dubtui.widgets.lines import Lines

GAP: Spans = (("   ", ""),)
HELP = "help"
"""The action that stands at the right end."""


class KeyLine(Lines):
    """Derived from the bindings that are shown and can act, in their order, as many as there is room for."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._on_bindings)

    def _on_bindings(self, _: Screen[object]) -> None:
        self.refresh()

    def lines(self, width: int) -> Sequence[Spans]:
        """The keys in one line, help at its end."""
        keys = [
            (active.binding.action, self._spans(active))
            for active in _once(in_order(self.screen))
            if active.binding.show and active.enabled
        ]
        right: Spans = next((spans for action, spans in keys if action == HELP), ())
        left: Spans = ()
        for action, spans in keys:
            longer = (*left, *GAP, *spans) if left else spans
            if action == HELP:
                continue
            if width_of(longer) + len(GAP[0][0]) + width_of(right) > width:
                break
            left = longer
        return [spread(left, right, width)]

    def _spans(self, active: ActiveBinding) -> Spans:
        key = active.binding.key_display or self.app.get_key_display(active.binding)
        return ((key, "bold"), (f" {active.binding.description}", "muted"))


def in_order(screen: Screen[object]) -> list[ActiveBinding]:
    """The bindings that act on a screen: its own before the app's."""
    return sorted(screen.active_bindings.values(), key=lambda active: (isinstance(active.node, App), *_place(active)))


def _place(active: ActiveBinding) -> tuple[int, int]:
    """Where a binding was declared: in its class before those above, there in the order of the declaration."""
    for depth, kind in enumerate(type(active.node).__mro__):
        for number, binding in enumerate(vars(kind).get("BINDINGS", ())):
            if isinstance(binding, Binding) and binding.action == active.binding.action:
                return depth, number
    return len(type(active.node).__mro__), 0


def _once(bindings: Iterable[ActiveBinding]) -> list[ActiveBinding]:
    """The first key of each action."""
    seen: dict[str, ActiveBinding] = {}
    for active in bindings:
        seen.setdefault(active.binding.action, active)
    return list(seen.values())
