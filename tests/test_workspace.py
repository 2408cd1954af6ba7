"""An open workspace: where its changes are noted, and what is typed is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubtui.fields import Naming
from dubtui.session import Options, Workspace
from dubtui.store.drafts import Draft
from tests.stage import Stage

DRAFT = Draft("cus_1", {"name": "Ada King"}, b"{}", Naming.REAL, 0)
KEYED = Options(environment={"DUB_API_KEY": "dub_demo"})


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, KEYED)


async def opened(stage: Stage) -> Workspace:
    session = stage.session
    identity = await session.find()
    assert identity
    return await session.open(identity)


def files(stage: Stage) -> list[str]:
    """What is on disk."""
    return [path.name for path in stage.home.rglob("*") if path.is_file() and path.name != "settings.toml"]


async def test_the_journal_and_drafts_are_one_file_between_runs(stage: Stage) -> None:
    first = await opened(stage)
    await first.writer.create({"externalId": "org/new", "country": "GB"})
    first.drafts.keep(DRAFT)
    await first.aclose()
    assert files(stage) == ["journal.sqlite3"]
    second = await opened(stage)
    assert [entry.label for entry in await second.writer.entries()] == ["org/new"]
    assert second.drafts.find("cus_1") == DRAFT
    await second.aclose()


@pytest.mark.parametrize("demo", [True, False])
async def test_in_the_demo_and_without_a_journal_nothing_stays(stage: Stage, demo: bool) -> None:
    stage.options = Options(demo=True, environment={}) if demo else KEYED
    if not demo:
        (stage.home / "settings.toml").write_text("journal = false\n")
    workspace = await opened(stage)
    written = await workspace.writer.create({"externalId": "org/new", "country": "GB"})
    assert (written.entry is not None, workspace.writer.journal is not None) == (demo, demo)
    workspace.drafts.keep(DRAFT)
    assert workspace.drafts.find("cus_1") == DRAFT
    await workspace.aclose()
    assert files(stage) == []


async def test_each_workspace_has_entries_of_its_own(stage: Stage) -> None:
    first = await opened(stage)
    await first.writer.create({"externalId": "org/new", "country": "GB"})
    await first.aclose()
    stage.options = Options(environment={"DUB_API_KEY": "dub_other"})
    other = await opened(stage)
    assert await other.writer.entries() == []
    await other.aclose()
