"""Named states of the app: the pictures in tests and in `screenshots/` both come from these."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from textual.pilot import Pilot
from textual.widgets import Input

from dubtui.app import DubApp
from dubtui.screens.base import Framed
from dubtui.session import Options
from tests.faults import answers, error, fails, never_answers, passes
from tests.stage import FakeKeychain, PatientClock, Stage, press, too_fast

Act = Callable[[Pilot[None], Stage], Awaitable[None]]

NARROW = (80, 24)
MEDIUM = (120, 40)
SMALL = (60, 20)


@dataclass(frozen=True, slots=True)
class Story:
    """How a state is set up and reached: by faults, then by keys."""

    name: str
    keys: tuple[str, ...] = ()
    prepare: Callable[[Stage], None] = lambda stage: None
    act: Act | None = None
    sizes: tuple[tuple[int, int], ...] = (NARROW, MEDIUM)
    themes: tuple[str, ...] = ("ink",)

    def stage(self, home: Path) -> Stage:
        """What it plays on."""
        stage = Stage(home)
        self.prepare(stage)
        return stage

    async def play(self, pilot: Pilot[None], stage: Stage) -> None:
        """Bring an app that has just started into the state."""
        await pilot.pause()
        await press(pilot, *self.keys)
        if self.act:
            await self.act(pilot, stage)
        await pilot.pause()
        await _hold_still(pilot)


async def _hold_still(pilot: Pilot[None]) -> None:
    """Bring up to date what changes with the seconds, however many have gone by."""
    for screen in pilot.app.screen_stack:
        for box in screen.query(Input):
            box.cursor_blink = False
        if isinstance(screen, Framed):
            screen.tick()
    await pilot.pause()


def app_of(story: Story, stage: Stage, theme: str = "ink") -> DubApp:
    """The app of a story."""
    app = stage.app()
    app.theme = theme
    return app


def _signed_out(stage: Stage) -> None:
    stage.options = Options(environment={})


def _no_keychain(stage: Stage) -> None:
    _signed_out(stage)
    stage.keychain = FakeKeychain("This machine has no keychain that can be used.")


def _wrong_key(stage: Stage) -> None:
    stage.transport.on("GET", "/customers", error(401, "unauthorized", "Unauthorized: Invalid API key."))


def _wrong_key_typed(stage: Stage) -> None:
    _signed_out(stage)
    _wrong_key(stage)


def _no_network(stage: Stage) -> None:
    stage.transport.on("GET", "/customers", fails(httpx.ConnectError, "Connection refused"))


def _silent(stage: Stage) -> None:
    stage.transport.on("GET", "/customers", never_answers)


def _empty(stage: Stage) -> None:
    stage.transport.on("GET", "/customers/count", answers(200, json=0))
    stage.transport.on("GET", "/customers", answers(200, json=[]))


async def _second_page_in_html(pilot: Pilot[None], stage: Stage) -> None:
    stage.transport.on("GET", "/customers", answers(502, html="<h1>Bad gateway</h1>"))
    await pilot.press("end")


async def _second_page_too_early(pilot: Pilot[None], stage: Stage) -> None:
    stage.transport.on("GET", "/customers", too_fast(24))
    await pilot.press("end")


async def _detail_too_early(pilot: Pilot[None], stage: Stage) -> None:
    stage.transport.on("GET", "/customers/", too_fast(24))
    await pilot.press("enter")


async def _look_up_without_network(pilot: Pilot[None], stage: Stage) -> None:
    stage.transport.on("GET", "/customers", fails(httpx.ConnectError, "Connection refused"))
    await press(pilot, "paste:user_8813")


def _patient(stage: Stage) -> None:
    stage.clock = PatientClock()


def _held_at_first(stage: Stage) -> None:
    _patient(stage)
    stage.transport.on("GET", "/customers", too_fast(24))


async def _to_hostile_rows(pilot: Pilot[None], stage: Stage) -> None:
    """The rows whose names hold escapes and markup, sorted together by their external IDs."""
    await press(pilot, "end", "end", "end", "slash", "type:hostile")


async def _open_one_with_escapes(pilot: Pilot[None], stage: Stage) -> None:
    await _to_hostile_rows(pilot, stage)
    await press(pilot, "down", "home", "enter")


async def _edit_one_with_escapes(pilot: Pilot[None], stage: Stage) -> None:
    await _open_one_with_escapes(pilot, stage)
    await press(pilot, "e")


async def _gone_meanwhile(pilot: Pilot[None], stage: Stage) -> None:
    async with stage.client() as somebody:
        await somebody.delete_customer("ext_user_8812")
    await pilot.press("r")


def _refusing(stage: Stage) -> None:
    words = "A customer with this external ID already exists."
    stage.transport.on("PATCH", "/customers", error(409, "conflict", words))


async def _changed_meanwhile(pilot: Pilot[None], stage: Stage) -> None:
    async with stage.client() as somebody:
        await somebody.update_customer("ext_user_8813", {"name": "Augusta Ada King", "email": "ada@king.example"})
    await press(pilot, "ctrl+s")


async def _kept_as_a_draft(pilot: Pilot[None], stage: Stage) -> None:
    await _changed_meanwhile(pilot, stage)
    await press(pilot, "escape", "escape", "k", "e")


def _undeletable(stage: Stage) -> None:
    stage.transport.on("DELETE", "/customers", error(403, "forbidden", "You are not allowed to do this."))


def _refusing_one(stage: Stage) -> None:
    stage.transport.on("PATCH", "/customers", passes, times=2)
    stage.transport.on("PATCH", "/customers", error(422, "unprocessable_entity", "Not this one."), times=1)


def _pausing(stage: Stage) -> None:
    """Dub wants to be left alone in the middle of a change of many."""
    _patient(stage)
    stage.transport.on("PATCH", "/customers", passes, times=4)
    stage.transport.on("PATCH", "/customers", too_fast(24))


async def _begin_many(pilot: Pilot[None], stage: Stage) -> None:
    await pilot.press("y")


EDITED = ("enter", "e", "end", "ctrl+u", "type:Ada King")
LOADED = ("end", "end", "end", "home")
"""Keys that have the whole workspace here."""
KEPT = ("V", "type:French", "enter")
KEPT_AGAIN = ("V", "type:oldest", "enter")
PASTED = "user_8813\nada@analytical.example\n“user_8812”,\n\nnobody-4711\norg/42\nbernoulli@basel.example\n"
BOTH_THEMES = ("ink", "paper")

PRODUCTION = ("colon", "type:this workspace is production", "enter", "W", "w")
MARKED = ("space", "space", "space", "down", "space", "down", "v", *["down"] * 9, "v")
UNSET = (*MARKED, "b", "type:unset stripe", "enter")
CREATED = ("n", "type:user_9001", "down", "type:united st", "right", "down", "type:Grace Hopper")
STORIES: tuple[Story, ...] = (
    Story("list", sizes=(NARROW, MEDIUM, SMALL, (100, 30), (160, 50)), themes=BOTH_THEMES),
    Story("list-further-down", ("pagedown", "pagedown", "down", "down")),
    Story("list-by-amount", ("s", "type:lifetime", "enter")),
    Story("list-filtered", ("slash", "type:ltv>500 country:DE")),
    Story("list-filter-mistaken", ("slash", "type:country:DE (ltv>abc")),
    Story("list-marked", ("space", "space", "down", "space", "v", "down", "down")),
    Story("list-columns", ("C", "down", "down", "space", "greater_than_sign")),
    Story("list-many-columns", ("C", *["down", "space"] * 9, "enter", "l", "l"), sizes=(NARROW,)),
    Story("list-sorted-by-two", ("s", "type:country", "enter", "s", "type:lifetime", "tab")),
    Story("list-without-preview", ("p",), sizes=(MEDIUM,)),
    Story("views", ("slash", "type:country:FR", "down", *KEPT, "F", "S", *KEPT_AGAIN, "V")),
    Story("views-new-name", ("V", "type:every lead")),
    Story("groups", (*LOADED, "number_sign"), themes=BOTH_THEMES),
    Story("groups-by-month", (*LOADED, *["number_sign"] * 5)),
    Story("export", ("space", "space", "x", "down", "right")),
    Story("filter-build", ("f", "type:country", "enter")),
    Story("filter-like", ("comma",)),
    Story("list-no-match", ("slash", "type:nobody of that name")),
    Story("list-asked-dub", ("slash", "type:Galois", "enter")),
    Story("list-hostile", act=_to_hostile_rows, sizes=(NARROW, MEDIUM, (160, 50))),
    Story("list-waiting", prepare=_silent),
    Story("list-held", prepare=_patient, act=_second_page_too_early),
    Story("list-held-at-first", prepare=_held_at_first),
    Story("detail-held", prepare=_patient, act=_detail_too_early),
    Story("list-empty", prepare=_empty),
    Story("list-trouble", prepare=_no_network),
    Story("list-key-refused", prepare=_wrong_key),
    Story("list-trouble-with-rows", act=_second_page_in_html),
    Story("list-too-small", sizes=((50, 12),)),
    Story("detail", ("enter",), themes=BOTH_THEMES),
    Story("detail-without-partner", ("down", "down", "enter")),
    Story("detail-hostile", act=_open_one_with_escapes),
    Story("edit-hostile", act=_edit_one_with_escapes),
    Story("detail-gone", ("down", "enter"), act=_gone_meanwhile),
    Story("edit", EDITED),
    Story("edit-untouched", ("enter", "e")),
    Story("edit-rule-broken", ("enter", "e", "tab", "end", "type: x", "ctrl+s")),
    Story("edit-leave", (*EDITED, "escape")),
    Story("review", (*EDITED, "tab", "tab", "end", "type:_new", "ctrl+s")),
    Story("conflict", EDITED, act=_changed_meanwhile),
    Story("detail-with-draft", (*EDITED, "escape", "k")),
    Story("draft", EDITED, act=_kept_as_a_draft),
    Story("edit-read-only", ("W", *EDITED)),
    Story("saved", (*EDITED, "ctrl+s", "y")),
    Story("refused", ("enter", "e", "tab", "tab", "end", "type:x", "ctrl+s", "y"), prepare=_refusing),
    Story("lookup", (*LOADED, "i", "paste:ada"), themes=BOTH_THEMES),
    Story("lookup-exact", ("i", "paste: “user_8813”,")),
    Story("lookup-recent", ("enter", "escape", "down", "enter", "escape", "i", "down", "ctrl+t")),
    Story("lookup-of-a-part", ("i", "paste:user_87", "pagedown")),
    Story("lookup-similar", (*LOADED, "i", "paste:lovelase")),
    Story("lookup-stripe", ("i", "paste:https://dashboard.stripe.com/customers/cus_Na6dX7aXxi11N4")),
    Story("lookup-of-several", ("i", f"paste:{PASTED}")),
    Story("lookup-miss", ("i", "paste:qwertz-4711")),
    Story("lookup-trouble", ("i",), act=_look_up_without_network),
    Story("journal", (*EDITED, "ctrl+s", "y", "escape", "D", "type:user_8813", "enter", "U", "down")),
    Story("journal-empty", ("U",)),
    Story("undo", (*EDITED, "ctrl+s", "y", "u")),
    Story("create", (*CREATED, "down", "type:grace@navy.example x")),
    Story("create-review", (*CREATED, "ctrl+s")),
    Story("created", (*CREATED, "ctrl+s", "y")),
    Story("delete", ("D", "type:user_88")),
    Story("delete-in-production", (*PRODUCTION, "D", "type:user_8813", "tab", "type:de"), sizes=(NARROW,)),
    Story("delete-refused", ("D", "type:user_8813", "enter"), prepare=_undeletable),
    Story("bulk-menu", (*MARKED, "b")),
    Story("bulk-value", (*MARKED, "b", "type:set country", "enter", "type:fr")),
    Story("bulk-plan", UNSET),
    Story("bulk-running", UNSET, prepare=_pausing, act=_begin_many),
    Story("bulk-failed", (*UNSET, "y"), prepare=_refusing_one),
    Story("bulk-delete", (*MARKED, "b", "type:delete", "enter", "y", "type:1")),
    Story("bulk-undo", (*UNSET, "y", "escape", "u")),
    Story("sort", ("s",)),
    Story("help", ("question_mark",)),
    Story("palette", ("colon", "type:co")),
    Story("sign-in", prepare=_signed_out),
    Story("sign-in-refused", ("type:dub_abcdefghijklmnop7Kq2", "enter"), prepare=_wrong_key_typed),
    Story("sign-in-no-keychain", ("type:dub_demo", "enter"), prepare=_no_keychain),
)
