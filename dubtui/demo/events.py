"""Events invented from a customer's row, the same every time: one click, its leads, and its sales to the cent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from dubtui.demo import javascript
from dubtui.demo.data import Row
from dubtui.demo.places import DEVICES, NOWHERE, PLACES, REFERERS, Device, Place

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
MONTH_MS = 30 * DAY_MS + 10 * 60 * MINUTE_MS
PRICES = (990, 1990, 4900, 4990, 9800, 12400, 19600, 24500, 49000, 98000, 196000)
"""What the demo's company charges a month, in cents."""


@dataclass(frozen=True, slots=True)
class Click:
    """What is known of the click that began it all; every later event repeats it."""

    id: str
    link_id: str
    place: Place
    device: Device
    referer: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a customer did; `number` counts the events of its kind from 0, amounts are cents."""

    kind: str
    at_ms: int
    number: int
    name: str
    customer: Row
    click: Click
    amount: int = 0
    metadata: dict[str, object] | None = None


def invent(row: Row) -> list[Event]:
    """All events of a customer, oldest first; one who came through no link has none."""
    if row["linkId"] is None:
        return []
    rng = Random(row["id"])
    click = Click(
        id=f"clk_{rng.getrandbits(64):016x}",
        link_id=row["linkId"],
        place=PLACES.get(row["country"] or "", NOWHERE),
        device=rng.choice(DEVICES),
        referer=rng.choice(REFERERS),
    )
    signed_up_ms = javascript.unix_ms(row["createdAt"])
    events = [
        Event("click", signed_up_ms - rng.randint(2, 40) * MINUTE_MS, 0, "", row, click),
        Event("lead", signed_up_ms, 0, "Sign up", row, click),
    ]
    if rng.random() < 0.4:
        plan: dict[str, object] = {"plan": rng.choice(("starter", "plus", "pro")), "seats": rng.randint(1, 12)}
        events.append(Event("lead", signed_up_ms + 8 * MINUTE_MS, 1, "Trial started", row, click, metadata=plan))
    events += _sales(row, click)
    return sorted(events, key=lambda event: event.at_ms)


def _sales(row: Row, click: Click) -> Iterator[Event]:
    moments = _moments(row)
    for number, (at_ms, amount) in enumerate(zip(moments, _amounts(row["saleAmount"], len(moments)), strict=True)):
        name = "Invoice paid" if number else "Subscription created"
        coupon: dict[str, object] | None = {"coupon": "WELCOME"} if row["partnerId"] and not number else None
        yield Event("sale", at_ms, number, name, row, click, amount, coupon)


def _moments(row: Row) -> list[int]:
    """When the sales were made: a month apart, closer where a cancellation leaves less time."""
    first_ms = javascript.unix_ms(row["firstSaleAt"] or row["createdAt"])
    step_ms = MONTH_MS
    if row["subscriptionCanceledAt"] and row["sales"]:
        time_left_ms = javascript.unix_ms(row["subscriptionCanceledAt"]) - first_ms
        step_ms = max(0, min(MONTH_MS, (time_left_ms - 1) // row["sales"]))
    return [first_ms + number * step_ms for number in range(row["sales"])]


def _amounts(total: int, number: int) -> Sequence[int]:
    """So many amounts that add up to the total: one price, or a smaller and then a bigger one, or about the same."""
    if not number:
        return ()
    if total % number == 0:
        return [total // number] * number
    for index, small in enumerate(PRICES):
        for big in PRICES[index + 1 :]:
            at_small, rest = divmod(number * big - total, big - small)
            if rest == 0 and 0 < at_small < number:
                return [small] * at_small + [big] * (number - at_small)
    share = total // number
    return [share] * (number - 1) + [total - share * (number - 1)]
