"""The keychain, whatever it is like: what is kept is kept, and nothing hangs, lies or gives a key away."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import keyring
import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordSetError

from dubtui.api.token import Token
from dubtui.credentials import LOCKED, NONE, Keychain, KeychainError
from tests.cli.keyrings import Forgetful, InMemory, Plaintext, Silent, Talkative, Unsure

KEY = "dub_CANARY7f3e9a1b"
TOKEN = Token(KEY)
NONE_AT_ALL = keyring.core.load_keyring("keyring.backends.fail.Keyring")


@pytest.fixture(autouse=True)
def _no_backend_is_left() -> Iterator[None]:
    yield
    keyring.core._keyring_backend = None


def keychain(backend: KeyringBackend, limit: float = 30) -> Keychain:
    """The machine's keychain, which is this one."""
    keyring.set_keyring(backend)
    return Keychain(limit)


def chain(*parts: KeyringBackend) -> KeyringBackend:
    """Several behind one another, as keyring chains whatever a machine has."""
    kind: type[KeyringBackend] = type("Chain", (chainer.ChainerBackend,), {"backends": list(parts)})
    return kind()


async def test_what_is_kept_is_found_until_it_is_forgotten() -> None:
    kept = keychain(InMemory())
    assert await kept.load("one") is None
    await kept.save("one", TOKEN)
    await kept.save("two", Token("dub_other"))
    assert await kept.load("one") == TOKEN
    await kept.forget("one")
    await kept.forget("one")
    assert (await kept.load("one"), await kept.load("two")) == (None, Token("dub_other"))


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param(NONE_AT_ALL, id="none"),
        pytest.param(keyring.core.load_keyring("keyring.backends.null.Keyring"), id="null"),
        pytest.param(Plaintext(), id="plain text"),
        pytest.param(Unsure(), id="not able"),
        pytest.param(chain(), id="nothing to chain"),
        pytest.param(chain(Plaintext(), NONE_AT_ALL), id="nothing good to chain"),
    ],
)
async def test_what_would_not_keep_a_key_safe_is_refused(backend: KeyringBackend) -> None:
    refused = keychain(backend)
    for call in (refused.load("one"), refused.save("one", TOKEN), refused.forget("one"), refused.name()):
        with pytest.raises(KeychainError, match=NONE):
            await call
    assert not getattr(backend, "kept", {})


async def test_of_a_chain_the_best_keeps_the_key() -> None:
    good, bad = InMemory(), Plaintext()
    kept = keychain(chain(good, bad))
    await kept.save("one", TOKEN)
    assert await kept.load("one") == TOKEN
    assert (len(good.kept), bad.kept) == (1, {})
    await kept.forget("one")
    assert not good.kept


@pytest.mark.parametrize("named", ["keyring.backends.none.Keyring", "no.such.module", "keyring.backends.fail.Typo"])
async def test_a_backend_that_is_misspelt_is_none(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", named)
    keyring.core._keyring_backend = None
    with pytest.raises(KeychainError, match=NONE):
        await Keychain().load("one")


class ServiceGone(Exception):
    """As secretstorage's, which is none of keyring's."""


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (NoKeyringError("No recommended backend was available."), NONE),
        (KeyringLocked("Failed to unlock the collection!"), LOCKED),
        (InitError("Failed to create the collection: Prompt dismissed.."), LOCKED),
        (KeyringError("?"), "The keychain failed (KeyringError)."),
        (PasswordSetError("?"), "The keychain failed (PasswordSetError)."),
        (OSError(1783, "CredWrite", "The stub received bad data"), "The keychain failed (OSError)."),
        (ServiceGone("The name is not activatable"), "The keychain failed (ServiceGone)."),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_whatever_a_backend_raises_is_told_in_a_sentence(failure: Exception, reason: str) -> None:
    broken = keychain(Talkative(failure))
    for call in (broken.load("one"), broken.save("one", TOKEN), broken.forget("one")):
        with pytest.raises(KeychainError) as caught:
            await call
        assert str(caught.value) == reason


async def test_the_key_is_in_no_exception_no_repr_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(KeychainError) as caught:
        await keychain(Talkative()).save("one", TOKEN)
    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    for shown in (str(error), repr(error), repr(TOKEN), str(TOKEN), f"{TOKEN}", caplog.text):
        assert KEY not in shown


async def test_a_key_that_was_not_kept_is_missed() -> None:
    with pytest.raises(KeychainError, match="does not have it"):
        await keychain(Forgetful()).save("one", TOKEN)


async def test_something_that_is_no_key_is_not_sent_to_dub() -> None:
    backend = InMemory()
    backend.set_password("dubtui", "one", "two words")
    with pytest.raises(KeychainError, match="no key"):
        await keychain(backend).load("one")


async def test_a_prompt_that_nobody_answers_is_given_up_and_not_doubled() -> None:
    backend = Silent()
    waiting = keychain(backend, limit=0.05)
    with pytest.raises(KeychainError, match=r"did not answer within 0\.05 s; it may wait to be unlocked"):
        await waiting.load("one")
    with pytest.raises(KeychainError, match="has not answered yet"):
        await waiting.load("one")
    assert backend.prompts == 1
    backend.answered.set()
    assert waiting._waiting is not None
    waiting._waiting.join(30)
    assert await waiting.load("one") is None


@pytest.mark.parametrize(
    ("module", "name"),
    [("keyring.backends.SecretService", "the Secret Service keyring"), ("tests.cli.keyrings", "keyrings InMemory")],
)
async def test_it_is_called_by_its_name(module: str, name: str) -> None:
    backend = type("InMemory", (InMemory,), {"__module__": module})()
    assert await keychain(backend).name() == name
