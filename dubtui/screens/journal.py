"""What was changed from here, the newest first, with what each change was and whether it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from dubtui.customers.settling import changes_of
from dubtui.customers.undo import Nothing, PutBack, Remove, inverse
from dubtui.display.figures import full_moment, short_moment
from dubtui.display.frame import path
from dubtui.display.journal import change_words, outcome_words, shown, subject, verb_words
from dubtui.display.people import title_of
from dubtui.display.text import Span, Spans, cut_spans, plural, safe, spread, wrapped
from dubtui.fields import BY_NAME, CustomerRow
from dubtui.screens.acting import Acting
from dubtui.store.journal import KEPT_DAYS, Entry, Outcome, Verb
from dubtui.widgets.line_table import Column, LineTable, Listed
from dubtui.widgets.lines import Lines
from dubtui.widgets.notice import Notice

if TYPE_CHECKING:
    from dubtui.session import Workspace

PIECE = 200
"""Entries that are read at once."""
INK = {Outcome.DONE: "success", Outcome.REFUSED: "error", Outcome.BEGUN: "warning", Outcome.UNKNOWN: "warning"}
NOTHING = "Every edit, creation and deletion of yours is noted here before it is sent, and can be looked at and undone."
SWITCHED_OFF = "It is switched off in the settings (journal = false): nothing is noted, and nothing can be taken back."


class Journal(Acting[str | None]):
    """Returns the Dub id of whom to open."""

    CSS_PATH = "journal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="journal-open", tooltip="Open the customer of the entry"),
        Binding("u", "undo", "undo", id="journal-undo", tooltip="Take the entry back"),
        Binding("escape,q,U", "leave", "back", id="back", tooltip="Back to where one came from"),
    ]

    def __init__(self, workspace: Workspace, whose: CustomerRow | None = None) -> None:
        """`whose` alone, or everybody's."""
        super().__init__()
        self.workspace: Workspace = workspace
        self._whose = whose
        self._entries: list[Entry] = []
        self._is_whole = False
        """Whether the oldest entry is here."""
        self._said: Spans = ()

    def body(self) -> Iterable[Widget]:
        yield LineTable[Entry](lambda entry: entry.number, id="entries")
        yield Notice(id="notice")
        yield _EntryPane(id="entry")

    @property
    def _table(self) -> LineTable[Entry]:
        return self.query_one("#entries", LineTable)

    def on_mount(self) -> None:
        super().on_mount()
        now = self.workspace.clock.now()
        self._table.set_columns(
            [
                Column("at", "When", lambda entry: ((short_moment(entry.at, now), "muted"),), 12),
                Column("verb", "What", lambda entry: ((verb_words(entry), ""),), 10),
                Column("label", "Customer", lambda entry: ((safe(entry.label), ""),), 18, 36, strong=True),
                Column("change", "Change", lambda entry: (("; ".join(_changed(entry)), ""),), 16, 60),
                Column("outcome", "Result", _outcome, 10, 40),
            ],
            ("change", "label", "outcome"),
        )
        self._table.focus()
        self._load()

    @work(group="load", exclusive=True)
    async def _load(self, *, again: bool = False) -> None:
        """Read the next entries, or all that are here anew."""
        known = [] if again else self._entries
        wanted = max(PIECE, len(self._entries)) if again else PIECE
        try:
            found = await self.workspace.writer.entries(
                limit=wanted,
                before=known[-1].number if known else None,
                customer_id=self._whose.id if self._whose else "",
            )
        except OSError as error:
            self._say_nothing("The journal cannot be read", str(error), kind="error")
            return
        at = self._table.cursor
        self._entries = [*known, *found]
        self._is_whole = len(found) < wanted
        self._table.show(Listed(self._entries))
        self._table.cursor = at
        self._show()

    def _show(self) -> None:
        names = ["All customers", title_of(self._whose)] if self._whose else ["All customers"]
        self.say_title(path(*names, "Changes"), ((f"kept for {KEPT_DAYS} days", "dim"),))
        notice = self.query_one("#notice", Notice)
        notice.clear()
        if not self._entries:
            is_off = self.workspace.writer.journal is None
            self._say_nothing("No journal" if is_off else "Nothing changed yet", SWITCHED_OFF if is_off else NOTHING)
        self._table.display = bool(self._entries)
        entry = self._table.row if self._entries else None
        self.query_one(_EntryPane).show(entry, full_moment(entry.at, self.workspace.clock.now()) if entry else "")
        self._show_band()
        self.refresh_bindings()

    def _say_nothing(self, title: str, prose: str, *, kind: str = "empty") -> None:
        self.query_one("#notice", Notice).say(((title, "bold"),), prose, [("esc", "back")], kind=kind)

    def _show_band(self) -> None:
        count = plural(len(self._entries), "entry", "entries")
        more = "" if self._is_whole else " and older ones"
        self.say_band(((count + more, ""),), self._said)

    @on(LineTable.Moved)
    def _on_moved(self) -> None:
        self._said = ()
        self._show()
        if not self._is_whole and self._table.cursor > len(self._entries) - PIECE // 2:
            self._load()

    # Keys

    @property
    def customer_id(self) -> str | None:
        """Whom the entry is about."""
        return self._table.row.customer_id if self._entries and self._table.row else None

    async def entry_to_undo(self, workspace: Workspace) -> Entry | None:
        """The one with the cursor, as it stands by now."""
        row = self._table.row if self._entries else None
        return await workspace.writer.entry(row.number) if row else None

    def say(self, *said: Span) -> None:
        """Say what came of it, and show what it made of the entries."""
        self._said = said
        self._load(again=True)

    def action_open(self) -> None:
        if self.customer_id:
            self.dismiss(self.customer_id)

    def action_leave(self) -> None:
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "open":
                return bool(self.customer_id)
            case "undo":
                return bool(self._entries)
        return True


