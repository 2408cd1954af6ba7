"""Keys that come at once, as over a slow line, do what they do one after another."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot

from dubtui import typed_ahead
from dubtui.app import DubApp
from dubtui.screens.customer_list import CustomerList
from tests.stage import Stage, at_once, opened, screen_text, send

PATIENCE = 5.0
"""Seconds after which the store goes on all the same."""
ENTER, ESCAPE, DOWN, CTRL_S = "\r", "\x1b[27u", "\x1b[B", "\x13"
AT_ONCE = {
    "a filter, then somebody of it": (f"/gauss{ENTER}D", "Delete Carl Friedrich Gauss"),
    "a filter, down to its rows": (f"/goettingen{DOWN}{DOWN}{ENTER}", "All customers › Carl Friedrich Gauss"),
    "a filter, all of it marked": (f"/goettingen{ENTER}A", "◆ Carl"),
    "an order, then who comes first": (f"sname{ENTER}{ENTER}", "1 of 100"),
    "looked up": (f"iemmy{ENTER}", "All customers › Emmy Noether"),
    "looked up, then edited": (f"iuser_8801{ENTER}e", "Emmy Noether › Edit"),
    "looked up to be edited": (f"iemmy{DOWN}e", "Emmy Noether › Edit"),
    "pasted, then opened": (f"i\x1b[200~user_8801\x1b[201~{ENTER}", "All customers › Emmy Noether"),
    "a palette's action": (f":was changed{ENTER}", "Changes"),
    "a change, reviewed": (f"jjeX{CTRL_S}", "Edit › Review"),
    "in and out again": (f"{ENTER}{ESCAPE}jj{ENTER}", "3 of 100"),
    "one choice after another": (f" jb{ENTER}", "of 1 customer"),
}


@pytest.mark.parametrize(("keys", "seen"), AT_ONCE.values(), ids=AT_ONCE.keys())
async def test_keys_at_once_do_what_they_do_one_by_one(tmp_path: Path, keys: str, seen: str) -> None:
    async with opened(Stage(tmp_path)) as pilot:
        await at_once(pilot, keys)
        assert seen in screen_text(pilot)


DONE_TO_A_ROW = [("D", "Delete Carl Friedrich Gauss"), (" ", "◆ Carl"), ("A", "◆ Carl"), ("y", "in hand: user_8799")]


@pytest.mark.parametrize(("key", "seen"), DONE_TO_A_ROW)
async def test_what_is_done_to_a_row_waits_for_the_rows_that_were_asked_for(
    tmp_path: Path, key: str, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed_ahead, "LONGEST", 0.05)
    async with opened(Stage(tmp_path)) as pilot:
        app, rows = pilot.app, pilot.app.screen
        assert isinstance(app, DubApp)
        assert isinstance(rows, CustomerList)
        assert rows.workspace is not None
        goes_on = threading.Event()
        rows.workspace.store._thread.submit(goes_on.wait, PATIENCE)
        send(pilot, f"/gauss{ENTER}{key}")
        while app.typed or not app._message_queue.empty():  # noqa: ASYNC110  # it cannot be still yet
            await asyncio.sleep(typed_ahead.TICK)
        assert seen not in seen_and_copied(pilot)
        goes_on.set()
        await pilot.pause()
        assert seen in seen_and_copied(pilot)


def seen_and_copied(pilot: Pilot[None]) -> str:
    """What one reads on the screen, and has in the clipboard."""
    return f"{screen_text(pilot)}\nin hand: {pilot.app.clipboard}"
