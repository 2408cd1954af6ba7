"""The records that Dub's customers API answers with, in snake_case; unknown keys are kept.

https://dub.co/docs/api-reference/endpoint/retrieve-a-customer
"""

from __future__ import annotations

import json
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, PrivateAttr
from pydantic.alias_generators import to_camel


class Record(BaseModel):
    """Frozen; every key but an id may be missing or null, whatever the documentation promises."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel, populate_by_name=True)


class Link(Record):
    """The short link that a customer came by."""

    id: str
    domain: str | None = None
    key: str | None = None
    short_link: str | None = None
    url: str | None = None
    program_id: str | None = None


class Partner(Record):
    """The partner to whom a customer is attributed."""

    id: str
    name: str | None = None
    email: str | None = None
    image: str | None = None


class Discount(Record):
    """What a partner's customers get off: `amount` is per cent or USD cents, as `type` says."""

    id: str
    amount: int | None = None
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
    sales: int | None = None
    sale_amount: int | None = None
    """USD cents; may be negative, may be beyond 2^53."""
    created_at: AwareDatetime | None = None
    first_sale_at: AwareDatetime | None = None
    subscription_canceled_at: AwareDatetime | None = None
    link: Link | None = None
    program_id: str | None = None
    partner: Partner | None = None
    discount: Discount | None = None

    _sent: bytes = PrivateAttr(default=b"")

    @property
    def sent(self) -> bytes:
        """The JSON object as it came, with whatever no record can hold (lone surrogates, unknown keys)."""
        return self._sent

    @classmethod
    def of(cls, value: dict[str, Any], sent: bytes) -> Self:
        """The record of a decoded object and the text that it was decoded from; raises pydantic's ValidationError."""
        customer = cls.model_validate(value)
        customer._sent = sent
        return customer

    @classmethod
    def from_sent(cls, sent: bytes) -> Self:
        """The record that `sent` once gave."""
        return cls.of(json.loads(sent), sent)
