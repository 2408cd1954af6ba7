"""Every key that acts where one is, and in the palette what has no key; enter does what the row says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import ActiveBinding
from textual.dom import DOMNode

from dubtui.screens.base import Framed
from dubtui.screens.choose import Choice, Choose
from dubtui.widgets.key_line import in_order

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen


class Command(NamedTuple):
    """An action, and where it is run."""

    action: str
    node: DOMNode


class Help(Choose[Command]):
    """Help and palette alike; returns what is to run."""

    def __init__(self, title: str, app: App[Any], screen: Screen[Any], *, is_palette: bool) -> None:
        """List the named bindings that can act on `screen`, each once with all its keys."""
        named: dict[str, tuple[ActiveBinding, list[str]]] = {}
        for active in in_order(screen):
            if active.binding.id and active.binding.id != "help" and active.enabled:
                keys = named.setdefault(active.binding.id, (active, []))[1]
                keys.append(app.get_key_display(active.binding))
        choices = [
            Choice(
                Command(active.binding.action, active.node),
                active.tooltip or active.binding.description,
                key="  ".join(dict.fromkeys(keys)),
            )
            for active, keys in named.values()
        ]
        if is_palette and isinstance(screen, Framed):
            choices += [Choice(Command(action, screen), words) for words, action in screen.commands()]
        super().__init__(title, choices, noun="action", note="Each can also be pressed as the key on its right.")
