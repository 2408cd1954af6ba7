"""Filters while they are typed: what may come next, and terms that are written for somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dubtui.customers import filters
from dubtui.customers.filters.completion import EXAMPLES, MOST
from dubtui.fields import FIELDS

GUIDE = (Path(__file__).parents[2] / "docs" / "filters.md").read_text(encoding="utf-8")
NOW = datetime(2026, 8, 21, 21, 5, tzinfo=UTC)
HERE = {
    "country": ["US", "de", "narnia"],
    "partnerName": ["Acme Corp", "Bob", "none", "a,b"],
    "createdAt": ["x", "2024"],
}


def values(field: str) -> Sequence[str]:
    """What there is."""
    return HERE.get(field, ())


def offered(text: str) -> list[tuple[str, str]]:
    """What may stand at the bar in the text, and its meaning."""
    cursor = text.index("|")
    found = filters.completions(text.replace("|", ""), cursor, values, NOW)
    return [(each.text, each.about) for each in found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cou|", [("country:", "country")]),
        ("!cou|", [("country:", "country")]),
        ("a (COU|", [("country:", "country")]),
        ("lt|", [("ltv>", "lifetime value, in dollars")]),
        ("sale|", [("sales>", "sales"), ("saleAmount>", "lifetime value, in cents"), ("first_sale<", "first sale")]),
        ("chu|", [("churned:", "churned: the subscription is canceled")]),
        ("rele|", []),
        ("ltv|", [("ltv>500", "lifetime value above $500"), ("ltv<100", "lifetime value below $100"),
                  ("ltv:100..500", "lifetime value from $100 to $500"), ("ltv:0", "lifetime value $0"),
                  ("ltv>", "lifetime value, in dollars")]),
        ("created|", [("created<7d", "created in the last 7 days"), ("created<30d", "created in the last 30 days"),
                      ("created>1y", "created more than 1 year ago"), ("created:2026-08", "created in August 2026")]),
        ("paid|", [("paid:yes", "paid"), ("paid:no", "never paid"), ("paid:", "paid: has a first sale")]),
        ("country:|", [("US", "country United States"), ("de", "country Germany"), ("narnia", "country narnia"),
                       ("none", "no country"), ("AD", "country Andorra")]),
        ("country:swi|", [("CH", "country Switzerland")]),
        ("country:us|", [("AT", "country Austria")]),
        ("country:ger|", [("de", "country Germany"), ("DZ", "country Algeria")]),
        ("country:DE,|", [("US", "country United States"), ("narnia", "country narnia")]),
        ("!country!=u|", [("US", "country not United States"), ("UA", "country not Ukraine")]),
        ("partner:|", [('"Acme Corp"', 'partner with "Acme Corp"'), ("Bob", "partner with Bob"),
                       ('"none"', "partner with none"), ('"a,b"', "partner with a,b"), ("none", "no partner")]),
        ("partner:cor|", [('"Acme Corp"', 'partner with "Acme Corp"')]),
        ('partner="ac|', [('"Acme Corp"', 'partner "Acme Corp"')]),
        ("ltv > |", [("500", "lifetime value above $500"), ("100", "lifetime value above $100")]),
        ("ltv>5|", [("500", "lifetime value above $500")]),
        ("created<|", [("2024", "created before 2024"), ("7d", "created in the last 7 days"),
                       ("30d", "created in the last 30 days"), ("1y", "created in the last year")]),
        ("created:2|", [("2024", "created in 2024"), ("2026-08", "created in August 2026"),
                        ("2026", "created in 2026")]),
        ("paid:n|", [("no", "never paid")]),
        ("paid:no|", []),
        ("state:|", [("lead", "state lead"), ("paid", "state paid"), ("canceled", "state canceled")]),
        ('"cou|', []),
        ("tenant:cou|", []),
        ("coun|:de", []),
        ("name>|", []),
    ],
)  # fmt: skip
def test_completions(text: str, first: list[tuple[str, str]]) -> None:
    found = offered(text)
    assert found[: max(1, len(first))] == first


def test_fields_are_offered_where_nothing_is_typed() -> None:
    for text in ("|", "a |", "!|", "(|", "a or |"):
        assert [word for word, _ in offered(text)][:5] == ["name:", "email:", "external:", "stripe:", "country:"]
        assert len(offered(text)) == MOST


@pytest.mark.parametrize(
    ("text", "stretch", "offer"),
    [
        ("a cou|", "cou", "country:"),
        ("c|ou", "cou", "country:"),
        ("country:g|er x", "ger", "de"),
        ("country:de,f|ra ltv>1", "fra", "FR"),
        ('partner:"ac|me c" x', '"acme c"', '"Acme Corp"'),
        ("ltv>| x", "", "500"),
    ],
)
def test_a_completion_replaces_what_is_being_typed(text: str, stretch: str, offer: str) -> None:
    cursor, plain = text.index("|"), text.replace("|", "")
    found = next(each for each in filters.completions(plain, cursor, values, NOW) if each.text == offer)
    assert plain[found.start : found.end] == stretch


def test_every_example_is_a_filter() -> None:
    for field in FIELDS:
        for example in EXAMPLES[field.kind]:
            assert filters.parse(field.name + example.format(now=NOW), NOW).fields == (field.name,)


@pytest.mark.parametrize("text", re.findall(r"^\| `(.+?)` \|.*\|$", GUIDE.split("## Fields")[0], re.MULTILINE))
def test_every_filter_in_the_guide_is_one_without_a_hint(text: str) -> None:
    assert filters.parse(text, NOW).words
    assert not filters.parse(text, NOW).hints


def test_the_guide_knows_every_field() -> None:
    assert {field.name for field in FIELDS} <= set(re.findall(r"`(\w+)`", GUIDE))


@pytest.mark.parametrize(
    ("field", "value", "term"),
    [
        ("country", "DE", "country:DE"),
        ("country", None, "country:none"),
        ("country", "none", 'country:"none"'),
        ("linkId", "link_1", "link_id:link_1"),
        ("email", "ada@x.io", "email=ada@x.io"),
        ("email", "", 'email=""'),
        ("name", 'Ada "the" L\\', r'name="Ada \"the\" L\\"'),
        ("externalId", "a,b", 'external="a,b"'),
        ("externalId", "user:42", "external=user:42"),
        ("link", "https://acme.link/x", "link=https://acme.link/x"),
        ("saleAmount", 4990, "ltv:49.90"),
        ("saleAmount", -5, "ltv:-0.05"),
        ("averageSale", 3333.5, "average:33.335"),
        ("sales", 3, "sales:3"),
        ("createdAt", 1_700_000_000_001, "created:2023-11-14T22:13:20.001+00:00"),
        ("createdAt", "2026-01", "created:2026-01"),
        ("timeToFirstSale", -86_400_000, "time_to_sale:-86400000ms"),
        ("paid", 0, "paid:no"),
        ("churned", True, "churned:yes"),
        ("state", "lead", "state:lead"),
        ("discount", 20, "discount:20"),
    ],
)
def test_terms_for_values(field: str, value: str | float | None, term: str) -> None:
    assert filters.term_for(field, value) == term


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("", "paid:no"),
        ("  ", "paid:no"),
        (" ada ", "ada paid:no"),
        ("paid:no ada", "paid:no ada"),
        ("!paid:no", "!paid:no paid:no"),
        ("(paid:no)", "(paid:no) paid:no"),
        ("a or b", "(a or b) paid:no"),
        ("(a or b)", "(a or b) paid:no"),
        ('a "or"', 'a "or" paid:no'),
        ('"a or', '"a or" paid:no'),
        ('a or "b ', '(a or "b ") paid:no'),
        ('"a\\', '"a\\\\" paid:no'),
        ('name="a', 'name="a" paid:no'),
        ('tenant:"a b', '"tenant:a b" paid:no'),
    ],
)
def test_one_more_term(text: str, both: str) -> None:
    assert filters.with_term(text, "paid:no") == both
