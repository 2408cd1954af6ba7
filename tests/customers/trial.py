"""The lookup on the invented workspace: what it found and what it asked for, each in a line that a table can hold."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from dubtui.api.client import DubClient
from dubtui.api.clock import Clock
from dubtui.api.query import CustomerQuery
from dubtui.customers.desk import Desk
from dubtui.customers.lookup import Hit, Lookup
from dubtui.customers.pasted import PREFIX, Pasted
from dubtui.demo.data import Data
from dubtui.demo.server import Demo
from dubtui.display.figures import milliseconds
from dubtui.store.state import Remembered
from dubtui.store.store import Store
from tests.api.clients import client_of
from tests.api.fast_time import START
from tests.faults import Faulty

KEY = "dub_demo"
NOW_MS = milliseconds(START)
SHOWN = 8
PARAMETERS = {"email": "m", "search": "s"}
REASONS = {
    "Dub id": "i",
    "external ID": "e",
    "external ID behind ext_": "u",
    "external ID as it was pasted": "a",
    "e-mail": "m",
    "Stripe ID": "t",
    "short link": "l",
    "link": "l",
    "name": "n",
    "partner": "p",
    "partner's e-mail": "q",
    "in several fields": "*",
    "Dub's search": "s",
    "similar": "~",
}
"""A letter for each reason; a capital stands for an exact one."""


class QuickClock(Clock):
    """It is always the same moment, and what waits has waited as soon as others had their turn."""

    def __init__(self) -> None:
        self._waited = 0.0

    def now(self) -> datetime:
        return START

    def monotonic(self) -> float:
        return 1000.0 + self._waited

    async def sleep(self, seconds: float) -> None:
        self._waited += seconds
        await super().sleep(0)


@dataclass
class Trial:
    """A lookup with its parts."""

    transport: Faulty
    client: DubClient
    store: Store
    desk: Desk
    lookup: Lookup = field(init=False)

    def __post_init__(self) -> None:
        self.lookup = Lookup(self.client, self.store, self.desk, QuickClock())

    async def fill(self, *, pages: int) -> None:
        """Have so many pages of the list here, each read twice, so that it is known which names are inventions."""
        for number in (*range(1, pages + 1), *range(1, pages + 1)):
            await self.store.put(await self.client.list_customers(CustomerQuery(page=number)), asked_at=NOW_MS - 1)

    def asked(self, pasted: Pasted, text: str) -> str:
        """What Dub was asked for, in order: `i` by Dub id, `x` by external ID, `m` by e-mail, `s` to search.

        A value follows where it is not the text that was read; `p` is the external ID as it was pasted.
        """
        return " | ".join(_question(request, pasted.text, text.strip()) for request in self.transport.requests)

    def told(self, hits: Sequence[Hit]) -> str:
        """Who was found, in order: a letter for the reason, then those found for it by external ID, eight in all.

        `≈` says that they have not to the letter what was looked for.
        """
        shown = groupby(hits[:SHOWN], key=_reason)
        told = "; ".join(f"{why} {', '.join(self._name(hit.customer_id) for hit in some)}" for why, some in shown)
        return told if len(hits) <= SHOWN else f"{told} … {len(hits)}"

    def _name(self, customer_id: str) -> str:
        row = self.store.row(customer_id)
        assert row is not None, "whom Dub answers with joins the store"
        return row.external_id or row.id


def _reason(hit: Hit) -> str:
    letter = REASONS[hit.why]
    return (letter.upper() if hit.is_exact else letter) + ("" if hit.is_as_typed else "≈")


def _question(request: httpx.Request, text: str, whole: str) -> str:
    what, value = asked_for(request)
    if value == text:
        return what
    return "p" if (what, value) == ("x", whole) else f"{what}:{value}"


def asked_for(request: httpx.Request) -> tuple[str, str]:
    """What a request asks for, by its letter, and the value."""
    parts = urlsplit(request.url.raw_path.decode())
    if parts.path == "/customers":
        ((name, (value,)),) = ((name, values) for name, values in parse_qs(parts.query).items() if name in PARAMETERS)
        return PARAMETERS[name], value
    value = unquote(parts.path.removeprefix("/customers/"))
    return ("x", value.removeprefix(PREFIX)) if value.startswith(PREFIX) else ("i", value)


def demo(data: Data | None = None) -> Faulty:
    """A Dub with these customers, or the invented ones, that can be told to misbehave."""
    return Faulty(httpx.ASGITransport(app=Demo(data, rng=random.Random(7), clock=START.timestamp)))


@asynccontextmanager
async def trial(
    home: Path, inner: Faulty, *, like: Path | None = None, workspace: str = "acme"
) -> AsyncIterator[Trial]:
    """A lookup over a workspace, with a copy of what is here to begin with."""
    transport = Faulty(inner)
    store = Store(like=like)
    desk = await Desk.laid(Remembered(home / "state.sqlite3", workspace))
    async with client_of(transport, key=KEY, clock=QuickClock()) as client:
        yield Trial(transport, client, store, desk)
    store.close()
