"""`dubtui create`: deprecated by Dub, which it says, and an exit code for each end."""

from __future__ import annotations

import json

import pytest

from tests.cli.asked import answers, held, noted, sent
from tests.cli.conftest import CommandLine
from tests.faults import loses_the_answer
from tests.stage import Stage

pytestmark = pytest.mark.usefixtures("keyed")

NEW = ("create", "--external-id", "org/new", "--country", "germany")
DEPRECATED = (
    "Dub's SDK marks this call deprecated in favour of tracking a lead: a customer made so has no link, and no sale is"
    " ever attributed to it."
)


def test_creates_what_was_given(run: CommandLine, stage: Stage) -> None:
    ended = run(*NEW, "--name", "Ada", "--email", "a@b.example", "--stripe-customer-id", "cus_N", "--yes")
    assert (ended.code, ended.out) == (0, "")
    first, second = ended.err.splitlines()
    assert first == DEPRECATED
    assert second.startswith("✓ Created   cus_")
    assert second.endswith("  org/new  a@b.example; dubtui undo 1 takes it back")
    body = json.loads(sent(stage)[0].removeprefix("POST "))
    assert body == {
        "name": "Ada",
        "email": "a@b.example",
        "externalId": "org/new",
        "stripeCustomerId": "cus_N",
        "country": "DE",
    }
    assert held(run, "org/new")["name"] == "Ada"
    assert noted(run) == ["create done"]


def test_what_is_not_given_is_not_sent(run: CommandLine, stage: Stage) -> None:
    assert run(*NEW, "--name", "", "--yes").code == 0
    assert json.loads(sent(stage)[0].removeprefix("POST ")) == {"externalId": "org/new", "country": "DE"}


def test_a_dry_run_sends_nothing(run: CommandLine, stage: Stage) -> None:
    ended = run(*NEW, "--dry-run")
    assert (ended.code, ended.err) == (0, f"{DEPRECATED}\n")
    assert ended.out == 'POST /customers\n{"externalId": "org/new", "country": "DE"}\n'
    assert (sent(stage), noted(run)) == ([], [])


def test_it_asks(run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    without = run(*NEW)
    assert (without.code, sent(stage)) == (2, [])
    assert "There is no terminal to ask in" in without.err
    answers(monkeypatch, "n")
    assert (run(*NEW).code, sent(stage)) == (1, [])
    answers(monkeypatch, "y")
    ended = run(*NEW)
    assert ended.code == 0
    assert "Country (country): DE" in ended.err
    assert len(sent(stage)) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--external-id", "", "--country", "GB"), "External ID (externalId): Dub needs an external ID."),
        (("--external-id", "x", "--country", "narnia"), "Country (country): No country that is known"),
        (("--external-id", "x", "--country", "GB", "--email", "ada"), "E-mail (email): Not an e-mail"),
        (("--external-id", "x" * 192, "--country", "GB"), "External ID (externalId): 192 characters"),
        (
            ("--external-id", "user_8813", "--country", "GB"),
            "External ID (externalId): Another customer has this value",
        ),
    ],
    ids=str,
)
def test_a_refusal_names_its_field(run: CommandLine, arguments: tuple[str, ...], words: str) -> None:
    ended = run("create", *arguments, "--yes")
    assert (ended.code, ended.out) == (5, "")
    assert words in ended.err


def test_a_taken_stripe_id_is_not_blamed_on_the_external_id(run: CommandLine) -> None:
    assert run("edit", "user_8813", "--set", "stripe=cus_T", "--yes").code == 0
    ended = run(*NEW, "--stripe-customer-id", "cus_T", "--yes")
    assert ended.code == 5
    assert "Stripe ID (stripeCustomerId): Another customer has this value." in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--country", "GB"), "Missing option '--external-id'"),
        (("--external-id", "x"), "Missing option '--country'"),
        (("--external-id", "\udcff", "--country", "GB"), "not text in UTF-8"),
    ],
    ids=ascii,
)
def test_wrong_usage_asks_nobody(run: CommandLine, stage: Stage, arguments: tuple[str, ...], words: str) -> None:
    ended = run("create", *arguments, "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert stage.transport.requests == []


def test_a_lost_answer_is_found_out_about(run: CommandLine, stage: Stage) -> None:
    stage.transport.on("POST", "/customers", loses_the_answer)
    assert run(*NEW, "--yes").code == 0
    assert len(sent(stage)) == 1
    assert noted(run) == ["create done"]
