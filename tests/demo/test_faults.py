"""Misbehaviour to order."""

import time

import httpx
import pytest

from dubtui.demo.faults import KINDS, Fault

from .made import NOW, asking, data, row

ONE = "/customers/ext_user_1"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("429", Fault("429")),
        ("503-html:every=3,method=GET", Fault("503-html", method="GET", every=3)),
        ("lost-after:method=PATCH,times=1", Fault("lost-after", method="PATCH", times=1)),
        ("slow:path=/events,seconds=0.5", Fault("slow", path="/events", seconds=0.5)),
    ],
)
def test_how_a_fault_is_written(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no fault is called ''"),
        ("404", "no fault is called '404'"),
        ("slow:for=5", "'for=5' is no option of a fault"),
        ("slow:seconds", "'seconds' is no option"),
        ("slow:seconds=long", "'long' is no number of seconds"),
        ("slow:seconds=-1", "seconds from 0"),
        ("500:every=0", "every and times count from 1"),
        ("500:times=two", "'two' is no whole number"),
    ],
)
def test_what_is_no_fault(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Fault.parse(text)


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "empty"),
    [
        ("429", 429, "application/json", False),
        ("500", 500, "application/json", False),
        ("500-html", 500, "text/html; charset=utf-8", False),
        ("502-html", 502, "text/html; charset=utf-8", False),
        ("503-html", 503, "text/html; charset=utf-8", False),
        ("500-empty", 500, None, True),
        ("502-empty", 502, None, True),
        ("503-empty", 503, None, True),
        ("redirect", 302, None, True),
        ("garbled", 200, "application/json", False),
        ("slow", 200, "application/json", False),
    ],
)
async def test_what_a_fault_answers(kind: str, status: int, content_type: str | None, *, empty: bool) -> None:
    async with asking(data(row(1)), faults=[Fault(kind, seconds=0.01)]) as ask:
        answer = await ask(ONE)
    assert (answer.status_code, answer.headers.get("content-type")) == (status, content_type)
    assert (answer.content == b"") == empty


async def test_a_fault_of_429_says_when_it_is_over() -> None:
    async with asking(data(row(1)), faults=[Fault("429", seconds=3)]) as ask:
        answer = await ask(ONE)
    assert int(answer.headers["retry-after"]) == round((NOW + 3) * 1000)
    assert answer.json()["error"]["code"] == "rate_limit_exceeded"


async def test_a_redirect_leads_to_another_host() -> None:
    async with asking(data(row(1)), faults=[Fault("redirect")]) as ask:
        answer = await ask(ONE)
    assert answer.headers["location"] == f"https://elsewhere.example{ONE}"


@pytest.mark.parametrize("kind", ["cut", "lost-before", "lost-after"])
async def test_without_a_connection_a_lost_one_is_an_error(kind: str) -> None:
    async with asking(data(row(1)), faults=[Fault(kind, times=1)]) as ask:
        with pytest.raises(ConnectionResetError):
            await ask(ONE, method="PATCH", json={"name": "Written"})
        assert ((await ask(ONE)).json()["name"] == "Written") == (kind != "lost-before")


async def test_what_is_refused_by_a_fault_is_not_written() -> None:
    async with asking(data(row(1)), faults=[Fault("502-html", method="PATCH")]) as ask:
        assert (await ask(ONE, method="PATCH", json={"name": "Written"})).status_code == 502
        assert (await ask(ONE)).json()["name"] == "Person 1"


async def test_slow_is_slow() -> None:
    async with asking(data(row(1)), faults=[Fault("slow", seconds=0.05)]) as ask:
        start = time.perf_counter()
        await ask(ONE)
    assert time.perf_counter() - start >= 0.05


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (Fault("500"), [500, 500, 500, 500, 500, 500]),
        (Fault("500", every=3), [200, 200, 500, 200, 200, 500]),
        (Fault("500", times=2), [500, 500, 200, 200, 200, 200]),
        (Fault("500", every=2, times=2), [200, 500, 200, 500, 200, 200]),
        (Fault("500", method="PATCH"), [200, 200, 200, 200, 200, 200]),
        (Fault("500", path="/events"), [200, 200, 200, 200, 200, 200]),
    ],
)
async def test_which_requests_it_meets(fault: Fault, statuses: list[int]) -> None:
    async with asking(data(row(1)), faults=[fault]) as ask:
        assert [(await ask(ONE)).status_code for _ in statuses] == statuses


async def test_the_first_of_two_faults_wins() -> None:
    faults = [Fault("503-empty", every=2), Fault("500")]
    async with asking(data(row(1)), faults=faults) as ask:
        answers: list[httpx.Response] = [await ask(ONE) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [500, 503, 500, 503]


async def test_a_reset_meets_no_fault() -> None:
    async with asking(data(row(1)), resettable=True, faults=[Fault("500")]) as ask:
        assert (await ask("/__reset", method="POST")).status_code == 204


def test_every_kind_is_explained() -> None:
    assert all(KINDS.values())
