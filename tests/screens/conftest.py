"""A session on the demo for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """The demo behind a transport that can misbehave."""
    return Stage(tmp_path)
