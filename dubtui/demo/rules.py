"""What Dub's schemas accept: the first value that they refuse is the one that is told."""

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import NoReturn

from dubtui.demo import javascript
from dubtui.demo.answers import Refusal, invalid

SORT_FIELDS = ("createdAt", "saleAmount", "firstSaleAt", "subscriptionCanceledAt")
SORT_ORDERS = ("asc", "desc")
GROUPS = ("country", "linkId", "partnerId")
MAX_PAGE_SIZE = 100
MAX_PAGE = 1000
EMAIL = re.compile(r"(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+\-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}")

Query = Mapping[str, str]


def choice(query: Query, key: str, options: Collection[str], *, default: str) -> str:
    """One of the options, as written there."""
    value = query.get(key, default)
    if value not in options:
        raise invalid("invalid_value", key, f"Invalid option: expected one of {_either(options)}")
    return value


def optional_choice(query: Query, key: str, options: Collection[str]) -> str | None:
    """One of the options, or None where the key is absent."""
    if key not in query:
        return None
    return choice(query, key, options, default=query[key])


def _either(options: Collection[str]) -> str:
    return "|".join(f'"{option}"' for option in options)


def boolean(query: Query, key: str) -> bool:
    """`true` or `false` in any letter case; false where the key is absent."""
    value = query.get(key, "false").lower()
    if value not in ("true", "false"):
        raise invalid("invalid_value", key, f"Invalid option: expected one of {_either(('true', 'false'))}")
    return value == "true"


def whole_number(query: Query, key: str, *, title: str, default: int, at_most: int | None = None) -> int:
    """A whole number from 1 on, in any spelling that JavaScript takes for one; blank is 0."""
    if key not in query:
        return default
    value = javascript.number(query[key])
    if not math.isfinite(value):
        raise invalid("invalid_type", key, f"{title} must be a number.")
    if value != int(value):
        raise invalid("invalid_type", key, f"{title} must be an integer.")
    if value <= 0:
        raise invalid("too_small", key, f"{title} must be greater than 0.")
    if at_most is not None and value > at_most:
        raise invalid("too_big", key, f"Max page size is {at_most}.")
    if value > javascript.MAX_SAFE_INTEGER:
        raise invalid("too_big", key, f"{title} must be an integer.")
    return int(value)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which customers are meant; what is given empty counts as absent."""

    email: str | None
    external_id: str | None
    search: str | None
    country: str | None
    link_id: str | None
    partner_id: str | None
    in_program: bool
    customer_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The parameters of a list; a single customer is asked for with the same ones."""

    expanded: bool
    sort_by: str
    sort_order: str
    page: int
    page_given: bool
    page_size: int
    starting_after: str | None
    ending_before: str | None


def read_filters(query: Query) -> Filters:
    """The filters of a list; a partner is looked for in the program, whichever is named."""
    return Filters(
        email=query.get("email") or None,
        external_id=query.get("externalId") or None,
        search=query.get("search") or None,
        country=query.get("country") or None,
        link_id=query.get("linkId") or None,
        partner_id=query.get("partnerId") or None,
        in_program=bool(query.get("programId") or query.get("partnerId")),
        customer_ids=tuple(query["customerIds"].split(",")) if "customerIds" in query else None,
    )


def read_count_filters(query: Query, group_by: str | None) -> Filters:
    """The filters of a count, which knows no `customerIds` and drops the filter on what it groups by."""
    grouped_away = group_by if group_by in ("country", "linkId") else None
    return read_filters({key: value for key, value in query.items() if key not in ("customerIds", grouped_away)})


def read_list(query: Query) -> ListQuery:
    """The list's parameters, checked in the order in which they stand here."""
    return ListQuery(
        expanded=boolean(query, "includeExpandedFields"),
        sort_by=choice(query, "sortBy", SORT_FIELDS, default="createdAt"),
        sort_order=choice(query, "sortOrder", SORT_ORDERS, default="desc"),
        page=whole_number(query, "page", title="Page", default=1),
        page_given="page" in query,
        page_size=whole_number(query, "pageSize", title="Page size", default=MAX_PAGE_SIZE, at_most=MAX_PAGE_SIZE),
        starting_after=query.get("startingAfter") or None,
        ending_before=query.get("endingBefore") or None,
    )


def check_paging(asked: ListQuery) -> None:
    """The rules between the parameters, which come after each of them is right in itself."""
    cursor = asked.starting_after or asked.ending_before
    if asked.starting_after and asked.ending_before:
        _unprocessable("You cannot use both startingAfter and endingBefore at the same time.")
    if cursor and asked.sort_by != "createdAt":
        _unprocessable(
            "Cursor-based pagination only supports sorting by `createdAt`."
            " Use offset-based pagination (page/pageSize) for other sort fields."
        )
    if cursor and asked.page_given:
        _unprocessable(
            "You cannot use both page and startingAfter/endingBefore at the same time."
            " Please use one pagination method."
        )
    if asked.page > MAX_PAGE:
        _unprocessable(
            f"Page is too big (cannot be more than {MAX_PAGE}), recommend using cursor-based pagination instead."
        )


def _unprocessable(message: str) -> NoReturn:
    raise Refusal("unprocessable_entity", message)


Check = Callable[[str, object], str | None]


def _text(path: str, value: object) -> str:
    if not isinstance(value, str):
        raise invalid("invalid_type", path, f"Invalid input: expected string, received {_type(value)}")
    return value


def _email(path: str, value: object) -> str:
    text = _text(path, value)
    if not EMAIL.fullmatch(text):
        raise invalid("invalid_format", path, "Invalid email address")
    return text


def _url(path: str, value: object) -> str:
    text = _text(path, value).strip(javascript.BLANKS)
    if not javascript.is_url(text):
        raise invalid("invalid_format", path, "Invalid URL")
    return text


def _external_id(path: str, value: object) -> str:
    if not isinstance(value, str):
        raise invalid("invalid_type", path, "External ID is required")
    return value


def _or_null(check: Check) -> Check:
    return lambda path, value: None if value is None else check(path, value)


BODY: Mapping[str, Check] = {
    "email": _or_null(_email),
    "name": _or_null(_text),
    "avatar": _or_null(_url),
    "externalId": _external_id,
    "stripeCustomerId": _or_null(_text),
    "country": _text,
}
"""What a customer may be written with, in the order in which it is checked; every other key is dropped."""

_ABSENT = object()


def read_changes(body: bytes) -> dict[str, str | None]:
    """The values that a PATCH names."""
    given = _json_object(body)
    return {key: check(key, given[key]) for key, check in BODY.items() if key in given}


def read_new_customer(body: bytes) -> dict[str, str | None]:
    """The values of a POST, where externalId and country must be there."""
    given = {"email": None, "name": None, "avatar": None, "stripeCustomerId": None} | _json_object(body)
    return {key: check(key, given.get(key, _ABSENT)) for key, check in BODY.items()}


def _json_object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body.decode("utf-8-sig", "replace"), parse_constant=_no_number, parse_int=float)
    except (ValueError, RecursionError) as error:
        raise Refusal(
            "bad_request",
            "Invalid JSON format in request body. Please ensure the request body is a valid JSON object.",
        ) from error
    if not isinstance(value, dict):
        raise invalid("invalid_type", "", f"Invalid input: expected object, received {_type(value)}")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _type(value: object) -> str:
    names = {type(None): "null", str: "string", bool: "boolean", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "undefined")
