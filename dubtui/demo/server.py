"""Dub's customers API as an ASGI application: what is asked in which order, and who answers."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from dubtui.demo import asgi, javascript, seed
from dubtui.demo.access import READ, READ_ANALYTICS, READ_ON_ANY_PLAN, WRITE, Access, Needs
from dubtui.demo.activity import Activity
from dubtui.demo.answers import Answer, Refusal, refused
from dubtui.demo.avatars import Avatars
from dubtui.demo.customers import Call, Customers
from dubtui.demo.data import Data
from dubtui.demo.edits import Edits
from dubtui.demo.faults import Fault, Faults
from dubtui.demo.rate import Limiter
from dubtui.demo.routes import find
from dubtui.demo.rows import Rows
from dubtui.demo.shape import Shape

RESET_PATH = "/__reset"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers a method, and what it asks of the caller."""

    answer: Callable[[Call], Answer]
    needs: Needs = READ


class Demo:
    """A whole Dub in one object, over invented customers or given ones; the key of the invented ones is `dub_demo`.

    `rate_limit` replaces the plans' calls a minute, `applies_country` makes it a later Dub that applies a changed
    country, and `resettable` answers `POST /__reset`, which brings the data back. The clock tells unix seconds; names,
    ids and avatar addresses are drawn from `rng`.
    """

    def __init__(
        self,
        data: Data | None = None,
        *,
        seed_size: int = seed.DEFAULT_SIZE,
        rate_limit: int | None = None,
        applies_country: bool = False,
        faults: Iterable[Fault] = (),
        resettable: bool = False,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        data = data or seed.workspace(seed_size)
        rng = rng or random.Random()
        self._clock = clock
        self._faults = Faults(faults)
        self._limiter = Limiter(clock)
        self._access = Access(data.tokens, data.workspaces, minute_limit=rate_limit)
        self._rows = Rows()
        self._rows.load(data.customers)
        self._rows.reserve_stripe_ids(data.stripe_ids_taken)
        self._pristine = self._rows.copy() if resettable else None
        shape = Shape(data.links, data.partners, data.discounts, rng)
        self._avatars = Avatars(self._rows, clock, rng)
        self._customers = Customers(self._rows, shape, data.links)
        self._edits = Edits(
            self._rows, self._customers, shape, self._avatars, applies_country=applies_country, clock=clock, rng=rng
        )
        self._activity = Activity(self._rows, self._customers, data.links, self._edits.deleted, clock=clock, rng=rng)
        self._endpoints = self._table()

    def _table(self) -> Mapping[str, Mapping[str, Endpoint]]:
        """The endpoints by path and method; of two paths that match the first is meant, so `count` is nobody's id."""
        return {
            "customers": {"GET": Endpoint(self._customers.page), "POST": Endpoint(self._edits.create, WRITE)},
            "customers/count": {"GET": Endpoint(self._customers.count, READ_ON_ANY_PLAN)},
            "customers/*": {
                "GET": Endpoint(self._customers.get),
                "PATCH": Endpoint(self._edits.update, WRITE),
                "DELETE": Endpoint(self._edits.delete, WRITE),
            },
            "customers/*/activity": {"GET": Endpoint(self._activity.timeline, READ_ON_ANY_PLAN)},
            "events": {"GET": Endpoint(self._activity.events, READ_ANALYTICS)},
        }

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request, or misbehave as ordered."""
        if scope["type"] != "http":
            raise ValueError(f"the demo speaks http, not {scope['type']}")
        request = await asgi.read(scope, receive)
        if self._pristine and (request.method, request.path) == ("POST", RESET_PATH):
            self.reset()
            await asgi.deliver(Answer(204), scope, receive, send)
        elif fault := self._faults.due(request.method, request.path):
            await self._misbehave(fault, request, scope, receive, send)
        else:
            await asgi.deliver(self._sent(self._answer(request), request), scope, receive, send)

    async def _misbehave(
        self, fault: Fault, request: asgi.Request, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send
    ) -> None:
        if fault.kind == "lost-before":
            await asgi.hang_up(scope, receive)
            return
        answer = self._sent(fault.answer(request.path, self._now_ms()) or self._answer(request), request)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "lost-after":
            await asgi.hang_up(scope, receive)
        elif fault.kind == "cut":
            await asgi.deliver_half(answer, scope, receive, send)
        else:
            await asgi.deliver(answer, scope, receive, send)

    def _sent(self, answer: Answer, request: asgi.Request) -> Answer:
        """The answer as it travels: with the date, and without a body for HEAD."""
        body = b"" if request.method == "HEAD" else answer.body
        return Answer(answer.status, body, {"date": javascript.utc_text(self._now_ms()), **answer.headers})

    def _answer(self, request: asgi.Request) -> Answer:
        """The right answer: what the web server says by itself, or the endpoint's."""
        found = find(request.path, request.query_text, routes=self._endpoints)
        if isinstance(found, Answer):
            return found
        methods = self._endpoints[found.route]
        if request.method == "OPTIONS":
            return Answer(204, headers={"allow": ", ".join(sorted({*methods, "HEAD", "OPTIONS"}))})
        endpoint = methods.get("GET" if request.method == "HEAD" else request.method)
        return self._admitted(request, endpoint, found.segment) if endpoint else Answer(405)

    def _admitted(self, request: asgi.Request, endpoint: Endpoint, segment: str) -> Answer:
        """The endpoint's answer to those who may ask; only what is refused after the limiter tells how one stands."""
        rate_headers: Mapping[str, str] = {}
        try:
            token = self._access.recognise(request.authorization, request.query)
            limit, window_ms = self._access.limit(token, endpoint.needs), endpoint.needs.window_ms
            standing = self._limiter.take((token.key, window_ms), limit=limit, window_ms=window_ms)
            rate_headers = standing.headers()
            if not standing.allowed:
                raise Refusal("rate_limit_exceeded", "Too many requests.")
            workspace = self._access.admit(token, endpoint.needs, request.query)
            self._avatars.settle()
            return endpoint.answer(Call(workspace, segment, request.query, request.body))
        except Refusal as refusal:
            return refused(refusal, rate_headers)

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)

    def reset(self) -> None:
        """Bring the data back, and the budget of calls with it; only a resettable demo can."""
        if self._pristine is None:
            raise ValueError("this demo was not made to be reset")
        self._rows.fill_from(self._pristine)
        self._edits.deleted.clear()
        self._avatars.clear()
        self._limiter.clear()

    def close(self) -> None:
        """Let go of the memory that the rows take."""
        self._rows.close()
        if self._pristine:
            self._pristine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
