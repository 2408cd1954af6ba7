"""`dubtui get`: one customer by whatever names it, as words or as Dub's own JSON."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import unquote

import pytest

from dubtui.api.query import CustomerQuery
from dubtui.display.text import is_plain
from tests.cli.conftest import CommandLine
from tests.faults import answers
from tests.stage import Stage

ADA = "cus_1M7WXCD2PQKV0GJRQ95GW4VTQ"


@pytest.mark.parametrize(
    ("text", "external_id"),
    [
        (ADA, "user_8813"),
        ("user_8813", "user_8813"),
        ("ext_user_8813", "user_8813"),
        ("ada@analytical.example", "user_8813"),
        (" user_8813\n", "user_8813"),
        ("org/42", "org/42"),
        ("100%", "100%"),
        ("..", ".."),
        ("a#b", "a#b"),
        ("user 42", "user 42"),
        ("ext_7", "ext_7"),
        ("ünïcode/ß", "ünïcode/ß"),
        ("🦊-9", "🦊-9"),
        ("johannes@mainz.example", "johannes@mainz.example"),
    ],
)
def test_finds_by_any_identifier(run: CommandLine, text: str, external_id: str) -> None:
    ended = run("get", text, "--demo", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["externalId"] == external_id


def test_json_is_dubs_own(run: CommandLine, stage: Stage) -> None:
    ended = run("get", ADA, "--demo", "--json")
    assert json.loads(ended.out) == next(customer for customer in sent(stage) if customer["id"] == ADA)


def sent(stage: Stage) -> list[dict[str, Any]]:
    """All customers, as Dub sends them."""

    async def pages() -> list[dict[str, Any]]:
        async with stage.client() as client:
            pages = [await client.list_customers(CustomerQuery(page=number)) for number in range(1, 5)]
        return [json.loads(customer.sent) for page in pages for customer in page]

    return asyncio.run(pages())


def test_unknown_keys_are_shown(run: CommandLine, stage: Stage) -> None:
    customer = {**json.loads(run("get", ADA, "--demo", "--json").out), "mood": {"of": ["late", None]}}
    stage.transport.on("GET", f"/customers/{ADA}", answers(200, json=customer))
    assert json.loads(run("get", ADA, "--demo", "--json").out) == customer


def test_shows_what_the_detail_shows(run: CommandLine) -> None:
    ended = run("get", "user_8813", "--demo")
    assert (ended.code, ended.err) == (0, "")
    for words in ("Ada Lovelace", "$1,204.00", "External ID  user_8813", "Charles Babbage", "20% for 12 months"):
        assert words in ended.out


def test_nobody(run: CommandLine) -> None:
    ended = run("get", "qwertz@x.example", "--demo")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == "Nobody has exactly 'qwertz@x.example'; Dub was asked for it as external ID, as e-mail.\n"


def test_nobody_but_somebody_who_may_be_meant(run: CommandLine) -> None:
    ended = run("get", "galois", "--demo")
    assert (ended.code, ended.out) == (3, "")
    first, second, *suggested = ended.err.splitlines()
    assert first.startswith("Nobody has exactly 'galois'")
    assert second == "Perhaps meant:"
    assert any("evariste@" in line for line in suggested)


def test_a_stripe_id_says_what_could_not_be_tried(run: CommandLine) -> None:
    ended = run("get", "https://dashboard.stripe.com/customers/cus_Na6dX7aXxi11N4", "--demo")
    assert ended.code == 3
    first, second = ended.err.splitlines()
    assert first.endswith("Dub was asked for it as external ID.")
    assert second == "Dub cannot be asked for a Stripe ID, and nothing is kept: dubtui sync --keep."


def test_a_kept_copy_resolves_and_dub_answers(run: CommandLine, stage: Stage, keyed: None) -> None:
    assert run("sync", "--keep").code == 0
    stripe_id = next(customer["stripeCustomerId"] for customer in sent(stage) if customer["externalId"] == "user_8813")
    before = len(stage.transport.requests)
    ended = run("get", stripe_id, "--json")
    assert json.loads(ended.out)["externalId"] == "user_8813"
    assert f"/customers/{ADA}" in [request.url.path for request in stage.transport.requests[before:]]


def test_two_are_named_and_none_is_shown(run: CommandLine) -> None:
    ended = run("get", "bernoulli@basel.example", "--demo", "--json")
    assert (ended.code, ended.out) == (2, "")
    first, *candidates = ended.err.splitlines()
    assert first == "2 customers have 'bernoulli@basel.example'; name one by its Dub id:"
    assert len(candidates) == 2
    for candidate in candidates:
        customer_id = candidate.split()[0]
        assert json.loads(run("get", customer_id, "--demo", "--json").out)["name"].endswith("Bernoulli")


@pytest.mark.parametrize("text", ["USER_8813", "ADA@Analytical.example", "ext_USER_8813"])
def test_a_hit_that_differs_in_case_says_so(run: CommandLine, text: str) -> None:
    ended = run("get", text, "--demo", "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["externalId"] == "user_8813"
    assert ended.err.startswith(f"Dub overlooks case and accents: it has not exactly {text!r}, but ")
    assert "user_8813" in ended.err


def test_hostile_customers_steer_nothing(run: CommandLine, stage: Stage) -> None:
    hostile = [customer for customer in sent(stage) if not is_plain(f"{customer['name']}{customer['email']}")]
    assert len(hostile) > 5
    for customer in hostile:
        shown, written = run("get", customer["id"], "--demo"), run("get", customer["id"], "--demo", "--json")
        assert (shown.code, written.code) == (0, 0)
        assert all(is_plain(line) for line in (shown.out + written.out).split("\n"))
        assert json.loads(written.out) == customer


@pytest.mark.parametrize(
    ("text", "external_id"), [("\x1b[31mred", "[31mred"), ("[/]", "[/]"), ("a\u202eb", "a\u202eb"), ("-x", "-x")]
)
def test_a_hostile_text_is_asked_for_and_steers_nothing(
    run: CommandLine, stage: Stage, text: str, external_id: str
) -> None:
    ended = run("get", "--demo", "--", text)
    assert ended.code == 3
    assert is_plain(ended.err.strip())
    asked = [unquote(request.url.raw_path.decode()) for request in stage.transport.requests]
    assert f"/customers/ext_{external_id}?includeExpandedFields=true" in asked


def test_verbose_says_who_asked_whom(run: CommandLine) -> None:
    ended = run("get", "user_8813", "--demo", "--verbose")
    assert ended.err == "2 calls to http://localhost as 'demo', key from: none.\n"
