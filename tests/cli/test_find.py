"""`dubtui find`: everybody whom a text may mean, the best first, with why."""

from __future__ import annotations

import json

import httpx
import pytest

from dubtui.display.text import is_plain
from tests.cli.conftest import CommandLine
from tests.faults import fails
from tests.stage import Stage


def found(run: CommandLine, text: str, *more: str) -> list[tuple[str, str]]:
    """External IDs and why."""
    ended = run("find", text, "--json", *more)
    assert ended.code == 0, ended.err
    return [(customer["externalId"], customer["match"]) for customer in json.loads(ended.out)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("user_8813", ("user_8813", "external ID")),
        ("ada@analytical.example", ("user_8813", "e-mail")),
        ("Ada <ada@analytical.example>", ("user_8813", "e-mail")),
        ("lovelace", ("user_8813", "name")),
        ("org/42", ("org/42", "external ID")),
    ],
)
def test_the_best_comes_first(run: CommandLine, text: str, first: tuple[str, str]) -> None:
    assert found(run, text, "--demo")[0] == first


def test_an_exact_one_says_so(run: CommandLine) -> None:
    (customer,) = json.loads(run("find", "user_8813", "--demo", "--json").out)
    assert (customer["exact"], customer["match"], customer["saleAmount"]) == (True, "external ID", 120400)


def test_any_part_is_found_among_those_that_are_kept(run: CommandLine, keyed: None) -> None:
    assert run("sync", "--keep").code == 0
    assert ("user_8813", "external ID") in found(run, "8813")
    assert found(run, "lovelase") == [("user_8813", "similar")]
    assert len(found(run, "user_", "--limit", "7")) == 7


def test_a_table_for_people(run: CommandLine) -> None:
    ended = run("find", "lovelace", "--demo")
    head, *rows = ended.out.splitlines()
    assert head.split() == ["Name", "E-mail", "External", "ID", "LTV", "State", "Match"]
    assert "ada@analytical.example" in rows[0]
    assert rows[0].endswith("name")
    assert ended.err == ""


def test_nobody(run: CommandLine) -> None:
    ended = run("find", "qwertz-4711", "--demo")
    assert (ended.code, ended.out) == (3, "")
    first, second = ended.err.splitlines()
    assert first == "Nobody has exactly 'qwertz-4711'; Dub was asked for it as external ID."
    assert second.startswith("Parts of anything are found among customers that are kept")


def test_no_network(run: CommandLine, stage: Stage) -> None:
    stage.transport.on("*", "/", fails(httpx.ConnectError))
    ended = run("find", "ada", "--demo")
    assert (ended.code, ended.out) == (1, "")


def test_hostile_names_steer_nothing(run: CommandLine, keyed: None) -> None:
    run("sync", "--keep")
    for more in ([], ["--json"]):
        ended = run("find", "hostile", *more)
        assert ended.code == 0
        assert all(is_plain(line) for line in ended.out.split("\n"))
