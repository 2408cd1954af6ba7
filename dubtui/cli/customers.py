"""The commands about customers."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, cast

import click

from dubtui.api.errors import DubError
from dubtui.cli.output import NOBODY, WRONG_USAGE, say, show_json, show_lines, show_table
from dubtui.cli.root import open_app, run_async, session_of, with_global_options, words
from dubtui.customers.lookup import Hit, look_up, readings
from dubtui.display.figures import milliseconds
from dubtui.display.text import plain, plural
from dubtui.session import KEY_VARIABLE, NoKey, Session, Workspace

if TYPE_CHECKING:
    from dubtui.api.models import Customer
    from dubtui.api.query import CustomerQuery
    from dubtui.fields import CustomerRow

TABLE = ("name", "email", "externalId", "country", "saleAmount", "createdAt", "state")
WIDTH = 72
ONE_OF = {"email": "--email", "external_id": "--external-id", "search": "--search"}
"""Of these Dub obeys only the first that is given."""


@asynccontextmanager
async def opened(session: Session) -> AsyncIterator[Workspace]:
    """The workspace to work on; ends the run where nobody is signed in."""
    identity = await session.find()
    if identity is None:
        raise NoKey(f"Nobody is signed in: set {KEY_VARIABLE}, or dubtui auth login. (dubtui --demo needs no key.)")
    workspace = await session.open(identity)
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
    """One customer, by Dub id, external ID (with or without ext_) or e-mail."""
    context.exit(run_async(_get(session_of(context), text, as_json=as_json)))


async def _get(session: Session, text: str, *, as_json: bool) -> int:
    async with opened(session) as workspace:
        asked_at = milliseconds(session.clock.now())
        hits = await look_up(workspace.client, text)
        if not hits:
            return _say_nobody(text)
        if len(hits) > 1:
            return _say_several(text, hits)
        customer = hits[0].customer
        if text not in identifiers(customer):
            say(f"Dub overlooks case and accents: it has not exactly {text!r}, but {named(customer)}.")
        if as_json:
            show_json(json.loads(customer.sent))
            return 0
        await workspace.store.put([customer], asked_at=asked_at)
        row = workspace.store.row(customer.id)
        if row is not None:
            _show(row, customer, session)
        return 0


def identifiers(customer: Customer) -> Sequence[str | None]:
    """What names a customer exactly."""
    external_id = customer.external_id
    return (customer.id, external_id, f"ext_{external_id}" if external_id else None, customer.email)


def named(customer: Customer) -> str:
    """A customer in a line that tells it from others."""
    return "  ".join(filter(None, (customer.id, customer.external_id, customer.email or customer.name)))


def _say_nobody(text: str) -> int:
    tried = ", ".join(f"as {reading.what}" for reading in readings(text))
    say(f"Nobody has exactly {text!r}; Dub was asked for it {tried}.")
    return NOBODY


def _say_several(text: str, hits: list[Hit]) -> int:
    say(f"{plural(len(hits), 'customer')} have {text!r}; name one by its Dub id:")
    for hit in hits:
        say(f"  {named(hit.customer)}  ({hit.what})")
    return WRONG_USAGE


def _show(row: CustomerRow, customer: Customer, session: Session) -> None:
    from dubtui.display import card

    now = session.clock.now()
    left, right = card.facts(row, customer, now)
    show_lines([*card.heading(row, now, WIDTH), (), *card.strip(row, now, WIDTH), ()])
    show_lines(card.fact_lines([*left, *right]))


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
    given = [option for name, option in ONE_OF.items() if filters[name]]
    if len(given) > 1:
        raise click.UsageError(f"Dub obeys only one of {' and '.join(given)}; give one of them.")
    context.exit(run_async(_list(session_of(context), filters, limit, as_json=as_json)))


async def _list(session: Session, filters: dict[str, str], limit: int, *, as_json: bool) -> int:
    from dubtui.api.query import CustomerQuery
    from dubtui.customers.browsing import first_rows

    query = CustomerQuery(**cast(dict[str, Any], filters))
    async with opened(session) as workspace:
        asked_at = milliseconds(session.clock.now())
        customers = await first_rows(workspace.client, query, limit)
        if as_json:
            show_json([json.loads(customer.sent) for customer in customers])
        elif customers:
            await workspace.store.put(customers, asked_at=asked_at)
            found = (workspace.store.row(customer.id) for customer in customers)
            _show_rows([row for row in found if row], session)
        await _say_coverage(workspace, query, len(customers), limit)
    return 0


async def _say_coverage(workspace: Workspace, query: CustomerQuery, shown: int, limit: int) -> None:
    """How many there are, where that is not how many were shown."""
    if not shown:
        say("No customers.")
    if shown < limit:
        return
    try:
        total = await workspace.client.count_customers(query)
    except DubError:  # the list is whole without it
        return
    if total is not None and total > shown:
        say(f"{shown:,} of {total:,}")


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


COMMANDS = (open_, get, list_)
