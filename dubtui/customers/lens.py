"""What one looks at customers through: a filter, an order and columns, with the way back to the ones before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dubtui.fields import BY_NAME, Kind, field_of
from dubtui.store.views import NEWEST_FIRST, Order


@dataclass(frozen=True, slots=True)
class Lens:
    """A filter as it is typed, an order, and the columns' names (none: those that fit)."""

    filter: str = ""
    order: tuple[Order, ...] = NEWEST_FIRST
    columns: tuple[str, ...] = ()

    def filtered(self, text: str) -> Lens:
        """The same with another filter."""
        return replace(self, filter=text.strip())

    def sorted_by(self, name: str) -> Lens:
        """Sorted by a field alone, as it is mostly wanted; by the first one already: that one the other way round."""
        first, *others = self.order
        if first.field == name:
            return replace(self, order=(Order(name, not first.descending), *others))
        return replace(self, order=(Order(name, starts_high(name)),))

    def then_by(self, name: str) -> Lens:
        """Sorted by one more field behind the others; by one of them already: that one the other way round."""
        if any(level.field == name for level in self.order):
            turned = (Order(x.field, not x.descending) if x.field == name else x for x in self.order)
            return replace(self, order=tuple(turned))
        return replace(self, order=(*self.order, Order(name, starts_high(name))))


def order_text(order: Sequence[Order]) -> str:
    """An order as text: `saleAmount:desc,name:asc`."""
    return ",".join(f"{level.field}:{'desc' if level.descending else 'asc'}" for level in order)


def order_of(text: str) -> tuple[Order, ...]:
    """The order of a text; levels of fields that are not known are left out, and without any it is newest first."""
    levels = (level.partition(":") for level in text.split(",") if level)
    known = (Order(name, way == "desc") for name, _, way in levels if name in BY_NAME)
    return tuple(known) or NEWEST_FIRST


def starts_high(name: str) -> bool:
    """Whether a field is mostly wanted with its largest or latest values first."""
    known = field_of(name)
    return known is not None and known.kind not in (Kind.TEXT, Kind.STATE)


class History:
    """The lenses that one looked through, and where among them one is."""

    def __init__(self, lens: Lens | None = None) -> None:
        """`lens` is the first one."""
        self._past = [lens or Lens()]
        self._at = 0
        self._is_typing = False

    @property
    def present(self) -> Lens:
        """The one in use."""
        return self._past[self._at]

    def visit(self, lens: Lens) -> None:
        """Go on to another; what was ahead is forgotten."""
        self._is_typing = False
        if lens != self.present:
            self._past[self._at + 1 :] = [lens]
            self._at += 1

    def type(self, lens: Lens) -> None:
        """Go on to another with the first key of a filter; the keys after it change that one."""
        if self._is_typing:
            self._past[self._at] = lens
        else:
            self.visit(lens)
            self._is_typing = True

    def go(self, steps: int) -> Lens:
        """The lens some steps back (below zero) or forward, as far as there is one."""
        self._is_typing = False
        self._at = max(0, min(len(self._past) - 1, self._at + steps))
        return self.present
