"""A clean environment: nothing of this machine's settings, keys or look reaches a test."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import stillness

settings.register_profile("dubtui", deadline=None)  # times belong in benchmarks
settings.load_profile("dubtui")
KEPT = "TEXTUAL_SNAPSHOT_TEMPDIR"
"""The picture plugin's own."""
for _name in list(os.environ):
    if _name in ("NO_COLOR", "DUB_API_KEY") or (_name.startswith(("TEXTUAL_", "DUBTUI_")) and _name != KEPT):
        del os.environ[_name]
gc.set_threshold(20_000, 20, 20)  # a tenth of the tests' time went into looking for what is kept
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture(autouse=True, scope="session")
def _stillness() -> Iterator[None]:
    with stillness.patched():
        yield


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own for each test."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
