"""Commands run in this process, on the demo behind a transport that can misbehave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dubtui.cli.root import outcome
from dubtui.session import Options, Session
from tests.stage import Stage


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left: its exit code, its data and its talk."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs commands on a stage."""

    stage: Stage
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Ended:
        code = outcome(list(arguments), self._session)
        written = self.capture.readouterr()
        return Ended(code, written.out, written.err)

    def _session(self, options: Options) -> Session:
        return replace(self.stage, options=options).session


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """The demo behind a transport that can misbehave."""
    return Stage(tmp_path)


@pytest.fixture
def run(stage: Stage, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line on it."""
    return CommandLine(stage, capsys)


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment."""
    monkeypatch.setenv("DUB_API_KEY", "dub_demo")
