"""Dub's answers as pure functions: to records, or to the error that an answer means.

https://dub.co/docs/api-reference/errors
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

from pydantic import ValidationError

from dubtui.api import errors
from dubtui.api.models import Customer
from dubtui.api.pacing import wait_of

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes; a full page of the longest names is under one of them."""
LONGEST_MESSAGE = 300

VALIDATION = re.compile(r"([a-z_]+): ([^:]*): (.+)", re.DOTALL)
ROW = re.compile(r"\[(\d+)\]\.?(.*)")
SPACE = re.compile(r"[ \t\n\r]*")
COLUMN = re.compile(r"Column: (\w+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers by lower-case name, the whole body, the unix time of its coming."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: float = 0.0


def read_customer(answer: Answer) -> Customer:
    """The customer of a 2xx answer."""
    text = _text(answer)
    value = _decoded(text)
    return _customer(value, text)


def read_page(answer: Answer) -> tuple[Customer, ...]:
    """The customers of a 2xx list, each with the bytes that it was sent as."""
    return tuple(_customer(value, text) for value, text in _elements(_text(answer)))


def read_id(answer: Answer) -> str:
    """The id in the answer to a DELETE."""
    value = _decoded(_text(answer))
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise errors.Unexpected("The answer has no id.", status=answer.status)
    return str(value["id"])


def read_count(answer: Answer) -> int:
    """The bare number of `GET /customers/count`."""
    value = _decoded(_text(answer))
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise errors.Unexpected("The answer is not a number.", status=answer.status)
    return value


def _customer(value: object, text: str) -> Customer:
    if not isinstance(value, dict):
        raise errors.Unexpected(f"A customer came as {type(value).__name__}.")
    try:
        return Customer.of(value, text.encode())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        path = ".".join(map(str, first["loc"]))
        raise errors.Unexpected(f"A customer came in another shape: {path}: {first['msg']}.") from None


def _text(answer: Answer) -> str:
    """The JSON text of a success, or the error that the answer means."""
    if not 200 <= answer.status < 300:
        raise error_of(answer)
    if not _is_json(answer):
        raise errors.Unexpected(_what_came(answer), status=answer.status)
    try:
        return answer.body.decode()
    except UnicodeDecodeError:
        raise errors.Unexpected("The answer is not UTF-8 text.", status=answer.status) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_no_constant)


def _decoded(text: str) -> Any:
    try:
        return _decoder.decode(text)
    except (ValueError, RecursionError):
        raise errors.Unexpected("The answer is not whole JSON.") from None


def _elements(text: str) -> Iterator[tuple[object, str]]:
    """The elements of a JSON list, each with its own text."""
    at = _after_space(text, 0)
    if text[at : at + 1] != "[":
        raise errors.Unexpected("The answer is not a list.")
    at = _after_space(text, at + 1)
    if text[at : at + 1] == "]":
        return
    try:
        while True:
            value, end = _decoder.raw_decode(text, at)
            yield value, text[at:end]
            at = _after_space(text, end)
            if text[at] == "]":
                break
            if text[at] != ",":
                raise ValueError(text[at])
            at = _after_space(text, at + 1)
        if text[at + 1 :].strip():
            raise ValueError("more after the end")
    except (ValueError, IndexError, RecursionError):
        raise errors.Unexpected("The answer is not whole JSON.") from None


