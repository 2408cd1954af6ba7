"""`--view`: a saved view of the app as a selection of `list` and `export`, and what goes before it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click
import pytest

from dubtui.api.token import Token
from dubtui.cli import lists
from dubtui.cli.root import Start
from dubtui.session import DUB
from dubtui.store.state import SavedView
from tests.cli.conftest import CommandLine
from tests.stage import Stage

VIEWS = (
    SavedView("Big spenders", "ltv>500", "saleAmount:desc", "name:24,saleAmount,email"),
    SavedView("british", "country:GB or country:IE", "createdAt:asc", ""),
    SavedView("straße", '"bernoulli', "name:asc", "name"),
    SavedView("half typed", "ltv>", "createdAt:desc", ""),
    SavedView("a slip", "contry:DE", "createdAt:desc", ""),
)
NAMES = "'Big spenders', 'british', 'straße', 'half typed', 'a slip'"


@pytest.fixture
def views(stage: Stage, keyed: None) -> None:
    """Some of the workspace of the key in the environment, and one of another workspace."""
    session = stage.session
    remembered = session.remembered(session.environment_identity(Token("dub_demo")).id)
    for view in VIEWS:
        remembered.save_view(view)
    acme = session.state.named("acme", DUB)
    session.state.save(acme)
    session.remembered(acme.id).save_view(SavedView("bought", "paid:yes", "", ""))


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


@pytest.mark.usefixtures("views")
@pytest.mark.parametrize("command", ["export - --format csv", "list --all --format csv"])
@pytest.mark.parametrize(
    ("options", "same"),
    [
        (["--view", "Big spenders"], ["--where", "ltv>500", "--sort", "ltv", "--columns", "name,saleAmount,email"]),
        (["--view", "big SPENDERS", "--columns", "id"], ["--where", "ltv>500", "--sort", "ltv", "--columns", "id"]),
        (
            ["--view", "big spenders", "--columns", "id", "--sort", "email:desc"],
            ["--where", "ltv>500", "--sort", "email:desc", "--columns", "id"],
        ),
        (
            ["--view", "british", "--columns", "id", "--where", "paid:yes or ada"],
            ["--where", "(country:GB or country:IE) (paid:yes or ada)", "--sort", "created:asc", "--columns", "id"],
        ),
        (
            ["--view", "STRASSE", "--where", "name:daniel"],
            ["--where", "bernoulli name:daniel", "--sort", "name", "--columns", "name"],
        ),
        (
            ["--view", "british", "--search", "lovelace", "--columns", "id"],
            ["--where", "country:GB or country:IE", "--search", "lovelace", "--columns", "id"],
        ),
        (
            ["--view", "british", "--limit", "3", "--columns", "id"],
            ["--where", "country:GB or country:IE", "--sort", "created:asc", "--limit", "3", "--columns", "id"],
        ),
    ],
    ids=str,
)
def test_a_view_is_as_its_options(run: CommandLine, command: str, options: list[str], same: list[str]) -> None:
    words = [word for word in command.split() if word != "--all" or "--limit" not in options]
    through, asked = run(*words, *options), run(*words, *same)
    assert (through.code, asked.code) == (0, 0)
    assert lines(through.out) == lines(asked.out)
    assert len(lines(through.out)) > 1
    assert through.err == asked.err


@pytest.mark.usefixtures("views")
def test_a_view_without_columns_has_the_usual_ones(run: CommandLine, tmp_path: Path) -> None:
    assert run("list", "--view", "british", "--limit", "1").out.startswith("Name ")
    assert "totalClicks" not in run("list", "--view", "big spenders", "--json").out
    sent = json.loads(run("list", "--view", "british", "--json", "--limit", "1").out)[0]
    assert sent == json.loads(run("get", sent["id"], "--json").out)
    file = tmp_path / "x.tsv"
    assert run("export", str(file), "--view", "big spenders").code == 0
    assert file.read_text().startswith("name\tsaleAmount\temail\nMansa Musa\t98765432\t")


@pytest.mark.usefixtures("views")
@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (["--view", "big spenders", "--where", "country:GB"], {"country": "GB"}),
        (["--view", "big spenders", "--where", "country:GB paid:yes"], {"country": "GB"}),
        (["--view", "british"], {}),
    ],
    ids=str,
)
def test_dub_is_asked_for_what_both_filters_demand(
    run: CommandLine, stage: Stage, options: list[str], asked: dict[str, str]
) -> None:
    assert run("list", *options).code == 0
    first = next(request for request in stage.transport.requests if request.url.path == "/customers")
    assert {name: value for name, value in first.url.params.items() if name == "country"} == asked


@pytest.mark.usefixtures("views")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--view", "large"], f"There is no view 'large' of this workspace (saved: {NAMES}).\n"),
        (["--view", "large", "--api-url", "https://other.example"], "(saved: none yet, the app keeps one with V).\n"),
        (["--view", "british", "--demo"], "There is no view 'british' of this workspace (saved: none yet"),
        (["--view", " "], "Invalid value for '--view': it is empty"),
        (["--view", "half typed"], "Invalid value for --view: Expected a value right after"),
        (["--view", "british", "--where", "ltv>"], "Invalid value for --where: Expected a value right after"),
    ],
    ids=str,
)
def test_what_is_no_view_asks_nobody(
    run: CommandLine, stage: Stage, tmp_path: Path, options: list[str], words: str
) -> None:
    file = tmp_path / "x.csv"
    for command in (["list"], ["export", str(file)]):
        ended = run(*command, *options)
        assert (ended.code, ended.out) == (2, "")
        assert words in ended.err
    assert stage.transport.requests == []
    assert not file.exists()


@pytest.mark.usefixtures("views")
def test_hints_about_a_views_filter(run: CommandLine) -> None:
    ended = run("list", "--view", "a slip")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("contry is no field, so contry:DE is looked for as text. Is country meant?\n")


@pytest.mark.usefixtures("keyed")
def test_views_that_cannot_be_read_are_no_views_that_are_not_there(run: CommandLine, stage: Stage) -> None:
    state = stage.home / "state" / "state.sqlite3"
    state.parent.mkdir()
    state.write_text("not SQLite" * 100)
    assert run("list", "--limit", "1").code == 0
    ended = run("list", "--view", "british")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"{state} cannot be used: file is not a database.\n"


@pytest.mark.usefixtures("views")
@pytest.mark.parametrize(
    ("start", "given", "offered"),
    [
        ("b", {}, ["Big spenders", "british"]),
        ("STRASS", {}, ["straße"]),
        ("b", {"workspace": "acme"}, ["bought"]),
        ("x", {}, []),
        ("b", {"api_url": "https://other.example"}, []),
        ("b", {"demo": True}, []),
        ("b", {"workspace": "none such"}, []),
    ],
    ids=str,
)
def test_names_are_completed(
    run: CommandLine, stage: Stage, start: str, given: dict[str, object], offered: list[str]
) -> None:
    command = lists.list_
    stage.keychain.failure = "It asks for a password."
    context = click.Context(command, obj=Start(run._session, given))
    (view,) = (parameter for parameter in command.params if parameter.name == "view")
    assert [item.value for item in view.shell_complete(context, start)] == offered
    assert stage.transport.requests == []
