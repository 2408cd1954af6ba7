"""Keychains of every character, each a backend of keyring's (PYTHON_KEYRING_BACKEND names one)."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class InMemory(KeyringBackend):
    """As good as the operating system's."""

    priority: float = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[f"{service} {username}"] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("No such password!")


class InFile(InMemory):
    """One that another process finds again."""

    def __init__(self) -> None:
        super().__init__()
        self._path = Path.home() / "keyring.json"
        if self._path.exists():
            self.kept = json.loads(self._path.read_text())

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        self._path.write_text(json.dumps(self.kept))

    def delete_password(self, service: str, username: str) -> None:
        super().delete_password(service, username)
        self._path.write_text(json.dumps(self.kept))


class Plaintext(InMemory):
    """Keeps keys in the clear, and says so by its priority."""

    priority = 0.5


class Unsure(InMemory):
    """Cannot even say what it is worth."""

    @property
    def priority(self) -> float:  # type: ignore[override]
        raise RuntimeError("The Secret Service daemon is neither running nor activatable through D-Bus")


class Forgetful(InMemory):
    """Takes everything and has nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class Talkative(InMemory):
    """Fails with the key in its words, and with what is no exception of keyring's."""

    def __init__(self, failure: Exception | None = None) -> None:
        super().__init__()
        self._failure = failure

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self._failure or OSError(1783, "CredWrite", f"bad data: {password}")

    def get_password(self, service: str, username: str) -> str | None:
        raise self._failure or OSError(1783, "CredRead")


class Silent(InMemory):
    """Waits behind a prompt until somebody answers it."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()
        self.prompts = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.prompts += 1
        self.answered.wait()
        return super().get_password(service, username)
