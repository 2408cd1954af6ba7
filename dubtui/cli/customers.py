"""The commands about customers."""

from __future__ import annotations

import json
import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, cast

import click

from dubtui.cli.output import say, show_lines, show_table
from dubtui.cli.root import open_app, run_async, session_of, with_global_options
from dubtui.customers.lookup import Hit, look_up, readings
from dubtui.display.figures import milliseconds
from dubtui.display.text import json_text, plain, plural, safe
from dubtui.session import KEY_VARIABLE, Session, Workspace

if TYPE_CHECKING:
    from dubtui.fields import CustomerRow

AMBIGUOUS = 2
NOBODY = 3
NO_KEY = 4
TABLE = ("name", "email", "externalId", "country", "saleAmount", "createdAt", "state")


async def signed_in(session: Session) -> Workspace:
    """The workspace to work on; ends the run where nobody is signed in."""
    identity = await session.find()
    if identity is None:
        say(f"Nobody is signed in: set {KEY_VARIABLE}, or dubtui auth login. (dubtui --demo needs no key.)")
        raise SystemExit(NO_KEY)
    return await session.open(identity)


@click.command("open")
@click.argument("text", metavar="LOOKUP")
@with_global_options
@click.pass_context
def open_(context: click.Context, text: str) -> None:
    """The app, opened on one customer."""
    open_app(context, text)


@click.command()
@click.argument("text", metavar="LOOKUP")
@click.option("--json", "as_json", is_flag=True, help="The customer as Dub's JSON.")
@with_global_options
@click.pass_context
def get(context: click.Context, text: str, as_json: bool) -> None:
    """One customer, by Dub id, external ID (with or without ext_) or e-mail."""
    context.exit(run_async(_get(session_of(context), text, as_json=as_json)))


async def _get(session: Session, text: str, *, as_json: bool) -> int:
    workspace = await signed_in(session)
    try:
        asked_at = milliseconds(session.clock.now())
        hits = await look_up(workspace.client, text)
        if len(hits) != 1:
            return _not_one(text, hits)
        await workspace.store.put([hits[0].customer], asked_at=asked_at)
        _show(workspace, hits[0], session, as_json=as_json)
        return 0
    finally:
        await workspace.aclose()


def _not_one(text: str, hits: list[Hit]) -> int:
    if not hits:
        tried = ", ".join(f"as {reading.what}" for reading in readings(text.strip()))
        say(f"Nobody has exactly {safe(text)!r}; Dub was asked for it {tried or 'not at all'}.")
        return NOBODY
    say(f"{plural(len(hits), 'customer')} have {safe(text)!r}; name one by its Dub id:")
    for hit in hits:
        say(f"  {hit.customer.id}  {safe(hit.customer.email or hit.customer.name or '')}  ({hit.what})")
    return AMBIGUOUS


def _show(workspace: Workspace, hit: Hit, session: Session, *, as_json: bool) -> None:
    from dubtui.display import card

    if as_json:
        click.echo(json_text(json.loads(hit.customer.sent), indent=2))
        return
    row = workspace.store.row(hit.customer.id)
    if row is not None:
        now = session.clock.now()
        left, right = card.facts(row, hit.customer, now)
        show_lines([*card.heading(row, now, 72), (), *card.strip(row, now, 72), (), *card.fact_lines([*left, *right])])


@click.command("list")
@click.option("--search", metavar="T", default="", help="Whole words of names and e-mails, as Dub finds them.")
@click.option("--email", metavar="E", default="", help="Exactly this e-mail.")
@click.option("--external-id", metavar="X", default="", help="Exactly this external ID.")
@click.option("--country", metavar="C", default="", help="An ISO code.")
@click.option("--link-id", metavar="ID", default="")
@click.option("--partner-id", metavar="ID", default="")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of Dub's own objects.")
@with_global_options
@click.pass_context
def list_(context: click.Context, /, limit: int, as_json: bool, **filters: str) -> None:
    """Customers, newest first."""
    context.exit(run_async(_list(session_of(context), filters, limit, as_json=as_json)))


async def _list(session: Session, filters: dict[str, str], limit: int, *, as_json: bool) -> int:
    from dubtui.api.query import CustomerQuery
    from dubtui.customers.browsing import first_rows

    workspace = await signed_in(session)
    try:
        query = CustomerQuery(**cast(dict[str, Any], filters))
        customers = await first_rows(workspace.client, query, limit)
        total = await workspace.client.count_customers(query)
        if as_json:
            click.echo(json_text([json.loads(customer.sent) for customer in customers], indent=2))
        else:
            await workspace.store.put(customers, asked_at=milliseconds(session.clock.now()))
            found = (workspace.store.row(customer.id) for customer in customers)
            _show_rows([row for row in found if row], session)
        if total is not None and total > len(customers):
            say(f"{len(customers):,} of {total:,}")
        return 0
    finally:
        await workspace.aclose()


def _show_rows(rows: list[CustomerRow], session: Session) -> None:
    from dubtui.display.columns import head_of
    from dubtui.display.people import CELLS, is_figure

    now = session.clock.now()
    show_table(
        [head_of(name) for name in TABLE],
        [[plain(CELLS[name](row, now)) for name in TABLE] for row in rows],
        right=[is_figure(name) for name in TABLE],
        width=get_terminal_size().columns if sys.stdout.isatty() else 0,
    )
