"""A customer in an editor: what is written can be read, and what cannot be read says where it is wrong."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.customers.as_yaml import MARK, BadText, explained, read, written
from dubtui.customers.editing import EDITABLE
from dubtui.display.text import is_plain

ADA: dict[str, str | None] = {
    "name": "Ada Lovelace",
    "email": "ada@analytical.example",
    "externalId": "user_8813",
    "stripeCustomerId": None,
    "country": "GB",
    "avatar": None,
}


def test_the_text_of_a_customer() -> None:
    text = written("Ada Lovelace  user_8813", ADA)
    assert text.startswith("# Ada Lovelace  user_8813\n# Change values, save the file and leave the editor.")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines == [
        'name: "Ada Lovelace"',
        'email: "ada@analytical.example"',
        'externalId: "user_8813"',
        "stripeCustomerId: null",
        'country: "GB"',
        "avatar: null",
    ]
    assert read(text) == ADA


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("# nothing but this", {}),
        ("name: Ada King", {"name": "Ada King"}),
        ('name: "Ada \\u263a"', {"name": "Ada ☺"}),
        ("name: ''", {"name": None}),
        ("name: null\nemail: ~\navatar:", {"name": None, "email": None, "avatar": None}),
        ("country: NO", {"country": "NO"}),
        ("country: Germany  # where she is now", {"country": "Germany"}),
        ("name: yes", {"name": "yes"}),
        ("name: |\n  two\n  lines", {"name": "two\nlines"}),
        ('"externalId": "org/42"', {"externalId": "org/42"}),
    ],
)
def test_what_is_read(text: str, values: dict[str, str | None]) -> None:
    assert read(text) == values


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "Line 1: expected the node content"),
        ('name: "open', "found unexpected end of stream"),
        ("name: a\nname: b", "duplicate key"),
        ("just a word", "Expected a field, a colon and a value"),
        ("- name", "Expected a field, a colon and a value"),
        ("name: 007", 'Line 1: name is no text as it stands: put it in quotes, name: "7".'),
        ("externalId: 8813", "externalId is no text as it stands"),
        ("name: true", "name is no text as it stands"),
        ("name: 2026-01-01", "name is no text as it stands"),
        ("name: {a: b}", "name is no text as it stands"),
        ("nmae: x", "nmae is no field that can be changed (name, email, externalId"),
        ("sales: '5'", "sales is no field that can be changed"),
        ("email: nobody", "Line 1: email: Not an e-mail as Dub takes it"),
        ("\nexternalId: ''", "Line 2: externalId: Dub needs an external ID."),
        ("country: narnia", "country: No country that is known"),
        ("avatar: x", "avatar: An address begins with"),
        ("name: !!python/object:os.system x", "could not determine a constructor"),
        ("name: *a", "undefined alias"),
        ("name: 2026-13-45", "no YAML"),
        ("\x00", "special characters are not allowed"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, words: str) -> None:
    with pytest.raises(BadText) as caught:
        read(text)
    assert words in " ".join(caught.value.problems)
    assert all(is_plain(problem) for problem in caught.value.problems)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadText) as caught:
        read("email: nobody\ncountry: narnia\n")
    assert len(caught.value.problems) == 2


def test_the_text_stays_as_it_is_below_what_is_wrong() -> None:
    text = "# mine\nname: [\n"
    first = explained(text, ("Line 2: it is not closed.",))
    assert first == f"{MARK}Line 2: it is not closed.\n{text}"
    assert explained(first, ("Dub refused it.", "Twice.")) == f"{MARK}Dub refused it.\n{MARK}Twice.\n{text}"
    assert explained(first, ()) == text


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_value_comes_back_as_it_was(name: str, who: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    if len(name) > 191:
        return
    text = written(who, {**ADA, "name": name or None})
    assert read(text)["name"] == (name or None)
    assert all(is_plain(line) for line in text.split("\n"))


def test_half_a_character_is_left_out_and_stays() -> None:
    text = written("x", {**ADA, "name": "a\ud800b"})
    assert "name" not in read(text)
    assert "# name: holds half of a character; it stays as it is" in text


@given(st.text(max_size=60))
def test_any_text_is_read_or_told_what_is_wrong(text: str) -> None:
    with suppress(BadText):
        assert set(read(text)) <= set(EDITABLE)
