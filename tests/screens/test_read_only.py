"""Read-only: from the start where that is set, switched at any moment, and no key writes while it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dubtui.session import Options
from tests.screens.test_customer_list import customer_list
from tests.stage import Stage, opened, press, screen_text

KEYED = {"DUB_API_KEY": "dub_demo"}


@pytest.fixture
def keyed(stage: Stage) -> Stage:
    """With a key in the environment, so that settings are kept."""
    return replace(stage, options=Options(environment=KEYED))


async def test_it_is_switched_live(stage: Stage) -> None:
    async with opened(stage) as pilot:
        assert "READ-ONLY" not in screen_text(pilot)
        await press(pilot, "W")
        assert "READ-ONLY" in screen_text(pilot)
        await press(pilot, "W")
        assert "READ-ONLY" not in screen_text(pilot)
        assert "writing is allowed" in screen_text(pilot)


async def test_production_starts_read_only_and_asks_before_it_is_written_to(keyed: Stage) -> None:
    async with opened(keyed) as pilot:
        await press(pilot, "colon", "type:this workspace is production", "enter")
        assert "PROD" in screen_text(pilot)
        assert "READ-ONLY" in screen_text(pilot)
    async with opened(keyed) as pilot:
        assert "READ-ONLY" in screen_text(pilot)
        await press(pilot, "W", "enter")
        assert "READ-ONLY" in screen_text(pilot)
        await press(pilot, "W", "w")
        assert "READ-ONLY" not in screen_text(pilot)
        workspace = customer_list(pilot).workspace
        assert workspace is not None
        assert not workspace.client.read_only
    async with opened(keyed) as pilot:
        assert "READ-ONLY" in screen_text(pilot), "it was allowed for that run"
        await press(pilot, "colon", "type:no production", "enter")
        assert "PROD" not in screen_text(pilot)
        assert "READ-ONLY" not in screen_text(pilot)


async def test_a_workspace_starts_as_it_is_set(keyed: Stage) -> None:
    async with opened(keyed) as pilot:
        await press(pilot, "colon", "type:start here read", "enter")
        assert "READ-ONLY" not in screen_text(pilot), "the next time"
    async with opened(keyed) as pilot:
        assert "READ-ONLY" in screen_text(pilot)
    for wanted, is_read_only in ((True, True), (False, False)):
        async with opened(replace(keyed, options=Options(environment=KEYED, read_only=wanted))) as pilot:
            assert ("READ-ONLY" in screen_text(pilot)) == is_read_only
