"""What stands in an address: any identifier survives it, and nothing that Dub refuses is sent."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dubtui.api.query import CustomerQuery, EventQuery, customer_path, parameters
from tests.api.clients import client_of, dub, small
from tests.api.fast_time import in_no_time

ODD_IDS = [
    "org/42", "user 42", "100%", "a#b", "a?b", "..", ".", "ext_7", "ext_ext_7", "a+b", "%2F", "søren", "山", "👩‍👩‍👧",
    '"', "'", "\\", "a&b=c", "cus_1LOOKSLIKE", "count", "\x1b[31m", "\n", " ", "",
]  # fmt: skip


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_external_id_survives_the_way_through_a_path(text: str) -> None:
    """Asked for over ASGI with the path as it was sent, and found again."""
    _round_trip(text)


@pytest.mark.parametrize("text", ODD_IDS, ids=ascii)
def test_an_odd_external_id_survives_the_way_through_a_path(text: str) -> None:
    _round_trip(text)


@in_no_time
async def _round_trip(text: str) -> None:
    client = client_of(dub(small({"externalId": text})))
    assert (await client.get_customer(f"ext_{text}")).external_id == text


@given(st.text(st.characters(codec="utf-8")))
@example("..")
def test_a_path_has_one_segment_and_nothing_else(text: str) -> None:
    path = customer_path(text)
    assert path.count("/") == 2
    assert path.isascii()
    assert not set(path) & set("?# +")


def test_what_asks_for_nothing_is_left_out() -> None:
    """Dub refuses an empty `page` or `sortBy`, and `1`, `0`, `DESC`."""
    empty: dict[str, Any] = {field.name: "" for field in fields(CustomerQuery) if field.default in ("", None)}
    assert parameters(CustomerQuery(**empty)) == [("includeExpandedFields", "true"), ("pageSize", "100")]


FILTERS = [
    CustomerQuery(email="person1@letters.example"),
    CustomerQuery(external_id="user_1"),
    CustomerQuery(search="Person"),
    CustomerQuery(country="GB"),
    CustomerQuery(link_id="link_1"),
    CustomerQuery(program_id="prog_1"),
    CustomerQuery(partner_id="pn_1"),
    CustomerQuery(include_expanded_fields=False),
    CustomerQuery(sort_by="saleAmount", sort_order="asc"),
    CustomerQuery(page=2, page_size=1),
    CustomerQuery(starting_after="cus_1000000000000000000000001"),
    CustomerQuery(ending_before="cus_1000000000000000000000001"),
]


@pytest.mark.parametrize("query", FILTERS, ids=lambda query: str(parameters(query)))
@in_no_time
async def test_every_parameter_is_one_that_dub_takes(query: CustomerQuery) -> None:
    await client_of(dub()).list_customers(query)


def test_events_are_asked_for_by_dub_id_of_all_time() -> None:
    """Dub answers an empty id for the whole workspace, `ext_` for nobody, and 30 days where no interval is named."""
    asked = dict(parameters(EventQuery("cus_1", "leads")))
    assert asked == {"customerId": "cus_1", "event": "leads", "interval": "all", "page": "1", "limit": "1000"}
    for wrong in ("", "ext_user_1"):
        with pytest.raises(ValueError, match="by Dub id"):
            EventQuery(wrong, "leads")
