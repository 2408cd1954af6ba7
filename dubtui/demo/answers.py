"""What goes back: an answer, and the refusals in Dub's error envelope."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

STATUS = {
    "bad_request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "invite_pending": 409,
    "invite_expired": 410,
    "unprocessable_entity": 422,
    "rate_limit_exceeded": 429,
    "internal_server_error": 500,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A problem that Dub tells in its envelope, by one of the codes of `STATUS`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


def invalid(kind: str, path: str, text: str) -> Refusal:
    """A value that a schema refuses; the path is empty when the body itself is wrong."""
    return Refusal("unprocessable_entity", f"{kind}: {path}: {text}")


def json_answer(value: object, *, status: int = 200) -> Answer:
    """The value as JSON.stringify writes it."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"content-type": "application/json"})


def refused(refusal: Refusal, headers: Mapping[str, str]) -> Answer:
    """The refusal in its envelope; of the underscores in the code, only the first becomes a hyphen in the link."""
    link = "https://dub.co/docs/api-reference/errors#" + refusal.code.replace("_", "-", 1)
    envelope = {"error": {"code": refusal.code, "message": refusal.message, "doc_url": link}}
    plain = json_answer(envelope, status=STATUS[refusal.code])
    return Answer(plain.status, plain.body, {**plain.headers, **headers})


def html_answer(status: int, title: str) -> Answer:
    """A page of the web server in front, which knows nothing of the envelope."""
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{status}: {title}</h1></body></html>"
    return Answer(status, page.encode(), {"content-type": "text/html; charset=utf-8"})
