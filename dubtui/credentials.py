"""The operating system's keychain: the only place where a key is kept, and the only importer of keyring."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from dubtui.api.token import Token

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "dubtui"
LIMIT = 3.0
"""Seconds; an unlock prompt that nobody answers would hang for ever."""


class KeychainError(Exception):
    """The keychain cannot be used; the text says why in a sentence."""


class Keychain:
    """Keys by account name."""

    def __init__(self, limit: float = LIMIT) -> None:
        self._limit = limit

    async def load(self, account: str) -> Token | None:
        """The key of an account; None where there is none."""
        text = await self._call(lambda backend: backend.get_password(SERVICE, account))
        return Token(text) if text else None

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
        try:
            return await _in_daemon_thread(lambda: work(_backend()), self._limit)
        except KeychainError:
            raise
        except TimeoutError:
            raise KeychainError(
                f"The keychain did not answer within {self._limit:g} s; it may wait to be unlocked."
            ) from None
        except Exception as error:  # noqa: BLE001  # keyring's backends raise anything
            raise KeychainError(_reason(error)) from None


NAMES = {
    "keyring.backends.SecretService": "the Secret Service keyring",
    "keyring.backends.libsecret": "the Secret Service keyring",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the macOS Keychain",
    "keyring.backends.Windows": "the Windows Credential Manager",
}


def _backend() -> KeyringBackend:
    """The machine's keychain; anything that would keep keys in the clear, or nowhere, is none."""
    import keyring

    backend = keyring.get_keyring()
    parts: list[KeyringBackend] = list(
        getattr(backend, "backends", [backend])
    )  # a chain keeps only what its best part keeps
    best = max(parts, key=lambda part: part.priority, default=None)
    if best is None or best.priority < 1:
        raise KeychainError("This machine has no keychain that can be used.")
    return best


def _reason(error: Exception) -> str:
    """Why, without the error's own text where that might hold a key."""
    kind = type(error).__name__
    if kind == "KeyringLocked" or kind == "InitError":
        return "The keychain is locked and could not be opened."
    if kind == "NoKeyringError":
        return "This machine has no keychain that can be used."
    return f"The keychain failed ({kind})."


async def _in_daemon_thread(work: Callable[[], T], limit: float) -> T:
    """Run what may hang for ever in a thread that ends with the process; raises TimeoutError."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(result)  # type: ignore[arg-type]
        else:
            answer.set_exception(error)

    def run() -> None:
        try:
            outcome: tuple[T | None, BaseException | None] = (work(), None)
        except BaseException as error:  # noqa: BLE001  # it is raised again where it is awaited
            outcome = (None, error)
        try:
            loop.call_soon_threadsafe(settle, *outcome)
        except RuntimeError:  # the loop ended first
            return

    threading.Thread(target=run, daemon=True, name="keychain").start()
    return await asyncio.wait_for(answer, limit)
