"""Each answer without success ends in the error that it means, with the field, the row and words in one line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.api import errors
from dubtui.api.answer import LONGEST_MESSAGE, Answer
from dubtui.api.refusals import error_of
from tests.contract.recordings import Exchange, read

JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html"}
RAW = "\nInvalid `prisma.customer.update()` invocation:\n\n\n"


def dubs(status: int, code: str, message: str, **headers: str) -> Answer:
    """Dub's own envelope."""
    body = {"error": {"code": code, "message": message, "doc_url": f"https://dub.co/docs#{code}"}}
    return Answer(status, JSON | headers, json.dumps(body).encode())


def refused(message: str) -> Answer:
    """A 422."""
    return dubs(422, "unprocessable_entity", message)


Expected = tuple[type[errors.DubError], dict[str, Any]]

TABLE: list[tuple[str, Answer, type[errors.DubError], dict[str, Any]]] = [
    ("header", dubs(400, "bad_request", "Misconfigured authorization header. Did you…"), errors.KeyRefused, {}),
    ("body", dubs(400, "bad_request", "Invalid JSON format in request body."), errors.Refused, {"field": ""}),
    ("unknown key", dubs(401, "unauthorized", "Unauthorized: Invalid API key."), errors.KeyRefused, {"status": 401}),
    ("401 of a proxy", Answer(401, HTML, b"<h1>Sign in</h1>"), errors.KeyRefused, {}),
    ("plan", dubs(403, "forbidden", "Unauthorized: Need higher plan."), errors.PlanTooLow, {"code": "forbidden"}),
    ("role", dubs(403, "forbidden", "You don't have the required role to access this."), errors.RoleTooLow, {}),
    ("scope", dubs(403, "forbidden", "The key does not have the required permissions"), errors.ScopeTooLow, {}),
    ("quota", dubs(403, "forbidden", "You've reached your monthly limit on the Pro plan"), errors.QuotaUsedUp, {}),
    ("quota by code", dubs(403, "exceeded_limit", "No more clicks."), errors.QuotaUsedUp, {}),
    ("403 for another reason", dubs(403, "forbidden", "Not today."), errors.NotAllowed, {"message": "Not today."}),
    ("403 of a proxy", Answer(403, HTML, b"<h1>Blocked</h1>"), errors.NotAllowed, {}),
    ("customer", dubs(404, "not_found", "Customer not found. Make sure…"), errors.NotFound, {"status": 404}),
    ("workspace", dubs(404, "not_found", "Workspace not found."), errors.WorkspaceClosed, {}),
    ("workspace id", dubs(404, "not_found", "Workspace ID not found. Did you…"), errors.WorkspaceClosed, {}),
    ("program", dubs(404, "not_found", "Program not found"), errors.Refused, {"field": "programId"}),
    (
        "404 of a database",
        dubs(404, "not_found", f"{RAW}No record. It was not."),
        errors.NotFound,
        {"message": "No record."},
    ),
    ("unknown path", Answer(404, HTML, b"<h1>404</h1>"), errors.Unexpected, {"status": 404}),
    ("method", Answer(405, {}, b""), errors.Unexpected, {"message": "Status 405 came with an empty body."}),
    ("taken", dubs(409, "conflict", "A customer with this external ID…"), errors.Taken, {"field": "externalId"}),
    ("invited", dubs(409, "invite_pending", "Workspace invite pending."), errors.WorkspaceClosed, {}),
    ("invitation over", dubs(410, "invite_expired", "Workspace invite expired."), errors.WorkspaceClosed, {}),
    ("410", dubs(410, "gone", "This endpoint is gone."), errors.Unexpected, {"message": "This endpoint is gone."}),
    (
        "field",
        refused("invalid_format: email: Invalid email address"),
        errors.Refused,
        {"field": "email", "rule": "invalid_format", "row": None, "message": "Invalid email address"},
    ),
    ("body itself", refused("invalid_type: : Invalid input: expected object"), errors.Refused, {"field": ""}),
    (
        "words with a colon",
        refused("invalid_value: sortBy: Invalid option: expected one of"),
        errors.Refused,
        {"field": "sortBy", "message": "Invalid option: expected one of"},
    ),
    (
        "row of a page",
        refused("invalid_type: [32].externalId: Invalid input: expected string, received null"),
        errors.Refused,
        {"field": "externalId", "row": 32},
    ),
    ("row alone", refused("invalid_type: [0]: Invalid input"), errors.Refused, {"field": "", "row": 0}),
    (
        "list as text",
        refused(
            json.dumps([{"code": "invalid_type", "path": ["externalId"], "message": "Expected\nstring"}], indent=2)
        ),
        errors.Refused,
        {"field": "externalId", "rule": "invalid_type", "message": "Expected string"},
    ),
    ("another list as text", refused("[1, 2]"), errors.Refused, {"field": "", "message": "[1, 2]"}),
    (
        "database",
        refused(f"{RAW}The provided value for the column is too long for the column's type. Column: name"),
        errors.Refused,
        {
            "field": "name",
            "rule": errors.DATABASE,
            "message": "The provided value for the column is too long for the column's type.",
        },
    ),
    (
        "database without a column",
        refused(f"{RAW}JSON Error: unexpected end of hex escape at line 1 column 138"),
        errors.Refused,
        {"field": "", "message": "JSON Error: unexpected end of hex escape at line 1 column 138."},
    ),
    ("cursor", refused("Invalid cursor: the provided ID does not exist."), errors.Refused, {"rule": errors.CURSOR}),
    ("sentence", refused("Page is too big (cannot be more than 1000), recommend…"), errors.Refused, {"field": ""}),
    (
        "too fast",
        dubs(429, "rate_limit_exceeded", "Too many requests.", **{"retry-after": "9"}),
        errors.TooFast,
        {"wait": 9},
    ),
    ("too fast for a gateway", Answer(429, HTML, b"slow down"), errors.TooFast, {"wait": 5, "status": 429}),
    ("500", dubs(500, "internal_server_error", "An internal server error occurred."), errors.DubInTrouble, {}),
    ("500 in HTML", Answer(500, HTML, b"<h1>500</h1>"), errors.DubInTrouble, {"status": 500}),
    ("502 without a body", Answer(502, {}, b""), errors.DubInTrouble, {"status": 502}),
    ("503 cut", Answer(503, JSON, b'{"error": {"co'), errors.DubInTrouble, {"status": 503}),
    ("504 in no UTF-8", Answer(504, JSON, b'{"error": "\xff"}'), errors.DubInTrouble, {"status": 504}),
    ("599", Answer(599, JSON, b"[]"), errors.DubInTrouble, {"status": 599}),
    ("redirect", Answer(302, {"location": "https://a:b@evil.test/x"}, b""), errors.Unexpected, {"status": 302}),
    ("redirect to nowhere", Answer(308, {"location": "http://[x"}, b""), errors.Unexpected, {"status": 308}),
    ("teapot", dubs(418, "teapot", "I am one."), errors.Unexpected, {"message": "I am one."}),
    ("error that is a text", Answer(422, JSON, b'{"error": "no"}'), errors.Unexpected, {"status": 422}),
    (
        "message that is none",
        Answer(422, JSON, b'{"error": {"code": "x", "message": 5}}'),
        errors.Refused,
        {"message": ""},
    ),
    ("JSON of nothing", Answer(422, JSON, b"null"), errors.Unexpected, {}),
    ("deep JSON", Answer(422, JSON, b"[" * 100_000), errors.Unexpected, {}),
]


