"""`dubtui edit`: what is sent, when it is asked, and an exit code for each end."""

from __future__ import annotations

import json

import httpx
import pytest

from dubtui.display.text import is_plain
from tests.cli.asked import ADA, answers, between, held, meanwhile, noted, sent
from tests.cli.conftest import CommandLine
from tests.faults import Ask, Fault, error, fails, loses_the_answer
from tests.stage import Stage

pytestmark = pytest.mark.usefixtures("keyed")

PATH = f"/customers/{ADA}"
NAME = ("edit", "user_8813", "--set", "name=Ada King")


# What is sent


def test_only_what_changed_is_sent(run: CommandLine, stage: Stage) -> None:
    ended = run(*NAME, "--set", "country=GB", "--yes")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "✓ Saved   Dub took it and was read again; dubtui undo 1 takes it back\n"
    assert sent(stage) == ['PATCH {"name": "Ada King"}']
    assert held(run)["name"] == "Ada King"
    assert noted(run) == ["edit done"]


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (["--set", "name=a=b"], {"name": "a=b"}),
        (["--set", "NAME=Ada King"], {"name": "Ada King"}),
        (["--set", "mail=a@b.example", "--set", "ext=user 9"], {"email": "a@b.example", "externalId": "user 9"}),
        (["--set", "name= Ada "], {"name": " Ada "}),
        (["--set", "stripe=🦊"], {"stripeCustomerId": "🦊"}),
        (["--unset", "email"], {"email": None}),
        (["--set", "email="], {"email": None}),
        (["--unset", "name", "--unset", "stripe_id"], {"name": None, "stripeCustomerId": None}),
    ],
    ids=str,
)
def test_fields_and_values(run: CommandLine, stage: Stage, arguments: list[str], body: dict[str, str | None]) -> None:
    """By the API's names and by aliases; values to the letter, an empty one as null."""
    assert run("edit", "user_8813", "--set", "stripe=cus_S", "--yes").code == 0
    assert run("edit", ADA, *arguments, "--yes").code == 0
    assert json.loads(sent(stage)[-1].removeprefix("PATCH ")) == body


def test_warnings_are_told_unasked(run: CommandLine) -> None:
    ended = run("edit", "user_8813", "--set", "externalId= x", "--yes")
    assert "! Lookups by user_8813 will find nobody" in ended.err
    assert "! External ID begins or ends with a blank" in ended.err


@pytest.mark.parametrize("text", ["org/42", "ext_org/42"])
def test_an_invented_name_is_no_name(run: CommandLine, stage: Stage, text: str) -> None:
    ended = run("edit", text, "--unset", "name", "--yes")
    assert (ended.code, ended.err) == (0, "Nothing to change: Dub holds it already.\n")
    assert run("edit", text, "--set", "email=a@b.example", "--yes").code == 0
    assert sent(stage) == ['PATCH {"email": "a@b.example"}']


@pytest.mark.parametrize("value", ["Ada Lovelace", "Ada King"])
def test_a_dry_run_sends_nothing(run: CommandLine, stage: Stage, value: str) -> None:
    ended = run("edit", "user_8813", "--set", f"name={value}", "--dry-run")
    assert ended.code == 0
    assert ended.out == ("" if value == "Ada Lovelace" else f'PATCH {PATH}\n{{"name": "Ada King"}}\n')
    assert (sent(stage), noted(run)) == ([], [])


def test_a_dry_run_is_one_line_of_json_whatever_it_holds(run: CommandLine) -> None:
    value = "a\nb\x1b[31m\u202e紫"
    ended = run("edit", "user_8813", "--set", f"name={value}", "--dry-run")
    first, second = ended.out.splitlines()
    assert first == f"PATCH {PATH}"
    assert json.loads(second) == {"name": value}
    assert is_plain(second)


def test_nothing_to_change(run: CommandLine, stage: Stage) -> None:
    ended = run("edit", "user_8813", "--set", "name=Ada Lovelace", "--yes")
    assert (ended.code, ended.out, ended.err) == (0, "", "Nothing to change: Dub holds it already.\n")
    assert sent(stage) == []


