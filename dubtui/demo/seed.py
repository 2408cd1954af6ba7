"""The invented workspace: a young company's customers, the same ones every time."""

import math
import string
from collections.abc import Iterator, Mapping
from itertools import count, islice
from random import Random
from typing import NamedTuple, cast

from dubtui.demo import javascript
from dubtui.demo.data import Data, Row, Token, Workspace
from dubtui.demo.events import DAY_MS, MINUTE_MS, MONTH_MS, PRICES
from dubtui.demo.ids import new_id
from dubtui.demo.newest import NEWEST, Newest
from dubtui.demo.oddities import ODDITIES, Value
from dubtui.demo.partners import DISCOUNTS, LINKS, PARTNERS, PROGRAM_ID
from dubtui.demo.people import PEOPLE, Person

DEFAULT_SIZE = 312
KEY = "dub_demo"
WORKSPACE_ID = "ws_1DEMO"
NEWEST_MS = javascript.unix_ms("2026-11-20T16:42:07.318Z")
NOW_MS = NEWEST_MS + DAY_MS
"""When the last of the invented sales may have been made."""
AGE_MS = 608 * DAY_MS
GROWTH = 2.2
"""How much denser the customers come today than at the beginning: e to this power."""
FIRST_ODDITY, ODDITY_EVERY = 24, 5
LAST_NUMBER = 8731
"""The number in the external id of the last of `NEWEST`; the older ones count down from it."""
CROWD_GAP_MS = 11 * MINUTE_MS

_PRICE_WEIGHTS = (2, 4, 5, 7, 8, 8, 8, 7, 5, 3, 2)
_LETTERS = string.ascii_letters + string.digits
_LINKS = {link["key"]: link for link in LINKS}


class Purchases(NamedTuple):
    """What a customer bought: cents in so many sales, from when on, and until when."""

    sales: int
    amount: int
    first_ms: int
    canceled_ms: int | None = None


def workspace(size: int = DEFAULT_SIZE) -> Data:
    """The workspace with so many customers, of which the first 312 are always the same; its key is `dub_demo`."""
    return Data(
        customers={WORKSPACE_ID: customers(size)},
        links={link["id"]: link for link in LINKS},
        partners={partner["id"]: partner for partner in PARTNERS.values()},
        discounts={discount["id"]: discount for discount in DISCOUNTS},
        workspaces={WORKSPACE_ID: Workspace(WORKSPACE_ID, plan="business", program_id=PROGRAM_ID)},
        tokens={KEY: Token(KEY, WORKSPACE_ID)},
    )


def customers(size: int) -> Iterator[Row]:
    """So many customers, newest first but for what an import dated back."""
    yield from islice(_company(), size)
    yield from islice(_crowd(), max(0, size - DEFAULT_SIZE))


def _company() -> Iterator[Row]:
    """The 312 that everybody has: the newest by name, then people, with an oddity now and then."""
    rng = Random(DEFAULT_SIZE)
    people, oddities = iter(PEOPLE), iter(ODDITIES)
    for place in range(DEFAULT_SIZE):
        created_ms = _created_ms(place, rng)
        if place < len(NEWEST):
            yield _newest_row(NEWEST[place], created_ms, rng)
            continue
        external_id = f"user_{LAST_NUMBER - 5 * (place - len(NEWEST)) - rng.randint(1, 4)}"
        odd_turn = place >= FIRST_ODDITY and (place - FIRST_ODDITY) % ODDITY_EVERY == 0
        oddity = next(oddities, None) if odd_turn else None
        if oddity:
            yield _odd_row(oddity, external_id, created_ms, rng)
        else:
            yield _row(next(people), external_id, created_ms, _purchases(created_ms, rng), _link_key(rng), rng)


def _created_ms(place: int, rng: Random) -> int:
    """When the customer at that place came: the older, the wider apart."""
    gap_ms = _since_ms(place + 1) - _since_ms(place)
    return NEWEST_MS - round(_since_ms(place) + rng.random() * 0.8 * gap_ms * bool(place))


def _since_ms(place: int) -> float:
    return AGE_MS * math.expm1(GROWTH * place / DEFAULT_SIZE) / math.expm1(GROWTH)


