"""The stretch of time that an analytics query means."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dubtui.demo import rules
from dubtui.demo.answers import invalid

DAYS = {"24h": 1, "7d": 7, "30d": 30, "90d": 90, "1y": 365}
TO_DATE = ("mtd", "qtd", "ytd")
INTERVALS = (*DAYS, *TO_DATE, "all")
EARLIEST = datetime(2022, 9, 22, tzinfo=UTC)

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_AGO = re.compile(r"(?:(\d{1,3})|(an?)|(" + "|".join(_NUMBERS) + r")) (" + "|".join(_UNITS) + r")s? ago")
_LAST = re.compile(r"last (week|month|year)")
_NAMED_DAYS = {"now": 0, "today": 0, "yesterday": -1, "tomorrow": 1}


class Period(NamedTuple):
    """From when to when, either end open where it is None."""

    start: datetime | None
    end: datetime | None

    def holds(self, unix_ms: int) -> bool:
        """Whether the moment lies within."""
        moment = datetime.fromtimestamp(unix_ms / 1000, UTC)
        return (self.start is None or self.start <= moment) and (self.end is None or moment <= self.end)


def read_period(query: Mapping[str, str], now: datetime) -> Period:
    """`start` beats `interval`; `end` counts only beside a start; without all of them it is the last 30 days."""
    interval = rules.choice(query, "interval", INTERVALS, default="30d")
    start = _moment(query, "start", now)
    if start is not None and start < EARLIEST:
        raise invalid("custom", "start", "The start date cannot be earlier than September 22, 2022.")
    end = _moment(query, "end", now)
    zone = _zone(query.get("timezone", ""))
    if start is not None:
        return _whole_days(start, end or now, zone)
    return Period(_interval_start(interval, now.astimezone(zone)), None)


def _whole_days(start: datetime, end: datetime, zone: tzinfo) -> Period:
    """Both ends widened to their days, then swapped where they are reversed: that leaves out most of both days."""
    first = datetime.combine(start.astimezone(zone), time.min, zone)
    last = datetime.combine(end.astimezone(zone), time.max, zone)
    return Period(min(first, last), max(first, last))


def _interval_start(interval: str, now: datetime) -> datetime | None:
    if interval in DAYS:
        return now - timedelta(days=DAYS[interval])
    midnight = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = {"mtd": midnight.month, "qtd": (midnight.month - 1) // 3 * 3 + 1, "ytd": 1}
    return midnight.replace(month=months[interval]) if interval in months else None


def _zone(name: str) -> tzinfo:
    """The named zone; a name that nobody knows is ignored."""
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError, KeyError):
        return UTC


def _moment(query: Mapping[str, str], key: str, now: datetime) -> datetime | None:
    if key not in query:
        return None
    text = query[key].strip()
    moment = _iso(text) or _spoken(text.lower(), now)
    if moment is None:
        raise invalid("custom", key, "Invalid date")
    return moment


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _spoken(text: str, now: datetime) -> datetime | None:
    """The plainest of what people write: `yesterday`, `two weeks ago`, `last month`."""
    if text in _NAMED_DAYS:
        return now + timedelta(days=_NAMED_DAYS[text])
    if last := _LAST.fullmatch(text):
        return now - timedelta(seconds=_UNITS[last[1]])
    if ago := _AGO.fullmatch(text):
        number = int(ago[1]) if ago[1] else 1 if ago[2] else _NUMBERS.index(ago[3])
        return now - timedelta(seconds=number * _UNITS[ago[4]])
    return None
