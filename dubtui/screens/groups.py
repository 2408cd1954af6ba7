"""Customers by country, link, partner, state or month: how many, how much, and the way in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from dubtui.customers import filters, grouping
from dubtui.customers.grouping import Grouped
from dubtui.display import charts
from dubtui.display.figures import dollars_and_cents, milliseconds
from dubtui.display.frame import path
from dubtui.display.groups import Month, charts_beside, sentence
from dubtui.display.listing import share_words
from dubtui.display.people import money_spans, title_of
from dubtui.display.text import Spans, plural, safe
from dubtui.screens.base import Framed
from dubtui.store.views import Order, Question
from dubtui.widgets.line_table import Column, LineTable, Listed
from dubtui.widgets.lines import TextLines

if TYPE_CHECKING:
    from dubtui.session import Workspace

KINDS = tuple(grouping.KINDS)
MONTHS = 12
WIDE = 110
HIGH = 30
"""Rows from which there is room for the charts."""
LARGEST = 5
ORDERS: dict[str, str] = {"customers": "by customers, most first", "ltv": "by LTV, highest first"}


class Groups(Framed[str | None]):
    """Returns the filter that leads into the group that was chosen."""

    CSS_PATH = "groups.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "drill", "show these customers", id="drill", tooltip="The list with this group alone"),
        Binding("number_sign", "next_kind", "group by", id="group-by", tooltip="Group by something else"),
        Binding("s", "sort", "sort", id="sort-groups", tooltip="By customers or by lifetime value"),
        Binding("escape,q", "leave", "back", id="back", tooltip="Back to the list"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace: Workspace = workspace
        self._kind = KINDS[0]
        self._order = "customers"
        self._groups: Sequence[Grouped] = ()

    def body(self) -> Iterable[Widget]:
        yield LineTable[Grouped](id="groups")
        yield TextLines(id="about")

    @property
    def _table(self) -> LineTable[Grouped]:
        return self.query_one("#groups", LineTable)

    def on_mount(self) -> None:
        super().on_mount()
        self._table.focus()
        self._count()

    def on_resize(self) -> None:
        super().on_resize()
        self._set_columns()

    @work(group="count", exclusive=True)
    async def _count(self) -> None:
        workspace = self.workspace
        where = workspace.browsing.where
        self._groups = await grouping.grouped(workspace.store, where, self._kind, workspace.clock.now())
        self._show()

    def _show(self) -> None:
        groups = list(self._groups)
        if self._order == "ltv":
            groups.sort(key=lambda group: -group.totals.sale_amount)
        self._groups = groups
        self._set_columns()
        self._table.mark_heads((self._order, True))
        self._table.show(Listed(groups))
        name = grouping.KINDS[self._kind]
        self.say_title(path("All customers", f"By {name}"), ((ORDERS[self._order], "dim"),))
        totals = self.workspace.browsing.view.totals
        dollars, _ = dollars_and_cents(totals.sale_amount)
        sums: Spans = ((f"{plural(totals.rows, 'customer')}   ", "muted"), ("sum ", "dim"), (dollars, "bold"))
        self.say_band(((plural(len(groups), "group"), ""), ("   ", ""), *sums), self._coverage)

    @property
    def _coverage(self) -> Spans:
        coverage = self.workspace.browsing.coverage
        if coverage.complete:
            return ()
        more = "" if coverage.total is None else f"{coverage.total - coverage.known:,} "
        return ((f"counted here, {more}more at Dub", "dim"),)

    def _set_columns(self) -> None:
        width = self.app.size.width
        most_rows = max((group.totals.rows for group in self._groups), default=0)
        most_amount = max((group.totals.sale_amount for group in self._groups), default=0)
        everybody = self.workspace.browsing.view.totals.rows
        bars = (width - 76) // 2 if width >= WIDE else 0
        columns: list[Column[Grouped]] = [
            Column("sign", "", lambda group: ((safe(group.sign), "muted"),), 2),
            Column(
                "name",
                grouping.KINDS[self._kind].capitalize(),
                lambda group: ((safe(group.name), ""),),
                22,
                strong=True,
            ),
            Column("customers", "Customers", lambda group: ((f"{group.totals.rows:,}", ""),), 9, right=True),
            Column("rows-bar", "", lambda group: _bar(group.totals.rows, most_rows, bars, "muted"), bars),
            Column(
                "share", "Share", lambda group: ((share_words(group.totals.rows, everybody), "dim"),), 5, right=True
            ),
            Column(
                "ltv",
                "LTV   ",
                lambda group: money_spans(group.totals.sale_amount, hanging=True),
                13,
                right=True,
                strong=True,
            ),
            Column("ltv-bar", "", lambda group: _bar(group.totals.sale_amount, most_amount, bars, "bar"), bars, gap=1),
            Column(
                "paid",
                "Paid",
                lambda group: ((share_words(group.totals.paid, group.totals.rows), "muted"),),
                5,
                right=True,
            ),
        ]
        self._table.set_columns([column for column in columns if column.width], ())

    # The group under the cursor

    @on(LineTable.Moved)
    @on(LineTable.Redrawn)
    def _on_moved(self) -> None:
        if (group := self._table.row) is not None:
            self._tell(group)

    @work(group="tell", exclusive=True)
    async def _tell(self, group: Grouped) -> None:
        """Its sign-ups by month and its largest customers."""
        workspace = self.workspace
        now = workspace.clock.now()
        text = filters.with_term(workspace.browsing.lens.filter, group.term)
        where = filters.parse(text, now).node
        sums = await grouping.last_months(workspace.store, where, now, count=MONTHS)
        question = Question(where, (Order("saleAmount", descending=True),), now_ms=milliseconds(now))
        numbers = await workspace.store.numbers(question)
        rows = {row.row: row for row in workspace.store.rows(numbers[:LARGEST])}
        largest = [rows[number] for number in numbers[:LARGEST] if number in rows]
        totals = group.totals
        lines = [sentence(group.name, totals.rows, totals.paid, totals.canceled)]
        if self.app.size.height >= HIGH:
            months = [Month(start, these.rows, these.sale_amount) for start, these in sums]
            best = [(title_of(row), row.sale_amount) for row in largest]
            lines += [(), *charts_beside(months, best, self.app.size.width - 4)]
        self.query_one("#about", TextLines).say(*lines)

    # Keys

    def action_drill(self) -> None:
        if (group := self._table.row) is not None:
            self.dismiss(filters.with_term(self.workspace.browsing.lens.filter, group.term))

    def on_line_table_chosen(self) -> None:
        self.action_drill()

    def action_next_kind(self) -> None:
        self._kind = KINDS[(KINDS.index(self._kind) + 1) % len(KINDS)]
        self._count()

    def action_sort(self) -> None:
        self._order = "customers" if self._order == "ltv" else "ltv"
        self._count()

    def on_line_table_head_clicked(self, event: LineTable.HeadClicked) -> None:
        if event.name in ORDERS and event.name != self._order:
            self.action_sort()

    def action_leave(self) -> None:
        self.dismiss(None)


def _bar(value: float, most: float, width: int, ink: str) -> Spans:
    return ((charts.bar(value, most, width), ink),)
