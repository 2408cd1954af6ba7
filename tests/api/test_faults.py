"""Everything that can happen to a call, and the error in which it ends: each fault for each kind of call."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
import traceback
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import httpx
import pytest

from dubtui.api import errors
from dubtui.api.client import DubClient
from dubtui.api.query import CustomerQuery
from dubtui.api.retrying import MOST_TRIES
from dubtui.display.trouble import explain
from tests.api.clients import KEY, client_of, dub
from tests.api.fast_time import START, in_no_time
from tests.faults import (
    Fault,
    answers,
    breaks_off,
    caused,
    error,
    fails,
    loses_the_answer,
    never_answers,
    packed,
    raw,
    trickles,
)

SECRET = "S3cret"
LONGEST = 5 * 60
"""Seconds that any call may take, with all its tries and waits."""
NAME = "Person 1"
HUGE = b" " * (17 * 1024 * 1024)
ECHO = f"You sent: Authorization: Bearer {KEY}"
RESET = str(round((START.timestamp() + 20) * 1000))
RATE = {
    "retry_after": RESET,
    "x_ratelimit_limit": "1200",
    "x_ratelimit_remaining": "7",
    "x_ratelimit_reset": RESET,
}
RAW = "\nInvalid `prisma.customer.update()` invocation:\n\n\n"


def _refused(message: str) -> Fault:
    return error(422, "unprocessable_entity", message, **RATE)


class Row(NamedTuple):
    """A fault, the error that it ends in, and how often a read and a write are then sent."""

    fault: Fault
    ends_in: type[errors.DubError]
    reads: int = 1
    writes: int = 1


def _passing(fault: Fault, ends_in: type[errors.DubError]) -> Row:
    return Row(fault, ends_in, reads=MOST_TRIES)


def _limited(fault: Fault) -> Row:
    return Row(fault, errors.TooFast, reads=MOST_TRIES, writes=MOST_TRIES)


TABLE: dict[str, Row] = {
    "400 header": Row(error(400, "bad_request", "Misconfigured authorization header."), errors.KeyRefused),
    "400 body": Row(error(400, "bad_request", "Invalid JSON format in request body.", **RATE), errors.Refused),
    "400 HTML": Row(answers(400, html="<h1>Bad request</h1>"), errors.Unexpected),
    "401 unknown key": Row(error(401, "unauthorized", "Unauthorized: Invalid API key."), errors.KeyRefused),
    "401 expired": Row(error(401, "unauthorized", "Unauthorized: Access token expired."), errors.KeyRefused),
    "401 that echoes the key": Row(error(401, "unauthorized", ECHO), errors.KeyRefused),
    "401 HTML": Row(answers(401, html=ECHO), errors.KeyRefused),
    "402": Row(answers(402), errors.Unexpected),
    "403 plan": Row(error(403, "forbidden", "Unauthorized: Need higher plan.", **RATE), errors.PlanTooLow),
    "403 role": Row(error(403, "forbidden", "You don't have the required role.", **RATE), errors.RoleTooLow),
    "403 scope": Row(error(403, "forbidden", "Not the required permissions.", **RATE), errors.ScopeTooLow),
    "403 quota": Row(error(403, "forbidden", "You've reached your monthly limit.", **RATE), errors.QuotaUsedUp),
    "403 other": Row(error(403, "forbidden", "No.", **RATE), errors.NotAllowed),
    "403 HTML": Row(answers(403, html="<h1>Blocked</h1>"), errors.NotAllowed),
    "404 customer": Row(error(404, "not_found", "Customer not found.", **RATE), errors.NotFound),
    "404 workspace": Row(error(404, "not_found", "Workspace not found.", **RATE), errors.WorkspaceClosed),
    "404 workspace id": Row(error(404, "not_found", "Workspace ID not found."), errors.WorkspaceClosed),
    "404 program": Row(error(404, "not_found", "Program not found", **RATE), errors.Refused),
    "404 HTML": Row(answers(404, html="<h1>404</h1>"), errors.Unexpected),
    "404 empty": Row(answers(404), errors.Unexpected),
    "405 empty": Row(answers(405), errors.Unexpected),
    "406": Row(answers(406, json={"reason": "none"}), errors.Unexpected),
    "408": Row(answers(408), errors.Unexpected),
    "409 external id": Row(error(409, "conflict", "A customer with this external ID…", **RATE), errors.Taken),
    "409 invitation": Row(error(409, "invite_pending", "Workspace invite pending."), errors.WorkspaceClosed),
    "410 invitation": Row(error(410, "invite_expired", "Workspace invite expired."), errors.WorkspaceClosed),
    "413 HTML": Row(answers(413, html="<h1>Too large</h1>"), errors.Unexpected),
    "422 field": Row(_refused("invalid_format: email: Invalid email address"), errors.Refused),
    "422 body": Row(_refused("invalid_type: : Invalid input"), errors.Refused),
    "422 row": Row(_refused("invalid_type: [32].externalId: Invalid input"), errors.Refused),
    "422 list as text": Row(_refused('[{"code": "x", "path": ["externalId"], "message": "y"}]'), errors.Refused),
    "422 database": Row(_refused(f"{RAW}The value is too long. Column: name"), errors.Refused),
    "422 cursor": Row(_refused("Invalid cursor: the provided ID does not exist."), errors.Refused),
    "422 hostile words": Row(_refused("\x1b[31m[/]\u202e" + "x" * 5000), errors.Refused),
    "429 ms": _limited(error(429, "rate_limit_exceeded", "Too many requests.", **RATE)),
    "429 seconds": _limited(error(429, "rate_limit_exceeded", "Too many requests.", retry_after="3")),
    "429 date": _limited(answers(429, html="slow", retry_after="Fri, 20 Nov 2026 21:41:30 GMT")),
    "429 for ages": _limited(answers(429, retry_after="99999999999999999999")),
    "429 nonsense": _limited(answers(429, retry_after="soon", x_ratelimit_limit="many")),
    "429 of no limit at all": _limited(answers(429, x_ratelimit_limit="0", x_ratelimit_remaining="0")),
    "500 JSON": _passing(error(500, "internal_server_error", "An error occurred.", **RATE), errors.DubInTrouble),
    "500 HTML": _passing(answers(500, html="<h1>500</h1>"), errors.DubInTrouble),
    "500 empty": _passing(answers(500), errors.DubInTrouble),
    "500 cut": _passing(raw(500, b'{"error": {"code": "inte'), errors.DubInTrouble),
    "500 huge": _passing(raw(500, HUGE), errors.DubInTrouble),
    "500 that echoes the key": _passing(error(500, "internal_server_error", ECHO), errors.DubInTrouble),
    "502 HTML": _passing(answers(502, html=ECHO), errors.DubInTrouble),
    "503 with a wait": _passing(answers(503, retry_after="3600"), errors.DubInTrouble),
    "504 HTML": _passing(answers(504, html="<h1>Time-out</h1>"), errors.DubInTrouble),
    "520 text": _passing(raw(520, b"unknown", "text/plain"), errors.DubInTrouble),
    "500 broken compression": _passing(raw(500, b"no gzip", content_encoding="gzip"), errors.DubInTrouble),
    "redirect to another host": Row(answers(302, location="https://evil.test/?a=b"), errors.Unexpected),
    "redirect to plain http": Row(answers(301, location="http://localhost/customers"), errors.Unexpected),
    "redirect to another path": Row(answers(308, location="/customers"), errors.Unexpected),
    "redirect to nowhere": Row(answers(307), errors.Unexpected),
    "304": Row(answers(304), errors.Unexpected),
    "200 HTML": Row(answers(200, html="<h1>Hotel network</h1>"), errors.Unexpected),
    "200 empty": Row(answers(200), errors.Unexpected),
    "204": Row(answers(204), errors.Unexpected),
    "200 plain text": Row(raw(200, b"[]", "text/plain"), errors.Unexpected),
    "200 half of the JSON": Row(raw(200, b'[{"id": "cus_1'), errors.Unexpected),
    "200 no UTF-8": Row(raw(200, b'[{"id": "\xff"}]'), errors.Unexpected),
    "200 another shape": Row(answers(200, json="cus_1"), errors.Unexpected),
    "200 error in it": Row(answers(200, json={"error": {"code": "x"}}), errors.Unexpected),
    "200 list of texts": Row(answers(200, json=["cus_1"]), errors.Unexpected),
    "200 id that is a number": Row(answers(200, json=[{"id": 5}]), errors.Unexpected),
    "200 too deep": Row(raw(200, b"[" * 100_000), errors.Unexpected),
    "200 huge": Row(raw(200, HUGE), errors.Unexpected),
    "200 bomb": Row(packed(200, HUGE), errors.Unexpected),
    "200 packed and cut": Row(packed(200, json.dumps([{"id": "cus_1"}]).encode(), cut=-10), errors.Unexpected),
    "200 broken compression": Row(raw(200, b"no gzip", content_encoding="gzip"), errors.Unexpected),
    "200 compression unasked for": Row(raw(200, b"x", content_encoding="br"), errors.Unexpected),
    "no address": _passing(
        caused(httpx.ConnectError, socket.gaierror(-2, "Name or service not known")), errors.NameUnknown
    ),
    "refused": _passing(caused(httpx.ConnectError, ConnectionRefusedError(111, "refused")), errors.Unreachable),
    "no route": _passing(caused(httpx.ConnectError, OSError(113, "No route to host")), errors.Unreachable),
    "self-signed": Row(caused(httpx.ConnectError, ssl.SSLCertVerificationError("self-signed")), errors.Untrusted),
    "no TLS on the other side": Row(caused(httpx.ConnectError, ssl.SSLError(1, "WRONG_VERSION")), errors.Untrusted),
    "connecting too slow": _passing(fails(httpx.ConnectTimeout), errors.TooSlow),
    "no free connection": _passing(fails(httpx.PoolTimeout), errors.TooSlow),
    "proxy refuses": _passing(fails(httpx.ProxyError, "407 Proxy Authentication Required"), errors.Unreachable),
    "reset while sending": _passing(fails(httpx.WriteError), errors.Unreachable),
    "sending too slow": _passing(fails(httpx.WriteTimeout), errors.TooSlow),
    "reset": _passing(caused(httpx.ReadError, ConnectionResetError(104, "reset")), errors.Unreachable),
    "hung up": _passing(fails(httpx.RemoteProtocolError, "Server disconnected"), errors.Unreachable),
    "no HTTP": _passing(fails(httpx.RemoteProtocolError, "illegal status line"), errors.Unreachable),
    "slow headers": _passing(fails(httpx.ReadTimeout), errors.TooSlow),
    "body breaks off": _passing(breaks_off(200, b'[{"id": "cus_1"'), errors.Unreachable),
    "error's body breaks off": _passing(breaks_off(404, b'{"error": '), errors.Unreachable),
    "silence": Row(never_answers, errors.TooSlow, reads=2),
    "slow body": Row(trickles(200), errors.TooSlow, reads=2),
    "slow body of an error": Row(trickles(503), errors.TooSlow, reads=2),
}
assert len(TABLE) >= 60


class Operation(NamedTuple):
    """One of the client's calls."""

    method: str
    call: Callable[[DubClient], Awaitable[object]]


