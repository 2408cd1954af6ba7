"""The filter language against rules that hold for any text, on customers of any kind."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dubtui.customers import filters
from dubtui.customers.filters import Filter, FilterError
from dubtui.customers.filters.completion import MOST
from dubtui.customers.filters.countries import code_of
from dubtui.customers.filters.grammar import DEEPEST, MOST_PARTS
from dubtui.fields import FIELDS, Field, Kind
from dubtui.folding import fold
from dubtui.store.filtering import All, Any, Between, Contains, Missing, Node, Not, OneOf, Words, compiled
from dubtui.store.store import Store
from dubtui.store.views import Question
from tests.store.made import NOW_MS, Values, customer, customers, holds, value_of

NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
A_MOMENT = "2023-11-20"
"""Within those that made customers have."""

_VALUES: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: (":ada", "=ADA", ':"a\x00b"', ":de,us", ":none", '=""', ":germany", "!=soren", ":x.example", ":cus_a"),
    Kind.MONEY: (">1", "<=0", ":-1..2.5", ":0,1", ":none", ">=$3"),
    Kind.COUNT: (">1", ":1..", ":..2", ":0,2", "!=1", ":none"),
    Kind.RATE: (">10", ":20%", ":none", ":5..30"),
    Kind.DATE: (f"<{A_MOMENT}", f">={A_MOMENT}", ":2023-11", ":none", "<3y", ":1y..40mo", f":{A_MOMENT}..2024"),
    Kind.SPAN: ("<3d", ">=1w", ":0d", ":none", ":-1w..1w"),
    Kind.FLAG: (":yes", ":no", "!=yes"),
    Kind.STATE: (":lead", ":paid,canceled"),
}
_terms = st.sampled_from([field for field in FIELDS for _ in _VALUES[field.kind]]).flatmap(
    lambda field: st.sampled_from(_VALUES[field.kind]).map(lambda value: f"{field.name}{value}")
)
_words = st.sampled_from(["ada", "soren", '"a\x00b"', "mail", "tenant:42", "山", "cus_1", '"x.ex"', "acme"])
_wholes = st.recursive(
    _terms | _words,
    lambda inner: st.one_of(
        inner.map(lambda one: f"!({one})"), st.tuples(inner, inner).map(lambda two: f"({two[0]} {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} or {two[1]})"),
    ),
    max_leaves=3,
)  # fmt: skip
_PIECES = [
    *'()!"\\,:=<>-$5kéx \x00\ud800\u2028', "..", "or", "ltv", "created", "name", "country", "paid", "state",
    "de", "7d", "2026-01", "T10", "none",
]  # fmt: skip
_fragments = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)
texts = st.one_of(st.text(max_size=30), _fragments, _wholes)
rows = st.lists(customers(), min_size=1, max_size=6)


def _read(text: str) -> Filter | FilterError:
    try:
        return filters.parse(text, NOW)
    except FilterError as error:
        return error


def _check(text: str) -> None:
    """It is a filter, or an error that says where and what was expected there."""
    found = _read(text)
    if isinstance(found, FilterError):
        assert 0 <= found.start < found.end <= len(text)
        assert "xpected " in str(found)


def understood(text: str) -> Filter:
    """The filter of a text that is one."""
    found = _read(text)
    assume(isinstance(found, Filter))
    return cast(Filter, found)


@given(texts)
@settings(max_examples=600)
def test_any_text_is_a_filter_or_an_error_within_it(text: str) -> None:
    _check(text)


@pytest.mark.parametrize(
    "unit",
    ["(", ")", "!", '"', "\\", '\\"', 'a"', ",", "a ", "a: ", "a:", "ltv>1,", "name ", "country:q,", "é", "=", "!a or ",
     "ltv:1..", "1-", "created<1", "contry:x ", "(a ", "!(", "a b or ", '"a" ', 'name="a",', "-", "$", "."],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "ltv:", "created<", "name:", 'name:"', "time_to_sale:"])
def test_long_texts_end_too(prefix: str, unit: str) -> None:
    text = (prefix + unit * 10_000)[:10_000]
    _check(text)


@given(texts, st.integers(0, 30))
@settings(max_examples=300)
def test_anywhere_in_any_text_a_completion_fits(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    found = filters.completions(text, cursor, lambda field: ["DE", "none", 'a "b"', "\ud800"], NOW)
    assert len(found) <= MOST
    assert all(each.start <= cursor <= each.end <= len(text) and each.text and each.about for each in found)


def _takes_in(text: str, values: Values) -> bool:
    return holds(filters.parse(text, NOW).node, values)


@given(_wholes, _wholes, rows)
@settings(max_examples=200)
def test_not_and_or_are_complement_intersection_and_union(one: str, other: str, rows: list[Values]) -> None:
    for values in rows:
        first, second = _takes_in(one, values), _takes_in(other, values)
        assert _takes_in(f"!{one}", values) is (not first)
        assert _takes_in(f"{one} {other}", values) is (first and second)
        assert _takes_in(f"{one} or {other}", values) is (first or second)


@given(texts, _terms | _words, rows)
@settings(max_examples=300)
def test_one_more_term_narrows_any_filter(text: str, term: str, rows: list[Values]) -> None:
    before = understood(text)
    both = filters.parse(filters.with_term(text, term), NOW)
    for values in rows:
        assert holds(both.node, values) is (holds(before.node, values) and _takes_in(term, values))


@given(rows, st.sampled_from(FIELDS))
@settings(max_examples=400)
def test_the_term_for_a_value_takes_in_the_rows_that_have_it(rows: list[Values], field: Field) -> None:
    wanted = value_of(rows[0], field.name)
    node = filters.parse(filters.term_for(field.name, wanted), NOW).node
    for values in rows:
        assert holds(node, values) is _is_same(value_of(values, field.name), wanted)


def _is_same(value: object, wanted: object) -> bool:
    return fold(value) == fold(wanted) if isinstance(value, str) and isinstance(wanted, str) else value == wanted


@given(st.text(max_size=12) | _fragments, st.sampled_from([field for field in FIELDS if field.kind is Kind.TEXT]))
@settings(max_examples=300)
def test_the_term_for_a_text_means_just_it(text: str, field: Field) -> None:
    assume(field.name != "country" or code_of(text) is None)
    assert filters.parse(filters.term_for(field.name, text), NOW).node == OneOf(field.name, (text,))


_figures = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(-1e15, 1e15).map(lambda figure: round(figure, 3))


@given(_figures, st.sampled_from([field for field in FIELDS if field.kind in (Kind.MONEY, Kind.COUNT, Kind.RATE)]))
@settings(max_examples=300)
def test_the_term_for_a_figure_means_just_it(figure: float, field: Field) -> None:
    assert filters.parse(filters.term_for(field.name, figure), NOW).node == OneOf(field.name, (figure,))


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
@settings(max_examples=200)
def test_the_term_for_a_moment_means_just_it(ms: int) -> None:
    assert filters.parse(filters.term_for("createdAt", ms), NOW).node == OneOf("createdAt", (ms,))


def _sql(node: Node) -> list[str]:
    """The words and signs of a condition."""
    return re.findall(r"\w+|\W", compiled(node, NOW_MS)[0])


_NAMES = [field.name for field in FIELDS]
_EVERY_NODE: tuple[Node, ...] = (
    Not(All((Any((Words(""), Words(""))), All(()), Any(())))),
    *(Missing(name) for name in _NAMES),
    *(Contains(name, "") for name in _NAMES),
    *(OneOf(name, ("", "")) for name in _NAMES),
    *(Between(name, low, high) for name in _NAMES for low, high in ((1, 2), (None, 2), (1, None))),
    *(Between(name, 1, 2, low_closed=False, high_closed=False) for name in _NAMES),
)
_KNOWN_SQL = frozenset().union(*(_sql(node) for node in _EVERY_NODE))


@given(texts)
@settings(max_examples=400)
def test_no_text_reaches_sql(text: str) -> None:
    sql = _sql(understood(text).node)
    assert set(sql) <= _KNOWN_SQL
    assert sql.count("?") == len(compiled(understood(text).node, NOW_MS)[1])


@given(st.lists(_wholes | _fragments, min_size=1, max_size=4), st.lists(customers(), max_size=12))
@settings(max_examples=60)
def test_the_store_shows_what_the_rules_say(texts: list[str], rows: list[Values]) -> None:
    nodes = [found.node for found in map(_read, texts) if isinstance(found, Filter)]
    known = {values["id"]: values for values in rows}

    async def check() -> None:
        store = Store()
        await store.put([customer(values) for values in known.values()], asked_at=1)
        for node in nodes:
            view = await store.view(Question(node, now_ms=NOW_MS))
            shown = {row.id for row in view.window(0, len(view)) if row}
            assert shown == {values["id"] for values in known.values() if holds(node, values)}
        store.close()

    asyncio.run(check())


@pytest.mark.parametrize(
    "text",
    [
        " or ".join(["!months>3"] * MOST_PARTS),
        "link:" + ",".join(["x"] * MOST_PARTS),
        "!(" + " ".join(["created:2026,2027"] * (MOST_PARTS // 2)) + ")",
        "months>3 or a !link:x,y !(" * DEEPEST + "months>3 or a link:x,y !churned:yes,no !state:lead" + ")" * DEEPEST,
    ],
)
async def test_the_largest_filters_are_none_too_large_for_the_store(text: str) -> None:
    store = Store()
    where = filters.parse(text, NOW).node
    assert len(await store.view(Question(where, now_ms=NOW_MS))) == 0
    assert await store.groups(where, "country", NOW_MS) == []
    assert [totals.rows for totals in await store.by_span(where, [0, 1, 2], NOW_MS)] == [0, 0]
    store.close()
