"""Money, dates, ages and spans as Dub's dashboard writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000
"""Milliseconds, as all dates and spans of this module."""
UNITS = (("year", 365.25 * DAY), ("month", 30.4375 * DAY), ("day", DAY), ("hour", DAY / 24), ("minute", DAY / 1440))


def money(cents: int | float | None) -> str:
    """`$1,234.50`; an average is rounded to the cent."""
    if cents is None:
        return ""
    cents = round(cents)
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02}"


def dollars_and_cents(cents: int) -> tuple[str, str]:
    """`$1,234` and `.50`, the cents empty where they are zero."""
    text = money(cents)
    return (text[:-3], "" if text.endswith(".00") else text[-3:])


def moment(ms: int, zone: tzinfo | None) -> datetime | None:
    """The date in its zone; None where no calendar goes that far."""
    try:
        return (EPOCH + timedelta(milliseconds=ms)).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def milliseconds(at: datetime) -> int:
    """Unix milliseconds, exactly."""
    delta = at - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000


def day(ms: int | None, now: datetime) -> str:
    """`Aug 21` in the present year, `Aug 2025` before or after."""
    at = None if ms is None else moment(ms, now.tzinfo)
    if at is None:
        return ""
    return f"{at:%b} {at.day:02}" if at.year == now.year else f"{at:%b} {at.year}"


def full_day(ms: int | None, now: datetime) -> str:
    """`Aug 21, 2025`."""
    at = None if ms is None else moment(ms, now.tzinfo)
    return f"{at:%b} {at.day}, {at.year}" if at else ""


def full_moment(ms: int | None, now: datetime) -> str:
    """`Aug 21, 2025, 9:05 PM`."""
    at = None if ms is None else moment(ms, now.tzinfo)
    return f"{at:%b} {at.day}, {at.year}, {time_of_day(at)}" if at else ""


def short_moment(ms: int, now: datetime) -> str:
    """`9:05 PM` of today, `Aug 21` or `Aug 2025` of another day."""
    at = moment(ms, now.tzinfo)
    return time_of_day(at) if at and at.date() == now.date() else day(ms, now)


def time_of_day(at: datetime) -> str:
    """`9:05 PM`."""
    return f"{at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"


def span(ms: float | None) -> str:
    """`3 days`, in the largest unit that fills it, rounded; `at once` under a minute."""
    if ms is None:
        return ""
    for unit, size in UNITS:
        number = int(abs(ms) / size + 0.5)
        if abs(ms) >= size * 0.97:
            return f"{'-' if ms < 0 else ''}{number:,} {unit}{'' if number == 1 else 's'}"
    return "at once"


def age(seconds: float) -> str:
    """How long ago, short: `12 s`, `2 min`, `3 h`, `4 d`."""
    seconds = max(0, int(seconds))
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def months_between(start_ms: int, end_ms: int) -> int:
    """Months of 30.4 days, rounded, never below zero."""
    return max(0, int((end_ms - start_ms) / UNITS[1][1] + 0.5))
