"""`dubtui export`, and what `list` has of it: selections, formats, files, what is told, and how it ends."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import stat
import subprocess
import time
from pathlib import Path

import click
import httpx
import pytest

from dubtui.cli import lists
from dubtui.customers.export import CHUNK
from dubtui.customers.formats import PUBLIC, Format
from dubtui.display.text import is_plain
from tests.cli.conftest import CommandLine
from tests.cli.installed import DUBTUI, PATIENCE, dubtui, environment, served
from tests.faults import Ask, error, fails
from tests.stage import Stage
from tests.terminal.terminal import Terminal

ADA = "cus_1M7WXCD2PQKV0GJRQ95GW4VTQ"
HEADS = [column.head for column in PUBLIC]


# What comes


def test_everybody_into_a_file(run: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    ended = run("export", str(file), "--demo")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"Left out: 3 names that Dub may have invented.\nWrote 312 customers to {file}.\n"
    with file.open(newline="") as opened:
        heads, first, *others = csv.reader(opened)
    assert heads == HEADS
    assert dict(zip(heads, first, strict=True)) == {
        "id": ADA,
        "name": "Ada Lovelace",
        "email": "ada@analytical.example",
        "avatar": "",
        "externalId": "user_8813",
        "stripeCustomerId": "cus_lQB7Qujt19VkSp",
        "country": "GB",
        "sales": "1",
        "saleAmount": "120400",
        "ltv": "1204.00",
        "createdAt": "2026-11-20T16:42:07.318Z",
        "firstSaleAt": "2026-11-20T17:27:07.318Z",
        "subscriptionCanceledAt": "",
        "link": "https://acme.example/difference",
        "partnerId": "pn_1DEMO0DIFFERENCE",
        "partnerName": "Charles Babbage",
        "partnerEmail": "charles@difference.example",
    }
    assert len({line[0] for line in others} | {ADA}) == 312
    assert all(len(line) == len(heads) for line in others)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["all.csv"]


@pytest.mark.parametrize("command", ["export -", "list --all"])
@pytest.mark.parametrize(
    ("options", "columns", "first", "count"),
    [
        ("--where ltv>500 --sort ltv", "name,ltv", ["Mansa Musa", "987654.32"], None),
        ("--where country:GB --sort created:asc --sort name", "country", ["GB"], None),
        ("--search Bernoulli --sort name", "name", ["Daniel Bernoulli"], 3),
        ("--search Bernoulli --where name:jacob", "email", ["bernoulli@basel.example"], 1),
        ("--external-id user_8813 --where country:FR", "id", None, 0),
        ("--email bernoulli@basel.example", "email", ["bernoulli@basel.example"], 2),
        ("--partner-id pn_1DEMO0DIFFERENCE --sort created", "partner,id", ["Charles Babbage", ADA], None),
        ("--sort ltv:asc", "saleAmount", ["-2500"], 312),
    ],
)
def test_a_selection(
    run: CommandLine, command: str, options: str, columns: str, first: list[str] | None, count: int | None
) -> None:
    ended = run(
        *command.split(),
        "--demo",
        *options.replace(" --", "\n--").replace(" ", "\n").split("\n"),
        "--columns",
        columns,
        "--format",
        "csv",
    )
    assert ended.code == 0
    heads, *lines = csv.reader(ended.out.splitlines())
    assert heads == columns.split(",")
    assert lines[:1] == ([first] if first else [])
    assert count is None or len(lines) == count


def test_a_limit_says_how_many_there_are(run: CommandLine) -> None:
    for arguments, talk in (
        (("--limit", "5"), "5 of 312\n"),
        (("--limit", "5", "--where", "ltv>500"), "5 of "),
        (("--limit", "5", "--sort", "name"), "5 of 312\n"),
        (("--limit", "312"), ""),
        (("--limit", "5", "--search", "Bernoulli"), ""),
        (("--where", "name:nobody-of-that-name"), "No customers.\n"),
    ):
        ended = run("export", "-", "--demo", "--columns", "id", *arguments)
        assert (ended.code, ended.err.startswith(talk), bool(ended.err)) == (0, True, bool(talk))


def test_the_count_is_no_condition(run: CommandLine, stage: Stage) -> None:
    stage.transport.on("GET", "/customers/count", fails(httpx.ConnectError))
    ended = run("list", "--demo", "--limit", "250", "--columns", "id", "--format", "jsonl")
    assert (ended.code, ended.err, len(ended.out.splitlines())) == (0, "", 250)


def test_a_bad_row_is_told(run: CommandLine, stage: Stage) -> None:
    path = error(422, "unprocessable_entity", "invalid_type: [0].externalId: Invalid input: expected string")
    stage.transport.on("GET", "/customers", path, times=1)
    ended = run("list", "--demo", "--limit", "1", "--json")
    assert (ended.code, len(json.loads(ended.out))) == (0, 1)
    assert ended.err.startswith("At least 1 customer could not be read: Dub serves nobody who has no external ID.\n")


def test_hints_and_talk_are_not_data(run: CommandLine) -> None:
    ended = run("list", "--demo", "--where", "contry:DE", "--format", "csv")
    assert (ended.code, ended.out) == (0, f"{','.join(HEADS)}\r\n")
    assert ended.err == ("contry is no field, so contry:DE is looked for as text. Is country meant?\nNo customers.\n")


# Formats


def test_the_formats_are_those_that_there_are() -> None:
    assert tuple(Format) == lists.FORMATS


@pytest.mark.parametrize(
    ("file", "options", "begins"),
    [
        ("x.csv", [], "id,ltv\r\n"),
        ("x.CSV", [], "id,ltv\r\n"),
        ("x.tsv", [], "id\tltv\n"),
        ("x.md", [], "| id | ltv |\n"),
        ("x.json", [], "[\n  {\n"),
        ("x.jsonl", [], '{"id": "cus_'),
        ("x.csv", ["--json"], "[\n"),
        ("x.csv", ["--format", "tsv"], "id\tltv\n"),
        ("x", ["--format", "md"], "| id | ltv |\n"),
        ("x.json", ["--json", "--format", "json"], "[\n"),
        ("x.y/..csv", ["--format", "csv"], "id,ltv\r\n"),
    ],
    ids=str,
)
def test_a_format_is_told_or_the_files_ending(
    run: CommandLine, tmp_path: Path, file: str, options: list[str], begins: str
) -> None:
    (tmp_path / "x.y").mkdir()
    assert run("export", f"{tmp_path}/{file}", "--demo", "--columns", "id,ltv", *options).code == 0
    assert (tmp_path / file).read_bytes().decode().startswith(begins)


@pytest.mark.parametrize("form", ["csv", "tsv", "md", "json", "jsonl"])
def test_the_output_is_the_same_as_the_file(run: CommandLine, tmp_path: Path, form: str) -> None:
    """Of those whose name is not invented anew in each answer."""
    file, options = tmp_path / "x", ("--demo", "--format", form, "--where", "email:@")
    assert run("export", str(file), *options).code == 0
    for arguments in (("export", "-"), ("list", "--all")):
        assert run(*arguments, *options).out == file.read_bytes().decode()


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_is_dubs_own(run: CommandLine, form: str) -> None:
    shown = json.loads(run("get", ADA, "--demo", "--json").out)
    out = run("export", "-", "--demo", "--external-id", "user_8813", "--format", form).out
    assert json.loads(out) == ([shown] if form == "json" else shown)


def test_formulas_are_guarded_unless_told(run: CommandLine) -> None:
    formula = '=HYPERLINK("https://evil.invalid";"Refund")'
    for options, cell in (([], f"'{formula}"), (["--raw"], formula)):
        for form in ("csv", "tsv"):
            arguments = ("--email", "formula@hostile.example", "--columns", "name", "--format", form)
            out = run("export", "-", "--demo", *arguments, *options).out
            assert (next(csv.reader(out.splitlines()[1:])) if form == "csv" else out.split("\n")[1:2]) == [cell]


def test_what_is_written_is_what_there_is(run: CommandLine) -> None:
    """Escape sequences too, which a terminal alone is kept from."""
    out = run("export", "-", "--demo", "--email", "escape@hostile.example", "--columns", "name").out
    assert out == "name\r\nRed \x1b[31mAlert\x1b[0m\r\n"


def test_a_table_of_chosen_columns(run: CommandLine) -> None:
    out = run("list", "--demo", "--sort", "ltv", "--limit", "2", "--columns", "name,ltv,paid").out
    assert out == ("Name               LTV     Paid?\nMansa Musa    $987,654.32  yes\nJakob Fugger  $412,500     yes\n")


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export"], "Missing argument 'FILE|-'."),
        (["export", "x.xls"], "The ending of 'x.xls' names no format: give --format csv, tsv, md, json, jsonl."),
        (["export", "x"], "The ending of 'x' names no format"),
        (["export", "csv"], "The ending of 'csv' names no format"),
        (["export", "-", "--format", "table"], "'table' is not one of 'csv', 'tsv', 'md', 'json', 'jsonl'"),
        (["export", "-", "--json", "--format", "csv"], "--json and --format csv are two formats"),
        (["list", "--all", "--limit", "3"], "--all and --limit contradict each other"),
        (["list", "--sort", "ltc"], "Invalid value for --sort: There is no field 'ltc'. Is 'ltv' meant?"),
        (["list", "--sort", "ltv:down"], "'down' is no direction: write ltv:asc or ltv:desc."),
        (["list", "--columns", "id,nmae"], "Invalid value for --columns: There is no field 'nmae'. Is 'name' meant?"),
        (["list", "--columns", ""], "it is empty"),
        (["export", "-", "--search", ""], "it is empty"),
        (["export", "-", "--country", "\udcff"], "it is not text in UTF-8"),
        (["export", "-", "--where", "  "], "it is empty"),
        (["export", "-", "--email", "a", "--external-id", "b"], "Dub obeys only one of --email and --external-id"),
        (["list", "--where", "ltv>x"], "Expected an amount, such as 500, 1.5k or $49.90, not x.\n  ltv>x\n      ^\n"),
        (["list", "--where", "紫 (ada"], "Expected this parenthesis to be closed.\n  紫 (ada\n     ^^^^\n"),
        (["list", "--where", "\x1b ltv>x"], "\n  ␛ ltv>x\n        ^\n"),
        (["list", "--where", f"{'a' * 200} ltv>x {'b' * 200}"], f"\n  {'a' * 55} ltv>x {'b' * 59}\n{' ' * 62}^\n"),
    ],
    ids=str,
)
def test_wrong_usage_asks_nobody(run: CommandLine, stage: Stage, arguments: list[str], words: str) -> None:
    ended = run(*arguments, "--demo")
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert is_plain(ended.err.replace("\n", ""))
    assert stage.transport.requests == []


@pytest.mark.parametrize(
    ("start", "offered"),
    [("lt", ["ltv"]), ("id,createdA", ["id,createdAt"]), ("partner_", ["partner_email", "partner_id"]), ("x", [])],
)
def test_fields_are_completed(start: str, offered: list[str]) -> None:
    command = lists.list_
    context = click.Context(command)
    for parameter in command.params:
        if parameter.name in ("sort", "columns"):
            assert [item.value for item in parameter.shell_complete(context, start)] == offered


# Ends


def test_a_place_that_cannot_be_is_told_before_dub_is_asked(run: CommandLine, stage: Stage, tmp_path: Path) -> None:
    for file, why in ((f"{tmp_path}/no/x.csv", "No such file or directory"), (str(tmp_path), "Is a directory")):
        ended = run("export", file, "--demo", "--format", "csv")
        assert (ended.code, ended.out, ended.err) == (1, "", f"{file} cannot be used: {why}.\n")
    assert stage.transport.requests == []


@pytest.mark.parametrize(("status", "code"), [(401, 4), (403, 4), (422, 5), (429, 1), (500, 1)], ids=str)
@pytest.mark.parametrize("good", [0, 5], ids=["at once", "in the middle"])
def test_what_fails_leaves_no_file(
    run: CommandLine, stage: Stage, tmp_path: Path, status: int, code: int, good: int
) -> None:
    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        is_good = len(stage.transport.requests) <= good
        return await (ask(request) if is_good else error(status, "forbidden", "Need higher plan.")(request, ask))

    (tmp_path / "x.csv").write_text("before")
    stage.transport.on("GET", "/customers", fault)
    ended = run("export", str(tmp_path / "x.csv"), "--demo")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (code, "", 1)
    assert (tmp_path / "x.csv").read_text() == "before"
    assert os.listdir(tmp_path) == ["x.csv"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """For files that are written."""
    folder = tmp_path / "written"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("form", list(Format))
def test_a_reader_that_has_enough(env: dict[str, str], form: Format) -> None:
    """More than a pipe holds, of which one line is read."""
    assert CHUNK < 312
    command = [str(DUBTUI), "export", "-", "--demo", "--format", form]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(PATIENCE) == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_disk_that_is_full(env: dict[str, str]) -> None:
    """A device is written to as it is."""
    ended = dubtui(env, "export", "/dev/full", "--demo", "--format", "csv")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.endswith("/dev/full cannot be used: No space left on device.\n")
    assert dubtui(env, "export", "/dev/null", "--demo", "--format", "csv").returncode == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize(
    ("numbers", "shell"),
    [
        ([signal.SIGINT], ""),
        ([signal.SIGTERM], ""),
        ([signal.SIGHUP], ""),
        ([signal.SIGTERM], "trap '' INT;"),  # as in the background of a script
        ([signal.SIGHUP, signal.SIGTERM], "trap '' HUP;"),  # as with nohup
    ],
    ids=str,
)
def test_what_ends_it_leaves_no_part_of_a_file(
    env: dict[str, str], folder: Path, numbers: list[int], shell: str
) -> None:
    """Ctrl+c, a kill, a window that is closed; what was told to overlook one of them does."""
    file = folder / "x.csv"
    file.write_text("before")
    with served("--fault", "slow:path=/customers,seconds=60") as address:
        keyed = env | {"DUB_API_KEY": "dub_demo", "DUBTUI_API_URL": address}
        command = ["sh", "-c", f"{shell} exec '{DUBTUI}' export '{file}'"]
        with subprocess.Popen(command, env=keyed, stderr=subprocess.PIPE, text=True) as process:
            wait_for_files(folder, 2)
            for number in numbers:
                process.send_signal(number)
            assert process.stderr is not None
            said = process.stderr.read()
            assert process.wait(PATIENCE) == 128 + numbers[-1]
    assert (said.strip(), os.listdir(folder), file.read_text()) == ("", ["x.csv"], "before")


def wait_for_files(folder: Path, count: int) -> None:
    """Until a folder has so many."""
    end = time.monotonic() + PATIENCE
    while len(os.listdir(folder)) < count:
        assert time.monotonic() < end, "it never began"
        time.sleep(0.02)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_that_has_not_all_letters(env: dict[str, str], encoding: str) -> None:
    """What it has not is escaped, in JSON so that it can be read back."""
    narrow = env | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    for form in (Format.CSV, Format.LINES):
        command = [str(DUBTUI), "export", "-", "--demo", "--format", form]
        ended = subprocess.run(command, env=narrow, capture_output=True, timeout=PATIENCE, check=False)
        assert ended.returncode == 0
        text = ended.stdout.decode(encoding)
        if form is Format.LINES:
            names = [json.loads(line)["name"] for line in text.split("\n")[:-1]]
            assert {"紫式部", "Reynard 🦊"} <= set(names)
        else:
            assert "Reynard \\U0001f98a" in text


@pytest.mark.terminal
@pytest.mark.parametrize("form", list(Format))
def test_on_a_terminal_nothing_steers_it(env: dict[str, str], form: Format) -> None:
    with Terminal(env, "list", "--demo", "--all", "--format", form) as terminal:
        assert terminal.exit_code() == 0
        written = terminal.raw.decode()
    lines = [line.replace("\t", " ") for line in re.split(r"[\r\n]", written)]
    assert all(is_plain(line[at : at + 900]) for line in lines for at in range(0, len(line), 900))
    assert "hostile.example" in written


@pytest.mark.terminal
def test_progress_is_one_line_that_goes(env: dict[str, str], folder: Path) -> None:
    with Terminal(env, "export", str(folder / "x.csv"), "--demo") as terminal:
        assert terminal.exit_code() == 0
        assert "\r312 of 312 customers" in terminal.raw.decode()
        shown = terminal.text.split()
    assert shown[:4] == ["Left", "out:", "3", "names"]
    assert "of 312 customers" not in " ".join(shown)


@pytest.mark.terminal
def test_ctrl_c_at_a_terminal(env: dict[str, str], folder: Path) -> None:
    with served("--fault", "slow:path=/customers,seconds=60") as address:
        keyed = env | {"DUB_API_KEY": "dub_demo"}
        with Terminal(keyed, "export", str(folder / "x.csv"), "--api-url", address) as terminal:
            wait_for_files(folder, 1)
            terminal.press("\x03")
            assert terminal.exit_code() == 130
    assert os.listdir(folder) == []
