"""The saved workspaces between runs."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from dubtui.store.state import State

DUB = "https://api.dub.co"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "not" / "there yet" / "state.sqlite3"


def names(state: State) -> list[str]:
    return [workspace.name for workspace in state.workspaces()]


def save(state: State, name: str, url: str = DUB) -> str:
    """Save a workspace; its id."""
    workspace = state.named(name, url)
    state.save(workspace)
    return workspace.id


def test_looking_makes_no_file(path: Path) -> None:
    state = State(path)
    assert (state.workspaces(), state.current(), state.workspace("acme")) == ([], None, None)
    state.named("acme", DUB)
    assert not path.parent.exists()


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    save(State(path), "acme")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_is_saved_is_found_by_the_next_run_and_is_the_current_one(path: Path) -> None:
    for name in ("beta", "acme"):
        save(State(path), name)
    state = State(path)
    assert names(state) == ["acme", "beta"]
    assert state.current() == state.workspace("ACME")
    state.switch("Beta")
    assert state.current() == state.workspace("beta")


def test_a_name_keeps_its_id_when_it_gets_another_url(path: Path) -> None:
    state = State(path)
    first, other = save(state, "acme"), save(state, "beta")
    assert first != other
    assert len(first) == 16
    assert save(state, "Acme", "https://dub.example") == first
    current = state.current()
    assert current is not None
    assert (current.id, current.name, current.api_url) == (first, "acme", "https://dub.example")


def test_what_is_forgotten_is_gone(path: Path) -> None:
    state = State(path)
    save(state, "acme")
    save(state, "beta")
    beta = state.workspace("beta")
    assert beta is not None
    state.forget(beta)
    assert (names(state), state.current()) == (["acme"], None)


def test_two_first_runs_at_once(path: Path) -> None:
    threads = [threading.Thread(target=save, args=[State(path), name]) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(State(path)) == list("abcdefgh")


def not_sqlite(path: Path) -> None:
    path.write_bytes(b"not SQLite" * 100)


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (not_sqlite, "cannot be used: file is not a database."),
        (newer, "cannot be used: it was written by a newer dubtui."),
        (a_folder, "Is a directory"),
    ],
)
def test_a_file_that_cannot_be_used_is_left_alone(path: Path, spoil: object, words: str) -> None:
    path.parent.mkdir(parents=True)
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    state = State(path)
    for call in (state.workspaces, state.current, lambda: save(state, "acme")):
        with pytest.raises(OSError, match=words) as caught:
            call()
        assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before
