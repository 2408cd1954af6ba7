"""What was typed and not saved: private, until it is saved or dropped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dubtui.fields import Naming
from dubtui.store.drafts import Draft, Drafts
from tests.store.spoiled import SPOILED

ADA = Draft("cus_1", {"name": "Ada K", "email": None}, b'{"id": "cus_1"}', Naming.INVENTED, 1_795_209_342_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "not" / "there yet" / "journal.sqlite3"


def test_looking_makes_no_file(path: Path) -> None:
    drafts = Drafts(path, "ws_1")
    assert (drafts.find("cus_1"), drafts.all()) == (None, [])
    drafts.drop("cus_1")
    assert not path.parent.exists()


def test_what_is_typed_is_found_by_the_next_run(path: Path) -> None:
    Drafts(path, "ws_1").keep(ADA)
    assert Drafts(path, "ws_1").find("cus_1") == ADA
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_there_is_one_for_each_customer_of_a_workspace(path: Path) -> None:
    drafts, elsewhere = Drafts(path, "ws_1"), Drafts(path, "ws_2")
    grace = replace(ADA, customer_id="cus_2", at=ADA.at + 1)
    later = replace(ADA, values={"name": "Ada King"}, at=ADA.at + 2)
    for draft in (ADA, grace, later):
        drafts.keep(draft)
    elsewhere.keep(ADA)
    assert drafts.all() == [later, grace]
    drafts.drop("cus_1")
    assert drafts.all() == [grace]
    assert elsewhere.all() == [ADA]


def test_a_dropped_one_leaves_no_bytes(path: Path) -> None:
    drafts = Drafts(path, "ws_1")
    drafts.keep(replace(ADA, values={"name": "CANARY"}))
    assert b"CANARY" in path.read_bytes()
    drafts.drop("cus_1")
    assert b"CANARY" not in path.read_bytes()


@pytest.mark.parametrize("text", ["", "a\0b", "\ud83d", "\udcff\ud800", "🦊", "\x1b[31m", '"\\'], ids=ascii)
def test_values_may_hold_anything(path: Path, text: str) -> None:
    draft = Draft(text, {"name": text}, b"\xff\0", Naming.REAL, 0)
    drafts = Drafts(path, "ws_1")
    drafts.keep(draft)
    assert drafts.find(text) == draft


@pytest.mark.parametrize(("spoil", "words"), SPOILED)
def test_a_file_that_cannot_be_used_is_left_alone(path: Path, spoil: object, words: str) -> None:
    path.parent.mkdir(parents=True)
    assert callable(spoil)
    spoil(path)
    drafts = Drafts(path, "ws_1")
    for call in (lambda: drafts.keep(ADA), drafts.all, lambda: drafts.find("cus_1"), lambda: drafts.drop("cus_1")):
        with pytest.raises(OSError, match=words):
            call()
