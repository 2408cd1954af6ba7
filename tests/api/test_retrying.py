"""What is tried again, how often, and how long that takes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import httpx
import pytest

from dubtui.api import errors
from dubtui.api.client import DubClient
from dubtui.api.query import CustomerQuery
from dubtui.api.retrying import FIRST_PAUSE, LONGEST_PAUSE, LONGEST_TRYING, MOST_TRIES, pause
from dubtui.api.transport import LONGEST_CALL
from tests.api.clients import client_of, dub
from tests.api.fast_time import in_no_time
from tests.faults import Fault, answers, caused, error, fails, never_answers, raw

Call = Callable[[DubClient], Awaitable[object]]

READS: dict[str, Call] = {
    "list": lambda client: client.list_customers(CustomerQuery()),
    "get": lambda client: client.get_customer("ext_user_1"),
}
WRITES: dict[str, Call] = {
    "update": lambda client: client.update_customer("ext_user_1", {"name": "New"}),
    "delete": lambda client: client.delete_customer("ext_user_1"),
    "create": lambda client: client.create_customer({"externalId": "new", "country": "GB"}),
}
PASSING = {
    "429": error(429, "rate_limit_exceeded", "Too many requests.", retry_after="1"),
    "500": error(500, "internal_server_error", "An internal server error occurred."),
    "502": answers(502, html="<h1>Bad gateway</h1>"),
    "503": answers(503),
    "refused": fails(httpx.ConnectError),
    "reset": fails(httpx.ReadError),
    "disconnected": fails(httpx.RemoteProtocolError),
    "connecting takes too long": fails(httpx.ConnectTimeout),
    "reading takes too long": fails(httpx.ReadTimeout),
    "no connection is free": fails(httpx.PoolTimeout),
}
LASTING = {
    "401": error(401, "unauthorized", "Unauthorized: Invalid API key.", retry_after="1"),
    "403": error(403, "forbidden", "Unauthorized: Need higher plan.", retry_after="1"),
    "404": error(404, "not_found", "Customer not found.", retry_after="1"),
    "409": error(409, "conflict", "A customer with this external ID already exists.", retry_after="1"),
    "422": error(422, "unprocessable_entity", "too_big: pageSize: Max page size is 100.", retry_after="1"),
    "a page in place of JSON": answers(200, html="<h1>Welcome to the hotel's network</h1>"),
    "half of the JSON": raw(200, b'[{"id": "cu'),
    "a certificate": caused(httpx.ConnectError, ssl.SSLCertVerificationError("self-signed")),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("read", READS.values(), ids=READS)
@in_no_time
async def test_a_read_is_tried_again_until_it_succeeds(fault: Fault, read: Call) -> None:
    busy = dub()
    busy.on("*", "/", fault, times=MOST_TRIES - 1)
    assert await read(client_of(busy))
    assert len(busy.requests) == MOST_TRIES


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@in_no_time
async def test_a_read_is_given_up_in_the_end(fault: Fault) -> None:
    busy = dub()
    busy.on("*", "/", fault)
    with pytest.raises((errors.Unreachable, errors.DubInTrouble, errors.TooFast)):
        await READS["get"](client_of(busy))
    assert len(busy.requests) == MOST_TRIES


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING)
@pytest.mark.parametrize("call", (READS | WRITES).values(), ids=READS | WRITES)
@in_no_time
async def test_what_lasts_is_not_tried_again(fault: Fault, call: Call) -> None:
    """`Retry-After` stands on all of Dub's errors, and means nothing on these."""
    busy = dub()
    busy.on("*", "/", fault)
    with pytest.raises(errors.DubError):
        await call(client_of(busy))
    assert len(busy.requests) == 1


@pytest.mark.parametrize(("name", "fault"), PASSING.items(), ids=PASSING)
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@in_no_time
async def test_a_write_is_tried_again_after_429_alone(name: str, fault: Fault, write: Call) -> None:
    """That one comes before Dub's handlers; after anything else the write may have been done."""
    busy = dub()
    busy.on("*", "/", fault, times=1)
    if name == "429":
        assert await write(client_of(busy))
        assert len(busy.requests) == 2
        return
    with pytest.raises(errors.DubError):
        await write(client_of(busy))
    assert len(busy.requests) == 1


@in_no_time
async def test_no_try_begins_after_a_minute_of_them() -> None:
    """A Dub that never answers is given up after two calls of the longest kind."""
    silent, loop = dub(), asyncio.get_running_loop()
    silent.on("*", "/", never_answers)
    with pytest.raises(errors.TooSlow):
        await READS["list"](client_of(silent))
    assert len(silent.requests) == 2
    assert loop.time() - 1000 < LONGEST_TRYING + LONGEST_CALL


def test_pauses_double_and_are_capped() -> None:
    assert [pause(tries, jitter=1.0) for tries in range(1, 7)] == [0.5, 1, 2, 4, 8, LONGEST_PAUSE]
    assert [pause(1, jitter=share) for share in (0, 0.5)] == [FIRST_PAUSE / 2, FIRST_PAUSE * 0.75]


@in_no_time
async def test_a_pause_can_be_shown_and_cancelled() -> None:
    busy, heard = dub(), []
    busy.on("*", "/", fails(httpx.ConnectError))
    client = client_of(busy)
    client.on_wait = lambda: heard.append(client.waiting and type(client.waiting.why))
    call = asyncio.ensure_future(READS["get"](client))
    await asyncio.sleep(0.1)
    assert (client.waiting is not None, len(busy.requests)) == (True, 1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert heard == [errors.Unreachable, None]


@in_no_time
async def test_nothing_is_written_where_only_reading_is_wanted() -> None:
    """Also by a client that works in the background, and where it is switched on while a write waits for its turn."""
    busy = dub(rate_limit=60)
    client = client_of(busy)
    background = client.background()
    client.read_only = True
    for write in WRITES.values():
        with pytest.raises(errors.ReadOnly):
            await write(background)
    assert not busy.requests
    client.read_only = False
    for _ in range(60):
        await READS["get"](client)
    call = asyncio.ensure_future(WRITES["update"](client))
    await asyncio.sleep(1)
    client.read_only = True
    with pytest.raises(errors.ReadOnly):
        await call
    assert len(busy.sent("PATCH")) == 1, "the one that was refused"


@in_no_time
async def test_a_count_that_does_not_answer_is_none() -> None:
    """The call is undocumented: its end must not be the end of the list."""
    for fault in (
        answers(404, html="gone"),
        error(404, "not_found", "Not found"),
        answers(405),
        answers(500),
        raw(200, b"{}"),
    ):
        busy = dub()
        busy.on("GET", "/customers/count", fault)
        assert await client_of(busy).count_customers(CustomerQuery()) is None
