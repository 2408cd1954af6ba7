"""How customers are chosen: what Dub is asked for it, who comes in which order, and what is told to be missing."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubtui.api import errors
from dubtui.api.client import DubClient
from dubtui.api.query import CustomerQuery
from dubtui.api.token import Token
from dubtui.customers.filters import FilterError
from dubtui.customers.formats import UnknownField, named
from dubtui.customers.selection import MOST_BY_NUMBER, Progress, Selected, Selection, order_of, select
from dubtui.demo.data import Row
from dubtui.demo.rows import Conflict
from dubtui.demo.server import Demo
from dubtui.store.store import Store
from dubtui.store.views import NEWEST_FIRST, Order
from tests.demo.made import data, linked, row
from tests.faults import Ask, Fault, Faulty, answers, error, fails
from tests.stage import NOW, StillClock
from tests.store.made import customer, iso, plain

START = 1_780_000_000_000
"""Unix milliseconds."""
ALL = range(1, 251)
BY_LTV = (Order("saleAmount", descending=True),)
IN_GB = CustomerQuery(country="GB")
WALKED = "cus_0"
"""What a walk over everybody asks for first, so that Dub tells its limit."""


def person(number: int, **changes: Any) -> Row:
    """A customer; a higher number is newer, and paid less."""
    return row(number, **{"createdAt": iso(START + number * 1000), "saleAmount": 100_000 - number, **changes})


def short(value: object) -> str:
    """A case's name: of a selection what is not as usual."""
    if not isinstance(value, Selection | CustomerQuery):
        return str(value)
    given = (
        (name.name, getattr(value, name.name)) for name in fields(value) if getattr(value, name.name) != name.default
    )
    return " ".join(f"{name}={short(part)}" for name, part in given) or "all"


class Dub(Faulty):
    """A workspace that can be changed while it is read."""

    def __init__(self, rows: Iterable[Row], **workspace: Any) -> None:
        self.demo = Demo(data(*rows, **workspace), clock=NOW.timestamp, rng=random.Random(7))
        super().__init__(httpx.ASGITransport(app=self.demo))

    @property
    def asked(self) -> list[str]:
        """What was asked, short."""
        return [_short(request) for request in self.requests]

    def delete(self, number: int) -> None:
        """Somebody deletes a customer."""
        self.demo._rows.delete(row(number)["id"])

    def add(self, number: int, **changes: Any) -> None:
        """Somebody comes."""
        with suppress(Conflict):
            self.demo._rows.insert("ws_1", person(number, **changes))

    def after(self, page: int, act: Callable[[], None], *, times: int = 1) -> None:
        """Let something happen when a page by number has been read."""

        async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
            answer = await ask(request)
            if request.url.params.get("page") == str(page) and self._acts.get(page, 0) < times:
                self._acts[page] = self._acts.get(page, 0) + 1
                act()
            return answer

        self._acts: dict[int, int] = {}
        self.on("GET", "/customers", fault)


def _short(request: httpx.Request) -> str:
    params = {name: value for name, value in request.url.params.items() if name != "includeExpandedFields"}
    if params.get("pageSize") == "100":
        del params["pageSize"]
    path = request.url.path.removeprefix("/customers").removeprefix("/")
    return " ".join([*([path] if path else []), *(f"{name}={value}" for name, value in params.items())])


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """An empty store for the test's life."""
    store = Store()
    yield store
    store.close()


def client_of(dub: httpx.AsyncBaseTransport) -> DubClient:
    return DubClient(Token("dub_test"), base_url="http://localhost", transport=dub, clock=StillClock())


async def chosen(
    dub: Dub, store: Store, selection: Selection, on_progress: Progress = lambda known, total: None
) -> tuple[list[int], Selected]:
    """The numbers of who is chosen, in their order, and what came with them."""
    selected = await select(client_of(dub), store, StillClock(), selection, on_progress)
    return numbers_of(store, selected.rows), selected


def numbers_of(store: Store, rows: Sequence[int]) -> list[int]:
    """The numbers of the customers in some rows."""
    ids = {found.row: found.id for at in range(0, len(rows), 500) for found in store.rows(rows[at : at + 500])}
    return [int(ids[number][-6:]) for number in rows]


