"""The commands that find and show a customer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from dubtui.cli.output import Nobody, say, show_json, show_lines, show_table
from dubtui.cli.resolving import resolved, told
from dubtui.cli.root import open_app, run_async, session_of, with_global_options, words
from dubtui.display.text import plain, plural
from dubtui.session import KEY_VARIABLE, NoKey, Session, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dubtui.customers.lookup import Hit
    from dubtui.fields import CustomerRow

WIDTH = 72
FOUND = ("name", "email", "externalId", "saleAmount", "state")
"""What a table of those who were found shows, besides why."""


@asynccontextmanager
async def opened(session: Session, *, with_copy: bool = False) -> AsyncIterator[Workspace]:
    """The workspace to work on, with what is kept of it where that helps; ends the run where nobody is signed in."""
    identity = await session.find()
    if identity is None:
        raise NoKey(f"Nobody is signed in: set {KEY_VARIABLE}, or dubtui auth login. (dubtui --demo needs no key.)")
    workspace = await session.open(identity, with_copy=with_copy and session.is_kept(identity))
    try:
        yield workspace
    finally:
        if session.options.verbose:
            calls = plural(workspace.client.calls, "call")
            say(f"{calls} to {identity.api_url} as {identity.name!r}, key from: {identity.source}.")
        await workspace.aclose()


@click.command("open")
@click.argument("text", metavar="LOOKUP", callback=words)
@with_global_options
@click.pass_context
def open_(context: click.Context, text: str) -> None:
    """The app, opened on one customer."""
    open_app(context, text)


@click.command()
@click.argument("text", metavar="LOOKUP", callback=words)
@click.option("--json", "as_json", is_flag=True, help="The customer as Dub's JSON.")
@with_global_options
@click.pass_context
def get(context: click.Context, text: str, as_json: bool) -> None:
    """One customer, by whatever names it exactly: a Dub id, an external ID, an e-mail, an address of a dashboard."""
    run_async(_get(session_of(context), text, as_json=as_json))


async def _get(session: Session, text: str, *, as_json: bool) -> None:
    async with opened(session, with_copy=True) as workspace:
        row = await resolved(workspace, text)
        sent = workspace.store.sent(row.id) or b"{}"
        if as_json:
            show_json(json.loads(sent))
        else:
            _show(row, sent, session)


def _show(row: CustomerRow, sent: bytes, session: Session) -> None:
    from dubtui.api.models import Customer
    from dubtui.display import card

    now = session.clock.now()
    left, right = card.facts(row, Customer.from_sent(sent), now)
    show_lines([*card.heading(row, now, WIDTH), (), *card.strip(row, now, WIDTH), ()])
    show_lines(card.fact_lines([*left, *right]))


@click.command()
@click.argument("text", callback=words)
@click.option("--json", "as_json", is_flag=True, help="A JSON list of Dub's own objects, each with why (match).")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@with_global_options
@click.pass_context
def find(context: click.Context, text: str, as_json: bool, limit: int) -> None:
    """Every customer that a text may mean, the best first: any identifier, any part of one, words of a name."""
    run_async(_find(session_of(context), text, limit, as_json=as_json))


async def _find(session: Session, text: str, limit: int, *, as_json: bool) -> None:
    from dubtui.customers.pasted import read

    async with opened(session, with_copy=True) as workspace:
        pasted = read(text)
        hits = await workspace.lookup.anybody(pasted, limit=limit)
        found = [(row, hit) for hit in hits if (row := workspace.store.row(hit.customer_id))]
        if not found:
            lines = told(workspace, text, pasted)
            if not workspace.browsing.complete:
                lines.append("Parts of anything are found among customers that are kept: dubtui sync --keep.")
            raise Nobody("\n".join(lines))
        if as_json:
            show_json([_object(workspace, row, hit) for row, hit in found])
        else:
            _show_found(found, session)


def _object(workspace: Workspace, row: CustomerRow, hit: Hit) -> dict[str, object]:
    return {**json.loads(workspace.store.sent(row.id) or b"{}"), "match": hit.why, "exact": hit.is_exact}


def _show_found(found: Sequence[tuple[CustomerRow, Hit]], session: Session) -> None:
    from dubtui.display.columns import head_of
    from dubtui.display.people import CELLS, is_figure

    now = session.clock.now()
    rows = [[*(plain(CELLS[name](row, now)) for name in FOUND), hit.why] for row, hit in found]
    show_table([*map(head_of, FOUND), "Match"], rows, right=[*map(is_figure, FOUND), False])


COMMANDS = (open_, get, find)
