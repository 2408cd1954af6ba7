"""The object itself: what it takes, how it is reset and closed."""

import random
import sqlite3
from typing import Any

import pytest

from dubtui.demo.server import Demo

from .made import asking, data, row


async def test_nobody_resets_it_from_outside_unless_that_is_wanted() -> None:
    async with asking(data(row(1))) as ask:
        assert (await ask("/__reset", method="POST")).status_code == 404
    with Demo(data(row(1))) as demo, pytest.raises(ValueError, match="not made to be reset"):
        demo.reset()


async def test_a_reset_brings_everything_back() -> None:
    async with asking(data(row(1), row(2)), resettable=True, rate_limit=5) as ask:
        for _ in range(2):
            await ask("/customers/ext_user_1", method="PATCH", json={"name": "x", "avatar": "https://a.invalid/"})
            await ask("/customers/ext_user_2", method="DELETE")
            await ask("/customers", method="POST", json={"externalId": "new", "country": "GB"})
            assert await ask.numbers("/customers?externalId=user_2") == []
            assert (await ask("/customers?page=0")).headers["x-ratelimit-remaining"] == "0"
            reset = await ask("/__reset", method="POST", authorization="")
            assert (reset.status_code, reset.content) == (204, b"")
            ask.clock.now += 2
            (two, one) = await ask.rows("/customers")
            assert (one["name"], one["avatar"], two["name"]) == ("Person 1", None, "Person 2")


async def test_the_same_source_invents_the_same() -> None:
    async def told() -> list[Any]:
        async with asking(data(row(1, name=None, email=None))) as ask:
            made = await ask("/customers", method="POST", json={"externalId": "new", "country": "GB"})
            return [made.json(), (await ask("/customers")).json()]

    assert await told() == await told()


async def test_nothing_is_shared_between_two_demos() -> None:
    async with asking(data(row(1))) as one, asking(data(row(1))) as other:
        await one("/customers/ext_user_1", method="DELETE")
        assert await one.numbers("/customers") == []
        assert await other.numbers("/customers") == [1]


async def test_a_closed_demo_is_closed() -> None:
    demo = Demo(data(row(1)), rng=random.Random(1))
    demo.close()
    with pytest.raises(sqlite3.ProgrammingError):
        await demo(_scope("http"), _nothing_more, _nobody)


async def test_it_speaks_http_only() -> None:
    with Demo(data()) as demo, pytest.raises(ValueError, match="not websocket"):
        await demo(_scope("websocket"), _nothing_more, _nobody)


def _scope(kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "method": "GET",
        "raw_path": b"/customers",
        "query_string": b"",
        "headers": [(b"authorization", b"Bearer dub_test")],
    }


async def _nothing_more() -> dict[str, Any]:
    return {"type": "http.request"}


async def _nobody(message: Any) -> None:
    raise AssertionError(f"nobody waits for {message}")
