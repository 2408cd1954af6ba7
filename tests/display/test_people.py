"""Customers in words: whom one sees where something is missing."""

from __future__ import annotations

import pytest

from dubtui.display import people
from dubtui.display.text import plain
from dubtui.fields import FIELDS, CustomerRow, Naming, State

EMPTY = CustomerRow(1, "cus_1", None, Naming.NONE, *[None] * 20)


@pytest.mark.parametrize(
    ("row", "who", "title"),
    [
        (EMPTY._replace(name="Ada", naming=Naming.REAL, email="ada@x.example"), "ada@x.example", "Ada"),
        (EMPTY._replace(name="紫式部", naming=Naming.UNCONFIRMED), "紫式部", "紫式部"),
        (EMPTY._replace(name="Big Red Caribou", naming=Naming.UNCONFIRMED), "Big Red Caribou ?", "cus_1"),
        (EMPTY._replace(naming=Naming.INVENTED, external_id="org/42"), "no name, no e-mail", "org/42"),
        (EMPTY._replace(email="a@x.example"), "a@x.example", "a@x.example"),
        (EMPTY._replace(name="\x1b[31m[/]", naming=Naming.REAL), "␛[31m[/]", "␛[31m[/]"),
    ],
)
def test_whom_one_sees(row: CustomerRow, who: str, title: str) -> None:
    assert (plain(people.who(row)), people.title_of(row)) == (who, title)


@pytest.mark.parametrize(
    ("first", "ended", "state"),
    [(None, None, State.LEAD), (1, None, State.PAID), (1, 2, State.CANCELED), (None, 2, State.CANCELED)],
)
def test_canceled_beats_paid(first: int | None, ended: int | None, state: State) -> None:
    assert people.state_of(EMPTY._replace(first_sale_at=first, subscription_canceled_at=ended)) is state


def test_every_field_has_a_cell() -> None:
    assert set(people.CELLS) == {field.name for field in FIELDS}


@pytest.mark.parametrize(
    ("amount", "kind", "months", "words"),
    [
        (20, "percentage", 12, "20% for 12 months"), (1000, "flat", 0, "$10.00 once"), (10, "percentage", None, "10%"),
        (5, "percentage", 1, "5% for 1 month"), (None, None, None, ""),
    ],
)  # fmt: skip
def test_discounts(amount: int | None, kind: str | None, months: int | None, words: str) -> None:
    assert people.discount_words(amount, kind, months) == words


def test_cents_keep_their_place() -> None:
    assert [plain(people.money_spans(cents, hanging=True)) for cents in (120400, 31850, None)] == [
        "$1,204   ", "$318.50", "–   ",
    ]  # fmt: skip
