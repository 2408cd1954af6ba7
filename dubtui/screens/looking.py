"""Another look at the rows: another filter, order or columns, each picked, typed or kept as a view."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.widget import Widget

from dubtui.customers import filters, grouping
from dubtui.customers.filters import FilterError
from dubtui.display.columns import WHO
from dubtui.display.figures import milliseconds
from dubtui.display.text import plural, safe
from dubtui.fields import BY_NAME
from dubtui.screens.choose_columns import ChooseColumns
from dubtui.screens.filter_by import COUNTED, FilterByRow, FilterField, FilterValue
from dubtui.screens.groups import Groups
from dubtui.screens.listing import Listing
from dubtui.screens.sort_by import SortBy
from dubtui.screens.views import Views
from dubtui.store.filtering import EVERYTHING
from dubtui.widgets.filter_bar import FilterBar
from dubtui.widgets.line_table import LineTable
from dubtui.widgets.lines import Line

if TYPE_CHECKING:
    from dubtui.api.clock import Clock
    from dubtui.customers.lens import Lens


class Looking(Listing):
    """Its lens decides what is shown, in which order and columns."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._values: dict[str, list[str]] = {}
        """What completion offers, by field."""

    def body(self) -> Iterable[Widget]:
        yield FilterBar(self._complete, id="filter")
        yield Line(id="filter-words")
        yield from super().body()

    def show_title(self) -> None:
        super().show_title()
        if self.workspace:
            browsing = self.workspace.browsing
            here = f" of {browsing.coverage.known:,} here"
            self.query_one(FilterBar).say(((f"{len(browsing.view):,} match", "bold"), (here, "muted")))

    async def looked(self) -> None:
        """Wait for the rows that were asked for last: what is done to a row is meant for one of them."""
        if self.workspace and not self.workspace.browsing.is_shown:
            await self.workspace.browsing.show()

    def look(self, lens: Lens) -> None:
        """Look at the customers through another lens."""
        if self.workspace:
            self._change_look(self.workspace.browsing.look(lens))

    @work(group="look", exclusive=True)
    async def _change_look(self, change: Awaitable[None]) -> None:
        """Have the view changed, show it from its top, and have Dub asked where it sorts so itself."""
        if self.workspace is None:
            return
        browsing = self.workspace.browsing
        with self.talking():
            await change
            self._show_lens()
            if browsing.can_go_on and not browsing.has_walked:
                await browsing.more()

    def _show_lens(self) -> None:
        """Bring columns and filter bar to the lens of the moment."""
        if self.workspace is None:
            return
        lens = self.workspace.browsing.lens
        self.pane.set_columns(lens.columns)
        self._show_filter(lens.filter)

    def action_go(self, steps: int) -> None:
        if self.workspace:
            self._change_look(self.workspace.browsing.go(steps))

    # Views

    @work(group="dialog", exclusive=True)
    async def action_views(self) -> None:
        if self.workspace is None:
            return
        desk, lens = self.workspace.desk, self.workspace.browsing.lens
        view = await self.app.push_screen_wait(Views(desk, lens))
        if view is None:
            return
        if view not in desk.views:
            with self.keeping():
                await desk.save_view(view)
                self.say(("✓ ", "success"), (f"kept as {safe(view.name)}", "muted"))
        self.look(view.lens)

    def action_view(self, number: int) -> None:
        if self.workspace and number <= len(self.workspace.desk.views):
            self.look(self.workspace.desk.views[number - 1].lens)

    # Order and columns

    @work(group="dialog", exclusive=True)
    async def action_sort(self) -> None:
        if self.workspace:
            lens = await self.app.push_screen_wait(SortBy(self.workspace.browsing.lens))
            if lens is not None:
                self._sort(lens)

    def action_flip(self) -> None:
        if self.workspace:
            lens = self.workspace.browsing.lens
            self._sort(lens.sorted_by(lens.order[0].field))

    @on(LineTable.HeadClicked)
    def _on_head(self, event: LineTable.HeadClicked) -> None:
        if self.workspace:
            self._sort(self.workspace.browsing.lens.sorted_by("email" if event.name == WHO else event.name))

    def _sort(self, lens: Lens) -> None:
        self.table.action_top()
        self.look(lens)

    @work(group="dialog", exclusive=True)
    async def action_columns(self) -> None:
        if self.workspace:
            lens = self.workspace.browsing.lens
            fitting = ["email" if place.column.name == WHO else place.column.name for place in self.table.places]
            columns = await self.app.push_screen_wait(ChooseColumns(lens.columns, fitting))
            if columns is not None:
                with self.keeping():
                    await self.workspace.desk.keep_columns(columns)
                self.look(replace(lens, columns=columns))

    # The filter

    def _complete(self, text: str, cursor: int) -> tuple[str, int] | None:
        """A filter with the word under the cursor completed."""
        found = filters.completions(text, cursor, lambda name: self._values.get(name, ()), self._clock.now())
        if not found:
            return None
        best = found[0]
        return text[: best.start] + best.text + text[best.end :], best.start + len(best.text)

    @work(group="values", exclusive=True)
    async def _learn_values(self) -> None:
        """The values that completion offers, the most frequent first."""
        if self.workspace:
            now_ms = milliseconds(self._clock.now())
            for name in COUNTED:
                groups = await self.workspace.store.groups(EVERYTHING, name, now_ms)
                self._values[name] = [str(group.label or group.value) for group in groups if group.value]

    def action_filter(self) -> None:
        self._learn_values()
        self._show_filter(self.query_one(FilterBar).text or " ")
        self.query_one(FilterBar).open()

    def _show_filter(self, text: str) -> None:
        bar = self.query_one(FilterBar)
        bar.display = bool(text)
        self.query_one("#title").display = not bar.display
        bar.set_text(text.strip())

    @on(FilterBar.Changed)
    @work(group="look", exclusive=True)
    async def _on_filter(self, event: FilterBar.Changed) -> None:
        if self.workspace is None:
            return
        words = self.query_one("#filter-words", Line)
        try:
            await self.workspace.browsing.type_filter(event.text)
        except FilterError as error:
            self.query_one(FilterBar).underline(error.start, error.end)
            words.say(((str(error), "dim" if error.incomplete else "warning"),))
            return
        found = self.workspace.browsing.filter
        self.query_one(FilterBar).underline(0, 0)
        words.say(((found.words, "dim"), *((f"   {safe(hint)}", "warning") for hint in found.hints)))
        self.show()

    @on(FilterBar.Submitted)
    @work(group="search", exclusive=True)
    async def _on_filter_submitted(self, event: FilterBar.Submitted) -> None:
        if self.workspace is None or not event.text.strip():
            self.action_clear()
            return
        self.table.focus()
        self.say(("asking Dub", "dim"))
        with self.talking():
            search = await self.workspace.browsing.search()
            if search is None:
                self.say(("Dub can look for nothing of this; sync fetches everybody", "muted"))
            else:
                found = plural(search.found, "customer")
                self.say((f"Dub found {found}{' and more' if search.cut else ''}", "muted"))

    @on(FilterBar.Left)
    def _on_filter_left(self) -> None:
        self.table.focus()

    @on(FilterBar.Cleared)
    def action_clear(self) -> None:
        if self.workspace:
            self.query_one("#filter-words", Line).say()
            self.look(self.workspace.browsing.lens.filtered(""))
            self.table.focus()

    # Filters that are picked

    @work(group="dialog", exclusive=True)
    async def action_build(self) -> None:
        """A field, then one of its values; where those are too many to pick from, the bar with the field typed."""
        if self.workspace is None:
            return
        name = await self.app.push_screen_wait(FilterField())
        if name is None:
            return
        if name not in COUNTED:
            self.action_filter()
            self.query_one(FilterBar).type(f"{BY_NAME[name].aliases[0] if BY_NAME[name].aliases else name}:")
            return
        browsing, kind = self.workspace.browsing, COUNTED[name]
        groups = await grouping.grouped(self.workspace.store, browsing.where, kind, self._clock.now())
        term = await self.app.push_screen_wait(FilterValue(BY_NAME[name].title, groups))
        self._add_term(term)

    @work(group="dialog", exclusive=True)
    async def action_like(self) -> None:
        await self.looked()
        if self.workspace and (row := self.table.row):
            self._add_term(await self.app.push_screen_wait(FilterByRow(row, self._clock.now())))

    @work(group="dialog", exclusive=True)
    async def action_groups(self) -> None:
        if self.workspace:
            text = await self.app.push_screen_wait(Groups(self.workspace))
            if text is not None:
                self.look(self.workspace.browsing.lens.filtered(text))

    def _add_term(self, term: str | None) -> None:
        if self.workspace and term is not None:
            lens = self.workspace.browsing.lens
            self.look(lens.filtered(filters.with_term(lens.filter, term)))
