"""The list: what keys ask of Dub, and what one sees of the answers."""

from __future__ import annotations

import httpx
import pytest
from textual.pilot import Pilot

from dubtui.customers.browsing import Coverage
from dubtui.display.figures import milliseconds
from dubtui.fields import CustomerRow
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.sign_in import SignIn
from dubtui.session import Options
from dubtui.widgets.line_table import LineTable
from tests.faults import answers, error, fails, never_answers
from tests.stage import NOW, PatientClock, Stage, opened, press, screen_text, too_fast, until


def queries(stage: Stage) -> list[dict[str, str]]:
    """What the list was asked for, so far."""
    return [dict(request.url.params) for request in stage.transport.requests if request.url.path == "/customers"]


def customer_list(pilot: Pilot[None]) -> CustomerList:
    """The list, whatever stands above it."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, CustomerList))


def table(pilot: Pilot[None]) -> LineTable[CustomerRow]:
    """Its rows."""
    return customer_list(pilot).table


def coverage(pilot: Pilot[None]) -> Coverage:
    """What its header says."""
    workspace = customer_list(pilot).workspace
    assert workspace is not None
    return workspace.browsing.coverage


async def test_asks_for_the_first_page_with_the_expanded_fields(stage: Stage) -> None:
    async with opened(stage) as pilot:
        newest = {"sortBy": "createdAt", "sortOrder": "desc", "page": "1", "pageSize": "100"}
        assert queries(stage) == [newest | {"includeExpandedFields": "true"}]
        assert coverage(pilot) == Coverage(known=100, total=312)


async def test_pages_come_behind_the_cursor_until_all_is_here(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "pagedown", "pagedown")
        assert [query["page"] for query in queries(stage)] == ["1", "2"]
        await press(pilot, "end", "end", "end")
        assert [query["page"] for query in queries(stage)] == ["1", "2", "3", "4"]
        assert coverage(pilot) == Coverage(known=312, total=312, as_of=milliseconds(NOW))
        await press(pilot, "home", "end")
        assert len(queries(stage)) == 4, "what is complete is not asked for again"


async def test_the_list_is_the_store(stage: Stage) -> None:
    """Whatever changes in the store is seen, without anybody telling the list."""
    async with opened(stage) as pilot:
        workspace = customer_list(pilot).workspace
        assert workspace is not None
        async with stage.client() as somebody:
            await somebody.update_customer("ext_user_8812", {"name": "Changed Elsewhere"})
            changed = await somebody.get_customer("ext_user_8812")
        assert "Changed Elsewhere" not in screen_text(pilot)
        await workspace.store.put([changed], asked_at=2**50)
        await pilot.pause()
        assert "Changed Elsewhere" in screen_text(pilot)
        await workspace.store.remove([changed.id], at=2**50)
        await pilot.pause()
        assert "Changed Elsewhere" not in screen_text(pilot)


async def test_a_customer_looked_up_far_down_is_no_island(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", "type:escape@hostile.example", "enter", "escape")
        assert coverage(pilot).known > 100
        assert table(pilot)._source.__len__() == 100
        await press(pilot, "end", "end", "end")
        assert table(pilot)._source.__len__() == 312


@pytest.mark.parametrize(
    ("keys", "asked", "first"),
    [
        (("s", "type:lifetime", "enter"), {"sortBy": "saleAmount", "sortOrder": "desc"}, None),
        (("s", "type:lifetime", "enter", "S"), {"sortBy": "saleAmount", "sortOrder": "asc"}, None),
        (("S",), {"sortBy": "createdAt", "sortOrder": "asc"}, None),
        (("s", "type:name", "enter"), None, "Abu'l-Wafa"),
        (("s", "type:first", "enter", "S"), None, None),
    ],
    ids=["lifetime value", "turned round", "oldest first", "by name is ours", "nulls last is ours"],
)
async def test_sorts_as_dub_where_dub_can(
    stage: Stage, keys: tuple[str, ...], asked: dict[str, str] | None, first: str | None
) -> None:
    async with opened(stage) as pilot:
        before = len(queries(stage))
        await press(pilot, *keys)
        last = queries(stage)[-1]
        if asked is not None:
            assert {key: last[key] for key in asked} == asked
            return
        workspace = customer_list(pilot).workspace
        assert workspace is not None
        assert workspace.browsing.is_local
        assert "here" in screen_text(pilot)
        assert all(query["sortBy"] != "name" for query in queries(stage)[before:])


async def test_a_local_order_is_sorted(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "end", "end", "end", "s", "type:name", "enter")
        names = [row.name for row in table(pilot)._source.window(0, 312) if row]
        real = [name for name in names if name]
        assert names[: len(real)] == real, "nameless ones come last"
        assert not customer_list(pilot).workspace.browsing.is_local  # type: ignore[union-attr]


async def test_filters_what_is_here_without_a_request(stage: Stage) -> None:
    async with opened(stage) as pilot:
        before = len(stage.transport.requests)
        await press(pilot, "slash", "type:GERMAIN")
        assert len(table(pilot)._source) == 1
        await press(pilot, "escape")
        assert len(table(pilot)._source) == 100
        row = table(pilot).row
        assert row is not None
        assert (row.external_id, table(pilot).cursor) == ("user_8812", 1), "the cursor stays on the customer"
        assert len(stage.transport.requests) == before


async def test_enter_has_dub_look_too(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "slash", "type:thief", "enter")
        assert queries(stage)[-1]["search"] == "thief"
        assert "Dub found 1 customer" in screen_text(pilot)
        assert "title@hostile" in screen_text(pilot), "it was not among the first hundred"


async def test_refresh_shows_what_changed_and_keeps_the_cursor(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *["down"] * 5)
        held = table(pilot).row
        assert held is not None
        async with stage.client() as somebody:
            await somebody.create_customer({"externalId": "brand-new", "country": "DE", "name": "Brand New"})
            await somebody.update_customer("ext_user_8812", {"name": "Changed Elsewhere"})
            await somebody.delete_customer("ext_user_8801")
        await press(pilot, "r")
        text = screen_text(pilot)
        assert "Brand New" in text
        assert "Changed Elsewhere" in text
        assert "Emmy Noether" not in text
        row = table(pilot).row
        assert row is not None
        assert (row.id, coverage(pilot).total) == (held.id, 312)


async def test_trouble_stays_until_the_next_try(stage: Stage) -> None:
    stage.transport.on("GET", "/customers", fails(httpx.ConnectError))
    async with opened(stage) as pilot:
        assert "Dub cannot be reached" in screen_text(pilot)
        stage.transport.mend()
        await press(pilot, "r")
        assert "Dub cannot be reached" not in screen_text(pilot)
        assert "Ada Lovelace" in screen_text(pilot)


async def test_rows_stay_usable_in_trouble(stage: Stage) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers", answers(502, html="<h1>no</h1>"))
        await press(pilot, "end")
        assert "Dub is in trouble" in screen_text(pilot)
        await press(pilot, "home", "enter")
        assert "Ada Lovelace" in screen_text(pilot)


async def test_a_refused_key_can_be_replaced(stage: Stage) -> None:
    stage.transport.on("GET", "/customers", error(401, "unauthorized", "Unauthorized: Invalid API key."))
    async with opened(stage) as pilot:
        assert "Dub refused the key" in screen_text(pilot)
        stage.transport.mend()
        await press(pilot, "c")
        assert isinstance(pilot.app.screen, SignIn)
        await press(pilot, "down", "down", "down", "enter")
        assert "Ada Lovelace" in screen_text(pilot)


async def test_copies_the_external_id(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "y")
        assert pilot.app.clipboard == "user_8813"
        assert "copied user_8813" in screen_text(pilot)


async def test_escape_never_quits(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "slash", "type:ada", "down", "escape", "escape", "escape")
        assert pilot.app.is_running
        assert len(table(pilot)._source) == 100


async def test_opens_on_what_was_asked_for_on_the_command_line(stage: Stage) -> None:
    async with opened(stage, open_at="user_8799") as pilot:
        assert "Carl Friedrich Gauss" in screen_text(pilot)
        assert "lifetime value" in screen_text(pilot)


async def test_an_unknown_key_changes_nothing(stage: Stage) -> None:
    async with opened(stage) as pilot:
        before = screen_text(pilot)
        await press(pilot, "Z", "ctrl+t", "f9")
        assert screen_text(pilot) == before


@pytest.mark.parametrize("keys", [("question_mark",), ("colon",), ("ctrl+p",)])
async def test_an_action_can_be_taken_by_its_name(stage: Stage, keys: tuple[str, ...]) -> None:
    async with opened(stage) as pilot:
        await press(pilot, *keys, "type:copy", "enter")
        assert pilot.app.clipboard == "user_8813"


async def test_a_wait_is_counted_down_and_left(stage: Stage) -> None:
    stage.clock = PatientClock()
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers", too_fast(24), times=1)
        await pilot.press("end")
        await until(pilot, lambda: "going on in 25 s" in screen_text(pilot), "the countdown")
        assert "The 100 customers here stay usable." in screen_text(pilot)
        await press(pilot, "escape")
        assert "going on in" not in screen_text(pilot)
        assert len(queries(stage)) == 2, "what is no longer wanted is not asked for"


async def test_a_first_wait_that_is_left_says_how_to_go_on(stage: Stage) -> None:
    stage.clock = PatientClock()
    stage.transport.on("GET", "/customers", too_fast(24), times=1)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "going on in" in screen_text(pilot), "the countdown")
        await press(pilot, "escape")
        assert "Stopped. r asks Dub again" in screen_text(pilot)


async def test_everybody_is_fetched_and_any_order_is_no_longer_ours_alone(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "s", "type:name", "enter")
        assert "of the 100 here" in screen_text(pilot)
        await press(pilot, "L")
        assert coverage(pilot) == Coverage(known=312, total=312, as_of=milliseconds(NOW))
        assert "all 312 customers are here" in screen_text(pilot)
        assert len(table(pilot)._source) == 312
        assert "of the" not in screen_text(pilot).splitlines()[1]


async def test_fetching_everybody_can_be_stopped_and_taken_up(stage: Stage) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers", never_answers)
        asked = len(stage.transport.requests)
        await pilot.press("L")
        await until(pilot, lambda: len(stage.transport.requests) > asked, "its first request")
        await press(pilot, "L")
        assert "L goes on with it" in screen_text(pilot)
        stage.transport.mend()
        await press(pilot, "L")
        assert "all 312 customers are here" in screen_text(pilot)


async def test_what_was_kept_is_there_at_once_and_the_newest_join_it(stage: Stage) -> None:
    stage.options = Options(environment={"DUB_API_KEY": "dub_demo"})
    (stage.home / "settings.toml").write_text("keep = true\n")
    async with opened(stage) as pilot:
        await press(pilot, "L")
    async with stage.client() as somebody:
        await somebody.create_customer({"externalId": "brand_new", "country": "DE", "name": "Brand New"})
    stage.transport.on("GET", "/customers", fails(httpx.ConnectError))
    async with opened(stage) as pilot:
        assert len(table(pilot)._source) == 312
        assert "Dub cannot be reached" in screen_text(pilot)
        stage.transport.mend()
        await press(pilot, "r", "home")
        assert len(table(pilot)._source) == 313
        assert "brand_new" in screen_text(pilot)
