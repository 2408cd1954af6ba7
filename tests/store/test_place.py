"""The folder that ends with the process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from dubtui.store.place import ProcessFolder, memory_backed, sweep

HOLD = "import sys; from pathlib import Path; from dubtui.store.place import ProcessFolder; "


def test_it_is_private_and_goes_when_it_is_removed(tmp_path: Path) -> None:
    folder = ProcessFolder(tmp_path)
    (folder.path / "customers").write_text("Ada")
    assert folder.path.stat().st_mode & 0o777 == 0o700
    folder.remove()
    folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_it_goes_with_the_process_whatever_ends_that(tmp_path: Path) -> None:
    end = f"{HOLD} folder = ProcessFolder(Path({str(tmp_path)!r})); sys.exit(3)"
    assert subprocess.run([sys.executable, "-c", end], check=False).returncode == 3
    assert list(tmp_path.iterdir()) == []


def test_others_are_swept_unless_somebody_holds_them(tmp_path: Path) -> None:
    ours = ProcessFolder(tmp_path)
    hold = f"{HOLD} folder = ProcessFolder(Path({str(tmp_path)!r})); print(folder.path, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        sweep(tmp_path)
        assert {ours.path, theirs} == set(tmp_path.iterdir())
        other.kill()
    sweep(tmp_path)
    assert [ours.path] == list(tmp_path.iterdir())
    ours.remove()


def test_what_is_not_ours_to_remove_stays(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").touch()
    base = tmp_path / "base"
    base.mkdir()
    (base / "dubtui-link").symlink_to(elsewhere)
    (base / "dubtui-file").touch()
    (base / "dubtui-without-lock").mkdir()
    (base / "another-program").mkdir()
    before = sorted(base.iterdir())
    sweep(base)
    assert sorted(base.iterdir()) == before
    assert (elsewhere / "lock").exists()


def test_many_starts_at_once_take_nothing_from_one_another(tmp_path: Path) -> None:
    folders: list[ProcessFolder] = []
    threads = [threading.Thread(target=lambda: folders.append(ProcessFolder(tmp_path))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {folder.path for folder in folders} == set(tmp_path.iterdir())
    for folder in folders:
        folder.remove()


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert memory_backed() == tmp_path
    shared = Path("/dev/shm")
    fallback = shared if shared.is_dir() and os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
    for missing in (str(tmp_path / "none"), ""):
        monkeypatch.setenv("XDG_RUNTIME_DIR", missing)
        assert memory_backed() == fallback
