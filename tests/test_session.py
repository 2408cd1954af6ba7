"""Who we are: what was named, else the environment, else what was saved; and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dubtui.api.token import Token
from dubtui.credentials import KeychainError
from dubtui.session import DUB, NoKey, Options, Session, SetupError
from tests.stage import FakeKeychain, Stage

ACME, OTHER = Token("dub_acme"), Token("dub_other")
OWN = "https://dub.example"


@pytest.fixture
async def stage(tmp_path: Path) -> Stage:
    """With two saved workspaces, of which the second is the current one."""
    stage = Stage(tmp_path, Options(environment={}))
    for name, token, url in (("acme", ACME, OWN), ("other", OTHER, DUB)):
        session = with_options(stage, api_url=url)
        await session.keep(session.typed_identity(token, name))
    return stage


def with_options(stage: Stage, environment: dict[str, str] | None = None, **options: Any) -> Session:
    return replace(stage, options=Options(environment=environment or {}, **options)).session


ENVIRONMENT = {"DUB_API_KEY": "dub_environment"}
WHO: list[tuple[dict[str, Any], dict[str, str], str]] = [
    ({}, {}, f"other {DUB} dub_other"),
    ({"workspace": "ACME"}, {}, f"acme {OWN} dub_acme"),
    ({}, {"DUBTUI_WORKSPACE": "acme"}, f"acme {OWN} dub_acme"),
    ({"workspace": "other"}, {"DUBTUI_WORKSPACE": "acme"}, f"other {DUB} dub_other"),
    ({}, ENVIRONMENT, f"DUB_API_KEY {DUB} dub_environment"),
    ({"api_url": f"{OWN}/"}, ENVIRONMENT, f"DUB_API_KEY {OWN} dub_environment"),
    ({}, {**ENVIRONMENT, "DUBTUI_API_URL": OWN}, f"DUB_API_KEY {OWN} dub_environment"),
    ({"workspace": "acme"}, ENVIRONMENT, f"acme {OWN} dub_acme"),
    ({"workspace": "acme"}, {**ENVIRONMENT, "DUBTUI_WORKSPACE": "other"}, f"acme {OWN} dub_acme"),
    ({"workspace": "acme", "api_url": f"{OWN}/"}, {}, f"acme {OWN} dub_acme"),
    ({"demo": True}, {**ENVIRONMENT, "DUBTUI_WORKSPACE": "other"}, "demo http://localhost dub_demo"),
]


@pytest.mark.parametrize(("options", "environment", "who"), WHO, ids=str)
async def test_whom_to_be(stage: Stage, options: dict[str, Any], environment: dict[str, str], who: str) -> None:
    identity = await with_options(stage, environment, **options).find()
    assert identity is not None
    assert f"{identity.name} {identity.api_url} {identity.token.reveal()}" == who


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        ({}, {**ENVIRONMENT, "DUBTUI_WORKSPACE": "acme"}, "DUB_API_KEY and DUBTUI_WORKSPACE are both set"),
        ({"workspace": "none"}, {}, r"no workspace 'none' here \(saved: acme, other\)"),
        ({}, {"DUBTUI_WORKSPACE": "none"}, "no workspace 'none' here"),
        ({}, {"DUB_API_KEY": "two words"}, "DUB_API_KEY holds no key"),
        ({"api_url": OWN}, {}, f"The key of 'other' goes to {DUB} alone; for {OWN} set DUB_API_KEY."),
        ({}, {"DUBTUI_API_URL": OWN}, f"The key of 'other' goes to {DUB} alone"),
    ],
    ids=str,
)
async def test_what_does_not_go_together(
    stage: Stage, options: dict[str, Any], environment: dict[str, str], words: str
) -> None:
    with pytest.raises(SetupError, match=words) as caught:
        await with_options(stage, environment, **options).find()
    assert not isinstance(caught.value, NoKey)


async def test_nobody_yet(tmp_path: Path) -> None:
    assert await Stage(tmp_path, Options(environment={})).session.find() is None


async def test_settings_are_for_a_key_without_a_place_of_its_own(stage: Stage) -> None:
    (stage.home / "settings.toml").write_text(f"api_url = '{OWN}/'")
    session = stage.session
    identity = await session.find()
    assert identity is not None
    assert (identity.api_url, session.api_url) == (DUB, OWN)


async def test_a_keychain_that_fails_says_what_to_do(stage: Stage) -> None:
    stage.keychain.failure = "The keychain is locked."
    with pytest.raises(NoKey, match=r"The keychain is locked\. To do without it, set DUB_API_KEY\."):
        await stage.session.find()
    stage.keychain = FakeKeychain()
    with pytest.raises(NoKey, match="has no key for 'other' any more"):
        await stage.session.find()


async def test_what_cannot_be_noted_is_not_kept(stage: Stage) -> None:
    """A key of which no workspace speaks would stay in the keychain for ever."""
    session = stage.session
    kept = dict(stage.keychain.kept)

    class Spoils(FakeKeychain):
        async def save(self, account: str, token: Token) -> None:
            await super().save(account, token)
            stage.session.paths.state.write_bytes(b"no SQLite" * 100)

    session = replace(stage, keychain=Spoils()).session
    with pytest.raises(KeychainError, match=r"cannot be used: file is not a database\."):
        await session.keep(session.typed_identity(Token("dub_new"), "new"))
    assert isinstance(session.keychain, Spoils)
    assert session.keychain.kept == {}
    assert stage.keychain.kept == kept


async def test_an_open_workspace_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    run.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    session = Stage(tmp_path).session
    assert session.passing_copies == run
    workspace = await session.open(session.demo_identity())
    assert len(list(run.iterdir())) == 1
    await workspace.aclose()
    assert list(run.iterdir()) == []
