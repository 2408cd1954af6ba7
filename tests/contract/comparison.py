"""When an answer counts as the recorded one."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs

import httpx

from .recordings import Exchange

Loose = dict[str, str]

RATE_HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")
VALIDATION = re.compile(r"[a-z_]+: [^:]*: ")
LOOSE_FIELDS: dict[str, Callable[[Any, str], bool]] = {
    "invented": lambda value, _: isinstance(value, str) and len(value.split()) == 3,
    "rehosted": lambda value, customer_id: bool(
        re.fullmatch(rf"https://dubassets\.com/customers/{customer_id}/avatar_[0-9A-Za-z]{{7}}", str(value))
    ),
    "time": lambda value, _: bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(value))),
    "same": lambda value, _: True,
}


def kind(headers: httpx.Headers | dict[str, str]) -> str:
    """The content type without its parameters; empty where there is none."""
    return str(headers.get("content-type", "")).partition(";")[0]


def same(want: Any, got: Any) -> bool:
    """Equality by JSON's eyes, to which true is not 1."""
    return json.dumps(want, sort_keys=True) == json.dumps(got, sort_keys=True)


def differences(exchange: Exchange, got: httpx.Response) -> Iterator[str]:
    """What is not as it was recorded, in words."""
    want = exchange.response
    if got.status_code != want["status"]:
        yield f"status {got.status_code} for {want['status']}: {got.text[:200]}"
        return
    yield from _rate_differences(want, got)
    yield from _header_differences(want, got)
    if want["status"] == 405 and got.content:
        yield f"405 with a body: {got.content!r}"
    if exchange.method == "HEAD" and got.content:
        yield "HEAD with a body"
    if exchange.method != "HEAD" and kind(want["headers"]) == "application/json" == kind(got.headers):
        yield from body_differences(exchange, got.json())


def _header_differences(want: dict[str, Any], got: httpx.Response) -> Iterator[str]:
    headers = want["headers"]
    if want["status"] not in (204, 308) and kind(headers) != kind(got.headers):
        yield f"content type {kind(got.headers)!r} for {kind(headers)!r}"
    if "location" in headers and got.headers["location"].partition("?")[0] != headers["location"]:
        yield f"location {got.headers['location']}"
    if "allow" in headers and got.headers["allow"] != headers["allow"]:
        yield f"allow {got.headers['allow']} for {headers['allow']}"


def _rate_differences(want: dict[str, Any], got: httpx.Response) -> Iterator[str]:
    limit = want["headers"].get("x-ratelimit-limit")
    present = [name for name in RATE_HEADERS if name in got.headers]
    if want["status"] < 400 or limit is None:
        if present:
            yield f"{present} though there should be no rate headers"
        return
    if len(present) < len(RATE_HEADERS):
        yield f"only {present} of the rate headers"
        return
    reset = got.headers["x-ratelimit-reset"]
    if got.headers["x-ratelimit-limit"] != limit or got.headers["retry-after"] != reset or len(reset) != 13:
        yield f"rate headers {dict(got.headers)} for a limit of {limit}"


def body_differences(exchange: Exchange, got: Any) -> Iterator[str]:
    """Differences between two bodies of JSON."""
    want = exchange.response["body"]
    if isinstance(want, dict) and "error" in want:
        yield from _error_differences(want["error"], got.get("error", {}))
    elif isinstance(want, dict):
        yield from object_differences(want, got, exchange.loose.get(want.get("id", ""), {}))
    elif isinstance(want, list) and want and "id" in want[0]:
        yield from _list_differences(exchange, want, got)
    elif isinstance(want, list):
        if Counter(map(json.dumps, want)) != Counter(map(json.dumps, got)):
            yield f"{got} for {want}"
    elif not same(want, got):
        yield f"{got!r} for {want!r}"


def _error_differences(want: dict[str, str], got: dict[str, Any]) -> Iterator[str]:
    if want.keys() != got.keys() or want["code"] != got["code"] or want["doc_url"] != got["doc_url"]:
        yield f"envelope {got} for {want}"
        return
    told, recorded = got["message"], want["message"]
    if recorded.startswith("["):
        if json.loads(told) != json.loads(recorded):
            yield f"report {told}"
        return
    rule = VALIDATION.match(recorded)
    if rule and not told.startswith(rule[0]):
        yield f"message {told!r} for {rule[0]!r}"
    if not rule and _first_sentence(told) != _first_sentence(recorded):
        yield f"message {told!r} for {recorded!r}"


def _first_sentence(message: str) -> str:
    return re.split(r"\. |\.$", " ".join(message.split()))[0]


def object_differences(want: dict[str, Any], got: Any, loose: Loose) -> Iterator[str]:
    """Differences between two customers, field by field, none missing and none more."""
    if not isinstance(got, dict) or want.keys() != got.keys():
        yield f"keys of {got} for {sorted(want)}"
        return
    for key, value in want.items():
        rule = loose.get(key)
        fits = LOOSE_FIELDS[rule](got[key], got["id"]) if rule else same(value, got[key])
        if not fits:
            yield f"{want.get('id')}.{key}: {got[key]!r} for {rule or value!r}"


def _list_differences(exchange: Exchange, want: list[dict[str, Any]], got: Any) -> Iterator[str]:
    if not isinstance(got, list) or len(got) != len(want):
        yield f"{len(got)} rows for {len(want)}"
        return
    by_id = {row["id"]: row for row in got}
    if not _same_order(exchange.query, want, got) or len(by_id) != len(got):
        yield f"order {[row['id'] for row in got][:5]} for {[row['id'] for row in want][:5]}"
    for row in want:
        if row["id"] in by_id:
            yield from object_differences(row, by_id[row["id"]], exchange.loose.get(row["id"], {}))


def _same_order(query_text: str, want: list[dict[str, Any]], got: list[dict[str, Any]]) -> bool:
    """Whether the ids come in the same order; without a cursor, equal sort values may come in any order.

    Of the ones at the cut ends of a page, any may be there.
    """
    query = {key: values[-1] for key, values in parse_qs(query_text).items()}
    if "startingAfter" in query or "endingBefore" in query:
        return [row["id"] for row in want] == [row["id"] for row in got]
    sort_by = query.get("sortBy", "createdAt")
    wanted, gotten = _ties(want, sort_by), _ties(got, sort_by)
    if [(value, len(ids)) for value, ids in wanted] != [(value, len(ids)) for value, ids in gotten]:
        return False
    first = 1 if query.get("page", "1") != "1" else 0
    last = len(wanted) - 1 if len(want) >= _page_size(query) else len(wanted)
    return wanted[first:last] == gotten[first:last]


def _page_size(query: dict[str, str]) -> int:
    size = query.get("pageSize", "100")
    return int(size, 16) if size.startswith("0x") else int(float(size))


def _ties(rows: list[dict[str, Any]], sort_by: str) -> list[tuple[Any, set[str]]]:
    return [(value, {row["id"] for row in group}) for value, group in groupby(rows, key=lambda row: row[sort_by])]
