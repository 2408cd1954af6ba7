"""A copy on disk: for its owner alone, for one process at a time, and made anew where it is of no use."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dubtui.store import kept
from dubtui.store.store import Mark, Store
from tests.store.made import customer, plain

NOW = 1_800_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "acme.sqlite3"


async def filled(path: Path, count: int = 3) -> None:
    store = Store.kept(path)
    await store.put([customer(plain(number)) for number in range(count)], asked_at=NOW, mark=Mark(1, {"walk": "here"}))
    store.close()


async def test_it_is_there_at_the_next_start(path: Path) -> None:
    await filled(path)
    store = Store.kept(path)
    assert (store.is_kept, store.count(), store.noted("walk"), store.noted("other")) == (True, 3, "here", "")
    assert (await store.find("user_1", limit=5)).matches
    store.close()


async def test_it_is_for_its_owner_alone(path: Path) -> None:
    store = Store.kept(path)
    await store.put([customer(plain(1))], asked_at=NOW)
    modes = {file.name: file.stat().st_mode & 0o777 for file in _files(path)}
    assert set(modes.values()) == {0o600}
    assert "acme.sqlite3-wal" in modes
    assert path.parent.stat().st_mode & 0o777 == 0o700
    store.close()


def _files(path: Path) -> list[Path]:
    return list(path.parent.iterdir())


async def test_a_second_process_works_on_a_copy_of_it(path: Path) -> None:
    await filled(path)
    first, second = Store.kept(path), Store.kept(path)
    assert (first.is_kept, second.is_kept, second.count()) == (True, False, 3)
    await second.put([customer(plain(7))], asked_at=NOW)
    assert (first.count(), second.count()) == (3, 4)
    first.close()
    second.close()
    third = Store.kept(path)
    assert (third.is_kept, third.count()) == (True, 3)
    third.close()


def of_another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")


def broken(path: Path) -> None:
    path.write_bytes(b"not SQLite" * 1000)


@pytest.mark.parametrize("spoil", [of_another_version, broken])
async def test_what_cannot_be_used_is_made_anew(path: Path, spoil: Callable[[Path], None]) -> None:
    await filled(path)
    spoil(path)
    store = Store.kept(path)
    assert (store.is_kept, store.count()) == (True, 0)
    store.close()


def test_a_place_that_cannot_be_used_is_told(path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="File exists"):
        Store.kept(path)


async def test_it_is_forgotten(path: Path) -> None:
    assert not kept.forget(path)
    await filled(path)
    store = Store.kept(path)
    with pytest.raises(BlockingIOError, match="Another dubtui is working on the kept copy"):
        kept.forget(path)
    store.close()
    assert kept.forget(path)
    assert not _files(path)


async def test_what_a_round_has_not_met_is_swept_unless_it_was_read_since(path: Path) -> None:
    store = Store.kept(path)
    await store.put([customer(plain(number)) for number in range(4)], asked_at=NOW, mark=Mark(1, {}))
    await store.put([customer(plain(0)), customer(plain(1))], asked_at=NOW + 10, mark=Mark(2, {"round": "2"}))
    await store.put([customer(plain(3, name="Changed"))], asked_at=NOW + 20)
    changes = await store.sweep(2, before=NOW + 5)
    assert len(changes.gone) == 1
    assert {row.external_id for row in store.rows(range(10))} == {"user_0", "user_1", "user_3"}
    assert store.noted("round") == "2"
    store.close()
