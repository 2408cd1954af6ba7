"""A terminal at which somebody answers, and somebody else who changes things meanwhile."""

from __future__ import annotations

import io
import json
import sys

import httpx
import pytest

from tests.api.clients import client_of
from tests.cli.conftest import CommandLine
from tests.faults import Ask, Fault
from tests.stage import Stage, StillClock

ADA = "cus_1M7WXCD2PQKV0GJRQ95GW4VTQ"
"""The demo's first customer, user_8813."""


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Let somebody sit at a terminal and answer what is asked; after the last line the terminal is closed."""
    monkeypatch.setattr("sys.stdin", _Keyboard("".join(f"{line}\n" for line in lines)))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def meanwhile(**values: str | None) -> Fault:
    """Somebody else saves these values before Dub answers; with no values they delete the customer."""

    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        other = client_of(httpx.MockTransport(ask), key="dub_demo", clock=StillClock())
        customer_id = request.url.path.rsplit("/", 1)[1]
        await (other.update_customer(customer_id, values) if values else other.delete_customer(customer_id))
        return await ask(request)

    return fault


def between(stage: Stage, *faults: Fault) -> None:
    """Let faults meet the readings of Ada behind the first one, in turn."""

    async def passes(request: httpx.Request, ask: Ask) -> httpx.Response:
        return await ask(request)

    for fault in (passes, *faults):
        stage.transport.on("GET", f"/customers/{ADA}", fault, times=1)


def sent(stage: Stage) -> list[str]:
    """What was sent to change something: the method, and the body where there is one."""
    writes = [request for request in stage.transport.requests if request.method != "GET"]
    return [f"{request.method} {request.content.decode()}".strip() for request in writes]


def held(run: CommandLine, text: str = ADA) -> dict[str, str | None]:
    """What Dub holds of somebody."""
    found: dict[str, str | None] = json.loads(run("get", text, "--json").out)
    return found


def noted(run: CommandLine) -> list[str]:
    """The journal, the newest entry first: what was done, and how it ended."""
    return [f"{entry['verb']} {entry['outcome']}" for entry in json.loads(run("journal", "--json").out)]
