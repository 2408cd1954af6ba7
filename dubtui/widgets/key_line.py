"""The last line: the keys that act now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.screen import Screen

from dubtui.display.text import Spans, spread, width_of
from dubtui.widgets.lines import Lines

GAP = "   "
HELP = "help"
"""The action that stands at the right end."""
OUT = "escape"
"""The key that is always shown where it acts."""


class KeyLine(Lines):
    """Derived from the bindings that are shown and can act, in their order, as many as there is room for."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._on_bindings)

    def _on_bindings(self, _: Screen[object]) -> None:
        self.refresh()

    def lines(self, width: int) -> Sequence[Spans]:
        """The keys in one line, help at its end; the last ones go where there is no room, never the way out."""
        acting = [active for active in _once(in_order(self.screen)) if active.binding.show and active.enabled]
        right = self._spans(active for active in acting if active.binding.action == HELP)
        left = [active for active in acting if active.binding.action != HELP]
        while left and width_of(self._spans(left)) + len(GAP) + width_of(right) > width:
            left.remove(next((active for active in reversed(left) if active.binding.key != OUT), left[-1]))
        return [spread(self._spans(left), right, width)]

    def _spans(self, keys: Iterable[ActiveBinding]) -> Spans:
        spans: list[tuple[str, str]] = []
        for active in keys:
            key = active.binding.key_display or self.app.get_key_display(active.binding)
            spans += [(GAP, ""), (key, "bold"), (f" {active.binding.description}", "muted")]
        return tuple(spans[1:])


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
