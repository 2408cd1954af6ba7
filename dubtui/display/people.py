"""One customer in words: the cells of tables and the lines of cards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from dubtui.display.figures import day, dollars_and_cents, milliseconds, money, months_between, span
from dubtui.display.text import BLANK, Spans, plural, safe
from dubtui.fields import BY_NAME, CustomerRow, Kind, Naming, State

INVENTED = re.compile(r"[A-Z][A-Za-z]*( [A-Z][A-Za-z]*){2}")
"""The shape of a name that Dub makes up: three capitalised words."""

SIGNS: dict[State, Spans] = {
    State.LEAD: (("○ ", ""), ("lead", "muted")),
    State.PAID: (("● ", "success"), ("paid", "muted")),
    State.CANCELED: (("× ", "error"), ("canceled", "error")),
}


def state_of(row: CustomerRow) -> State:
    """Canceled beats paid, paid is a first sale."""
    if row.subscription_canceled_at is not None:
        return State.CANCELED
    return State.LEAD if row.first_sale_at is None else State.PAID


def email_spans(email: str) -> Spans:
    """The local part in ink, the domain behind it."""
    local, at, domain = safe(email).rpartition("@")
    return ((local, ""), (at + domain, "dim")) if at else ((domain, ""),)


def name_spans(row: CustomerRow) -> Spans:
    """The name, or what is known in its place."""
    match row.naming:
        case Naming.REAL:
            return ((safe(row.name or ""), ""),)
        case Naming.UNCONFIRMED if row.name and not INVENTED.fullmatch(row.name):
            return ((safe(row.name), ""),)
        case Naming.UNCONFIRMED:
            return ((f"{safe(row.name or '')} ?", "dim"),)
    return BLANK


def who(row: CustomerRow) -> Spans:
    """What tells a customer in one column: the e-mail, else the name, else that there is neither."""
    if row.email:
        return email_spans(row.email)
    return (("no name, no e-mail", "dim"),) if (name := name_spans(row)) == BLANK else name


def title_of(row: CustomerRow) -> str:
    """What a customer is called in a heading or a sentence."""
    name = name_spans(row)
    if name != BLANK and not (row.naming is Naming.UNCONFIRMED and row.name and INVENTED.fullmatch(row.name)):
        return name[0][0]
    return safe(row.email or row.external_id or row.id)


def money_spans(cents: float | None, *, hanging: bool = False) -> Spans:
    """Dollars with the cents dim behind them; `hanging` keeps the cents' place where they are zero."""
    if cents is None:
        return (*BLANK, ("   ", "")) if hanging else BLANK
    dollars, rest = dollars_and_cents(round(cents))
    ink = "dim" if round(cents) == 0 else ""
    return ((dollars, ink), (rest.ljust(3) if hanging else rest, "dim"))


def average_sale(row: CustomerRow) -> float | None:
    """Cents."""
    return row.sale_amount / row.sales if row.sale_amount is not None and row.sales else None


def time_to_first_sale(row: CustomerRow) -> int | None:
    """Milliseconds; negative where an import dated them so."""
    if row.first_sale_at is None or row.created_at is None:
        return None
    return row.first_sale_at - row.created_at


def months_paying(row: CustomerRow, now: datetime) -> int | None:
    """From the first sale to the cancellation, or to now."""
    if row.first_sale_at is None:
        return None
    end = row.subscription_canceled_at if row.subscription_canceled_at is not None else milliseconds(now)
    return months_between(row.first_sale_at, end)


ATTRIBUTES = {
    "id": "id",
    "name": "name",
    "email": "email",
    "externalId": "external_id",
    "stripeCustomerId": "stripe_customer_id",
    "country": "country",
    "saleAmount": "sale_amount",
    "sales": "sales",
    "createdAt": "created_at",
    "firstSaleAt": "first_sale_at",
    "subscriptionCanceledAt": "subscription_canceled_at",
    "partnerName": "partner_name",
    "partnerEmail": "partner_email",
    "partnerId": "partner_id",
    "link": "link",
    "linkId": "link_id",
    "programId": "program_id",
    "discount": "discount_amount",
    "avatar": "avatar",
}
"""Where a row has the fields that are not derived."""