@pytest.mark.parametrize(("answer", "kind", "attributes"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_an_answer_means_its_error(answer: Answer, kind: type[errors.DubError], attributes: dict[str, Any]) -> None:
    error = error_of(answer)
    assert type(error) is kind
    assert {name: getattr(error, name) for name in attributes} == attributes
    assert str(error) == error.message
    assert "\n" not in error.message


def test_where_a_redirect_leads_is_told_without_its_secrets() -> None:
    answer = Answer(302, {"location": "https://user:secret@evil.test/x?key=secret"}, b"")
    assert error_of(answer).message == "Status 302 sends us to evil.test; the key does not follow."


MEANINGS: dict[int, type[errors.DubError]] = {
    308: errors.Unexpected,
    400: errors.Refused,
    401: errors.KeyRefused,
    403: errors.PlanTooLow,
    404: errors.NotFound,
    405: errors.Unexpected,
    409: errors.Taken,
    410: errors.WorkspaceClosed,
    422: errors.Refused,
    429: errors.TooFast,
    500: errors.DubInTrouble,
}
"""What the recorded answers of a status mean unless their name says otherwise."""
OTHERWISE: dict[str, type[errors.DubError]] = {
    "auth: header": errors.KeyRefused,
    "auth: lower-case": errors.KeyRefused,
    "auth: viewer": errors.RoleTooLow,
    "auth: billing": errors.RoleTooLow,
    "events: workspace over": errors.QuotaUsedUp,
    "auth: two spaces": errors.WorkspaceClosed,
    "auth: personal key": errors.WorkspaceClosed,
    "auth: token of a user": errors.WorkspaceClosed,
    "filter partnerId in a workspace without": errors.Refused,
    "get by ext_ slash NOT encoded": errors.Unexpected,
    "GET /customers/id/extra": errors.Unexpected,
}


def _recorded() -> list[Exchange]:
    files = ("exchanges.jsonl", "create.jsonl", "samples.jsonl")
    return [line for file in files for line in read(file) if line.response.get("status", 0) >= 300]


@pytest.mark.parametrize("recorded", _recorded(), ids=lambda line: line.name)
def test_a_recorded_error_means_what_it_meant(recorded: Exchange) -> None:
    """All errors that were recorded of Dub's own handlers."""
    response = recorded.response
    body = response["body"]
    content = b"" if body is None else json.dumps(body).encode()
    meant = next(
        (kind for start, kind in OTHERWISE.items() if recorded.name.startswith(start)), MEANINGS[response["status"]]
    )
    error = error_of(Answer(response["status"], response["headers"], content, recorded.at_ms / 1000))
    assert type(error) is meant
    assert "\n" not in error.message
    assert "prisma" not in error.message
    if isinstance(error, errors.TooFast):
        assert 0 < error.wait <= 60


@given(
    st.integers(300, 599),
    st.dictionaries(st.sampled_from(["content-type", "location", "retry-after", "date"]), st.text()),
    st.binary() | st.text().map(str.encode),
    st.booleans(),
)
def test_any_answer_is_an_error_of_the_family(status: int, headers: dict[str, str], body: bytes, is_json: bool) -> None:
    error = error_of(Answer(status, JSON | headers if is_json else headers, body))
    assert isinstance(error, errors.DubError)
    assert len(error.message) <= 2 * LONGEST_MESSAGE


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["error", "code", "message", "doc_url"]), inner),
    max_leaves=6,
)
_messages = st.text() | st.sampled_from(["plan", "role", "[1]", '[{"path": []}]', RAW, f"{RAW}Column: ", "a: [9]: b"])


@given(st.integers(300, 599), _json | st.fixed_dictionaries({"error": st.fixed_dictionaries({"message": _messages})}))
def test_any_json_is_an_error_of_the_family(status: int, value: object) -> None:
    error = error_of(Answer(status, JSON, json.dumps(value).encode()))
    assert isinstance(error, errors.DubError)
    assert "\n" not in error.message
