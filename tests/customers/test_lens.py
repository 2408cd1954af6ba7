"""Lenses and the way back through them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dubtui.customers.lens import History, Lens
from dubtui.store.views import NEWEST_FIRST, Order


def test_sorting_by_the_same_field_turns_it_round() -> None:
    lens = Lens().sorted_by("saleAmount")
    assert lens.order == (Order("saleAmount", descending=True),)
    assert lens.sorted_by("saleAmount").order == (Order("saleAmount", descending=False),)
    assert lens.sorted_by("name").order == (Order("name", descending=False),)


def test_one_more_level_stands_behind_the_others() -> None:
    lens = Lens().sorted_by("country").then_by("saleAmount").then_by("name")
    assert [level.field for level in lens.order] == ["country", "saleAmount", "name"]
    assert lens.then_by("saleAmount").order[1] == Order("saleAmount", descending=False)
    assert lens.sorted_by("country").order[1:] == lens.order[1:]


def test_the_keys_of_one_filter_are_one_step() -> None:
    history = History()
    for text in ("a", "ad", "ada"):
        history.type(Lens(text))
    history.visit(Lens("ada", (Order("name"),)))
    assert history.go(-1) == Lens("ada")
    assert history.go(-1) == Lens()
    assert history.go(-1) == Lens(), "there is nothing before the first"
    assert history.go(9) == Lens("ada", (Order("name"),))


def test_going_on_from_an_earlier_one_forgets_what_was_ahead() -> None:
    history = History()
    history.visit(Lens("a"))
    history.visit(Lens("b"))
    history.go(-1)
    history.visit(Lens("c"))
    assert history.go(9) == Lens("c")
    assert history.go(-1) == Lens("a")


@given(st.lists(st.sampled_from(["visit a", "visit b", "back", "on"]), max_size=30))
def test_there_is_always_a_present(steps: list[str]) -> None:
    history = History()
    for step in steps:
        match step.split():
            case ["visit", text]:
                history.visit(Lens(text))
                assert history.present == Lens(text)
            case ["back"]:
                before = history.present
                if history.go(-1) != before:
                    assert history.go(1) == before
                    history.go(-1)
            case _:
                history.go(1)
    assert history.go(-100).order == NEWEST_FIRST
