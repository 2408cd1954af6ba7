"""Every face of every screen, as a picture that somebody looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.stories import STORIES, Story, app_of

CASES = [
    pytest.param(story, size, theme, id=f"{story.name}-{size[0]}x{size[1]}-{theme}")
    for story in STORIES
    for theme in story.themes
    for size in story.sizes
    if theme == "ink" or size == (120, 40)
]


class SnapCompare(Protocol):
    """The snapshot plugin's fixture."""

    def __call__(self, app: App[None], *, terminal_size: tuple[int, int], run_before: object) -> bool: ...


@pytest.mark.parametrize(("story", "size", "theme"), CASES)
def test_looks_as_it_did(
    story: Story, size: tuple[int, int], theme: str, snap_compare: SnapCompare, tmp_path: Path
) -> None:
    stage = story.stage(tmp_path)

    async def play(pilot: Pilot[None]) -> None:
        await story.play(pilot, stage)

    assert snap_compare(app_of(story, stage, theme), terminal_size=size, run_before=play)
