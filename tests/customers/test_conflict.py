"""Who changed what between opening a form and saving: what is in the way, what is only told, and who is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from dubtui.api import errors
from dubtui.api.models import Customer
from dubtui.customers import conflict, editing
from dubtui.customers.conflict import Check, Conflict, Reading, compare, decided
from dubtui.customers.editing import Change, EditPlan, plan
from dubtui.fields import Naming
from dubtui.store.store import Store
from tests.api.clients import client_of, dub, small
from tests.customers.test_walk import Meddled, meddled
from tests.demo.made import row
from tests.faults import Faulty, error
from tests.stage import StillClock

ADA = row(1)["id"]
CLOCK = StillClock()
OPENED: dict[str, str | None] = {
    "name": "Ada",
    "email": "ada@letters.example",
    "externalId": "user_1",
    "stripeCustomerId": None,
    "country": "GB",
    "avatar": None,
}
HOSTED = "https://dubassets.com/customers/cus_1/avatar_1"
Values = dict[str, str | None]


def mine(**wanted: str | None) -> EditPlan:
    """What somebody wants who opened the form on those values."""
    return plan(ADA, OPENED, wanted)


# Comparing


@pytest.mark.parametrize(
    ("wanted", "meanwhile", "conflicts", "elsewhere", "body"),
    [
        ({"name": "Mine"}, {}, [], [], {"name": "Mine"}),
        ({"name": "Mine"}, {"email": None}, [], ["email"], {"name": "Mine"}),
        ({"name": "Mine"}, {"externalId": "x", "country": "FR"}, [], ["externalId", "country"], {"name": "Mine"}),
        ({"name": "Mine"}, {"name": "Theirs"}, ["name"], [], {"name": "Mine"}),
        ({"name": "Mine"}, {"name": None}, ["name"], [], {"name": "Mine"}),
        ({"name": None}, {"name": "Theirs"}, ["name"], [], {"name": None}),
        ({"name": "Mine"}, {"name": "Mine"}, [], [], {}),
        ({"name": None}, {"name": None}, [], [], {}),
        ({"name": "Mine", "email": None}, {"name": "Mine"}, [], [], {"email": None}),
        ({"name": "Mine", "email": None}, {"name": "X", "email": "x@x.example"}, ["name", "email"], [], None),
        ({"name": "Mine"}, {"name": "mine"}, ["name"], [], {"name": "Mine"}),
        ({"stripeCustomerId": "cus_S"}, {"stripeCustomerId": "cus_T"}, ["stripeCustomerId"], [], None),
        ({"country": "Germany"}, {"country": "DE"}, [], [], {}),
        ({"country": "Germany"}, {"country": "FR"}, ["country"], [], {"country": "DE"}),
        ({}, {"name": "Theirs"}, [], ["name"], {}),
    ],
    ids=str,
)
def test_what_somebody_else_changed(
    wanted: Values, meanwhile: Values, conflicts: list[str], elsewhere: list[str], body: Values | None
) -> None:
    """Another field is no obstacle, the same one is, and the same value is neither."""
    checked = compare(mine(**wanted), OPENED, {**OPENED, **meanwhile})
    assert [found.field for found in checked.conflicts] == conflicts
    assert [change.field for change in checked.elsewhere] == elsewhere
    assert not checked.is_gone
    if body is not None:
        assert checked.plan.body == body


def test_the_three_values() -> None:
    checked = compare(mine(name="Mine"), OPENED, {**OPENED, "name": "Theirs", "email": None})
    assert checked.conflicts == (Conflict("name", "Ada", "Theirs", "Mine"),)
    assert checked.elsewhere == (Change("email", "ada@letters.example", None),)
    assert checked.plan.changes == (Change("name", "Theirs", "Mine"),), "over what Dub holds now"


def test_who_is_gone() -> None:
    edit = mine(name="Mine")
    assert compare(edit, OPENED, None) == Check(edit, {}, is_gone=True)


@pytest.mark.parametrize(
    ("before", "now", "is_conflict"),
    [
        (None, None, False),
        (HOSTED, HOSTED, False),
        (HOSTED, None, False),
        ("https://x.example/a.png", HOSTED, False),
        ("https://x.example/a.png", None, False),
        (None, HOSTED, True),
        (HOSTED, f"{HOSTED}2", True),
        (HOSTED, "https://x.example/a.png", True),
    ],
)
def test_what_dub_does_to_avatars_is_nobodys_change(before: str | None, now: str | None, is_conflict: bool) -> None:
    """It moves a picture to its own host and drops one that it cannot fetch; another picture is somebody's."""
    opened = {**OPENED, "avatar": before}
    edit = plan(ADA, opened, {"avatar": "https://mine.example/a.png"})
    checked = compare(edit, opened, {**opened, "avatar": now})
    assert bool(checked.conflicts) == is_conflict
    assert compare(mine(name="Mine"), opened, {**opened, "avatar": now}).elsewhere == ()


