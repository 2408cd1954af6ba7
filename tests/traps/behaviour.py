"""What the scenarios of the traps ask of a client of Dub's, whoever wrote it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dubtui.api.clock import Clock
from tests.api.clients import KEY
from tests.faults import Faulty

Json = dict[str, Any]
"""A record as Dub sends it."""


class Walked(NamedTuple):
    """The Dub ids of whoever came, and how many stretches are told to be missing."""

    ids: list[str]
    gaps: int


class Regret(NamedTuple):
    """What is said before a deletion, which copy is left of the customer, and who is shown as brought back."""

    warning: str
    copy: Json | None
    back: Json | None


class Behaviour(ABC):
    """One workspace's client; a refusal of Dub's raises one of `refusals`, for which `words` has the sentence."""

    refusals: type[Exception]

    @abstractmethod
    def __init__(self, dub: Faulty, *, key: str = KEY, clock: Clock | None = None, read_only: bool = False) -> None: ...

    @abstractmethod
    def words(self, error: Exception) -> str:
        """What somebody reads about a refusal."""

    # One customer

    @abstractmethod
    async def get(self, identifier: str) -> Json | None:
        """A customer by Dub id, or by `ext_` and external ID; None where there is none."""

    @abstractmethod
    async def get_many(self, identifiers: Sequence[str]) -> list[Json]:
        """Customers one after the other, at the pace that Dub allows."""

    @abstractmethod
    async def title(self, identifier: str) -> str:
        """What a customer is called on the screen."""

    @abstractmethod
    async def worth(self, identifier: str) -> str:
        """A customer's lifetime value in dollars."""

    # Everybody

    @abstractmethod
    async def everybody(self, *, page_size: int = 100, email: str = "") -> Walked:
        """All customers, or those of an e-mail."""

    @abstractmethod
    async def page(self, **wishes: str | bool | None) -> list[Json]:
        """The first page of a list; the wishes have the names of the parameters in snake case."""

    @abstractmethod
    async def count(self) -> int:
        """How many customers there are."""

    @abstractmethod
    async def total(self) -> int:
        """Everybody's lifetime value in cents."""

    @abstractmethod
    async def typed(self, text: str) -> list[str]:
        """The Dub ids that are found when a text was typed, key by key, into the filter of a list that is open."""

    @abstractmethod
    async def earliest_buyer(self) -> str:
        """The Dub id of whoever bought first."""

    # Writing

    @abstractmethod
    async def edit(self, identifier: str, **changes: str) -> tuple[str, ...]:
        """Open a customer in a form, type some fields anew and save; the fields that are told to be saved."""

    @abstractmethod
    async def changed_meanwhile(self, identifier: str, meanwhile: Callable[[], Awaitable[object]]) -> tuple[str, ...]:
        """The fields that somebody else seems to have changed while a form was open."""

    @abstractmethod
    async def avatar_shown(self, identifier: str, url: str) -> str | None:
        """Change a customer's avatar; the address that is shown in the end."""

    @abstractmethod
    async def delete_and_regret(self, identifier: str) -> Regret:
        """Delete a customer and take it back."""

    # What customers did

    @abstractmethod
    async def timeline(self, identifier: str) -> list[Json]:
        """Everything that a customer did, in no order."""

    @abstractmethod
    def moment(self, event: Json) -> datetime | None:
        """When an event happened."""

    @abstractmethod
    async def sales(self, customer_id: str, page_size: int) -> list[Json]:
        """All sales to a customer, asked for in pages."""
