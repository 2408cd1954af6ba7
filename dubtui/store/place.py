"""Where a copy lives for the life of the process: memory-backed where the machine has it, private, swept afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

PREFIX = "dubtui-"


class ProcessFolder:
    """A folder (0700) that ends with the process, or with the next start after a kill."""

    def __init__(self, base: Path | None = None) -> None:
        base = base or memory_backed()
        sweep(base)
        self.path, lock = _made(base)
        self.remove = weakref.finalize(self, _remove, self.path, lock)
        """Delete it and all in it; the end of the process does, too."""


def _made(base: Path) -> tuple[Path, int]:
    """A new folder and its lock; another process may sweep it before it is locked, so that it takes a second try."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        with suppress(FileNotFoundError, BlockingIOError):
            lock = locked(path / "lock", os.O_CREAT)
            if (path / "lock").exists():
                return path, lock
            os.close(lock)


def _remove(path: Path, lock: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(lock)


def memory_backed() -> Path:
    """XDG_RUNTIME_DIR, else /dev/shm, else the ordinary place for temporary files."""
    for place in (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm"):
        if place and os.access(place, os.W_OK) and Path(place).is_dir():
            return Path(place)
    return Path(tempfile.gettempdir())


def sweep(base: Path) -> None:
    """Remove the folders of processes that were killed: nobody holds their locks."""
    for folder in base.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is in use, or another process was quicker
            if folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid():
                _remove(folder, locked(folder / "lock"))


def is_held(folder: Path) -> bool:
    """Whether the process that a folder belongs to is still there."""
    try:
        os.close(locked(folder / "lock"))
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def locked(path: Path, flags: int = 0) -> int:
    """A descriptor that holds the file's lock; raises BlockingIOError where another process holds it."""
    handle = os.open(path, os.O_RDWR | flags, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
