"""What can be asked of Dub: the list's parameters and a customer's path, as they go into an address."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal
from urllib.parse import quote

SortBy = Literal["createdAt", "saleAmount", "firstSaleAt", "subscriptionCanceledAt"]
SortOrder = Literal["asc", "desc"]

PAGE_SIZE = 100
"""The most rows that one answer holds."""
LAST_PAGE = 1000
"""The last page that can be asked for by number."""


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """The parameters of `GET /customers` in Dub's documentation; an empty text asks for nothing.

    Of `email`, `external_id` and `search` Dub obeys only the first that is given. A cursor goes with neither `page`
    nor a `sort_by` other than `createdAt`, and its rows come in the order of their ids.
    """

    email: str = ""
    external_id: str = ""
    search: str = ""
    country: str = ""
    link_id: str = ""
    program_id: str = ""
    partner_id: str = ""
    include_expanded_fields: bool = True
    sort_by: SortBy | None = None
    sort_order: SortOrder | None = None
    page: int | None = None
    page_size: int = PAGE_SIZE
    starting_after: str = ""
    ending_before: str = ""


EventKind = Literal["clicks", "leads", "sales"]
MOST_EVENTS = 1000
"""The most events that one answer holds."""


@dataclass(frozen=True, slots=True)
class EventQuery:
    """The parameters of `GET /events` for one customer: one kind of event at a time, of all time unless said."""

    customer_id: str
    event: EventKind
    interval: str = "all"
    sort_order: SortOrder | None = None
    page: int = 1
    limit: int = MOST_EVENTS

    def __post_init__(self) -> None:
        """Raise ValueError where Dub would answer for the whole workspace, or for nobody, without an error."""
        if not self.customer_id or self.customer_id.startswith("ext_"):
            raise ValueError("events are asked for by Dub id")


def customer_path(identifier: str) -> str:
    """The path of one customer by Dub id or `ext_` and external ID, whatever characters that has."""
    return "/customers/" + quote(identifier, safe="")


def parameters(query: CustomerQuery | EventQuery) -> list[tuple[str, str]]:
    """The query's parameters; what asks for nothing is left out, since Dub refuses some empty ones."""
    values = ((_camel(field.name), getattr(query, field.name)) for field in fields(query))
    return [(name, _parameter(value)) for name, value in values if value is not None and value != ""]


def _parameter(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
