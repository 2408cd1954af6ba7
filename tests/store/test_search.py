"""Searching: any part of any field finds its customer, and both ways of searching agree."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dubtui.folding import SEPARATOR, fold, place_in
from dubtui.store.filtering import All, Words
from dubtui.store.search import BATCH, CHUNK, Found, Search
from dubtui.store.store import Store
from dubtui.store.views import Question
from tests.store.made import Values, customer, customers, plain, shown_name

SEARCHED = ("email", "externalId", "stripeCustomerId", "id")


def search_of(store: Store, *, few: int) -> Search:
    """A search over a store's file that holds an index from so many rows on, and is up to date."""
    search = Search(store._connected(), store.path.with_suffix(f".{few}"), few=few)
    while search.warm():
        pass
    return search


def rows_of(found: Found) -> list[int]:
    """The rows, best first."""
    return [match.row for match in found.matches]


@given(st.lists(customers(), min_size=1, max_size=12), st.data())
@settings(max_examples=100)
def test_any_part_of_any_field_finds_its_customer(rows: list[Values], data: st.DataObject) -> None:
    known = {values["id"]: values for values in rows}
    values = data.draw(st.sampled_from(list(known.values())))
    texts = [shown_name(values), *(values[field] for field in SEARCHED)]
    text = data.draw(st.sampled_from([text for text in texts if text]))
    start = data.draw(st.integers(0, max(0, len(text) - 3)))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    assume(fold(part).strip() and len(part.split()) == 1)

    async def check() -> None:
        store = Store()
        await store.put([customer(values) for values in known.values()], asked_at=1)
        row = store.row(values["id"])
        assert row is not None
        for few in (0, 100):
            assert row.row in rows_of(search_of(store, few=few).find(part, limit=100))
        view = await store.view(Question(All(tuple(Words(word) for word in part.split()))))
        assert row.row in view.numbers, "the list's filter finds the same"
        store.close()

    asyncio.run(check())


_texts = st.one_of(
    st.sampled_from(["a", "ad", "ada", "soren", "x.ex", "cus_", "name 1", "1k", "ss", "山", '"', "'", "mail person"]),
    st.text(max_size=5),
)


@given(st.lists(customers(), max_size=15), st.lists(customers(), max_size=6), st.lists(st.integers(0, 30)), _texts)
@settings(max_examples=100)
def test_the_index_and_the_scan_agree(rows: list[Values], later: list[Values], gone: list[int], text: str) -> None:
    async def check() -> None:
        store = Store()
        await store.put([customer(values) for values in {v["id"]: v for v in rows}.values()], asked_at=1)
        scan, index = search_of(store, few=1000), search_of(store, few=0)
        changes = await store.put([customer(values) for values in {v["id"]: v for v in later}.values()], asked_at=2)
        removed = await store.remove([plain(number)["id"] for number in gone], at=3)
        for search in (scan, index):
            if written := (*changes.new, *changes.changed, *removed.gone):
                search.note(written)
        assert scan.find(text, limit=9) == index.find(text, limit=9)
        while index.warm():
            pass
        assert scan.find(text, limit=9) == index.find(text, limit=9)
        folded = [fold(word) for word in text.split()]
        if any(folded):
            view = await store.view(Question(All(tuple(Words(word) for word in text.split()))))
            assert set(rows_of(scan.find(text, limit=100))) == set(view.numbers)
        store.close()

    asyncio.run(check())


async def test_beginnings_come_before_middles() -> None:
    store = Store()
    names = ["Canada", "Ada Lovelace", "Grace Adair", "Hadamard", "Adam"]
    await store.put([customer(plain(number, name=name)) for number, name in enumerate(names)], asked_at=1)
    found = await store.find("ada", limit=9)
    by_row = {row.row: row.name for row in store.rows(rows_of(found))}
    assert [by_row[row] for row in rows_of(found)] == ["Ada Lovelace", "Adam", "Grace Adair", "Canada", "Hadamard"]
    assert [match.rank for match in found.matches] == [1, 1, 2, 3, 3]
    store.close()


async def test_finds_what_was_just_written_and_not_what_is_gone() -> None:
    store = Store()
    await store.put([customer(plain(number)) for number in range(CHUNK + 50)], asked_at=1)
    assert len((await store.find("person2050@", limit=9)).matches) == 1
    await store.put([customer(plain(3, email="new@address.example"))], asked_at=2)
    await store.remove([plain(2050)["id"]], at=3)
    assert len((await store.find("new@address", limit=9)).matches) == 1
    assert len((await store.find("person2050@", limit=9)).matches) == 0
    store.close()


@pytest.mark.parametrize("few", [0, 10 * BATCH])
async def test_a_text_that_many_have_still_finds_the_one_that_begins_so(few: int) -> None:
    store = Store()
    await store.put([customer(plain(number)) for number in range(BATCH + 900)], asked_at=1)
    await store.put([customer(plain(9999, name="example first"))], asked_at=1)
    search = search_of(store, few=few)
    found = search.find("example", limit=5)
    row = store.row(plain(9999)["id"])
    assert row is not None
    assert (found.matches[0].row, found.cut) == (row.row, True)
    store.close()


async def test_nothing_is_found_by_nothing() -> None:
    store = Store()
    await store.put([customer(plain(1))], asked_at=1)
    for text in ("", "   ", "\u0301", SEPARATOR):
        found = await store.find(text, limit=9)
        assert found.matches == () or text == SEPARATOR
    store.close()


@pytest.mark.parametrize(
    ("text", "piece", "place"),
    [
        ("Søren", "oren", (1, 5)),
        ("Straße", "sse", (4, 6)),
        ("Æther", "ae", (0, 1)),
        ("Ada Lovelace", "love", (4, 8)),
        ("Ada", "x", None),
    ],
)
def test_where_a_match_stands(text: str, piece: str, place: tuple[int, int] | None) -> None:
    assert place_in(text, piece) == place
