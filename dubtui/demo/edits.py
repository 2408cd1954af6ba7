"""The endpoints that write customers."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import NoReturn

from dubtui.demo import javascript, rules
from dubtui.demo.answers import Answer, Refusal, json_answer
from dubtui.demo.avatars import Avatars
from dubtui.demo.customers import Call, Customers
from dubtui.demo.data import Row
from dubtui.demo.ids import new_id
from dubtui.demo.names import name_or_invented
from dubtui.demo.rows import Conflict, Rows
from dubtui.demo.shape import NO_STRING, Shape

LONGEST_TEXT = 191
COLUMNS_OF_THAT_LENGTH = ("email", "name", "externalId", "stripeCustomerId", "country")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")

Values = Mapping[str, str | None]


class Edits:
    """Create, change and delete."""

    def __init__(
        self,
        rows: Rows,
        customers: Customers,
        shape: Shape,
        avatars: Avatars,
        *,
        applies_country: bool,
        clock: Callable[[], float],
        rng: Random,
    ) -> None:
        self._rows, self._customers, self._shape, self._avatars = rows, customers, shape, avatars
        self._applies_country = applies_country
        self._clock, self._rng = clock, rng
        self.deleted: dict[tuple[str, str], Row] = {}
        """Customers that are gone, by workspace and id: their events stay."""

    def create(self, call: Call) -> Answer:
        """POST /customers; a name that is missing is made up and stored."""
        given = rules.read_new_customer(call.body)
        now_ms = int(self._clock() * 1000)
        customer_id = new_id("cus_", now_ms, self._rng)
        row: Row = {
            "id": customer_id,
            "name": name_or_invented(given["name"], given["email"], self._rng),
            "email": given["email"],
            "avatar": self._avatars.address(customer_id, given["avatar"]),
            "externalId": given["externalId"],
            "stripeCustomerId": given["stripeCustomerId"],
            "country": given["country"],
            "linkId": None,
            "partnerId": None,
            "programId": None,
            "sales": 0,
            "saleAmount": 0,
            "createdAt": javascript.iso(now_ms),
            "firstSaleAt": None,
            "subscriptionCanceledAt": None,
        }
        _check_storable(given, "create")
        with _conflicts_told():
            self._rows.insert(call.workspace.id, row)
        self._avatars.fetch(customer_id, given["avatar"])
        return json_answer(self._shape.of(row, expanded=False), status=201)

    def update(self, call: Call) -> Answer:
        """PATCH /customers/{id}: query and body are checked before the customer is looked up."""
        asked = rules.read_list(call.query)
        given = rules.read_changes(call.body)
        customer_id = self._customers.find(call)["id"]
        changes = {key: value for key, value in given.items() if key != "country" or self._applies_country}
        if "avatar" in changes:
            changes["avatar"] = self._avatars.address(customer_id, changes["avatar"])
        _check_storable(changes, "update")
        with _conflicts_told():
            self._rows.update(customer_id, changes)
        if "avatar" in given:
            self._avatars.fetch(customer_id, given["avatar"])
        return self._after_update(call, customer_id, expanded=asked.expanded)

    def _after_update(self, call: Call, customer_id: str, *, expanded: bool) -> Answer:
        row = self._rows.by_id(call.workspace.id, customer_id)
        assert row is not None
        if row["externalId"] is None:
            # It is written all the same; the answer's own schema fails, and its whole report becomes the message.
            report = {"expected": "string", "code": "invalid_type", "path": ["externalId"], "message": NO_STRING}
            raise Refusal("unprocessable_entity", json.dumps([report], indent=2))
        return json_answer(self._shape.of(row, expanded=expanded))

    def delete(self, call: Call) -> Answer:
        """DELETE /customers/{id}, for good; the query is never looked at."""
        row = self._customers.find(call)
        self._rows.delete(row["id"])
        self.deleted[call.workspace.id, row["id"]] = row
        return json_answer({"id": row["id"]})


def _check_storable(values: Values, statement: str) -> None:
    """Refuse what the database would: its own words come back, as many lines as they are."""
    for text in values.values():
        if text is not None and _LONE_SURROGATE.search(text):
            _database_error(statement, "JSON Error: unexpected end of hex escape at line 1 column 138")
    for column in COLUMNS_OF_THAT_LENGTH:
        if len(values.get(column) or "") > LONGEST_TEXT:
            _database_error(
                statement, f"The provided value for the column is too long for the column's type. Column: {column}"
            )


def _database_error(statement: str, text: str) -> NoReturn:
    raise Refusal("unprocessable_entity", f"\nInvalid `prisma.customer.{statement}()` invocation:\n\n\n{text}")


@contextmanager
def _conflicts_told() -> Iterator[None]:
    try:
        yield
    except Conflict as error:  # of the Stripe id, too: Dub blames the external id for both
        raise Refusal("conflict", "A customer with this external ID already exists.") from error
