"""What an answer without success means: one of the family, whatever came.

https://dub.co/docs/api-reference/errors
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from dubtui.api import errors
from dubtui.api.answer import Answer, one_line
from dubtui.api.pacing import TOO_MANY, wait_of

VALIDATION = re.compile(r"([a-z_]+): ([^:]*): (.+)", re.DOTALL)
"""`kind: path: text`, the path empty where the body itself is wrong."""
ROW = re.compile(r"\[(\d{1,9})\]\.?(.*)")
DATABASE = re.compile(r"\s*Invalid `prisma\..*\n\s*(.+?)(?:\.\s.*)?", re.DOTALL)
"""The words of Dub's database layer: which call of its own failed, empty lines, what happened, perhaps where."""
COLUMN = re.compile(r"Column: (\w+)")
FORBIDDEN: tuple[tuple[str, type[errors.NotAllowed]], ...] = (
    ("limit", errors.QuotaUsedUp),  # first: it names the plan too
    ("plan", errors.PlanTooLow),
    ("role", errors.RoleTooLow),
    ("permission", errors.ScopeTooLow),
    ("scope", errors.ScopeTooLow),
)
"""403 tells its reasons apart by their words alone."""


class Said(NamedTuple):
    """Dub's error object."""

    message: str
    code: str
    doc_url: str


def error_of(answer: Answer) -> errors.DubError:
    """The error that an answer without success means."""
    said = _said(answer)
    if answer.status == TOO_MANY:
        wait = wait_of(answer.headers, answer.at)
        return errors.TooFast(one_line(said.message), wait=wait, code=said.code, doc_url=said.doc_url)
    if said == NOTHING:
        return _without_words(answer)
    message = _sentence(said.message)
    origin: dict[str, Any] = {"status": answer.status, "code": said.code, "doc_url": said.doc_url}
    match answer.status:
        case 400:
            kind = errors.KeyRefused if "authorization" in message.lower() else errors.Refused
            return kind(message, **origin)
        case 401:
            return errors.KeyRefused(message, **origin)
        case 403:
            words = f"{said.code} {message}".lower()
            kinds = (kind for word, kind in FORBIDDEN if word in words)
            return next(kinds, errors.NotAllowed)(message, **origin)
        case 404:
            return _not_found(message, origin)
        case 409 | 410 if said.code.startswith("invite"):
            return errors.WorkspaceClosed(message, **origin)
        case 409:
            return errors.Taken(message, field="externalId", **origin)
        case 422:
            return _refused(said.message, origin)
        case status if status >= 500:
            return errors.DubInTrouble(message, **origin)
    return errors.Unexpected(message, **origin)


NOTHING = Said("", "", "")


def _said(answer: Answer) -> Said:
    """Dub's error object, or nothing where the body is anything else."""
    if not answer.is_json:
        return NOTHING
    try:
        error = json.loads(answer.body.decode())["error"]
        texts = (error.get(name) for name in Said._fields)
        return Said(*(text if isinstance(text, str) else "" for text in texts))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return NOTHING


def _without_words(answer: Answer) -> errors.DubError:
    """What comes from before Dub's handlers or from something in between."""
    if answer.status >= 500:
        return errors.DubInTrouble(answer.summary, status=answer.status)
    if answer.status == 401:
        return errors.KeyRefused(answer.summary, status=answer.status)
    if answer.status == 403:
        return errors.NotAllowed(answer.summary, status=answer.status)
    return errors.Unexpected(answer.summary, status=answer.status)


def _not_found(message: str, origin: dict[str, Any]) -> errors.DubError:
    """404 speaks of a customer, of the workspace behind the key, or of the program that a filter names."""
    words = message.lower()
    if words.startswith("customer"):
        return errors.NotFound(message, **origin)
    if "workspace" in words:
        return errors.WorkspaceClosed(message, **origin)
    if "program" in words:
        return errors.Refused(message, field="programId", **origin)
    return errors.NotFound(message, **origin)


def _refused(message: str, origin: dict[str, Any]) -> errors.Refused:
    """A 422: Dub's validation, a list of it as text, the words of its database, or a sentence."""
    if (found := _listed(message)) is not None:
        return errors.Refused(found["message"], field=found["path"], rule=found["code"], **origin)
    if DATABASE.fullmatch(message):
        column = COLUMN.search(message)
        field = column[1] if column else ""
        return errors.Refused(_sentence(message), field=field, rule=errors.DATABASE, **origin)
    if message.startswith("Invalid cursor"):
        return errors.Refused(one_line(message), rule=errors.CURSOR, **origin)
    if (match := VALIDATION.fullmatch(message)) is None:
        return errors.Refused(one_line(message), **origin)
    rule, path, words = match.groups()
    if (row := ROW.fullmatch(path)) is not None:
        return errors.Refused(one_line(words), field=row[2], rule=rule, row=int(row[1]), **origin)
    return errors.Refused(one_line(words), field=path, rule=rule, **origin)


def _listed(message: str) -> dict[str, str] | None:
    """The first problem where the message is a JSON list of them."""
    if not message.startswith("["):
        return None
    try:
        first = json.loads(message)[0]
        return {"message": one_line(first["message"]), "path": str(first["path"][0]), "code": str(first["code"])}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _sentence(message: str) -> str:
    """Dub's words in one line; of those of its database the sentence that tells what happened."""
    match = DATABASE.fullmatch(message)
    return f"{one_line(match[1]).rstrip('.')}." if match else one_line(message)
