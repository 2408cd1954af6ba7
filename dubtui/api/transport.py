"""One exchange with Dub over one pool of connections: a request goes out, a whole answer comes back or an error."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import ssl
import zlib
from collections.abc import Generator, Iterator, Sequence
from ipaddress import ip_address
from urllib.parse import quote, urlencode

import httpx
import truststore

from dubtui.api import errors
from dubtui.api.answer import Answer, one_line
from dubtui.api.clock import Clock
from dubtui.api.token import Token

TIMEOUTS = httpx.Timeout(connect=10, read=20, write=20, pool=20)
LONGEST_CALL = 45.0
"""Seconds for one whole exchange; a body that trickles never trips the time-out between two pieces."""
POOL = httpx.Limits(max_connections=20, max_keepalive_connections=20, keepalive_expiry=30)
LARGEST_BODY = 16 * 1024 * 1024
"""Bytes, unpacked; a full page of the longest names is under one of them."""
LARGEST_ERROR = 256 * 1024
"""Bytes of an error that are read; an error page needs no more."""
READ = "GET"
BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)
"""What fails while nothing has gone to Dub yet."""
GZIP = 16 + zlib.MAX_WBITS

for _name in ("httpx", "httpcore"):  # they log addresses, in which e-mails stand, and cookies
    logging.getLogger(_name).setLevel(logging.WARNING)

Query = Sequence[tuple[str, str]]


class Transport:
    """Where Dub answers, and the key that goes there; it follows no redirect."""

    def __init__(
        self,
        token: Token,
        base_url: str,
        *,
        clock: Clock,
        user_agent: str,
        replacement: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`replacement` stands in for the network.

        Raises ValueError where the key would travel in the clear, and for settings of the environment (`SSL_CERT_FILE`,
        a proxy) that cannot be followed.
        """
        self.base_url = checked_url(base_url)
        self.read_only = False
        self._token = token
        self._clock = clock
        self._base = httpx.URL(self.base_url)
        encrypted = self._base.scheme == "https"
        try:
            self._http = httpx.AsyncClient(
                auth=_Bearer(token),
                headers={"user-agent": user_agent, "accept": "application/json", "accept-encoding": "gzip"},
                timeout=TIMEOUTS,
                limits=POOL,
                follow_redirects=False,
                transport=replacement,
                verify=_trust() if encrypted and replacement is None else False,
                trust_env=encrypted,  # a proxy would see the key of a plain call
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise ValueError(
                f"The API URL, or a proxy or certificates of the environment, are of no use: {error}"
            ) from None

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def exchange(self, method: str, path: str, query: Query, content: bytes | None) -> Answer:
        """Send a request; any status is an answer, and what is none raises Unreachable or Unexpected.

        Raises ReadOnly for anything but a reading, as long as that is wanted.
        """
        if self.read_only and method != READ:
            raise errors.ReadOnly
        headers = {} if content is None else {"content-type": "application/json"}
        try:
            async with (
                asyncio.timeout(LONGEST_CALL),
                self._http.stream(method, self._url(path, query), content=content, headers=headers) as response,
            ):
                body = await self._body(response)
        except (httpx.HTTPError, OSError) as error:
            raise named(error) from error
        return Answer(response.status_code, response.headers, body, self._clock.now().timestamp())

    def _url(self, path: str, query: Query) -> httpx.URL:
        """The address with path and query exactly as encoded here: httpx would fold and re-encode parts of them."""
        target = self._base.path.rstrip("/") + path
        if query:
            target += "?" + urlencode(query, quote_via=quote, safe="")
        return self._base.copy_with(raw_path=target.encode())

    async def _body(self, response: httpx.Response) -> bytes:
        """The unpacked body; of an error as much as can be read, without the key where something echoes it."""
        if response.is_success:
            body, flaw = await _read(response, LARGEST_BODY)
            if flaw:
                raise errors.Unexpected(flaw, status=response.status_code)
            return body
        body, _ = await _read(response, LARGEST_ERROR)
        return body.replace(self._token.reveal().encode(), self._token.masked.encode())


class _Bearer(httpx.Auth):
    """Puts the key on each request as it leaves, so that no client or header object holds it."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        yield request


def checked_url(url: str) -> str:
    """The API URL without its last slash; raises ValueError where it is none, or plain http to another machine.

    It is taken apart by what sends requests, so that both mean the same host.
    """
    try:
        parts = httpx.URL(url)
        host = parts.host
    except (httpx.InvalidURL, ValueError):
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise ValueError(f"The API URL {url!r} is none: it looks like https://api.dub.co.")
    if parts.userinfo or parts.query or parts.fragment:
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
    """The operating system's own trust store, and what `SSL_CERT_FILE` adds to it on every system."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if path := os.environ.get("SSL_CERT_FILE"):
        try:
            context.load_verify_locations(cafile=path)
        except OSError as error:
            raise ValueError(f"SSL_CERT_FILE names {path}, which holds no certificates ({error.strerror})") from None
    return context


async def _read(response: httpx.Response, most: int) -> tuple[bytes, str]:
    """The body up to a size, and in words why it is not whole; it is unpacked here, so that a bomb stops at the size.

    The stream is read directly: httpx unpacks each piece whole before it hands it on.
    """
    assert isinstance(response.stream, httpx.AsyncByteStream)
    packing = response.headers.get("content-encoding", "identity").lower()
    if packing not in ("identity", "gzip"):
        return b"", f"The answer is packed as {one_line(packing)}, which was not asked for."
    unpacking = zlib.decompressobj(GZIP) if packing == "gzip" else None
    body = bytearray()
    try:
        async for piece in response.stream:
            body += unpacking.decompress(piece, most + 1 - len(body)) if unpacking else piece
            if len(body) > most:
                return bytes(body[:most]), f"The answer is larger than {most // 1024**2} MiB."
    except zlib.error:
        return bytes(body), "The answer's compression is broken."
    if unpacking and body and not unpacking.eof:
        return bytes(body), "The answer's compression ends too early."
    return bytes(body), ""


def named(error: Exception) -> errors.Unreachable:
    """The family's error for one of httpx's or the system's."""
    causes = list(_chain(error))
    sent = not isinstance(error, BEFORE_SENDING)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return errors.TooSlow(type(error).__name__, sent=sent)
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and not sent and not isinstance(cause, ssl.SSLEOFError):
            return errors.Untrusted(one_line(_reason(cause)), sent=False)
        if isinstance(cause, socket.gaierror):
            return errors.NameUnknown(one_line(cause.strerror or ""), sent=False)
    return errors.Unreachable(one_line(_said(causes)), sent=sent)


def _reason(error: ssl.SSLError) -> str:
    """Why the two sides do not trust each other; not every system says it in the same place."""
    return getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)


def _said(causes: Sequence[BaseException]) -> str:
    """The system's words for the deepest cause that has a number, else the first that says anything."""
    number = next((cause.errno for cause in reversed(causes) if isinstance(cause, OSError) and cause.errno), 0)
    return os.strerror(number) if number > 0 else next(filter(None, map(str, causes)), type(causes[0]).__name__)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = _beneath(error)


def _beneath(error: BaseException) -> BaseException | None:
    if isinstance(error, BaseExceptionGroup):  # one for each address of the host; the first speaks for all
        first: BaseException = error.exceptions[0]
        return first
    return error.__cause__ or error.__context__
