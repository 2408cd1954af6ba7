"""Whom a LOOKUP names: one customer, or an end of the run that tells nobody, or several."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dubtui.api.errors import DubError
from dubtui.cli.output import Ambiguous, Nobody, say
from dubtui.display.text import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dubtui.customers.lookup import Hit
    from dubtui.customers.pasted import Pasted
    from dubtui.fields import CustomerRow
    from dubtui.session import Workspace

MOST_SUGGESTED = 5


async def resolved(workspace: Workspace, text: str) -> CustomerRow:
    """The one customer whom a text names exactly, as Dub has just answered; raises Nobody, Ambiguous, DubError."""
    from dubtui.customers.pasted import read

    pasted = read(text)
    hits = await workspace.lookup.exactly(pasted)
    if len(hits) > 1:
        raise Ambiguous("\n".join(_candidates(workspace, text, hits)))
    row = workspace.store.row(hits[0].customer_id) if hits else None
    if row is None:
        raise Nobody("\n".join([*told(workspace, text, pasted), *await _suggested(workspace, pasted)]))
    if not hits[0].is_as_typed:
        say(f"Dub overlooks case and accents: it has not exactly {text!r}, but {named(row)}.")
    return row


def named(row: CustomerRow) -> str:
    """A customer in a line that tells it from others."""
    return "  ".join(filter(None, (row.id, row.external_id, row.email or row.name)))


def _candidates(workspace: Workspace, text: str, hits: Sequence[Hit]) -> list[str]:
    rows = [(row, hit) for hit in hits if (row := workspace.store.row(hit.customer_id))]
    first = f"{plural(len(hits), 'customer')} have {text!r}; name one by its Dub id:"
    return [first, *(f"  {named(row)}  ({hit.why})" for row, hit in rows)]


async def _suggested(workspace: Workspace, pasted: Pasted) -> list[str]:
    """Who may be meant."""
    hits: Sequence[Hit] = ()
    with suppress(DubError):  # a miss is told without them
        hits = await workspace.lookup.anybody(pasted, limit=MOST_SUGGESTED)
    rows = [row for hit in hits if (row := workspace.store.row(hit.customer_id))]
    return ["Perhaps meant:", *(f"  {named(row)}" for row in rows)] if rows else []


def told(workspace: Workspace, text: str, pasted: Pasted) -> list[str]:
    """What was tried in vain, and what could not be."""
    from dubtui.customers.pasted import HERE_ALONE

    asked = [f"as {reading.kind}" for reading in pasted.readings if reading.kind not in HERE_ALONE]
    lines = [f"Nobody has exactly {text!r}; Dub was asked for it {', '.join(asked)}."] if asked else []
    for reading in pasted.readings:
        if reading.kind in HERE_ALONE:
            copy = (
                "the kept copy does not have it" if workspace.store.is_kept else "nothing is kept: dubtui sync --keep"
            )
            lines.append(f"Dub cannot be asked for a {reading.kind}, and {copy}.")
    return lines
