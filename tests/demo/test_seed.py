"""The invented workspace."""

import unicodedata
from collections import Counter
from itertools import pairwise

import pytest

from dubtui.demo import javascript, seed
from dubtui.demo.search import fold

from .made import asking

ROWS = list(seed.customers(seed.DEFAULT_SIZE))
BY_EXTERNAL_ID = {row["externalId"]: row for row in ROWS}
SCRIPTS = ("LATIN", "CJK", "ARABIC", "HEBREW", "DEVANAGARI", "CYRILLIC", "THAI", "HANGUL", "GREEK", "FOX")
HOSTILE = ("\x1b", "\x9b", "\x07", "[red]", "[/]", "\u202e", "\u2066", "\x00", "\u200b", "\ufeff", "\n", "\t", "\u0337")


def test_it_is_the_same_every_time() -> None:
    assert list(seed.customers(seed.DEFAULT_SIZE)) == ROWS
    assert len(ROWS) == 312


@pytest.mark.parametrize("size", [0, 1, 20, 312, 1000])
def test_the_first_ones_stay_the_same_in_any_size(size: int) -> None:
    rows = list(seed.customers(size))
    assert len(rows) == size
    assert rows[:312] == ROWS[:size]


def test_what_must_be_unique_is() -> None:
    rows = list(seed.customers(5000))
    assert len({fold(row["id"]) for row in rows}) == 5000
    assert len({fold(row["externalId"] or "") for row in rows}) == 5000
    stripe_ids = [fold(row["stripeCustomerId"]) for row in rows if row["stripeCustomerId"]]
    assert len(set(stripe_ids)) == len(stripe_ids)


async def test_what_everybody_sees_first() -> None:
    """Twenty handsome rows on top: clean names, mail under `.example`, figures of every size."""
    async with asking() as ask:
        rows = await ask.rows("/customers?pageSize=20")
    assert [row["externalId"] for row in rows] == [row["externalId"] for row in ROWS[:20]]
    assert rows[0]["name"] == "Ada Lovelace"
    assert rows[0]["createdAt"].startswith("2026-11-20")
    assert all(character.isprintable() and character not in "[]" for row in rows for character in row["name"])
    assert all(row["email"] is None or row["email"].endswith(".example") for row in rows)
    assert {0, 4990, 31850, 246000, 1284000} <= {row["saleAmount"] for row in rows}
    assert 2 <= sum(row["subscriptionCanceledAt"] is not None for row in rows) <= 5


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_there_but_not_on_top(text: str) -> None:
    places = [place for place, row in enumerate(ROWS) if text in (row["name"] or "")]
    assert places
    assert min(places) > 60


def test_a_very_long_name_is_there() -> None:
    assert 190 <= max(len(row["name"] or "") for row in ROWS) <= 191


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts(script: str) -> None:
    assert any(unicodedata.name(c, "").startswith(script) for row in ROWS for c in row["name"] or "")


def test_they_came_ever_denser_over_twenty_months() -> None:
    created = sorted((row["createdAt"] for row in ROWS), reverse=True)
    assert created[0] == "2026-11-20T16:42:07.318Z"
    assert [text for text in created if text < "2025-03"] == [
        "2024-09-30T22:00:00.000Z",
        "2023-03-14T15:09:26.535Z",
    ]
    months = Counter(text[:7] for text in created)
    assert months["2026-10"] > months["2026-05"] > months["2025-07"] > 0


@pytest.mark.parametrize(
    "external_id",
    ["user_8813", "org/42", "100%", "ext_7", "..", "a#b", "a?b", "user 42", "johannes@mainz.example", "cus_1LOOKALIKE"],
)
async def test_odd_external_ids_are_found(external_id: str) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in external_id.encode())
    async with asking() as ask:
        assert (await ask(f"/customers/ext_{encoded}")).json()["externalId"] == external_id


def test_most_external_ids_are_plain() -> None:
    assert sum((row["externalId"] or "").startswith("user_") for row in ROWS) > 290


def test_gaps() -> None:
    assert sum(not row["name"] for row in ROWS) == 5
    assert sum(row["email"] is None for row in ROWS) == 3
    assert sum(row["email"] == "" for row in ROWS) == 2
    assert sum(not row["name"] and not row["email"] for row in ROWS) == 3
    assert sum(row["country"] is None for row in ROWS) == 4
    (shared,) = [email for email, number in Counter(row["email"] for row in ROWS if row["email"]).items() if number > 1]
    assert shared == "bernoulli@basel.example"


def test_figures_from_nothing_to_six_of_dollars() -> None:
    amounts = [row["saleAmount"] for row in ROWS]
    assert min(amounts) < 0
    assert 100_000_00 < max(amounts) < 1_000_000_00
    assert 0.35 < sum(amount == 0 for amount in amounts) / len(amounts) < 0.6
    assert 15 < sum(row["subscriptionCanceledAt"] is not None for row in ROWS) < 60


def test_nobody_paid_before_coming_or_after_leaving() -> None:
    for row in ROWS:
        paid, left = row["firstSaleAt"], row["subscriptionCanceledAt"]
        assert (paid is None) == (row["sales"] == 0)
        assert paid is None or row["createdAt"] < paid < javascript.iso(seed.NOW_MS)
        assert left is None or (paid is not None and paid < left < javascript.iso(seed.NOW_MS))


def test_stripe_ids_are_for_those_who_pay() -> None:
    with_stripe = [row for row in ROWS if row["stripeCustomerId"]]
    assert len(with_stripe) > 100
    assert all(row["sales"] for row in with_stripe)


def test_partners_links_and_discounts() -> None:
    data = seed.workspace()
    assert (len(data.partners), len(data.links), len(data.discounts)) == (6, 10, 4)
    assert {discount["type"] for discount in data.discounts.values()} == {"percentage", "flat"}
    assert {row["partnerId"] for row in ROWS} == {None, *data.partners}
    assert {row["linkId"] for row in ROWS} > set(data.links)
    assert sum(row["linkId"] is not None and row["linkId"] not in data.links for row in ROWS) == 3
    for row in ROWS:
        assert (row["programId"] is None) == (row["partnerId"] is None)


def test_old_ids_and_imports() -> None:
    legacy = [row for row in ROWS if not row["id"].startswith("cus_1")]
    assert len(legacy) == 3
    assert all(len(row["id"]) == 28 and row["id"] != row["id"].upper() for row in legacy)
    by_id = sorted((row for row in ROWS if row not in legacy), key=lambda row: row["id"])
    steps_back = sum(a["createdAt"] > b["createdAt"] for a, b in pairwise(by_id))
    assert steps_back == 5
    assert max(Counter(row["createdAt"] for row in ROWS).values()) == 3


async def test_the_key_belongs_to_an_owner_on_business() -> None:
    async with asking() as ask:
        assert (await ask("/customers?page=0")).headers["x-ratelimit-limit"] == "1200"
        assert (await ask("/customers/ext_user_8813", method="PATCH", json={"name": "Ada King"})).status_code == 200
        assert (await ask("/events?limit=1")).status_code == 200
        assert len(await ask.rows("/customers?programId=any&pageSize=5")) == 5
        assert (await ask("/customers/count")).json() == 312


async def test_a_walk_over_the_invented_workspace_is_complete() -> None:
    async with asking() as ask:
        pages = [await ask.rows(f"/customers?page={page}&includeExpandedFields=true") for page in range(1, 5)]
    assert {row["id"] for page in pages for row in page} == {row["id"] for row in ROWS}
    assert [len(page) for page in pages] == [100, 100, 100, 12]
