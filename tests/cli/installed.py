"""The installed command as a process of its own, and a demo for it that listens on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

DUBTUI = Path(sys.executable).parent / "dubtui"
PATIENCE = 30.0
"""Seconds until a wait has failed; machines that test are busy."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """A home of its own, no keychain, and nothing of this machine's settings."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        **more,
    }


def dubtui(env: Mapping[str, str], *arguments: str | bytes, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    ended = subprocess.run(
        [DUBTUI, *arguments], env=env, input=stdin, capture_output=True, timeout=PATIENCE, check=False
    )
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """The address of a demo; ctrl+c ends it."""
    command = (sys.executable, "-m", "dubtui.demo", "--port", "0", *arguments)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert "listens at " in line, line + process.stderr.read()
            yield line.split("listens at ")[1].split(" ")[0]
        finally:
            process.kill()
