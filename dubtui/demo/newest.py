"""The newest customers of the invented workspace, who are what everybody sees first."""

from typing import NamedTuple

from dubtui.demo.people import Person


class Newest(NamedTuple):
    """A customer with figures of its own: cents of one sale, through whose link, and whether that is over."""

    person: Person
    external_id: str
    amount: int
    link: str | None
    canceled: bool


def _newest(
    name: str | None,
    email: str | None,
    country: str | None,
    external_id: str,
    amount: int = 0,
    link: str | None = None,
    *,
    canceled: bool = False,
) -> Newest:
    return Newest(Person(name, email, country), external_id, amount, link, canceled)


NEWEST = (
    _newest("Ada Lovelace", "ada@analytical.example", "GB", "user_8813", 120400, "difference"),
    _newest("Sophie Germain", "sophie@germain.example", "FR", "user_8812", link="letters"),
    _newest("紫式部", "murasaki@heian.example", "JP", "user_8809", 31850, "newsletter"),
    _newest("Emmy Noether", "emmy@goettingen.example", "DE", "user_8801", 246000, "difference"),
    _newest("Carl Friedrich Gauss", "gauss@goettingen.example", "DE", "user_8799", 1284000, "lunar"),
    _newest("عمر الخيام", "omar@nishapur.example", "IR", "user_8790", 149600, "wisdom"),
    _newest("Mary Somerville", "mary.somerville@burntisland.example", "GB", "user_8788", 4990, canceled=True),
    _newest("Srinivasa Ramanujan", "ramanujan@kumbakonam.example", "IN", "user_8781", 172900, "letters"),
    _newest(None, None, None, "org/42"),
    _newest("祖冲之", "zu.chongzhi@nanjing.example", "CN", "user_8777", link="docs"),
    _newest("Émilie du Châtelet", "emilie@cirey.example", "FR", "user_8770", 76000, "voltaire"),
    _newest("Leonhard Euler", "leonhard@euler.example", "CH", "user_8765", 543600, "letters"),
    _newest("Hypatia", "hypatia@alexandria.example", "EG", "7f3a90c1-22de-4b7e-9c55-6d1f0b8e3a42", link="aldine"),
    _newest("Maria Mitchell", "maria@nantucket.example", "US", "user_8760", 224000, "launch", canceled=True),
    _newest("Johannes Kepler", "kepler@linz.example", "AT", "user_8758", 61800, "newsletter"),
    _newest("מרים", "miriam@alembic.example", "IL", "user_8751", 129600, "wisdom", canceled=True),
    _newest("Софья Ковалевская", "sofya@stockholm.example", "SE", "user_8746", 331000, "lunar"),
    _newest("관륵", "gwalleuk@baekje.example", "KR", "user_8740", link="café-ünï"),
    _newest("Blaise Pascal", "blaise@pascaline.example", "FR", "user_8733", 115800, "voltaire"),
    _newest("लीलावती", "lilavati@ujjain.example", "IN", "user_8731", 19600, "docs"),
)
