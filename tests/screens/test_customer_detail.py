"""One customer: shown at once, read again, left to its neighbours."""

from __future__ import annotations

from tests.faults import Gate
from tests.stage import Stage, opened, press, screen_text, until


async def test_shows_everything_that_dub_sent(stage: Stage) -> None:
    async with opened(stage, size=(120, 90)) as pilot:
        await press(pilot, "enter")
        text = screen_text(pilot)
        for word in (
            "Ada Lovelace", "ada@analytical.example", "United Kingdom", "$1,204.00", "user_8813", "Charles Babbage",
            "20% for 12 months", "acme.example", "45 minutes", '"couponId"', '"stripeCustomerId"',
        ):  # fmt: skip
            assert word in text, word


async def test_reads_it_again(stage: Stage) -> None:
    async with opened(stage) as pilot:
        async with stage.client() as somebody:
            await somebody.update_customer("ext_user_8813", {"name": "Ada King"})
        await press(pilot, "enter")
        assert "Ada King" in screen_text(pilot)
        assert [request.url.path for request in stage.transport.requests][-1].startswith("/customers/cus_")


async def test_next_and_previous_without_going_back(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "enter", "J", "J")
        assert "3 of 100" in screen_text(pilot)
        await press(pilot, "K")
        assert "Sophie Germain" in screen_text(pilot)
        await press(pilot, "K", "K", "K")
        assert "1 of 100" in screen_text(pilot), "there is nothing before the first"
        await press(pilot, "J", "escape", "y")
        assert pilot.app.clipboard == "user_8812", "the list's cursor went along"


async def test_one_that_is_gone_says_so(stage: Stage) -> None:
    async with opened(stage) as pilot:
        async with stage.client() as somebody:
            await somebody.delete_customer("ext_user_8813")
        await press(pilot, "enter")
        assert "No such customer" in screen_text(pilot)
        await press(pilot, "e")
        assert "ctrl+s" not in screen_text(pilot), "nothing to edit"
        await press(pilot, "escape")
        assert "ada@analytical" not in screen_text(pilot)


async def test_hostile_text_is_shown_as_text(stage: Stage) -> None:
    async with opened(stage, size=(120, 60)) as pilot:
        for address in ("escape", "stray", "link", "nul", "lines", "bidi"):
            await press(pilot, "i", f"paste:{address}@hostile.example", "enter")
            assert f"{address}@hostile.example" in screen_text(pilot)
            assert "\x1b" not in screen_text(pilot)
            assert "\u202e" not in screen_text(pilot)
            await press(pilot, "escape")


async def test_what_was_typed_and_not_saved_is_told(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "e", "type:x", "escape", "k", "enter")
        assert "Typed and not saved" in screen_text(pilot)
        await press(pilot, "J")
        assert "Typed and not saved" not in screen_text(pilot)
        await press(pilot, "K", "e", "d", "escape")
        assert "Typed and not saved" not in screen_text(pilot)


async def test_what_is_under_way_ends_before_the_widgets_go(stage: Stage) -> None:
    """An answer that comes while one leaves finds nothing to be shown in."""
    gate = Gate()
    stage.transport.on("GET", "/customers/cus_", gate)
    async with opened(stage) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: gate.waiting == 1, "the reading")
        detail = pilot.app.screen
        detail.dismiss(None)
        assert [worker.name for worker in pilot.app.workers if worker.node is detail and not worker.is_cancelled] == []
        gate.let_through()
        await pilot.pause()
        assert "newest first" in screen_text(pilot)
