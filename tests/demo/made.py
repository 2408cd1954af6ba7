"""Small workspaces made to order, and a way to ask a demo about them."""

import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpx

from dubtui.demo.data import Data, Discount, Link, Partner, Row, Token, Workspace
from dubtui.demo.server import Demo

NOW = 1_795_209_342.0
BASE = "http://dub.test"

LINK: Link = {
    "id": "link_1",
    "domain": "acme.example",
    "key": "ada",
    "shortLink": "https://acme.example/ada",
    "url": "https://www.acme.example/",
    "programId": "prog_1",
}
PARTNER: Partner = {"id": "pn_1", "name": "Charles", "email": None, "image": None, "discountId": "disc_1"}
DISCOUNT: Discount = {
    "id": "disc_1",
    "amount": 20,
    "type": "percentage",
    "maxDuration": None,
    "couponId": None,
    "couponTestId": None,
    "description": None,
}


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: float = NOW

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


def row(number: int, **changes: Any) -> Row:
    """A plain customer; the higher the number, the newer."""
    plain = {
        "id": f"cus_1{number:024d}",
        "name": f"Person {number}",
        "email": f"person{number}@letters.example",
        "avatar": None,
        "externalId": f"user_{number}",
        "stripeCustomerId": None,
        "country": "GB",
        "linkId": None,
        "partnerId": None,
        "programId": None,
        "sales": 0,
        "saleAmount": 0,
        "createdAt": f"2026-01-{number % 28 + 1:02d}T00:00:00.000Z",
        "firstSaleAt": None,
        "subscriptionCanceledAt": None,
    }
    return cast(Row, {**plain, **changes})


def linked(number: int, **changes: Any) -> Row:
    """A customer whom a partner brought."""
    return row(number, linkId="link_1", partnerId="pn_1", programId="prog_1", **changes)


def data(*rows: Row, others: Iterable[Row] = (), tokens: Iterable[Token] = (), **workspace: Any) -> Data:
    """A workspace with these customers under the key `dub_test`, beside another one under `dub_other`."""
    home = Workspace("ws_1", **{"program_id": "prog_1", **workspace})
    keys = (Token("dub_test", "ws_1"), Token("dub_other", "ws_2"), *tokens)
    return Data(
        customers={"ws_1": rows, "ws_2": others},
        links={LINK["id"]: LINK},
        partners={PARTNER["id"]: PARTNER},
        discounts={DISCOUNT["id"]: DISCOUNT},
        workspaces={"ws_1": home, "ws_2": Workspace("ws_2")},
        tokens={token.key: token for token in keys},
    )


@dataclass
class Asker:
    """Sends requests whose paths nobody normalises."""

    client: httpx.AsyncClient
    clock: Clock = field(default_factory=Clock)
    key: str = "dub_test"

    async def __call__(
        self, path: str, *, method: str = "GET", authorization: str | None = None, **options: Any
    ) -> httpx.Response:
        """Send the raw path, query included, with the key or another Authorization header."""
        url = httpx.URL(BASE).copy_with(raw_path=path.encode("latin-1"))
        sent = {"Authorization": f"Bearer {self.key}" if authorization is None else authorization}
        return await self.client.request(method, url, headers=sent, **options)

    async def rows(self, path: str) -> list[dict[str, Any]]:
        """The rows of a list that is there."""
        answer = await self(path)
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    async def numbers(self, path: str) -> list[int]:
        """The numbers of the rows of a list, when they were made by `row`."""
        return [int(customer["id"][-6:]) for customer in await self.rows(path)]

    async def problem(self, path: str, **options: Any) -> tuple[int, str]:
        """Status and message of an answer in the error envelope."""
        answer = await self(path, **options)
        return answer.status_code, answer.json()["error"]["message"]


@asynccontextmanager
async def asking(given: Data | None = None, **options: Any) -> AsyncIterator[Asker]:
    """Ask a demo over the given data, or over the invented workspace."""
    clock = Clock()
    with Demo(given, clock=clock, rng=random.Random(1), **options) as demo:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=demo)) as client:
            yield Asker(client, clock, "dub_test" if given else "dub_demo")
