"""The vocabulary: every field of a customer, Dub's and derived, under one name in filters, orders and columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a field's values are, which decides how they are compared, written and shown."""

    TEXT = "text"
    MONEY = "money"
    """USD cents, an integer or, for an average, a fraction."""
    COUNT = "count"
    DATE = "date"
    """Unix milliseconds."""
    SPAN = "span"
    """Milliseconds."""
    RATE = "rate"
    """Per cent or USD cents, as the discount's type says; compared by the bare number."""
    FLAG = "flag"
    STATE = "state"


class State(StrEnum):
    """Where a customer stands; canceled beats paid."""

    LEAD = "lead"
    PAID = "paid"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` is the API's camelCase (amounts in cents), an alias is what one types (amounts in dollars)."""

    name: str
    kind: Kind
    title: str
    head: str
    aliases: tuple[str, ...] = ()
    formula: str = ""
    """How a derived value comes about, in words; empty for what Dub sends."""


FIELDS: tuple[Field, ...] = (
    Field("id", Kind.TEXT, "Dub id", "Dub id", ("dub_id",)),
    Field("name", Kind.TEXT, "Name", "Name"),
    Field("email", Kind.TEXT, "E-mail", "E-mail", ("mail",)),
    Field("externalId", Kind.TEXT, "External ID", "External ID", ("external", "external_id", "ext")),
    Field("stripeCustomerId", Kind.TEXT, "Stripe ID", "Stripe ID", ("stripe", "stripe_id")),
    Field("country", Kind.TEXT, "Country", "Ctry"),
    Field("saleAmount", Kind.MONEY, "Lifetime value", "LTV", ("ltv", "amount", "revenue")),
    Field("sales", Kind.COUNT, "Sales", "Sales"),
    Field("createdAt", Kind.DATE, "Created", "Created", ("created",)),
    Field("firstSaleAt", Kind.DATE, "First sale", "Paid", ("first_sale", "firstsale")),
    Field("subscriptionCanceledAt", Kind.DATE, "Canceled", "Canceled", ("canceled", "cancelled")),
    Field("state", Kind.STATE, "State", "State", formula="canceled, else paid once there is a first sale, else lead"),
    Field("paid", Kind.FLAG, "Paid", "Paid?", formula="has a first sale"),
    Field("churned", Kind.FLAG, "Churned", "Churned?", formula="the subscription is canceled"),
    Field("averageSale", Kind.MONEY, "Average sale", "Average", ("average", "avg"), "lifetime value ÷ sales"),
    Field("timeToFirstSale", Kind.SPAN, "Time to first sale", "To sale", ("time_to_sale",), "first sale − created"),
    Field(
        "monthsPaying",
        Kind.COUNT,
        "Months paying",
        "Months",
        ("months",),
        "first sale to cancellation, or to now, in months of 30.4 days",
    ),
    Field("partnerName", Kind.TEXT, "Partner", "Partner", ("partner",)),
    Field("partnerEmail", Kind.TEXT, "Partner e-mail", "Partner e-mail", ("partner_email",)),
    Field("partnerId", Kind.TEXT, "Partner id", "Partner id", ("partner_id",)),
    Field("link", Kind.TEXT, "Link", "Link", ("short_link", "shortlink")),
    Field("linkId", Kind.TEXT, "Link id", "Link id", ("link_id",)),
    Field("programId", Kind.TEXT, "Program id", "Program id", ("program", "program_id")),
    Field("discount", Kind.RATE, "Discount", "Discount"),
    Field("avatar", Kind.TEXT, "Avatar", "Avatar"),
)

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}

_by_word = {word.casefold(): field for field in FIELDS for word in (field.name, *field.aliases)}


def field_of(word: str) -> Field | None:
    """The field that somebody means by its name or an alias, whatever the case."""
    return _by_word.get(word.casefold())


class Naming(StrEnum):
    """What is known of a name, which Dub invents anew in each answer for a customer with neither name nor e-mail."""

    REAL = "real"
    NONE = "none"
    """There is none; Dub shows the e-mail in its place."""
    UNCONFIRMED = "unconfirmed"
    """Read once, without an e-mail beside it: real or invented."""
    INVENTED = "invented"
    """Two readings differ."""


class CustomerRow(NamedTuple):
    """One customer as the store keeps it for tables: flat, dates in unix milliseconds, text that SQLite can hold."""

    row: int
    id: str
    name: str | None
    naming: Naming
    email: str | None
    external_id: str | None
    stripe_customer_id: str | None
    country: str | None
    avatar: str | None
    sales: int | None
    sale_amount: int | None
    created_at: int | None
    first_sale_at: int | None
    subscription_canceled_at: int | None
    link_id: str | None
    link: str | None
    program_id: str | None
    partner_id: str | None
    partner_name: str | None
    partner_email: str | None
    discount_id: str | None
    discount_amount: int | None
    discount_type: str | None
    discount_months: int | None