# What is asked


def test_a_review_comes_first(run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "y")
    ended = run(*NAME)
    assert ended.code == 0
    assert [line.rstrip() for line in ended.err.splitlines()] == [
        f"{ADA}  user_8813  ada@analytical.example",
        "Name",
        "− Ada Lovelace                                                   removed",
        "+ Ada King                                                         added",
        f"PATCH {PATH}",
        '{ "name": "Ada King" }',
        "Send it? [y/N]: ✓ Saved   Dub took it and was read again; dubtui undo 1 takes it back",
    ]
    assert len(sent(stage)) == 1


@pytest.mark.parametrize(("lines", "code"), [(["n"], 1), ([""], 1), ([], 130)], ids=str)
def test_only_a_y_sends_it(
    run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch, lines: list[str], code: int
) -> None:
    answers(monkeypatch, *lines)
    ended = run(*NAME)
    assert ended.code == code
    assert (sent(stage), noted(run)) == ([], [])


def test_without_a_terminal_it_is_not_sent(run: CommandLine, stage: Stage) -> None:
    ended = run(*NAME)
    assert (ended.code, ended.out) == (2, "")
    assert "+ Ada King" in ended.err
    assert "There is no terminal to ask in: --yes sends it unasked, --dry-run shows it." in ended.err
    assert (sent(stage), noted(run)) == ([], [])


def test_hostile_customers_steer_nothing(run: CommandLine, stage: Stage) -> None:
    customers = json.loads(run("list", "--json", "--limit", "312").out)
    hostile = [customer for customer in customers if not is_plain("".join(map(str, customer.values())))]
    assert len(hostile) > 5
    for customer in hostile:
        for arguments in (("edit", "--set", "name=a\nb", "--set", "ext=x"), ("delete",)):
            ended = run(*arguments, "--", customer["id"])
            assert (ended.code, ended.out) == (2, "")
            assert all(is_plain(line) for line in ended.err.split("\n"))
    assert sent(stage) == []


# What is in the way


def test_another_field_changed_meanwhile_is_no_obstacle(run: CommandLine, stage: Stage) -> None:
    between(stage, meanwhile(email="else@x.example"))
    ended = run(*NAME, "--yes")
    assert ended.code == 0
    words = "Changed meanwhile, and left as it is: E-mail: ada@analytical.example → else@x.example"
    assert ended.err.splitlines()[0] == words
    assert (held(run)["name"], held(run)["email"]) == ("Ada King", "else@x.example")


def test_the_same_field_changed_meanwhile_is_a_conflict(run: CommandLine, stage: Stage) -> None:
    between(stage, meanwhile(name="Theirs"))
    ended = run(*NAME, "--yes")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err.splitlines() == [
        "Name (name) was changed meanwhile:",
        "  before      Ada Lovelace",
        "  now at Dub  Theirs",
        "  yours       Ada King",
        "Nothing was sent.",
    ]
    assert (sent(stage), held(run)["name"], noted(run)) == ([], "Theirs", [])


@pytest.mark.parametrize(
    ("second", "code", "name"), [("y", 0, "Ada King"), ("n", 1, "Theirs"), ("", 1, "Theirs")], ids=str
)
def test_a_conflict_takes_a_y_of_its_own(
    run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch, second: str, code: int, name: str
) -> None:
    between(stage, meanwhile(name="Theirs"))
    answers(monkeypatch, "y", second)
    ended = run(*NAME)
    assert ended.code == code
    assert "  now at Dub  Theirs" in ended.err
    assert "Overwrite it? [y/N]" in ended.err
    assert held(run)["name"] == name


