"""`dubtui undo`: the newest entry that can be, or a named one; with a review and a check of its own."""

from __future__ import annotations

import asyncio
import json

import pytest

from dubtui.customers import conflict
from dubtui.customers.editing import plan
from dubtui.session import Options
from tests.cli.asked import ADA, answers, between, held, meanwhile, noted, sent
from tests.cli.conftest import CommandLine
from tests.stage import Stage

pytestmark = pytest.mark.usefixtures("keyed")

PATH = f"/customers/{ADA}"


def edit(run: CommandLine, *given: str, text: str = "user_8813") -> None:
    """An edit of some FIELD=VALUE that Dub takes."""
    assert run("edit", text, *(word for value in given for word in ("--set", value)), "--yes").code == 0


def test_takes_back_the_newest_and_then_that(run: CommandLine, stage: Stage) -> None:
    edit(run, "name=Ada King", "email=king@x.example")
    ended = run("undo", "--yes")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.splitlines() == [
        "Taking back entry 1: the edit of user_8813.",
        "✓ Saved   Dub took it and was read again; dubtui undo 2 takes it back",
    ]
    assert json.loads(sent(stage)[-1][6:]) == {"name": "Ada Lovelace", "email": "ada@analytical.example"}
    assert run("undo", "--yes").err.startswith("Taking back entry 2: the edit of user_8813, an undo of entry 1.")
    assert held(run)["name"] == "Ada King"
    assert noted(run) == ["edit done"] * 3


def test_takes_back_a_named_one(run: CommandLine) -> None:
    edit(run, "name=Ada King")
    edit(run, "email=king@x.example")
    assert run("undo", "1", "--yes").code == 0
    assert (held(run)["name"], held(run)["email"]) == ("Ada Lovelace", "king@x.example")
    again = run("undo", "1", "--yes")
    assert again.code == 0
    assert "Entry 1 cannot be taken back (the edit of user_8813). It was taken back already." in again.err


