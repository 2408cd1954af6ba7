"""PATCH, POST and DELETE."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.demo.answers import Refusal
from dubtui.demo.rules import read_changes

from .made import NOW, Asker, asking, data, row

HOSTED = "https://dubassets.com/customers/x/avatar_1234567"
ONE, TWO = "/customers/ext_user_1", "/customers/ext_user_2"


async def patched(ask: Asker, path: str = ONE, **changes: Any) -> dict[str, Any]:
    """The customer after a PATCH that went well."""
    answer = await ask(path, method="PATCH", json=changes)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "Ada"),
        ("name", "  not trimmed  "),
        ("name", "a\x00b \x1b[31m [/] \u202e"),
        ("name", "👩‍👩‍👧‍👦 مريم"),
        ("name", "n" * 191),
        ("name", "ü" * 191),
        ("email", "Upper.Case+tag@Sub.Letters.example"),
        ("email", "o'brien_x-y@letters.example"),
        ("email", None),
        ("email", "person2@letters.example"),
        ("avatar", None),
        ("avatar", HOSTED),
        ("avatar", "https://api.dub.co/og/avatar/123"),
        ("externalId", ""),
        ("externalId", "ext_org/42 %"),
        ("stripeCustomerId", "any text"),
        ("stripeCustomerId", ""),
        ("stripeCustomerId", None),
    ],
)
async def test_what_is_stored_as_it_was_sent(key: str, value: object) -> None:
    async with asking(data(row(1), row(2))) as ask:
        answer = await patched(ask, f"/customers/{row(1)['id']}", **{key: value})
        read = (await ask(f"/customers/{row(1)['id']}")).json()
    assert answer[key] == read[key] == value
    assert {k: v for k, v in read.items() if k != key} == {k: v for k, v in row(1).items() if k in read and k != key}


@pytest.mark.parametrize("value", [None, ""])
async def test_an_emptied_name_shows_the_email(value: str | None) -> None:
    async with asking(data(row(1))) as ask:
        assert (await patched(ask, name=value))["name"] == "person1@letters.example"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"country": "FR"},
        {"country": ""},
        {"sales": 99, "saleAmount": 1, "id": "cus_X", "createdAt": "x", "linkId": "link_1", "foo": {"bar": []}},
    ],
)
async def test_what_is_dropped_without_a_word(changes: dict[str, Any]) -> None:
    async with asking(data(row(1))) as ask:
        before = (await ask(ONE)).json()
        assert await patched(ask, **changes) == before == (await ask(ONE)).json()


async def test_a_later_dub_applies_the_country() -> None:
    async with asking(data(row(1)), applies_country=True) as ask:
        assert (await patched(ask, country="FR"))["country"] == "FR"
        assert (await ask(ONE)).json()["country"] == "FR"


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({"email": ""}, "invalid_format: email: Invalid email address"),
        ({"email": "nope"}, "invalid_format: email: "),
        ({"email": " a@letters.example"}, "invalid_format: email: "),
        ({"email": "a@letters.example\n"}, "invalid_format: email: "),
        ({"email": "søren@letters.example"}, "invalid_format: email: "),
        ({"email": "a..b@letters.example"}, "invalid_format: email: "),
        ({"email": ".a@letters.example"}, "invalid_format: email: "),
        ({"email": "a.@letters.example"}, "invalid_format: email: "),
        ({"email": "a@letters"}, "invalid_format: email: "),
        ({"email": "a@letters.e"}, "invalid_format: email: "),
        ({"email": 5}, "invalid_type: email: Invalid input: expected string, received number"),
        ({"name": 5.5}, "invalid_type: name: Invalid input: expected string, received number"),
        ({"name": True}, "invalid_type: name: Invalid input: expected string, received boolean"),
        ({"name": []}, "invalid_type: name: Invalid input: expected string, received array"),
        ({"name": {}}, "invalid_type: name: Invalid input: expected string, received object"),
        ({"avatar": ""}, "invalid_format: avatar: Invalid URL"),
        ({"avatar": "not a url"}, "invalid_format: avatar: "),
        ({"avatar": 1}, "invalid_type: avatar: "),
        ({"externalId": None}, "invalid_type: externalId: External ID is required"),
        ({"externalId": 7}, "invalid_type: externalId: External ID is required"),
        ({"stripeCustomerId": 7}, "invalid_type: stripeCustomerId: "),
        ({"country": None}, "invalid_type: country: Invalid input: expected string, received null"),
        ({"country": 5}, "invalid_type: country: "),
        (
            {"country": 5, "stripeCustomerId": 5, "externalId": 5, "avatar": 5, "name": 5, "email": 5},
            "invalid_type: email: ",
        ),
        ({"country": 5, "stripeCustomerId": 5, "externalId": 5, "avatar": 5, "name": 5}, "invalid_type: name: "),
        ({"country": 5, "stripeCustomerId": 5, "externalId": 5, "avatar": 5}, "invalid_type: avatar: "),
        ({"country": 5, "stripeCustomerId": 5, "externalId": 5}, "invalid_type: externalId: "),
        ({"country": 5, "stripeCustomerId": 5}, "invalid_type: stripeCustomerId: "),
        ({"name": "n" * 192}, "\nInvalid `prisma.customer.update()` invocation:\n\n\nThe provided value"),
        ({"externalId": "x" * 192}, "\nInvalid `prisma.customer.update()` invocation:"),
        ({"stripeCustomerId": "x" * 192}, "\nInvalid `prisma.customer.update()` invocation:"),
        ({"email": "x" * 180 + "@letters.example"}, "\nInvalid `prisma.customer.update()` invocation:"),
    ],
)
async def test_what_is_refused(changes: dict[str, object], begins: str) -> None:
    """The first problem is told, and nothing is written, not even what was right."""
    async with asking(data(row(1))) as ask:
        before = (await ask(ONE)).json()
        status, message = await ask.problem(ONE, method="PATCH", json=changes)
        assert (await ask(ONE)).json() == before
    assert status == 422
    assert message.startswith(begins)


@pytest.mark.parametrize(
    ("body", "status", "begins"),
    [
        (b"", 400, "Invalid JSON format in request body."),
        (b"{", 400, "Invalid JSON format"),
        (b"{'name': 'x'}", 400, "Invalid JSON format"),
        (b'{"name": NaN}', 400, "Invalid JSON format"),
        (b'{"name": "a\nb"}', 400, "Invalid JSON format"),
        (b"[" * 100_000, 400, "Invalid JSON format"),
        (b"[]", 422, "invalid_type: : Invalid input: expected object, received array"),
        (b"null", 422, "invalid_type: : Invalid input: expected object, received null"),
        (b'"x"', 422, "invalid_type: : Invalid input: expected object, received string"),
        (b"5", 422, "invalid_type: : Invalid input: expected object, received number"),
        (b"true", 422, "invalid_type: : Invalid input: expected object, received boolean"),
        (b'{"name": "a\\ud800b"}', 422, "\nInvalid `prisma.customer.update()` invocation:\n\n\nJSON Error: "),
    ],
)
async def test_bodies_that_are_no_changes(body: bytes, status: int, begins: str) -> None:
    async with asking(data(row(1))) as ask:
        got, message = await ask.problem(ONE, method="PATCH", content=body)
    assert got == status
    assert message.startswith(begins)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'\xef\xbb\xbf{"name": "marked"}', "marked"),
        (b'{"name": "a\xffb"}', "a\ufffdb"),
        (b'{"name": "a", "name": "b"}', "b"),
        (b'{"name": "\\ud83e\\udd8a"}', "🦊"),
        (b'{"foo": ' + b"9" * 5000 + b', "name": "big"}', "big"),
    ],
)
async def test_bodies_as_javascript_reads_them(body: bytes, name: str) -> None:
    async with asking(data(row(1))) as ask:
        answer = await ask(ONE, method="PATCH", content=body)
    assert answer.json()["name"] == name


@given(st.binary(max_size=40))
def test_no_body_breaks_the_rules(body: bytes) -> None:
    try:
        changes = read_changes(body)
    except Refusal as refusal:
        changes = {"refused": refusal.code}
    assert isinstance(changes, dict)


@given(st.dictionaries(st.sampled_from(["name", "externalId", "stripeCustomerId", "foo"]), st.text()))
def test_texts_come_through_unchanged(body: dict[str, str]) -> None:
    changes = read_changes(json.dumps(body).encode())
    assert changes == {key: value for key, value in body.items() if key != "foo"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"externalId": "user_2"}, 409),
        ({"externalId": "USER_2 "}, 409),
        ({"externalId": "user_1"}, 200),
        ({"externalId": "user_9"}, 200),
        ({"stripeCustomerId": "cus_Two"}, 409),
        ({"stripeCustomerId": "cus_Nine"}, 409),
        ({"stripeCustomerId": "cus_Free"}, 200),
        ({"email": "person2@letters.example"}, 200),
    ],
)
async def test_what_must_be_unique(changes: dict[str, str], status: int) -> None:
    """The external id within the workspace, the Stripe id everywhere; the text blames the external id for both."""
    rows = (row(1), row(2, stripeCustomerId="cus_Two"))
    async with asking(data(*rows, others=[row(9, stripeCustomerId="cus_Nine")])) as ask:
        answer = await ask(ONE, method="PATCH", json=changes)
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["error"]["code"] == "conflict"
        assert answer.json()["error"]["message"] == "A customer with this external ID already exists."


async def test_an_empty_stripe_id_is_unique_too() -> None:
    async with asking(data(row(1), row(2))) as ask:
        await patched(ask, stripeCustomerId="")
        assert (await ask.problem(TWO, method="PATCH", json={"stripeCustomerId": ""}))[0] == 409
        await patched(ask, stripeCustomerId=None)
        await patched(ask, TWO, stripeCustomerId=None)


async def test_an_avatar_is_hosted_by_dub_or_lost_moments_later() -> None:
    async with asking(data(row(1))) as ask:
        for url in ("https://pictures.example/a.png", "data:image/png;base64,AAAA", " https://pictures.example/b.png "):
            shown = (await patched(ask, avatar=url))["avatar"]
            ask.clock.now += 60
            assert shown.startswith(f"https://dubassets.com/customers/{row(1)['id']}/avatar_")
            assert (await ask(ONE)).json()["avatar"] == shown
        for url in ("https://pictures.invalid/a.png", "ftp://pictures.example/a.png", "javascript:alert(1)"):
            shown = (await patched(ask, avatar=url))["avatar"]
            assert (await ask(ONE)).json()["avatar"] == shown
            ask.clock.now += 2
            assert (await ask(ONE)).json()["avatar"] is None


async def test_the_dead_address_is_accepted_when_it_is_sent_back() -> None:
    async with asking(data(row(1))) as ask:
        dead = (await patched(ask, avatar="https://pictures.invalid/a.png"))["avatar"]
        ask.clock.now += 2
        assert (await patched(ask, avatar=dead))["avatar"] == dead
        ask.clock.now += 60
        assert (await ask(ONE)).json()["avatar"] == dead


async def test_a_refused_avatar_is_not_fetched() -> None:
    async with asking(data(row(1, avatar=HOSTED), row(2))) as ask:
        lost = {"avatar": "https://pictures.invalid/a.png", "externalId": "user_2"}
        assert (await ask(ONE, method="PATCH", json=lost)).status_code == 409
        ask.clock.now += 60
        assert (await ask(ONE)).json()["avatar"] == HOSTED


async def test_a_row_without_an_external_id_is_written_and_then_refused() -> None:
    lost = row(1, externalId=None)
    path = f"/customers/{lost['id']}"
    async with asking(data(lost)) as ask:
        status, message = await ask.problem(path, method="PATCH", json={"name": "Written"})
        assert status == 422
        assert message.startswith("[\n  {\n")
        assert json.loads(message)[0]["path"] == ["externalId"]
        assert (await patched(ask, path, externalId="repaired"))["name"] == "Written"


async def test_changing_the_external_id_moves_the_address() -> None:
    async with asking(data(row(1))) as ask:
        assert (await patched(ask, externalId="new"))["id"] == row(1)["id"]
        assert (await ask(ONE)).status_code == 404
        assert (await ask("/customers/ext_new")).status_code == 200


async def test_a_search_finds_the_new_words_and_not_the_old() -> None:
    async with asking(data(row(1, name="Countess Lovelace"))) as ask:
        await patched(ask, name="Ada King")
        assert await ask.numbers("/customers?search=king") == [1]
        assert await ask.numbers("/customers?search=lovelace") == []


async def test_a_patch_answers_with_the_base_keys_unless_asked_for_more() -> None:
    async with asking(data(row(1, linkId="link_1"))) as ask:
        assert "link" not in await patched(ask, name="x")
        assert "link" in await patched(ask, f"{ONE}?includeExpandedFields=true", name="x")


async def test_deleting_is_final() -> None:
    async with asking(data(row(1), row(2))) as ask:
        answer = await ask(f"{ONE}?pageSize=abc", method="DELETE", content=b"{")
        assert (answer.status_code, answer.json()) == (200, {"id": row(1)["id"]})
        assert [(await ask(ONE, method=method)).status_code for method in ("DELETE", "GET")] == [404, 404]
        status, message = await ask.problem(f"/customers?startingAfter={row(1)['id']}")
        assert (status, message.partition(":")[0]) == (422, "Invalid cursor")
        assert await ask.numbers("/customers") == [2]


async def test_a_new_customer() -> None:
    body = {
        "externalId": "new",
        "country": "narnia",
        "email": "ada@letters.example",
        "avatar": "https://pictures.example/a.png",
        "sales": 5,
        "id": "cus_MINE",
    }
    async with asking(data(row(1))) as ask:
        answer = await ask("/customers", method="POST", json=body)
        made = answer.json()
        assert (await ask("/customers/ext_new")).json() == made
        assert (await ask("/customers?pageSize=1")).json() == [made]
    assert answer.status_code == 201
    assert made["id"].startswith("cus_1")
    assert len(made["id"]) == 29
    assert made["avatar"].startswith(f"https://dubassets.com/customers/{made['id']}/avatar_")
    assert {key: made[key] for key in made if key not in ("id", "avatar")} == {
        "name": "ada@letters.example",
        "email": "ada@letters.example",
        "externalId": "new",
        "stripeCustomerId": None,
        "country": "narnia",
        "sales": 0,
        "saleAmount": 0,
        "createdAt": "2026-11-20T21:15:42.000Z",
        "firstSaleAt": None,
        "subscriptionCanceledAt": None,
    }


async def test_an_invented_name_is_stored_when_a_customer_is_made() -> None:
    async with asking(data()) as ask:
        made = (await ask("/customers", method="POST", json={"externalId": "", "country": ""})).json()
        assert len(made["name"].split()) == 3
        assert {(await ask("/customers/ext_")).json()["name"] for _ in range(3)} == {made["name"]}


@pytest.mark.parametrize(
    ("body", "status", "begins"),
    [
        ({}, 422, "invalid_type: externalId: External ID is required"),
        ({"externalId": None, "country": "GB"}, 422, "invalid_type: externalId: External ID is required"),
        ({"externalId": "x"}, 422, "invalid_type: country: Invalid input: expected string, received undefined"),
        (
            {"externalId": "x", "country": None},
            422,
            "invalid_type: country: Invalid input: expected string, received null",
        ),
        ({"email": ""}, 422, "invalid_format: email: "),
        ({"externalId": "x" * 192, "country": "GB"}, 422, "\nInvalid `prisma.customer.create()` invocation:"),
        ({"externalId": "x", "country": "\ud800"}, 422, "\nInvalid `prisma.customer.create()` invocation:"),
        ({"externalId": "user_1", "country": "GB"}, 409, "A customer with this external ID already exists."),
        ({"externalId": "x", "country": "GB", "stripeCustomerId": "cus_One"}, 409, "A customer with this external ID"),
    ],
)
async def test_what_cannot_be_made(body: dict[str, object], status: int, begins: str) -> None:
    async with asking(data(row(1, stripeCustomerId="cus_One"))) as ask:
        got, message = await ask.problem("/customers?pageSize=abc", method="POST", content=json.dumps(body).encode())
        assert await ask.numbers("/customers") == [1]
    assert got == status
    assert message.startswith(begins)


async def test_ids_sort_by_the_time_at_which_they_were_made() -> None:
    async with asking(data()) as ask:
        made = []
        for number in range(3):
            ask.clock.now = NOW + number
            body = {"externalId": str(number), "country": "GB"}
            made.append((await ask("/customers", method="POST", json=body)).json()["id"])
    assert made == sorted(made)
    assert len(set(made)) == 3


async def test_stripe_ids_can_be_taken_out_of_sight() -> None:
    given = replace(data(row(1)), stripe_ids_taken=frozenset({"cus_Elsewhere"}))
    async with asking(given) as ask:
        assert (await ask(ONE, method="PATCH", json={"stripeCustomerId": "cus_elsewhere"})).status_code == 409
        assert await ask.numbers("/customers") == [1]
