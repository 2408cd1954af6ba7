"""Changing a customer: what would be sent, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.api import errors
from dubtui.api.query import customer_path
from dubtui.customers.browsing import read_again
from dubtui.customers.filters.countries import code_of
from dubtui.customers.writing import Undone, Unknown, blamed, found_out, may_be_done
from dubtui.display.figures import milliseconds
from dubtui.fields import BY_NAME, Naming

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.clock import Clock
    from dubtui.api.models import Customer
    from dubtui.store.store import Store

LONGEST = 191
"""Characters that a column of Dub's holds; it refuses more."""
EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
ADDRESS = re.compile(r"(https?://|data:image/)\S+")
NO_TEXT = re.compile("[\ud800-\udfff]")
"""Half of a character, which JSON may hold and Dub's database refuses."""
EDITABLE = {
    "name": "name",
    "email": "email",
    "externalId": "external_id",
    "stripeCustomerId": "stripe_customer_id",
    "country": "country",
    "avatar": "avatar",
}
"""The fields that Dub lets one change, and where a record has them; of a country it may keep its own all the same."""
HOSTED = ("https://dubassets.com/", "https://api.dub.co/og/avatar")
"""How the addresses of pictures begin that Dub hosts itself; it keeps them as they are sent."""
AVATAR_SETTLES = 5.0
"""Seconds in which Dub fetches an avatar that it hosts from then on, or drops it."""

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One field's old and new value; None is null."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class EditPlan:
    """What a save would do, before anything is sent."""

    customer_id: str
    changes: tuple[Change, ...]
    warnings: tuple[str, ...] = ()
    undoes: int | None = None
    """The number of the journal's entry that it takes back."""

    @property
    def path(self) -> str:
        """Where it goes; its method is PATCH."""
        return customer_path(self.customer_id)

    @property
    def body(self) -> dict[str, str | None]:
        """The changed keys alone."""
        return {change.field: change.new for change in self.changes}


@dataclass(frozen=True, slots=True)
class Saved:
    """Dub took the write; `ignored` names the fields in which it kept its own value."""

    edit: EditPlan
    """What was asked."""
    customer: Customer
    """As it was last read; without the expanded fields where `unread` says why."""
    took: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    lost: errors.DubError | None = None
    """What became of the answer, where reading again told in its place."""
    unread: errors.DubError | None = None
    """Why the customer could not be read again after Dub took the write."""

    @property
    def awaits_avatar(self) -> bool:
        """Whether Dub is fetching a picture, which it may drop yet."""
        address = self.edit.body.get("avatar")
        return address is not None and not address.startswith(HOSTED) and "avatar" in self.took


def opened(customer: Customer, naming: Naming) -> dict[str, str | None]:
    """A record's editable values as they are; a name that Dub shows in place of none is none."""
    values = {field: value_of(customer, field) for field in EDITABLE}
    if naming in (Naming.NONE, Naming.INVENTED):
        values["name"] = None
    return values


def problem(field: str, text: str) -> str:
    """What is wrong with a field's text, in words; empty where nothing is. An empty text means none."""
    if NO_TEXT.search(text):
        return "It holds half of a character, which is no text."
    if len(text) > LONGEST and field != "avatar":
        return f"{len(text)} characters; Dub keeps at most {LONGEST}."
    match field:
        case "externalId" if not text:
            return "Dub needs an external ID."
        case "email" if text and not EMAIL.fullmatch(text):
            return "Not an e-mail as Dub takes it: plain letters, one @, no spaces."
        case "avatar" if text and not ADDRESS.fullmatch(text):
            return "An address begins with https:// or http:// and holds no blanks."
        case "country" if not text:
            return "Dub cannot be told that there is no country."
        case "country" if code_of(text) is None:
            return "No country that is known: it takes an ISO code such as DE, or the English name."
    return ""


def problems(edit: EditPlan) -> dict[str, str]:
    """What is wrong with the new values of a plan, by field."""
    told = ((change.field, problem(change.field, change.new or "")) for change in edit.changes)
    return {field: words for field, words in told if words}


def plan(customer_id: str, opened: Values, wanted: Values) -> EditPlan:
    """The difference between a record as it was opened and the values that are wanted."""
    compared = (_change(field, opened.get(field) or None, text or None) for field, text in wanted.items())
    return planned(customer_id, [change for change in compared if change])


def planned(customer_id: str, changes: Iterable[Change], *, undoes: int | None = None) -> EditPlan:
    """A plan of these changes, with what there is to be warned of."""
    changes = tuple(changes)
    return EditPlan(customer_id, changes, tuple(_warnings(changes)), undoes)


def sent_as(field: str, text: str | None) -> str | None:
    """What is typed, as Dub is told it: a country by its code, an empty text as null."""
    return code_of(text) or text if field == "country" and text else text or None


