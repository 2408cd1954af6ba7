"""The customer object as it is served."""

from collections.abc import Mapping
from random import Random

from dubtui.demo import javascript
from dubtui.demo.answers import invalid
from dubtui.demo.data import Discount, Link, Partner, Row
from dubtui.demo.names import name_or_invented

NO_STRING = "Invalid input: expected string, received null"
LINK_KEYS = ("id", "domain", "key", "shortLink", "url", "programId")
PARTNER_KEYS = ("id", "name", "email", "image")


class Shape:
    """Turns rows into customer objects, with what hangs on them where that is asked for."""

    def __init__(
        self,
        links: Mapping[str, Link],
        partners: Mapping[str, Partner],
        discounts: Mapping[str, Discount],
        rng: Random,
    ) -> None:
        self._links, self._partners, self._discounts, self._rng = links, partners, discounts, rng

    def of(self, row: Row, *, expanded: bool, path: str = "") -> dict[str, object]:
        """The object; a row without an external id cannot be served, which is told by its path in the answer."""
        if row["externalId"] is None:
            raise invalid("invalid_type", f"{path}externalId", NO_STRING)
        customer: dict[str, object] = {
            "id": row["id"],
            "name": name_or_invented(row["name"], row["email"], self._rng),
            "email": row["email"],
            "avatar": row["avatar"],
            "externalId": row["externalId"],
            "stripeCustomerId": row["stripeCustomerId"],
            "country": row["country"],
            "sales": row["sales"],
            "saleAmount": javascript.double(row["saleAmount"]),
            "createdAt": row["createdAt"],
            "firstSaleAt": row["firstSaleAt"],
            "subscriptionCanceledAt": row["subscriptionCanceledAt"],
        }
        return customer | self._expansion(row) if expanded else customer

    def _expansion(self, row: Row) -> dict[str, object]:
        link = self._links.get(row["linkId"] or "")
        partner = self._partners.get(row["partnerId"] or "")
        discount = self._discounts.get(partner["discountId"] or "") if partner else None
        there: dict[str, object] = {
            "link": link and _picked(link, LINK_KEYS),
            "programId": row["programId"],
            "partner": partner and _picked(partner, PARTNER_KEYS),
            "discount": discount,
        }
        return {key: value for key, value in there.items() if value is not None}


def _picked(record: Mapping[str, object], keys: tuple[str, ...]) -> dict[str, object]:
    return {key: record[key] for key in keys}
