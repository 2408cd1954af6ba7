"""Which columns a width has room for, and how orders and filters read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dubtui.fields import BY_NAME, Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column of a plan: the least cells that it takes, the most that help it, the cells before it."""

    field: str
    width: int
    most: int = 0
    gap: int = 2


WHO = "who"
"""Not a field: the e-mail, else the name, else that there is neither."""

_COUNTRY = Wanted("country", 2)
_LTV = Wanted("saleAmount", 11)
_CREATED = Wanted("createdAt", 8, gap=1)
_STATE = Wanted("state", 10)

PLANS: tuple[tuple[int, tuple[Wanted, ...]], ...] = (
    (
        160,
        (
            Wanted("name", 21, 32),
            Wanted("email", 28, 40),
            Wanted("externalId", 14, 36),
            Wanted("stripeCustomerId", 18),
            _COUNTRY,
            _LTV,
            Wanted("sales", 5),
            Wanted("createdAt", 8, gap=3),
            _STATE,
            Wanted("partnerName", 16, 24),
        ),
    ),
    (
        120,
        (
            Wanted("name", 18, 32),
            Wanted("email", 22, 40),
            Wanted("externalId", 12, 36),
            _COUNTRY,
            _LTV,
            _CREATED,
            _STATE,
            Wanted("partnerName", 16, 24),
        ),
    ),
    (
        100,
        (
            Wanted("name", 17, 32),
            Wanted("email", 22, 40),
            Wanted("externalId", 12, 36),
            _COUNTRY,
            _LTV,
            _CREATED,
            Wanted("state", 10, gap=1),
        ),
    ),
    (80, (Wanted(WHO, 23, 40), Wanted("externalId", 14, 36), _COUNTRY, _LTV, _CREATED, Wanted("state", 10, gap=1))),
    (0, (Wanted(WHO, 18, 40), Wanted("externalId", 12, 36), Wanted("saleAmount", 11), Wanted("state", 10, gap=1))),
)
"""From the widest; a plan holds from its width on."""
GROWING = ("externalId", "email", WHO, "name", "partnerName")
"""Where spare cells go, in this order."""


def plan_for(width: int) -> tuple[Wanted, ...]:
    """The columns that fit a width."""
    return next(columns for least, columns in PLANS if width >= least)


def head_of(name: str) -> str:
    """A column's head; that of money leaves the cents' place free."""
    if name == WHO:
        return "Customer"
    field = BY_NAME[name]
    return f"{field.head}   " if field.kind is Kind.MONEY else field.head


def order_words(name: str, *, descending: bool) -> str:
    """`newest first`, `by LTV, highest first`."""
    if name == "createdAt":
        return "newest first" if descending else "oldest first"
    field = BY_NAME[name]
    up, down = {
        Kind.TEXT: ("A to Z", "Z to A"),
        Kind.DATE: ("earliest first", "latest first"),
        Kind.SPAN: ("shortest first", "longest first"),
        Kind.STATE: ("canceled first", "paid first"),
        Kind.FLAG: ("no first", "yes first"),
    }.get(field.kind, ("lowest first", "highest first"))
    return f"by {field.head}, {down if descending else up}"


WIDTHS: dict[Kind, tuple[int, int]] = {
    Kind.TEXT: (16, 40),
    Kind.MONEY: (11, 11),
    Kind.COUNT: (6, 6),
    Kind.DATE: (8, 8),
    Kind.SPAN: (10, 10),
    Kind.RATE: (17, 17),
    Kind.FLAG: (8, 8),
    Kind.STATE: (10, 10),
}
"""What a field's column takes at least and at most where somebody chose the columns."""
OWN_WIDTHS = {"name": (18, 32), "email": (24, 40), "externalId": (14, 36), "country": (4, 4), "avatar": (20, 20)}


def column_width(text: str) -> tuple[str, int]:
    """A chosen column's field and its own width, 0 where it has none."""
    name, _, width = text.partition(":")
    return name, int(width or 0)


def column_text(name: str, width: int) -> str:
    """The other way round."""
    return f"{name}:{width}" if width else name


def wanted_columns(names: Sequence[str]) -> tuple[Wanted, ...]:
    """Chosen columns by their fields' names, each with an own width behind a colon where somebody set one."""
    return tuple(_wanted(*column_width(text)) for text in names)


def _wanted(name: str, width: int) -> Wanted:
    if width:
        return Wanted(name, width, width)
    least, most = OWN_WIDTHS.get(name) or WIDTHS[BY_NAME[name].kind]
    return Wanted(name, max(least, len(head_of(name))), most)
