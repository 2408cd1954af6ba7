"""The little of ASGI that is needed: reading a request whole, sending an answer, losing a connection."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from dubtui.demo.answers import Answer

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

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
    query_text = scope["query_string"].decode("latin-1")
    authorization = dict(scope["headers"]).get(b"authorization", b"")
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query_text=query_text,
        query=dict(parse_qsl(query_text, keep_blank_values=True)),
        authorization=authorization.decode("latin-1").strip(" \t"),
        body=await _body(receive),
    )


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def deliver(answer: Answer, send: Send) -> None:
    """Send the answer; without a length, so that it travels in chunks as Dub's do."""
    await _start(answer, send)
    await send({"type": "http.response.body", "body": answer.body})


async def deliver_half(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the first half of the answer and lose the connection."""
    await _start(answer, send)
    await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
    await hang_up(scope, receive)


async def _start(answer: Answer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection; inside a process, where there is none, the caller gets a ConnectionResetError."""
    abort: Callable[[], None] | None = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        raise ConnectionResetError("the demo was told to lose this connection")
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass
