"""Every recorded exchange, sent to the demo and compared."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from dubtui.demo.data import read as read_data
from dubtui.demo.server import Demo

from .comparison import differences, object_differences
from .recordings import WORKSPACE, Exchange, headers, scenes, send, send_raw

NOW = 1795209342.0
SCENES = [*scenes("exchanges.jsonl"), *scenes("create.jsonl")]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a demo that holds the recorded data."""
    with Demo(read_data(WORKSPACE), clock=lambda: NOW) as demo:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=demo)) as client:
            yield client


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: ascii(scene[-1].name))
async def test_the_demo_answers_as_recorded(client: httpx.AsyncClient, scene: list[Exchange]) -> None:
    """Each answer of a scene is the recorded one, and so is what can be read afterwards."""
    found: list[str] = []
    new_ids: dict[str, str] = {}
    for recorded in scene:
        exchange = _with_ids(recorded, new_ids)
        if exchange.setup:
            assert (await send(client, exchange)).status_code == 200, exchange.name
            continue
        before = await _read_back(client, exchange, exchange.path) if _is_refused_patch(exchange) else None
        got = await send(client, exchange)
        if got.status_code == 201:
            new_ids[exchange.response["body"]["id"]] = got.json()["id"]
            exchange = _with_ids(recorded, new_ids)
        found += [f"{exchange.name}: {difference}" for difference in differences(exchange, got)]
        found += [f"{exchange.name}: {difference}" async for difference in _aftermath(client, exchange, before)]
    assert not found, "\n".join(found)


def test_every_recording_is_there() -> None:
    """The files hold what the contract says they hold."""
    counted = [exchange for scene in SCENES for exchange in scene]
    assert sum(not exchange.setup for exchange in counted) == 288 + 49
    assert sum(exchange.setup for exchange in counted) == 42


def _with_ids(exchange: Exchange, new_ids: dict[str, str]) -> Exchange:
    """The exchange with the recorded ids of created customers replaced by those that the demo gave out."""

    def replaced(value: Any) -> Any:
        text = json.dumps(value)
        for recorded, made in new_ids.items():
            text = text.replace(recorded, made)
        return json.loads(text)

    return replace(
        exchange,
        request=replaced(exchange.request),
        response=replaced(exchange.response),
        loose=replaced(exchange.loose),
    )


def _is_refused_patch(exchange: Exchange) -> bool:
    by_id = exchange.path.startswith("/customers/cus_") and "authorization" not in exchange.request
    return exchange.method == "PATCH" and exchange.response["status"] >= 400 and by_id


async def _read_back(client: httpx.AsyncClient, exchange: Exchange, path: str, query: str = "") -> httpx.Response:
    return await send_raw(client, "GET", path, query, headers={"Authorization": headers(exchange)["Authorization"]})


async def _aftermath(
    client: httpx.AsyncClient, exchange: Exchange, before: httpx.Response | None
) -> AsyncIterator[str]:
    """What a read afterwards shows that it should not: half a write, a write that did not last, a row still there."""
    status, body = exchange.response["status"], exchange.response["body"]
    if before is not None:
        after = await _read_back(client, exchange, exchange.path)
        for difference in _changes(before, after):
            yield f"after it was refused: {difference}"
    elif exchange.method == "PATCH" and status == 200:
        expanded = "includeExpandedFields=true" if "includeExpandedFields=true" in exchange.query else ""
        after = await _read_back(client, exchange, f"/customers/{body['id']}", expanded)
        for difference in object_differences(body, after.json(), exchange.loose.get(body["id"], {})):
            yield f"after it was written: {difference}"
    elif exchange.method == "DELETE" and status == 200:
        after = await _read_back(client, exchange, f"/customers/{body['id']}")
        if after.status_code != 404:
            yield "after it was deleted it is still there"


def _changes(before: httpx.Response, after: httpx.Response) -> Iterator[str]:
    if before.status_code != 200:
        return
    row = before.json()
    loose = {} if row["email"] else {"name": "same"}
    yield from object_differences(row, after.json(), loose)
