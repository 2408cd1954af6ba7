"""The box for any identifier: who is here at each key, Dub once the typing rests, and Enter at any moment."""

from __future__ import annotations

from csv import DictReader
from functools import partial
from urllib.parse import unquote

import httpx
import pytest
from textual import events
from textual.pilot import Pilot

from dubtui.screens.customer_detail import CustomerDetail
from dubtui.screens.customer_edit import CustomerEdit
from dubtui.screens.lookup import Lookup
from dubtui.screens.lookup_batch import LookupBatch
from tests.faults import answers, fails, never_answers
from tests.screens.test_customer_list import customer_list, table
from tests.stage import PatientClock, Stage, opened, press, screen_text, until


def hits(pilot: Pilot[None]) -> list[str]:
    """The external IDs that are listed, in their order."""
    box = pilot.app.screen
    assert isinstance(box, Lookup)
    return [found.row.external_id or found.row.id for found in box._table._source.window(0, 1000) if found]


def asked(stage: Stage, since: int) -> list[str]:
    """What Dub was asked since then."""
    return [unquote(request.url.raw_path.decode()).partition("?")[0] for request in stage.transport.requests[since:]]


# Enter


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("user_8813", "Ada Lovelace"),
        ("ext_user_8813", "Ada Lovelace"),
        ("ada@analytical.example", "Ada Lovelace"),
        ("Ada Lovelace <ada@analytical.example>", "Ada Lovelace"),
        (" “user_8813”, ", "Ada Lovelace"),
        ("https://app.dub.co/acme/program/customers/ext_user_8813", "Ada Lovelace"),
        ("org/42", "org/42"),
        ("100%", "100%"),
        ("..", ".."),
        ("a#b", "a#b"),
        ("a?b", "a?b"),
        ("ext_7", "ext_7"),
        ("escape@hostile.example", "escape@hostile"),
    ],
)
async def test_any_identifier_opens_its_customer(stage: Stage, text: str, found: str) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", f"paste:{text}", "enter")
        assert isinstance(pilot.app.screen, CustomerDetail)
        assert found in screen_text(pilot)


async def test_a_dub_id_and_a_stripe_id_open_their_customer(stage: Stage) -> None:
    async with stage.client() as somebody:
        known = await somebody.get_customer("ext_user_8799")
    async with opened(stage) as pilot:
        for text in (known.id, f"https://dashboard.stripe.com/customers/{known.stripe_customer_id}"):
            await press(pilot, "i", f"paste:{text}", "enter")
            assert "Carl Friedrich Gauss" in screen_text(pilot)
            await press(pilot, "escape")


async def test_enter_before_the_answer_opens_the_right_one_when_it_comes(stage: Stage) -> None:
    stage.clock = PatientClock()
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers", never_answers)
        await press(pilot, "i")
        await pilot.press(*"user_7657", "enter")
        assert isinstance(pilot.app.screen, Lookup)
        stage.transport.mend()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CustomerDetail), "the detail")
        assert "user_7657" in screen_text(pilot)


@pytest.mark.parametrize(("text", "name"), [("user_8812", "Sophie Germain"), ("mailto:ada@analytical.example", "Ada")])
async def test_enter_may_come_with_what_is_pasted(stage: Stage, text: str, name: str) -> None:
    """As one chunk over a slow line; nobody who was opened before is opened in its place."""
    async with opened(stage) as pilot:
        await press(pilot, "down", "down", "enter", "escape", "i")
        pilot.app.post_message(events.Paste(text))
        pilot.app.post_message(events.Key("enter", None))
        await pilot.pause()
        assert "lifetime value" in screen_text(pilot)
        assert name in screen_text(pilot).splitlines()[1]


async def test_enter_may_come_with_what_is_typed_into_a_choice(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "s")
        pilot.app.post_message(events.Paste("lifetime"))
        pilot.app.post_message(events.Key("enter", None))
        await pilot.pause()
        assert "by LTV, highest first" in screen_text(pilot)


