"""Where avatars end up: Dub keeps copies of its own and forgets, some moments later, those that it cannot fetch."""

import string
from collections.abc import Callable
from random import Random
from urllib.parse import urlsplit

from dubtui.demo.rows import Rows

HOSTED = ("https://dubassets.com", "https://api.dub.co/og/avatar")
UNREACHABLE = (".invalid", ".test")
FETCHING_S = 1.0
_LETTERS = string.ascii_letters + string.digits


def can_be_fetched(url: str) -> bool:
    """Whether the demo, which fetches nothing, takes the picture for fetched.

    It fails for every scheme but http, https and data, and for hosts under `.invalid` and `.test`.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "data" or (parts.scheme in ("http", "https") and not host.endswith(UNREACHABLE))


class Avatars:
    """Gives out the future addresses, and takes back those whose picture did not come."""

    def __init__(self, rows: Rows, clock: Callable[[], float], rng: Random) -> None:
        self._rows, self._clock, self._rng = rows, clock, rng
        self._lost_at: dict[str, float] = {}

    def address(self, customer_id: str, url: str | None) -> str | None:
        """What is stored for the URL that was sent; one that is hosted already stays as it is."""
        if url is None or url.startswith(HOSTED):
            return url
        return f"https://dubassets.com/customers/{customer_id}/avatar_{''.join(self._rng.choices(_LETTERS, k=7))}"

    def fetch(self, customer_id: str, url: str | None) -> None:
        """Begin to fetch the picture, in place of one that is still expected."""
        self._lost_at.pop(customer_id, None)
        if url is not None and not url.startswith(HOSTED) and not can_be_fetched(url):
            self._lost_at[customer_id] = self._clock() + FETCHING_S

    def settle(self) -> None:
        """Empty the avatars whose picture should have come by now."""
        now = self._clock()
        lost = [customer_id for customer_id, at in self._lost_at.items() if at <= now]
        for customer_id in lost:
            del self._lost_at[customer_id]
            self._rows.update(customer_id, {"avatar": None})

    def clear(self) -> None:
        """Expect no picture any more."""
        self._lost_at.clear()
