"""What holds for every command: options anywhere, one sentence on stderr, and a code for each kind of end."""

from __future__ import annotations

import httpx
import pytest

from tests.cli.conftest import CommandLine
from tests.faults import Fault, answers, error, fails
from tests.stage import Stage

ADA = "user_8813"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--demo", "get", ADA],
        ["get", "--demo", ADA],
        ["get", ADA, "--demo"],
        ["--demo", "--no-color", "get", ADA, "--read-only"],
        ["auth", "--demo", "status"],
        ["--demo", "auth", "status"],
        ["-w", "no such", "--demo", "get", ADA],
    ],
    ids=" ".join,
)
def test_global_options_stand_anywhere(run: CommandLine, arguments: list[str]) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.err) == (0, "")


def test_of_two_the_one_after_the_command_wins(run: CommandLine) -> None:
    assert "'second'" in run("-w", "first", "get", "x", "-w", "second").err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gte", ADA], "There is no command 'gte'; did you mean 'get'?"),
        (["ada@x.example"], "There is no command 'ada@x.example'; to find a customer: dubtui get ada@x.example"),
        (["\x1b[31m"], r"There is no command '\x1b[31m'; to find a customer: dubtui get ␛[31m"),
        (["auth", "lst"], "No such command 'lst'. Did you mean 'list'?"),
        (["--dmeo"], "No such option '--dmeo'. Did you mean '--demo'?"),
        (["get"], "Missing argument 'LOOKUP'."),
        (["get", " "], "it is empty"),
        (["get", "\udcff"], "it is not text in UTF-8"),
        (["get", "a", "b"], "unexpected extra argument"),
        (["list", "--limit", "0"], "0 is not in the range"),
        (["list", "--email", "a", "--search", "b"], "Dub obeys only one of --email and --search"),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
        (["auth", "login", "--demo"], "The demo needs no key."),
    ],
    ids=str,
)
def test_wrong_usage_asks_nobody(run: CommandLine, stage: Stage, arguments: list[str], words: str) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert "\x1b" not in ended.err
    assert stage.transport.requests == []


def test_help_and_version_are_data(run: CommandLine) -> None:
    assert (run("--version").out, run("--version").err) == ("dubtui, version 0.1.0\n", "")
    assert "get  " in run("--help").out
    assert "Usage: dubtui auth" in run("auth").err


ENDS: list[tuple[Fault, int, str]] = [
    (error(400, "bad_request", "Misconfigured authorization header."), 4, "Dub refused the key."),
    (error(401, "unauthorized", "Unauthorized: Invalid API key."), 4, "Dub refused the key."),
    (error(403, "forbidden", "Unauthorized: Need higher plan."), 4, "This plan has no customers in the API."),
    (error(404, "not_found", "Workspace not found."), 4, "The workspace is not open to this key."),
    (error(409, "invite_pending", "You have a pending invite."), 4, "The workspace is not open to this key."),
    (error(410, "invite_expired", "Your invite has expired."), 4, "The workspace is not open to this key."),
    (error(422, "unprocessable_entity", "invalid_type: pageSize: no number"), 5, "Dub refused it."),
    (error(429, "rate_limit_exceeded", "Rate limit exceeded."), 1, "Too many requests."),
    (error(500, "internal_server_error", "?"), 1, "Dub is in trouble."),
    (answers(502, html="<h1>Bad gateway</h1>"), 1, "Dub is in trouble."),
    (answers(200, html="<h1>Log in to the hotel's network</h1>"), 1, "That is not an answer of Dub's."),
    (fails(httpx.ConnectError, "Connection refused"), 1, "Dub cannot be reached."),
    (fails(httpx.ReadTimeout), 1, "Dub takes too long."),
    (error(401, "unauthorized", "\x1b]0;PWNED\x07\u202e"), 4, "Dub refused the key."),
    (error(422, "unprocessable_entity", "\x1b]0;PWNED\x07\n\u202e[red]"), 5, "Dub refused it."),
]


@pytest.mark.usefixtures("keyed")
@pytest.mark.parametrize(("fault", "code", "title"), ENDS, ids=[f"{code} {title}" for _, code, title in ENDS])
@pytest.mark.parametrize("command", ["get x", "get x --json", "list", "auth status"])
def test_each_error_has_its_code_and_one_line(
    run: CommandLine, stage: Stage, command: str, fault: Fault, code: int, title: str
) -> None:
    stage.transport.on("GET", "/customers", fault)
    ended = run(*command.split())
    assert ended.code == code
    assert ended.err.startswith(title)
    assert ended.err.endswith("\n")
    assert ended.err[:-1].isprintable()
    assert ended.out == "" or command == "auth status"


def test_nobody_is_signed_in(run: CommandLine) -> None:
    for command in ("get x", "list", "auth status"):
        ended = run(*command.split())
        assert (ended.code, ended.out) == (4, "")
        assert "dubtui auth login" in ended.err


@pytest.mark.usefixtures("keyed")
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://dub.example", "Plain http to dub.example would show the key to others"),
        ("ftp://localhost", "The API URL 'ftp://localhost' is none"),
        ("https://user@dub.example", "An API URL has no user name"),
        ("dub.example", "is none: it looks like https://api.dub.co"),
    ],
)
def test_an_api_url_that_cannot_be(run: CommandLine, stage: Stage, url: str, words: str) -> None:
    ended = run("get", ADA, "--api-url", url)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert stage.transport.requests == []


@pytest.mark.parametrize(
    ("name", "value", "code", "words"),
    [
        ("DUB_API_KEY", "two words", 2, "DUB_API_KEY holds no key"),
        ("DUBTUI_WORKSPACE", "none", 2, "There is no workspace 'none' here (saved: none yet)."),
        ("DUB_API_KEY", "  ", 4, "Nobody is signed in"),
    ],
)
def test_an_environment_that_cannot_be(
    run: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: int, words: str
) -> None:
    monkeypatch.setenv(name, value)
    ended = run("get", ADA)
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err


@pytest.mark.usefixtures("keyed")
def test_a_mistake_in_the_settings_names_its_line(run: CommandLine, stage: Stage) -> None:
    (stage.home / "settings.toml").write_text("# mine\ntheme = 'ink'\nkeys = 1\n")
    ended = run("get", ADA)
    assert (ended.code, ended.out) == (2, "")
    assert "settings.toml, line 3: there is no setting 'keys'" in ended.err
