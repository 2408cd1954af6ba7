"""`dubtui auth`: a key comes in by stdin, is kept in the keychain, and goes out in Dub's header alone."""

from __future__ import annotations

import io
import json

import httpx
import pytest

from dubtui.api.token import Token
from tests.cli.conftest import CommandLine, Ended
from tests.faults import Fault, answers, error, fails
from tests.stage import Stage

KEY = "dub_CANARY7f3e9a1b5d"
DEMO = "https://demo.example"


class Login:
    """`auth login --with-token` with a text in stdin, against a Dub that takes every key."""

    def __init__(self, run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
        self._run = run
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str, key: str | bytes = KEY) -> Ended:
        piped = io.TextIOWrapper(io.BytesIO(key if isinstance(key, bytes) else key.encode()))
        self._monkeypatch.setattr("sys.stdin", piped)
        return self._run("auth", "login", "--with-token", *arguments)


@pytest.fixture
def login(run: CommandLine, monkeypatch: pytest.MonkeyPatch, stage: Stage) -> Login:
    stage.transport.on("GET", "/customers", answers(200, json=[]))
    return Login(run, monkeypatch)


def keys_sent(stage: Stage) -> list[str]:
    """With which key each request went to which host."""
    return [f"{request.headers['authorization']} {request.url.host}" for request in stage.transport.requests]


def test_a_key_is_tried_kept_and_used(run: CommandLine, login: Login, stage: Stage) -> None:
    ended = login("--name", "acme", key=f"  {KEY}\r\n")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "Signed in: 'acme' is kept in a test's keychain.\n"
    (account,) = stage.keychain.kept
    assert stage.keychain.kept == {account: Token(KEY)}
    assert "acme" not in account
    assert run("list", "--json").code == 0
    assert keys_sent(stage) == [f"Bearer {KEY} api.dub.co"] * 2


def test_the_key_is_shown_by_its_end_alone(run: CommandLine, login: Login, stage: Stage) -> None:
    login("--name", "acme")
    ended = run("auth", "status")
    assert ended.out.splitlines() == [
        "workspace  acme",
        "api        https://api.dub.co",
        "key        …1b5d from the keychain",
        "Dub        takes the key",
    ]
    for shown in (ended, run("auth", "list"), run("list", "--verbose"), run("auth", "logout")):
        assert "CANARY" not in shown.out + shown.err
    written = [path for path in stage.home.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()]
    assert not written


@pytest.mark.parametrize("key", ["", "two words", "schlüssel", b"\xff\xfe", "x" * 1001, "a\x1b[31mb"])
def test_what_can_be_no_key_is_not_sent(login: Login, stage: Stage, key: str | bytes) -> None:
    ended = login(key=key)
    assert (ended.code, ended.out) == (2, "")
    assert "That is no key: a key is one word" in ended.err
    assert "\x1b" not in ended.err
    assert stage.transport.requests == []


def test_without_a_terminal_it_does_not_ask(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    ended = run("auth", "login")
    assert ended.code == 2
    assert "pipe it into dubtui auth login --with-token" in ended.err


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (error(401, "unauthorized", "Unauthorized: Invalid API key."), 4),
        (error(403, "forbidden", "Unauthorized: Need higher plan."), 4),
        (fails(httpx.ConnectError), 1),
    ],
)
def test_a_key_that_dub_does_not_take_is_not_kept(
    run: CommandLine, login: Login, stage: Stage, fault: Fault, code: int
) -> None:
    stage.transport.mend()
    stage.transport.on("GET", "/customers", fault)
    assert login().code == code
    assert stage.keychain.kept == {}
    assert run("auth", "list").out == ""


def test_a_key_that_cannot_be_kept_leaves_things_as_they_were(run: CommandLine, login: Login, stage: Stage) -> None:
    login("--name", "acme")
    stage.keychain.failure = "The keychain is locked and could not be opened."
    for name in ("acme", "other"):
        ended = login("--name", name, "--api-url", DEMO, key="dub_another")
        assert ended.code == 4
        assert ended.err == (
            "Dub takes the key, but it was not kept: The keychain is locked and could not be opened. "
            "Set DUB_API_KEY in its place.\n"
        )
    assert run("auth", "list").out == "* acme  https://api.dub.co\n"
    stage.keychain.failure = ""
    assert run("list").code == 0
    assert keys_sent(stage)[-1] == f"Bearer {KEY} api.dub.co"


