"""The tables of a workspace's copy, and how a record becomes a row of them."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dubtui.fields import CustomerRow, Naming
from dubtui.folding import SEPARATOR, fold

if TYPE_CHECKING:
    from dubtui.api.models import Customer

VERSION = 3

DDL = """
CREATE TABLE customer (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT, naming TEXT NOT NULL, email TEXT, external_id TEXT, stripe_customer_id TEXT, country TEXT, avatar TEXT,
    sales INTEGER, sale_amount INTEGER,
    created_at INTEGER, first_sale_at INTEGER, subscription_canceled_at INTEGER,
    link_id TEXT, link TEXT, program_id TEXT, partner_id TEXT, partner_name TEXT, partner_email TEXT,
    discount_id TEXT, discount_amount INTEGER, discount_type TEXT, discount_months INTEGER,
    name_key TEXT, email_key TEXT, external_key TEXT, partner_key TEXT,
    folded TEXT NOT NULL,
    json BLOB NOT NULL,
    read_at INTEGER NOT NULL,
    round INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE INDEX customer_created_at ON customer (created_at);
CREATE INDEX customer_external_key ON customer (external_key);
CREATE INDEX customer_email_key ON customer (email_key);
CREATE INDEX customer_name_key ON customer (name_key);
CREATE INDEX customer_stripe_customer_id ON customer (stripe_customer_id) WHERE stripe_customer_id IS NOT NULL;
CREATE INDEX customer_link ON customer (link) WHERE link IS NOT NULL;
"""

ROW_COLUMNS = ", ".join(CustomerRow._fields)
WRITTEN = (
    *CustomerRow._fields[1:],
    "name_key",
    "email_key",
    "external_key",
    "partner_key",
    "folded",
    "json",
    "read_at",
)
INSERT = f"INSERT INTO customer ({', '.join(WRITTEN)}) VALUES ({', '.join('?' * len(WRITTEN))})"
UPDATE = f"UPDATE customer SET {', '.join(f'{name} = ?' for name in WRITTEN)} WHERE row = ?"

EXPANDED_KEYS = frozenset({"link", "programId", "partner", "discount"})
"""What an answer without the expanded fields leaves out, though the customer may have it."""

COMMON = (
    b'"status":"active","https://","percentage","flat","type":"couponId":null,"couponTestId":null,"description":null}'
    b'"discount":{"id":"disc_","amount":,"type":"percentage","maxDuration":12,'
    b'"partner":{"id":"pn_","name":"","email":"@","image":null},'
    b'"link":{"id":"link_","domain":"","key":"","shortLink":"https://","url":"https://www.","programId":"prog_"},'
    b'"programId":"prog_"'
    b'{"id":"cus_1","name":"","email":"","avatar":null,"externalId":"user_","stripeCustomerId":"cus_",'
    b'"country":"US","sales":0,"saleAmount":0,"createdAt":"2026-01-01T00:00:00.000Z",'
    b'"firstSaleAt":null,"subscriptionCanceledAt":null,'
)
"""What most customers' JSON has in common; kept copies are read with the same words, so a change is a new VERSION."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 2**63 - 1


def create(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none yet."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    connection.executescript(f"BEGIN; {DDL} PRAGMA user_version = {VERSION}; COMMIT;")


def naming_of(name: str | None, email: str | None, before: tuple[str | None, Naming] | None) -> Naming:
    """What a further reading of a name tells; `before` is the last reading's name and what was known then."""
    if not name or name == email:
        return Naming.NONE
    if email:
        return Naming.REAL
    if before is None or not before[0] or before[1] is Naming.NONE:
        return Naming.UNCONFIRMED
    if before[0] == name:
        return Naming.REAL
    return Naming.UNCONFIRMED if before[1] is Naming.REAL else Naming.INVENTED


def written(customer: Customer, naming: Naming, read_at: int) -> tuple[Any, ...]:
    """The values of a customer in the order of `WRITTEN`."""
    name = None if naming in (Naming.NONE, Naming.INVENTED) else _text(customer.name)
    email, external_id = _text(customer.email), _text(customer.external_id)
    link, partner, discount = customer.link, customer.partner, customer.discount
    short_link = _text(link.short_link) if link else None
    partner_name = _text(partner.name) if partner else None
    partner_email = _text(partner.email) if partner else None
    stripe_customer_id = _text(customer.stripe_customer_id)
    searched = (name, email, external_id, stripe_customer_id, customer.id, short_link, partner_name, partner_email)
    return (
        customer.id,
        name,
        naming,
        email,
        external_id,
        stripe_customer_id,
        _text(customer.country),
        _text(customer.avatar),
        _integer(customer.sales),
        _integer(customer.sale_amount),
        _date(customer.created_at),
        _date(customer.first_sale_at),
        _date(customer.subscription_canceled_at),
        _text(link.id) if link else None,
        short_link,
        _text(customer.program_id),
        _text(partner.id) if partner else None,
        partner_name,
        partner_email,
        _text(discount.id) if discount else None,
        _integer(discount.amount) if discount else None,
        _text(discount.type) if discount else None,
        _integer(discount.max_duration) if discount else None,
        _key(name),
        _key(email),
        _key(external_id),
        _key(partner_name),
        "".join(SEPARATOR + fold(text) for text in searched if text),
        packed(customer.sent),
        read_at,
    )


def merged(known: bytes, base: bytes) -> Customer:
    """What was known, with the keys of a newer answer that has no expanded fields put in their place."""
    from dubtui.api.models import Customer

    value = json.loads(known) | {key: new for key, new in json.loads(base).items() if key not in EXPANDED_KEYS}
    return Customer.from_sent(json.dumps(value).encode())


def packed(sent: bytes) -> bytes:
    """The JSON in about a fifth of its size: customers share their keys, and many their partner and link."""
    packing = zlib.compressobj(level=1, wbits=-15, zdict=COMMON)
    return packing.compress(sent) + packing.flush()


def unpacked(blob: bytes) -> bytes:
    """The JSON as it came."""
    return zlib.decompressobj(wbits=-15, zdict=COMMON).decompress(blob)


def name_in(sent: bytes) -> str | None:
    """The name as Dub sent it, invented or not."""
    name = json.loads(sent).get("name")
    return name if isinstance(name, str) else None


def _text(value: str | None) -> str | None:
    """Text that SQLite can hold; the JSON keeps what it cannot."""
    if value is None or value.isascii():
        return value
    return _SURROGATE.sub("\ufffd", value)


def _key(value: str | None) -> str | None:
    return None if value is None else fold(value)


def _integer(value: int | None) -> int | None:
    return None if value is None else min(max(value, -_MOST), _MOST)


def _date(value: datetime | None) -> int | None:
    if value is None:
        return None
    delta = value - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000
