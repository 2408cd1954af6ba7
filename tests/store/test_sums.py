"""Groups, months and sums of marked rows against the same rules in plain Python."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubtui.fields import FIELDS
from dubtui.store.filtering import EVERYTHING, Node
from dubtui.store.store import Store
from dubtui.store.views import Question, Totals
from tests.store.made import NOW_MS, Values, customer, customers, holds, plain, totals_of, value_of
from tests.store.test_views import nodes


async def filled(rows: list[Values]) -> tuple[Store, dict[str, Values]]:
    """A store with some customers, and what it holds."""
    store = Store()
    known = {values["id"]: values for values in rows}
    await store.put([customer(values) for values in known.values()], asked_at=1)
    return store, known


@given(st.lists(customers(), max_size=20), nodes, st.sampled_from([field.name for field in FIELDS]))
@settings(max_examples=100)
def test_groups(rows: list[Values], where: Node, field: str) -> None:
    async def check() -> None:
        store, known = await filled(rows)
        members = defaultdict(list)
        for values in known.values():
            if holds(where, values):
                value = value_of(values, field)
                members[value.upper() if field == "country" and value else value].append(values)
        groups = await store.groups(where, field, NOW_MS)
        assert {group.value: group.totals for group in groups} == {
            value: totals_of(found) for value, found in members.items()
        }
        counts = [group.totals.rows for group in groups]
        assert counts == sorted(counts, reverse=True)
        store.close()

    asyncio.run(check())


@given(st.lists(customers(), max_size=20), nodes, st.lists(st.integers(0, 21), min_size=2, max_size=5))
@settings(max_examples=60)
def test_spans_of_time(rows: list[Values], where: Node, days: list[int]) -> None:
    starts = sorted(1_700_000_000_000 + day * 86_400_000 for day in days)

    async def check() -> None:
        store, known = await filled(rows)
        found = await store.by_span(where, starts, NOW_MS)
        for start, stop, totals in zip(starts, starts[1:], found, strict=False):
            within = [v for v in known.values() if holds(where, v) and start <= v["createdAt"] < stop]
            assert totals == totals_of(within)
        first = min((v["createdAt"] for v in known.values() if holds(where, v)), default=None)
        assert await store.first_created(where, NOW_MS) == first
        store.close()

    asyncio.run(check())


@given(st.lists(customers(), max_size=20), nodes, st.sets(st.integers(0, 30)))
@settings(max_examples=60)
def test_sums_of_marked_rows(rows: list[Values], where: Node, marked: set[int]) -> None:
    async def check() -> None:
        store, known = await filled(rows)
        by_row = {store.row(key).row: values for key, values in known.items()}  # type: ignore[union-attr]
        chosen = [by_row[row] for row in marked if row in by_row]
        question = Question(where, now_ms=NOW_MS)
        assert await store.totals_among(list(marked)) == totals_of(chosen)
        assert await store.totals_among(list(marked), question) == totals_of(v for v in chosen if holds(where, v))
        assert await store.totals_among([]) == Totals()
        store.close()

    asyncio.run(check())


READINGS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "groups": lambda store: store.groups(EVERYTHING, "country", NOW_MS),
    "first created": lambda store: store.first_created(EVERYTHING, NOW_MS),
    "by span": lambda store: store.by_span(EVERYTHING, [0, NOW_MS], NOW_MS),
    "totals": lambda store: store.totals_among([1, 2]),
    "numbers": lambda store: store.numbers(Question(EVERYTHING)),
}


@pytest.mark.parametrize("name", READINGS)
async def test_an_interruption_that_was_meant_for_another_does_no_harm(name: str) -> None:
    """As one that comes a moment too late: views are given up so, on the same connection."""
    store, _ = await filled([plain(1), plain(2)])
    left = [1]
    undisturbed = await READINGS[name](store)
    store._builder.set_progress_handler(lambda: left.pop() if left else 0, 1)
    assert await READINGS[name](store) == undisturbed
    assert not left
    store.close()
