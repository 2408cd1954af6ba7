"""A walk over ten thousand customers, over real HTTP, at the pace of a Business plan."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import httpx

from dubtui.api.client import DubClient
from dubtui.api.clock import Clock
from dubtui.api.pacing import BACKGROUND_SHARE, MINUTE, Wait
from dubtui.api.token import Token
from dubtui.api.transport import POOL
from dubtui.customers.walk import Walk
from dubtui.demo import seed
from dubtui.demo.__main__ import HOST, _serve
from dubtui.demo.server import Demo
from tests.cli.installed import PATIENCE

SIZE, PAGE_SIZE, LIMIT = 10_000, 9, 1200
SPEED = 3
"""Seconds of the clock in one of the machine's: a minute passes in twenty of them."""
START = datetime(2026, 11, 20, 21, 41, 38, tzinfo=UTC).timestamp()


@dataclass
class QuickClock(Clock):
    """A clock that runs faster, and tells the same in every process that has a copy of it."""

    began: float = field(default_factory=time.time)

    def unix(self) -> float:
        """Unix seconds."""
        return START + (time.time() - self.began) * SPEED

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.unix(), UTC)

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / SPEED)


class Watching(httpx.AsyncHTTPTransport):
    """The network, with a count of the statuses that came over it."""

    def __init__(self) -> None:
        super().__init__(limits=POOL)
        self.statuses: Counter[int] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        self.statuses[response.status_code] += 1
        return response


def serve(clock: QuickClock, told: Connection) -> None:
    """Serve a large workspace on loopback, and tell where."""
    with (
        Demo(seed_size=SIZE, rate_limit=LIMIT, clock=clock.unix) as demo,
        socket.socket(proto=socket.IPPROTO_TCP) as listener,
    ):
        listener.bind((HOST, 0))
        listener.listen()
        told.send(f"http://{HOST}:{listener.getsockname()[1]}")
        _serve(demo, listener)


@contextmanager
def served(clock: QuickClock) -> Iterator[str]:
    """The address of a demo that runs in a process of its own."""
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(clock, told))
    process.start()
    told.close()
    try:
        assert heard.poll(PATIENCE), "the demo does not tell where it listens"
        yield heard.recv()
    finally:
        process.kill()
        process.join()
        heard.close()


async def test_ten_thousand_come_once_and_the_limit_is_kept() -> None:
    """In the background, which takes four fifths of the limit: it is paced by its own count, and not refused."""
    clock, network = QuickClock(), Watching()
    found: Counter[str] = Counter()
    held_back: list[Wait | None] = []
    with served(clock) as address:
        async with DubClient(Token(seed.KEY), base_url=address, transport=network, clock=clock) as client:
            background = client.background()
            client.on_wait = lambda: held_back.append(background.waiting)
            began = clock.monotonic()
            async with aclosing(Walk(background, clock, page_size=PAGE_SIZE).pieces()) as pieces:
                async for piece in pieces:
                    found.update(customer.id for customer in piece.customers)
            elapsed = clock.monotonic() - began
            limit = client.limit
    assert found == Counter(row["id"] for row in seed.customers(SIZE))
    assert network.statuses[429] <= 1
    assert limit == LIMIT
    allowed = LIMIT * BACKGROUND_SHARE
    calls = network.statuses.total()
    assert calls > SIZE / PAGE_SIZE > allowed, "more than a minute's worth"
    assert elapsed >= (calls / allowed - 1) * MINUTE
    assert any(wait and wait.why is None for wait in held_back)
