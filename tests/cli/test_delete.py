"""`dubtui delete`: only where the external ID is typed out, to the letter."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from dubtui.customers.undo import FINAL
from tests.cli.asked import ADA, answers, noted, sent
from tests.cli.conftest import CommandLine
from tests.faults import error, fails
from tests.stage import Stage

pytestmark = pytest.mark.usefixtures("keyed")

DELETE = ("delete", "user_8813", "--confirm", "user_8813")


def test_is_gone_but_for_a_copy(run: CommandLine, stage: Stage) -> None:
    before = json.loads(run("get", ADA, "--json").out)
    ended = run(*DELETE)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.splitlines() == [
        "✓ deleted user_8813",
        "Entry 1 of the journal holds a copy of the record for 90 days.",
    ]
    assert sent(stage) == ["DELETE"]
    assert run("get", ADA).code == 3
    (entry,) = json.loads(run("journal", "--json").out)
    assert (entry["verb"], entry["before"], entry["body"]) == ("delete", before, None)


def test_without_a_copy_nothing_of_them_stays(run: CommandLine, stage: Stage) -> None:
    assert run("edit", ADA, "--set", "name=CANARY", "--yes").code == 0
    ended = run(*DELETE, "--no-snapshot")
    assert (ended.code, ended.err.splitlines()[1]) == (0, "Entry 2 of the journal holds the Dub id alone.")
    (entry,) = json.loads(run("journal", "--json").out)
    assert (entry["label"], entry["before"], entry["customerId"]) == (ADA, None, ADA)
    content = (stage.home / "state" / "journal.sqlite3").read_bytes()
    assert not [word for word in (b"CANARY", b"user_8813", b"analytical") if word in content]


@pytest.mark.parametrize("given", ["USER_8813", "user_8812", "ext_user_8813", ADA, "", " user_8813", "ada@x.example"])
def test_only_the_external_id_to_the_letter(run: CommandLine, stage: Stage, given: str) -> None:
    ended = run("delete", ADA, "--confirm", given)
    assert (ended.code, ended.out) == (2, "")
    assert f"--confirm is {given!r} and has to be 'user_8813', to the letter." in ended.err
    assert (sent(stage), noted(run)) == ([], [])


def test_a_hit_that_differs_in_case_confirms_nothing(run: CommandLine, stage: Stage) -> None:
    ended = run("delete", "USER_8813", "--confirm", "USER_8813")
    assert ended.code == 2
    assert ended.err.startswith("Dub overlooks case and accents")
    assert sent(stage) == []


def test_the_dub_id_where_there_is_no_external_id(run: CommandLine, stage: Stage) -> None:
    asyncio.run(stage.client().update_customer(ADA, {"externalId": ""}))
    assert run("delete", ADA, "--confirm", "").code == 2
    assert run("delete", ADA, "--confirm", ADA).code == 0
    assert sent(stage) == ["DELETE"]


def test_without_a_confirmation_it_tells_who_it_is(run: CommandLine, stage: Stage) -> None:
    ended = run("delete", "user_8813")
    assert (ended.code, ended.out) == (2, "")
    for words in ("Delete cus_", "$1,204.00 lifetime value", "Charles Babbage loses this customer", FINAL):
        assert words in ended.err
    assert "with --confirm 'user_8813' alone" in ended.err
    assert sent(stage) == []


@pytest.mark.parametrize(("typed", "code"), [("user_8813", 0), ("user_8812", 2), ("y", 2), ("", 2)])
def test_on_a_terminal_it_is_typed(
    run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    answers(monkeypatch, typed)
    ended = run("delete", "user_8813")
    assert ended.code == code
    assert "Type user_8813 to delete it" in ended.err
    assert len(sent(stage)) == (code == 0)


def test_a_dry_run_sends_nothing(run: CommandLine, stage: Stage) -> None:
    ended = run("delete", "user_8813", "--dry-run")
    assert (ended.code, ended.out) == (0, f"DELETE /customers/{ADA}\n")
    assert (sent(stage), noted(run)) == ([], [])


def test_nobody_and_several(run: CommandLine, stage: Stage) -> None:
    assert run("delete", "nobody", "--confirm", "nobody").code == 3
    assert run("delete", "bernoulli@basel.example", "--confirm", "x").code == 2
    assert sent(stage) == []


def test_a_refusal_and_an_outcome_that_nobody_knows(run: CommandLine, stage: Stage) -> None:
    stage.transport.on("DELETE", "/customers", error(403, "forbidden", "You don't have the required role."), times=1)
    assert run(*DELETE).code == 4
    stage.transport.on("DELETE", "/customers", fails(httpx.ReadError), times=1)
    ended = run(*DELETE)
    assert (ended.code, "it was not deleted" in ended.err) == (1, True)
    assert noted(run) == ["delete not done", "delete refused"]
    assert run("get", ADA).code == 0
