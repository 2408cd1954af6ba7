"""Looking up among those who are here, held against rules for any text, and for any two workspaces."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dubtui.api.client import DubClient
from dubtui.api.models import Customer
from dubtui.api.query import CustomerQuery
from dubtui.api.token import Token
from dubtui.customers import filters
from dubtui.customers.desk import Desk
from dubtui.customers.lookup import WEIGHED, Hit, Lookup
from dubtui.customers.pasted import read
from dubtui.fields import CustomerRow
from dubtui.folding import fold
from dubtui.session import Identity, Options, Session, Workspace
from dubtui.store.search import Found, Search
from dubtui.store.state import Remembered
from dubtui.store.store import Store
from dubtui.store.views import Question
from tests.api.clients import client_of
from tests.api.fast_time import START
from tests.customers.trial import KEY, NOW_MS, QuickClock, demo
from tests.demo import made
from tests.store.made import Values, customer, customers, plain, shown_name
from tests.store.test_search import search_of

SEARCHED = ("email", "externalId", "stripeCustomerId", "id")


class Indexed(Store):
    """Asks the index of three-letter pieces, however few customers there are."""

    pieces: Search | None = None

    async def find(self, text: str, *, limit: int) -> Found:
        self.pieces = self.pieces or search_of(self, few=0)
        return self.pieces.find(text, limit=limit)

    def close(self) -> None:
        if self.pieces is not None:
            self.pieces.close()
        super().close()


def here(known: Sequence[Customer], look: Callable[[Store, Lookup], Awaitable[None]]) -> None:
    """Look among some customers, by the index and by a scan; Dub is not there."""

    async def run(kind: type[Store]) -> None:
        store = kind()
        await store.put(known, asked_at=1)
        desk = await Desk.laid(Remembered(store.path.with_name("state.sqlite3"), "acme"))
        await look(store, Lookup(cast(DubClient, None), store, desk, QuickClock()))
        store.close()

    for kind in (Store, Indexed):
        asyncio.run(run(kind))


def parts_of(data: st.DataObject, texts: Sequence[str | None]) -> str:
    """Three characters or more of one of some texts."""
    text = data.draw(st.sampled_from([text for text in texts if text and len(text) >= 3]))
    start = data.draw(st.integers(0, len(text) - 3))
    return text[start : data.draw(st.integers(start + 3, len(text)))]


@pytest.fixture(scope="module")
def everybody() -> list[Customer]:
    """The invented workspace."""

    async def listed() -> list[Customer]:
        async with client_of(demo(), key=KEY, clock=QuickClock()) as client:
            pages = [await client.list_customers(CustomerQuery(page=page)) for page in range(1, 5)]
        return [known for page in pages for known in page]

    return asyncio.run(listed())


# Parts


@given(st.lists(customers(), min_size=1, max_size=8, unique_by=lambda values: values["id"]), st.data())
@settings(max_examples=60)
def test_any_part_of_any_field_finds_whom_it_is_of(rows: list[Values], data: st.DataObject) -> None:
    values = data.draw(st.sampled_from(rows))
    part = parts_of(data, [shown_name(values), *(values[field] for field in SEARCHED)])
    assume(fold(part).strip())

    async def look(store: Store, lookup: Lookup) -> None:
        assert values["id"] in ids_of(await lookup.here(part, limit=WEIGHED))

    here([customer(values) for values in rows], look)


@given(st.data())
@settings(max_examples=20)
def test_any_part_of_anybody_in_the_invented_workspace(everybody: list[Customer], data: st.DataObject) -> None:
    """Many at a time, for the sake of one store."""
    wanted = [(known.id, parts_of(data, texts_of(known))) for known in data.draw(_some(everybody))]
    wanted = [(customer_id, part) for customer_id, part in wanted if fold(part).strip()]

    async def look(store: Store, lookup: Lookup) -> None:
        for customer_id, part in wanted:
            assert customer_id in ids_of(await lookup.here(part, limit=WEIGHED)), part
            read_first = ids_of(await lookup.here(read(part).text, limit=WEIGHED))
            assert customer_id in read_first or not part.isprintable(), part

    here(everybody, look)


def _some(everybody: list[Customer]) -> st.SearchStrategy[list[Customer]]:
    return st.lists(st.sampled_from(everybody), min_size=10, max_size=30)


def texts_of(known: Customer) -> list[str | None]:
    """What somebody is found by; of a name that may be Dub's invention nothing."""
    name = known.name if known.email else None
    return [name, known.email, known.external_id, known.stripe_customer_id, known.id]


def ids_of(hits: Sequence[Hit]) -> list[str]:
    """Who was found, in order."""
    return [hit.customer_id for hit in hits]


# The list's filter

_plain = st.text(st.characters(categories=["L", "N"], include_characters="@._-/+#%&'"), min_size=1, max_size=4)
_words = st.lists(
    _plain
    | st.sampled_from(["ada", "soren", "ex", "user_", "cus_1", "cus_a", "1k", "mail", "name", "山", "ss", "acme"]),
    min_size=1,
    max_size=3,
).map(" ".join)


@given(st.lists(customers(), max_size=12, unique_by=lambda values: values["id"]), _words)
@settings(max_examples=60)
@example([], "or")
def test_words_find_in_the_box_whom_they_find_in_the_list(rows: list[Values], text: str) -> None:
    assume("or" not in text.lower().split())

    async def look(store: Store, lookup: Lookup) -> None:
        await _agree(store, lookup, text)

    here([customer(values) for values in rows], look)


