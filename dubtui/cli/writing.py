"""Edit, create and delete on the command line: each shows what it would do, and does it where that is agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dubtui.api import errors
from dubtui.api.query import customer_path
from dubtui.cli.customers import opened
from dubtui.cli.output import REFUSED, say
from dubtui.cli.resolving import named, resolved
from dubtui.cli.reviewing import (
    ask,
    can_ask,
    carried_out,
    field_words,
    how_to_undo,
    show_problems,
    show_request,
    tell_undone,
    tell_unknown,
    tell_unnoted,
    typed,
)
from dubtui.cli.writes import Mode
from dubtui.customers import conflict
from dubtui.customers.conflict import Reading
from dubtui.customers.creation import DEPRECATED, Created
from dubtui.customers.deletion import Deleted
from dubtui.customers.editing import Values, plan, problem, problems, sent_as, value_of
from dubtui.customers.undo import FINAL
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.figures import money
from dubtui.display.journal import shown
from dubtui.display.text import is_plain, plain, plural, safe
from dubtui.display.trouble import deleted_words

if TYPE_CHECKING:
    from dubtui.api.models import Customer
    from dubtui.session import Session, Workspace


async def edit(session: Session, text: str, wanted: Values, mode: Mode) -> int:
    """Change some fields of the customer whom a text names; the exit code."""
    async with opened(session, with_copy=True) as workspace:
        await begin(workspace, mode)
        reading = await read_one(workspace, text)
        found = plan(reading.customer.id, reading.values, wanted)
        if not found.changes:
            say("Nothing to change: Dub holds it already.")
            return 0
        if broken := problems(found):
            return show_problems(broken)
        return await carried_out(workspace, found, reading.values, who(workspace, reading.customer), mode)


async def begin(workspace: Workspace, mode: Mode) -> None:
    """What comes before every write: nothing where only reading is allowed, and what a killed process left."""
    if workspace.client.read_only and not mode.dry:
        raise errors.ReadOnly
    await tell_unfinished(workspace)


async def tell_unfinished(workspace: Workspace) -> None:
    """Name the writes that were cut short, and what Dub has of them."""
    for entry in await workspace.writer.unfinished():
        found = await workspace.writer.settle(entry)
        say(found.words(workspace.clock.now()))


async def read_one(workspace: Workspace, text: str) -> Reading:
    """The customer whom a text names, as Dub has it now, and what is known of its name."""
    return await read(workspace, (await resolved(workspace, text)).id)


async def read(workspace: Workspace, customer_id: str) -> Reading:
    """The customer of a Dub id, as Dub has it; raises NotFound."""
    reading = await conflict.read(workspace.client, workspace.store, workspace.clock, customer_id)
    if reading is None:
        raise errors.NotFound
    return reading


def who(workspace: Workspace, customer: Customer) -> str:
    """A customer in a line that tells it from others, without a name that Dub invented."""
    row = workspace.store.row(customer.id)
    return safe(named(row) if row else customer.id)


# Creating


async def create(session: Session, wanted: dict[str, str], mode: Mode) -> int:
    """Create a customer of some values as they were typed; the exit code."""
    async with opened(session, with_copy=True) as workspace:
        await begin(workspace, mode)
        say(DEPRECATED)
        if broken := {field: told for field, text in wanted.items() if (told := problem(field, text))}:
            return show_problems(broken)
        values = {field: sent_as(field, text) for field, text in wanted.items()}
        if mode.dry:
            show_request("POST", "/customers", values)
            return 0
        if not mode.sure:
            for field, value in values.items():
                say(f"{field_words(field)}: {shown(value)}")
            ask("Create it?")
        return await _created(workspace, values)


async def _created(workspace: Workspace, values: dict[str, str | None]) -> int:
    written = await workspace.writer.create(values)
    match written.outcome:
        case Created(customer, ignored=ignored):
            say(f"✓ Created   {who(workspace, customer)}{how_to_undo(workspace, written.entry)}")
            for field in ignored:
                say(f"{field_words(field)}: Dub has {shown(value_of(customer, field))}.")
            code = REFUSED if ignored else 0
        case Undone() as outcome:
            code = tell_undone("created", outcome)
        case Unknown(error, found):
            code = tell_unknown("created", error, has_changed=found is not None)
    tell_unnoted(written.unnoted)
    return code


async def delete(session: Session, text: str, confirmed: str | None, mode: Mode, *, snapshot: bool) -> int:
    """Delete the customer whom a text names; the exit code."""
    async with opened(session, with_copy=True) as workspace:
        await begin(workspace, mode)
        reading = await read_one(workspace, text)
        if mode.dry:
            show_request("DELETE", customer_path(reading.customer.id), None)
            return 0
        confirm(workspace, reading.customer, confirmed)
        return await deleted(workspace, reading.customer, snapshot=snapshot)


def confirm(workspace: Workspace, customer: Customer, given: str | None) -> None:
    """Go on only where the external ID was typed out, to the letter; the Dub id where there is none to be typed."""
    accepted = [customer.external_id] if customer.external_id else [customer.id]
    if customer.external_id and not is_plain(customer.external_id):
        accepted.append(customer.id)
    wanted = accepted[-1] or ""
    if given is None:
        for line in _about(customer, who(workspace, customer)):
            say(line)
        if not can_ask():
            raise click.UsageError(f"Nothing was sent: it is deleted with --confirm {wanted!r} alone.")
        given = typed(f"Type {wanted} to delete it")
    if given not in accepted:
        raise click.UsageError(f"Nothing was sent: --confirm is {given!r} and has to be {wanted!r}, to the letter.")


def _about(customer: Customer, name: str) -> list[str]:
    """Who it is, and what goes with it."""
    figures = f"{money(customer.sale_amount) or '$0.00'} lifetime value, {plural(customer.sales or 0, 'sale')}"
    partner = customer.partner.name if customer.partner else None
    link = customer.link.short_link if customer.link else None
    return [
        f"Delete {name}",
        f"  {figures}",
        *([f"  {safe(partner)} loses this customer"] if partner else []),
        *([f"  came by {safe(link)}"] if link else []),
        f"  {FINAL} Later sales by this external ID are not attributed.",
    ]


async def deleted(
    workspace: Workspace, customer: Customer, *, snapshot: bool = True, batch: str = "", undoes: int | None = None
) -> int:
    """Delete a customer and tell what came of it; the exit code."""
    written = await workspace.writer.delete(customer.id, snapshot=snapshot, batch=batch, undoes=undoes)
    match written.outcome:
        case Deleted() as outcome:
            title = safe(customer.external_id or customer.email or customer.id)
            say(plain(deleted_words(title, was_gone=outcome.was_gone, lost=outcome.lost)))
            if written.entry and not workspace.identity.demo:
                copy = "holds a copy of the record for 90 days" if snapshot else "holds the Dub id alone"
                say(f"Entry {written.entry} of the journal {copy}.")
            code = 0
        case Undone() as undone:
            code = tell_undone("deleted", undone)
        case Unknown(error):
            code = tell_unknown("deleted", error, has_changed=False)
    tell_unnoted(written.unnoted)
    return code