OPERATIONS: dict[str, Operation] = {
    "list": Operation("GET", lambda client: client.list_customers(CustomerQuery())),
    "get": Operation("GET", lambda client: client.get_customer("ext_user_1")),
    "update": Operation("PATCH", lambda client: client.update_customer("ext_user_1", {"name": "New"})),
    "delete": Operation("DELETE", lambda client: client.delete_customer("ext_user_1")),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@in_no_time
async def test_a_fault_ends_in_its_error(row: Row, operation: Operation, caplog: pytest.LogCaptureFixture) -> None:
    """In bounded time, sent as often as is right, with nothing lost, and without the key in any text."""
    caplog.set_level(logging.DEBUG)
    busy, loop = dub(), asyncio.get_running_loop()
    busy.on(operation.method, "/customers", row.fault)
    client = client_of(busy, jitter=lambda: 1.0)
    with pytest.raises(errors.DubError) as failure:
        await operation.call(client)
    assert type(failure.value) is row.ends_in
    assert loop.time() - 1000 <= LONGEST
    assert len(busy.requests) == (row.reads if operation.method == "GET" else row.writes)
    assert SECRET not in _everything_said(failure.value, client, caplog)
    busy.mend()
    customer = await client.get_customer("ext_user_1")
    assert customer.name == NAME
    assert client.waiting is None


def _everything_said(failure: errors.DubError, client: DubClient, caplog: pytest.LogCaptureFixture) -> str:
    chain = "".join(traceback.format_exception(failure))
    said = (str(failure), repr(failure), repr(vars(failure)), explain(failure).sentence, chain, caplog.text)
    return "\n".join((*said, repr(client), repr(failure.__cause__)))


@pytest.mark.parametrize("operation", ["update", "delete"])
@in_no_time
async def test_a_lost_answer_is_an_error_though_the_write_was_done(operation: str) -> None:
    """The client cannot know; whoever writes reads again."""
    busy = dub()
    busy.on("*", "/customers", loses_the_answer, times=1)
    client = client_of(busy)
    with pytest.raises(errors.Unreachable) as failure:
        await OPERATIONS[operation].call(client)
    assert failure.value.sent
    assert len(busy.requests) == 1
    if operation == "update":
        assert (await client.get_customer("ext_user_1")).name == "New"
    else:
        with pytest.raises(errors.NotFound):
            await client.get_customer("ext_user_1")


NOT_SENT = (
    "no address",
    "refused",
    "no route",
    "self-signed",
    "connecting too slow",
    "no free connection",
    "proxy refuses",
)


@pytest.mark.parametrize("name", TABLE)
@in_no_time
async def test_an_error_knows_whether_anything_was_sent(name: str) -> None:
    """What failed before the connection was there cannot have been done."""
    busy = dub()
    busy.on("*", "/customers", TABLE[name].fault)
    with pytest.raises(errors.DubError) as failure:
        await OPERATIONS["update"].call(client_of(busy))
    if isinstance(failure.value, errors.Unreachable):
        assert failure.value.sent == (name not in (*NOT_SENT, "no TLS on the other side"))


def test_every_error_has_a_title_and_words() -> None:
    """The family, each member with what happened in a sentence."""
    for kind in _family(errors.DubError):
        member = kind(wait=9) if issubclass(kind, errors.TooFast) else kind("Said.")
        assert explain(member).why, kind
        assert member.title


def _family(kind: type[errors.DubError]) -> list[type[errors.DubError]]:
    return [kind, *(member for child in kind.__subclasses__() for member in _family(child))]
