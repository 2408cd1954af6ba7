"""What JavaScript makes of texts, numbers and times, where the answers of Dub's server depend on it."""

import math
import re
import time
from datetime import datetime
from decimal import Decimal

MAX_SAFE_INTEGER = 2**53 - 1
BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))

_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_WITH_RADIX = re.compile(r"0(?:[xX](?P<x>[0-9a-fA-F]+)|[oO](?P<o>[0-7]+)|[bB](?P<b>[01]+))")
_RADIX = {"x": 16, "o": 8, "b": 2}

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SCHEMES_WITH_HOST = frozenset({"http", "https", "ws", "wss", "ftp"})
_NOT_IN_HOST = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]")
_C0_AND_SPACE = "".join(map(chr, range(0x21)))

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(text: str) -> float:
    """`Number(text)`: NaN for what is no number, 0 for blanks."""
    text = text.strip(BLANKS)
    if not text:
        return 0.0
    if radix := _WITH_RADIX.fullmatch(text):
        kind = str(radix.lastgroup)
        whole = int(radix[kind], _RADIX[kind])
        return float(whole) if whole.bit_length() < 1024 else math.inf
    return float(text) if _DECIMAL.fullmatch(text) else math.nan


def double(integer: int) -> int:
    """The integer as it comes out of JSON.stringify after Number(): past 2^53 its last digits are lost."""
    return integer if abs(integer) <= MAX_SAFE_INTEGER else int(Decimal(repr(float(integer))))


def is_url(text: str) -> bool:
    """Whether `new URL(text)` takes the text: any scheme will do, the web's own need a host."""
    text = text.strip(_C0_AND_SPACE).translate({9: None, 10: None, 13: None})
    scheme = _SCHEME.match(text)
    if not scheme:
        return False
    rest = text[scheme.end() :]
    if scheme[1].lower() in _SCHEMES_WITH_HOST:
        return _is_authority(re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0])
    opaque = re.split(r"[/?#]", rest[2:], maxsplit=1)[0] if rest.startswith("//") else ""
    return not re.search(r"[\x00 <>\\^|]", opaque)


def _is_authority(authority: str) -> bool:
    address = authority.rpartition("@")[2]
    host, colon, port = address.rpartition(":")
    if not colon or address.endswith("]"):
        host, port = address, ""
    if not re.fullmatch(r"[0-9]*", port) or int(port or 0) > 0xFFFF:
        return False
    if host.startswith("["):
        return _IPV6.fullmatch(host) is not None
    return bool(host) and not _NOT_IN_HOST.search(host) and _is_name_or_ipv4(host)


def _is_name_or_ipv4(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    if not re.fullmatch(r"[0-9]+", labels[-1]):
        return True
    *head, last = [int(label) if re.fullmatch(r"[0-9]+", label) else 256 for label in labels]
    return len(head) < 4 and last < 256 ** (4 - len(head)) and all(part < 256 for part in head)


def iso(unix_ms: int) -> str:
    """`Date#toISOString`: `2026-11-20T16:04:29.123Z`."""
    seconds, ms = divmod(unix_ms, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ms:03d}Z"


def unix_ms(iso_text: str) -> int:
    """The unix milliseconds of an ISO time."""
    return round(datetime.fromisoformat(iso_text).timestamp() * 1000)


def date_text(unix_ms: int) -> str:
    """`String(date)`: `Fri Nov 20 2026 16:04:29 GMT+0000 (Coordinated Universal Time)`."""
    t = time.gmtime(unix_ms // 1000)
    day = f"{_DAYS[t.tm_wday]} {_MONTHS[t.tm_mon - 1]} {t.tm_mday:02d} {t.tm_year}"
    return f"{day} {t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d} GMT+0000 (Coordinated Universal Time)"


def utc_text(unix_ms: int) -> str:
    """`Date#toUTCString`, which is also the form of HTTP's Date header."""
    t = time.gmtime(unix_ms // 1000)
    day = f"{_DAYS[t.tm_wday]}, {t.tm_mday:02d} {_MONTHS[t.tm_mon - 1]} {t.tm_year}"
    return f"{day} {t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d} GMT"
