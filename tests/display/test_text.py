"""Whatever strangers write, what is shown steers no terminal and is as wide as measured."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dubtui.display.text import (
    MATCH,
    Spans,
    cut,
    cut_spans,
    highlighted,
    is_plain,
    json_text,
    laid,
    plain,
    safe,
    spread,
    width_of,
    wrapped,
)

HOSTILE = [
    ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
    ("\x1b]0;title\x07", "␛]0;title␇"),
    ("\x9b31m", "⟨U+009B⟩31m"),
    ("nu\x00l", "nu␀l"),
    ("del\x7f", "del␡"),
    ("a\u202enp.exe", "a⟨U+202E⟩np.exe"),
    ("ad\u200dmin", "ad⟨U+200D⟩min"),
    ("👩\u200d👧", "👩\u200d👧"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("line\nbreak", "line␊break"),
    ("tab\there", "tab␉here"),
    ("\ud800", "⟨U+D800⟩"),
    ("\u2028", "⟨U+2028⟩"),
    ("non\u00a0breaking", "non breaking"),
    ("a" + "\u0301" * 9, "a" + "\u0301" * 3),
    ("[/] [red]x[/red]", "[/] [red]x[/red]"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE, ids=[ascii(text) for text, _ in HOSTILE])
def test_controls_become_visible(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_keeps_lines_where_lines_are_wanted() -> None:
    assert safe("one\ntwo\x1b", lines=True) == "one\ntwo␛"


def test_an_endless_text_ends() -> None:
    assert len(safe("x" * 100_000)) == 1001


any_text = st.text(st.characters(), max_size=40)


@given(any_text)
def test_nothing_that_is_shown_steers(text: str) -> None:
    shown = safe(text)
    steering = {"Cc", "Cs", "Zl", "Zp", "Co", "Cn"}
    assert not any(unicodedata.category(char) in steering for char in shown)
    assert not any(char in shown for char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f")
    assert is_plain(shown), "showing twice shows the same"


@given(any_text, st.integers(0, 30))
def test_a_cut_fits(text: str, width: int) -> None:
    text = safe(text)
    assert cell_len(cut(text, width)) <= width
    assert cut(text, cell_len(text)) == text


spans = st.lists(st.tuples(any_text.map(safe), st.sampled_from(["", "dim", "bold"])), max_size=4).map(tuple)


@given(spans, spans, st.integers(0, 60))
def test_a_spread_line_fits(left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...], width: int) -> None:
    assert width_of(cut_spans(left, width)) <= width
    assert width_of(spread(left, right, width)) <= max(width, 0)


@given(st.lists(st.sampled_from(["word", "longer", "a", "wide 山田"]), max_size=12), st.integers(8, 40))
def test_wrapping_loses_no_word(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = wrapped(((text, ""),), width)
    assert all(width_of(line) <= width + 1 for line in lines), "a blank may hang over the end"
    assert " ".join(" ".join(plain(line) for line in lines).split()) == " ".join(text.split())


def test_pieces_stand_at_their_columns() -> None:
    assert plain(laid((0, (("one", ""),)), (6, (("two", ""),)), (7, (("three", ""),)))) == "one   two three"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(any_text, parts, max_size=3),
    max_leaves=6,
)


@given(json_values)
def test_json_reads_back_and_steers_nothing(value: object) -> None:
    text = json_text(value, indent=2)
    assert json.loads(text) == value
    assert is_plain(text.replace("\n", ""))


@pytest.mark.parametrize(
    ("spans", "pieces", "shown"),
    [
        ((("Ada Lovelace", ""),), ["love"], [("Ada ", ""), ("Love", MATCH), ("lace", "")]),
        (
            (("ada", ""), ("@ana.example", "dim")),
            ["a@an"],
            [("ad", ""), ("a", MATCH), ("@an", MATCH), ("a.example", "dim")],
        ),
        ((("Søren", ""),), ["soren"], [("Søren", MATCH)]),
        ((("Straße", ""),), ["ss"], [("Stra", ""), ("ß", MATCH), ("e", "")]),
        ((("Ada", ""),), ["x"], [("Ada", "")]),
        ((("Ada", ""),), [""], [("Ada", "")]),
        ((("Ada Ada", ""),), ["ada", "da a"], [("A", MATCH), ("da", MATCH), (" A", MATCH), ("da", "")]),
        ((), ["a"], []),
    ],
)
def test_what_matches_stands_out(spans: Spans, pieces: list[str], shown: list[tuple[str, str]]) -> None:
    assert [span for span in highlighted(spans, pieces) if span[0]] == shown