def test_it_is_reviewed(run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(run, "name=Ada King")
    without = run("undo")
    assert (without.code, len(sent(stage))) == (2, 1)
    assert "− Ada King" in without.err
    assert "There is no terminal to ask in" in without.err
    answers(monkeypatch, "n")
    assert (run("undo").code, len(sent(stage))) == (1, 1)
    answers(monkeypatch, "y")
    assert run("undo").code == 0
    assert held(run)["name"] == "Ada Lovelace"


def test_a_dry_run_sends_nothing(run: CommandLine, stage: Stage) -> None:
    edit(run, "name=Ada King")
    ended = run("undo", "--dry-run")
    assert (ended.code, ended.out) == (0, f'PATCH {PATH}\n{{"name": "Ada Lovelace"}}\n')
    assert (len(sent(stage)), noted(run)) == (1, ["edit done"])


def test_what_was_changed_since_is_in_the_way(run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(run, "name=Ada King")
    edit(run, "name=Ada Byron")
    for arguments in (["--yes"], ["--dry-run"]):
        ended = run("undo", "1", *arguments)
        assert (ended.code, ended.out) == (5, "")
        assert ended.err.splitlines()[1:] == [
            "Name (name) was changed meanwhile:",
            "  before      Ada King",
            "  now at Dub  Ada Byron",
            "  yours       Ada Lovelace",
            "Nothing was sent.",
        ]
    assert len(sent(stage)) == 2
    answers(monkeypatch, "y", "y")
    assert run("undo", "1").code == 0
    assert held(run)["name"] == "Ada Lovelace"


def test_what_is_changed_between_the_two_readings(run: CommandLine, stage: Stage) -> None:
    edit(run, "name=Ada King")
    between(stage, meanwhile(name="Theirs"))
    ended = run("undo", "--yes")
    assert ended.code == 5
    assert "now at Dub  Theirs" in ended.err
    assert held(run)["name"] == "Theirs"


def test_what_holds_the_old_value_again(run: CommandLine, stage: Stage) -> None:
    edit(run, "name=Ada King")
    asyncio.run(stage.client().update_customer(ADA, {"name": "Ada Lovelace"}))
    ended = run("undo", "--yes")
    assert (ended.code, ended.err.splitlines()[-1]) == (0, "Nothing to change: Dub holds it already.")
    assert len(sent(stage)) == 1


def test_what_cannot_be_put_back_is_told(run: CommandLine, stage: Stage) -> None:
    """The country that Dub ignored is nothing to put back; a name that was none is put back as none."""
    text = "org/42"
    assert run("edit", text, "--set", "name=Ada", "--set", "country=FR", "--yes").code == 5
    ended = run("undo", "--yes")
    assert ended.code == 0
    assert "Country: Dub had kept its own value, and keeps it." in ended.err
    assert "! Without a name Dub shows the e-mail" in ended.err
    assert sent(stage)[-1] == 'PATCH {"name": null}'


def test_nothing_that_can_be_put_back(run: CommandLine) -> None:
    assert run("edit", "user_8813", "--set", "country=FR", "--yes").code == 5
    ended = run("undo", "--yes")
    assert (ended.code, ended.err) == (0, "There is nothing to take back.\n")
    assert run("undo", "1", "--yes").code == 5


def test_a_deletion_is_final(run: CommandLine, stage: Stage) -> None:
    run("delete", "user_8813", "--confirm", "user_8813")
    ended = run("undo", "1", "--yes")
    assert ended.code == 5
    assert "Entry 1 cannot be taken back (the deletion of user_8813). A deletion is final" in ended.err
    assert run("undo", "--yes").code == 0
    assert sent(stage) == ["DELETE"]


def test_a_creation_is_taken_back_by_its_external_id_alone(
    run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("create", "--external-id", "org/new", "--country", "GB", "--yes").code == 0
    for arguments, code in ((["--yes"], 2), (["--confirm", "ORG/new"], 2)):
        ended = run("undo", *arguments)
        assert (ended.code, len(sent(stage))) == (code, 1)
        assert "'org/new'" in ended.err
    dry = run("undo", "--dry-run")
    assert dry.out.startswith("DELETE /customers/cus_")
    answers(monkeypatch, "y")
    assert run("undo").code == 2
    assert run("undo", "--confirm", "org/new").code == 0
    assert run("get", "org/new").code == 3
    assert noted(run) == ["delete done", "create done"]
    assert run("undo").err == "There is nothing to take back.\n"


def test_who_is_gone(run: CommandLine) -> None:
    edit(run, "name=Ada King")
    run("delete", "user_8813", "--confirm", "user_8813")
    ended = run("undo", "--yes")
    assert ended.code == 3
    assert "No such customer." in ended.err


def test_no_such_entry(run: CommandLine, stage: Stage) -> None:
    edit(run, "name=Ada King")
    assert (run("undo", "7", "--yes").code, len(sent(stage))) == (3, 1)
    assert run("undo", "0", "--yes").code == 2
    assert run("undo", "x", "--yes").code == 2


def test_nothing_was_ever_changed(run: CommandLine) -> None:
    ended = run("undo", "--yes")
    assert (ended.code, ended.err) == (0, "There is nothing to take back.\n")


def test_switched_off(run: CommandLine, stage: Stage) -> None:
    edit(run, "name=Ada King")
    (stage.home / "settings.toml").write_text("journal = false\n")
    assert run("edit", "user_8813", "--set", "name=Ada Byron", "--yes").err == (
        "✓ Saved   Dub took it and was read again\n"
    )
    ended = run("undo", "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert "The journal is switched off (journal = false in the settings)" in ended.err
    shown = run("journal")
    assert "nothing is noted" in shown.err
    assert len(shown.out.splitlines()) == 1, "what was noted before"


# A bulk change


@pytest.fixture
def bulk(stage: Stage) -> list[str]:
    """Three customers whose Stripe IDs were set together; their Dub ids."""

    async def write() -> list[str]:
        session = stage.session
        workspace = await session.open(session.environment_identity(session.demo_identity().token))
        ids = []
        for text in ("ext_user_8813", "ext_user_8812", "ext_user_8809"):
            customer = await workspace.client.get_customer(text)
            reading = await conflict.read(workspace.client, workspace.store, workspace.clock, customer.id)
            assert reading
            changes = plan(customer.id, reading.values, {"stripeCustomerId": f"bulk_{text}"})
            await workspace.writer.save(changes, batch="b1")
            ids.append(customer.id)
        await workspace.aclose()
        stage.transport.requests.clear()
        return ids

    stage.options = Options(environment={"DUB_API_KEY": "dub_demo"})
    return asyncio.run(write())


def test_a_bulk_change_is_taken_back_as_a_whole(run: CommandLine, stage: Stage, bulk: list[str]) -> None:
    before = [entry["before"]["stripeCustomerId"] for entry in json.loads(run("journal", "--json").out)][::-1]
    ended = run("undo", "2", "--yes")
    assert ended.code == 0
    assert ended.err.startswith("Taking back a change of 3 customers as a whole.")
    assert len(sent(stage)) == 3
    assert [held(run, customer_id)["stripeCustomerId"] for customer_id in bulk] == before
    assert run("undo", "--yes").code == 0, "and that as a whole, too"
    assert held(run, bulk[2])["stripeCustomerId"] == "bulk_ext_user_8809"


def test_a_part_that_is_in_the_way_is_named_and_left(run: CommandLine, stage: Stage, bulk: list[str]) -> None:
    asyncio.run(stage.client().update_customer(bulk[1], {"stripeCustomerId": "theirs"}))
    asyncio.run(stage.client().delete_customer(bulk[2]))
    ended = run("undo", "--yes")
    assert ended.code == 5
    assert len(sent(stage)) == 1
    assert "changed meanwhile: Stripe ID: bulk_ext_user_8812 → theirs" in ended.err
    assert "user_8809: gone" in ended.err
    assert held(run, bulk[1])["stripeCustomerId"] == "theirs"


def test_a_bulk_change_is_reviewed(
    run: CommandLine, stage: Stage, bulk: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dry = run("undo", "--dry-run")
    assert (dry.code, len(dry.out.splitlines())) == (0, 6)
    assert run("undo").code == 2
    answers(monkeypatch, "n")
    assert (run("undo").code, sent(stage)) == (1, [])
    answers(monkeypatch, "y")
    ended = run("undo")
    assert (ended.code, len(sent(stage))) == (0, 3)
    assert "3 changes, about 2 s. Send them? [y/N]" in ended.err
