"""What is to be done to all that are marked: one field set or unset, or all of them deleted."""

from __future__ import annotations

from typing import NamedTuple

from dubtui.customers.bulk.plan import UNIQUE
from dubtui.customers.editing import EDITABLE, problem, sent_as
from dubtui.display.countries import country_name
from dubtui.display.text import plural, safe
from dubtui.fields import BY_NAME
from dubtui.screens.ask import About, Ask
from dubtui.screens.choose import Choice, Choose
from dubtui.screens.form import suggester_of

NOT_NONE = frozenset(field for field in EDITABLE if problem(field, ""))
"""The fields that Dub lets nobody empty."""


class Wanted(NamedTuple):
    """A field to set, or to unset; without one, all are deleted."""

    field: str = ""
    is_set: bool = False


class BulkMenu(Choose[Wanted]):
    """Returns what is wanted for some number of customers."""

    def __init__(self, number: int) -> None:
        set_ = [Choice(Wanted(field, is_set=True), f"Set {_title(field)}", "to one value") for field in EDITABLE]
        unset = [Choice(Wanted(field), f"Unset {_title(field)}", "to none") for field in EDITABLE]
        offered = [choice for choice in set_ if number == 1 or choice.value.field not in UNIQUE]
        offered += [choice for choice in unset if choice.value.field not in NOT_NONE]
        super().__init__(f"{plural(number, 'marked', 'marked')}:", [*offered, Choice(Wanted(), "Delete", "for good")])


class BulkValue(Ask):
    """Returns the value that a field is to have for all."""

    def __init__(self, field: str, number: int) -> None:
        self._field = field
        super().__init__(f"Set {_title(field)} of {plural(number, 'customer')} to", suggester=suggester_of(field))

    async def about(self, text: str) -> About:
        if not text:
            return About((("Type the value.", "dim"),), is_fine=False)
        if words := problem(self._field, text):
            return About(((words, "warning"),), is_fine=False)
        sent = sent_as(self._field, text)
        meaning = f"{country_name(sent)}, {sent}. " if self._field == "country" and sent else ""
        return About(((f"{safe(meaning)}The plan is shown first; nothing is sent yet.", "dim"),))


def _title(field: str) -> str:
    return BY_NAME[field].title
