"""The endpoints that tell what customers did."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from dubtui.demo import rules
from dubtui.demo.answers import Answer, Refusal, invalid, json_answer
from dubtui.demo.customers import Call, Customers
from dubtui.demo.data import Link, Row
from dubtui.demo.event_shape import shown, shown_customer, shown_deleted
from dubtui.demo.events import Event, invent
from dubtui.demo.periods import Period, read_period
from dubtui.demo.rows import Rows

KINDS = {"clicks": "click", "leads": "lead", "sales": "sale"}
SALE_TYPES = ("new", "recurring")
MAX_LIMIT = 1000

# Filters by comma list, negated by a leading hyphen.
FILTERS: Mapping[str, Callable[[Event, Link | None], str | None]] = {
    "domain": lambda event, link: link and link["domain"],
    "key": lambda event, link: link and link["key"],
    "linkId": lambda event, link: event.click.link_id,
    "partnerId": lambda event, link: event.customer["partnerId"],
    "country": lambda event, link: event.click.place.country,
    "city": lambda event, link: event.click.place.city,
    "region": lambda event, link: event.click.place.region,
    "continent": lambda event, link: event.click.place.continent,
    "device": lambda event, link: event.click.device.device,
    "browser": lambda event, link: event.click.device.browser,
    "os": lambda event, link: event.click.device.os,
    "referer": lambda event, link: event.click.referer,
}


@dataclass(frozen=True, slots=True)
class EventsQuery:
    """The parameters of GET /events."""

    kind: str
    period: Period
    sale_type: str | None
    page: int
    limit: int
    newest_first: bool


def read_events_query(query: Mapping[str, str], now: datetime) -> EventsQuery:
    """The parameters, checked in the order in which they stand here; `order` is the old name of `sortOrder`."""
    kind = KINDS[rules.choice(query, "event", KINDS, default="clicks")]
    period = read_period(query, now)
    sale_type = rules.optional_choice(query, "saleType", SALE_TYPES)
    page = rules.whole_number(query, "page", title="Page", default=1)
    limit = rules.whole_number(query, "limit", title="Page size", default=100, at_most=MAX_LIMIT)
    sort_order = rules.optional_choice(query, "sortOrder", rules.SORT_ORDERS)
    if query.get("sortBy", "timestamp") != "timestamp":
        raise invalid("invalid_value", "sortBy", 'Invalid input: expected "timestamp"')
    old_order = rules.choice(query, "order", rules.SORT_ORDERS, default="desc")
    return EventsQuery(kind, period, sale_type, page, limit, (sort_order or old_order) == "desc")


class Activity:
    """Events of all customers or one, and one customer's timeline."""

    def __init__(
        self,
        rows: Rows,
        customers: Customers,
        links: Mapping[str, Link],
        deleted: Mapping[tuple[str, str], Row],
        *,
        clock: Callable[[], float],
        rng: Random,
    ) -> None:
        self._rows, self._customers, self._links, self._deleted = rows, customers, links, deleted
        self._clock, self._rng = clock, rng

    def events(self, call: Call) -> Answer:
        """GET /events: one kind at a time; those whose link is gone are dropped after paging."""
        if call.workspace.clicks_over_quota:
            raise Refusal(
                "forbidden",
                "You've reached your monthly limit of 1000 clicks on the"
                f" {call.workspace.plan.capitalize()} plan."
                " Go yearly for 12x usage upfront, or upgrade for higher limits.",
            )
        asked = read_events_query(call.query, datetime.fromtimestamp(self._clock(), UTC))
        _check_link_filter(call.query)
        events = sorted(self._wanted(call, asked), key=lambda event: event.at_ms, reverse=asked.newest_first)
        start = (asked.page - 1) * asked.limit
        return json_answer(list(self._shown(events[start : start + asked.limit], call.workspace.id)))

    def timeline(self, call: Call) -> Answer:
        """GET /customers/{id}/activity: everything of all time, newest first."""
        row = self._customers.find(call)
        if row["linkId"] is None:
            return json_answer({"events": [], "link": None})
        link = self._links.get(row["linkId"])
        if link is None:
            raise Refusal(
                "not_found",
                "\nInvalid `prisma.link.findUniqueOrThrow()` invocation:\n\n\nAn operation failed because it depends on"
                " one or more records that were required but not found. No record was found for a query.",
            )
        events = [shown(event, link, call.workspace.id) for event in reversed(invent(row))]
        short = {"id": link["id"], "domain": link["domain"], "key": link["key"], "shortLink": link["shortLink"]}
        return json_answer({"events": events, "link": short})

    def _wanted(self, call: Call, asked: EventsQuery) -> Iterator[Event]:
        for row in self._people(call):
            for event in invent(row):
                if event.kind != asked.kind or not asked.period.holds(event.at_ms):
                    continue
                if asked.sale_type and (asked.sale_type == "new") != (event.number == 0):
                    continue
                if _passes(event, self._links.get(event.click.link_id), call.query):
                    yield event

    def _people(self, call: Call) -> Iterable[Row]:
        """Whose events are meant: an empty id means everybody's, an unknown one nobody's, a deleted one's are kept."""
        customer_id = call.query.get("customerId")
        if not customer_id:
            return self._rows.everyone_linked(call.workspace.id)
        workspace = call.workspace.id
        row = self._rows.by_id(workspace, customer_id) or self._deleted.get((workspace, customer_id))
        return [row] if row else []

    def _shown(self, events: Iterable[Event], workspace: str) -> Iterator[dict[str, object]]:
        for event in events:
            link = self._links.get(event.click.link_id)
            if link is not None:
                customer = self._shown_customer(event.customer, workspace)
                yield shown(event, link, workspace, customer=customer)

    def _shown_customer(self, row: Row, workspace: str) -> dict[str, object]:
        is_deleted = (workspace, row["id"]) in self._deleted
        return shown_deleted(row["id"]) if is_deleted else shown_customer(row, self._rng)


def _check_link_filter(query: Mapping[str, str]) -> None:
    """`externalId` means a link's here, and no link of the demo has one."""
    external_id = query.get("externalId")
    if not external_id:
        return
    if not external_id.startswith("ext_"):
        raise Refusal("bad_request", "Invalid externalId. Did you forget to prefix it with `ext_`?")
    raise Refusal("not_found", "Link not found.")


def _passes(event: Event, link: Link | None, query: Mapping[str, str]) -> bool:
    for key, value_of in FILTERS.items():
        given = query.get(key)
        if given:
            listed = value_of(event, link) in given.removeprefix("-").split(",")
            if listed == given.startswith("-"):
                return False
    return True
