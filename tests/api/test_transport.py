"""The client on real sockets: what travels, what is trusted, what is closed."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from dubtui import __version__
from dubtui.api import errors
from dubtui.api.client import DubClient
from dubtui.api.query import CustomerQuery
from dubtui.api.token import Token
from dubtui.api.transport import POOL, TIMEOUTS
from dubtui.session import Options, Session
from tests.api.clients import KEY, client_of, dub
from tests.api.servers import Answering, Served, always, certificate, response, serving, tunnels
from tests.faults import answers
from tests.stage import StillClock

EVERYBODY = CustomerQuery()
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *map(str.lower, PROXIES)):
        monkeypatch.delenv(name, raising=False)


def client_to(url: str, **options: Any) -> DubClient:
    """A client over real sockets, whose pauses are over at once."""
    return DubClient(Token(KEY), base_url=url, clock=StillClock(), **options)


async def test_one_connection_serves_many_calls() -> None:
    async with serving(always(response())) as served, client_to(f"http://127.0.0.1:{served.port}") as client:
        for _ in range(5):
            assert await client.list_customers(EVERYBODY) == ()
    assert (served.connections, len(served.requests)) == (1, 5)


async def test_what_travels_with_a_request() -> None:
    """The key in its header alone, the version, and what is understood; nothing that an answer asked to be kept."""
    session = Session(Options(environment={}), clock=StillClock())
    async with serving(always(response(b"[]", "200 OK", "set-cookie: a=b"))) as served:
        identity = session.environment_identity(Token(KEY))
        object.__setattr__(identity, "api_url", f"http://127.0.0.1:{served.port}")
        async with session.client(identity) as client:
            await client.list_customers(EVERYBODY)
            with suppress(errors.DubError):
                await client.update_customer("cus_1", {"name": "Søren"})
    first, second = served.requests
    start, *lines = first.strip().split("\r\n")
    assert KEY not in start
    headers = dict(line.split(": ", 1) for line in lines)
    assert {name.lower(): value for name, value in headers.items()} == {
        "host": f"127.0.0.1:{served.port}",
        "authorization": f"Bearer {KEY}",
        "user-agent": f"dubtui/{__version__}",
        "accept": "application/json",
        "accept-encoding": "gzip",
        "connection": "keep-alive",
    }
    assert "content-type: application/json" in second.lower()


async def test_a_packed_answer_is_unpacked() -> None:
    body = gzip.compress(json.dumps([{"id": "cus_1"}]).encode())
    answer = response(body, "200 OK", "content-encoding: gzip")
    async with serving(always(answer)) as served, client_to(f"http://127.0.0.1:{served.port}") as client:
        assert [customer.id for customer in await client.list_customers(EVERYBODY)] == ["cus_1"]


async def test_a_bomb_takes_no_more_memory_than_the_cap() -> None:
    """A gigabyte in a megabyte: it is unpacked up to the cap and not further."""
    answer = response(gzip.compress(b"\0" * 2**26) * 16, "200 OK", "content-encoding: gzip")
    async with serving(always(answer)) as served, client_to(f"http://127.0.0.1:{served.port}") as client:
        with pytest.raises(errors.Unexpected, match="larger than 16 MiB"):
            await client.list_customers(EVERYBODY)


async def test_a_redirect_is_not_followed() -> None:
    """Neither to another host nor anywhere else: the key would go there."""
    async with serving(always(response())) as elsewhere:
        answer = response(b"", "302 Found", f"location: http://127.0.0.1:{elsewhere.port}/customers")
        async with serving(always(answer)) as served, client_to(f"http://127.0.0.1:{served.port}") as client:
            with pytest.raises(errors.Unexpected, match=r"127\.0\.0\.1.*the key does not follow"):
                await client.list_customers(EVERYBODY)
    assert elsewhere.connections == 0


async def test_cancelling_a_call_closes_its_connection() -> None:
    """In the middle of a body that never ends, and the client goes on working."""
    started = asyncio.Event()

    async def half(served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if served.connections > 1:
            await always(response())(served, reader, writer)
        await served.head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\ncontent-type: application/json\r\n\r\n[")
        await writer.drain()
        started.set()
        await served.head(reader)

    async with serving(half) as served, client_to(f"http://127.0.0.1:{served.port}") as client:
        call = asyncio.ensure_future(client.list_customers(EVERYBODY))
        await started.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.wait_for(served.closed.wait(), 10)
        assert await client.list_customers(EVERYBODY) == ()


async def test_closing_the_client_closes_its_connections() -> None:
    async with serving(always(response())) as served:
        client = client_to(f"http://127.0.0.1:{served.port}")
        await client.list_customers(EVERYBODY)
        await client.aclose()
        await asyncio.wait_for(served.closed.wait(), 10)


def _writes(data: bytes) -> Answering:
    async def answering(served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await served.head(reader)
        writer.write(data)
        await writer.drain()

    return answering


BROKEN: dict[str, tuple[bytes, type[errors.DubError]]] = {
    "hangs up": (b"", errors.Unreachable),
    "speaks something else": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", errors.Unreachable),
    "cuts the head": (b"HTTP/1.1 200 OK\r\ncontent-le", errors.Unreachable),
    "cuts the body": (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[", errors.Unreachable),
    "cuts a chunk": (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[", errors.Unreachable),
    "sends endless headers": (b"HTTP/1.1 200 OK\r\nx: " + b"x" * 200_000, errors.Unreachable),
}


@pytest.mark.parametrize(("data", "kind"), BROKEN.values(), ids=BROKEN)
async def test_a_broken_connection_is_unreachable(data: bytes, kind: type[errors.DubError]) -> None:
    async with serving(_writes(data)) as served, client_to(f"http://127.0.0.1:{served.port}") as client:
        with pytest.raises(kind) as failure:
            await client.update_customer("cus_1", {"name": "x"})
    assert isinstance(failure.value, errors.Unreachable)
    assert failure.value.sent
    assert served.connections == 1


async def test_a_port_where_nobody_listens() -> None:
    async with serving(always(response())) as served:
        pass
    async with client_to(f"http://127.0.0.1:{served.port}") as client:
        with pytest.raises(errors.Unreachable, match="Connection refused") as failure:
            await client.list_customers(EVERYBODY)
    assert not failure.value.sent


# TLS


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS that `SSL_CERT_FILE` names."""
    file, context = certificate(tmp_path / "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


async def test_a_certificate_that_nobody_signed_is_not_trusted(tmp_path: Path) -> None:
    """Nothing is sent to such a server, and it is asked once."""
    _, context = certificate(tmp_path / "own")
    async with serving(always(response()), context) as served, client_to(f"https://localhost:{served.port}") as client:
        with pytest.raises(errors.Untrusted, match=r"self.signed certificate"):
            await client.list_customers(EVERYBODY)
    assert served.requests == []


async def test_a_certificate_of_the_environment_is_trusted(trusted: ssl.SSLContext) -> None:
    async with serving(always(response()), trusted) as served, client_to(f"https://localhost:{served.port}") as client:
        assert await client.list_customers(EVERYBODY) == ()


async def test_an_expired_certificate_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certificate(tmp_path / "old", days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with serving(always(response()), context) as served, client_to(f"https://localhost:{served.port}") as client:
        with pytest.raises(errors.Untrusted, match="expired"):
            await client.list_customers(EVERYBODY)
    assert served.requests == []


async def test_a_certificate_of_another_host_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certificate(tmp_path / "other", "api.dub.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with serving(always(response()), context) as served, client_to(f"https://localhost:{served.port}") as client:
        with pytest.raises(errors.Untrusted, match=r"[Hh]ostname mismatch"):
            await client.list_customers(EVERYBODY)


async def test_a_server_without_tls_is_not_trusted() -> None:
    async def plain(served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.requests.append((await reader.read(1000)).decode("latin-1"))
        writer.write(response(b"", "400 Bad Request"))
        await writer.drain()

    async with serving(plain) as served, client_to(f"https://localhost:{served.port}") as client:
        with pytest.raises(errors.Untrusted):
            await client.list_customers(EVERYBODY)
    assert KEY not in served.requests[0]


async def test_a_host_without_an_address() -> None:
    async with client_to("https://nowhere.invalid") as client:
        with pytest.raises(errors.NameUnknown):
            await client.list_customers(EVERYBODY)


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_certificates_that_are_none_are_told_before_anything_is_sent(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(ValueError, match=r"SSL_CERT_FILE names .*authority\.pem"):
        client_to("https://localhost")


# Proxies


async def test_a_proxy_of_the_environment_is_used(trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """It opens a tunnel and sees no key; connections through it are used again."""
    async with serving(always(response()), trusted) as served, serving(tunnels) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        async with client_to(f"https://localhost:{served.port}") as client:
            for _ in range(2):
                assert await client.list_customers(EVERYBODY) == ()
        (head,) = proxy.requests
        assert head.startswith(f"CONNECT localhost:{served.port} ")
        assert KEY not in head
        monkeypatch.setenv("NO_PROXY", "localhost")
        async with client_to(f"https://localhost:{served.port}") as client:
            assert await client.list_customers(EVERYBODY) == ()
        assert proxy.connections == 1


async def test_a_proxy_that_refuses_is_told_so(trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(always(response(b"", "407 Proxy Authentication Required"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://someone:pass@127.0.0.1:{proxy.port}")
        async with client_to("https://localhost:1") as client:
            with pytest.raises(errors.Unreachable, match="407") as failure:
                await client.list_customers(EVERYBODY)
    assert not failure.value.sent
    assert "pass" not in str(failure.value)


async def test_plain_http_to_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would see the key."""
    async with serving(always(response())) as served, serving(always(response())) as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with client_to(f"http://127.0.0.1:{served.port}") as client:
            await client.list_customers(EVERYBODY)
    assert (served.connections, proxy.connections) == (1, 0)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "ftp://127.0.0.1:1", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_told_before_anything_is_sent(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ValueError, match="proxy"):
        client_to("https://api.dub.test")


# Where the key may go


@pytest.mark.parametrize(
    "url",
    [
        "http://api.dub.co",
        "http://localhost.evil.test",
        "http://127.0.0.1.evil.test",
        "http://user@localhost",
        "ftp://localhost",
        "https://",
        "https://api.dub.co?x=y",
        "https://api.dub.co#x",
        "https://[::1",
        "https://api.dub.co:port",
        "https://xn--a",
        "https://a\x00b.test",
        "http://127.0.0.1\\@evil.test",
        "api.dub.co",
        "",
    ],
)
def test_a_url_to_which_no_key_goes(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL|http"):
        client_to(url)


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.1", "http://[::1]:1/api", "https://api.dub.co/"])
def test_a_url_to_which_the_key_goes(url: str) -> None:
    assert client_to(url).base_url == url.rstrip("/")


def test_every_phase_has_a_limit() -> None:
    assert all(seconds and seconds <= 30 for seconds in TIMEOUTS.as_dict().values())
    assert POOL.max_connections


def test_the_libraries_log_no_addresses() -> None:
    """E-mails stand in them."""
    assert all(logging.getLogger(name).level == logging.WARNING for name in ("httpx", "httpcore"))


async def test_the_key_stands_in_no_text_of_the_client() -> None:
    """Nor in that of anything that hangs on it, of a request, or of an error's."""
    busy = dub(clock=StillClock())
    busy.on("GET", "/customers", answers(401, html=f"<pre>Authorization: Bearer {KEY}</pre>"))
    client = client_of(busy, clock=StillClock())
    with pytest.raises(errors.KeyRefused) as failure:
        await client.list_customers(EVERYBODY)
    shown = [client, vars(client), vars(client._transport), vars(client._pacer), failure.value, vars(failure.value)]
    assert KEY not in "".join(map(repr, [*shown, client._transport._http.headers, *busy.requests]))
    assert isinstance(client._transport._http, httpx.AsyncClient)
