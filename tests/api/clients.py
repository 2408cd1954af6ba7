"""Clients of small workspaces, on a clock that takes no time."""

from __future__ import annotations

import random
from typing import Any

import httpx

from dubtui.api.client import DubClient
from dubtui.api.clock import Clock
from dubtui.api.token import Token
from dubtui.demo.data import Data
from dubtui.demo.data import Token as DemoToken
from dubtui.demo.server import Demo
from tests.api.fast_time import LoopClock
from tests.demo import made
from tests.faults import Faulty

KEY = "dub_S3cretS3cretS3cret"


def small(*changes: dict[str, Any]) -> Data:
    """A workspace of a few customers, the newest with the highest number, who differ as told."""
    rows = [made.row(number, **change) for number, change in enumerate(changes or ({}, {}, {}), start=1)]
    return made.data(*rows, tokens=[DemoToken(KEY, "ws_1")])


def dub(data: Data | None = None, *, clock: Clock | None = None, **options: Any) -> Faulty:
    """A Dub with these customers, or the invented ones, that can be told to misbehave."""
    clock = clock or LoopClock()
    demo = Demo(data or small(), clock=lambda: clock.now().timestamp(), rng=random.Random(7), **options)
    return Faulty(httpx.ASGITransport(app=demo))


def client_of(transport: httpx.AsyncBaseTransport, *, key: str = KEY, **options: Any) -> DubClient:
    """A client of a Dub; its waits have no jitter unless told."""
    options = {"clock": LoopClock(), "jitter": lambda: 0.0, **options}
    return DubClient(Token(key), base_url="http://localhost", transport=transport, **options)
