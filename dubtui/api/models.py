"""The records that Dub's customers API answers with, in snake_case; unknown keys are kept.

https://dub.co/docs/api-reference/endpoint/retrieve-a-customer
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, PrivateAttr
from pydantic.alias_generators import to_camel

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
JAVASCRIPT_DATE = re.compile(r"\w{3} (\w{3}) (\d\d) (\d{4}) (\d\d):(\d\d):(\d\d) GMT\+0000\b.*")
"""`Fri Nov 20 2026 16:04:29 GMT+0000 (Coordinated Universal Time)`"""


def _whole(value: object) -> object:
    """A number that JavaScript wrote with an exponent, as it does from 10^21 on."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class Record(BaseModel):
    """Frozen; every key may be missing or null but a customer's id, whatever the documentation promises."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel, populate_by_name=True)

    _sent: bytes = PrivateAttr(default=b"")

    @property
    def sent(self) -> bytes:
        """The JSON object as it came, with whatever no record can hold (lone surrogates, unknown keys)."""
        return self._sent

    @classmethod
    def of(cls, value: dict[str, Any], sent: bytes) -> Self:
        """The record of a decoded object and the text that it was decoded from; raises pydantic's ValidationError."""
        record = cls.model_validate(value)
        record._sent = sent
        return record

    @classmethod
    def from_sent(cls, sent: bytes) -> Self:
        """The record that `sent` once gave."""
        return cls.of(json.loads(sent), sent)


class Link(Record):
    """The short link that a customer came by."""

    id: str | None = None
    domain: str | None = None
    key: str | None = None
    short_link: str | None = None
    url: str | None = None
    program_id: str | None = None


class Partner(Record):
    """The partner to whom a customer is attributed."""

    id: str | None = None
    name: str | None = None
    email: str | None = None
    image: str | None = None


class Discount(Record):
    """What a partner's customers get off: `amount` is per cent or USD cents, as `type` says."""

    id: str | None = None
    amount: Whole | None = None
    type: str | None = None
    max_duration: int | None = None
    """Months; 0 is once, None is for ever."""
    coupon_id: str | None = None
    coupon_test_id: str | None = None
    description: str | None = None


class Customer(Record):
    """One customer; `link`, `program_id`, `partner` and `discount` come with the expanded fields alone."""

    id: str
    name: str | None = None
    """Never empty in an answer: the e-mail where there is no name, an invention of Dub's where there is neither."""
    email: str | None = None
    avatar: str | None = None
    external_id: str | None = None
    stripe_customer_id: str | None = None
    country: str | None = None
    sales: Whole | None = None
    sale_amount: Whole | None = None
    """USD cents; may be negative, may be beyond 2^53."""
    created_at: AwareDatetime | None = None
    first_sale_at: AwareDatetime | None = None
    subscription_canceled_at: AwareDatetime | None = None
    link: Link | None = None
    program_id: str | None = None
    partner: Partner | None = None
    discount: Discount | None = None


class Click(Record):
    """The click that an event goes back to; in leads and sales its `timestamp` is the event's own."""

    id: str | None = None
    timestamp: AwareDatetime | None = None
    url: str | None = None
    country: str | None = None
    city: str | None = None
    device: str | None = None
    browser: str | None = None
    os: str | None = None
    referer: str | None = None


class Sale(Record):
    """What was paid, in USD cents."""

    amount: Whole | None = None
    invoice_id: str | None = None
    payment_processor: str | None = None
    currency: str | None = None


class Event(Record):
    """Something that a customer did: `event` is click, lead or sale.

    https://dub.co/docs/api-reference/endpoint/list-events
    """

    event: str | None = None
    timestamp: str | None = None
    """A JavaScript date, in whole seconds; `at` reads it."""
    event_id: str | None = None
    event_name: str | None = None
    click: Click | None = None
    link: Link | None = None
    sale: Sale | None = None
    metadata: Any = None

    @property
    def at(self) -> datetime | None:
        """When it happened, to the millisecond where the click tells it; None where nothing readable does."""
        if self.click and self.click.timestamp:
            return self.click.timestamp
        return javascript_moment(self.timestamp or "")


def javascript_moment(text: str) -> datetime | None:
    """The moment that JavaScript's date text names, which Dub writes in UTC; None where it is no such text."""
    match = JAVASCRIPT_DATE.fullmatch(text)
    if match is None or match[1] not in MONTHS:
        return None
    day, year, hour, minute, second = map(int, match.groups()[1:])
    try:
        return datetime(year, MONTHS.index(match[1]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
