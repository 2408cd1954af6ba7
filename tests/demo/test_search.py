"""How text is compared, and what a search finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.demo.search import STOP_WORDS, fold, index_text, phrases, words

from .made import asking, data, row

PEOPLE = (
    row(1, name="Søren Kierkegård", email="soren@copenhagen.example"),
    row(2, name="Jean-Luc Picard", email="jean-luc@laбarre.example"),
    row(3, name="Ada Lovelace", email="ada@analytical.example"),
    row(4, name="Lovelace Ada", email="countess@ockham.example"),
    row(5, name="The Who", email="the@who.example"),
    row(6, name="山田 太郎", email="al@bo.example"),
    row(7, name="🦊 <tag>", email="o'brien@mail1.example"),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ADA"),
        ("ada", "ada  "),
        ("Søren", "soren"),
        ("Émilie", "emilie"),
        ("Straße", "STRASSE"),
        ("İbrahim", "ibrahim"),
        ("Æsop", "aesop"),
        ("ＡＤＡ", "ada"),
        ("はら", "ばら"),
    ],
)
def test_what_compares_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("ada", " ada"), ("a b", "ab"), ("हिन्दी", "हनद"), ("ที", "ทู"), ("1", "l")])
def test_what_does_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text + "  ") == fold(text)


def test_the_stop_words_are_ignored() -> None:
    assert len(STOP_WORDS) == 35  # the server's list has 36, "the" twice
    assert words("The Who will be with you") == ["you"]


def test_words_are_whole_and_not_short() -> None:
    assert words("Ada's 2 jean-luc_x@mail1.example ÖÄÜ") == ["ada", "jean", "luc_x", "mail1", "example", "oau"]
    assert index_text("ada@x.example", None) == " ada example | "


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("ada lovelace", ["ada", "lovelace"]),
        ('"ada lovelace" grace', ["ada lovelace", "grace"]),
        ('"ada', ["ada"]),
        ("jean-luc", ["jeanluc"]),
        ("+ada -grace", ["ada", "grace"]),
        ("***", []),
        ("the who al", []),
        ('"', []),
        ("\\", []),
    ],
)
def test_what_a_search_looks_for(search: str, wanted: list[str]) -> None:
    assert phrases(search) == wanted


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("soren", [1]),
        ("S%C3%98REN", [1]),
        ("lovelace", [4, 3]),
        ("%22ada%20lovelace%22", [3]),
        ("%22ada%20countess%22", []),
        ("ada%20picard", [4, 3, 2]),
        ("lovel", []),
        ("love*", []),
        ("jean-luc", []),
        ("jean+luc", [2]),
        ("the", []),
        ("who", []),
        ("al", []),
        ("%E5%B1%B1%E7%94%B0", []),
        ("%F0%9F%A6%8A", []),
        ("%3Ctag%3E", [7]),
        ("mail1.example", [7, 6, 5, 4, 3, 2, 1]),
        ("user_3", []),
        ("%20%20", []),
        ("ada%40analytical.example", [3]),
        ("ADA%40Analytical.example", [3]),
        ("%20ada%40analytical.example", []),
        ("%40analytical.example", []),
        ("", [7, 6, 5, 4, 3, 2, 1]),
    ],
)
async def test_what_the_server_finds(search: str, found: list[int]) -> None:
    async with asking(data(*PEOPLE)) as ask:
        assert await ask.numbers(f"/customers?search={search}") == found


async def test_a_very_long_search_is_answered() -> None:
    many = "+".join(f"word{number}" for number in range(3000))
    async with asking(data(*PEOPLE)) as ask:
        assert await ask.numbers(f"/customers?search=ada+{many}") == [4, 3]
