"""What a successful answer holds: records, whatever Dub or somebody in between puts in."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.api import errors, wire
from dubtui.api.answer import Answer
from dubtui.api.models import Customer, javascript_moment
from tests.contract.recordings import read
from tests.demo.made import row

JSON = {"content-type": "application/json"}
PLAIN: dict[str, Any] = {
    name: value for name, value in row(1).items() if name not in ("linkId", "partnerId", "programId")
}


def answer(value: object, **headers: str) -> Answer:
    """A success that holds a value, or bytes as they are."""
    return Answer(200, JSON | headers, value if isinstance(value, bytes) else json.dumps(value).encode())


def customer(**changes: Any) -> Customer:
    """The record of a plain customer with other values."""
    return wire.read_customer(answer(PLAIN | changes))


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (9007199254740993, 9007199254740993),
        (2**53 + 2**70, 2**53 + 2**70),
        (-500, -500),
        (1e21, 10**21),
        (1e300, int(1e300)),
        (0, 0),
        (None, None),
    ],
)
def test_an_amount_of_any_size_is_exact(sent: float | None, read: int | None) -> None:
    assert customer(saleAmount=sent).sale_amount == read


@pytest.mark.parametrize("name", sorted(PLAIN.keys() - {"id"}))
def test_any_key_may_be_missing_or_null(name: str) -> None:
    """Also those that the documentation promises."""
    missing = wire.read_customer(answer({key: value for key, value in PLAIN.items() if key != name}))
    assert missing.id == PLAIN["id"]
    assert customer(**{name: None}).id == PLAIN["id"]


def test_unknown_keys_and_values_are_kept() -> None:
    """A later Dub may have more of both; what came stays as it came."""
    sent = PLAIN | {"tier": {"name": "gold"}, "discount": {"id": "d", "type": "per seat", "amount": 5}, "link": {}}
    record = wire.read_customer(answer(sent))
    assert record.model_extra == {"tier": {"name": "gold"}}
    assert record.discount is not None
    assert record.discount.type == "per seat"
    assert json.loads(record.sent) == sent


@pytest.mark.parametrize("identifier", ["", "x", "cus_1", "cus_clx5k2v9d000008l4", "𝒳", "a/b", "\ud800"])
def test_an_id_is_whatever_dub_says(identifier: str) -> None:
    assert customer(id=identifier).id == identifier


def test_a_record_keeps_the_bytes_of_its_own() -> None:
    """Of a list each element's, with the space inside but not around it."""
    one, two = b'{"id": "cus_1",  "name": "\\ud800"}', b'{"id":"cus_2"}'
    page = wire.read_page(answer(b" [ " + one + b" ,\n" + two + b"]\n"))
    assert [record.sent for record in page] == [one, two]
    assert Customer.from_sent(page[0].sent).name == "\ud800"


WRONG: dict[str, Answer] = {
    "no JSON": answer(b"<html>"),
    "half of it": answer(b'[{"id": "cus_1"'),
    "half of it after an element": answer(b'[{"id": "cus_1"},'),
    "two of them": answer(b"[] []"),
    "nothing": answer(b""),
    "not a number": answer(b"[NaN]"),
    "too deep": answer(b"[" * 100_000),
    "a number of 5,000 digits": answer(b'[{"id": "cus_1", "sales": ' + b"9" * 5000 + b"}]"),
    "no UTF-8": answer(b'[{"id": "cus_1", "name": "\xff"}]'),
    "UTF-16": Answer(200, JSON, "[]".encode("utf-16")),
    "a list of texts": answer(["cus_1"]),
    "a list of nothing": answer([None]),
    "a number for an id": answer([{"id": 5}]),
    "no id": answer([{"name": "Ada"}]),
    "an amount that is a text": answer([PLAIN | {"saleAmount": "much"}]),
    "an amount with a fraction": answer([PLAIN | {"saleAmount": 0.5}]),
    "an amount without end": answer(b'[{"id": "cus_1", "saleAmount": 1e999}]'),
    "a date that is none": answer([PLAIN | {"createdAt": "yesterday"}]),
    "an error with status 200": answer({"error": {"code": "x", "message": "y"}}),
    "another content type": Answer(200, {"content-type": "text/plain"}, b"[]"),
    "no content type": Answer(200, {}, b"[]"),
    "no content": Answer(204, {}, b""),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("read", [wire.read_page, wire.read_customer, wire.read_id, wire.read_count])
def test_a_success_of_another_shape_is_unexpected(read: Any, wrong: Answer) -> None:
    with pytest.raises(errors.Unexpected) as failure:
        read(wrong)
    assert failure.value.message


def test_a_deletion_and_a_count() -> None:
    assert wire.read_id(answer({"id": "cus_1"})) == "cus_1"
    assert wire.read_count(answer(312)) == 312
    for wrong in (-1, True, 1.5, "312", [312]):
        with pytest.raises(errors.Unexpected):
            wire.read_count(answer(wrong))


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2026-01-01T00:00:00Z", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
_keys = st.sampled_from([*PLAIN, "link", "partner", "discount", "programId", "_sent", "sent", "of"]) | st.text()
_customers = st.dictionaries(_keys, _values).map(lambda changes: PLAIN | changes) | st.dictionaries(_keys, _values)


@given(st.lists(_customers, max_size=3))
def test_any_json_of_the_shape_is_records_or_an_error_of_the_family(page: list[dict[str, Any]]) -> None:
    with suppress(errors.Unexpected):
        records = wire.read_page(answer(page))
        assert [record.sent for record in records] == [json.dumps(value).encode() for value in page]
        assert [record.id for record in records] == [value["id"] for value in page]


@given(st.binary() | st.text().map(str.encode) | _values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_records_or_an_error_of_the_family(body: bytes) -> None:
    for read_answer in (wire.read_page, wire.read_customer, wire.read_events, wire.read_id, wire.read_count):
        with suppress(errors.Unexpected):
            read_answer(answer(body))


def _recorded_events() -> list[dict[str, Any]]:
    bodies = [line.response["body"] for line in read("samples.jsonl") if line.path == "/events"]
    return [event for body in bodies if isinstance(body, list) for event in body]


@pytest.mark.parametrize("sent", _recorded_events(), ids=lambda event: f"{event['event']} {event['timestamp'][:24]}")
def test_a_recorded_event_is_read(sent: dict[str, Any]) -> None:
    (event,) = wire.read_events(answer([sent]))
    assert event.event in ("click", "lead", "sale")
    assert event.at == datetime.fromisoformat(sent["click"]["timestamp"])
    assert event.at is not None
    assert javascript_moment(sent["timestamp"]) == event.at.replace(microsecond=0)
    assert (event.sale is None) == (event.event != "sale")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (
            "Fri Nov 20 2026 16:04:29 GMT+0000 (Coordinated Universal Time)",
            datetime(2026, 11, 20, 16, 4, 29, tzinfo=UTC),
        ),
        ("Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)", datetime(1970, 1, 1, tzinfo=UTC)),
        ("Fri Nov 31 2026 16:04:29 GMT+0000", None),
        ("Fri Foo 20 2026 16:04:29 GMT+0000", None),
        ("Fri Nov 20 2026 16:04:29 GMT+0100", None),
        ("2026-11-20T16:04:29Z", None),
        ("Invalid Date", None),
        ("", None),
    ],
)
def test_a_javascript_date_is_read(text: str, moment: datetime | None) -> None:
    """Dub writes them in UTC."""
    assert javascript_moment(text) == moment


@given(st.text())
def test_any_text_is_a_moment_or_none(text: str) -> None:
    assert javascript_moment(text) is None
