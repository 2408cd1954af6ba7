"""Small servers on loopback that answer as told, and certificates for them."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

Answering = Callable[["Served", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Served:
    """A server: where it listens, and what it has seen."""

    port: int = 0
    connections: int = 0
    requests: list[str] = field(default_factory=list)
    """The heads of requests."""
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the other side has closed a connection."""

    async def head(self, reader: asyncio.StreamReader) -> str:
        """The head of the next request; empty where the connection ends."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed.set()
            return ""
        self.requests.append(head)
        return head


@asynccontextmanager
async def serving(answering: Answering, context: ssl.SSLContext | None = None) -> AsyncIterator[Served]:
    """A server on a free port of 127.0.0.1."""
    served = Served()
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.connections += 1
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await answering(served, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            served.closed.set()
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def response(body: bytes = b"[]", status: str = "200 OK", *headers: str) -> bytes:
    """An answer that keeps the connection open."""
    lines = (f"HTTP/1.1 {status}", f"content-length: {len(body)}", "content-type: application/json", *headers, "", "")
    return "\r\n".join(lines).encode() + body


def always(answer: bytes) -> Answering:
    """A server that has one answer for every request."""

    async def answering(served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await served.head(reader):
            writer.write(answer)
            await writer.drain()

    return answering


async def tunnels(served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A proxy that opens tunnels."""
    head = await served.head(reader)
    host, _, port = head.split(" ")[1].rpartition(":")
    there_reader, there_writer = await asyncio.open_connection(host, int(port))
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    try:
        await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))
    finally:
        there_writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.write_eof() if writer.can_write_eof() else writer.close()


AUTHORITY = """
[ca]
default_ca = own
[own]
database = {folder}/index.txt
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = DNS:{name}
"""


def certificate(folder: Path, name: str = "localhost", *, days: int = 2) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for a host name and a server's side of it; with negative `days` it has expired."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    folder.mkdir()
    (folder / "index.txt").touch()
    settings, key, request, file = (folder / part for part in ("settings", "key.pem", "request.pem", "certificate.pem"))
    settings.write_text(AUTHORITY.format(folder=folder, name=name))
    now = datetime.now(UTC)
    start, end = (f"{now + timedelta(days=day):%Y%m%d%H%M%SZ}" for day in (-5, days))
    new_key: list[str | Path] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key]
    dates = ["-startdate", start, "-enddate", end]
    signing: list[str | Path] = [
        "-selfsign",
        "-batch",
        "-config",
        settings,
        "-keyfile",
        key,
        "-in",
        request,
        "-outdir",
        folder,
    ]
    _run(openssl, "req", "-new", *new_key, "-subj", f"/CN={name}", "-out", request)
    _run(openssl, "ca", *signing, *dates, "-out", file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return file, context


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)
