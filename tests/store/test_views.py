"""Views against the same rules in plain Python, whatever comes, changes and goes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubtui.fields import FIELDS, Kind
from dubtui.store.filtering import EVERYTHING, EXPRESSIONS, All, Between, Contains, Missing, Node, Not, OneOf, Words
from dubtui.store.filtering import Any as AnyOf
from dubtui.store.store import Store, View
from dubtui.store.views import NEWEST_FIRST, Frontier, Order, Question
from tests.store.made import NOW_MS, Values, customer, customers, holds, in_order, plain, totals_of, value_of

TEXTS = [field.name for field in FIELDS if field.kind in (Kind.TEXT, Kind.STATE)]
NUMBERS = [field.name for field in FIELDS if field.name not in TEXTS]

orders = st.lists(
    st.builds(Order, st.sampled_from([field.name for field in FIELDS]), st.booleans()), min_size=1, max_size=3
).map(tuple)
_words = st.sampled_from(["ada", "A", "soren", "ss", "i", "1", "mail", "cus_", "x.ex", "\x00", "山", "%", "'", "_"])
_days = st.integers(0, 20).map(lambda step: 1_700_000_000_000 + step * 86_400_000)
_numbers = st.one_of(st.integers(-600, 600), _days, st.floats(-3, 3))
_leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Words, _words),
    st.builds(Contains, st.sampled_from(TEXTS), _words),
    st.builds(OneOf, st.sampled_from(TEXTS), st.lists(_words, min_size=1, max_size=3).map(tuple)),
    st.builds(OneOf, st.sampled_from(NUMBERS), st.lists(st.integers(-2, 3), min_size=1, max_size=2).map(tuple)),
    st.builds(
        Between, st.sampled_from(NUMBERS), st.none() | _numbers, st.none() | _numbers, st.booleans(), st.booleans()
    ),
    st.builds(Missing, st.sampled_from(TEXTS + NUMBERS)),
)
nodes: st.SearchStrategy[Node] = st.recursive(
    _leaves,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.lists(parts, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(parts, max_size=3).map(lambda found: AnyOf(tuple(found))),
    ),
    max_leaves=4,
)
frontiers = st.none() | st.builds(Frontier, st.none() | _days)


def ids(store: Store, view: View) -> list[str]:
    """The ids that a view shows."""
    return [row.id for row in view.window(0, len(view)) if row]


def expected(known: dict[str, Values], question: Question) -> tuple[list[str], Any]:
    """What a view should show, and its sums."""
    rows = [values for values in known.values() if holds(question.where, values) and _reached(values, question)]
    return in_order(rows, question.order), totals_of(rows)


def _reached(values: Values, question: Question) -> bool:
    if question.frontier is None or question.frontier.value is None:
        return True
    first = question.order[0]
    value = value_of(values, first.field)
    if value is None:
        return False
    return bool(value >= question.frontier.value if first.descending else value <= question.frontier.value)


def test_every_field_can_be_asked_for() -> None:
    assert set(EXPRESSIONS) == {field.name for field in FIELDS}


@given(st.lists(customers(), max_size=25), nodes, orders)
@settings(max_examples=150)
def test_a_view_is_what_the_rules_say(rows: list[Values], where: Node, order: tuple[Order, ...]) -> None:
    async def check() -> None:
        store = Store()
        known: dict[str, Values] = {}
        for values in rows:
            known[values["id"]] = values  # a name read twice would be another matter
        await store.put([customer(values) for values in known.values()], asked_at=1)
        question = Question(where, order, now_ms=NOW_MS)
        view = await store.view(question)
        assert (ids(store, view), view.totals) == expected(known, question)
        store.close()

    asyncio.run(check())


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(customers(), min_size=1, max_size=6)),
        st.tuples(st.just("remove"), st.lists(st.integers(0, 30), min_size=1, max_size=4)),
        st.tuples(st.just("reach"), frontiers),
    ),
    max_size=8,
)


@given(_steps, nodes, orders)
@settings(max_examples=120)
def test_a_view_stays_right_while_rows_come_change_and_go(
    steps: list[tuple[str, Any]], where: Node, order: tuple[Order, ...]
) -> None:
    async def check() -> None:
        store = Store()
        known: dict[str, Values] = {}
        walked = Question(EVERYTHING, NEWEST_FIRST, Frontier(1_700_000_000_000 + 20 * 86_400_000))
        views = [await store.view(Question(where, order, now_ms=NOW_MS)), await store.view(walked)]
        for at, (what, value) in enumerate(steps, 1):
            if what == "put":
                page = {values["id"]: values | {"email": f"{values['id']}@x.example"} for values in value}
                known.update(page)
                await store.put([customer(values) for values in page.values()], asked_at=at)
            elif what == "remove":
                gone = [plain(number)["id"] for number in value]
                for customer_id in gone:
                    known.pop(customer_id, None)
                await store.remove(gone, at=at)
            elif _is_further(views[1].question.frontier, value):
                await views[1].reach(value)
            for view in views:
                assert (ids(store, view), view.totals) == expected(known, view.question)
                for place, row in enumerate(view.window(0, len(view))):
                    assert row is not None
                    assert view.position(row.row) == place
        store.close()

    asyncio.run(check())


def _is_further(before: Frontier | None, after: Frontier | None) -> bool:
    """A walk only ever goes on: towards older rows, then those without a date, then the end."""
    if before is None:
        return after is None
    if after is None or after.value is None:
        return True
    return before.value is not None and after.value <= before.value


async def test_reaching_far_asks_anew() -> None:
    store = Store()
    known = {values["id"]: values for values in (plain(number) for number in range(2500))}
    await store.put([customer(values) for values in known.values()], asked_at=1)
    view = await store.view(Question(frontier=Frontier(2**60)))
    assert len(view) == 0
    await view.reach(None)
    assert ids(store, view) == in_order(known.values(), NEWEST_FIRST)
    store.close()


async def test_what_is_no_longer_wanted_gives_way() -> None:
    """A question that is dropped while it is asked neither shows nor spoils the next one."""
    store = Store()
    await store.put([customer(plain(number)) for number in range(3000)], asked_at=1)
    view = await store.view(Question())
    for word in ("person1", "person12", "person123"):
        task = asyncio.ensure_future(view.ask(Question(Words(word))))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await view.ask(Question(Words("person1234")))
    assert ids(store, view) == [plain(1234)["id"]]
    store.close()
