"""Many customers changed at once: the plan of it, then how it goes, row by row, to be held and stopped at will."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from dubtui.api.errors import DubError
from dubtui.customers import bulk
from dubtui.customers.bulk import BulkPlan, Deletion, Outcome, Result, Run
from dubtui.customers.bulk.outcome import IN_VAIN
from dubtui.customers.bulk.report import lines as report_lines
from dubtui.display.bulk import counts_spans, counts_words, estimate_words, left_words, outcome_spans, plan_words
from dubtui.display.figures import money
from dubtui.display.frame import badge, path
from dubtui.display.journal import change_words, shown
from dubtui.display.people import email_spans, title_of
from dubtui.display.text import BLANK, Spans, plural, safe, spread
from dubtui.display.trouble import READ_ONLY, Explanation, explain, not_noted
from dubtui.fields import BY_NAME
from dubtui.screens.ask import saved_as
from dubtui.screens.base import Framed
from dubtui.screens.deleting import Deleting
from dubtui.screens.review import APPLY, CANCEL
from dubtui.store.journal import KEPT_DAYS
from dubtui.widgets.line_table import Column, LineTable, Listed
from dubtui.widgets.lines import Lines, Prose, TextLines
from dubtui.widgets.notice import Notice

if TYPE_CHECKING:
    from dubtui.api.pacing import Wait
    from dubtui.session import Workspace

SOON = 0.1
"""Seconds after which what the run says is on screen."""
MOST_NOTES = 4
"""Notes of a plan that are told; the result as a file has all of them."""


class BulkRun(Framed[str | None]):
    """Returns what came of it, in words; None where nothing was begun."""

    CSS_PATH = "bulk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "apply", "apply", id="bulk-apply", tooltip="Begin, or go on with what is left"),
        Binding("enter", "cancel", "cancel", id="bulk-cancel", tooltip="Back, as long as nothing is begun"),
        Binding("space", "pause", "pause", id="bulk-pause", tooltip="Hold it before the next customer, or go on"),
        Binding("f", "narrow", "failed only", id="bulk-narrow", tooltip="Show what failed alone, or everything"),
        Binding("R", "retry", "retry", id="bulk-retry", tooltip="Let what failed wait for y again"),
        Binding("x", "report", "save result", id="bulk-report", tooltip="Write the result to a CSV file"),
        Binding("escape,q", "leave", "leave", id="bulk-leave", tooltip="Stop after the customer it is at, then back"),
    ]

    def __init__(self, workspace: Workspace, title: str, make: Callable[[], Awaitable[BulkPlan]]) -> None:
        """`make` makes the plan, from what is here."""
        super().__init__()
        self.workspace: Workspace = workspace
        self._title = title
        self._make = make
        self._plan = BulkPlan()
        self._run = self._run_of(self._plan)
        self._estimate = ""
        self._is_planned = False
        self._has_begun = False
        self._is_narrow = False
        """Whether what failed is shown alone."""
        self._trouble: Explanation | None = None
        self._said: Spans = ()
        self._is_drawn_soon = False
        self._led_to = 0
        """The place to which the cursor went with the run; where somebody moves it, it stays."""

    def _run_of(self, plan: BulkPlan) -> Run:
        workspace = self.workspace
        run = Run(workspace.client, workspace.store, workspace.clock, workspace.writer, plan)
        run.on_progress = self._show_soon
        return run

    def body(self) -> Iterable[Widget]:
        yield _Progress(self._progress, id="progress")
        yield LineTable[Result](id="rows")
        yield Prose(id="notes")
        yield Notice(id="trouble")
        prod = badge("PROD") if self.workspace.desk.is_production else ()
        yield TextLines((*CANCEL, *APPLY, *prod), id="buttons")

    @property
    def _table(self) -> LineTable[Result]:
        return self.query_one("#rows", LineTable)

    def on_mount(self) -> None:
        super().on_mount()
        self._table.focus()
        self._show()
        self._load()

    @work(group="plan", exclusive=True)
    async def _load(self) -> None:
        self._plan = await self._make()
        self._run = self._run_of(self._plan)
        self._is_planned = True
        self._table.set_columns(self._columns, ("result", "who", "now", "change"))
        self._list()
        try:
            estimate = await bulk.estimated(self.workspace.client, self._plan)
        except DubError as error:
            self._estimate = f"how long is not known: {explain(error).title}"
        else:
            self._estimate = estimate_words(len(self._plan.work), estimate.seconds, "request")
        self._show()

    # Showing

    def tick(self) -> None:
        super().tick()
        if self._run.is_running:
            self._show()

    @property
    def held(self) -> Wait | None:
        """What holds the run back, whose calls are in the background."""
        return self._run.waiting if self._run.is_running else super().held

    def _show_soon(self) -> None:
        """However quickly the rows follow each other."""
        if not self._is_drawn_soon:
            self._is_drawn_soon = True
            self.set_timer(SOON, self._show)

    def _list(self) -> None:
        """Show the rows anew, all or what failed."""
        at = self._table.cursor
        rows = [result for result in self._run.results if result.is_lacking] if self._is_narrow else self._run.results
        self._table.show(Listed(rows))
        self._table.cursor = at
        self._show()

    def _show(self) -> None:
        self._is_drawn_soon = False
        self._follow()
        self._table.refresh()
        self.query_one(_Progress).refresh()
        self.query_one("#buttons").display = self._is_asking
        self.say_title(path("All customers", self._title), self._state)
        self._show_notes()
        self._show_trouble()
        self._show_band()
        self.show_header()
        self.refresh_bindings()

    def _follow(self) -> None:
        """Keep the cursor with the run, unless somebody moved it away."""
        if self._is_narrow or not self._run.is_running or self._table.cursor != self._led_to:
            return
        results = self._run.results
        start = self._led_to
        asking = (at for at in range(start, len(results)) if results[at].outcome is Outcome.ASKING)
        self._led_to = next(asking, start)
        self._table.cursor = self._led_to

    @property
    def _columns(self) -> list[Column[Result]]:
        who = Column("who", "Customer", _who, 19, 34, strong=True)
        return [who, *_changes(self._plan), Column("result", "Result", self._result, 27, 44)]

    def _result(self, result: Result) -> Spans:
        if not self._has_begun and result.outcome is Outcome.WAITING:
            return ((f"  {self._doing}", "dim"),)
        why = result.why
        return outcome_spans(
            result.outcome, (why.why if result.outcome is Outcome.REFUSED else why.title) if why else ""
        )

    @property
    def _doing(self) -> str:
        return "to delete" if any(isinstance(row.doing, Deletion) for row in self._plan.work) else "to change"

    @property
    def _is_asking(self) -> bool:
        """Whether it is asked whether to begin."""
        return self._is_planned and not self._has_begun and bool(self._plan.work)

    @property
    def _state(self) -> Spans:
        run = self._run
        if not self._is_planned:
            return (("planning", "accent"),)
        if not self._has_begun:
            return (("plan", "accent"),)
        if run.is_running:
            return (("stopping" if run.is_stopping else "paused" if run.is_paused else "running", "accent"),)
        if not run.is_over:
            return (("stopped", "warning"),)
        lacking = sum(result.is_lacking for result in run.results)
        return ((f"done but for {lacking:,}", "warning"),) if lacking else (("done", "success"),)

    def _progress(self, width: int) -> list[Spans]:
        """How much of it is done, how long the rest takes, and a bar."""
        run, plan = self._run, self._plan
        if not self._has_begun:
            words = plan_words(len(plan.work), len(plan.same), len(plan.skipped), doing=self._doing)
            return [
                spread(((words if self._is_planned else "", "bold"),), ((self._estimate, "muted"),), width),
                (("─" * width, "rule"),),
            ]
        total = len(plan.work)
        left = sum(run.counts[outcome] for outcome in (Outcome.WAITING, Outcome.ASKING))
        done = total - left
        words = left_words(run.seconds_left) if run.is_running and not run.is_paused else ""
        head: Spans = ((f"{done:,} of {total:,}", "bold"), (f"   {words}" if words else "", "muted"))
        filled = round(width * done / total) if total else width
        return [
            spread(head, counts_spans(run.counts), width),
            (("━" * filled, "accent"), ("─" * (width - filled), "rule")),
        ]

    @property
    def _reason(self) -> Spans:
        """Why the row with the cursor ended as it did, whole."""
        row = self._table.row
        return ((safe(row.why.sentence), "muted"),) if row and row.why and not self._run.is_running else ()

    def _show_notes(self) -> None:
        notes = (*self._plan.notes, *self._plan.warnings)
        more = f"and {plural(len(notes) - MOST_NOTES, 'other note', 'other notes')}"
        told = [*notes[:MOST_NOTES], *([more] if len(notes) > MOST_NOTES else [])]
        box = self.query_one("#notes", Prose)
        box.say(*([self._reason] if self._has_begun else [((safe(note), "warning"),) for note in told]))
        box.display = bool(self._reason if self._has_begun else told)

    def _show_trouble(self) -> None:
        notice = self.query_one("#trouble", Notice)
        notice.clear()
        left = self._run.counts[Outcome.WAITING]
        if self._plan.problem:
            notice.say((("This cannot be done", "bold error"),), self._plan.problem, [("esc", "back")], kind="error")
        elif self._trouble is not None:
            keys = [("y", f"goes on with the {left:,} left"), ("esc", "leaves them as they are")]
            prose = f"{self._trouble.why} {self._trouble.todo}".strip()
            notice.say(((self._trouble.title, "bold error"),), prose, keys, kind="error")
        elif self.workspace.client.read_only and self._is_asking:
            notice.say((("Nothing can be changed", "bold warning"),), READ_ONLY, [("W", "allows it")], kind="warning")
        elif self._run.is_running and (wait := self.held):
            self.show_held(notice, wait, "It goes on by itself.", [("esc", "stop")])

    def _show_band(self) -> None:
        if self._said:
            left = self._said
        elif not self._has_begun:
            left = (("Nothing is sent yet", ""),)
        elif self._run.is_running:
            stops = "stopping after this one" if self._run.is_stopping else " stops it after the one it is at"
            left = (("" if self._run.is_stopping else "esc", "bold"), (stops, "muted"))
        elif not self._run.is_over:
            waiting = self._run.counts[Outcome.WAITING]
            left = (("y", "bold"), (f" goes on with the {waiting:,} that wait", "muted"))
        elif self._run.entry:
            left = (("u", "bold"), (" in the list takes all of it back", "muted"))
        else:
            left = (("There is nothing to take back", "muted"),)
        noted = "every change is in the journal" if self.workspace.writer.journal else "nothing is noted"
        self.say_band(left, ((noted, "dim"),))

    def on_read_only(self, *, is_on: bool) -> None:
        """It stops a run before the next customer."""
        super().on_read_only(is_on=is_on)
        self._show()

    @on(LineTable.Moved)
    def _on_moved(self) -> None:
        self._said = ()
        self._show_notes()
        self._show_band()

    # Keys

    @work(group="dialog", exclusive=True)
    async def action_apply(self) -> None:
        """Begin, once the number is typed out where customers are deleted; or go on with the rest."""
        doomed = [row.customer for row in self._plan.work if isinstance(row.doing, Deletion) and row.customer]
        if doomed and not self._has_begun:
            amounts = sum(customer.sale_amount or 0 for customer in doomed)
            if await self.app.push_screen_wait(DeleteMany(self.workspace, len(doomed), amounts)) is None:
                return
        self._carry_out()

    @work(group="run", exclusive=True)
    async def _carry_out(self) -> None:
        self._has_begun, self._trouble, self._said = True, None, ()
        try:
            await self._run.run()
        except DubError as error:
            self._trouble = explain(error)
        except OSError as error:
            self._trouble = not_noted(error)
        await self._forget()
        self._list()

    async def _forget(self) -> None:
        """Those who are gone are no longer among whom one opened."""
        with suppress(OSError):
            for result in self._run.results:
                if isinstance(result.row.doing, Deletion) and result.outcome is Outcome.DONE:
                    await self.workspace.desk.forget(result.row.doing.customer_id)

    def action_cancel(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        """Stop it after the customer it is at; once it stands still, leave."""
        if self._run.is_running:
            self._run.stop()
        else:
            self.dismiss(counts_words(self._run.counts, left="not begun") if self._has_begun else None)

    def action_pause(self) -> None:
        if self._run.is_paused:
            self._run.resume()
        else:
            self._run.pause()

    def action_narrow(self) -> None:
        self._is_narrow = not self._is_narrow
        self._list()

    def action_retry(self) -> None:
        """Let what failed wait again, for `y`."""
        self._run.retry()
        self._is_narrow = False
        self._table.cursor = self._led_to = 0
        self._list()

    @work(group="dialog", exclusive=True)
    async def action_report(self) -> None:
        proposed = f"changes-{self.workspace.clock.now():%Y-%m-%d-%H%M}.csv"
        lines = partial(report_lines, self._run.results)
        self._said = await saved_as(self.app, "Write the result to", proposed, lines)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        run = self._run
        match action:
            case "apply":
                can_write = not self.workspace.client.read_only and not run.is_running
                return can_write and bool(run.counts[Outcome.WAITING]) and self._is_planned
            case "cancel":
                return not self._has_begun
            case "pause":
                return run.is_running and not run.is_stopping
            case "leave":
                return not run.is_stopping or not run.is_running
            case "narrow":
                return self._is_narrow or any(result.is_lacking for result in run.results)
            case "retry":
                has_failed = any(run.counts[outcome] for outcome in IN_VAIN)
                return self._has_begun and has_failed and not run.is_running and not self.workspace.client.read_only
            case "report":
                return self._has_begun and not run.is_running
        return True


class DeleteMany(Deleting[bool]):
    """Returns True once their number is typed out."""

    def __init__(self, workspace: Workspace, number: int, cents: float) -> None:
        """`cents` is what all of them paid."""
        self._number, self._cents = number, cents
        super().__init__(workspace, f"Delete {plural(number, 'customer')}", {"How many": str(number)})

    def about(self) -> list[Spans]:
        return [((money(self._cents) or "$0.00", "bold"), ("  lifetime value goes with them", "muted"))]

    @property
    def consequences(self) -> str:
        has_journal = self._workspace.writer.journal is not None
        copies = f"Copies of the records stay in the journal for {KEPT_DAYS} days, to read."
        kept = copies if has_journal else "No copies are kept: the journal is switched off."
        return (
            "This cannot be undone: made again, they have no links, no partners and no sales. "
            f"Later sales by their external IDs are not attributed. {kept}"
        )

    def action_delete(self) -> None:
        self.dismiss(True)


class _Progress(Lines):
    """The lines above the rows."""

    def __init__(self, progress: Callable[[int], list[Spans]], *, id: str) -> None:
        super().__init__(id=id)
        self._of = progress

    def lines(self, width: int) -> Sequence[Spans]:
        """As the run stands."""
        return self._of(width)


# The columns


def _changes(plan: BulkPlan) -> list[Column[Result]]:
    """What is done: of a single field both values, of several one after another, of deletions what goes."""
    fields = {change.field for row in plan.rows for change in row.changes}
    if len(fields) == 1:
        head = f"{BY_NAME[next(iter(fields))].title} now"
        return [
            Column("now", head, lambda result: _value(result, "old"), max(12, len(head) - 2), 24),
            Column("change", "Will be", lambda result: _value(result, "new"), 12, 24),
        ]
    if fields:
        return [Column("change", "Change", _change, 30, 60)]
    return [
        Column("external", "External ID", _external_id, 14, 24),
        Column("ltv", "LTV", _amount, 10, right=True),
    ]


def _who(result: Result) -> Spans:
    row = result.row.customer
    if row is None:
        return ((safe(result.row.label), ""),)
    return email_spans(row.email) if row.email else ((title_of(row), ""),)


def _value(result: Result, end: str) -> Spans:
    changes = result.row.changes
    if not changes:
        return ()
    value = getattr(changes[0], end)
    return ((shown(value), ("" if end == "new" else "muted") if value else "dim"),)


def _change(result: Result) -> Spans:
    return (("; ".join(change_words(one.field, one.old, one.new) for one in result.row.changes), ""),)


def _external_id(result: Result) -> Spans:
    own = result.row.customer.external_id if result.row.customer else None
    return ((safe(own), "muted"),) if own else BLANK


def _amount(result: Result) -> Spans:
    amount = result.row.customer.sale_amount if result.row.customer else None
    return ((money(amount), ""),) if amount else BLANK
