"""The operating system's keychain: the only place where a key is kept, and the only importer of keyring."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from dubtui.api.token import Token

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "dubtui"
LIMIT = 3.0
"""Seconds; an unlock prompt that nobody answers would hang for ever."""
TRUSTED = 1
"""The least priority of a backend: keyring gives less to those that keep keys in the clear, or nowhere."""

NONE = "This machine has no keychain that can be used."
LOCKED = "The keychain is locked and could not be opened."
REASONS = {"NoKeyringError": NONE, "KeyringLocked": LOCKED, "InitError": LOCKED}
"""By the name of keyring's exception; the exception's own text may hold a key."""
NAMES = {
    "keyring.backends.SecretService": "the Secret Service keyring",
    "keyring.backends.libsecret": "the Secret Service keyring",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the macOS Keychain",
    "keyring.backends.Windows": "the Windows Credential Manager",
}


class KeychainError(Exception):
    """The keychain cannot be used; the text says why in a sentence."""


class Keychain:
    """Keys by account name."""

    def __init__(self, limit: float = LIMIT) -> None:
        self._limit = limit
        self._waiting: threading.Thread | None = None
        """A call that outlasted the limit: it may stand behind a prompt, to which no second one is added."""

    async def load(self, account: str) -> Token | None:
        """The key of an account; None where there is none."""
        text = await self._call(lambda backend: backend.get_password(SERVICE, account))
        try:
            return Token(text) if text else None
        except ValueError:
            raise KeychainError("What the keychain holds is no key.") from None

    async def save(self, account: str, token: Token) -> None:
        """Keep a key, and make sure that it is kept."""

        def keep(backend: KeyringBackend) -> bool:
            backend.set_password(SERVICE, account, token.reveal())
            return backend.get_password(SERVICE, account) == token.reveal()

        if not await self._call(keep):
            raise KeychainError("The keychain took the key but does not have it.")

    async def forget(self, account: str) -> None:
        """Delete a key, if there is one."""

        def delete(backend: KeyringBackend) -> None:
            if backend.get_password(SERVICE, account) is not None:
                backend.delete_password(SERVICE, account)

        await self._call(delete)

    async def name(self) -> str:
        """What the keychain is called on this machine."""
        return await self._call(lambda backend: NAMES.get(type(backend).__module__, backend.name))

    async def _call(self, work: Callable[[KeyringBackend], T]) -> T:
        if self._waiting is not None and self._waiting.is_alive():
            raise KeychainError("The keychain has not answered yet; it may wait to be unlocked.")
        call = _Call(lambda: work(_backend()))
        try:
            return await asyncio.wait_for(call.answer, self._limit)
        except KeychainError:
            raise
        except TimeoutError:
            self._waiting = call.thread
            reason = f"The keychain did not answer within {self._limit:g} s; it may wait to be unlocked."
        except Exception as error:  # noqa: BLE001  # keyring's backends raise anything
            kind = type(error).__name__
            reason = REASONS.get(kind, f"The keychain failed ({kind}).")
        raise KeychainError(reason)  # out here it carries no exception of the backend's, whose text may hold the key


def _backend() -> KeyringBackend:
    """The machine's keychain; one that would keep keys in the clear, or nowhere, is none."""
    import keyring

    try:
        backend = keyring.get_keyring()
        parts: list[KeyringBackend] = list(getattr(backend, "backends", [backend]))
        best = max(parts, key=lambda part: part.priority, default=None)  # a chain would go on to a worse one in silence
    except (RuntimeError, ImportError, AttributeError):  # one that was forced, and is not there or not able
        raise KeychainError(NONE) from None
    if best is None or best.priority < TRUSTED:
        raise KeychainError(NONE)
    return best


class _Call(Generic[T]):
    """Work that may hang for ever, in a thread that ends with the process; the executor's would keep it alive."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[T] = self._loop.create_future()
        self.thread = threading.Thread(target=self._run, daemon=True, name="keychain")
        self.thread.start()

    def _run(self) -> None:
        try:
            answer = self._work()
        except BaseException as error:  # noqa: BLE001  # it is raised again where the answer is awaited
            self._tell(partial(self.answer.set_exception, error))
        else:
            self._tell(partial(self.answer.set_result, answer))

    def _tell(self, settle: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._settle, settle)

    def _settle(self, settle: Callable[[], None]) -> None:
        if not self.answer.done():  # nobody waits any more
            settle()
