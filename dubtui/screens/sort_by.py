"""What the list is sorted by: one field, or one more behind those it is sorted by already."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from dubtui.display.columns import order_words
from dubtui.fields import FIELDS
from dubtui.screens.choose import Choice, Choose

if TYPE_CHECKING:
    from dubtui.customers.lens import Lens


class SortBy(Choose["Lens"]):
    """Returns the lens in its new order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "then", "then by", id="then-by", tooltip="Sort by it behind the others", priority=True),
    ]

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        levels = {level.field: level for level in lens.order}
        choices = [
            Choice(
                lens.sorted_by(field.name),
                field.title,
                about=order_words(field.name, descending=levels[field.name].descending) if field.name in levels else "",
                is_chosen=field.name == lens.order[0].field,
            )
            for field in FIELDS
        ]
        super().__init__("Sort by", choices, noun="field")

    def action_then(self) -> None:
        """Add the field with the cursor behind the others."""
        if (choice := self._table.row) is not None:
            self.dismiss(self._lens.then_by(choice.value.order[0].field))