def test_a_name_that_is_taken_gets_the_new_key(run: CommandLine, login: Login, stage: Stage) -> None:
    login("--name", "acme")
    ended = login("--name", "ACME", "--api-url", f"{DEMO}/", key="dub_another")
    assert ended.err == "Signed in: 'ACME' is kept in a test's keychain, in place of its old key.\n"
    assert list(stage.keychain.kept.values()) == [Token("dub_another")]
    assert run("auth", "list").out == f"* acme  {DEMO}\n"


def test_many_workspaces(run: CommandLine, login: Login, stage: Stage) -> None:
    for name in ("one", "two", "three"):
        login("--name", name, key=f"dub_{name}")
    assert run("auth", "list").out.splitlines() == [
        "  one  https://api.dub.co",
        "* three  https://api.dub.co",
        "  two  https://api.dub.co",
    ]
    assert run("auth", "switch", "TWO").err == "Now on 'two'.\n"
    run("list")
    run("list", "-w", "one")
    assert [sent.split()[1] for sent in keys_sent(stage)[-2:]] == ["dub_two", "dub_one"]
    ended = run("auth", "switch", "four")
    assert ended.code == 2
    assert ended.err == "There is no workspace 'four' here (saved: one, three, two).\n"
    assert run("auth", "logout", "-w", "one").err.startswith("Forgot 'one' and its key.\nStill saved: three, two")
    assert run("auth", "logout", "--all").err == "Forgot 'three' and its key.\nForgot 'two' and its key.\n"
    assert (stage.keychain.kept, run("auth", "list").out) == ({}, "")
    assert run("auth", "logout").err == "Nobody is signed in.\n"


