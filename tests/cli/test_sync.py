"""`dubtui sync`: only where somebody wants customers kept, killed at any moment, and away again."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from dubtui.session import Options
from tests.cli.conftest import CommandLine
from tests.cli.installed import DUBTUI, PATIENCE, dubtui, environment, served
from tests.stage import Stage


@pytest.fixture
def kept(stage: Stage) -> Path:
    """Where customers are kept."""
    return stage.home / "kept"


def test_nothing_is_kept_unasked(run: CommandLine, keyed: None, kept: Path) -> None:
    ended = run("sync")
    assert ended.code == 2
    assert "dubtui sync --keep" in ended.err
    assert not kept.exists()


def test_nothing_of_the_demo_is_kept(run: CommandLine, kept: Path) -> None:
    ended = run("sync", "--keep", "--demo")
    assert (ended.code, ended.err) == (2, "Nothing of the demo is kept.\n")
    assert not kept.exists()


def test_nobody_is_signed_in(run: CommandLine) -> None:
    ended = run("sync", "--keep")
    assert ended.code == 4
    assert "Nobody is signed in" in ended.err


def test_all_is_kept_and_forgotten(run: CommandLine, keyed: None, kept: Path) -> None:
    ended = run("sync", "--keep")
    assert ended.code == 0
    assert ended.err.startswith("312 customers kept, as of 9:41 PM: ")
    (copy,) = kept.glob("*.sqlite3")
    assert str(copy) in ended.err
    assert run("sync", "--forget").err == "Deleted what was kept of 'DUB_API_KEY'.\n"
    assert not list(kept.iterdir())
    assert run("sync", "--forget").err == "Nothing of 'DUB_API_KEY' is kept.\n"


def test_the_setting_is_enough(run: CommandLine, stage: Stage, keyed: None, kept: Path) -> None:
    (stage.home / "settings.toml").write_text("keep = true\n")
    assert run("sync").code == 0
    assert list(kept.glob("*.sqlite3"))


def test_both_ways_at_once(run: CommandLine, keyed: None) -> None:
    assert run("sync", "--keep", "--forget").code == 2


async def test_signing_out_forgets_what_was_kept(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.options = Options(environment={})
    session = stage.session
    identity = await session.keep(session.typed_identity(session.demo_identity().token, "acme"))
    workspace = await session.open(identity, with_copy=True)
    await workspace.aclose()
    assert session.is_kept(identity)
    session.forget_copy(identity.id)
    assert not session.is_kept(identity)


def test_a_kill_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    with served("--seed-size", "3000", "--fault", "slow:path=/customers,seconds=0.02") as address:
        env = environment(tmp_path, DUB_API_KEY="dub_demo", DUBTUI_API_URL=address)
        copies = tmp_path / ".local" / "share" / "dubtui" / "customers"
        with subprocess.Popen([DUBTUI, "sync", "--keep"], env=env, stderr=subprocess.DEVNULL) as process:
            end = time.monotonic() + PATIENCE
            while not any(file.stat().st_size > 100_000 for file in copies.glob("*-wal")):
                assert process.poll() is None, "it ended before it was killed"
                assert time.monotonic() < end
                time.sleep(0.01)
            process.kill()
        ended = dubtui(env, "sync", "--keep")
    assert ended.returncode == 0, ended.stderr
    first, second = ended.stderr.splitlines()
    assert first == "Going on where the last one was stopped."
    assert second.startswith("3,000 customers kept")
