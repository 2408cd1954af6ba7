"""Dub's successful answers as pure functions to records; one of another shape raises Unexpected."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from dubtui.api.answer import Answer
from dubtui.api.errors import Unexpected
from dubtui.api.models import Customer, Event, Record

R = TypeVar("R", bound=Record)

SPACE = re.compile(r"[ \t\n\r]*")


def read_customer(answer: Answer) -> Customer:
    """One customer."""
    text = _text(answer)
    return _record(Customer, _decoded(text), text)


def read_page(answer: Answer) -> tuple[Customer, ...]:
    """The customers of a list, each with the bytes that it was sent as."""
    return tuple(_record(Customer, value, text) for value, text in _elements(_text(answer)))


def read_events(answer: Answer) -> tuple[Event, ...]:
    """The events of a list, each with the bytes that it was sent as."""
    return tuple(_record(Event, value, text) for value, text in _elements(_text(answer)))


def read_id(answer: Answer) -> str:
    """The id in the answer to a DELETE."""
    value = _decoded(_text(answer))
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise Unexpected("The answer has no id.", status=answer.status)
    return str(value["id"])


def read_count(answer: Answer) -> int:
    """The bare number of `GET /customers/count`."""
    value = _decoded(_text(answer))
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Unexpected("The answer is not a number.", status=answer.status)
    return value


def _record(kind: type[R], value: object, text: str) -> R:
    name = kind.__name__.lower()
    if not isinstance(value, dict):
        raise Unexpected(f"In place of a {name} came another kind of value.")
    try:
        return kind.of(value, text.encode())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        path = ".".join(map(str, first["loc"]))
        raise Unexpected(f"The answer holds a {name} of another shape: {path}: {first['msg']}.") from None


def _text(answer: Answer) -> str:
    if not answer.is_json:
        raise Unexpected(answer.summary, status=answer.status)
    try:
        return answer.body.decode()
    except UnicodeDecodeError:
        raise Unexpected("The answer is not UTF-8 text.", status=answer.status) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_no_constant)


def _decoded(text: str) -> Any:
    try:
        return _decoder.decode(text)
    except (ValueError, RecursionError):
        raise Unexpected("The answer is not whole JSON.") from None


def _elements(text: str) -> Iterator[tuple[object, str]]:
    """The elements of a JSON list, each with its own text."""
    try:
        yield from _parsed(text)
    except (ValueError, IndexError, RecursionError):
        raise Unexpected("The answer is not a whole list in JSON.") from None


def _parsed(text: str) -> Iterator[tuple[object, str]]:
    at = _after(text, 0, "[")
    is_first = True
    while text[at] != "]":
        if not is_first:
            at = _after(text, at, ",")
        value, end = _decoder.raw_decode(text, at)
        yield value, text[at:end]
        at, is_first = _after(text, end, ""), False
    if text[at + 1 :].strip():
        raise ValueError("more after the end")


def _after(text: str, at: int, sign: str) -> int:
    """Where the text goes on behind space, a sign and space again."""
    at = _skip(text, at)
    if not text.startswith(sign, at):
        raise ValueError(sign)
    return _skip(text, at + len(sign))


def _skip(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at