async def test_enter_on_several_leaves_the_choice(stage: Stage) -> None:
    stage.clock = PatientClock(longest=0)
    async with stage.client() as somebody:
        await somebody.create_customer({"externalId": "second", "country": "DE", "email": "ada@analytical.example"})
    async with opened(stage) as pilot:
        await pilot.press("i", *"ada@analytical.example", "enter")
        await until(pilot, lambda: len(hits(pilot)) > 1, "both")
        assert set(hits(pilot)[:2]) == {"user_8813", "second"}
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CustomerDetail), "the detail")


async def test_a_guess_of_dubs_is_not_opened_unseen(stage: Stage) -> None:
    stage.clock = PatientClock(longest=0)
    async with opened(stage) as pilot:
        await pilot.press("i", *"galois nobody", "enter")
        await until(pilot, lambda: "Dub's search" in screen_text(pilot), "the answer")
        assert isinstance(pilot.app.screen, Lookup)


# At each key


PARTS = (("germa", "user_8812"), ("8813", "user_8813"), ("lq", "user_8813"), ("difference", "user_8723"))


async def test_who_is_here_is_found_by_any_part_without_a_request(stage: Stage) -> None:
    stage.clock = PatientClock(longest=0)
    async with opened(stage) as pilot:
        before = len(stage.transport.requests)
        await pilot.press("i")
        for text, external_id in PARTS:
            await pilot.press("ctrl+u", *text)
            await until(pilot, partial(_lists, pilot, external_id), f"{external_id} to be found")
        assert len(stage.transport.requests) == before, "nothing is sent while one types"


def _lists(pilot: Pilot[None], external_id: str) -> bool:
    return external_id in hits(pilot)


async def test_what_is_no_longer_wanted_is_cancelled(stage: Stage) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers", never_answers)
        before = len(stage.transport.requests)
        await press(pilot, "i")
        await pilot.press(*"user_7657")
        await until(pilot, lambda: len(stage.transport.requests) > before, "the first question")
        stage.transport.mend()
        await press(pilot, "ctrl+u", "paste:user_8813")
        assert hits(pilot) == ["user_8813"]
        await press(pilot, "escape")


async def test_each_reading_is_asked_for_once_the_typing_rests(stage: Stage) -> None:
    async with opened(stage) as pilot:
        before = len(stage.transport.requests)
        await press(pilot, "i", "paste:ext_a@b.example")
        assert sorted(asked(stage, before)) == [
            "/customers",
            "/customers",
            "/customers/ext_a@b.example",
            "/customers/ext_ext_a@b.example",
        ]


async def test_exact_ones_come_first_and_say_so(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "L", "i", "paste:user_76")
        assert "Nobody has exactly this" in screen_text(pilot)
        parts = hits(pilot)
        assert len(parts) > 5
        await press(pilot, "paste:57")
        assert hits(pilot)[0] == "user_7657"
        assert "= external ID" in screen_text(pilot)


