"""The recorded exchanges, and how to send their requests to the demo."""

import json
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
WORKSPACE = HERE / "workspace.json"


@dataclass(frozen=True)
class Exchange:
    """One recorded request with its answer; a setup has none and only brings a row into its state."""

    name: str
    key: str
    request: dict[str, Any]
    response: dict[str, Any]
    loose: dict[str, dict[str, str]]
    setup: bool
    scene: str
    at_ms: int

    @property
    def method(self) -> str:
        """The request's method."""
        return str(self.request["method"])

    @property
    def path(self) -> str:
        """The request's path as it was sent, escapes and all."""
        return str(self.request["path"])

    @property
    def query(self) -> str:
        """The request's query as it was sent."""
        return self.request.get("query") or ""


def read(name: str) -> list[Exchange]:
    """The exchanges of a file beside this one."""
    lines = (json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines())
    return [
        Exchange(
            name=line["name"],
            key=line["as"],
            request=line["request"],
            response=line.get("response", {}),
            loose=line.get("loose", {}),
            setup=line.get("setup", False),
            scene=line.get("scene", f"{number}: {line['name']}"),
            at_ms=line.get("at_ms", 0),
        )
        for number, line in enumerate(lines, start=1)
    ]


def scenes(name: str) -> list[list[Exchange]]:
    """The exchanges of a file, those together that need each other."""
    return [list(group) for _, group in groupby(read(name), key=lambda exchange: exchange.scene)]


async def send(client: httpx.AsyncClient, exchange: Exchange) -> httpx.Response:
    """Send the recorded request as it was."""
    return await send_raw(
        client, exchange.method, exchange.path, exchange.query, headers=headers(exchange), content=_content(exchange)
    )


async def send_raw(
    client: httpx.AsyncClient,
    method: str,
    path: str,
    query: str = "",
    *,
    headers: dict[str, str],
    content: bytes | None = None,
) -> httpx.Response:
    """Send a request whose path and query httpx leaves alone."""
    raw = (f"{path}?{query}" if query else path).encode("ascii")
    url = httpx.URL("http://dub.test").copy_with(raw_path=raw)
    return await client.request(method, url, headers=headers, content=content)


def headers(exchange: Exchange) -> dict[str, str]:
    """The recorded headers, with the key."""
    sent = dict(exchange.request.get("headers", {}))
    authorization = exchange.request.get("authorization", f"Bearer dub_TEST{exchange.key}")
    return sent if authorization is None else {**sent, "Authorization": authorization}


def _content(exchange: Exchange) -> bytes | None:
    body = exchange.request.get("body")
    if body is None:
        return None
    if isinstance(body, dict) and "__raw__" in body:
        return str(body["__raw__"]).encode("utf-8")
    return json.dumps(body).encode("ascii")
