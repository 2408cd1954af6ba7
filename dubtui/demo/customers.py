"""The endpoints that read customers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dubtui.demo import rules
from dubtui.demo.answers import Answer, Refusal, json_answer
from dubtui.demo.data import Link, Row, Workspace
from dubtui.demo.rows import Rows, Selection
from dubtui.demo.shape import Shape


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in: for which workspace, about which customer, with what."""

    workspace: Workspace
    address: str
    query: Mapping[str, str]
    body: bytes


class Customers:
    """List, one, and count."""

    def __init__(self, rows: Rows, shape: Shape, links: Mapping[str, Link]) -> None:
        self._rows, self._shape, self._links = rows, shape, links

    def page(self, call: Call) -> Answer:
        """GET /customers: a bare array."""
        asked = rules.read_list(call.query)
        selection = _selection(call.workspace, rules.read_filters(call.query))
        rules.check_paging(asked)
        rows = self._page(asked, selection)
        shown = [self._shape.of(row, expanded=asked.expanded, path=f"[{i}].") for i, row in enumerate(rows)]
        return json_answer(shown)

    def _page(self, asked: rules.ListQuery, selection: Selection) -> list[Row]:
        size, order = asked.page_size, asked.sort_order
        cursor = asked.starting_after or asked.ending_before
        if cursor is None:
            skip = (asked.page - 1) * size
            return self._rows.offset_page(selection, sort_by=asked.sort_by, order=order, size=size, skip=skip)
        if self._rows.by_id(selection.workspace, cursor) is None:
            raise Refusal("unprocessable_entity", "Invalid cursor: the provided ID does not exist.")
        before = asked.starting_after is None
        return self._rows.cursor_page(selection, cursor=cursor, order=order, size=size, before=before)

    def get(self, call: Call) -> Answer:
        """GET /customers/{id}; the list's parameters are checked here, too."""
        asked = rules.read_list(call.query)
        return json_answer(self._shape.of(self.find(call), expanded=asked.expanded))

    def find(self, call: Call) -> Row:
        """The customer that the path addresses: by id, or after `ext_` by external id."""
        if call.address.startswith("ext_"):
            row = self._rows.by_external_id(call.workspace.id, call.address.removeprefix("ext_"))
        else:
            row = self._rows.by_id(call.workspace.id, call.address)
        if row is None:
            raise Refusal(
                "not_found",
                "Customer not found. Make sure you're using the correct customer ID"
                " (e.g. `cus_3TagGjzRzmsFJdH8od2BNCsc`) or external ID (has to be prefixed with `ext_`).",
            )
        return row

    def count(self, call: Call) -> Answer:
        """GET /customers/count: a bare number, or a list of groups."""
        group_by = rules.optional_choice(call.query, "groupBy", rules.GROUPS)
        selection = _selection(call.workspace, rules.read_count_filters(call.query, group_by))
        if group_by == "country":
            groups = self._rows.counts_by("country", selection)
            return json_answer([{"_count": number, "country": country} for country, number in groups])
        if group_by == "linkId":
            return json_answer(list(self._link_counts(selection)))
        return json_answer(self._rows.count(selection))

    def _link_counts(self, selection: Selection) -> Iterator[dict[str, object]]:
        """The links with their customers; a link that is gone is left out."""
        for link_id, number in self._rows.counts_by("linkId", selection):
            link = self._links.get(link_id or "")
            if link:
                yield {"_count": number, "linkId": link_id, "shortLink": link["shortLink"], "url": link["url"]}


def _selection(workspace: Workspace, filters: rules.Filters) -> Selection:
    """The program to look in is the workspace's own, whatever was named."""
    if not filters.in_program:
        return Selection(workspace.id, filters)
    if workspace.program_id is None:
        raise Refusal("not_found", "Program not found")
    return Selection(workspace.id, filters, workspace.program_id)
