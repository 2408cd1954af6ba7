"""Creating a customer: once, and the truth after a lost answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

import httpx
import pytest

from dubtui.api import errors
from dubtui.customers.creation import Created, create
from dubtui.customers.writing import LATE, Undone, Unknown
from dubtui.store.store import Store
from tests.api.clients import client_of, dub, small
from tests.faults import Ask, Fault, Faulty, answers, error, fails, loses_the_answer, raw
from tests.stage import StillClock

CLOCK = StillClock()
VALUES = {"externalId": "org/42", "country": "GB", "name": "Ada", "email": "ada@letters.example"}


class Empty(NamedTuple):
    """A workspace of others, and a store that knows nobody."""

    dub: Faulty
    store: Store

    async def create(self, **changes: str | None) -> Created | Undone | Unknown:
        """Somebody creates a customer."""
        return await create(client_of(self.dub, clock=CLOCK), self.store, CLOCK, VALUES | changes)


@pytest.fixture
async def empty() -> AsyncIterator[Empty]:
    """One of them has a Stripe id."""
    empty = Empty(dub(small({}, {"stripeCustomerId": "cus_Taken"}), clock=CLOCK), Store())
    yield empty
    empty.store.close()


async def test_a_customer_is_created_and_known(empty: Empty) -> None:
    outcome = await empty.create()
    assert isinstance(outcome, Created)
    assert (outcome.customer.external_id, outcome.customer.name, outcome.lost) == ("org/42", "Ada", None)
    row = empty.store.row(outcome.customer.id)
    assert row
    assert row.email == "ada@letters.example"
    assert [request.method for request in empty.dub.requests] == ["POST"]


TROUBLE: dict[str, Fault] = {
    "reset": fails(httpx.ReadError),
    "too slow": fails(httpx.ReadTimeout),
    "gateway": answers(502, html="<h1>Bad gateway</h1>"),
    "half an answer": raw(201, b'{"id": "cus_1'),
}


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_a_lost_answer_to_what_was_done_is_created(empty: Empty, fault: Fault) -> None:
    async def done(request: httpx.Request, ask: Ask) -> httpx.Response:
        await ask(request)
        return await fault(request, ask)

    empty.dub.on("POST", "/customers", done)
    outcome = await empty.create(avatar="https://images.example/a.png")
    assert isinstance(outcome, Created)
    assert outcome.lost is not None
    assert empty.store.row(outcome.customer.id)
    assert [request.method for request in empty.dub.requests] == ["POST", "GET"]


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_a_lost_request_is_not_created(empty: Empty, fault: Fault) -> None:
    empty.dub.on("POST", "/customers", fault)
    outcome = await empty.create()
    assert isinstance(outcome, Undone)
    assert outcome.is_found_out
    assert [request.method for request in empty.dub.requests] == ["POST", *["GET"] * len(LATE)]
    assert empty.store.count() == 0


async def test_nobody_knows_where_dub_cannot_be_read(empty: Empty) -> None:
    empty.dub.on("*", "/customers", loses_the_answer)
    assert isinstance(await empty.create(), Unknown)
    assert len(empty.dub.sent("POST")) == 1


async def test_nobody_knows_where_somebody_else_has_the_external_id(empty: Empty) -> None:
    """They came first, and the refusal was lost, or they changed ours since."""
    await client_of(empty.dub.inner, clock=CLOCK).create_customer(VALUES | {"name": "Grace"})
    empty.dub.on("POST", "/customers", fails(httpx.ReadError))
    outcome = await empty.create()
    assert isinstance(outcome, Unknown)
    assert outcome.found
    assert outcome.found.name == "Grace"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"externalId": "user_1"}, "externalId"),
        ({"externalId": "user_1", "stripeCustomerId": "cus_New"}, "externalId"),
        ({"stripeCustomerId": "cus_Taken"}, "stripeCustomerId"),
        ({"country": None}, "country"),
        ({"email": "søren"}, "email"),
    ],
    ids=str,
)
async def test_a_refusal_names_its_field(empty: Empty, changes: dict[str, str | None], field: str) -> None:
    outcome = await empty.create(**changes)
    assert isinstance(outcome, Undone)
    assert isinstance(outcome.error, errors.Refused)
    assert (outcome.error.field, outcome.is_found_out) == (field, False)


async def test_a_429_is_tried_again(empty: Empty) -> None:
    empty.dub.on("POST", "/customers", error(429, "rate_limit_exceeded", "Too many requests."), times=1)
    assert isinstance(await empty.create(), Created)
    assert len(empty.dub.sent("POST")) == 2
