"""A transport that plays a script around another one: what Dub and networks do wrong, to order."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import httpx

Ask = Callable[[httpx.Request], Coroutine[Any, Any, httpx.Response]]
Fault = Callable[[httpx.Request, Ask], Awaitable[httpx.Response]]
"""Given a request and the way on, an answer or an exception of httpx's."""


def answers(status: int, *, json: object = None, html: str | None = None, **headers: str) -> Fault:
    """An answer that never reaches Dub."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if html is not None:
            return httpx.Response(status, html=html, headers=named, request=request)
        if json is not None:
            return httpx.Response(status, json=json, headers=named, request=request)
        return httpx.Response(status, headers=named, request=request)

    return fault


def error(status: int, code: str, message: str, **headers: str) -> Fault:
    """Dub's own envelope."""
    return answers(status, json={"error": {"code": code, "message": message, "doc_url": ""}}, **headers)


def raw(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Fault:
    """An answer of these bytes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return _streamed(status, {"content-type": kind, **named}, lambda: _pieces(body))


def packed(status: int, body: bytes, *, cut: int | None = None) -> Fault:
    """An answer that is compressed, and perhaps ends too early."""
    return raw(status, gzip.compress(body)[:cut], content_encoding="gzip")


def breaks_off(status: int, body: bytes) -> Fault:
    """The connection ends in the middle of the body."""
    return _streamed(status, {"content-type": "application/json"}, lambda: _pieces(body, then=httpx.ReadError("cut")))


def trickles(status: int, body: bytes = b" ", *, seconds: float = 1.0) -> Fault:
    """The body goes on for ever, a piece now and then, so that no time-out between two pieces strikes."""
    return _streamed(status, {"content-type": "application/json"}, lambda: _trickle(body, seconds))


def _streamed(status: int, headers: dict[str, str], body: Callable[[], AsyncIterator[bytes]]) -> Fault:
    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        return httpx.Response(status, headers=headers, stream=_Stream(body()), request=request)

    return fault


class _Stream(httpx.AsyncByteStream):
    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces


async def _pieces(body: bytes, then: httpx.TransportError | None = None) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]
    if then:
        raise then


async def _trickle(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    while True:
        yield body
        await asyncio.sleep(seconds)


def fails(kind: type[httpx.TransportError], message: str = "cut") -> Fault:
    """No answer, and nothing reached Dub."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        raise kind(message, request=request)

    return fault


def caused(kind: type[httpx.TransportError], cause: Exception) -> Fault:
    """No answer, for a reason of the system's."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        raise kind(str(cause), request=request) from cause

    return fault


async def loses_the_answer(request: httpx.Request, ask: Ask) -> httpx.Response:
    """Dub does what it is asked; the connection ends before it can say so."""
    await ask(request)
    raise httpx.ReadError("cut", request=request)


async def passes(request: httpx.Request, ask: Ask) -> httpx.Response:
    """No fault: what comes before one."""
    return await ask(request)


class Gate:
    """Lets requests through one by one."""

    def __init__(self) -> None:
        self._open = asyncio.Semaphore(0)
        self.waiting = 0

    def let_through(self, number: int = 1) -> None:
        """Let so many through, whether they wait by now or come later."""
        for _ in range(number):
            self._open.release()

    async def __call__(self, request: httpx.Request, ask: Ask) -> httpx.Response:
        self.waiting += 1
        await self._open.acquire()
        self.waiting -= 1
        return await ask(request)


async def never_answers(request: httpx.Request, ask: Ask) -> httpx.Response:
    """Waits until somebody gives up."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


@dataclass(slots=True)
class _Rule:
    method: str
    path: str
    fault: Fault
    times: int


@dataclass(slots=True)
class Faulty(httpx.AsyncBaseTransport):
    """Passes requests on unless a rule catches them; remembers all."""

    inner: httpx.AsyncBaseTransport
    requests: list[httpx.Request] = field(default_factory=list)
    _rules: list[_Rule] = field(default_factory=list)

    def on(self, method: str, path: str, fault: Fault, *, times: int = 1_000_000) -> None:
        """Let a fault answer the next requests of a method whose path begins so."""
        self._rules.append(_Rule(method, path, fault, times))

    def mend(self) -> None:
        """Forget every rule."""
        self._rules.clear()

    def sent(self, method: str) -> list[httpx.Request]:
        """The requests of a method."""
        return [request for request in self.requests if request.method == method]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        for rule in self._rules:
            if rule.times and rule.method in (request.method, "*") and request.url.path.startswith(rule.path):
                rule.times -= 1
                return await rule.fault(request, self.inner.handle_async_request)
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self.inner.aclose()
