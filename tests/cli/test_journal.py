"""`dubtui journal`: what was changed, what was cut short, and its removal."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.cli.asked import ADA, held
from tests.cli.conftest import CommandLine
from tests.faults import Ask, fails
from tests.stage import Stage

pytestmark = pytest.mark.usefixtures("keyed")

TAKEN = "Another customer has this value"


@pytest.fixture
def path(stage: Stage) -> Path:
    """Where the journal lies."""
    return stage.home / "state" / "journal.sqlite3"


def edit(run: CommandLine, value: str = "name=Ada King") -> int:
    return run("edit", "user_8813", "--set", value, "--yes").code


def test_a_table_for_people(run: CommandLine) -> None:
    edit(run)
    edit(run, "ext=user_8812")
    run("undo", "--yes")
    ended = run("journal")
    assert (ended.code, ended.err) == (0, "")
    moment = "Nov 20, 2026, 9:41 PM"
    assert [re.split(r"  +", line) for line in ended.out.splitlines()] == [
        ["3", moment, "undo of 1", "user_8813", "done", "Name: Ada King → Ada Lovelace"],
        ["2", moment, "edit", "user_8813", f"refused ({TAKEN})", "External ID: user_8813 → user_8812"],
        ["1", moment, "edit", "user_8813", "done, undone", "Name: Ada Lovelace → Ada King"],
    ]


def test_json_for_scripts(run: CommandLine) -> None:
    before = held(run)
    edit(run)
    ended = run("journal", "--json")
    (entry,) = json.loads(ended.out)
    assert entry == {
        "number": 1,
        "at": "2026-11-20T21:41:00.000Z",
        "verb": "edit",
        "customerId": ADA,
        "label": "user_8813",
        "body": {"name": "Ada King"},
        "before": before,
        "after": held(run),
        "took": ["name"],
        "outcome": "done",
        "why": None,
        "batch": None,
        "undoes": None,
        "undone": False,
    }


def test_nothing_was_changed(run: CommandLine, path: Path) -> None:
    ended = run("journal")
    assert (ended.code, ended.out, ended.err) == (0, "", "Nothing was changed from here.\n")
    assert run("journal", "--json").out == "[]\n"
    assert not path.exists()


def test_hostile_values_steer_nothing(run: CommandLine) -> None:
    edit(run, "name=\x1b[31m\nRed\u202e")
    shown = run("journal")
    assert len(shown.out.splitlines()) == 1
    assert "\x1b" not in shown.out
    assert json.loads(run("journal", "--json").out)[0]["body"]["name"] == "\x1b[31m\nRed\u202e"


# Away with it


def test_purge(run: CommandLine, path: Path) -> None:
    edit(run, "name=CANARY")
    assert b"CANARY" in path.read_bytes()
    ended = run("journal", "--purge")
    assert (ended.code, ended.out, ended.err) == (0, "", "Removed 1 entry of 'DUB_API_KEY', and the drafts.\n")
    assert b"CANARY" not in path.read_bytes()
    assert run("journal", "--json").out == "[]\n"


def test_purge_is_of_this_workspace_unless_told(run: CommandLine, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(run)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE entry SET workspace = 'other'")
    edit(run, "name=Ada Byron")
    ended = run("journal", "--purge")
    assert ended.err.splitlines() == [
        "Removed 1 entry of 'DUB_API_KEY', and the drafts.",
        "1 entry of other workspaces stay: dubtui journal --purge --all.",
    ]
    monkeypatch.delenv("DUB_API_KEY")
    assert run("journal", "--purge", "--all").err == "Removed 1 entry of every workspace, and all drafts.\n"


@pytest.mark.parametrize("arguments", [["--all"], ["--all", "--purge", "--demo"]], ids=str)
def test_all_goes_with_a_purge(run: CommandLine, path: Path, arguments: list[str]) -> None:
    edit(run)
    assert run("journal", *arguments).code == 2
    assert len(json.loads(run("journal", "--json").out)) == 1


def test_nobody_is_signed_in(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUB_API_KEY")
    for arguments in ([], ["--purge"]):
        assert run("journal", *arguments).code == 4


# Cut short


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def cut_short(run: CommandLine, stage: Stage, keyed: None) -> None:
    """An edit during which the process ended, once Dub had done it."""

    async def die(request: httpx.Request, ask: Ask) -> httpx.Response:
        await ask(request)
        raise Killed

    stage.transport.on("PATCH", "/customers", die, times=1)
    with pytest.raises(Killed):
        edit(run)


CUT = "Entry 1 was cut short (Nov 20, 2026, 9:41 PM): the edit of user_8813. "


@pytest.mark.parametrize(
    "arguments",
    [
        ("journal",),
        ("edit", "user_8813", "--set", "name=Ada King", "--yes"),
        ("create", "--external-id", "x", "--country", "GB", "--dry-run"),
        ("delete", "user_8813", "--dry-run"),
        ("undo", "--dry-run"),
    ],
    ids=lambda arguments: arguments[0],
)
@pytest.mark.usefixtures("cut_short")
def test_the_next_command_names_it_once(run: CommandLine, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)
    assert ended.code == 0
    assert ended.err.splitlines()[0] == f"{CUT}Dub has it: Name is Ada King."
    assert "cut short" not in run(*arguments).err
    assert json.loads(run("journal", "--json").out)[0]["outcome"] == "done"


@pytest.mark.usefixtures("cut_short")
def test_it_can_be_taken_back_like_any_other(run: CommandLine) -> None:
    assert run("undo", "--yes").code == 0
    assert held(run)["name"] == "Ada Lovelace"


@pytest.mark.usefixtures("cut_short")
def test_it_is_named_again_where_dub_cannot_be_read(run: CommandLine, stage: Stage) -> None:
    stage.transport.on("GET", "/customers", fails(httpx.ConnectError))
    for _ in range(2):
        ended = run("journal")
        assert (ended.code, len(ended.out.splitlines())) == (0, 1)
        assert ended.err.startswith(f"{CUT}What Dub has of it could not be read (Dub cannot be reached)")
    stage.transport.mend()
    assert "Dub has it: Name is Ada King." in run("journal").err
