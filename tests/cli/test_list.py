"""`dubtui list`: Dub's own order and filters, as a table or as Dub's own JSON."""

from __future__ import annotations

import json

import httpx
import pytest

from dubtui.display.text import is_plain
from tests.cli.conftest import CommandLine
from tests.faults import answers, fails
from tests.stage import Stage


def test_a_table_newest_first(run: CommandLine) -> None:
    ended = run("list", "--demo", "--limit", "2")
    assert (ended.code, ended.err) == (0, "2 of 312\n")
    assert ended.out == (
        "Name            E-mail                  External ID  Ctry     LTV     Created  State\n"
        "Ada Lovelace    ada@analytical.example  user_8813    GB    $1,204     Nov 20   ● paid\n"
        "Sophie Germain  sophie@germain.example  user_8812    FR        $0     Nov 19   ○ lead\n"
    )


@pytest.mark.parametrize(
    ("arguments", "count", "talk"),
    [
        ([], 100, "100 of 312\n"),
        (["--limit", "120"], 120, "120 of 312\n"),
        (["--limit", "312"], 312, ""),
        (["--limit", "5000"], 312, ""),
        (["--email", "bernoulli@basel.example"], 2, ""),
        (["--external-id", "user_8813"], 1, ""),
        (["--search", "Bernoulli"], 3, ""),
        (["--search", "Bernoulli", "--limit", "1"], 1, "1 of 3\n"),
        (["--country", "NL", "--limit", "1"], 1, "1 of"),
        (["--search", "nobody-of-that-name"], 0, "No customers.\n"),
    ],
    ids=str,
)
def test_json_is_a_list(run: CommandLine, arguments: list[str], count: int, talk: str) -> None:
    ended = run("list", "--demo", "--json", *arguments)
    assert ended.code == 0
    assert len({customer["id"] for customer in json.loads(ended.out)}) == count
    assert ended.err.startswith(talk)
    assert bool(ended.err) == bool(talk)


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        (["--search", "a b"], {"search": "a b"}),
        (["--link-id", "link_1", "--partner-id", "pn_1"], {"linkId": "link_1", "partnerId": "pn_1"}),
        (["--country", "GB", "--external-id", "a/b"], {"country": "GB", "externalId": "a/b"}),
        (["--limit", "7"], {"pageSize": "7"}),
    ],
    ids=str,
)
def test_what_is_asked_for(run: CommandLine, stage: Stage, arguments: list[str], sent: dict[str, str]) -> None:
    stage.transport.on("GET", "/customers", answers(200, json=[]))
    assert run("list", "--demo", *arguments).code == 0
    asked = {"includeExpandedFields": "true", "page": "1", "pageSize": "100", **sent}
    assert dict(stage.transport.requests[0].url.params) == asked


def test_an_empty_list_is_no_failure(run: CommandLine) -> None:
    ended = run("list", "--demo", "--search", "nobody-of-that-name")
    assert (ended.code, ended.out, ended.err) == (0, "", "No customers.\n")


def test_the_count_is_no_condition(run: CommandLine, stage: Stage) -> None:
    stage.transport.on("GET", "/customers/count", fails(httpx.ConnectError))
    ended = run("list", "--demo", "--limit", "2")
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.out.splitlines()) == 3


def test_hostile_names_steer_nothing(run: CommandLine) -> None:
    for arguments in ([], ["--json"]):
        ended = run("list", "--demo", "--limit", "312", *arguments)
        assert ended.code == 0
        assert all(is_plain(line) for line in ended.out.split("\n"))
    rows = run("list", "--demo", "--limit", "312").out.splitlines()
    assert len(rows) == 313, "a line break in a name begins no line"