@given(st.lists(st.one_of(_words, st.integers(0, 10_000)), min_size=10, max_size=30), st.data())
@settings(max_examples=10)
def test_words_find_the_same_in_the_invented_workspace(
    everybody: list[Customer], drawn: list[str | int], data: st.DataObject
) -> None:
    """Words of one's own, and such as somebody there has."""
    names = [word for known in everybody for text in texts_of(known) for word in (text or "").split() if word.isalnum()]
    texts = [
        names[word % len(names)][data.draw(st.integers(0, 3)) :] if isinstance(word, int) else word for word in drawn
    ]

    async def look(store: Store, lookup: Lookup) -> None:
        for text in texts:
            if text and "or" not in text.lower().split():
                await _agree(store, lookup, text)

    here(everybody, look)


async def _agree(store: Store, lookup: Lookup, text: str) -> None:
    rows = await store.numbers(Question(filters.parse(text, START).node, now_ms=NOW_MS))
    in_list = {row.id for start in range(0, len(rows), 400) for row in store.rows(rows[start : start + 400])}
    in_box = ids_of(await lookup.here(text, limit=WEIGHED))
    assert len(in_box) == len(set(in_box))
    assert set(in_box) == in_list, text


# Order

ORDER = [
    ("ada", ["Ada", "ada@x.example", "Ada Lovelace", "Adam", "Grace Adair", "Canada", "Hadamard"]),
    ("marie cur", ["Marie Curie", "Curie, Marie", "Rosemarie Scurry"]),
]


@pytest.mark.parametrize(("text", "names"), ORDER)
def test_who_is_just_this_comes_before_who_begins_so_before_words_before_middles(text: str, names: list[str]) -> None:
    async def look(store: Store, lookup: Lookup) -> None:
        found = [store.row(hit.customer_id) for hit in await lookup.here(text, limit=9)]
        assert [row.name or row.email for row in found if row] == names

    rows = [made_person(number, name) for number, name in enumerate(names)]
    here([customer(values) for values in rows], look)


def made_person(number: int, name: str) -> Values:
    """Somebody by name, or by e-mail alone; those who come first are not the newest."""
    if "@" in name:
        return plain(number, name=None, email=name)
    return plain(number, name=name, email=None)


# Workspaces

BOTH = made.row(1, name="Ada of the first", email="ada@first.example")
FIRST = made.data(
    BOTH,
    made.row(2, externalId="shared", email="shared@x.example", name="First"),
    others=[
        made.row(3, externalId="shared", email="shared@x.example", name="Second", stripeCustomerId="cus_Second0001"),
        made.row(4, name="Ada of the second", email="ada@second.example"),
    ],
)
TEXTS = ("ada", "shared", "shared@x.example", "cus_Second0001", "second", "first", "user_1", "person", "cus_1000")


@pytest.fixture
def session() -> Session:
    """A session on a Dub with two workspaces, each with a key."""
    return Session(Options(environment={}), clock=QuickClock(), transport=demo(FIRST))


def identity(name: str, key: str) -> Identity:
    """Who is saved in a session's state."""
    return Identity(name, "http://localhost", Token(key), "keychain", f"id-of-{name}")


ONE, OTHER = identity("one", "dub_test"), identity("other", "dub_other")


@pytest.mark.parametrize("with_copy", [True, False], ids=["kept", "passing"])
async def test_nobody_of_another_workspace_is_found(session: Session, with_copy: bool) -> None:
    """Not side by side, nor at the next start, nor by whom was opened often."""
    for _ in range(2):
        opened = [await session.open(who, with_copy=with_copy) for who in (ONE, OTHER)]
        for workspace in opened:
            await workspace.browsing.fetch_all()
        own = [{row.id for row in rows_of(workspace)} for workspace in opened]
        assert own == [{str(made.row(number)["id"]) for number in numbers} for numbers in ((1, 2), (3, 4))]
        for workspace, ids in zip(opened, own, strict=True):
            assert await whoever_is_found(workspace) <= ids
            for customer_id in ids:
                await workspace.desk.note_opened(customer_id, NOW_MS)
            assert {recent.customer_id for recent in workspace.desk.recents} == ids
        for workspace in opened:
            await workspace.aclose()


async def test_a_kept_copy_is_its_workspaces_own(session: Session) -> None:
    workspace = await session.open(ONE, with_copy=True)
    await workspace.browsing.fetch_all()
    await workspace.aclose()
    again, other = await session.open(ONE, with_copy=True), await session.open(OTHER, with_copy=True)
    assert len(await lookup_of(again).here("first", limit=9)) == 2
    assert await lookup_of(other).here("first", limit=9) == []
    assert await lookup_of(other).similar("furst", limit=9) == []
    assert (again.store.path, other.store.path) == (session.kept_copy(ONE.id), session.kept_copy(OTHER.id))
    for workspace in (again, other):
        await workspace.aclose()


def lookup_of(workspace: Workspace) -> Lookup:
    """A lookup in a workspace."""
    return Lookup(workspace.client, workspace.store, workspace.desk, workspace.clock)


def rows_of(workspace: Workspace) -> list[CustomerRow]:
    """Everybody who is here."""
    return workspace.store.rows(range(1, workspace.store.count() + 1))


async def whoever_is_found(workspace: Workspace) -> set[str]:
    """All whom any text finds in any way."""
    lookup = lookup_of(workspace)
    found: list[Hit] = []
    for text in TEXTS:
        found += await lookup.exactly(read(text)) + await lookup.searched(read(text))
        found += await lookup.here(text, limit=WEIGHED) + await lookup.similar(text, limit=9)
    assert found
    return set(ids_of(found))
