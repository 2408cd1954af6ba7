"""One customer on a screen of its own: the strip of figures, the facts, what Dub sent."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dubtui.display.countries import country_name
from dubtui.display.figures import full_day, full_moment, money, span
from dubtui.display.people import (
    SIGNS,
    average_sale,
    discount_words,
    email_spans,
    months_paying,
    name_spans,
    state_of,
    time_to_first_sale,
    title_of,
    without_scheme,
)
from dubtui.display.text import Spans, cut_spans, json_text, laid, plural, safe, spread, width_of
from dubtui.fields import BY_NAME, CustomerRow, Naming

if TYPE_CHECKING:
    from dubtui.api.models import Customer

Fact = tuple[str, Spans]


def heading(row: CustomerRow, now: datetime, width: int, changed: Container[str] = ()) -> list[Spans]:
    """Name and state, e-mail with country and age: two lines."""
    name: Spans = ((title_of(row), "bold"),)
    if row.naming in (Naming.UNCONFIRMED, Naming.INVENTED) and not row.email:
        name = (*name, ("   ", ""), (_about_the_name(row), "dim"))
    if BY_NAME["name"].title in changed:
        name = (*name, ("   ", ""), ("~ changed", "accent"))
    below: Spans = email_spans(row.email) if row.email else (("no e-mail", "dim"),)
    if row.country:
        below = (*below, ("   ", ""), (safe(country_name(row.country)), "muted"))
    return [
        spread(name, SIGNS[state_of(row)], width),
        spread(below, ((f"since {full_day(row.created_at, now) or 'unknown'}", "muted"),), width),
    ]


def _about_the_name(row: CustomerRow) -> str:
    if row.naming is Naming.INVENTED:
        return "Dub invents a name at every reading"
    return f"{name_spans(row)[0][0]} perhaps invented by Dub" if name_spans(row)[0][1] == "dim" else ""


def strip(row: CustomerRow, now: datetime, width: int, *, most: int = 5) -> list[Spans]:
    """The figures, each over its word."""
    months = months_paying(row, now)
    figures = [
        (money(row.sale_amount) or "–", "lifetime value"),
        (f"{row.sales:,}" if row.sales is not None else "–", "sale" if row.sales == 1 else "sales"),
        (span(time_to_first_sale(row)) or "–", "to first sale"),
        (money(average_sale(row)) or "–", "average sale"),
        (plural(months, "month") if months is not None else "–", "paying"),
    ][:most]
    widths = [max(len(figure), len(word)) for figure, word in figures]
    gap = min(8, max(2, (width - sum(widths)) // (len(widths) - 1)))
    starts = [sum(widths[:number]) + gap * number for number in range(len(widths))]
    above = [(figure, "dim" if figure == "–" else "bold") for figure, _ in figures]
    below = [(word, "dim") for _, word in figures]
    return [laid(*((at, (span,)) for at, span in zip(starts, line, strict=True))) for line in (above, below)]


def preview(row: CustomerRow, now: datetime, width: int, *, tall: bool) -> list[Spans]:
    """The customer in short, out of its row alone: in one narrow column, or low and wide."""
    groups = _short_facts(row, now)
    if tall:
        name: Spans = ((title_of(row), "bold"),)
        email: Spans = email_spans(row.email) if row.email else (("no e-mail", "dim"),)
        figures = strip(row, now, width, most=3)
        return [spread(name, SIGNS[state_of(row)], width), email, (), *figures, (), *fact_lines(groups)]
    ids, origin, dates = (fact_lines([group]) for group in groups)
    first, second = max(44, width * 3 // 8), max(30, width * 5 // 16)
    return [
        *heading(row, now, width),
        (),
        *strip(row, now, width),
        (),
        *beside(ids, beside(origin, dates, second), first),
    ]


def _short_facts(row: CustomerRow, now: datetime) -> list[list[Fact]]:
    discount = discount_words(row.discount_amount, row.discount_type, row.discount_months)
    return [
        [
            ("External ID", _value(row.external_id)),
            ("Stripe ID", _value(row.stripe_customer_id, "muted")),
            ("Dub id", _value(row.id, "muted")),
        ],
        [
            ("Partner", _value(row.partner_name or row.partner_id)),
            ("Link", _value(without_scheme(row.link) if row.link else None)),
            ("Discount", _value(discount)),
        ],
        [
            ("Country", _value(_country(row.country))),
            ("Created", _value(full_day(row.created_at, now))),
            ("First sale", _value(full_day(row.first_sale_at, now))),
            ("Canceled", _value(full_day(row.subscription_canceled_at, now), none="no")),
        ],
    ]


def facts(row: CustomerRow, customer: Customer, now: datetime) -> tuple[list[list[Fact]], list[list[Fact]]]:
    """What is known, in two columns of groups."""
    months = months_paying(row, now)
    ids = [
        ("External ID", _value(row.external_id, "bold")),
        ("Stripe ID", _value(row.stripe_customer_id)),
        ("Dub id", _value(row.id, "muted")),
    ]
    dates = [
        ("Created", _value(full_moment(row.created_at, now))),
        ("First sale", _value(full_moment(row.first_sale_at, now))),
        ("Canceled", _value(full_moment(row.subscription_canceled_at, now), none="no")),
        ("Paying for", _value(plural(months, "month") if months is not None else None, none="nothing yet")),
    ]
    partner: list[Fact] = [("Partner", _value(row.partner_name or row.partner_id))]
    if row.partner_email:
        partner.append(("", email_spans(row.partner_email)))
    discount = discount_words(row.discount_amount, row.discount_type, row.discount_months)
    partner += [
        ("Discount", _value(discount)),
        ("Link", _value(without_scheme(row.link) if row.link else None)),
    ]
    if customer.link and customer.link.url:
        partner.append(("Leads to", _value(without_scheme(customer.link.url), "muted")))
    if row.program_id:
        partner.append(("Program id", _value(row.program_id, "muted")))
    person = [
        ("Country", _value(_country(row.country))),
        ("Avatar", _value(without_scheme(row.avatar) if row.avatar else None, "muted")),
    ]
    return [ids, partner], [dates, person]


def _country(code: str | None) -> str:
    name = country_name(code)
    return name if name == code else f"{name}, {code}"


def _value(text: str | None, ink: str = "", *, none: str = "none") -> Spans:
    return ((safe(text), ink),) if text else ((none, "dim"),)


def fact_lines(groups: Sequence[Sequence[Fact]], changed: Container[str] = ()) -> list[Spans]:
    """Labels and values, a blank line between groups; a mark behind those whose label is among the changed ones."""
    cells = 2 + max(len(label) for group in groups for label, _ in group)
    lines: list[Spans] = []
    for group in groups:
        if lines:
            lines.append(())
        for label, value in group:
            mark: Spans = (("   ", ""), ("~ changed", "accent")) if label in changed else ()
            lines.append(((label.ljust(cells), "dim"), *value, *mark))
    return lines


def beside(left: Sequence[Spans], right: Sequence[Spans], at: int) -> list[Spans]:
    """Two columns of lines in one, the right one from a cell on."""
    lines = []
    for number in range(max(len(left), len(right))):
        mine = cut_spans(left[number], at - 1) if number < len(left) else ()
        theirs = right[number] if number < len(right) else ()
        lines.append((*mine, (" " * (at - width_of(mine)), ""), *theirs))
    return lines


def sent_lines(sent: bytes) -> list[Spans]:
    """The JSON as Dub sent it, indented."""
    text = json_text(json.loads(sent), indent=2)
    return [((line, "muted"),) for line in text.split("\n")]