async def test_a_typing_mistake_is_forgiven_when_nothing_else_matches(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", "paste:lovelase")
        assert hits(pilot) == ["user_8813"]
        assert "similar" in screen_text(pilot)


async def test_it_says_what_it_covers_and_what_it_could_not_look_for(stage: Stage) -> None:
    async with opened(stage, size=(120, 40)) as pilot:
        await press(pilot, "i", "paste:qwertz-4711")
        assert "Parts are found among the 100 of 312 here; L in" in screen_text(pilot)
        await press(pilot, "ctrl+u", "paste:cus_Na6dX7aXxi11N4")
        assert "Stripe IDs and links are found among the 100 of 312 here" in screen_text(pilot)


async def test_kinds_can_be_looked_at_alone(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "L", "i", "paste:ada")
        everybody = hits(pilot)
        await press(pilot, "tab")
        names = hits(pilot)
        assert f"{len(names)} names" in screen_text(pilot)
        assert 0 < len(names) < len(everybody)
        await press(pilot, "tab", "tab", "tab")
        assert hits(pilot) == everybody


# In the rows


async def test_rows_are_copied_edited_and_pinned(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", "paste:user_87", "down")
        second = hits(pilot)[1]
        await press(pilot, "y")
        assert pilot.app.clipboard == second
        await press(pilot, "ctrl+t", "escape", "i")
        assert hits(pilot) == [second]
        assert "pinned" in screen_text(pilot)
        await press(pilot, "down", "e")
        assert isinstance(pilot.app.screen, CustomerEdit)


async def test_typing_goes_on_in_the_box(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", "paste:user_87", "down", "type:4", "type:6")
        assert hits(pilot) == ["user_8746"]
        await press(pilot, "down", "up")
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "typed"


# Who was opened


async def test_it_opens_on_whom_one_opened_last_and_minus_leads_there(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "enter", "escape", "down", "enter", "escape", "i")
        assert hits(pilot) == ["user_8812", "user_8813"]
        await press(pilot, "escape", "home", "minus")
        assert "Sophie Germain" in screen_text(pilot)


async def test_who_was_opened_at_another_time_is_fetched_and_who_is_gone_is_forgotten(stage: Stage) -> None:
    async with opened(stage) as pilot:
        workspace = customer_list(pilot).workspace
        assert workspace is not None
        async with stage.client() as somebody:
            known = await somebody.get_customer("ext_user_7657")
        await workspace.desk.note_opened(known.id, 1)
        await workspace.desk.note_opened("cus_gone", 2)
        await press(pilot, "i")
        assert hits(pilot) == ["user_7657"]
        assert [recent.customer_id for recent in workspace.desk.recents] == [known.id]


# Trouble


async def test_trouble_is_told_and_who_is_here_stays(stage: Stage) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers", fails(httpx.ConnectError))
        await press(pilot, "i", "paste:user_87")
        assert "Dub cannot be reached" in screen_text(pilot)
        assert hits(pilot)
        await press(pilot, "ctrl+u", "paste:escape@hostile.example")
        assert hits(pilot) == []
        stage.transport.mend()
        await press(pilot, "enter")
        assert "lifetime value" in screen_text(pilot)


# Several lines


LINES = "user_8813\n\n“user_7657”,\nnobody-4711\nbernoulli@basel.example\nuser_8813\n"


async def test_several_lines_are_a_table(stage: Stage) -> None:
    async with opened(stage) as pilot:
        await press(pilot, "i", f"paste:{LINES}")
        assert isinstance(pilot.app.screen, LookupBatch)
        text = screen_text(pilot)
        for words in ("5 lines", "3 found", "1 missing", "1 ambiguous", "2 customers"):
            assert words in text
        await press(pilot, "A")
        assert "marked 2 customers" in screen_text(pilot)
        await press(pilot, "end", "up", "enter", "enter")
        assert "lifetime value" in screen_text(pilot)
        await press(pilot, "escape")
        assert "2 marked" in screen_text(pilot)
        assert len(table(pilot)._marks) == 2  # type: ignore[arg-type]


async def test_the_table_is_written_to_a_file(stage: Stage) -> None:
    file = stage.home / "lookups.csv"
    async with opened(stage) as pilot:
        await press(pilot, "i", f"paste:{LINES}", "x", "ctrl+u", f"paste:{file}", "enter")
        assert "wrote" in screen_text(pilot)
    with file.open(encoding="utf-8", newline="") as lines:
        told = [(row["pasted"], row["result"], row["externalId"]) for row in DictReader(lines)]
    assert told[:3] == [
        ("user_8813", "found", "user_8813"),
        ("“user_7657”,", "found", "user_7657"),
        ("nobody-4711", "missing", ""),
    ]
    assert [result for _, result, _ in told[3:]] == ["ambiguous", "ambiguous", "found"]


async def test_lines_that_could_not_be_asked_for_are_asked_for_again(stage: Stage) -> None:
    async with opened(stage) as pilot:
        stage.transport.on("GET", "/customers/", answers(401))
        await press(pilot, "i", f"paste:{LINES}")
        assert "Dub refused the key" in screen_text(pilot)
        assert "5 open" in screen_text(pilot)
        stage.transport.mend()
        await press(pilot, "r")
        assert "3 found" in screen_text(pilot)
        await press(pilot, "escape")
        assert "newest first" in screen_text(pilot)
