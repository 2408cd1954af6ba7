"""What a test of the app stands on: the demo behind a transport that can misbehave, and a clock that stands still."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from textual import events
from textual._xterm_parser import XTermParser
from textual.pilot import Pilot

from dubtui.api.client import DubClient
from dubtui.api.clock import Clock
from dubtui.api.token import Token
from dubtui.app import DubApp
from dubtui.config import Paths
from dubtui.credentials import Keychain, KeychainError
from dubtui.demo.server import Demo
from dubtui.session import Options, Session
from tests.faults import Fault, Faulty, error

NOW = datetime(2026, 11, 20, 21, 41, tzinfo=UTC)


class StillClock(Clock):
    """It is always the same moment, and every wait is over at once."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 1000.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class PatientClock(StillClock):
    """Waits of more than so many seconds never end."""

    def __init__(self, longest: float = 1.0) -> None:
        self._longest = longest

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0 if seconds <= self._longest else 3600)


class FakeKeychain(Keychain):
    """A keychain in memory; with a `failure` it has that in place of every answer."""

    def __init__(self, failure: str = "") -> None:
        super().__init__()
        self.kept: dict[str, Token] = {}
        self.failure = failure

    async def load(self, account: str) -> Token | None:
        self._fail()
        return self.kept.get(account)

    async def save(self, account: str, token: Token) -> None:
        self._fail()
        self.kept[account] = token

    async def forget(self, account: str) -> None:
        self._fail()
        self.kept.pop(account, None)

    async def name(self) -> str:
        self._fail()
        return "a test's keychain"

    def _fail(self) -> None:
        if self.failure:
            raise KeychainError(self.failure)


def too_fast(seconds: int) -> Fault:
    """Dub wants to be left alone for some seconds."""
    until_ms = round((NOW.timestamp() + seconds) * 1000)
    told = {"retry_after": str(until_ms), "x_ratelimit_reset": str(until_ms), "x_ratelimit_limit": "1200"}
    return error(429, "rate_limit_exceeded", "Too many requests.", **told)


def demo_transport() -> Faulty:
    """The demo workspace, the same at every run."""
    return Faulty(httpx.ASGITransport(app=Demo(rng=random.Random(7), clock=NOW.timestamp)))


@dataclass
class Stage:
    """A session on the demo, and its parts."""

    home: Path
    options: Options = field(default_factory=lambda: Options(demo=True, environment={}))
    keychain: FakeKeychain = field(default_factory=FakeKeychain)
    transport: Faulty = field(default_factory=demo_transport)
    clock: Clock = field(default_factory=StillClock)

    @property
    def session(self) -> Session:
        """A new session on it."""
        state = self.home / "state"
        paths = Paths(
            self.home / "settings.toml", state / "state.sqlite3", self.home / "kept", state / "journal.sqlite3"
        )
        return Session(self.options, paths=paths, keychain=self.keychain, clock=self.clock, transport=self.transport)

    def app(self, open_at: str = "") -> DubApp:
        """A new app on it."""
        return DubApp(self.session, open_at=open_at)

    def client(self, token: str = "dub_demo") -> DubClient:
        """Somebody else's client of the same workspace, whom no fault meets."""
        return DubClient(Token(token), base_url="http://localhost", transport=self.transport.inner, clock=self.clock)


@asynccontextmanager
async def opened(stage: Stage, size: tuple[int, int] = (120, 40), open_at: str = "") -> AsyncIterator[Pilot[None]]:
    """The app of a stage, settled on its first screen."""
    async with stage.app(open_at).run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, type or paste what stands behind `type:` and `paste:`, and wait after each until all is still."""
    for key in keys:
        kind, _, text = key.partition(":")
        if kind == "type":
            await type_text(pilot, text)
        elif kind == "paste":
            pilot.app.post_message(events.Paste(text))
        else:
            await pilot.press(key)
        await pilot.pause()


async def at_once(pilot: Pilot[None], text: str) -> None:
    """Send what a terminal sends for some keys, and wait until all is still."""
    send(pilot, text)
    await pilot.pause()


def send(pilot: Pilot[None], text: str) -> None:
    """Send what a terminal sends for some keys, none of which waits for the one before."""
    for event in XTermParser().feed(text):
        pilot.app.post_message(event)


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Until a condition holds; fails with what was waited for."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.002)
        await pilot.pause()
    raise AssertionError(f"waited in vain for {what}:\n{screen_text(pilot)}")


def screen_text(pilot: Pilot[None]) -> str:
    """What one reads on the screen."""
    _, height = pilot.app.size
    strips = pilot.app.screen._compositor.render_strips()  # the public way makes a picture of it
    return "\n".join(strip.text.rstrip() for strip in strips[:height])


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Press the keys of a text."""
    for char in text:
        await pilot.press("space" if char == " " else char)