# What Dub is asked


@pytest.mark.parametrize(
    ("selection", "asked", "numbers"),
    [
        (Selection(limit=2), ["page=1 pageSize=2"], [250, 249]),
        (Selection(order=NEWEST_FIRST, limit=2), ["page=1 pageSize=2"], [250, 249]),
        (Selection(where="  ", limit=2), ["page=1 pageSize=2"], [250, 249]),
        (Selection(order=BY_LTV, limit=2), ["sortBy=saleAmount sortOrder=desc page=1 pageSize=2"], [1, 2]),
        (Selection(order=(Order("createdAt"),), limit=1), ["sortBy=createdAt sortOrder=asc page=1 pageSize=1"], [1]),
        (Selection(IN_GB, limit=1), ["country=GB page=1 pageSize=1"], [250]),
        (Selection(limit=100), ["page=1"], [*range(250, 150, -1)]),
        (Selection(limit=150), ["count", "page=1", "page=2", "count"], [*range(250, 100, -1)]),
        (Selection(limit=999), ["count", "page=1", "page=2", "page=3", "count"], [*range(250, 0, -1)]),
    ],
    ids=short,
)
async def test_the_first_of_an_order_that_dub_has_are_its_first_pages(
    store: Store, selection: Selection, asked: list[str], numbers: list[int]
) -> None:
    dub = Dub(map(person, ALL))
    assert (await chosen(dub, store, selection))[0] == numbers
    assert dub.asked == asked


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(), [*range(250, 0, -1)]),
        (Selection(order=BY_LTV), [*range(1, 251)]),
        (Selection(order=(Order("name"),), limit=3), [1, 10, 100]),
        (Selection(where="person7", limit=2), [79, 78]),
        (Selection(where="ltv<997.52", order=BY_LTV), [249, 250]),
        (Selection(limit=MOST_BY_NUMBER + 1), [*range(250, 0, -1)]),
    ],
    ids=short,
)
async def test_everybody_comes_where_nothing_else_will_do(
    store: Store, selection: Selection, numbers: list[int]
) -> None:
    dub = Dub(map(person, ALL))
    found, selected = await chosen(dub, store, selection)
    assert found == numbers
    assert dub.asked[:2] == [WALKED, "count"]
    assert store.count() == 250
    assert selected.notes == ()


BRITONS = range(1, 251, 2)
ODDS_IN_GB = [person(number, country="GB" if number in BRITONS else "FR") for number in ALL]


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(IN_GB), [*BRITONS[::-1]]),
        (Selection(IN_GB, order=BY_LTV), [*BRITONS]),
        (Selection(IN_GB, where="ltv<997.52 or person249"), [249]),
        (Selection(where="country:GB"), [*BRITONS[::-1]]),
        (Selection(where="ltv<997.52 country:gb", limit=5), [249]),
    ],
    ids=short,
)
async def test_pages_by_number_are_read_from_the_last_one_back(
    store: Store, selection: Selection, numbers: list[int]
) -> None:
    """A deletion then moves rows to pages that are still to be read."""
    dub = Dub(ODDS_IN_GB)
    assert (await chosen(dub, store, selection))[0] == numbers
    code = selection.query.country or selection.where[-2:]
    in_order = f"country={code.upper()} sortBy=createdAt sortOrder=asc page="
    assert dub.asked == [
        f"count country={code.upper()}",
        f"{in_order}2",
        f"{in_order}1",
        f"count country={code.upper()}",
    ]


async def test_one_page_that_is_not_full_holds_all(store: Store) -> None:
    dub = Dub(map(person, range(1, 6)))
    assert (await chosen(dub, store, Selection(IN_GB)))[0] == [5, 4, 3, 2, 1]
    assert dub.asked == ["count country=GB", "country=GB sortBy=createdAt sortOrder=asc page=1"]


