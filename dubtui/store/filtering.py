"""A filter as a small tree, and the tree as SQL: values travel as parameters, never in the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dubtui.fields import BY_NAME, Kind
from dubtui.folding import fold

Value = str | int | float
Sql = tuple[str, list[Value]]


@dataclass(frozen=True, slots=True)
class Words:
    """Text that some field contains, folded."""

    text: str


@dataclass(frozen=True, slots=True)
class Contains:
    """Text that one field contains, folded."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field that is one of some values."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A field within bounds; None is no bound, and a bound counts as inside where it is `closed`."""

    field: str
    low: float | None = None
    high: float | None = None
    low_closed: bool = True
    high_closed: bool = True


@dataclass(frozen=True, slots=True)
class Missing:
    """A field without a value."""

    field: str


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not hold for."""

    part: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts: everything."""

    parts: tuple[Node, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; without parts: nothing."""

    parts: tuple[Node, ...]


Node = Words | Contains | OneOf | Between | Missing | Not | All | Any
EVERYTHING = All()
NOTHING = Any(())

EXPRESSIONS: dict[str, str] = {
    "id": "id",
    "name": "name_key",
    "email": "email_key",
    "externalId": "external_key",
    "stripeCustomerId": "stripe_customer_id",
    "country": "country",
    "saleAmount": "sale_amount",
    "sales": "sales",
    "createdAt": "created_at",
    "firstSaleAt": "first_sale_at",
    "subscriptionCanceledAt": "subscription_canceled_at",
    "state": """CASE WHEN subscription_canceled_at IS NOT NULL THEN 'canceled'
                     WHEN first_sale_at IS NOT NULL THEN 'paid' ELSE 'lead' END""",
    "paid": "first_sale_at IS NOT NULL",
    "churned": "subscription_canceled_at IS NOT NULL",
    "averageSale": "CASE WHEN sales <> 0 THEN CAST(sale_amount AS REAL) / sales END",
    "timeToFirstSale": "first_sale_at - created_at",
    "monthsPaying": """MAX(0, CAST(
        (COALESCE(subscription_canceled_at, {now}) - first_sale_at) / 2629800000.0 + 0.5 AS INTEGER))""",
    "partnerName": "partner_key",
    "partnerEmail": "partner_email",
    "partnerId": "partner_id",
    "link": "link",
    "linkId": "link_id",
    "programId": "program_id",
    "discount": "discount_amount",
    "avatar": "avatar",
}
"""Each field of the registry as a SQL expression, the one that it is sorted by."""

KEPT_FOLDED = frozenset({"name", "email", "externalId", "partnerName"})


def expression(name: str, now_ms: int) -> str:
    """The SQL of a field at a moment: some derived ones grow with time."""
    return EXPRESSIONS[name].replace("{now}", str(int(now_ms)))


def compiled(node: Node, now_ms: int) -> Sql:
    """A condition that is 0 or 1 for every row, with its parameters in order."""
    match node:
        case Words(text):
            return "instr(folded, ?) > 0", [fold(text)]
        case Contains(name, text):
            return f"ifnull(instr({_folded(name, now_ms)}, ?), 0) > 0", [fold(text)]
        case OneOf(name, values):
            slots = ", ".join("?" * len(values))
            folded = [fold(value) if isinstance(value, str) else value for value in values]
            return f"ifnull({_folded(name, now_ms)} IN ({slots}), 0)", folded
        case Between():
            return _between(node, now_ms)
        case Missing(name):
            return f"({expression(name, now_ms)}) IS NULL", []
        case Not(part):
            sql, parameters = compiled(part, now_ms)
            return f"NOT ({sql})", parameters
        case All(parts):
            return _joined(" AND ", parts, now_ms) if parts else ("1", [])
        case Any(parts):
            return _joined(" OR ", parts, now_ms) if parts else ("0", [])


def _folded(name: str, now_ms: int) -> str:
    sql = f"({expression(name, now_ms)})"
    return f"fold({sql})" if BY_NAME[name].kind is Kind.TEXT and name not in KEPT_FOLDED else sql


def _between(node: Between, now_ms: int) -> Sql:
    sql = f"({expression(node.field, now_ms)})"
    low = (f"{sql} >{'=' * node.low_closed} ?", node.low)
    high = (f"{sql} <{'=' * node.high_closed} ?", node.high)
    bounds = [(text, value) for text, value in (low, high) if value is not None]
    conditions = " AND ".join(text for text, _ in bounds) or f"{sql} IS NOT NULL"
    return f"ifnull({conditions}, 0)", [value for _, value in bounds]


def _joined(word: str, parts: Iterable[Node], now_ms: int) -> Sql:
    pieces = [compiled(part, now_ms) for part in parts]
    return word.join(f"({sql})" for sql, _ in pieces), [value for _, values in pieces for value in values]
