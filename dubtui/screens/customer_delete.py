"""Deleting one customer: who it is, what goes with it, and its external ID typed out before anything happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import work

from dubtui.customers.deletion import Deleted
from dubtui.customers.writer import Written
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.countries import country_name
from dubtui.display.figures import full_day, money
from dubtui.display.people import email_spans, title_of, without_scheme
from dubtui.display.text import Spans, is_plain, plural, safe
from dubtui.display.trouble import Explanation, not_done, not_known, not_noted
from dubtui.screens.deleting import Deleting
from dubtui.store.journal import KEPT_DAYS

if TYPE_CHECKING:
    from dubtui.session import Workspace

FINAL = "This cannot be undone: made again, the customer has no link, no partner and no sales."
COPY = f"A copy of the record stays in the journal for {KEPT_DAYS} days, to read."
NO_COPY = "No copy is kept: the journal is switched off."


class CustomerDelete(Deleting[Written[Deleted]]):
    """Returns what was deleted, once the customer is gone."""

    def __init__(self, workspace: Workspace, customer_id: str, *, undoes: int | None = None) -> None:
        """`undoes` is the number of the journal's entry that the deletion takes back: a creation."""
        row = workspace.store.row(customer_id)
        if row is None:
            raise LookupError(customer_id)
        self._row = row
        self._undoes = undoes
        has_own = row.external_id and is_plain(row.external_id)
        wanted = {"External ID": row.external_id or ""} if has_own else {"Dub id": row.id}
        super().__init__(workspace, f"Delete {title_of(row)}", wanted)

    def about(self) -> list[Spans]:
        row = self._row
        who: Spans = email_spans(row.email) if row.email else (("no e-mail", "dim"),)
        since = full_day(row.created_at, self._workspace.clock.now())
        for words in (country_name(row.country), f"since {since}" if since else ""):
            who = (*who, ("   ", ""), (safe(words), "muted")) if words else who
        figures = list(self._figures())
        width = max(len(figure) for figure, _ in figures)
        return [who, (), *(((figure.rjust(width), "bold"), (f"  {words}", "muted")) for figure, words in figures)]

    def _figures(self) -> Iterator[tuple[str, str]]:
        """What goes with them."""
        row = self._row
        yield money(row.sale_amount) or "$0.00", "lifetime value"
        yield f"{row.sales or 0:,}", plural(row.sales or 0, "sale").partition(" ")[2]
        if row.partner_name:
            yield safe(row.partner_name), "the partner, who loses this customer"
        if row.link:
            yield without_scheme(safe(row.link)), "the link they came through"

    @property
    def consequences(self) -> str:
        own = self._row.external_id
        attributed = f" Later sales by {safe(own)} are not attributed." if own else ""
        return f"{FINAL}{attributed} {COPY if self._workspace.writer.journal else NO_COPY}"

    @work(group="delete", exclusive=True)
    async def action_delete(self) -> None:
        self.is_deleting = True
        self.say((("Deleting", "bold"), ("   Dub is asked", "muted")))
        self.show()
        try:
            written = await self._workspace.writer.delete(self._row.id, undoes=self._undoes)
        except OSError as full:
            self._fail("error", not_noted(full))
            return
        match written.outcome:
            case Deleted() as deleted:
                self.dismiss(Written(deleted, written.entry, written.unnoted))
            case Undone(error) as undone:
                self._fail("error", not_done("deleted", error, is_found_out=undone.is_found_out))
            case Unknown(error):
                self._fail("warning", not_known("deleted", error, has_changed=False))

    def _fail(self, kind: str, words: Explanation) -> None:
        self.is_deleting = False
        self.say(((f"{words.title}. ", f"bold {kind}"), (f"{words.why} {words.todo}".strip(), "")))
        self.show()
