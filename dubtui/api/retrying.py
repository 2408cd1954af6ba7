"""What is tried again, and when: reads after any trouble that may pass, writes only where nothing was done."""

from __future__ import annotations

from dubtui.api import errors

MOST_TRIES = 4
LONGEST_TRYING = 60.0
"""Seconds after the first try from which trouble is told and not tried again."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0


def may_pass(error: errors.DubError, *, is_read: bool) -> bool:
    """Whether the same call may be sent again after an error.

    A 429 comes before Dub's handlers, so nothing was done. After anything else a write may have been, and only reading
    tells. A certificate stays what it is.
    """
    if isinstance(error, errors.TooFast):
        return True
    passing = isinstance(error, errors.Unreachable | errors.DubInTrouble) and not isinstance(error, errors.Untrusted)
    return is_read and passing


def pause(tries: int, jitter: float) -> float:
    """Seconds before the next try: doubling, capped, and at random between half of it and the whole.

    `Retry-After` is not looked at: on Dub's 500 it is the end of the minute, as on any other of its errors.
    """
    return min(FIRST_PAUSE * 2.0 ** (tries - 1), LONGEST_PAUSE) * (0.5 + jitter / 2)
