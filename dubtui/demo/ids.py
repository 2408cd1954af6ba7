"""Ids as Dub makes them: a ULID in base 32 without its leading zero, which sorts by time."""

import base64
from random import Random

_RFC_4648, _CROCKFORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_CROCKFORD = bytes.maketrans(_RFC_4648, _CROCKFORD)
_ULID_DIGITS = 26


def new_id(prefix: str, unix_ms: int, rng: Random) -> str:
    """An id made at that time: `cus_` and 25 characters until the year 2039."""
    ulid = unix_ms << 80 | rng.getrandbits(80)
    digits = base64.b32encode(ulid.to_bytes(20, "big")).translate(_TO_CROCKFORD)[-_ULID_DIGITS:]
    return prefix + digits.decode().removeprefix("0")