def _change(field: str, old: str | None, text: str | None) -> Change | None:
    new = sent_as(field, text)
    return None if old in (text, new) else Change(field, old, new)


def _warnings(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        if change.field == "externalId" and change.old:
            yield f"Lookups by {change.old} will find nobody, and later sales by it are not attributed."
        if change.field == "name" and change.new is None:
            yield "Without a name Dub shows the e-mail, or one that it invents anew each time."
        if change.field == "stripeCustomerId" and change.new is None:
            yield "Without the Stripe ID recurring sales are no longer linked."
        if change.field == "country":
            yield "Some versions of Dub keep their own country; what it did is told afterwards."
        if change.field == "avatar" and (change.new or "").startswith(HOSTED):
            yield "Dub hosted that picture itself and may have it no longer; the address is kept as it is."
        if change.new and change.new != change.new.strip():
            yield f"{BY_NAME[change.field].title} begins or ends with a blank, which is sent as it is."


async def save(client: DubClient, store: Store, clock: Clock, edit: EditPlan) -> Saved | Undone | Unknown:
    """Send the changes, read the customer again and compare.

    They are sent once, and a lost answer is found out about by reading.
    """
    asked_at = milliseconds(clock.now())
    try:
        answered = await client.update_customer(edit.customer_id, edit.body)
    except errors.DubError as error:
        if may_be_done(error) or _is_about_the_answer(error, edit):
            return await _found_out(client, store, clock, edit, error)
        return Undone(await blamed(client, error, edit.body, edit.customer_id))
    await store.put([answered], asked_at=asked_at, base_only=True)
    return await _verified(client, store, clock, Saved(edit, answered))


async def settled(client: DubClient, store: Store, clock: Clock, saved: Saved) -> Saved:
    """What was saved, read once more when Dub has fetched the avatar: one that it cannot fetch is null by then."""
    await clock.sleep(AVATAR_SETTLES)
    return await _verified(client, store, clock, saved)


async def _verified(client: DubClient, store: Store, clock: Clock, saved: Saved) -> Saved:
    """What was saved, compared with what Dub holds now, or with its answer where it cannot be read."""
    edit = saved.edit
    unread: errors.DubError | None = None
    customer: Customer | None = saved.customer
    try:
        customer = await read_again(client, store, edit.customer_id, milliseconds(clock.now()))
    except errors.DubError as error:
        unread = error
    if customer is None:
        customer, unread = saved.customer, errors.NotFound()
    taken = tuple(change.field for change in edit.changes if took(change, customer))
    ignored = tuple(field for field in edit.body if field not in taken)
    return Saved(edit, customer, taken, ignored, saved.lost, unread)


async def _found_out(
    client: DubClient, store: Store, clock: Clock, edit: EditPlan, error: errors.DubError
) -> Saved | Undone | Unknown:
    """Which of the two it was: Dub writes all fields of a request or none, so that one new value tells."""

    async def look() -> Saved | Undone | Unknown | None:
        customer = await read_again(client, store, edit.customer_id, milliseconds(clock.now()))
        if customer is None:
            return Undone(errors.NotFound())
        if any(took(change, customer) for change in edit.changes):
            return Saved(edit, customer, lost=error)
        is_as_before = all(stands(change, customer) for change in edit.changes)
        return None if is_as_before else Unknown(error, customer)

    try:
        found: Saved | Undone | Unknown | None = await found_out(clock, look)
    except errors.DubError:
        return Unknown(error)
    if isinstance(found, Saved):  # a name without an e-mail beside it is believed when two readings agree
        return await _verified(client, store, clock, found)
    return found or Undone(error)


def _is_about_the_answer(error: errors.DubError, edit: EditPlan) -> bool:
    """Whether Dub wrote and then could not shape its answer, as it does for a row without an external ID."""
    return type(error) is errors.Refused and error.field == "externalId" and "externalId" not in edit.body


def took(change: Change, customer: Customer) -> bool:
    """Whether Dub holds what was asked, as far as its answer can tell."""
    now = value_of(customer, change.field)
    if change.field == "avatar" and change.new:
        # Dub answers with the address under which it will host it
        return now == change.new or (now is not None and now != change.old)
    if change.field == "name" and change.new is None:
        return now == customer.email if customer.email else now != change.old  # without an e-mail it invents one
    return now == (change.new or None)


def stands(change: Change, customer: Customer) -> bool:
    """Whether Dub holds what it held; where there was no name, it answers with the e-mail or an invention."""
    return (change.field == "name" and change.old is None) or value_of(customer, change.field) == (change.old or None)


def value_of(customer: Customer, field: str) -> str | None:
    """A field's value in a record as Dub sent it; an empty text is none."""
    value: str | None = getattr(customer, EDITABLE[field])
    return value or None
