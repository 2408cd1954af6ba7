"""The partners of the invented workspace, their discounts, and the links that customers came through."""

from dubtui.demo.data import Discount, Link, Partner

PROGRAM_ID = "prog_1DEMO0LETTERS"
DOMAIN = "acme.example"
GONE_LINK_ID = "link_1DEMO0GONE"


def _discount(name: str, amount: int, kind: str, months: int | None, description: str | None) -> Discount:
    return {
        "id": f"disc_1DEMO0{name.upper()}",
        "amount": amount,
        "type": kind,
        "maxDuration": months,
        "couponId": f"coupon_{name}" if months else None,
        "couponTestId": None,
        "description": description,
    }


def _partner(key: str, name: str, email: str | None, discount: Discount | None) -> Partner:
    return {
        "id": f"pn_1DEMO0{key.upper()}",
        "name": name,
        "email": email,
        "image": f"https://pictures.example/{key}.png" if email else None,
        "discountId": discount["id"] if discount else None,
    }


def _link(key: str, *, in_program: bool = False) -> Link:
    return {
        "id": f"link_1DEMO0{key.upper()}",
        "domain": DOMAIN,
        "key": key,
        "shortLink": f"https://{DOMAIN}/{key}",
        "url": f"https://www.acme.example/?via={key}",
        "programId": PROGRAM_ID if in_program else None,
    }


_YEAR = _discount("year", 20, "percentage", 12, "20% off for a year")
_ALWAYS = _discount("always", 10, "percentage", None, None)
_MONTH = _discount("month", 1500, "flat", 1, "$15 off the first month")
_QUARTER = _discount("quarter", 2500, "flat", 3, "$25 off for three months")

DISCOUNTS = (_YEAR, _ALWAYS, _MONTH, _QUARTER)
PARTNERS = {
    "difference": _partner("difference", "Charles Babbage", "charles@difference.example", _YEAR),
    "voltaire": _partner("voltaire", "Voltaire", "voltaire@ferney.example", _ALWAYS),
    "aldine": _partner("aldine", "Aldus Manutius", "aldus@press.example", _MONTH),
    "wisdom": _partner("wisdom", "بيت الحكمة", None, _QUARTER),
    "letters": _partner("letters", "Marin Mersenne", "mersenne@letters.example", None),
    "lunar": _partner("lunar", "The Lunar Society", "moon@birmingham.example", _YEAR),
}
"""The partners by the key of their link."""

LINKS = (
    *(_link(key, in_program=True) for key in PARTNERS),
    *(_link(key) for key in ("launch", "newsletter", "docs", "café-ünï")),
)