@pytest.mark.parametrize(
    ("where", "asked"),
    [
        ("country:GB", "country=GB"),
        ("country:gb ltv>1", "country=GB"),
        ("email=person3@letters.example", "email=person3@letters.example"),
        ("externalId=user_3 country:GB", "externalId=user_3 country=GB"),
        ("linkId:link_1", "linkId=link_1"),
        ("partnerId:pn_1", "partnerId=pn_1"),
        ("email=a@x.example externalId=b", "email=a@x.example"),
        ("", WALKED),
        ("person3", WALKED),
        ("email:person3", WALKED),
        ("name=nobody", WALKED),
        ("ltv>1", WALKED),
        ("country:none", WALKED),
        ("country:GB,FR", WALKED),
        ('country:"United Kingdom"', WALKED),
        ("!country:GB", WALKED),
        ("country:GB or ltv>1", WALKED),
        ("program:prog_1", WALKED),
    ],
)
async def test_dub_is_asked_only_for_what_it_compares_as_a_filter_does(store: Store, where: str, asked: str) -> None:
    """Its search overlooks parts of words, and it knows no country by name."""
    dub = Dub(linked(number, externalId=f"user_{number}") for number in range(1, 6))
    found, _ = await chosen(dub, store, Selection(where=where))
    assert dub.asked[0] == (asked if asked == WALKED else f"count {asked}")
    everybody = await chosen(Dub(linked(n) for n in range(1, 6)), store, Selection())
    assert set(found) <= set(everybody[0])


async def test_of_a_partner_nobody_is_found_where_dub_has_no_program(store: Store) -> None:
    dub = Dub(map(person, ALL), program_id=None)
    assert (await chosen(dub, store, Selection(where="partnerId:pn_1")))[0] == []
    with pytest.raises(errors.Refused, match="Program not found"):
        await chosen(dub, store, Selection(CustomerQuery(partner_id="pn_1")))


async def test_whom_dub_does_not_bring_is_not_chosen(store: Store) -> None:
    """A store may hold others: from earlier, and of a search that cannot be repeated here."""
    stranger = plain(77, country="GB", name="Person 3")
    await store.put([customer(stranger)], asked_at=1)
    dub = Dub(map(person, range(1, 6)))
    for selection, numbers in (
        (Selection(CustomerQuery(search="person3")), [3]),
        (Selection(CustomerQuery(search="person3"), where="ltv>1"), [3]),
        (Selection(CustomerQuery(search="person3"), where="person4"), []),
        (Selection(limit=2), [5, 4]),
        (Selection(), [5, 4, 3, 2, 1]),
        (Selection(IN_GB), [5, 4, 3, 2, 1]),
        (Selection(where="country:GB"), [5, 4, 3, 2, 1]),
    ):
        assert (await chosen(dub, store, selection))[0] == numbers


async def test_ties_go_by_id_and_what_has_no_value_comes_last(store: Store) -> None:
    rows = [person(1), person(2), person(3, firstSaleAt=iso(START)), person(4, saleAmount=99_999)]
    dub = Dub(rows)
    assert (await chosen(dub, store, Selection(order=(Order("saleAmount"),))))[0] == [3, 2, 4, 1]
    assert (await chosen(dub, store, Selection(order=(Order("firstSaleAt"),))))[0] == [3, 4, 2, 1]
    order = (Order("country"), Order("name", descending=True))
    assert (await chosen(dub, store, Selection(order=order)))[0] == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("selection", "total"),
    [
        (Selection(limit=2), None),
        (Selection(limit=250), None),
        (Selection(limit=251), 250),
        (Selection(limit=2, order=(Order("name"),)), 250),
        (Selection(limit=2, where="person7"), 11),
        (Selection(), 250),
    ],
    ids=short,
)
async def test_the_total_is_known_where_all_were_looked_at(
    store: Store, selection: Selection, total: int | None
) -> None:
    assert (await chosen(Dub(map(person, ALL)), store, selection))[1].total == total


@pytest.mark.parametrize("selection", [Selection(), Selection(IN_GB), Selection(limit=250)], ids=short)
@pytest.mark.parametrize("counts", [True, False], ids=["counted", "uncounted"])
async def test_how_far_it_is(store: Store, selection: Selection, counts: bool) -> None:
    dub = Dub(map(person, ALL))
    if not counts:
        dub.on("GET", "/customers/count", answers(404, html="gone"))
    told: list[tuple[int, int | None]] = []
    await chosen(dub, store, selection, lambda known, total: told.append((known, total)))
    assert [known for known, _ in told] == sorted(known for known, _ in told)
    assert told[-1] == (250, 250 if counts else None)


