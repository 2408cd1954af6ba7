"""Three values side by side where somebody else changed the same field: as it was opened, at Dub now, and one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from dubtui.customers import conflict
from dubtui.display.figures import time_of_day
from dubtui.display.frame import path
from dubtui.display.journal import shown
from dubtui.display.review import request_lines
from dubtui.display.text import Spans, cut_spans, laid, wrapped
from dubtui.fields import BY_NAME
from dubtui.screens.base import Framed
from dubtui.widgets.lines import Lines

if TYPE_CHECKING:
    from dubtui.customers.conflict import Check, Conflict
    from dubtui.customers.editing import EditPlan
    from dubtui.session import Workspace

TITLE = "Somebody else changed this customer meanwhile"
NOW, MINE = "now", "mine"
SIDE_BY_SIDE = 100
"""Columns from which the three values stand in columns."""


class ConflictChoice(Framed["EditPlan | None"]):
    """Returns the plan with a value chosen for each field; None where one goes back undecided."""

    CSS_PATH = "conflict.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("2", "choose('now')", "Dub's", id="take-now", tooltip="Keep the value that Dub has now"),
        Binding("3", "choose('mine')", "yours", id="take-mine", tooltip="Send your own value over it"),
        Binding("down,j,tab", "move(1)", "field", id="conflict-next", tooltip="The next field"),
        Binding("up,k,shift+tab", "move(-1)", "field", show=False),
        Binding("ctrl+s", "review", "review", id="conflict-review", tooltip="See what would be sent", priority=True),
        Binding("escape", "leave", "back to the form", id="conflict-leave", tooltip="Back; nothing is sent"),
    ]

    def __init__(self, workspace: Workspace, check: Check, name: str, doing: str, opened_words: str) -> None:
        """`opened_words` is what the values are called that one started from."""
        super().__init__()
        self.workspace: Workspace = workspace
        self._where = path(name, doing, "Conflict")
        self._opened_words = opened_words
        self._check = check
        self._chosen: dict[str, str] = {}
        self._at = 0
        self._read_at = time_of_day(workspace.clock.now())

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="fields", can_focus=False):
            yield _Fields(self._opened_words, self._read_at)

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    @property
    def _plan(self) -> EditPlan:
        """The plan as far as it is decided."""
        edit = self._check.plan
        for each in self._check.conflicts:
            if self._chosen.get(each.field) == NOW:
                edit = conflict.decided(edit, each.field, each.now)
        return edit

    def _show(self) -> None:
        total, decided = len(self._check.conflicts), len(self._chosen)
        self.say_title(self._where, ((f"{decided} of {total} decided", ""),))
        self.query_one(_Fields).show(self._check.conflicts, self._chosen, self._at, self._plan)
        self.say_band((("Nothing is sent yet.", ""),))
        self.refresh_bindings()

    # Keys

    def action_choose(self, which: str) -> None:
        """Choose for the field one is on, and go on to the next that is open."""
        conflicts = self._check.conflicts
        self._chosen[conflicts[self._at].field] = which
        following = [*range(self._at + 1, len(conflicts)), *range(self._at)]
        self._at = next((at for at in following if conflicts[at].field not in self._chosen), self._at)
        self._show()

    def action_move(self, places: int) -> None:
        self._at = (self._at + places) % len(self._check.conflicts)
        self._show()

    def action_review(self) -> None:
        if self._is_decided:
            self.dismiss(self._plan)

    def action_leave(self) -> None:
        self.dismiss(None)

    @property
    def _is_decided(self) -> bool:
        return len(self._chosen) == len(self._check.conflicts)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._is_decided if action == "review" else True


class _Fields(Lines):
    """Each field with its three values, in columns where there is room."""

    def __init__(self, opened_words: str, read_at: str) -> None:
        super().__init__()
        self._opened_words = opened_words
        self._read_at = read_at
        self._conflicts: Sequence[Conflict] = ()
        self._chosen: dict[str, str] = {}
        self._at = 0
        self._plan: EditPlan | None = None

    def show(self, conflicts: Sequence[Conflict], chosen: dict[str, str], at: int, plan: EditPlan) -> None:
        """Draw them."""
        self._conflicts, self._chosen, self._at, self._plan = conflicts, chosen, at, plan
        self.refresh(layout=True)

    def lines(self, width: int) -> Sequence[Spans]:
        why = f"Dub was read again at {self._read_at}, before anything was sent. Choose a value for each field."
        head: list[Spans] = [((TITLE, "bold warning"),), *wrapped(((why, "muted"),), width), ()]
        return [*head, *(self._wide(width) if width >= SIDE_BY_SIDE else self._narrow(width)), *self._request]

    @property
    def _request(self) -> list[Spans]:
        if self._plan is None:
            return []
        if len(self._chosen) < len(self._conflicts):
            return [(("What will be sent stands here once all are decided.", "dim"),)]
        if not self._plan.changes:
            return [(("Nothing is left to send: Dub's values stay.", "muted"),)]
        return [(("Will be sent", "muted"),), (), *request_lines("PATCH", self._plan.path, self._plan.body)]

    def _wide(self, width: int) -> list[Spans]:
        step = (width - 18) // 3
        places = [18, 18 + step, 18 + 2 * step]
        heads: list[Spans] = [(("1 ", "dim"), (self._opened_words, "muted")), *self._heads]
        lines: list[Spans] = [laid(*zip(places, heads, strict=True)), ()]
        for number, each in enumerate(self._conflicts):
            values = (((shown(each.opened), "muted"),), *self._values(each))
            cells = [(place, cut_spans(spans, step - 2)) for place, spans in zip(places, values, strict=True)]
            lines += [laid((0, self._label(number, each)), *cells), ()]
        return lines

    @property
    def _heads(self) -> list[Spans]:
        return [(("2 ", "bold accent"), ("At Dub now", "muted")), (("3 ", "bold accent"), ("Yours", "muted"))]

    def _narrow(self, width: int) -> list[Spans]:
        lines: list[Spans] = []
        for number, each in enumerate(self._conflicts):
            now, mine = self._values(each)
            lines += [
                self._label(number, each),
                laid((2, (("  " + self._opened_words.lower(), "dim"),)), (24, ((shown(each.opened), "muted"),))),
                laid((2, (("2 ", "bold accent"), ("at Dub now", "dim"))), (24, cut_spans(now, width - 24))),
                laid((2, (("3 ", "bold accent"), ("yours", "dim"))), (24, cut_spans(mine, width - 24))),
                (),
            ]
        return lines

    def _label(self, number: int, each: Conflict) -> Spans:
        bar = "▌ " if number == self._at else "  "
        return ((bar, "accent"), (BY_NAME[each.field].title, "bold" if number == self._at else ""))

    def _values(self, each: Conflict) -> tuple[Spans, Spans]:
        chosen = self._chosen.get(each.field)
        mine = shown(each.mine) if each.mine else "none, null is sent"
        return _option(shown(each.now), is_chosen=chosen == NOW), _option(mine, is_chosen=chosen == MINE)


def _option(words: str, *, is_chosen: bool) -> Spans:
    if is_chosen:
        return (("◉ ", "accent"), (words, "bold"), ("   chosen", "accent"))
    return (("○ ", "dim"), (words, ""))
