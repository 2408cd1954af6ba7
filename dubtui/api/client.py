"""The client of Dub's customers API: every call ends in records or in an error of `errors`."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

import httpx
import truststore

from dubtui.api import errors, wire
from dubtui.api.clock import Clock
from dubtui.api.models import Customer
from dubtui.api.query import CustomerQuery, customer_path, parameters
from dubtui.api.token import Token
from dubtui.api.wire import Answer

DUB = "https://api.dub.co"
TIMEOUTS = httpx.Timeout(connect=10, read=30, write=30, pool=30)
MINUTE = 60.0
LONGEST_CALL = 60.0
"""Seconds for one whole exchange; a body that trickles never trips the time-out between two pieces."""

Body = Mapping[str, str | None]
Query = Sequence[tuple[str, str]]
EXPANDED: Query = [("includeExpandedFields", "true")]


class DubClient:
    """Dub's five customer calls and the count, over one connection pool."""

    def __init__(
        self,
        token: Token,
        *,
        base_url: str = DUB,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        user_agent: str = "dubtui",
        read_only: bool = False,
    ) -> None:
        """Raise ValueError where the key would travel in the clear: plain http is for loopback alone."""
        self.base_url = checked_url(base_url)
        self.read_only = read_only
        self._clock = clock or Clock()
        encrypted = self.base_url.startswith("https:")
        self._http = httpx.AsyncClient(
            auth=_Bearer(token),
            headers={"user-agent": user_agent, "accept": "application/json"},
            timeout=TIMEOUTS,
            follow_redirects=False,
            transport=transport,
            verify=_trust() if encrypted and transport is None else False,
            trust_env=encrypted,  # a proxy would see the key of a plain call
        )
        self._base = httpx.URL(self.base_url)
        self._calls: deque[float] = deque()
        self.answered_at: float | None = None
        """When the last answer came, by the monotonic clock."""
        self.on_answer: Callable[[], None] = lambda: None
        """Called after each answer."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    @property
    def calls(self) -> int:
        """How many calls this client made within the last minute."""
        while self._calls and self._calls[0] < self._clock.monotonic() - MINUTE:
            self._calls.popleft()
        return len(self._calls)

    async def list_customers(self, query: CustomerQuery) -> tuple[Customer, ...]:
        """One page; a page that is not full is the last. https://dub.co/docs/api-reference/endpoint/list-customers"""
        return wire.read_page(await self._ask("GET", "/customers", parameters(query)))

    async def get_customer(self, identifier: str) -> Customer:
        """One customer by Dub id, or by `ext_` and external ID, with the expanded fields."""
        return wire.read_customer(await self._ask("GET", customer_path(identifier), EXPANDED))

    async def update_customer(self, identifier: str, changes: Body) -> Customer:
        """Send the changed keys (the API's names) alone; the answer has the base keys."""
        return wire.read_customer(await self._write("PATCH", customer_path(identifier), changes))

    async def delete_customer(self, identifier: str) -> str:
        """Delete for good; the Dub id of what was deleted."""
        return wire.read_id(await self._write("DELETE", customer_path(identifier)))

    async def create_customer(self, values: Body) -> Customer:
        """Create a customer without a link; deprecated in Dub's SDK in favour of tracking a lead."""
        return wire.read_customer(await self._write("POST", "/customers", values))

    async def count_customers(self, query: CustomerQuery) -> int | None:
        """How many match the query's filters; None where this undocumented call does not answer."""
        paging = {"page", "pageSize", "sortBy", "sortOrder", "includeExpandedFields", "startingAfter", "endingBefore"}
        filters = [(name, value) for name, value in parameters(query) if name not in paging]
        try:
            return wire.read_count(await self._ask("GET", "/customers/count", filters))
        except (errors.NotFound, errors.Refused, errors.Unexpected):
            return None

    async def _write(self, method: str, path: str, body: Body | None = None) -> Answer:
        if self.read_only:
            raise errors.ReadOnly
        return await self._ask(method, path, body=body)

    async def _ask(self, method: str, path: str, query: Query = (), body: Body | None = None) -> Answer:
        """One exchange; any status is an answer, and what is none is an error of the family."""
        url = self._url(path, query)
        content = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"content-type": "application/json"}
        self._calls.append(self._clock.monotonic())
        try:
            async with (
                asyncio.timeout(LONGEST_CALL),
                self._http.stream(method, url, content=content, headers=headers) as response,
            ):
                whole = await _whole(response)
                self.answered_at = self._clock.monotonic()
                self.on_answer()
                return Answer(response.status_code, response.headers, whole, self._clock.now().timestamp())
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise _named(error) from error

    def _url(self, path: str, query: Query) -> httpx.URL:
        """The address with path and query exactly as encoded here: httpx would fold and re-encode parts of them."""
        target = self._base.path.rstrip("/") + path
        if query:
            target += "?" + urlencode(query, quote_via=quote, safe="")
        return self._base.copy_with(raw_path=target.encode())


def within_process(app: Any) -> httpx.AsyncBaseTransport:
    """A transport to an ASGI application in this process: no socket, no network."""
    return httpx.ASGITransport(app=app)


class _Bearer(httpx.Auth):
    """Puts the key on each request as it leaves, so that no client or header object holds it."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        yield request


def checked_url(url: str) -> str:
    """The API URL without its last slash; raises ValueError where it is none, or plain http to another machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise ValueError(f"The API URL {url!r} is none: it looks like https://api.dub.co.")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("An API URL has no user name, query or fragment: it looks like https://api.dub.co.")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(f"Plain http to {host} would show the key to others: use https (http is for loopback alone).")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _trust() -> ssl.SSLContext:
    """The operating system's own trust store."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _whole(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > wire.LARGEST_BODY:
            raise errors.Unexpected(
                f"The answer is larger than {wire.LARGEST_BODY // 1024**2} MiB.", status=response.status_code
            )
    return bytes(body)


def _named(error: Exception) -> errors.DubError:
    """The family's error for one of httpx's."""
    causes = list(_chain(error))
    number = next((cause.errno for cause in reversed(causes) if isinstance(cause, OSError) and cause.errno), None)
    said = os.strerror(number) if number and number > 0 else next(filter(None, map(str, causes)), type(error).__name__)
    sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    if isinstance(error, httpx.DecodingError):
        return errors.Unexpected("The answer's compression is broken.")
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return errors.TooSlow(type(error).__name__, sent=sent)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return errors.Untrusted(wire.one_line(said), sent=sent)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return errors.NameUnknown(wire.one_line(said), sent=False)
    return errors.Unreachable(wire.one_line(said), sent=sent)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