# What others do meanwhile


@pytest.mark.parametrize("selection", [Selection(IN_GB), Selection(limit=240)], ids=short)
@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("gone", [1, 55, 155, 200, 250])
async def test_a_deletion_hides_nobody(store: Store, selection: Selection, page: int, gone: int) -> None:
    """The row that moves up comes all the same, and who is gone and was not read does not."""
    dub = Dub(map(person, ALL))
    dub.after(page, lambda: dub.delete(gone))
    found, selected = await chosen(dub, store, selection)
    others = [number for number in reversed(ALL) if number != gone]
    assert [number for number in found if number != gone] == others[: selection.limit]
    assert gone not in found or not selection.limit
    assert selected.notes == ()


_numbers = st.integers(1, 250)
_script = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["delete", "add"]), _numbers), max_size=20)


@settings(max_examples=40)
@given(_script, st.booleans())
async def test_whoever_stands_still_comes(script: list[tuple[int, str, int]], counts: bool) -> None:
    """Whatever is deleted between any two requests, and whoever comes."""
    dub = Dub(map(person, ALL))
    if not counts:
        dub.on("GET", "/customers/count", answers(404, html="gone"))
    gone = {number for _, what, number in script if what == "delete"}

    async def meddling(request: httpx.Request, ask: Ask) -> httpx.Response:
        for at, what, number in script:
            if at == len(dub.requests):
                dub.delete(number) if what == "delete" else dub.add(len(dub.requests) * 1000 + number)
        return await ask(request)

    dub.on("GET", "/customers", meddling)
    store = Store()
    try:
        found, selected = await chosen(dub, store, Selection(IN_GB))
    finally:
        store.close()
    assert set(ALL) - gone <= set(found)
    assert len(found) == len(set(found))
    assert selected.notes == ()


async def test_pages_are_read_again_where_dub_counts_more(store: Store) -> None:
    """An import that is dated back moves somebody to a page that has been read."""
    dub = Dub(map(person, ALL))
    dub.after(2, lambda: dub.add(900, createdAt=iso(START)))
    found, selected = await chosen(dub, store, Selection(IN_GB))
    assert sorted(found) == [*ALL, 900]
    assert len([asked for asked in dub.asked if "page=1" in asked]) == 2
    assert selected.notes == ()


async def test_a_reading_that_never_comes_to_rest_says_so(store: Store) -> None:
    dub = Dub(map(person, ALL))
    coming = iter(range(900, 999))
    dub.after(2, lambda: dub.add(next(coming), createdAt=iso(START)), times=9)
    found, selected = await chosen(dub, store, Selection(IN_GB))
    assert set(ALL) <= set(found)
    assert len([asked for asked in dub.asked if "page=1" in asked]) == 3
    assert selected.notes == ("Somebody may be missing: customers came or went while Dub's pages were read.",)


async def test_without_a_count_the_last_page_is_looked_for(store: Store) -> None:
    dub = Dub(map(person, ALL))
    dub.on("GET", "/customers/count", answers(404, html="gone"))
    found, selected = await chosen(dub, store, Selection(IN_GB))
    assert (found, selected.notes) == ([*reversed(ALL)], ())
    pages = [asked[-1] for asked in dub.asked if "page" in asked]
    assert "".join(pages) == "12321"


# What cannot be read


@pytest.mark.parametrize("selection", [Selection(), Selection(IN_GB), Selection(limit=300)], ids=short)
@pytest.mark.parametrize("unreadable", [(7,), (1, 250), (120, 121)], ids=short)
async def test_a_bad_row_does_not_hide_the_others(
    store: Store, selection: Selection, unreadable: Sequence[int]
) -> None:
    """Two that stand side by side are one gap to a walk, which knows of one at least."""
    rows = [person(n, externalId=None if n in unreadable else f"user_{n}") for n in ALL]
    found, selected = await chosen(Dub(rows), store, selection)
    assert found == [number for number in reversed(ALL) if number not in unreadable]
    assert 1 <= selected.unread <= len(unreadable)
    customers = "1 customer" if selected.unread == 1 else f"{selected.unread} customers"
    assert selected.notes == (f"At least {customers} could not be read: Dub serves nobody who has no external ID.",)


