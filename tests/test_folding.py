"""Folding: what people type finds what stands there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.folding import SEPARATOR, fold

ALIKE = [
    ("Søren", "soren"), ("Łódź", "lodz"), ("Straße", "strasse"), ("Æther", "aether"), ("Iıİi", "iiii"),
    ("ＡＢＣ１", "abc1"), ("ﬁne", "fine"), ("Ångström", "angstrom"), ("Þór", "thor"), ("œuvre", "oeuvre"),
    ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("Ё", "е"), ("e\u0301", "é"), ("ẞ", "ss"), ("Đặng", "dang"),
    ("Ada\u200b", "ada"), ("Love\u00adlace", "lovelace"), ("\u202eada\u2069", "ada"), ("❤\ufe0f", "❤"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("कि", "क"), ("각", "가"), ("a\x00b", "ab"), ("1", "l")])
def test_keeps_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(st.characters()), st.text(st.characters()))
def test_a_part_folds_to_a_part(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@given(st.text(st.characters()))
def test_folding_twice_changes_nothing_and_sqlite_can_hold_it(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert SEPARATOR not in folded
    assert "\x00" not in folded
    folded.encode()