def test_an_undo_compares_with_what_its_entry_left() -> None:
    """Its changes tell what the fields held; of the others nothing is known, and nothing is told."""
    edit = EditPlan(ADA, (Change("name", "Written", "Before"),), undoes=7)
    stands = compare(edit, {}, {**OPENED, "name": "Written"})
    assert (stands.conflicts, stands.elsewhere, stands.plan) == ((), (), edit)
    changed = compare(edit, {}, OPENED)
    assert changed.conflicts == (Conflict("name", "Written", "Ada", "Before"),)
    assert changed.plan.undoes == 7


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        ("Mine", [Change("name", "Theirs", "Mine")]),
        ("Ada", [Change("name", "Theirs", "Ada")]),
        (None, [Change("name", "Theirs", None)]),
        ("Theirs", []),
    ],
)
def test_a_value_is_chosen_for_a_field(value: str | None, changes: list[Change]) -> None:
    checked = compare(mine(name="Mine", email=None), OPENED, {**OPENED, "name": "Theirs"})
    chosen = decided(checked.plan, "name", value)
    assert [change for change in chosen.changes if change.field == "name"] == changes
    assert chosen.body["email"] is None


def test_warnings_are_of_the_values_of_now() -> None:
    checked = compare(mine(externalId="user_9"), OPENED, {**OPENED, "externalId": "user_5"})
    assert "user_5" in checked.plan.warnings[0]


# Reading again


class Form:
    """Somebody who has opened the form on the first customer of a workspace of three."""

    def __init__(self, transport: Meddled | Faulty) -> None:
        self.dub = transport
        self.store = Store()
        self.client = client_of(transport, key="dub_test", clock=CLOCK)

    async def read(self) -> Reading:
        reading = await conflict.read(self.client, self.store, CLOCK, ADA)
        assert reading
        return reading

    async def check(self, opened: Reading, **wanted: str | None) -> Check:
        edit = editing.plan(ADA, opened.values, wanted)
        return await conflict.check(self.client, self.store, CLOCK, edit, opened.values)


@pytest.fixture
async def form() -> AsyncIterator[Form]:
    form = Form(meddled([1, 2, 3]))
    yield form
    form.store.close()


@pytest.mark.parametrize(
    ("what", "conflicts", "is_gone"), [("change", ["name"], False), ("delete", [], True)], ids=["change", "delete"]
)
async def test_somebody_acts_between_the_two_readings(
    form: Form, what: str, conflicts: list[str], is_gone: bool
) -> None:
    opened = await form.read()
    assert isinstance(form.dub, Meddled)
    form.dub.plan(len(form.dub.requests), what, 1)
    checked = await form.check(opened, name="Mine")
    assert ([found.field for found in checked.conflicts], checked.is_gone) == (conflicts, is_gone)


async def test_nobody_acts(form: Form) -> None:
    checked = await form.check(await form.read(), name="Mine")
    assert (checked.conflicts, checked.elsewhere, checked.plan.body) == ((), (), {"name": "Mine"})


@pytest.fixture
async def nameless() -> AsyncIterator[Form]:
    """The same on a customer with neither name nor e-mail, for whom Dub invents a name in each answer."""
    form = Form(dub(small({"name": None, "email": None}), clock=CLOCK))
    yield form
    form.store.close()


async def _save(form: Form, **values: str | None) -> None:
    """Somebody else saves."""
    assert isinstance(form.dub, Faulty)
    await client_of(form.dub.inner, key="dub_test", clock=CLOCK).update_customer(ADA, values)


async def test_an_invented_name_is_read_twice_and_is_nobodys_change(nameless: Form) -> None:
    opened = await nameless.read()
    assert (opened.naming, opened.values["name"]) == (Naming.INVENTED, None)
    assert isinstance(nameless.dub, Faulty)
    assert len(nameless.dub.requests) == 2
    checked = await nameless.check(opened, externalId="user_9")
    assert (checked.conflicts, checked.elsewhere) == ((), ())


async def test_a_name_that_somebody_gives_a_nameless_customer(nameless: Form) -> None:
    opened = await nameless.read()
    await _save(nameless, name="Theirs")
    checked = await nameless.check(opened, name="Mine")
    assert checked.conflicts == (Conflict("name", None, "Theirs", "Mine"),)
    assert (await nameless.check(opened, externalId="user_9")).elsewhere == (Change("name", None, "Theirs"),)


async def test_a_name_that_somebody_takes_from_a_customer_without_an_e_mail(nameless: Form) -> None:
    await _save(nameless, name="Ada")
    opened = await nameless.read()
    assert (opened.naming, opened.values["name"]) == (Naming.REAL, "Ada")
    await _save(nameless, name=None)
    checked = await nameless.check(opened, name="Mine")
    assert checked.conflicts == (Conflict("name", "Ada", None, "Mine"),)


async def test_a_nameless_customer_who_gets_an_e_mail(nameless: Form) -> None:
    """Dub shows the e-mail in the place of a name, which is no name."""
    opened = await nameless.read()
    await _save(nameless, email="ada@letters.example")
    checked = await nameless.check(opened, name="Mine")
    assert (checked.conflicts, [change.field for change in checked.elsewhere]) == ((), ["email"])


async def test_dub_cannot_be_read(form: Form) -> None:
    opened = await form.read()
    form.client = client_of(faulty := Faulty(form.dub), key="dub_test", clock=CLOCK)
    faulty.on("GET", "/customers", error(403, "forbidden", "You don't have the required role."))
    with pytest.raises(errors.RoleTooLow):
        await form.check(opened, name="Mine")


def test_a_reading_has_no_name_that_dub_invented() -> None:
    customer = Customer.model_validate({"id": ADA, "name": "Brave Red Fox", "externalId": "user_1"})
    assert Reading(customer, Naming.INVENTED).values["name"] is None
    assert Reading(customer, Naming.UNCONFIRMED).values["name"] == "Brave Red Fox"
