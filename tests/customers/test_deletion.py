"""Deleting a customer: once, with a copy kept, and the truth after a lost answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

import httpx
import pytest

from dubtui.api import errors
from dubtui.customers.browsing import read_again
from dubtui.customers.deletion import Deleted, delete
from dubtui.customers.writing import LATE, Undone, Unknown
from dubtui.display.trouble import deleted_words
from dubtui.store.store import Store
from tests.api.clients import client_of, dub
from tests.demo.made import row
from tests.faults import Ask, Fault, Faulty, answers, error, fails, loses_the_answer, raw
from tests.stage import StillClock

ADA = row(1)["id"]
CLOCK = StillClock()


class Known(NamedTuple):
    """A workspace, and a store that knows its first customer."""

    dub: Faulty
    store: Store

    async def delete(self) -> Deleted | Undone | Unknown:
        """Somebody deletes that customer."""
        return await delete(client_of(self.dub, clock=CLOCK), self.store, CLOCK, ADA)

    async def is_there(self) -> bool:
        """Whether Dub still has that customer, asked past all faults."""
        try:
            return bool(await client_of(self.dub.inner, clock=CLOCK).get_customer(ADA))
        except errors.NotFound:
            return False


@pytest.fixture
async def known() -> AsyncIterator[Known]:
    """A workspace of three."""
    known = Known(dub(clock=CLOCK), Store())
    await read_again(client_of(known.dub, clock=CLOCK), known.store, ADA, 0)
    known.dub.requests.clear()
    yield known
    known.store.close()


async def test_a_deleted_customer_is_forgotten_but_for_one_copy(known: Known) -> None:
    sent = known.store.sent(ADA)
    outcome = await known.delete()
    assert outcome == Deleted(ADA, sent)
    assert known.store.row(ADA) is None
    assert [request.method for request in known.dub.requests] == ["DELETE"]
    assert deleted_words("Ada", was_gone=False, lost=None)[1][0] == "deleted Ada"


async def test_somebody_who_was_gone_already_is_a_success_that_says_so(known: Known) -> None:
    await client_of(known.dub.inner, clock=CLOCK).delete_customer(ADA)
    outcome = await known.delete()
    assert isinstance(outcome, Deleted)
    assert outcome.was_gone
    assert known.store.row(ADA) is None
    assert "gone at Dub already" in deleted_words("Ada", was_gone=True, lost=None)[1][0]


async def test_gone_when_tried_again_after_a_429_says_so_too(known: Known) -> None:
    """The one write that is tried again; somebody else came first."""

    async def refused_while_somebody_deletes(request: httpx.Request, ask: Ask) -> httpx.Response:
        await ask(request)
        return await error(429, "rate_limit_exceeded", "Too many requests.", retry_after="1")(request, ask)

    known.dub.on("DELETE", "/customers", refused_while_somebody_deletes, times=1)
    outcome = await known.delete()
    assert isinstance(outcome, Deleted)
    assert outcome.was_gone
    assert len(known.dub.sent("DELETE")) == 2


TROUBLE: dict[str, Fault] = {
    "reset": fails(httpx.ReadError),
    "too slow": fails(httpx.ReadTimeout),
    "gateway": answers(502, html="<h1>Bad gateway</h1>"),
    "500": error(500, "internal_server_error", "An internal server error occurred."),
    "half an answer": raw(200, b'{"id": "cus_1'),
    "a hotel's page": answers(200, html="<h1>Welcome</h1>"),
}


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_a_lost_answer_to_what_was_done_is_deleted(known: Known, fault: Fault) -> None:
    """Told by reading; nothing is sent twice."""

    async def done(request: httpx.Request, ask: Ask) -> httpx.Response:
        await ask(request)
        return await fault(request, ask)

    known.dub.on("DELETE", "/customers", done)
    outcome = await known.delete()
    assert isinstance(outcome, Deleted)
    assert outcome.lost is not None
    assert outcome.sent is not None
    assert known.store.row(ADA) is None
    assert [request.method for request in known.dub.requests] == ["DELETE", "GET"]
    assert "answer was lost" in deleted_words("Ada", was_gone=False, lost=outcome.lost)[1][0]


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_a_lost_request_is_not_deleted(known: Known, fault: Fault) -> None:
    known.dub.on("DELETE", "/customers", fault)
    outcome = await known.delete()
    assert isinstance(outcome, Undone)
    assert outcome.is_found_out
    assert [request.method for request in known.dub.requests] == ["DELETE", *["GET"] * len(LATE)]
    assert known.store.row(ADA) is not None
    assert await known.is_there()


async def test_nobody_knows_where_dub_cannot_be_read(known: Known) -> None:
    known.dub.on("*", "/customers", loses_the_answer)
    outcome = await known.delete()
    assert isinstance(outcome, Unknown)
    assert known.store.row(ADA) is not None, "it stays until Dub says that it is gone"
    assert len(known.dub.sent("DELETE")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        error(403, "forbidden", "You don't have the required role."),
        error(429, "rate_limit_exceeded", "Too many requests."),
        error(404, "not_found", "Workspace not found."),
        fails(httpx.ConnectError),
    ],
)
async def test_a_refusal_is_not_found_out_about(known: Known, fault: Fault) -> None:
    known.dub.on("DELETE", "/customers", fault)
    outcome = await known.delete()
    assert isinstance(outcome, Undone)
    assert not outcome.is_found_out
    assert not known.dub.sent("GET")
    assert known.store.row(ADA) is not None
    assert await known.is_there()
