"""What is remembered of a workspace: views, columns, who was opened."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dubtui.customers.desk import HOUR, Desk, View
from dubtui.customers.lens import Lens
from dubtui.store.state import MOST_RECENT, Remembered
from dubtui.store.views import NEWEST_FIRST, Order

NOW = 1_800_000_000_000
LENS = Lens("ltv>500 country:DE", (Order("saleAmount", descending=True), Order("name")), ("name", "saleAmount:14"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.sqlite3"


async def laid(path: Path, workspace: str = "acme") -> Desk:
    return await Desk.laid(Remembered(path, workspace))


def spoil(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not SQLite" * 100)


def names(desk: Desk) -> list[str]:
    return [view.name for view in desk.views]


def test_an_empty_desk_makes_no_file(path: Path) -> None:
    desk = asyncio.run(laid(path))
    assert (desk.views, desk.columns, desk.recents, desk.last) == ((), (), [], None)
    assert not path.exists()


async def test_views_are_there_at_the_next_start_in_the_order_of_their_first_saving(path: Path) -> None:
    desk = await laid(path)
    for name in ("rich Germans", "new", "old"):
        await desk.save_view(View(name, LENS))
    await desk.save_view(View("NEW", Lens("created<7d")))
    await desk.forget_view("Old")
    for known in (desk, await laid(path)):
        assert names(known) == ["rich Germans", "NEW"]
        assert known.views[0].lens == LENS
        assert known.view("new") == View("NEW", Lens("created<7d"))


async def test_one_workspace_knows_nothing_of_another(path: Path) -> None:
    desk = await laid(path, "acme")
    await desk.save_view(View("mine", LENS))
    await desk.keep_columns(("name",))
    await desk.note_opened("cus_1", NOW)
    other = await laid(path, "other")
    assert (other.views, other.columns, other.recents) == ((), (), [])


async def test_fields_that_are_no_more_are_left_out(path: Path) -> None:
    desk = await laid(path)
    await desk.save_view(View("kept", LENS))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE view SET sort = 'gone:desc', columns = 'gone,name,saleAmount:9'")
    assert (await laid(path)).views[0].lens == Lens(LENS.filter, NEWEST_FIRST, ("name", "saleAmount:9"))


async def test_columns_are_kept(path: Path) -> None:
    await (await laid(path)).keep_columns(("email", "saleAmount:14"))
    assert (await laid(path)).columns == ("email", "saleAmount:14")


async def test_who_was_opened_comes_with_the_pinned_first_and_then_the_last(path: Path) -> None:
    desk = await laid(path)
    for number, customer in enumerate(("a", "b", "c", "a")):
        await desk.note_opened(customer, NOW + number)
    await desk.toggle_pin("b", NOW + 9)
    await desk.forget("nobody")
    for known in (desk, await laid(path)):
        assert [recent.customer_id for recent in known.recents] == ["b", "a", "c"]
        assert known.last is not None
        assert (known.last.customer_id, known.last.times) == ("a", 2)
    await desk.toggle_pin("b", NOW + 10)
    await desk.forget("c")
    assert [recent.customer_id for recent in (await laid(path)).recents] == ["a", "b"]


async def test_only_so_many_are_remembered_and_every_pinned_one(path: Path) -> None:
    desk = await laid(path)
    await desk.toggle_pin("pinned", NOW)
    for number in range(MOST_RECENT + 5):
        await desk.note_opened(f"cus_{number}", NOW + number)
    recents = (await laid(path)).recents
    assert len(recents) == MOST_RECENT + 1
    assert recents[0].customer_id == "pinned"


@pytest.mark.parametrize(
    ("times", "age", "weight"), [(1, 0, 4.0), (2, 2 * HOUR, 4.0), (3, 48 * HOUR, 3.0), (4, 400 * HOUR, 2.0)]
)
async def test_often_and_lately_weighs_most(path: Path, times: int, age: int, weight: float) -> None:
    desk = await laid(path)
    for _ in range(times):
        await desk.note_opened("cus_1", NOW - age)
    assert desk.weight("cus_1", NOW) == weight
    assert desk.weight("cus_2", NOW) == 0.0


async def test_a_file_that_cannot_be_used_leaves_an_empty_desk_that_works_for_the_run(path: Path) -> None:
    spoil(path)
    desk = await laid(path)
    with pytest.raises(OSError, match="cannot be used"):
        await desk.save_view(View("mine", LENS))
    assert names(desk) == ["mine"]