def test_what_was_named_beats_the_environment_which_beats_the_keychain(
    run: CommandLine, login: Login, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    login("--name", "acme", key="dub_acme")
    login("--name", "other", key="dub_other")
    monkeypatch.setenv("DUB_API_KEY", "dub_environment")
    ended = [run("list", "-w", "acme"), run("list")]
    assert ended[0].err.startswith("Using the saved workspace 'acme', not DUB_API_KEY.\n")
    assert "DUB_API_KEY" not in ended[1].err
    monkeypatch.setenv("DUBTUI_WORKSPACE", "acme")
    both = run("list")
    assert (both.code, both.err) == (2, "DUB_API_KEY and DUBTUI_WORKSPACE are both set: unset one of them.\n")
    run("list", "-w", "other")
    monkeypatch.delenv("DUB_API_KEY")
    run("list")
    sent = [line.split()[1] for line in keys_sent(stage)[2:]]
    assert sent == ["dub_acme", "dub_environment", "dub_other", "dub_acme"]


def test_which_api(run: CommandLine, login: Login, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag beats the environment, which beats the settings."""
    (stage.home / "settings.toml").write_text("api_url = 'https://settings.example'")
    monkeypatch.setenv("DUB_API_KEY", KEY)
    run("list")
    monkeypatch.setenv("DUBTUI_API_URL", "https://environment.example/")
    run("list")
    run("list", "--api-url", "https://flag.example")
    assert [request.url.host for request in stage.transport.requests] == [
        "settings.example",
        "environment.example",
        "flag.example",
    ]


def test_a_stored_key_goes_only_where_it_was_stored_for(
    run: CommandLine, login: Login, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    login("--name", "acme", "--api-url", f"{DEMO}/")
    asked = len(stage.transport.requests)
    ended = run("get", "x", "--api-url", "https://elsewhere.example")
    assert ended.code == 2
    assert ended.err == (f"The key of 'acme' goes to {DEMO} alone; for https://elsewhere.example set DUB_API_KEY.\n")
    monkeypatch.setenv("DUBTUI_API_URL", "https://elsewhere.example")
    assert run("get", "x").code == 2
    assert len(stage.transport.requests) == asked
    (stage.home / "settings.toml").write_text("api_url = 'https://elsewhere.example'")
    for url in (DEMO, f"{DEMO}/"):
        assert run("list", "--api-url", url).code == 0
    monkeypatch.delenv("DUBTUI_API_URL")
    assert run("list").code == 0
    assert {sent.split()[2] for sent in keys_sent(stage)} == {"demo.example"}


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (
            "The keychain is locked and could not be opened.",
            "is locked and could not be opened. To do without it, set DUB_API_KEY.",
        ),
        ("", "The keychain has no key for 'acme' any more: sign in again, dubtui auth login."),
    ],
)
def test_a_keychain_that_does_not_give_the_key(
    run: CommandLine, login: Login, stage: Stage, failure: str, words: str
) -> None:
    login("--name", "acme")
    stage.keychain.kept.clear()
    stage.keychain.failure = failure
    for command in (("get", "x"), ("list",), ("auth", "status")):
        ended = run(*command)
        assert (ended.code, ended.out) == (4, "")
        assert words in ended.err


READ_ONLY, WRITES = "starts read-only", "starts with writing allowed"


@pytest.mark.parametrize(
    ("marks", "words", "code"),
    [
        (["--production"], f"production, {READ_ONLY}", 5),
        (["ACME --production"], f"production, {READ_ONLY}", 5),
        (["--production -w acme"], f"production, {READ_ONLY}", 5),
        (["--production", "--no-production"], f"not production, {WRITES}", 0),
        (["--production --no-read-only"], f"production, {WRITES}", 0),
        (["--no-read-only", "--production"], f"production, {WRITES}", 0),
        (["--read-only"], f"not production, {READ_ONLY}", 5),
        (["--read-only --production", "--no-production"], f"not production, {READ_ONLY}", 5),
        (["--read-only", "--no-read-only"], f"not production, {WRITES}", 0),
    ],
    ids=str,
)
def test_how_careful_to_be_is_kept(
    run: CommandLine, login: Login, stage: Stage, marks: list[str], words: str, code: int
) -> None:
    login("--name", "other")
    login("--name", "acme", key="dub_demo")
    stage.transport.mend()
    for mark in marks:
        ended = run("auth", "mark", *mark.split())
        assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"'acme' is now: {words}.\n"
    edit = ("edit", "user_8813", "--set", "name=Ada King", "--yes")
    ended = run(*edit)
    assert (ended.code, "With --no-read-only it writes." in ended.err) == (code, bool(code))
    assert run(*edit, "--no-read-only").code == 0
    assert (f"marked     {words}" in run("auth", "status").out) == (READ_ONLY in words)
    session = stage.session
    assert not session.remembered(session.workspace("other").id).setting("production")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Say how: --production, --no-production, --read-only, --no-read-only."),
        (["acme"], 2, "Say how: --production"),
        (["other", "--production"], 2, "There is no workspace 'other' here (saved: acme)."),
        (["", "--production"], 2, "it is empty"),
        (["--production", "--demo"], 2, "Nothing of the demo is kept."),
    ],
    ids=str,
)
def test_what_cannot_be_marked(run: CommandLine, login: Login, arguments: list[str], code: int, words: str) -> None:
    login("--name", "acme")
    ended = run("auth", "mark", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err
    assert "marked" not in run("auth", "status").out


def test_nobody_cannot_be_marked_and_the_environments_workspace_can(
    run: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("auth", "mark", "--production").code == 4
    monkeypatch.setenv("DUB_API_KEY", "dub_demo")
    assert run("auth", "mark", "--production").err == f"'DUB_API_KEY' is now: production, {READ_ONLY}.\n"
    assert run("edit", "user_8813", "--set", "name=Ada King", "--yes").code == 5


def test_the_environment_is_not_forgotten_with_the_keychain(
    run: CommandLine, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUB_API_KEY", KEY)
    assert login().err.splitlines()[1] == "DUB_API_KEY is set, and beats the keychain."
    assert run("auth", "logout").err.splitlines()[1] == "DUB_API_KEY is set, and beats the keychain."


def test_a_state_file_that_cannot_be_used_is_a_sentence(run: CommandLine, stage: Stage) -> None:
    state = stage.home / "state" / "state.sqlite3"
    state.parent.mkdir()
    state.write_text(json.dumps({"not": "SQLite"}) * 100)
    ended = run("list")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"{state} cannot be used: file is not a database.\n"
