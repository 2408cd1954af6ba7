"""A copy that stays on disk: one process works on it at a time; an unreadable one is made anew, since Dub has all."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from dubtui.store import schema
from dubtui.store.place import locked

COMPANIONS = ("-wal", "-shm")


def claim(path: Path) -> int | None:
    """A descriptor that holds the copy for this process until it is closed; None where another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return locked(path.with_suffix(".lock"), os.O_CREAT)
    except BlockingIOError:
        return None


def prepare(path: Path) -> None:
    """Remove a copy that this version cannot use."""
    if path.exists() and not _is_usable(path):
        _remove(path)


def _is_usable(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
            return version == schema.VERSION
    except sqlite3.DatabaseError:
        return False


def duplicate(path: Path, other: Path) -> None:
    """Copy what another process works on, as it is at one moment."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(other)) as target:
        source.backup(target)


def forget(path: Path) -> bool:
    """Delete the copy, whether there was one; raises BlockingIOError where another process works on it."""
    if not path.exists():
        return False
    lock = claim(path)
    if lock is None:
        raise BlockingIOError("Another dubtui is working on the kept copy: end it first.")
    _remove(path)
    path.with_suffix(".lock").unlink(missing_ok=True)
    os.close(lock)
    return True


def _remove(path: Path) -> None:
    for name in (path.name, *(f"{path.name}{end}" for end in COMPANIONS)):
        with suppress(FileNotFoundError):
            path.with_name(name).unlink()