def value_in(row: CustomerRow, name: str, now: datetime) -> str | int | float | bool | None:
    """A field's bare value: cents, unix milliseconds, text."""
    match name:
        case "state":
            return state_of(row)
        case "paid":
            return row.first_sale_at is not None
        case "churned":
            return row.subscription_canceled_at is not None
        case "averageSale":
            return average_sale(row)
        case "timeToFirstSale":
            return time_to_first_sale(row)
        case "monthsPaying":
            return months_paying(row, now)
    value: str | int | None = getattr(row, ATTRIBUTES[name])
    return value


Cell = Callable[[CustomerRow, datetime], Spans]


def _text(attribute: str, ink: str = "muted") -> Cell:
    def cell(row: CustomerRow, now: datetime) -> Spans:
        value = getattr(row, attribute)
        return ((safe(value), ink),) if value else BLANK

    return cell


def _day(attribute: str) -> Cell:
    def cell(row: CustomerRow, now: datetime) -> Spans:
        text = day(getattr(row, attribute), now)
        return ((text, "muted"),) if text else BLANK

    return cell


def _count(value: int | None) -> Spans:
    return BLANK if value is None else ((f"{value:,}", "" if value else "dim"),)


def _flag(value: bool) -> Spans:
    return (("yes", ""),) if value else (("no", "dim"),)


def _span(value: int | None) -> Spans:
    return BLANK if value is None else ((span(value), "muted"),)


def discount_words(amount: int | None, kind: str | None, months: int | None) -> str:
    """`20% for 12 months`, `$10.00 once`."""
    if amount is None:
        return ""
    what = money(amount) if kind == "flat" else f"{amount}%"
    if months is None:
        return what
    return f"{what} once" if months == 0 else f"{what} for {plural(months, 'month')}"


def _discount(row: CustomerRow) -> Spans:
    words = discount_words(row.discount_amount, row.discount_type, row.discount_months)
    return ((words, "muted"),) if words else BLANK


CELLS: dict[str, Cell] = {
    "id": _text("id", "muted"),
    "name": lambda row, now: name_spans(row),
    "email": lambda row, now: email_spans(row.email) if row.email else BLANK,
    "externalId": _text("external_id"),
    "stripeCustomerId": _text("stripe_customer_id"),
    "country": _text("country"),
    "saleAmount": lambda row, now: money_spans(row.sale_amount, hanging=True),
    "sales": lambda row, now: _count(row.sales),
    "createdAt": _day("created_at"),
    "firstSaleAt": _day("first_sale_at"),
    "subscriptionCanceledAt": _day("subscription_canceled_at"),
    "state": lambda row, now: SIGNS[state_of(row)],
    "paid": lambda row, now: _flag(row.first_sale_at is not None),
    "churned": lambda row, now: _flag(row.subscription_canceled_at is not None),
    "averageSale": lambda row, now: money_spans(average_sale(row), hanging=True),
    "timeToFirstSale": lambda row, now: _span(time_to_first_sale(row)),
    "monthsPaying": lambda row, now: _count(months_paying(row, now)),
    "partnerName": _text("partner_name"),
    "partnerEmail": _text("partner_email"),
    "partnerId": _text("partner_id"),
    "link": lambda row, now: ((safe(without_scheme(row.link)), "muted"),) if row.link else BLANK,
    "linkId": _text("link_id"),
    "programId": _text("program_id"),
    "discount": lambda row, now: _discount(row),
    "avatar": _text("avatar"),
}
"""How each field of the registry stands in a table."""


def is_figure(name: str) -> bool:
    """Whether a field's cells end on one column."""
    return BY_NAME[name].kind in (Kind.MONEY, Kind.COUNT)


def without_scheme(url: str) -> str:
    """An address as one says it."""
    return url.removeprefix("https://").removeprefix("http://")
