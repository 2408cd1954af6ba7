"""Where a copy lives for the life of the process: memory-backed where the machine has it, private, swept afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "dubtui-"


class ProcessFolder:
    """A folder (0700) that ends with the process, or with the next start after a kill."""

    def __init__(self, base: Path | None = None) -> None:
        base = base or memory_backed()
        sweep(base)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        self._lock = _locked(self.path / "lock")

    def remove(self) -> None:
        """Delete it and all in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def memory_backed() -> Path:
    """XDG_RUNTIME_DIR, else /dev/shm, else the ordinary place for temporary files."""
    for place in (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm"):
        if place and os.access(place, os.W_OK) and Path(place).is_dir():
            return Path(place)
    return Path(tempfile.gettempdir())


def sweep(base: Path) -> None:
    """Remove the folders of processes that were killed: nobody holds their locks."""
    for folder in base.glob(f"{PREFIX}*"):
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid():
            lock = _locked(folder / "lock", create=False)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _locked(path: Path, *, create: bool = True) -> int | None:
    """A descriptor that holds the file's lock; None where another process holds it, or there is no such file."""
    try:
        handle = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
