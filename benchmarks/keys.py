"""`python -m benchmarks.keys [--size N …]`: from a key to the frame that it asks for, in a real terminal."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Times, show
from benchmarks.made import copy_of
from benchmarks.terminal import Drawn
from dubtui.api.token import Token
from dubtui.session import Identity

DUBTUI = Path(sys.executable).parent / "dubtui"
KEY = "dub_demo"
DOWN, PAGE_DOWN, END, HOME, ESCAPE = "\x1b[B", "\x1b[6~", "\x1b[F", "\x1b[H", "\x1b"
ROUNDS = 15


@contextmanager
def served() -> Iterator[str]:
    """The address of a demo that answers for the newest customers."""
    command = [sys.executable, "-m", "dubtui.demo", "--port", "0", "--seed-size", "300"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            yield process.stderr.readline().split("listens at ")[1].split(" ")[0]
        finally:
            process.kill()


def environment(home: Path, address: str) -> dict[str, str]:
    """A home of its own, with a key for the demo."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "DUB_API_KEY": KEY,
        "DUBTUI_API_URL": address,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def measure(env: Mapping[str, str]) -> list[tuple[str, object]]:
    """The app on whatever is kept for the key."""
    with Drawn([str(DUBTUI)], env) as app:
        first = app.until("External ID")
        rows = app.until("user_")
        app.settle(1.0)
        found: list[tuple[str, object]] = [("first frame", f"{first:.0f} ms"), ("first rows", f"{rows:.0f} ms")]
        for name, keys in {
            "down": [DOWN] * ROUNDS,
            "page down, rows never seen": [PAGE_DOWN] * ROUNDS,
            "end and home": [END, HOME] * (ROUNDS // 2),
            "a letter of a filter": ["/", *"lovelace"],
        }.items():
            times = Times(app.press(key) for key in keys)
            found.append((name, times))
        app.press(ESCAPE)
        app.settle()
        app.press("i")
        app.settle()
        found.append(("a letter in the box", Times(app.press(key) for key in "ada.love")))
        found.append(("resident", f"{app.memory:.0f} MiB"))
    return found


def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, served() as address:
        for size in sizes:
            home = Path(folder) / str(size)
            env = environment(home, address)
            copies = home / ".local" / "share" / "dubtui" / "customers"
            identity = Identity("", address, Token(KEY), "")
            copy_of(size, copies).rename(copies / f"{identity.id}.sqlite3")
            print(f"{size:,} customers")
            show(measure(env))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs="+", default=[1_000, 100_000])
    main(parser.parse_args().size)