def _after_space(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at


def error_of(answer: Answer) -> errors.DubError:
    """The error that an answer without success means."""
    status = answer.status
    envelope = _envelope(answer)
    if envelope is None:
        return _without_envelope(answer)
    message, code, doc_url = envelope
    said: dict[str, Any] = {"status": status, "code": code, "doc_url": doc_url}
    if status == 429:
        return errors.TooFast(message, wait=wait_of(answer.headers, answer.at), **said)
    if status >= 500:
        return errors.DubInTrouble(message, **said)
    match status:
        case 400:
            kind = errors.KeyRefused if "authorization" in message.lower() else errors.Refused
            return kind(message, **said)
        case 401:
            return errors.KeyRefused(message, **said)
        case 403:
            return _forbidden(message)(message, **said)
        case 404:
            return _not_found(message, said)
        case 409 if code == "conflict":
            return errors.Taken(message, field="externalId", **said)
        case 409 | 410:
            return errors.WorkspaceClosed(message, **said)
        case 422:
            return _refused(message, said)
    return errors.Unexpected(_what_came(answer), **said)


def _without_envelope(answer: Answer) -> errors.DubError:
    """What comes from before Dub's handlers or from something in between."""
    status, came = answer.status, _what_came(answer)
    if status == 429:
        return errors.TooFast(wait=wait_of(answer.headers, answer.at))
    if status >= 500:
        return errors.DubInTrouble(came, status=status)
    if status == 401:
        return errors.KeyRefused(came, status=status)
    if status == 403:
        return errors.NotAllowed(came, status=status)
    return errors.Unexpected(came, status=status)


def _envelope(answer: Answer) -> tuple[str, str, str] | None:
    """Message, code and documentation address of Dub's error object."""
    if not _is_json(answer):
        return None
    try:
        error = _decoder.decode(answer.body.decode())["error"]
        message, code = error["message"], error["code"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    doc_url = error.get("doc_url")
    if not isinstance(message, str) or not isinstance(code, str):
        return None
    return message, code, doc_url if isinstance(doc_url, str) else ""


def _forbidden(message: str) -> type[errors.NotAllowed]:
    """403 tells its reasons apart by their words alone."""
    words = message.lower()
    for word, kind in (
        ("plan", errors.PlanTooLow),
        ("role", errors.RoleTooLow),
        ("scope", errors.ScopeTooLow),
        ("permission", errors.ScopeTooLow),
    ):
        if word in words:
            return errors.QuotaUsedUp if "limit" in words else kind
    return errors.NotAllowed


def _not_found(message: str, said: dict[str, Any]) -> errors.DubError:
    words = message.lower()
    if words.startswith("customer"):
        return errors.NotFound(message, **said)
    if "workspace" in words:
        return errors.WorkspaceClosed(message, **said)
    if "program" in words:
        return errors.Refused(message, field="programId", **said)
    return errors.NotFound(message, **said)


def _refused(message: str, said: dict[str, Any]) -> errors.Refused:
    """A 422: Dub's validation, a list of it as text, or the words of its database."""
    if (found := _listed(message)) is not None:
        return errors.Refused(found["message"], field=found["path"], rule=found["code"], **said)
    if message.lstrip().startswith("Invalid `"):
        words = one_line(message.rsplit("\n", 1)[-1])
        column = COLUMN.search(words)
        return errors.Refused(words, field=column[1] if column else "", rule="database", **said)
    if (match := VALIDATION.fullmatch(message)) is None:
        return errors.Refused(one_line(message), **said)
    rule, path, words = match.groups()
    if (row := ROW.fullmatch(path)) is not None:
        return errors.Refused(one_line(words), field=row[2], rule=rule, row=int(row[1]), **said)
    return errors.Refused(one_line(words), field=path, rule=rule, **said)


def _listed(message: str) -> dict[str, str] | None:
    """The first problem where the message is a JSON list of them."""
    if not message.startswith("["):
        return None
    try:
        first = json.loads(message)[0]
        return {"message": one_line(first["message"]), "path": str(first["path"][0]), "code": str(first["code"])}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def one_line(text: str) -> str:
    """Text of Dub's without its line breaks, cut where it would never end."""
    words = " ".join(text[: 4 * LONGEST_MESSAGE].split())
    return words if len(words) <= LONGEST_MESSAGE else words[: LONGEST_MESSAGE - 1] + "…"


def _is_json(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _what_came(answer: Answer) -> str:
    """An answer that is not Dub's, in a sentence."""
    if 300 <= answer.status < 400:
        host = urlsplit(answer.headers.get("location", "")).netloc
        return f"Status {answer.status} sends us to {host or 'another path'}; the key does not follow."
    if not answer.body:
        return f"Status {answer.status} came with an empty body."
    kind = answer.headers.get("content-type", "").split(";")[0].strip() or "no content type"
    return f"Status {answer.status} came with {one_line(kind)} in place of Dub's JSON."
