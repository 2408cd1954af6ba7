"""How who was found is listed: in one line or two, with what matches standing out, and why they were found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from dubtui.customers.lookup import Hit
from dubtui.display.people import SIGNS, email_spans, money_spans, name_spans, state_of, who
from dubtui.display.text import BLANK, Spans, highlighted, safe
from dubtui.fields import CustomerRow
from dubtui.widgets.line_table import Column

if TYPE_CHECKING:
    from dubtui.session import Workspace


class Found(NamedTuple):
    """A hit with its row."""

    hit: Hit
    row: CustomerRow


class Cells:
    """How rows are written, with what matches standing out."""

    def __init__(self, workspace: Workspace, pieces: Sequence[str]) -> None:
        self._desk = workspace.desk
        self._pieces = pieces

    @property
    def narrow(self) -> list[Column[Found]]:
        """One line a row."""
        return [
            Column("name", "", self._name_or_email, 18, 30, strong=True),
            Column("external", "", lambda found: self._marked(_text(found.row.external_id)), 14),
            Column("amount", "", lambda found: money_spans(found.row.sale_amount)[:1], 8, right=True),
            Column("state", "", lambda found: SIGNS[state_of(found.row)][:1], 2),
            Column("why", "", self._why, 13),
        ]

    @property
    def wide(self) -> list[Column[Found]]:
        """Two lines a row."""
        return [
            Column("name", "", lambda found: self._marked(_name(found.row)), 18, 34, strong=True, below=self._email),
            Column(
                "state",
                "",
                lambda found: SIGNS[state_of(found.row)],
                14,
                below=lambda found: self._marked(_text(found.row.external_id)),
            ),
            Column("amount", "", lambda found: money_spans(found.row.sale_amount)[:1], 13, right=True, below=self._why),
        ]

    def _marked(self, spans: Spans) -> Spans:
        return highlighted(spans, self._pieces)

    def _name_or_email(self, found: Found) -> Spans:
        """What matches, where it is one of them."""
        return self._email(found) if "e-mail" in found.hit.why else self._marked(_name(found.row))

    def _email(self, found: Found) -> Spans:
        return self._marked(email_spans(found.row.email)) if found.row.email else (("no e-mail", "dim"),)

    def _why(self, found: Found) -> Spans:
        recent = self._desk.recent(found.row.id)
        if recent and recent.pinned:
            return (("pinned", "accent"),)
        if found.hit.is_exact and not found.hit.is_as_typed:
            return ((f"~ {found.hit.why}", "warning"),)
        if found.hit.is_exact:
            return ((f"= {found.hit.why}", "accent"),)
        return (("recent" if recent else found.hit.why, "dim"),)


def _name(row: CustomerRow) -> Spans:
    name = name_spans(row)
    return who(row) if name == BLANK else name


def _text(value: str | None) -> Spans:
    return ((safe(value), "muted"),) if value else BLANK
