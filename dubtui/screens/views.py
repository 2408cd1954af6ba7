"""Saved views: the list's filter, order and columns under names; what one types is found, or a new name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from dubtui.customers.desk import View
from dubtui.display.columns import order_words
from dubtui.display.text import safe
from dubtui.screens.choose import Choice, Choose

if TYPE_CHECKING:
    from dubtui.customers.desk import Desk
    from dubtui.customers.lens import Lens

ON_KEYS = 9
"""Views that have a number key."""


class Views(Choose[View]):
    """Returns a saved view to look through, or one of a new name that holds what is looked through now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "forget", "forget", id="forget-view", tooltip="Keep the view no longer", priority=True),
    ]

    def __init__(self, desk: Desk, lens: Lens) -> None:
        self._desk = desk
        self._lens = lens
        note = "A new name keeps the filter, order and columns of now."
        super().__init__("View", self._saved(), noun="view", note=note)

    def _saved(self) -> list[Choice[View]]:
        return [
            Choice(view, safe(view.name), about=lens_words(view.lens), key=str(number) if number <= ON_KEYS else "")
            for number, view in enumerate(self._desk.views, 1)
        ]

    def more(self, typed: str) -> Sequence[Choice[View]]:
        """A name that is not taken can be given."""
        name = typed.strip()
        if not name or self._desk.view(name):
            return ()
        return (Choice(View(name, self._lens), f"keep as {safe(name)}", about=lens_words(self._lens)),)

    @work(group="forget", exclusive=True)
    async def action_forget(self) -> None:
        choice = self._table.row
        if choice is not None and choice.value in self._desk.views:
            await self._desk.forget_view(choice.value.name)
            self.replace(self._saved())


def lens_words(lens: Lens) -> str:
    """What a lens shows, in a few words."""
    first = lens.order[0]
    return f"{safe(lens.filter) or 'everybody'}, {order_words(first.field, descending=first.descending)}"
