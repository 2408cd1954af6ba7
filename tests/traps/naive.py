"""A naive client of Dub's: it believes the documentation and the first answer that it sees."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
from pydantic.alias_generators import to_camel
from rich.text import Text

from dubtui.api.clock import Clock
from tests.api.clients import KEY
from tests.api.fast_time import LoopClock
from tests.faults import Faulty
from tests.traps.behaviour import Behaviour, Json, Regret, Walked

FIELDS = ("name", "email", "avatar", "externalId", "stripeCustomerId")
TRIES = 100
TOO_MANY = 429


class Naive(Behaviour):
    """It walks into every trap but those of trying again."""

    refusals = httpx.HTTPStatusError

    def __init__(self, dub: Faulty, *, key: str = KEY, clock: Clock | None = None, read_only: bool = False) -> None:
        """Whether it may write is left to the key."""
        self._clock = clock or LoopClock()
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.AsyncClient(transport=dub, base_url="http://localhost", headers=headers)

    async def _send(self, method: str, path: str, params: Json | None = None, body: Json | None = None) -> Any:
        return await self._http.request(method, path, params=params, json=body)

    async def _ask(self, method: str, path: str, params: Json | None = None, body: Json | None = None) -> Any:
        response = await self._send(method, path, params, body)
        return response.raise_for_status().json()

    def words(self, error: Exception) -> str:
        assert isinstance(error, httpx.HTTPStatusError)
        return str(error.response.json()["error"]["message"])

    # One customer

    async def get(self, identifier: str) -> Json | None:
        response = await self._send("GET", f"/customers/{identifier}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        found: Json = response.raise_for_status().json()
        return found

    async def get_many(self, identifiers: Sequence[str]) -> list[Json]:
        return [await self._paced(identifier) for identifier in identifiers]

    async def _paced(self, identifier: str) -> Json:
        for _ in range(TRIES):
            response = await self._send("GET", f"/customers/{identifier}")
            if int(response.headers.get("x-ratelimit-remaining", "1")) == 0:
                reset = int(response.headers["x-ratelimit-reset"]) / 1000
                await self._clock.sleep(max(reset - self._clock.now().timestamp(), 0) + 1)
            if response.status_code != TOO_MANY:
                break
        found: Json = response.raise_for_status().json()
        return found

    async def title(self, identifier: str) -> str:
        customer = await self._ask("GET", f"/customers/{identifier}")
        return Text.from_markup(customer["name"]).plain

    async def worth(self, identifier: str) -> str:
        customer = await self._ask("GET", f"/customers/{identifier}")
        return f"${customer['saleAmount'] / 100:,.2f}"

    # Everybody

    async def everybody(self, *, page_size: int = 100, email: str = "") -> Walked:
        wanted: Json = {"pageSize": page_size} | ({"email": email} if email else {})
        page = await self._ask("GET", "/customers", wanted)
        found = [customer["id"] for customer in page]
        while len(page) == page_size:
            page = await self._ask("GET", "/customers", {**wanted, "startingAfter": found[-1]})
            found += [customer["id"] for customer in page]
        return Walked(found, 0)

    async def page(self, **wishes: str | bool | None) -> list[Json]:
        parameters = {to_camel(name): _parameter(value) for name, value in wishes.items()}
        found: list[Json] = await self._ask("GET", "/customers", parameters)
        return found

    async def count(self) -> int:
        return len(await self._ask("GET", "/customers", {"pageSize": 0}))

    async def total(self) -> int:
        return sum(array("i", (customer["saleAmount"] for customer in await self._ask("GET", "/customers"))))

    async def typed(self, text: str) -> list[str]:
        found: list[Json] = []
        for end in range(1, len(text) + 1):
            found = await self._ask("GET", "/customers", {"search": text[:end]})
        return [customer["id"] for customer in found]

    async def earliest_buyer(self) -> str:
        wanted: Json = {"sortBy": "firstSaleAt", "sortOrder": "asc", "pageSize": 1}
        return str((await self._ask("GET", "/customers", wanted))[0]["id"])

    # Writing

    async def edit(self, identifier: str, **changes: str) -> tuple[str, ...]:
        path = f"/customers/{quote(identifier)}"
        customer = await self._ask("GET", path)
        form = {field: customer[field] for field in FIELDS}
        form["email"] = form["email"] or ""
        await self._ask("PATCH", path, body={**form, **changes})
        return tuple(changes)

    async def changed_meanwhile(self, identifier: str, meanwhile: Callable[[], Awaitable[object]]) -> tuple[str, ...]:
        then = await self._ask("GET", f"/customers/{identifier}")
        await meanwhile()
        now = await self._ask("GET", f"/customers/{identifier}")
        return tuple(field for field in FIELDS if then[field] != now[field])

    async def avatar_shown(self, identifier: str, url: str) -> str | None:
        answer = await self._ask("PATCH", f"/customers/{identifier}", body={"avatar": url})
        return str(answer["avatar"])

    async def delete_and_regret(self, identifier: str) -> Regret:
        customer = await self._ask("GET", f"/customers/{identifier}")
        await self._ask("DELETE", f"/customers/{identifier}")
        again = {field: customer[field] for field in (*FIELDS, "country")}
        return Regret("Delete this customer?", None, await self._ask("POST", "/customers", body=again))

    # What customers did

    async def timeline(self, identifier: str) -> list[Json]:
        found: list[Json] = await self._ask("GET", "/events", {"customerId": identifier})
        return found

    def moment(self, event: Json) -> datetime | None:
        return datetime.fromisoformat(event["timestamp"])

    async def sales(self, customer_id: str, page_size: int) -> list[Json]:
        wanted: Json = {"customerId": customer_id, "event": "sales", "interval": "all", "limit": page_size}
        found: list[Json] = []
        number = 1
        while True:
            page = await self._ask("GET", "/events", {**wanted, "page": number})
            found += page
            if len(page) < page_size:
                return found
            number += 1


class Retrying(Naive):
    """It tries again after a lost answer, and whenever an answer says when to."""

    async def _send(self, method: str, path: str, params: Json | None = None, body: Json | None = None) -> Any:
        for _ in range(4):
            try:
                response = await super()._send(method, path, params, body)
            except httpx.TransportError:
                continue
            if "retry-after" not in response.headers:
                break
            await self._clock.sleep(int(response.headers["retry-after"]))
        return response


def _parameter(value: str | bool | None) -> str | int:
    if value is None:
        return ""
    return int(value) if isinstance(value, bool) else value.upper()
