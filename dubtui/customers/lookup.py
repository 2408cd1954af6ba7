"""Finding one customer by whatever identifier somebody has."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubtui.api import errors
from dubtui.api.query import CustomerQuery

if TYPE_CHECKING:
    from dubtui.api.client import DubClient
    from dubtui.api.models import Customer

DUB_ID = re.compile(r"[A-Za-z0-9_]+")
PREFIX = "ext_"


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a text may be: `what` in words, and what Dub is asked for."""

    what: str
    identifier: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer, and as what the text found it."""

    customer: Customer
    what: str


def readings(text: str) -> list[Reading]:
    """What a text may be, the likeliest to be meant first."""
    found = []
    if DUB_ID.fullmatch(text) and not text.startswith(PREFIX):
        found.append(Reading("Dub id", identifier=text))
    found.append(Reading("external ID", identifier=PREFIX + text))
    if text.startswith(PREFIX) and text != PREFIX:
        found.append(Reading("external ID behind ext_", identifier=text))
    if "@" in text:
        found.append(Reading("e-mail", email=text))
    return found


async def look_up(client: DubClient, text: str) -> list[Hit]:
    """Every customer whom the text names exactly, each once, in the order of its readings; raises DubError."""
    text = text.strip()
    if not text:
        return []
    read_as = readings(text)
    questions = [asyncio.ensure_future(_ask(client, reading)) for reading in read_as]
    try:
        answers = await asyncio.gather(*questions)
    except BaseException:
        for question in questions:
            question.cancel()
        raise
    hits: dict[str, Hit] = {}
    for reading, customers in zip(read_as, answers, strict=True):
        for customer in customers:
            hits.setdefault(customer.id, Hit(customer, reading.what))
    return list(hits.values())


async def _ask(client: DubClient, reading: Reading) -> tuple[Customer, ...]:
    if reading.email:
        return await client.list_customers(CustomerQuery(email=reading.email))
    try:
        return (await client.get_customer(reading.identifier),)
    except errors.NotFound:
        return ()
