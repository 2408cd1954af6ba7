"""The client of Dub's customers API: every call ends in records or in an error of `errors`."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any, Self

import httpx

from dubtui.api import errors, retrying, wire
from dubtui.api.answer import Answer
from dubtui.api.clock import Clock
from dubtui.api.models import Customer, Event
from dubtui.api.pacing import Pacer, Wait, Window
from dubtui.api.query import CustomerQuery, EventQuery, customer_path, parameters
from dubtui.api.refusals import error_of
from dubtui.api.token import Token
from dubtui.api.transport import READ, Query, Transport

DUB = "https://api.dub.co"
NOBODY = "cus_0"
"""A Dub id that no customer has."""

Body = Mapping[str, str | None]
EXPANDED: Query = [("includeExpandedFields", "true")]


class DubClient:
    """Dub's five customer calls, the count and the events, over one pool of connections and one budget of calls.

    Calls wait for their turn, and reads that fail for a reason that may pass are tried again. Cancelling a call ends
    its wait and closes its connection.
    """

    def __init__(
        self,
        token: Token,
        *,
        base_url: str = DUB,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        user_agent: str = "dubtui",
        read_only: bool = False,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`transport` stands in for the network, `jitter` gives shares from 0 to 1.

        Raises ValueError where the key would travel in the clear (plain http is for loopback alone), and for a proxy or
        certificates of the environment that cannot be used.
        """
        self._clock = clock or Clock()
        self._jitter = jitter
        self._transport = Transport(token, base_url, clock=self._clock, user_agent=user_agent, replacement=transport)
        self._transport.read_only = read_only
        self._pacer = Pacer(self._clock, jitter)
        self._is_background = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    def background(self) -> Self:
        """The same client for work that nobody waits for: it leaves a fifth of the budget to people."""
        other = copy.copy(self)
        other._is_background = True
        return other

    @property
    def base_url(self) -> str:
        """Where Dub answers."""
        return self._transport.base_url

    @property
    def read_only(self) -> bool:
        """Whether nothing is written; it may be switched at any time, and holds for every use of the same client."""
        return self._transport.read_only

    @read_only.setter
    def read_only(self, value: bool) -> None:
        self._transport.read_only = value

    # How busy it is

    @property
    def calls(self) -> int:
        """How many calls this client made within the last minute."""
        return self._pacer.calls

    @property
    def limit(self) -> int:
        """Calls a minute that Dub allows, as far as it has told."""
        return self._pacer.minute.limit

    @property
    def answered_at(self) -> float | None:
        """When the last answer came, by the monotonic clock; None before any did."""
        return self._pacer.answered_at

    @property
    def waiting(self) -> Wait | None:
        """What a call of this client is held back by at the moment; None where it waits for Dub alone."""
        return self._pacer.waiting(background=self._is_background)

    @property
    def on_answer(self) -> Callable[[], None]:
        """Called after each answer."""
        return self._pacer.on_answer

    @on_answer.setter
    def on_answer(self, callback: Callable[[], None]) -> None:
        self._pacer.on_answer = callback

    @property
    def on_wait(self) -> Callable[[], None]:
        """Called when a wait begins and when it ends."""
        return self._pacer.on_wait

    @on_wait.setter
    def on_wait(self, callback: Callable[[], None]) -> None:
        self._pacer.on_wait = callback

    # What Dub is asked

    async def list_customers(self, query: CustomerQuery) -> tuple[Customer, ...]:
        """One page; a page that is not full is the last. https://dub.co/docs/api-reference/endpoint/list-customers"""
        return wire.read_page(await self._ask("GET", "/customers", parameters(query)))

    async def get_customer(self, identifier: str) -> Customer:
        """One customer by Dub id, or by `ext_` and external ID, with the expanded fields."""
        return wire.read_customer(await self._ask("GET", customer_path(identifier), EXPANDED))

    async def update_customer(self, identifier: str, changes: Body) -> Customer:
        """Send the changed keys (the API's names) alone; the answer has the base keys."""
        return wire.read_customer(await self._ask("PATCH", customer_path(identifier), body=changes))

    async def delete_customer(self, identifier: str) -> str:
        """Delete for good; the Dub id of what was deleted."""
        return wire.read_id(await self._ask("DELETE", customer_path(identifier)))

    async def create_customer(self, values: Body) -> Customer:
        """Create a customer without a link; deprecated in Dub's SDK in favour of tracking a lead."""
        return wire.read_customer(await self._ask("POST", "/customers", body=values))

    async def count_customers(self, query: CustomerQuery) -> int | None:
        """How many match the query's filters; None where this undocumented call does not answer."""
        paging = {"page", "pageSize", "sortBy", "sortOrder", "includeExpandedFields", "startingAfter", "endingBefore"}
        filters = [(name, value) for name, value in parameters(query) if name not in paging]
        try:
            return wire.read_count(await self._ask("GET", "/customers/count", filters))
        except (errors.NotFound, errors.Refused, errors.Unexpected, errors.DubInTrouble):
            return None

    async def list_events(self, query: EventQuery) -> tuple[Event, ...]:
        """One page of one kind; only an empty page is the last, since some events are dropped after paging."""
        return wire.read_events(await self._ask("GET", "/events", parameters(query), window=self._pacer.second))

    async def every_event(self, query: EventQuery) -> AsyncIterator[Event]:
        """All events of one kind from the query's page on."""
        for page in count(query.page):
            events = await self.list_events(replace(query, page=page))
            for event in events:
                yield event
            if not events:
                return

    async def learn_limit(self) -> None:
        """Ask for nobody: Dub tells the limit, and what other programs used of it, on errors alone."""
        with suppress(errors.NotFound):
            await self.get_customer(NOBODY)

    async def _ask(
        self, method: str, path: str, query: Query = (), *, body: Body | None = None, window: Window | None = None
    ) -> Answer:
        """The successful answer to a call that waits for its turn and is tried again where that is right."""
        window = window or self._pacer.minute
        content = None if body is None else json.dumps(body).encode()
        began = self._clock.monotonic()
        trouble: errors.DubError | None = None
        tries = 0
        while True:
            tries += 1
            await self._pacer.turn(window, background=self._is_background, why=trouble)
            try:
                return await self._exchange(window, method, path, query, content)
            except errors.DubError as error:
                if tries == retrying.MOST_TRIES or not retrying.may_pass(error, is_read=method == READ):
                    raise
                trouble = error
            if isinstance(trouble, errors.TooFast):
                continue  # the window says how long that takes
            if self._clock.monotonic() - began > retrying.LONGEST_TRYING:
                raise trouble
            await self._pacer.pause(retrying.pause(tries, self._jitter()), trouble, background=self._is_background)

    async def _exchange(self, window: Window, method: str, path: str, query: Query, content: bytes | None) -> Answer:
        answer = await self._transport.exchange(method, path, query, content)
        self._pacer.answered(window, answer)
        if not answer.is_success:
            raise error_of(answer)
        return answer


def within_process(app: Any) -> httpx.AsyncBaseTransport:
    """A transport to an ASGI application in this process: no socket, no network."""
    return httpx.ASGITransport(app=app)