def _newest_row(newest: Newest, created_ms: int, rng: Random) -> Row:
    first_ms = created_ms + rng.randint(3, 55) * MINUTE_MS
    canceled_ms = first_ms + DAY_MS + rng.randint(3, 600) * MINUTE_MS if newest.canceled else None
    purchases = Purchases(1, newest.amount, first_ms, canceled_ms) if newest.amount else None
    return _row(newest.person, newest.external_id, created_ms, purchases, newest.link, rng)


def _odd_row(oddity: Mapping[str, Value], external_id: str, created_ms: int, rng: Random) -> Row:
    person = Person(None, None, rng.choice(PEOPLE).country)
    if "sales" in oddity:
        sales, amount = cast(int, oddity["sales"]), cast(int, oddity["saleAmount"])
        purchases: Purchases | None = Purchases(sales, amount, created_ms + DAY_MS)
    else:
        purchases = _purchases(created_ms, rng)
    row = _row(person, external_id, created_ms, purchases, _link_key(rng), rng)
    return cast(Row, {**row, **oddity})


def _row(
    person: Person, external_id: str, created_ms: int, purchases: Purchases | None, link_key: str | None, rng: Random
) -> Row:
    customer_id = new_id("cus_", created_ms, rng)
    partner = PARTNERS.get(link_key or "")
    has_stripe = purchases is not None and rng.random() < 0.92
    return {
        "id": customer_id,
        "name": person.name,
        "email": person.email,
        "avatar": f"https://dubassets.com/customers/{customer_id}/avatar_demo" if rng.random() < 0.3 else None,
        "externalId": external_id,
        "stripeCustomerId": f"cus_{''.join(rng.choices(_LETTERS, k=14))}" if has_stripe else None,
        "country": person.country,
        "linkId": _LINKS[link_key]["id"] if link_key else None,
        "partnerId": partner["id"] if partner else None,
        "programId": PROGRAM_ID if partner else None,
        "sales": purchases.sales if purchases else 0,
        "saleAmount": purchases.amount if purchases else 0,
        "createdAt": javascript.iso(created_ms),
        "firstSaleAt": javascript.iso(purchases.first_ms) if purchases else None,
        "subscriptionCanceledAt": (
            javascript.iso(purchases.canceled_ms) if purchases and purchases.canceled_ms else None
        ),
    }


def _purchases(created_ms: int, rng: Random) -> Purchases | None:
    """A yearly or monthly subscription, now and then to a dearer plan later on; nothing for nearly half of them."""
    first_ms = created_ms + rng.randint(60, 14 * 24 * 60) * MINUTE_MS
    if rng.random() < 0.45 or first_ms > NOW_MS:
        return None
    plan = rng.choices(range(len(PRICES)), _PRICE_WEIGHTS)[0]
    price, dearer = PRICES[plan], PRICES[min(plan + 2, len(PRICES) - 1)]
    months = (NOW_MS - first_ms) // MONTH_MS + 1
    if months <= 12 and rng.random() < 0.4:
        return Purchases(1, price * 10, first_ms)
    stays = months == 1 or rng.random() < 0.75
    sales = months if stays else rng.randint(1, months - 1)
    later = rng.randint(1, sales - 1) if sales > 2 and rng.random() < 0.3 else 0
    canceled_ms = None if stays else first_ms + sales * MONTH_MS - rng.randint(1, 20) * DAY_MS
    return Purchases(sales, price * (sales - later) + dearer * later, first_ms, canceled_ms)


def _link_key(rng: Random) -> str | None:
    return rng.choice(LINKS)["key"] if rng.random() < 0.75 else None


def _crowd() -> Iterator[Row]:
    """Any number of older customers, quickly: names and addresses of the people, mixed and numbered."""
    rng = Random(1)
    names = [person.name.split() for person in PEOPLE if person.name and " " in person.name]
    addresses = [person.email.split("@") for person in PEOPLE if person.email]
    oldest_ms = NEWEST_MS - AGE_MS - DAY_MS
    for number in count(1):
        given, family = rng.choice(names)[0], rng.choice(names)[-1]
        local, domain = rng.choice(addresses)
        person = Person(f"{given} {family}", f"{local}.{number}@{domain}", rng.choice(PEOPLE).country)
        created_ms = oldest_ms - number * CROWD_GAP_MS - rng.randrange(CROWD_GAP_MS)
        external_id = f"user_{100_000 + number}"
        yield _row(person, external_id, created_ms, _purchases(created_ms, rng), _link_key(rng), rng)
