"""What came of a write, and how a lost answer is made good: by reading again, never by writing again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dubtui.api import errors

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer

LATE = (1.0, 4.0)
"""Seconds before each look after a lost answer: what was sent may still be on its way into Dub's database."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Undone:
    """Nothing was changed: Dub refused, or the answer was lost and Dub holds what it held."""

    error: errors.DubError

    @property
    def is_found_out(self) -> bool:
        """Whether it was Dub's record that told so, not its answer."""
        return may_be_done(self.error)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether it was done cannot be told: Dub could not be read again, or holds something else, which is `found`."""

    error: errors.DubError
    found: Customer | None = None


def may_be_done(error: errors.DubError) -> bool:
    """Whether a write that ended so may have been done all the same.

    Dub's refusals and a 429 come before anything is written. A cut connection, a gateway's trouble and an answer that
    is not Dub's tell nothing.
    """
    if isinstance(error, errors.Unreachable):
        return error.sent
    return isinstance(error, errors.DubInTrouble | errors.Unexpected)


async def found_out(clock: Clock, look: Callable[[], Awaitable[Found | None]]) -> Found | None:
    """What the first look finds that finds something done; None where none does. Raises what a look raises."""
    for seconds in LATE:
        await clock.sleep(seconds)
        if (found := await look()) is not None:
            return found
    return None


async def blamed(
    client: DubClient, error: errors.DubError, body: Mapping[str, str | None], customer_id: str = ""
) -> errors.DubError:
    """The error, a conflict about the field that causes it: Dub blames the external ID for a taken Stripe id, too.

    Where both were sent, whoever has the external ID is looked up.
    """
    if not isinstance(error, errors.Taken) or body.get("stripeCustomerId") is None:
        return error
    if body.get("externalId") is None:
        return error.about("stripeCustomerId")
    try:
        holder = await client.get_customer(f"ext_{body['externalId']}")
    except errors.NotFound:
        return error.about("stripeCustomerId")
    except errors.DubError:
        return error
    return error if holder.id != customer_id else error.about("stripeCustomerId")
