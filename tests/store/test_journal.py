"""What was changed, between runs: private, for 90 days, whatever its values hold."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dubtui.fields import Naming
from dubtui.store.drafts import Draft, Drafts
from dubtui.store.journal import KEPT, Ending, Entry, Journal, Outcome, Verb
from tests.store.spoiled import SPOILED

AT = 1_795_209_342_000
HERE, ELSEWHERE = "ws_here", "ws_elsewhere"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "not" / "there yet" / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    yield journal
    journal.close()


def edit(name: str | None = "Ada King", *, workspace: str = HERE, at: int = AT, undoes: int | None = None) -> Entry:
    """The edit of a name."""
    return Entry(
        workspace, at, Verb.EDIT, "cus_1", "user_1", b'{"name": "Ada"}', Naming.REAL, {"name": name}, undoes=undoes
    )


def done(journal: Journal, entry: Entry) -> int:
    """Note a write that ends well; its number."""
    number = journal.begin(entry)
    journal.complete(number, Ending(Outcome.DONE, after=b"{}", took=("name",)))
    return number


def numbers(journal: Journal, workspace: str = HERE) -> list[int]:
    return [entry.number for entry in journal.entries(workspace)]


def test_looking_makes_no_file(journal: Journal, path: Path) -> None:
    assert (journal.entries(HERE), journal.entry(HERE, 1), journal.unfinished(HERE)) == ([], None, [])
    assert (journal.purge(), journal.count()) == (0, 0)
    assert not path.parent.exists()


def test_the_file_is_for_its_owner_alone(journal: Journal, path: Path) -> None:
    journal.begin(edit())
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_write_is_noted_before_and_completed_after(journal: Journal, path: Path) -> None:
    begun = edit()
    number = journal.begin(begun)
    assert Journal(path).entry(HERE, number) == replace(begun, number=number)
    ending = Ending(Outcome.DONE, after=b'{"name": "Ada King"}', took=("name",))
    journal.complete(number, ending)
    assert Journal(path).entries(HERE) == [
        replace(begun, number=number, outcome=Outcome.DONE, after=ending.after, took=("name",))
    ]


def test_what_dub_made_of_it_later(journal: Journal) -> None:
    number = done(journal, edit())
    journal.read_later(number, b'{"avatar": null}')
    entry = journal.entry(HERE, number)
    assert entry
    assert (entry.after, entry.took, entry.outcome) == (b'{"avatar": null}', ("name",), Outcome.DONE)


def test_a_creation_learns_its_id(journal: Journal) -> None:
    number = journal.begin(Entry(HERE, AT, Verb.CREATE, "", "user_1", body={"externalId": "user_1", "country": "GB"}))
    journal.complete(number, Ending(Outcome.DONE, "cus_1", b"{}"))
    entry = journal.entry(HERE, number)
    assert entry
    assert (entry.customer_id, entry.label) == ("cus_1", "user_1")


@pytest.mark.parametrize(
    "text", ["", "a\0b", "\ud83d", "\udcff\ud800", "🦊", "\x1b[31m", "\u202e", "x" * 100_000, '"\\'], ids=ascii
)
def test_values_may_hold_anything(journal: Journal, text: str) -> None:
    entry = replace(edit(text), customer_id=text, label=text, before=b"\xff\0", batch="one")
    number = journal.begin(entry)
    journal.complete(number, Ending(Outcome.REFUSED, why=text, took=(text,), after=b"\0"))
    read = journal.entry(HERE, number)
    assert read == replace(entry, number=number, outcome=Outcome.REFUSED, why=text, took=(text,), after=b"\0")


def test_entries_are_of_a_workspace_the_newest_first(journal: Journal) -> None:
    first, other, second = (done(journal, edit(workspace=workspace)) for workspace in (HERE, ELSEWHERE, HERE))
    assert (numbers(journal), numbers(journal, ELSEWHERE)) == ([second, first], [other])
    assert journal.entry(HERE, other) is None


def test_entries_are_narrowed(journal: Journal) -> None:
    one, two, three = (
        done(journal, replace(edit(), customer_id=customer, batch=batch))
        for customer, batch in (("cus_1", "b"), ("cus_2", ""), ("cus_1", "b"))
    )
    for narrowed, found in (
        ({"limit": 1}, [three]),
        ({"before": three}, [two, one]),
        ({"customer_id": "cus_1"}, [three, one]),
        ({"batch": "b", "limit": 1, "before": three}, [one]),
    ):
        assert [entry.number for entry in journal.entries(HERE, **narrowed)] == found


# How long


def test_entries_and_drafts_are_kept_for_90_days(journal: Journal, path: Path) -> None:
    drafts = Drafts(path, HERE)
    old, young = done(journal, edit(at=AT - KEPT - 1)), done(journal, edit(at=AT - KEPT))
    drafts.keep(Draft("cus_1", {}, b"{}", Naming.REAL, AT - KEPT - 1))
    assert numbers(journal) == [young, old]
    third = done(journal, edit(at=AT, workspace=ELSEWHERE))
    assert numbers(journal) == [young]
    assert numbers(journal, ELSEWHERE) == [third]
    assert drafts.all() == []


def test_a_purge_leaves_no_bytes(journal: Journal, path: Path) -> None:
    drafts = Drafts(path, HERE)
    for number in range(50):
        done(journal, edit(f"CANARY {number}"))
    drafts.keep(Draft("cus_1", {"name": "CANARY"}, b"CANARY", Naming.REAL, AT))
    left = done(journal, edit(workspace=ELSEWHERE))
    assert b"CANARY" in path.read_bytes()
    assert journal.purge(HERE) == 50
    assert b"CANARY" not in path.read_bytes()
    assert (numbers(journal), numbers(journal, ELSEWHERE), drafts.all()) == ([], [left], [])
    assert (journal.count(), journal.purge(), journal.count()) == (1, 1, 0)


def test_no_number_is_given_twice(journal: Journal) -> None:
    number = done(journal, edit())
    journal.purge()
    assert done(journal, edit()) > number


def test_somebody_is_forgotten_but_for_one_entry(journal: Journal, path: Path) -> None:
    drafts = Drafts(path, HERE)
    done(journal, edit("CANARY"))
    drafts.keep(Draft("cus_1", {"name": "CANARY"}, b"{}", Naming.REAL, AT))
    others = done(journal, replace(edit(), customer_id="cus_2"))
    elsewhere = done(journal, edit(workspace=ELSEWHERE))
    last = done(journal, Entry(HERE, AT, Verb.DELETE, "cus_1", "cus_1"))
    journal.forget(HERE, "cus_1", but=last)
    assert (numbers(journal), numbers(journal, ELSEWHERE)) == ([last, others], [elsewhere])
    assert drafts.find("cus_1") is None
    assert b"CANARY" not in path.read_bytes()
    journal.forget(HERE, "cus_1")
    assert numbers(journal) == [others]


# What is undone


def test_an_undo_that_is_undone_undoes_nothing(journal: Journal) -> None:
    def undone() -> list[int]:
        return sorted(entry.number for entry in journal.entries(HERE) if entry.undone)

    first = done(journal, edit())
    second = done(journal, edit(undoes=first))
    assert undone() == [first]
    third = done(journal, edit(undoes=second))
    assert undone() == [second]
    done(journal, edit(undoes=third))
    assert undone() == [first, third]


@pytest.mark.parametrize("outcome", [Outcome.BEGUN, Outcome.REFUSED, Outcome.NOT_DONE, Outcome.UNKNOWN])
def test_what_was_not_done_undoes_nothing(journal: Journal, outcome: Outcome) -> None:
    first = done(journal, edit())
    journal.complete(journal.begin(edit(undoes=first)), Ending(outcome))
    entry = journal.entry(HERE, first)
    assert entry
    assert not entry.undone


# What is unfinished


def test_what_is_under_way_is_not_unfinished(journal: Journal, path: Path) -> None:
    """Whether in this process or in another; only the end of a process without the end of its write tells."""
    other = Journal(path)
    first, second = other.begin(edit()), other.begin(edit())
    done(other, edit())
    journal.begin(edit(workspace=ELSEWHERE))
    assert journal.unfinished(HERE) == []
    other.close()
    assert [entry.number for entry in journal.unfinished(HERE)] == [first, second]
    assert journal.unfinished(ELSEWHERE) == []
    journal.complete(first, Ending(Outcome.NOT_DONE))
    assert [entry.number for entry in journal.unfinished(HERE)] == [second]


def test_many_write_at_once(path: Path) -> None:
    def write() -> None:
        journal = Journal(path)
        for _ in range(5):
            done(journal, edit())
        journal.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal = Journal(path)
    assert len(numbers(journal)) == 20
    assert journal.unfinished(HERE) == []


# A file that cannot be used


@pytest.mark.parametrize(("spoil", "words"), SPOILED)
def test_a_file_that_cannot_be_used_is_left_alone(path: Path, journal: Journal, spoil: object, words: str) -> None:
    path.parent.mkdir(parents=True)
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    for call in (lambda: journal.begin(edit()), lambda: journal.entries(HERE), journal.purge, journal.count):
        with pytest.raises(OSError, match=words) as caught:
            call()
        assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_what_is_noted_is_on_the_disk(journal: Journal, path: Path) -> None:
    """The connection's own settings: SQLite syncs the file, and the folder in which it takes its own journal away."""
    pragmas = ("synchronous", "secure_delete")
    with journal._file.open() as connection:
        told = [connection.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas]
    assert told == [3, 1]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
