"""`dubtui edit --from`: the plan of a file, what is sent, an exit code for each end, and what ctrl+c leaves."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx
import pytest

from dubtui.cli.bulk import MOST_SHOWN
from dubtui.display.text import is_plain
from tests.cli.asked import ADA, answers, held, meanwhile, noted, sent
from tests.cli.conftest import CommandLine, Ended
from tests.cli.installed import DUBTUI, PATIENCE, dubtui, environment, served
from tests.faults import Fault, error, fails, loses_the_answer
from tests.stage import Stage
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.usefixtures("keyed")

SOPHIE = "cus_1M7TMRKF23FG389MK918QMDFF"
"""user_8812, next to Ada."""
BOTH = "externalId,name\nuser_8813,Ada King\nuser_8812,Sophie G\n"
FOUND = "Found by External ID; what is set: Name."

Bulk = Callable[..., Ended]


@pytest.fixture
def bulk(run: CommandLine, tmp_path: Path) -> Bulk:
    """Runs the command on a file of some text."""

    def edit(text: str, *arguments: str) -> Ended:
        file = tmp_path / "in.csv"
        file.write_bytes(text.encode())
        return run("edit", "--from", str(file), *arguments)

    return edit


def names(run: CommandLine) -> list[str | None]:
    """What the two are called at Dub."""
    return [held(run, customer_id)["name"] for customer_id in (ADA, SOPHIE)]


def rows_of(file: Path) -> list[dict[str, str]]:
    """The lines of a result."""
    with file.open(newline="") as opened:
        return list(csv.DictReader(opened))


# What is shown, and sent


def test_a_plan_and_what_came_of_it(run: CommandLine, stage: Stage, bulk: Bulk) -> None:
    ended = bulk(BOTH, "--yes")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.splitlines() == [
        FOUND,
        "Customer   Field  Change",
        "user_8813  Name   Ada Lovelace → Ada King",
        "user_8812  Name   Sophie Germain → Sophie G",
        "2 lines: 2 to change.",
        "2 changes, about 2 s.",
        "2 done.",
        "dubtui undo 1 takes it back as a whole.",
    ]
    assert sent(stage) == ['PATCH {"name": "Ada King"}', 'PATCH {"name": "Sophie G"}']
    assert names(run) == ["Ada King", "Sophie G"]
    assert run("undo", "--yes").code == 0
    assert names(run) == ["Ada Lovelace", "Sophie Germain"]
    assert noted(run) == ["edit done"] * 4


def test_what_came_to_nothing_is_no_part_of_what_is_taken_back(run: CommandLine, stage: Stage, bulk: Bulk) -> None:
    stage.transport.on("PATCH", f"/customers/{ADA}", error(422, "unprocessable_entity", "custom: name: no"), times=1)
    assert bulk(BOTH, "--yes").code == 5
    ended = run("undo", "--yes")
    assert ended.code == 0
    assert names(run) == ["Ada Lovelace", "Sophie Germain"]


def test_a_country_that_dub_ignored_is_nothing_to_take_back(run: CommandLine, bulk: Bulk) -> None:
    ended = bulk("externalId,country\nuser_8813,FR\nuser_8812,IT\n", "--yes")
    assert ended.code == 5
    assert ended.err.splitlines()[-3:] == [
        "user_8813: kept its own value: Dub kept its own Country.",
        "user_8812: kept its own value: Dub kept its own Country.",
        "2 kept its own value.",
    ]
    undone = run("undo", "1", "--yes")
    assert undone.code == 0
    assert undone.err.endswith("Nothing to change.\n")


def test_what_is_not_changed_and_why(bulk: Bulk) -> None:
    """Lines that change nothing are counted; all is shown where that is wanted."""
    text = "externalId,name,notes\nuser_8813,Ada Lovelace,x\nnobody,x,\nuser_8812,Sophie G,\nuser_8812,Other,\n"
    ended = bulk(text, "--dry-run")
    assert ended.code == 5
    assert ended.err.splitlines() == [
        FOUND,
        "Not looked at: notes.",
        "Customer   Field  Change",
        "nobody            skipped, line 3: no such customer",
        "user_8812  Name   Sophie Germain → Sophie G",
        "user_8812         skipped, line 5: line 4 is about the same customer, and sets Name otherwise",
        "4 lines: 1 to change, 1 the same already, 2 skipped.",
    ]
    assert "user_8813         skipped, line 2: the same already\n" in bulk(text, "--dry-run", "--verbose").err


def test_a_dry_run_prints_each_request(run: CommandLine, stage: Stage, bulk: Bulk) -> None:
    ended = bulk("externalId,name,email\nuser_8813,a\u202eb,null\nuser_8812,,\nuser_8809,x,\n", "--dry-run")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert (lines[0], json.loads(lines[1])) == (f"PATCH /customers/{ADA}", {"name": "a\u202eb", "email": None})
    assert [line[:17] for line in lines[2::2]] == ["PATCH /customers/"]
    assert is_plain(lines[1])
    assert (sent(stage), noted(run)) == ([], [])


def test_at_most_so_many_are_shown(bulk: Bulk, run: CommandLine) -> None:
    customers = json.loads(run("list", "--json", "--limit", "60").out)
    text = "id,name\n" + "".join(f"{customer['id']},Somebody else\n" for customer in customers)
    few, all_ = bulk(text, "--dry-run"), bulk(text, "--dry-run", "--verbose")
    assert few.err.count("→ Somebody else") == MOST_SHOWN
    assert f"… and {60 - MOST_SHOWN} more: --verbose shows all.\n" in few.err
    assert all_.err.count("→ Somebody else") == 60
    assert few.out == all_.out


def test_warnings_come_once(bulk: Bulk) -> None:
    ended = bulk("id,externalId\n" + f"{ADA},x\n{SOPHIE},y\n", "--dry-run")
    assert ended.err.count("! Lookups by the old external IDs will find nobody") == 1


def test_hostile_customers_steer_nothing(bulk: Bulk, run: CommandLine, stage: Stage) -> None:
    customers = json.loads(run("list", "--json", "--limit", "312").out)
    hostile = [customer for customer in customers if not is_plain("".join(map(str, customer.values())))]
    assert len(hostile) > 5
    text = "id,name\n" + "".join(f"{customer['id']},\x1b[31m{n}\n" for n, customer in enumerate(hostile))
    ended = bulk(text, "--dry-run", "--verbose")
    assert all(is_plain(line) for line in f"{ended.err}{ended.out}".split("\n"))
    assert sent(stage) == []


# Asked


def test_only_a_y_sends_it(run: CommandLine, stage: Stage, bulk: Bulk, monkeypatch: pytest.MonkeyPatch) -> None:
    without = bulk(BOTH)
    assert (without.code, "There is no terminal to ask in" in without.err) == (2, True)
    answers(monkeypatch, "n")
    assert bulk(BOTH).code == 1
    assert (sent(stage), noted(run)) == ([], [])
    answers(monkeypatch, "y")
    ended = bulk(BOTH)
    assert (ended.code, len(sent(stage))) == (0, 2)
    assert "2 changes, about 2 s. Send them? [y/N]: " in ended.err


def test_from_the_standard_input(run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, code in (([], 2), (["--yes"], 0)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BOTH.encode())))
        assert run("edit", "--from", "-", *arguments).code == code
    assert len(sent(stage)) == 2


def test_a_file_that_was_exported_does_no_harm(run: CommandLine, stage: Stage, tmp_path: Path) -> None:
    for file in ("all.csv", "all.tsv"):
        assert run("export", str(tmp_path / file)).code == 0
        ended = run("edit", "--from", str(tmp_path / file), "--yes")
        assert (ended.code, ended.out) == (0, "")
        assert ended.err.endswith("312 lines: 312 the same already.\nNothing to change.\n")
    assert (sent(stage), noted(run)) == ([], [])


def test_run_again_it_goes_on_where_it_ended(run: CommandLine, stage: Stage, bulk: Bulk) -> None:
    stage.transport.on("PATCH", f"/customers/{SOPHIE}", error(403, "forbidden", "You don't have the required role."))
    first = bulk(BOTH, "--yes")
    assert first.code == 4
    assert first.err.splitlines()[-3] == "1 done, 1 not begun."
    assert first.err.endswith("The same command goes on with the rest.\n")
    stage.transport.mend()
    second = bulk(BOTH, "--yes")
    assert (second.code, len(sent(stage))) == (0, 3)
    assert "2 lines: 1 to change, 1 the same already." in second.err


# How it ends

ROLE = error(403, "forbidden", "You don't have the required role.")
ENDS: list[tuple[str, str, Fault, int, str, str]] = [
    ("refused", "PATCH", error(409, "conflict", "Taken."), 5, "refused", "Another customer has this value"),
    ("422", "PATCH", error(422, "unprocessable_entity", "custom: name: no"), 5, "refused", "Name: Dub refused it."),
    ("gone", "PATCH", error(404, "not_found", "Customer not found."), 5, "gone", "No such customer"),
    ("lost, and done", "PATCH", loses_the_answer, 0, "done", "The answer was lost"),
    ("lost, and not done", "PATCH", fails(httpx.ReadError), 5, "not done", "Not saved."),
    ("500", "PATCH", error(500, "internal_server_error", "?"), 5, "not done", "Not saved."),
    ("changed", "GET", meanwhile(name="Theirs"), 5, "changed meanwhile", "Name: Ada Lovelace → Theirs."),
    ("role", "PATCH", ROLE, 4, "waiting", ""),
    ("key", "PATCH", error(401, "unauthorized", "No."), 4, "waiting", ""),
    ("key, while reading", "GET", error(401, "unauthorized", "No."), 4, "waiting", ""),
    ("network", "GET", fails(httpx.ConnectError), 1, "waiting", ""),
    ("network later", "PATCH", fails(httpx.ConnectError), 1, "waiting", ""),
    ("limit", "PATCH", error(429, "rate_limit_exceeded", "Too fast."), 1, "waiting", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "fault", "code", "result", "why"), [end[1:] for end in ENDS], ids=[end[0] for end in ENDS]
)
def test_each_end_has_its_code(
    stage: Stage, bulk: Bulk, tmp_path: Path, method: str, fault: Fault, code: int, result: str, why: str
) -> None:
    """The next line is done, unless it would end the same way; the result tells of all."""
    stage.transport.on(method, f"/customers/{ADA}", fault)
    file = tmp_path / "result.csv"
    ended = bulk(BOTH, "--yes", "--result", str(file))
    assert (ended.code, ended.out) == (code, "")
    assert "Traceback" not in ended.err
    ada, sophie = rows_of(file)
    assert (ada["result"], why in ada["why"]) == (result, True)
    assert sophie["result"] == ("waiting" if result == "waiting" else "done")
    if code == 5:
        assert f"user_8813: {result}: " in ended.err
    assert is_plain(ended.err.replace("\n", ""))


def test_the_result(run: CommandLine, bulk: Bulk, tmp_path: Path) -> None:
    file = tmp_path / "result.csv"
    text = "externalId,name,email\nuser_8813,=1+1,null\nnobody,x,\nuser_8812,,sophie@germain.example\n"
    ended = bulk(text, "--yes", "--result", str(file))
    assert ended.code == 5
    assert rows_of(file) == [
        {"id": ADA, "externalId": "user_8813", "field": "name", "old": "Ada Lovelace", "new": "'=1+1", "result": "done",
         "why": ""},
        {"id": ADA, "externalId": "user_8813", "field": "email", "old": "ada@analytical.example", "new": "",
         "result": "done", "why": ""},
        {"id": "", "externalId": "", "field": "", "old": "", "new": "", "result": "skipped",
         "why": "line 3, nobody: no such customer."},
        {"id": SOPHIE, "externalId": "user_8812", "field": "", "old": "", "new": "", "result": "skipped",
         "why": "line 4: the same already."},
    ]  # fmt: skip
    assert sorted(os.listdir(tmp_path))[:2] == ["in.csv", "result.csv"]
    assert held(run)["name"] == "=1+1"


def test_a_place_for_the_result_that_cannot_be(stage: Stage, bulk: Bulk, tmp_path: Path) -> None:
    """It is told before Dub is asked."""
    file = f"{tmp_path}/no/x.csv"
    ended = bulk(BOTH, "--yes", "--result", file)
    assert (ended.code, ended.err) == (1, f"{file} cannot be used: No such file or directory.\n")
    assert stage.transport.requests == []


def test_without_a_y_a_result_that_was_there_stays(bulk: Bulk, tmp_path: Path) -> None:
    file = tmp_path / "result.csv"
    file.write_text("before")
    assert bulk(BOTH, "--result", str(file)).code == 2
    assert file.read_text() == "before"


def test_read_only(stage: Stage, bulk: Bulk) -> None:
    ended = bulk(BOTH, "--yes", "--read-only")
    assert (ended.code, ended.err.startswith("This workspace is read-only.")) == (5, True)
    assert stage.transport.requests == []
    assert bulk(BOTH, "--dry-run", "--read-only").code == 0


def test_a_journal_that_cannot_be_written(stage: Stage, bulk: Bulk) -> None:
    path = stage.home / "state" / "journal.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"not SQLite" * 100)
    ended = bulk(BOTH, "--yes")
    assert (ended.code, sent(stage)) == (1, [])
    assert "cannot be used: file is not a database." in ended.err


def test_nothing_of_the_demo_is_kept(stage: Stage, bulk: Bulk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUB_API_KEY")
    ended = bulk(BOTH, "--yes", "--demo")
    assert (ended.code, ended.err.splitlines()[-1]) == (0, "2 done.")
    assert not (stage.home / "state").exists()


def test_a_stripe_id_is_found_where_customers_are_kept(run: CommandLine, bulk: Bulk) -> None:
    text = "stripe,name\ncus_lQB7Qujt19VkSp,Ada King\n"
    ended = bulk(text, "--dry-run")
    assert ended.code == 5
    assert ended.err.startswith("Dub cannot be asked for a Stripe ID, and nothing is kept here: dubtui sync --keep.\n")
    assert run("sync", "--keep").code == 0
    ended = bulk(text, "--dry-run")
    assert (ended.code, ended.err.startswith("Found by Stripe ID")) == (0, True)


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "FILE", "user_8813"], "--from takes customers and values from the file"),
        (["--from", "FILE", "--set", "name=x"], "--from takes customers and values from the file"),
        (["--from", "FILE", "--unset", "name"], "--from takes customers and values from the file"),
        (["--from", "FILE", "--dry-run", "--result", "x.csv"], "--dry-run sends nothing"),
        (["--from", "no/such.csv"], "File 'no/such.csv' does not exist."),
        (["--from", "/"], "File '/' is a directory."),
        (["user_8813", "--set", "name=x", "--result", "x.csv"], "--result goes with --from."),
        (["--set", "name=x"], "Missing argument 'LOOKUP', or --from FILE."),
        ([], "Missing argument 'LOOKUP', or --from FILE."),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_usage_asks_nobody(
    run: CommandLine, stage: Stage, tmp_path: Path, arguments: Sequence[str], words: str
) -> None:
    (tmp_path / "in.csv").write_text(BOTH)
    ended = run("edit", *(str(tmp_path / "in.csv") if word == "FILE" else word for word in arguments), "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert stage.transport.requests == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "It is empty."),
        ("name,country\nAda,GB\n", "No column tells whom a line is about"),
        ("id,ltv\nx,1\n", "Nothing is to be set"),
        ('id,name\nx,"Ada\n', "Line 2 cannot be taken apart"),
    ],
)
def test_a_file_that_cannot_be_used_asks_nobody(stage: Stage, bulk: Bulk, text: str, words: str) -> None:
    ended = bulk(text, "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert "in.csv cannot be used. " in ended.err
    assert words in ended.err
    assert stage.transport.requests == []


# The installed command


class Kept:
    """A demo that listens, a home whose key it takes, and a file for it."""

    def __init__(self, home: Path, address: str) -> None:
        self.address = address
        self.env: Mapping[str, str] = environment(home, DUB_API_KEY="dub_demo", DUBTUI_API_URL=address)
        self.result = home / "result.csv"
        self.file = home / "in.csv"
        self.file.write_text(BOTH + "user_8809,Third\n")
        self.command = ("edit", "--from", str(self.file), "--result", str(self.result))

    def name(self, external_id: str) -> str:
        """What somebody is called at Dub."""
        headers = {"Authorization": "Bearer dub_demo"}
        answer = httpx.get(f"{self.address}/customers", params={"externalId": external_id}, headers=headers)
        return str(answer.json()[0]["name"])

    def wait_for(self, external_id: str, name: str) -> None:
        end = time.monotonic() + PATIENCE
        while self.name(external_id) != name:
            assert time.monotonic() < end, "it never came so far"
            time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_ctrl_c_ends_it_after_the_change_that_it_is_at(tmp_path: Path, number: int) -> None:
    """Dub has written, and its answer is on its way; that one is waited for, read again and noted."""
    with served("--fault", "slow:method=PATCH,seconds=1") as address:
        kept = Kept(tmp_path, address)
        with subprocess.Popen([DUBTUI, *kept.command, "--yes"], env=kept.env, stderr=subprocess.PIPE) as process:
            kept.wait_for("user_8813", "Ada King")
            process.send_signal(number)
            assert process.stderr is not None
            said = process.stderr.read().decode()
            assert process.wait(PATIENCE) == 128 + number
        assert said.splitlines()[-3:] == [
            "1 done, 2 not begun.",
            "dubtui undo 1 takes it back.",
            "Stopped. The same command goes on with the rest.",
        ]
        assert [line["result"] for line in rows_of(kept.result)] == ["done", "waiting", "waiting"]
        assert kept.name("user_8812") == "Sophie Germain"
        assert dubtui(kept.env, "journal").stderr == "", "nothing is unfinished"
        again = dubtui(kept.env, *kept.command, "--yes")
        assert (again.returncode, "2 done, 1 skipped." in again.stderr) == (0, True)
        assert dubtui(kept.env, "undo", "1", "--yes").returncode == 0
        assert [kept.name(who) for who in ("user_8813", "user_8812")] == ["Ada Lovelace", "Sophie G"]


def test_ctrl_c_twice_ends_it_at_once(tmp_path: Path) -> None:
    """The next command tells what Dub has of it."""
    with served("--fault", "slow:method=PATCH,seconds=60") as address:
        kept = Kept(tmp_path, address)
        with subprocess.Popen([DUBTUI, *kept.command, "--yes"], env=kept.env, stderr=subprocess.PIPE) as process:
            kept.wait_for("user_8813", "Ada King")
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            said = process.stderr.read().decode()
            assert process.wait(PATIENCE) == 130
        assert "Traceback" not in said
        assert not kept.result.exists()
        assert "Dub has it: Name is Ada King." in dubtui(kept.env, "journal").stderr


@pytest.mark.terminal
def test_progress_and_ctrl_c_in_a_terminal(tmp_path: Path) -> None:
    with served("--fault", "slow:method=PATCH,seconds=1") as address:
        kept = Kept(tmp_path, address)
        with Terminal(kept.env, *kept.command, size=(100, 30)) as terminal:
            terminal.wait_for("user_8812 .* Sophie Germain → Sophie G", r"3 changes, about 2 s\. Send them\? \[y/N\]")
            terminal.press("y", "enter")
            terminal.wait_for("1 of 3, about .* more")
            kept.wait_for("user_8812", "Sophie G")
            terminal.press("\x03")
            terminal.wait_for("1 of 3, stopping after this one")
            assert terminal.exit_code() == 130
            assert "2 done, 1 not begun." in terminal.text
            assert "stopping" not in terminal.text


@pytest.mark.terminal
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str)
def test_what_ends_it_at_the_question_sends_nothing(tmp_path: Path, number: int) -> None:
    with served() as address:
        kept = Kept(tmp_path, address)
        with Terminal(kept.env, *kept.command) as terminal:
            terminal.wait_for(r"Send them\?")
            terminal.child.kill(number)
            assert terminal.exit_code() == 128 + number
        assert (kept.name("user_8813"), kept.result.exists()) == ("Ada Lovelace", False)
