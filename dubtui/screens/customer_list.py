"""All customers: keys become verbs on what is browsed, and the pane below shows what comes of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from dubtui.api.errors import NotAllowed
from dubtui.customers import bulk, undo
from dubtui.display.columns import WHO
from dubtui.display.people import title_of
from dubtui.display.text import plural, safe
from dubtui.display.trouble import created_words, unnoted_words
from dubtui.fields import BY_NAME
from dubtui.screens.bulk_menu import BulkMenu, BulkValue
from dubtui.screens.customer_create import CustomerCreate
from dubtui.screens.customer_detail import CustomerDetail
from dubtui.screens.export import ExportDialog
from dubtui.screens.journal import Journal
from dubtui.screens.looking import Looking
from dubtui.screens.lookup import Lookup
from dubtui.screens.lookup_batch import LookupBatch
from dubtui.screens.views import ON_KEYS
from dubtui.widgets.filter_bar import FilterBar
from dubtui.widgets.line_table import LineTable

if TYPE_CHECKING:
    from dubtui.session import Workspace
    from dubtui.store.journal import Entry

NEED_ROWS = frozenset(
    {"open", "edit", "editor", "delete", "copy", "mark", "range", "mark_all", "invert", "preview", "like", "export"}
)
"""Actions that are about rows."""
NEED_A_LIST = frozenset(
    {"sync", "views", "filter", "sort", "flip", "go", "build", "columns", "groups", "create", "bulk"}
)
"""Actions that are about a list that has begun to come."""


class CustomerList(Looking):
    """A doorman: it takes keys, has the work done, and says what came of it."""

    CSS_PATH = "customer_list.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="open", tooltip="Open the customer"),
        Binding("i,ctrl+l", "look_up", "look up", id="look-up", tooltip="Find a customer by any identifier"),
        Binding("minus", "last", "last one", show=False, id="last", tooltip="Open whom one opened last"),
        Binding("slash", "filter", "filter", id="filter", tooltip="Filter what is here"),
        Binding("s", "sort", "sort", id="sort", tooltip="Choose what the list is sorted by"),
        Binding("S", "flip", "flip the order", show=False, id="flip", tooltip="Turn the order round"),
        Binding("e", "edit", "edit", id="edit", tooltip="Edit the customer"),
        Binding("y", "copy", "copy id", id="copy", tooltip="Copy the external ID"),
        Binding("space", "mark", "mark", id="mark", tooltip="Mark the customer, or unmark it"),
        Binding("r,ctrl+r", "refresh", "refresh", id="refresh", tooltip="Ask Dub again"),
        Binding("L", "sync", "load all", show=False, id="sync", tooltip="Fetch the whole workspace, or stop that"),
        Binding("v", "range", "mark a range", show=False, id="mark-range", tooltip="Mark from here to where v is next"),
        Binding("A", "mark_all", "mark all", show=False, id="mark-all", tooltip="Mark all that are shown"),
        Binding("asterisk", "invert", "invert", show=False, id="mark-invert", tooltip="Mark the others instead"),
        Binding(
            "p", "preview", "preview", show=False, id="preview", tooltip="Show the customer beside the rows, or not"
        ),
        Binding("f", "build", "build a filter", show=False, id="filter-build", tooltip="Build a filter step by step"),
        Binding(
            "comma",
            "like",
            "like this",
            show=False,
            id="filter-like",
            tooltip="Filter by a value of the row",
        ),
        Binding("C", "columns", "columns", show=False, id="columns", tooltip="Choose the columns"),
        Binding(
            "number_sign",
            "groups",
            "groups",
            show=False,
            id="groups",
            tooltip="Count and sum by country, link, partner, state, month",
        ),
        Binding("F", "clear", "clear the filter", show=False, id="clear", tooltip="Take the filter away"),
        Binding("V", "views", "views", show=False, id="views", tooltip="Saved views, and keeping this one"),
        *(
            Binding(str(n), f"view({n})", f"view {n}", show=False, id=f"view-{n}", tooltip=f"Look through view {n}")
            for n in range(1, ON_KEYS + 1)
        ),
        Binding("left_square_bracket", "go(-1)", "back", show=False, id="view-back", tooltip="The view before"),
        Binding("right_square_bracket", "go(1)", "forward", show=False, id="view-forward", tooltip="The view after"),
        Binding("x", "export", "export", show=False, id="export", tooltip="Write customers to a file or the clipboard"),
        Binding(
            "b", "bulk", "change the marked", show=False, id="bulk", tooltip="Change or delete all that are marked"
        ),
        Binding("n", "create", "new", show=False, id="create", tooltip="Create a customer, who has no link"),
        Binding("E", "editor", "$EDITOR", show=False, id="edit-outside", tooltip="Edit the customer in $EDITOR"),
        Binding("u", "undo", "undo", show=False, id="undo", tooltip="Take back the last change"),
        Binding("U", "journal", "changes", show=False, id="journal", tooltip="What was changed from here"),
        Binding("D", "delete", "delete", show=False, id="delete", tooltip="Delete the customer for good"),
        Binding("c", "new_key", "give another key", show=False, id="new-key", tooltip="Sign in with another key"),
        Binding("escape", "back", "back", show=False, id="back", tooltip="One step back"),
        Binding("q", "app.quit", "quit", show=False, id="quit", tooltip="Leave dubtui"),
    ]

    class KeyWanted(Message):
        """Dub does not take the key, and another is to be given."""

    def on_read_only(self, *, is_on: bool) -> None:
        """Say it where the next key is pressed."""
        super().on_read_only(is_on=is_on)
        self.say(("read-only" if is_on else "writing is allowed", "bold"))

    @work(group="keep", exclusive=True)
    async def action_mark_production(self) -> None:
        """Say that real customers are in this workspace, which then starts read-only; or that none are."""
        if self.workspace is None:
            return
        workspace, is_production = self.workspace, not self.workspace.desk.is_production
        with self.keeping():
            await workspace.desk.mark_production(is_production=is_production)
            self.say(("production" if is_production else "no longer production", "bold"))
        workspace.client.read_only = workspace.desk.starts_read_only
        self.show_header()

    @work(group="keep", exclusive=True)
    async def action_start_read_only(self) -> None:
        if self.workspace is None:
            return
        wanted = not self.workspace.desk.starts_read_only
        with self.keeping():
            await self.workspace.desk.start_read_only(wanted=wanted)
            self.say(("starts read-only" if wanted else "starts with writing allowed", "bold"))

    def commands(self) -> Iterator[tuple[str, str]]:
        if self.workspace:
            desk = self.workspace.desk
            yield f"This workspace is {'no ' if desk.is_production else ''}production", "mark_production"
            yield f"Start here {'with writing allowed' if desk.starts_read_only else 'read-only'}", "start_read_only"
        for number, view in enumerate(self.workspace.desk.views if self.workspace else (), 1):
            yield f"View {safe(view.name)}", f"view({number})"

    @work(group="dialog", exclusive=True)
    async def action_export(self) -> None:
        await self.looked()
        if self.workspace is None:
            return
        columns = ["email" if place.column.name == WHO else place.column.name for place in self.table.places]
        exported = await self.app.push_screen_wait(ExportDialog(self.workspace, columns))
        if exported is not None:
            words = f"wrote {plural(exported.customers, 'customer')} to {safe(exported.place)}"
            self.say(("✓ ", "success"), (words, "muted"))

    def action_back(self) -> None:
        """Peel one layer: what is being asked, the range, the filter, the marks; it never quits."""
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        if browsing.is_asking:
            self.stop_asking()
        elif self.table.end_range() is not None:
            self.say()
        elif self.query_one(FilterBar).display:
            self.action_clear()
        elif browsing.marks:
            browsing.marks.clear()
            self.sum_marks()

    # Marks

    @work(group="mark")
    async def action_mark(self) -> None:
        await self.looked()
        if self.workspace and (row := self.table.row):
            self.workspace.browsing.marks.toggle(row.row)
            self.table.action_move(1)
            self.sum_marks()

    @work(group="mark")
    async def action_range(self) -> None:
        await self.looked()
        if self.workspace is None:
            return
        places = self.table.end_range()
        if places is None:
            self.table.start_range()
            self.say(("marking a range: v ends it", "muted"))
            return
        browsing = self.workspace.browsing
        browsing.marks.add(browsing.view.numbers[places.start : places.stop])
        self.sum_marks()

    @work(group="mark")
    async def action_mark_all(self) -> None:
        await self.looked()
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        had = len(browsing.marks)
        browsing.marks.add_shown()
        self.sum_marks()
        if browsing.complete:
            return
        if len(browsing.marks) == had:
            self.fetch_all(then_mark=True)
        else:
            here = plural(len(browsing.view), "customer")
            self.say((f"marked the {here} here; ", "warning"), ("A", "bold"), (" again fetches the others", "warning"))

    @work(group="mark")
    async def action_invert(self) -> None:
        await self.looked()
        if self.workspace:
            self.workspace.browsing.marks.invert()
            self.sum_marks()

    # One customer

    @on(LineTable.Chosen)
    @work(group="dialog", exclusive=True)
    async def action_open(self) -> None:
        if customer_id := await self.whom():
            await self._open(customer_id)

    @work(group="dialog", exclusive=True)
    async def action_look_up(self, text: str = "") -> None:
        if self.workspace:
            chosen = await self.app.push_screen_wait(Lookup(self.workspace, text))
            if chosen is not None and chosen.lines:
                await self._open_batch(chosen.lines)
            elif chosen is not None:
                await self._open(chosen.customer_id, edit=chosen.edit)

    async def _open_batch(self, lines: tuple[str, ...]) -> None:
        """Show what several lines mean, and whoever is chosen of them, until one leaves it."""
        if self.workspace is None:
            return
        batch = LookupBatch(self.workspace, lines)
        chosen = await self.app.push_screen_wait(batch)
        self.sum_marks()
        if chosen is not None:
            await self._open(chosen)

    @work(group="dialog", exclusive=True)
    async def action_last(self) -> None:
        """Open whom one opened last."""
        if self.workspace and (last := self.workspace.desk.last):
            await self._open(last.customer_id)

    async def _open(self, customer_id: str, *, edit: bool = False) -> None:
        """Show a customer; afterwards the cursor is on whom one saw last."""
        if self.workspace is None:
            return
        detail = CustomerDetail(self.workspace, customer_id, edit=edit)
        shown = await self.app.push_screen_wait(detail)
        if shown is not None:
            self.table.go_to(shown)
        else:
            self.recount()

    def on_deleted(self, customer_id: str) -> None:
        """One less."""
        self.recount()

    def on_many(self) -> None:
        """Some less, perhaps, and marks went with them."""
        self.recount()
        self.sum_marks()

    @property
    def customer_id(self) -> str | None:
        """Who is under the cursor."""
        return row.id if (row := self.table.row) else None

    async def whom(self) -> str | None:
        await self.looked()
        return self.customer_id

    async def entry_to_undo(self, workspace: Workspace) -> Entry | None:
        """The newest that can be, of whomever."""
        return await undo.newest(workspace.writer)

    @work(group="dialog", exclusive=True)
    async def action_create(self) -> None:
        if self.workspace is None:
            return
        written = await self.app.push_screen_wait(CustomerCreate(self.workspace))
        if written is None:
            return
        customer = written.outcome.customer
        if row := self.workspace.store.row(customer.id):
            self.table.go_to(row.row)
            self.say(*created_words(title_of(row), written.outcome.ignored), *unnoted_words(written.unnoted))
            self.recount()

    @work(group="dialog", exclusive=True)
    async def action_bulk(self) -> None:
        """Ask what is to be done to all that are marked, and show the plan of it."""
        if self.workspace is None:
            return
        workspace = self.workspace
        if not workspace.browsing.marks:
            self.say(
                ("nobody is marked: ", "muted"),
                ("space", "bold"),
                (" marks one, ", "muted"),
                ("A", "bold"),
                (" all", "muted"),
            )
            return
        numbers = await workspace.browsing.marks.in_order()
        wanted = await self.app.push_screen_wait(BulkMenu(len(numbers)))
        if wanted is None:
            return
        whom = plural(len(numbers), "customer")
        if not wanted.field:
            await self.change_many(workspace, f"Delete {whom}", partial(bulk.delete_all, workspace.store, numbers))
            return
        text = await self.app.push_screen_wait(BulkValue(wanted.field, len(numbers))) if wanted.is_set else ""
        if text is not None:
            title = f"{'Set' if wanted.is_set else 'Unset'} {BY_NAME[wanted.field].title} of {whom}"
            make = partial(bulk.set_on_all, workspace.store, numbers, wanted.field, text)
            await self.change_many(workspace, title, make)

    @work(group="dialog", exclusive=True)
    async def action_journal(self) -> None:
        if self.workspace and (chosen := await self.app.push_screen_wait(Journal(self.workspace))):
            await self._open(chosen)

    @work(group="copy", exclusive=True)
    async def action_copy(self) -> None:
        await self.looked()
        if (row := self.table.row) is None:
            return
        text = row.external_id or row.id
        self.app.copy_to_clipboard(text)
        self.say(("copied ", "muted"), (safe(text), ""))

    def action_preview(self) -> None:
        self.pane.toggle_preview()

    def action_new_key(self) -> None:
        self.post_message(self.KeyWanted())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what cannot act now."""
        if not self.is_mounted or self.workspace is None:
            return action in ("help", "quit", "app.quit")
        match action:
            case "last":
                return self.workspace.desk.last is not None
            case "view":
                return parameters[0] in range(1, len(self.workspace.desk.views) + 1)
            case "new_key":
                return isinstance(self.trouble, NotAllowed)
            case _ if action in NEED_ROWS:
                return self.table.display
            case _ if action in NEED_A_LIST:
                return self.workspace.browsing.has_begun
        return True