def _outcome(entry: Entry) -> Spans:
    word = "undone" if entry.undone else str(entry.outcome)
    return ((word, "dim" if entry.undone else INK.get(entry.outcome, "muted")),)


def _changed(entry: Entry) -> Iterator[str]:
    """What an entry changed, in a word for each field."""
    if entry.verb is Verb.EDIT:
        yield from (change_words(change.field, change.old, change.new) for change in changes_of(entry))
    else:
        yield from (f"{BY_NAME[field].title}: {shown(value)}" for field, value in (entry.body or {}).items() if value)


def _undo_words(entry: Entry) -> Spans:
    """Whether and how it can be taken back."""
    match inverse(entry):
        case PutBack(plan=plan, lost=lost) if plan.changes:
            whole = ", with all of its bulk change" if entry.batch else ""
            partly = " in part" if lost else ""
            return (("u", "bold accent"), (f"  takes it back{partly}{whole}", "muted"))
        case Remove():
            return (("u", "bold accent"), ("  takes it back: the customer is deleted", "muted"))
        case Nothing(words=words):
            return ((words, "muted"),)
        case PutBack(lost=lost):
            return ((" ".join(each.words for each in lost) or "Dub took none of it.", "muted"),)
    raise AssertionError(entry)


class _EntryPane(Lines):
    """One entry, whole."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._entry: Entry | None = None
        self._at = ""

    def show(self, entry: Entry | None, at: str) -> None:
        """Show it; None: nothing."""
        self._entry, self._at = entry, at
        self.display = entry is not None
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Spans]:
        """What it was, each change, whether it can be taken back."""
        entry = self._entry
        if entry is None:
            return []
        head = ((f"Entry {entry.number}", "bold"), (f"   {subject(entry)}", ""))
        changes = [cut_spans(((words, ""),), width) for words in _changed(entry)]
        kept = [field for field in entry.body or {} if field not in entry.took]
        if entry.verb is Verb.EDIT and entry.outcome is Outcome.DONE and kept:
            names = " and ".join(BY_NAME[field].title for field in kept)
            changes.append(((f"Dub kept its own {names}", "warning"),))
        said = outcome_words(entry)
        return [
            spread(head, ((self._at, "muted"), ("   ", ""), (said, INK.get(entry.outcome, "muted"))), width),
            *changes,
            (),
            *wrapped(_undo_words(entry), width),
        ]
