"""Customers and stores for tests of the store, and the store's rules once more in plain Python to hold it against."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cmp_to_key
from typing import Any

from hypothesis import strategies as st

from dubtui.api.models import Customer
from dubtui.folding import fold
from dubtui.store.filtering import All, Between, Contains, Missing, Node, Not, OneOf, Words
from dubtui.store.filtering import Any as AnyOf
from dubtui.store.views import Order, Totals

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW_MS = 1_780_000_000_000
MONTH_MS = 2_629_800_000.0

Values = dict[str, Any]


def customer(values: Values) -> Customer:
    """A record with Dub's keys; dates are given in unix milliseconds."""
    sent = {key: iso(value) if key.endswith("At") else value for key, value in values.items()}
    return Customer.from_sent(json.dumps(sent).encode())


def iso(ms: int | None) -> str | None:
    """A moment as Dub writes it."""
    if ms is None:
        return None
    at = EPOCH + timedelta(milliseconds=ms)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def plain(number: int, **values: Any) -> Values:
    """An ordinary customer; a higher number is newer."""
    return {
        "id": f"cus_1K{number:023d}",
        "name": f"Name {number}",
        "email": f"person{number}@mail.example",
        "avatar": None,
        "externalId": f"user_{number}",
        "stripeCustomerId": None,
        "country": "DE",
        "sales": 0,
        "saleAmount": 0,
        "createdAt": 1_700_000_000_000 + number * 60_000,
        "firstSaleAt": None,
        "subscriptionCanceledAt": None,
    } | values


_texts = st.one_of(
    st.sampled_from(
        ["Ada", "ada", "ADA", "Søren", "soren", "Ångström", "Straße", "ıstanbul", "ﬁn", "山田", "a\x00b", "\ud800x", ""]
    ),
    st.text(max_size=6),
)
_amounts = st.one_of(st.integers(-500, 500), st.sampled_from([0, 2**40, -(2**40), 2**53 + 1]))
_moments = st.integers(0, 20).map(lambda step: 1_700_000_000_000 + step * 86_400_000)
_maybe_moments = st.none() | _moments


@st.composite
def customers(draw: st.DrawFn, numbers: st.SearchStrategy[int] = st.integers(0, 30)) -> Values:  # noqa: B008
    """A customer as odd as Dub's can be; few numbers, so that some come twice."""
    number = draw(numbers)
    values = plain(
        number,
        name=draw(_texts),
        email=draw(st.none() | st.sampled_from(["", "a@b.example", "A@B.example", "é@x.example"])),
        externalId=draw(_texts),
        stripeCustomerId=draw(st.none() | st.sampled_from(["cus_A", "cus_b"])),
        country=draw(st.none() | st.sampled_from(["DE", "de", "US", "narnia"])),
        sales=draw(st.integers(0, 3)),
        saleAmount=draw(_amounts),
        createdAt=draw(_moments),
        firstSaleAt=draw(_maybe_moments),
        subscriptionCanceledAt=draw(_maybe_moments),
    )
    if draw(st.booleans()):
        values["link"] = {"id": "link_1", "shortLink": "https://acme.example/x"}
        values["partner"] = {"id": "pn_1", "name": draw(_texts), "email": "p@x.example"}
        values["discount"] = {"id": "disc_1", "amount": draw(st.integers(0, 50)), "type": "percentage"}
    return values


def value_of(values: Values, field: str) -> Any:
    """What a field is sorted and compared by."""
    link, partner, discount = (values.get(key) or {} for key in ("link", "partner", "discount"))
    sales, amount, first, ended = (
        values[key] for key in ("sales", "saleAmount", "firstSaleAt", "subscriptionCanceledAt")
    )
    match field:
        case "name":
            return _folded(shown_name(values))
        case "email" | "externalId":
            return _folded(values[field])
        case "partnerName":
            return _folded(partner.get("name"))
        case "state":
            return "canceled" if ended is not None else "paid" if first is not None else "lead"
        case "paid":
            return int(first is not None)
        case "churned":
            return int(ended is not None)
        case "averageSale":
            return amount / sales if sales else None
        case "timeToFirstSale":
            return None if first is None else first - values["createdAt"]
        case "monthsPaying":
            end = NOW_MS if ended is None else ended
            return None if first is None else max(0, int((end - first) / MONTH_MS + 0.5))
        case "partnerEmail":
            return partner.get("email")
        case "partnerId":
            return partner.get("id")
        case "link":
            return link.get("shortLink")
        case "linkId":
            return link.get("id")
        case "discount":
            return discount.get("amount")
        case "programId":
            return values.get("programId")
    return values[field]


def shown_name(values: Values) -> str | None:
    """The name, where it is one and not the e-mail in its place."""
    return values["name"] if values["name"] and values["name"] != values["email"] else None


def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text)


def holds(node: Node, values: Values) -> bool:
    """Whether a filter takes a customer in."""
    match node:
        case Words(text):
            partner, link = values.get("partner") or {}, values.get("link") or {}
            searched = (
                shown_name(values),
                *(values[key] for key in ("email", "externalId", "stripeCustomerId", "id")),
                *(link.get("shortLink"), partner.get("name"), partner.get("email")),
            )
            return fold(text) == "" or any(fold(text) in fold(field) for field in searched if field)
        case Contains(field, text):
            value = value_of(values, field)
            return value is not None and fold(text) in fold(value)
        case OneOf(field, wanted):
            value = value_of(values, field)
            value = fold(value) if isinstance(value, str) else value
            return value is not None and value in [fold(one) if isinstance(one, str) else one for one in wanted]
        case Between(field, low, high, low_closed, high_closed):
            value = value_of(values, field)
            return value is not None and _is_between(value, low, high, low_closed=low_closed, high_closed=high_closed)
        case Missing(field):
            return value_of(values, field) is None
        case Not(part):
            return not holds(part, values)
        case All(parts):
            return all(holds(part, values) for part in parts)
        case AnyOf(parts):
            return any(holds(part, values) for part in parts)


def _is_between(value: float, low: float | None, high: float | None, *, low_closed: bool, high_closed: bool) -> bool:
    above = low is None or value > low or (low_closed and value == low)
    below = high is None or value < high or (high_closed and value == high)
    return above and below


def in_order(rows: Iterable[Values], order: Sequence[Order]) -> list[str]:
    """The ids of customers as a view has them: what has no value last, ties by id, newest first."""

    def compare(one: Values, other: Values) -> int:
        for level in order:
            mine, theirs = value_of(one, level.field), value_of(other, level.field)
            if mine == theirs:
                continue
            if mine is None or theirs is None:
                return 1 if mine is None else -1
            return (1 if mine > theirs else -1) * (-1 if level.descending else 1)
        return -1 if one["id"] > other["id"] else 1 if one["id"] < other["id"] else 0

    return [values["id"] for values in sorted(rows, key=cmp_to_key(compare))]


def totals_of(rows: Iterable[Values]) -> Totals:
    """The sums over customers."""
    rows = list(rows)
    return Totals(
        rows=len(rows),
        sale_amount=sum(values["saleAmount"] for values in rows),
        sales=sum(values["sales"] for values in rows),
        paid=sum(values["firstSaleAt"] is not None for values in rows),
        canceled=sum(values["subscriptionCanceledAt"] is not None for values in rows),
    )
