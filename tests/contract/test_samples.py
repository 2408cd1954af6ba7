"""The recorded samples, which show what the exchanges leave out: all headers, whole texts, and the shape of events."""

import re
from typing import Any

import httpx
import pytest

from dubtui.demo.data import read as read_data
from dubtui.demo.rate import MINUTE_MS, SECOND_MS, Limiter
from dubtui.demo.server import Demo

from .comparison import differences
from .recordings import WORKSPACE, Exchange, read, send, send_raw

SAMPLES = {sample.name: sample for sample in read("samples.jsonl")}
# What happened to Dub's own machinery, or to rows and keys that the recorded workspace does not have.
NOT_REPEATABLE = (
    "auth: 500",
    "auth: POST while the table is missing",
    "rate limit",
    "events: rate limit",
    "events: event=",
    "events: customerId only",
    "events: limit=1000",
    "events: customer row deleted",
    "events: GET /customers",
    "PATCH",
    "GET ",
)
REPEATABLE = [sample for sample in SAMPLES.values() if not sample.name.startswith(NOT_REPEATABLE)]
WITH_RATE_HEADERS = [sample for sample in SAMPLES.values() if "x-ratelimit-reset" in sample.response["headers"]]
EVENTS = ("click", "lead", "sale")


def client_of(demo: Demo) -> httpx.AsyncClient:
    """A client whose requests go to the demo."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=demo))


@pytest.mark.parametrize("sample", REPEATABLE, ids=lambda sample: sample.name)
async def test_a_sample_is_answered_word_for_word(sample: Exchange) -> None:
    """Status, names of headers and the whole body are the recorded ones."""
    with Demo(read_data(WORKSPACE), clock=lambda: sample.at_ms / 1000) as demo:
        async with client_of(demo) as client:
            got = await send(client, sample)
    assert not list(differences(sample, got))
    assert got.headers.keys() - {"date"} == sample.response["headers"].keys()
    if isinstance(sample.response["body"], dict):
        assert got.json() == sample.response["body"]


@pytest.mark.parametrize("sample", WITH_RATE_HEADERS, ids=lambda sample: sample.name)
def test_the_reset_is_the_end_of_the_window_in_unix_milliseconds(sample: Exchange) -> None:
    """The limiter announces the moment that was recorded for the same clock."""
    window_ms = SECOND_MS if sample.path == "/events" else MINUTE_MS
    limit = int(sample.response["headers"]["x-ratelimit-limit"])
    standing = Limiter(lambda: sample.at_ms / 1000).take("key", limit=limit, window_ms=window_ms)
    assert standing.headers()["x-ratelimit-reset"] == sample.response["headers"]["x-ratelimit-reset"]
    assert standing.headers().keys() <= sample.response["headers"].keys()


async def test_a_limited_call_is_told_as_recorded() -> None:
    """The 429 of a free plan: before the plan is looked at, and without a body for HEAD."""
    get = SAMPLES["rate limit (free, 60/min): a request after the limit is 429, ahead of the plan check"]
    head = SAMPLES["rate limit: HEAD when limited"]
    with Demo(read_data(WORKSPACE), clock=lambda: get.at_ms / 1000) as demo:
        async with client_of(demo) as client:
            answers = [await _ask(client, method) for method in (*["GET"] * 61, "HEAD")]
    assert [answer.status_code for answer in answers] == [403] * 60 + [429, 429]
    assert answers[60].json() == get.response["body"]
    for answer, sample in ((answers[60], get), (answers[61], head)):
        assert {name: answer.headers[name] for name in sample.response["headers"]} == sample.response["headers"]
    assert answers[61].content == b""


async def _ask(client: httpx.AsyncClient, method: str) -> httpx.Response:
    return await send_raw(client, method, "/customers", headers={"Authorization": "Bearer dub_TESTfree"})


def _shape(value: Any) -> Any:
    """The keys, and the types of what they hold; metadata is anybody's."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items() if key != "metadata"}
    return type(value).__name__


def _pattern(time: str) -> str:
    return re.sub(r"\d", "0", re.sub(r"[A-Z][a-z]{2}\b", "Day", time))


def _recorded_events(*, timeline: bool) -> dict[str, dict[str, Any]]:
    bodies = [sample.response["body"] for name, sample in SAMPLES.items() if name.startswith("events: ")]
    lists = (
        [body["events"] for body in bodies if isinstance(body, dict) and "events" in body]
        if timeline
        else [body for body in bodies if isinstance(body, list)]
    )
    known = [event for events in lists for event in events if event.get("customer", {}).get("id") != "cus_1DELETED"]
    return {event["event"]: event for event in known}


@pytest.mark.parametrize("kind", EVENTS)
@pytest.mark.parametrize("timeline", [False, True], ids=["events", "activity"])
async def test_an_event_has_the_recorded_shape(kind: str, *, timeline: bool) -> None:
    """The same keys, nested ones too, with values of the same type."""
    recorded = _recorded_events(timeline=timeline)[kind]
    with Demo(read_data(WORKSPACE)) as demo:
        async with client_of(demo) as client:
            key = {"Authorization": "Bearer dub_TESTowner"}
            if timeline:
                answer = await send_raw(client, "GET", "/customers/ext_linked-2/activity", headers=key)
                events = answer.json()["events"]
            else:
                query = f"event={kind}s&interval=all&customerId=cus_1JHK0XSHN6YKX3CHJ481PKBDM"
                events = (await send_raw(client, "GET", "/events", query, headers=key)).json()
    event = next(event for event in events if event["event"] == kind)
    assert _shape(event) == _shape(recorded)
    assert _pattern(event["timestamp"]) == _pattern(recorded["timestamp"])
    assert _pattern(event["click"]["timestamp"]) == _pattern(recorded["click"]["timestamp"])


async def test_a_deleted_customer_leaves_a_placeholder_in_its_events() -> None:
    """It is dated 1970 and shows the id as external id."""
    recorded = SAMPLES["events: customer row deleted: placeholder customer"].response["body"][0]["customer"]
    customer_id = "cus_1JHK0XSHN6YKX3CHJ481PKBDM"
    with Demo(read_data(WORKSPACE)) as demo:
        async with client_of(demo) as client:
            key = {"Authorization": "Bearer dub_TESTowner"}
            await send_raw(client, "DELETE", f"/customers/{customer_id}", headers=key)
            query = f"event=leads&interval=all&customerId={customer_id}"
            events = (await send_raw(client, "GET", "/events", query, headers=key)).json()
    assert events[0]["customer"] == {**recorded, "id": customer_id, "externalId": customer_id}
