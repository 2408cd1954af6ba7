"""When to ask again: Dub's rate limits read as Dub means them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 60.0
"""Seconds; Dub counts by the minute."""
NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
UNSAID_WAIT = 5.0
"""Seconds to wait where an answer does not say."""


def wait_of(headers: Mapping[str, str], now: float) -> float:
    """Seconds to wait from an answer's headers (lower-case names), between 0 and 60; `now` is unix time.

    Dub's `Retry-After` is the unix time in milliseconds at which the minute ends; gateways send seconds or a date.
    The difference is taken to the answer's own `Date` where it has one, since the clock here may be wrong.
    """
    text = (headers.get("retry-after") or headers.get("x-ratelimit-reset") or "").strip()
    date = _moment(headers.get("date", ""))
    now = now if date is None else date
    if (at := _moment(text)) is not None:
        return _clamped(at - now)
    if not NUMBER.fullmatch(text):
        return UNSAID_WAIT
    number = float(text)
    if number <= 1e9:
        return _clamped(number)
    return _clamped(number / (1000 if number > 1e11 else 1) - now)


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _moment(text: str) -> float | None:
    """Unix seconds of an HTTP date."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
