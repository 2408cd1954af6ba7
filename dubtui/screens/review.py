"""What a save would send: seen before it is sent, held against what Dub has now, and sent by `y` alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from dubtui.api.errors import DubError
from dubtui.customers import conflict
from dubtui.display.figures import time_of_day
from dubtui.display.frame import badge, path
from dubtui.display.journal import change_words
from dubtui.display.review import change_lines, request_lines, warning_lines
from dubtui.display.text import Spans, plural
from dubtui.display.trouble import explain
from dubtui.screens.base import Framed
from dubtui.widgets.lines import Lines, TextLines
from dubtui.widgets.notice import Notice

if TYPE_CHECKING:
    from dubtui.customers.conflict import Check
    from dubtui.customers.editing import EditPlan, Values
    from dubtui.session import Workspace


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan to be looked at: whose, what one is doing, the values that it started from, what else to know."""

    name: str
    doing: str
    edit: EditPlan
    opened: Values
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """It is to be sent, as it was held against Dub right now."""

    edit: EditPlan


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody else changed the same fields."""

    check: Check


class Review(Framed[Applied | Blocked | None]):
    """Returns whether to send it; None: back to where one came from."""

    CSS_PATH = "review.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "apply", "apply", id="apply", tooltip="Read Dub once more and send it"),
        Binding("enter", "cancel", "cancel", id="cancel", tooltip="Back to the form; nothing is sent"),
        Binding("e,escape", "cancel", "change more", id="change", tooltip="Back to the form"),
    ]

    def __init__(self, workspace: Workspace, proposal: Proposal) -> None:
        super().__init__()
        self.workspace: Workspace = workspace
        self._proposal = proposal
        self._edit = proposal.edit
        self._check: Check | None = None
        """The last reading; None while there is none."""
        self._is_reading = False
        self._is_wanted = False
        """Whether it is to be sent as soon as a reading allows that."""
        self._trouble: DubError | None = None

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="plan", can_focus=False):
            yield _Plan(self._proposal)
        yield Notice(id="trouble")
        yield TextLines(self._buttons, id="buttons")

    @property
    def _buttons(self) -> Spans:
        prod = badge("PROD") if self.workspace.desk.is_production else ()
        return (("  Cancel  ", "bold badge-demo on badge-demo-ground"), ("   ", ""), *APPLY, *prod)

    def on_mount(self) -> None:
        super().on_mount()
        changes = plural(len(self._edit.changes), "change")
        self.say_title(path(self._proposal.name, self._proposal.doing, "Review"), ((changes, ""),))
        self._read()

    def tick(self) -> None:
        super().tick()
        if self._is_reading:
            self._show()

    # Reading Dub

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        """Hold the plan against what Dub has now, and send it where that is wanted and nothing is in the way."""
        workspace, proposal = self.workspace, self._proposal
        self._is_reading, self._trouble = True, None
        self._show()
        try:
            check = await conflict.check(
                workspace.client, workspace.store, workspace.clock, proposal.edit, proposal.opened
            )
        except DubError as error:
            self._trouble, self._is_wanted = error, False
        else:
            self._check, self._edit = check, check.plan
        self._is_reading = False
        if self._check and self._check.conflicts:
            self.dismiss(Blocked(self._check))
        elif self._is_wanted and self._can_be_sent:
            self.dismiss(Applied(self._edit))
        else:
            self._is_wanted = False
            self._show()

    @property
    def _can_be_sent(self) -> bool:
        return bool(self._check and not self._check.is_gone and self._edit.changes)

    # Showing

    def _show(self) -> None:
        self.query_one(_Plan).show(self._edit, self._check)
        self._show_trouble()
        self._show_band()
        self.refresh_bindings()

    def _show_trouble(self) -> None:
        notice = self.query_one("#trouble", Notice)
        notice.clear()
        if self._trouble is not None:
            words = explain(self._trouble)
            prose = f"{words.why} Nothing is sent before Dub has been read again."
            notice.say(((words.title, "bold error"),), prose, [("y", "read again and apply")], kind="error")
        elif self._is_reading and (wait := self.held):
            self.show_held(notice, wait, "Nothing is sent yet.", [("esc", "back to the form")])
        elif self._check and self._check.is_gone:
            notice.say((("This customer is gone", "bold error"),), GONE, [("esc", "back")], kind="error")
        elif self._check and not self._edit.changes:
            notice.say((("Dub has all of this already", "bold"),), "There is nothing left to send.", [("esc", "back")])

    def _show_band(self) -> None:
        if self._is_reading:
            words = "then it is sent" if self._is_wanted else "nothing is sent yet"
            self.say_band((("Reading Dub again", "bold"), (f"   {words}", "muted")))
            return
        now = time_of_day(self.workspace.clock.now())
        agrees = f"Dub was read again at {now}" if self._check and self._trouble is None else ""
        self.say_band((("Nothing is sent yet.", ""),), ((agrees, "dim"),))

    # Keys

    def action_apply(self) -> None:
        """Read once more, and send; during a reading: as soon as that allows it."""
        self._is_wanted = True
        if self._is_reading:
            self._show_band()
        else:
            self._read()

    def action_cancel(self) -> None:
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "apply":
            return self._check is None or self._can_be_sent
        return True


APPLY: Spans = (("   y", "bold foreground on panel"), ("  Apply   ", "foreground on panel"), ("  ", ""))
GONE = "Somebody deleted it meanwhile. What you typed is kept as a draft until you drop it."


class _Plan(Lines):
    """Every change, what to be warned of, what others changed, and the request itself."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self._edit = proposal.edit
        self._notes = proposal.notes
        self._check: Check | None = None

    def show(self, edit: EditPlan, check: Check | None) -> None:
        """Show the plan as it stands after a reading."""
        self._edit, self._check = edit, check
        self.refresh(layout=True)

    def lines(self, width: int) -> Sequence[Spans]:
        lines: list[Spans] = []
        for change in self._edit.changes:
            lines += [*change_lines(change.field, change.old, change.new, width), ()]
        if words := [*self._edit.warnings, *self._notes, *self._elsewhere]:
            lines += [*warning_lines(words, width), ()]
        return [*lines, (("Request", "muted"),), *request_lines("PATCH", self._edit.path, self._edit.body)]

    @property
    def _elsewhere(self) -> Iterable[str]:
        for change in self._check.elsewhere if self._check else ():
            words = change_words(change.field, change.old, change.new)
            yield f"Somebody else changed this meanwhile, and it stays so: {words}."
