"""Every key that acts where one is; enter does what the row says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import ActiveBinding

from dubtui.screens.choose import Choice, Choose

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen


class Help(Choose[ActiveBinding]):
    """Help and palette alike; returns the binding whose action is to run."""

    def __init__(self, title: str, app: App[Any], screen: Screen[Any]) -> None:
        """List the named bindings that can act on `screen`, each once with all its keys."""
        named: dict[str, tuple[ActiveBinding, list[str]]] = {}
        for active in screen.active_bindings.values():
            if active.binding.id and active.binding.id != "help" and active.enabled:
                keys = named.setdefault(active.binding.id, (active, []))[1]
                keys.append(app.get_key_display(active.binding))
        choices = [
            Choice(active, active.tooltip or active.binding.description, key="  ".join(dict.fromkeys(keys)))
            for active, keys in named.values()
        ]
        super().__init__(title, choices, noun="action", note="Each can also be pressed as the key on its right.")
