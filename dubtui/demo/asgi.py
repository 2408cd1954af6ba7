"""Requests read whole and answers sent, by Starlette; and connections lost, by hand."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import starlette.requests
import starlette.responses

from dubtui.demo.answers import Answer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ABORT = "dubtui.abort"
"""The ASGI extension that the serving side offers: a callable that closes the connection at once."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; the path is as it was sent, escapes and all."""

    method: str
    path: str
    query_text: str
    query: Mapping[str, str]
    authorization: str
    body: bytes


async def read(scope: Scope, receive: Receive) -> Request:
    """The request, with its whole body; of a repeated query key the last one wins."""
    request = starlette.requests.Request(scope, receive)
    return Request(
        method=request.method,
        path=scope["raw_path"].decode("latin-1"),
        query_text=scope["query_string"].decode("latin-1"),
        query=dict(request.query_params),
        authorization=request.headers.get("authorization", "").strip(" \t"),
        body=await request.body(),
    )


def _response(answer: Answer) -> starlette.responses.Response:
    """The answer without a length, so that it travels in chunks as Dub's do."""
    response = starlette.responses.Response(answer.body, answer.status, answer.headers)
    if "content-length" in response.headers:
        del response.headers["content-length"]
    return response


async def deliver(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the answer."""
    await _response(answer)(scope, receive, send)


async def deliver_half(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the first half of the answer and lose the connection."""
    headers = _response(answer).raw_headers
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
    await hang_up(scope, receive)


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection; inside a process, where there is none, the caller gets a ConnectionResetError."""
    abort: Callable[[], None] | None = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        raise ConnectionResetError("the demo was told to lose this connection")
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass
