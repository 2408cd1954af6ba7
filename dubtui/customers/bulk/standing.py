"""How a row of a bulk plan stands to what Dub holds right before it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dubtui.customers import conflict
from dubtui.customers.bulk.plan import Row, values_of
from dubtui.customers.editing import Change, EditPlan
from dubtui.display.figures import money
from dubtui.fields import CustomerRow, Naming

if TYPE_CHECKING:
    from dubtui.api.models import Customer
    from dubtui.customers.conflict import Check, Reading


def compared(row: Row, edit: EditPlan, reading: Reading) -> Check:
    """What differs from the plan; a name that the plan did not know for sure may turn out to be an invention.

    An undo began with what its entry wrote, not with a customer as it was seen.
    """
    now = reading.values
    if row.customer is None or edit.undoes:
        return conflict.compare(edit, {}, now)
    opened = values_of(row.customer)
    if row.customer.naming is Naming.UNCONFIRMED and now["name"] is None:
        opened["name"] = None
        changes = [replace(change, old=None) if change.field == "name" else change for change in edit.changes]
        edit = conflict.with_changes(edit, changes)
    return conflict.compare(edit, opened, now)


def differences(row: CustomerRow, customer: Customer) -> list[Change]:
    """What tells that a customer is not the one any more who was to be deleted: another identifier, or a sale."""
    told = (
        Change("externalId", row.external_id or None, customer.external_id or None),
        Change("email", row.email or None, customer.email or None),
        Change("sales", f"{row.sales or 0:,}", f"{customer.sales or 0:,}"),
        Change("saleAmount", money(row.sale_amount or 0), money(customer.sale_amount or 0)),
    )
    return [change for change in told if change.old != change.new]