def test_it_is_looked_at_again_after_each_y(run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody changes it once more while the conflict is on the screen."""
    between(stage, meanwhile(name="Theirs"), meanwhile(name="Theirs again"))
    answers(monkeypatch, "y", "y", "n")
    ended = run(*NAME)
    assert ended.code == 1
    assert "  before      Theirs\n  now at Dub  Theirs again\n" in ended.err
    assert held(run)["name"] == "Theirs again"


def test_what_somebody_else_did_meanwhile_need_not_be_done(run: CommandLine, stage: Stage) -> None:
    between(stage, meanwhile(name="Ada King"))
    ended = run(*NAME, "--yes")
    assert (ended.code, ended.err) == (0, "Nothing to change: Dub holds it already.\n")
    assert sent(stage) == []


def test_who_was_deleted_meanwhile(run: CommandLine, stage: Stage) -> None:
    between(stage, meanwhile())
    ended = run(*NAME, "--yes")
    assert ended.code == 3
    assert "No such customer." in ended.err
    assert (sent(stage), noted(run)) == ([], [])


# How it ends


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "email=søren@x.example"], "E-mail (email): Not an e-mail as Dub takes it"),
        (["--unset", "externalId"], "External ID (externalId): Dub needs an external ID."),
        (["--set", f"name={'x' * 192}"], "Name (name): 192 characters; Dub keeps at most 191."),
        (["--set", "country=narnia"], "Country (country): No country that is known"),
        (["--unset", "country"], "Country (country): Dub cannot be told that there is no country."),
        (["--set", "avatar=x.png"], "Avatar (avatar): An address begins with https://"),
    ],
    ids=str,
)
def test_a_rule_of_dubs_is_told_before_anything_is_sent(
    run: CommandLine, stage: Stage, arguments: list[str], words: str
) -> None:
    ended = run("edit", "user_8813", *arguments, "--yes")
    assert (ended.code, ended.out) == (5, "")
    assert words in ended.err
    assert ended.err.endswith("Nothing was sent.\n")
    assert (sent(stage), noted(run)) == ([], [])


ENDS: list[tuple[Fault, int, str]] = [
    (error(422, "unprocessable_entity", "custom: email: No \x1b mail"), 5, "E-mail (email): Dub refused it."),
    (error(403, "forbidden", "You don't have the required role."), 4, "Your role may not do this."),
    (error(404, "not_found", "Customer not found."), 3, "No such customer."),
    (error(429, "rate_limit_exceeded", "Too fast."), 1, "Too many requests."),
    (fails(httpx.ConnectError), 1, "Dub cannot be reached."),
    (fails(httpx.ReadError), 1, "Not saved. The answer was lost (Dub cannot be reached), and Dub was read again"),
    (loses_the_answer, 0, "✓ Saved   the answer was lost; Dub was read again and has it"),
]


@pytest.mark.parametrize(("fault", "code", "words"), ENDS, ids=[words for *_, words in ENDS])
def test_each_end_has_its_code(run: CommandLine, stage: Stage, fault: Fault, code: int, words: str) -> None:
    stage.transport.on("PATCH", PATH, fault)
    ended = run(*NAME, "--yes")
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err
    assert is_plain(ended.err.replace("\n", ""))


def test_a_taken_value_names_its_field(run: CommandLine) -> None:
    ended = run("edit", "user_8813", "--set", "externalId=user_8812", "--yes")
    assert ended.code == 5
    assert ended.err.splitlines()[-1].startswith("External ID (externalId): Another customer has this value.")
    assert noted(run) == ["edit refused"]


async def _lost_and_unreadable(request: httpx.Request, ask: Ask) -> httpx.Response:
    raise httpx.ReadError("cut", request=request)


def test_an_outcome_that_nobody_knows(run: CommandLine, stage: Stage) -> None:
    async def lost(request: httpx.Request, ask: Ask) -> httpx.Response:
        stage.transport.on("*", PATH, _lost_and_unreadable)
        return await loses_the_answer(request, ask)

    stage.transport.on("PATCH", PATH, lost, times=1)
    ended = run(*NAME, "--yes")
    assert ended.code == 1
    assert "Not known whether it was saved." in ended.err
    stage.transport.mend()
    assert noted(run) == ["edit unknown"]


def test_a_country_that_dub_ignores(run: CommandLine) -> None:
    ended = run(*NAME, "--set", "country=Germany", "--yes")
    assert ended.code == 5
    assert ended.err.splitlines()[-1].startswith("! Saved, but Dub kept its own Country")
    assert held(run)["name"] == "Ada King"
    alone = run("edit", "user_8813", "--set", "country=FR", "--yes")
    assert (alone.code, "takes it back" in alone.err) == (5, False)


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("https://x.example/a.png", 0, "Dub hosts it now: https://dubassets.com/customers/"),
        ("ftp://x.example/a.png", 5, "An address begins with"),
    ],
)
def test_an_avatar_is_read_again(run: CommandLine, url: str, code: int, words: str) -> None:
    ended = run("edit", "user_8813", "--set", f"avatar={url}", "--yes")
    assert ended.code == code
    assert words in ended.err


def test_an_avatar_that_dub_drops(run: CommandLine, stage: Stage) -> None:
    """Its reading some seconds after the save comes behind the one before it and the one right after it."""
    between(stage, _passes, _passes, meanwhile(avatar=None))
    ended = run("edit", "user_8813", "--set", "avatar=https://x.example/a.png", "--yes")
    assert ended.code == 5
    assert ended.err.splitlines()[-1] == "Avatar (avatar): Dub could not fetch it, and has none now."


async def _passes(request: httpx.Request, ask: Ask) -> httpx.Response:
    return await ask(request)


def test_nobody_and_several(run: CommandLine, stage: Stage) -> None:
    nobody = run("edit", "nobody", "--set", "name=x", "--yes")
    assert nobody.code == 3
    assert nobody.err.startswith("Nobody has exactly 'nobody'; Dub was asked for it as ")
    several = run("edit", "bernoulli@basel.example", "--set", "name=x", "--yes")
    assert (several.code, len(several.err.splitlines())) == (2, 3)
    assert sent(stage) == []


def test_a_hit_that_differs_in_case_says_so(run: CommandLine) -> None:
    ended = run("edit", "USER_8813", "--set", "name=x", "--yes")
    assert ended.code == 0
    assert ended.err.startswith("Dub overlooks case and accents: it has not exactly 'USER_8813'")


def test_read_only(run: CommandLine, stage: Stage) -> None:
    ended = run(*NAME, "--yes", "--read-only")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err.startswith("This workspace is read-only.")
    assert stage.transport.requests == []
    assert not (stage.home / "state" / "journal.sqlite3").exists()
    assert run(*NAME, "--dry-run", "--read-only").code == 0


def test_a_journal_that_cannot_be_written(run: CommandLine, stage: Stage) -> None:
    path = stage.home / "state" / "journal.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"not SQLite" * 100)
    ended = run(*NAME, "--yes")
    assert ended.code == 1
    assert ended.err == f"{path} cannot be used: file is not a database.\n"
    assert sent(stage) == []


def test_nothing_of_the_demo_is_kept(run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUB_API_KEY")
    ended = run(*NAME, "--yes", "--demo")
    assert (ended.code, ended.err) == (0, "✓ Saved   Dub took it and was read again\n")
    assert not (stage.home / "state").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "There is nothing to change"),
        (["--set", "name"], "'name' is not FIELD=VALUE."),
        (["--set", "nmae=x"], "there is no field 'nmae'; did you mean 'name'?"),
        (["--set", "stripe_idd=x"], "did you mean 'stripeCustomerId'?"),
        (["--set", "zzz=x"], "there is no field 'zzz'; there are name, email"),
        (["--set", "ltv=1"], "Lifetime value (saleAmount) cannot be changed"),
        (["--unset", "id"], "Dub id (id) cannot be changed"),
        (["--set", "name=x", "--set", "name=y"], "name is given twice."),
        (["--set", "name=x", "--unset", "name"], "name is both set and unset."),
        (["--set", "name=\udcff"], "it is not text in UTF-8."),
    ],
    ids=ascii,
)
def test_wrong_usage_asks_nobody(run: CommandLine, stage: Stage, arguments: list[str], words: str) -> None:
    ended = run("edit", "user_8813", *arguments, "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert stage.transport.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "--external-id", "x", "--country", "GB", "--yes"),
        ("delete", "user_8813", "--confirm", "user_8813"),
        ("undo", "--yes"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_read_only_holds_for_every_write(run: CommandLine, stage: Stage, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, "--read-only").code == 5
    assert stage.transport.requests == []