async def test_the_first_ones_are_had_in_spite_of_a_bad_row(store: Store) -> None:
    rows = [person(n, externalId=None if n == 249 else f"user_{n}") for n in ALL]
    found, selected = await chosen(Dub(rows), store, Selection(limit=3))
    assert (found, selected.unread) == ([250, 248, 247], 1)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (error(401, "unauthorized", "Unauthorized: Invalid API key."), errors.KeyRefused),
        (error(422, "unprocessable_entity", "too_big: pageSize: Max page size is 100"), errors.Refused),
        (fails(httpx.ConnectError), errors.Unreachable),
    ],
    ids=["key", "refused", "network"],
)
@pytest.mark.parametrize("selection", [Selection(), Selection(IN_GB), Selection(limit=300)], ids=short)
async def test_other_errors_are_errors(
    store: Store, selection: Selection, fault: Fault, kind: type[errors.DubError]
) -> None:
    dub = Dub(map(person, ALL))
    dub.on("GET", "/customers", fault)
    with pytest.raises(kind):
        await chosen(dub, store, selection)


# More than pages by number reach


@pytest.mark.parametrize("where", ["", "ltv<997.52"])
@pytest.mark.parametrize("query", [IN_GB, None], ids=["option", "filter"])
async def test_where_pages_end_too_early_everybody_is_asked_and_filtered_here(
    store: Store, query: CustomerQuery | None, where: str
) -> None:
    dub = Dub(ODDS_IN_GB)
    dub.on("GET", "/customers/count", answers(200, json=MOST_BY_NUMBER + 1), times=1)
    selection = Selection(query, where) if query else Selection(where=f"country:GB {where}")
    found, selected = await chosen(dub, store, selection)
    assert found == ([249] if where else [*BRITONS[::-1]])
    assert dub.asked[:2] == ["count country=GB", WALKED]
    assert selected.notes == ()


async def test_what_a_search_does_not_reach_is_told(store: Store) -> None:
    """Here each page is the same full one, so that none is the last."""
    dub = Dub(map(person, ALL))
    dub.on("GET", "/customers/count", answers(200, json=MOST_BY_NUMBER + 1), times=1)
    dub.on("GET", "/customers", answers(200, json=[{"id": row(number)["id"]} for number in range(100)]))
    _, selected = await chosen(dub, store, Selection(CustomerQuery(search="person")))
    assert selected.is_cut
    assert selected.notes[-1] == "Some are missing: of a search Dub shows no more than 100,000 customers."
    assert "sortOrder=desc page=1000" in dub.asked[1], "the newest of them"


# Words


@pytest.mark.parametrize(
    ("levels", "order"),
    [
        ((), ()),
        (("ltv",), BY_LTV),
        (("saleAmount:desc",), BY_LTV),
        (("LTV:DESC",), BY_LTV),
        (("ltv:asc", "name"), (Order("saleAmount"), Order("name"))),
        (("created", "paid"), (Order("createdAt", descending=True), Order("paid", descending=True))),
        (("name:desc",), (Order("name", descending=True),)),
    ],
    ids=short,
)
def test_orders_are_read(levels: Sequence[str], order: Sequence[Order]) -> None:
    assert order_of(levels) == order


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("ltc", "There is no field 'ltc'. Is 'ltv' meant?"),
        ("saleamnt:asc", "There is no field 'saleamnt'. Is 'saleAmount' meant?"),
        ("", "There is no field ''. There are id, name, email"),
        ("zzz", "There is no field 'zzz'. There are id, name, email"),
        ("ltv:up", "'up' is no direction: write ltv:asc or ltv:desc."),
        ("ltv:", "'' is no direction: write ltv:asc or ltv:desc."),
    ],
)
def test_orders_that_are_none(level: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}"):
        order_of([level])


def test_fields_have_names_and_aliases_in_any_case() -> None:
    assert named("LTV") is named("saleamount")
    with pytest.raises(UnknownField):
        named("salesamount")


async def test_a_filter_that_is_none(store: Store) -> None:
    dub = Dub([])
    with pytest.raises(FilterError):
        await chosen(dub, store, Selection(where="ltv>"))
    assert dub.asked == []
