"""What the store keeps of Dub's answers, and what it does not let go."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dubtui.fields import Naming
from dubtui.store.store import Store
from dubtui.store.views import Question
from tests.store.made import customer, plain


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A store for the test's life."""
    store = Store()
    yield store
    store.close()


ODD_TEXTS = ["\ud800 alone", "nu\x00l", "esc\x1b[31m", "\u202egnp", "x" * 191, "[/]", "𝒳 family 👩‍👩‍👧"]


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
async def test_keeps_an_answer_to_the_byte(store: Store, text: str) -> None:
    sent = json.dumps(plain(1, name=text, externalId=text, createdAt=None) | {"new": [2**70, {"a": None}]}).encode()
    record = customer(plain(1)).from_sent(sent)
    await store.put([record], asked_at=1)
    assert store.sent(record.id) == sent


@pytest.mark.parametrize("amount", [2**53 + 1, -5, 2**63 - 1, 2**80, -(2**80)])
async def test_takes_amounts_of_any_size(store: Store, amount: int) -> None:
    await store.put([customer(plain(1, saleAmount=amount))], asked_at=1)
    row = store.row(plain(1)["id"])
    assert row is not None
    assert row.sale_amount == max(-(2**63) + 1, min(2**63 - 1, amount))


async def test_says_what_changed_and_nothing_else(store: Store) -> None:
    first = await store.put([customer(plain(number)) for number in (1, 2)], asked_at=1)
    assert (len(first.new), first.changed, first.gone) == (2, (), ())
    again = await store.put([customer(plain(1)), customer(plain(2, country="US"))], asked_at=2)
    assert (again.new, len(again.changed)) == ((), 1)
    assert not await store.put([customer(plain(1))], asked_at=3)
    assert len((await store.remove([plain(1)["id"], "cus_nobody"], at=4)).gone) == 1
    assert store.count() == 1


async def test_an_older_answer_changes_nothing(store: Store) -> None:
    """A page that was asked for before a save and comes after it does not bring the old value back."""
    await store.put([customer(plain(1, name="New"))], asked_at=10)
    await store.put([customer(plain(1, name="Old"))], asked_at=5)
    row = store.row(plain(1)["id"])
    assert row is not None
    assert row.name == "New"


async def test_a_late_answer_does_not_bring_back_who_is_deleted(store: Store) -> None:
    await store.put([customer(plain(1))], asked_at=1)
    await store.remove([plain(1)["id"]], at=10)
    await store.put([customer(plain(1))], asked_at=5)
    assert store.count() == 0
    await store.put([customer(plain(1))], asked_at=11)
    assert store.count() == 1


async def test_an_answer_without_expanded_fields_leaves_them(store: Store) -> None:
    link = {"id": "link_1", "shortLink": "https://acme.example/a"}
    partner = {"id": "pn_1", "name": "Charles Babbage"}
    await store.put([customer(plain(1, link=link, partner=partner, programId="prog_1"))], asked_at=1)
    await store.put([customer(plain(1, name="Changed"))], asked_at=2, base_only=True)
    row = store.row(plain(1)["id"])
    assert row is not None
    assert (row.name, row.link, row.partner_name, row.program_id) == (
        "Changed", "https://acme.example/a", "Charles Babbage", "prog_1",
    )  # fmt: skip
    await store.put([customer(plain(1))], asked_at=3)
    row = store.row(plain(1)["id"])
    assert row is not None
    assert (row.link, row.partner_name) == (None, None), "a whole answer without them means that there are none"


NAMINGS = [
    ("with an e-mail", [("Ada", "a@x.example")], Naming.REAL, "Ada"),
    ("the e-mail in its place", [("a@x.example", "a@x.example")], Naming.NONE, None),
    ("read once", [("Big Red Caribou", None)], Naming.UNCONFIRMED, "Big Red Caribou"),
    ("read twice alike", [("Murasaki", None)] * 2, Naming.REAL, "Murasaki"),
    ("read twice otherwise", [("Big Red Caribou", None), ("Long Rose Earwig", None)], Naming.INVENTED, None),
    ("and again otherwise", [("A B C", None), ("D E F", None), ("G H I", None)], Naming.INVENTED, None),
    ("then given", [("A B C", None), ("D E F", None), ("Ada", None), ("Ada", None)], Naming.REAL, "Ada"),
    ("an empty e-mail is none", [("A B C", ""), ("D E F", "")], Naming.INVENTED, None),
    ("renamed by somebody", [("Ada", None), ("Ada", None), ("Eva", None)], Naming.UNCONFIRMED, "Eva"),
]


@pytest.mark.parametrize(("readings", "naming", "name"), [case[1:] for case in NAMINGS], ids=[c[0] for c in NAMINGS])
async def test_tells_invented_names(
    store: Store, readings: list[tuple[str, str | None]], naming: Naming, name: str | None
) -> None:
    for at, (text, email) in enumerate(readings, 1):
        await store.put([customer(plain(1, name=text, email=email))], asked_at=at)
    row = store.row(plain(1)["id"])
    assert row is not None
    assert (row.naming, row.name) == (naming, name)


async def test_views_hear_of_changes_on_the_event_loop(store: Store) -> None:
    view = await store.view(Question())
    heard: list[int] = []
    view.on_change = lambda: heard.append(len(view))
    await store.put([customer(plain(1))], asked_at=1)
    await store.put([customer(plain(1))], asked_at=2)
    await store.remove([plain(1)["id"]], at=3)
    assert heard == [1, 0], "an answer that says nothing new is not news"


async def test_finishes_what_it_was_told_though_nobody_waits(store: Store) -> None:
    view = await store.view(Question())
    task = asyncio.ensure_future(store.put([customer(plain(number)) for number in range(500)], asked_at=1))
    await asyncio.sleep(0)
    task.cancel()
    await store.put([], asked_at=2)
    assert (store.count(), len(view)) == (500, 500)


async def test_a_copy_for_the_process_is_private_and_goes_with_it() -> None:
    store = Store()
    folder = store.path.parent
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert (modes, stat.S_IMODE(folder.stat().st_mode)) == ({0o600}, 0o700)
    store.close()
    assert not folder.exists()


async def test_a_kept_copy_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    store = Store(path)
    await store.put([customer(plain(1))], asked_at=1)
    store.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = Store(path)
    assert (again.count(), len(await again.view(Question()))) == (1, 1)
    again.close()
