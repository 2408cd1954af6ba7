"""`python -m tests.make_screenshots`: the pictures of the README, from the same stories as the tests."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import tests.conftest  # noqa: F401  # the clean environment
from tests import stillness
from tests.stories import MEDIUM, NARROW, STORIES, app_of

FOLDER = Path(__file__).parent.parent / "screenshots"
SHOWN = {
    "list": MEDIUM,
    "detail": MEDIUM,
    "edit": NARROW,
    "review": NARROW,
    "lookup": NARROW,
    "sign-in": NARROW,
}


async def make(name: str, size: tuple[int, int]) -> None:
    """Play a story and write its picture."""
    story = next(story for story in STORIES if story.name == name)
    with tempfile.TemporaryDirectory() as home:
        stage = story.stage(Path(home))
        app = app_of(story, stage)
        async with app.run_test(size=size, notifications=True) as pilot:
            await story.play(pilot, stage)
            (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="dubtui"), "utf-8")


async def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name, size in SHOWN.items():
        await make(name, size)


if __name__ == "__main__":
    with stillness.patched():
        asyncio.run(main())
