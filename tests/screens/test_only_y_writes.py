"""No single key writes, on no screen, but `y` where one has been shown what is sent.

What is typed out is no single key: a deletion whose text matches is sent by enter, and stands in other tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

import dubtui.keys
from dubtui.screens.ask import SaveAs
from dubtui.screens.bulk import BulkRun, DeleteMany
from dubtui.screens.bulk_menu import BulkMenu, BulkValue
from dubtui.screens.choose_columns import ChooseColumns
from dubtui.screens.conflict import ConflictChoice
from dubtui.screens.customer_create import CustomerCreate, _CreateReview
from dubtui.screens.customer_delete import CustomerDelete
from dubtui.screens.customer_detail import CustomerDetail
from dubtui.screens.customer_edit import CustomerEdit
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.export import ExportDialog
from dubtui.screens.filter_by import FilterByRow, FilterField, FilterValue
from dubtui.screens.groups import Groups
from dubtui.screens.help import Help
from dubtui.screens.journal import Journal
from dubtui.screens.lookup import Lookup
from dubtui.screens.lookup_batch import LookupBatch
from dubtui.screens.question import Question
from dubtui.screens.review_edit import EditReview
from dubtui.screens.sign_in import SignIn
from dubtui.screens.sort_by import SortBy
from dubtui.screens.views import Views
from dubtui.session import Options
from tests.faults import Ask, error
from tests.screens.test_conflict import somebody_changes
from tests.screens.test_customer_create import FILLED
from tests.stage import Stage, opened, press

Prepare = Callable[[Stage], None]


def _nothing(stage: Stage) -> None:
    """It is as it is."""


def _signed_out(stage: Stage) -> None:
    stage.options = Options(environment={})


def _key_refused(stage: Stage) -> None:
    stage.transport.on("GET", "/customers", error(401, "unauthorized", "Unauthorized: Invalid API key."))


def _somebody_is_quicker(stage: Stage) -> None:
    async def fault(request: httpx.Request, ask: Ask) -> httpx.Response:
        await somebody_changes(stage, {"name": "Theirs"}, request.url.path.rpartition("/")[2])
        return await ask(request)

    stage.transport.on("GET", "/customers/cus_", fault)


def _refusing(stage: Stage) -> None:
    stage.transport.on("PATCH", "/customers", error(422, "unprocessable_entity", "Not this one."))


@dataclass(frozen=True, slots=True)
class Place:
    """A screen, the keys that lead there from the list, and those that write there."""

    screen: type[Screen[Any]]
    keys: tuple[str, ...] = ()
    writes: frozenset[str] = frozenset()
    prepare: Prepare = _nothing


Y = frozenset({"y"})
EDITED = ("down", "e", "ctrl+u", "paste:Mine")
"""Each time another customer, of whom there is no draft."""
REVIEWED = (*EDITED, "ctrl+s")
SAVED = (*REVIEWED, "y")
MARKED = ("space", "space", "b")
PLANNED = (*MARKED, "paste:unset stripe", "enter")
PLACES = {
    "list": Place(CustomerList, ("enter", *SAVED, "escape", "V", "paste:mine", "enter", "space")),
    "list without a key": Place(CustomerList, prepare=_key_refused),
    "filter": Place(CustomerList, ("slash", "paste:ada")),
    "build a filter": Place(FilterField, ("f",)),
    "a filter's value": Place(FilterValue, ("f", "paste:country", "enter")),
    "like this": Place(FilterByRow, ("comma",)),
    "columns": Place(ChooseColumns, ("C",)),
    "sort": Place(SortBy, ("s",)),
    "groups": Place(Groups, ("number_sign",)),
    "views": Place(Views, ("V",)),
    "export": Place(ExportDialog, ("x",)),
    "help": Place(Help, ("question_mark",)),
    "lookup": Place(Lookup, ("i",)),
    "lookup's rows": Place(Lookup, ("i", "paste:user_87", "down")),
    "several": Place(LookupBatch, ("i", "paste:user_8813\nuser_8812\n")),
    "customer": Place(CustomerDetail, ("enter",)),
    "form": Place(CustomerEdit, EDITED),
    "leaving the form": Place(Question, (*EDITED, "escape")),
    "review": Place(EditReview, REVIEWED, Y),
    "help on a review": Place(Help, (*REVIEWED, "question_mark")),
    "conflict": Place(ConflictChoice, REVIEWED, prepare=_somebody_is_quicker),
    "decided": Place(ConflictChoice, (*REVIEWED, "3"), prepare=_somebody_is_quicker),
    "new": Place(CustomerCreate, FILLED),
    "new, reviewed": Place(_CreateReview, (*FILLED, "ctrl+s"), Y),
    "delete": Place(CustomerDelete, ("D",)),
    "changes": Place(Journal, (*SAVED, "U")),
    "undo": Place(EditReview, (*SAVED, "u"), Y),
    "bulk": Place(BulkMenu, MARKED),
    "bulk's value": Place(BulkValue, (*MARKED, "paste:set name", "enter", "paste:Mine")),
    "bulk's plan": Place(BulkRun, PLANNED, Y),
    "bulk, in vain": Place(BulkRun, (*PLANNED, "y"), prepare=_refusing),
    "bulk's result": Place(SaveAs, (*PLANNED, "y", "x")),
    "delete many": Place(DeleteMany, (*MARKED, "paste:delete", "enter", "y")),
    "sign-in": Place(SignIn, prepare=_signed_out),
}
"""All screens."""


class Face(NamedTuple):
    """What keys can do where one is."""

    screen: type[Screen[Any]]
    keys: frozenset[str]
    is_read_only: bool


def face(pilot: Pilot[None]) -> Face:
    """Where one is by now."""
    screen = pilot.app.screen
    workspace = next((screen.workspace for screen in pilot.app.screen_stack if isinstance(screen, CustomerList)), None)
    return Face(type(screen), frozenset(screen.active_bindings), workspace is not None and workspace.client.read_only)


def keys(pilot: Pilot[None]) -> list[str]:
    """A key of each binding that acts where one is, or is declared there and cannot act now; `y` and enter always."""
    screen = pilot.app.screen
    active = (each for each in screen.active_bindings.values() if type(each.node).__module__.startswith("dubtui."))
    found = {"y", "enter", *{(each.binding.action, id(each.node)): each.binding.key for each in active}.values()}
    if not isinstance(pilot.app.focused, Input):  # which would only be typed into
        declared = (binding for node in type(screen).__mro__ for binding in dubtui.keys.declared(node))
        found.update(binding.key.partition(",")[0] for binding in declared)
    return list(found)


def writes(stage: Stage) -> int:
    return sum(request.method != "GET" for request in stage.transport.requests)


class Walk:
    """Each key of a place, one by one: in the same app as long as one comes back to just where one was."""

    def __init__(self, place: Place, home: Path) -> None:
        self.place = place
        self.home = home
        self.wrote: set[str] = set()
        self._left: list[str] | None = None
        """The keys that are left; None before the place was seen."""

    async def go(self) -> None:
        """Press them all."""
        homes = (self.home / str(number) for number in count())
        while self._left is None or self._left:
            stage = Stage(next(homes))
            self.place.prepare(stage)
            async with opened(stage, size=(80, 24)) as pilot:
                await self._press_on(stage, pilot)

    async def _press_on(self, stage: Stage, pilot: Pilot[None]) -> None:
        """Press what is left, as long as the app is where it was."""
        await press(pilot, *self.place.keys)
        begun, written = face(pilot), writes(stage)
        assert begun.screen is self.place.screen
        if self._left is None:
            self._left = sorted(keys(pilot), key=lambda key: (key == "ctrl+q", key in self.place.writes, key))
        while self._left:
            key = self._left.pop(0)
            way = Way(pilot)
            await press(pilot, key)
            if writes(stage) > written:
                self.wrote.add(key)
            if pilot.app._exit or not await way.back(key, begun, self.place.keys):
                return
            written = writes(stage)


class Way:
    """From where one is, and back."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self._pilot = pilot
        self._stack = list(pilot.app.screen_stack)
        self._focused = pilot.app.focused
        self._typed = self._focused.value if isinstance(self._focused, Input) else ""

    async def back(self, key: str, begun: Face, keys: tuple[str, ...]) -> bool:
        """Go back, after a key; `keys` led here. Whether one is where one began."""
        pilot, screen = self._pilot, self._stack[-1]
        if pilot.app.screen is screen and face(pilot) != begun:
            await press(pilot, key)  # it may be a switch
        await self._close_above(next(one for one in reversed(self._stack) if one in pilot.app.screen_stack))
        if pilot.app.screen is screen:
            screen.set_focus(self._focused)
            if isinstance(self._focused, Input):
                self._focused.value = self._typed
            await pilot.pause()
        else:
            await press(pilot, *keys[-1:])
        if face(pilot) != begun:
            await self._close_above(self._stack[1])
            await press(pilot, *keys)
        return face(pilot) == begun

    async def _close_above(self, screen: Screen[Any]) -> None:
        while self._pilot.app.screen is not screen:
            self._pilot.app.screen.dismiss(None)
            await self._pilot.pause()


@pytest.mark.parametrize("name", PLACES)
async def test_no_key_writes_but_y(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.chdir(tmp_path)  # where a key may write a file
    walk = Walk(PLACES[name], tmp_path)
    await walk.go()
    assert walk.wrote == PLACES[name].writes


def screens(base: type[Screen[Any]] = Screen) -> set[type[Screen[Any]]]:
    """The screens that there are, without those that others are made from."""
    kinds = {kind for kind in base.__subclasses__() if kind.__module__.startswith(("dubtui.", "textual."))}
    own = {base} if base.__module__.startswith("dubtui.") else set()
    return set().union(*map(screens, kinds)) if kinds else own


def test_no_screen_is_left_out() -> None:
    assert {place.screen for place in PLACES.values()} == screens()
