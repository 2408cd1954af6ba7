"""Somebody's own editor on a text: the app stands aside meanwhile, and the file is for its owner alone."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

FALLBACK = "vi"


class EditorError(Exception):
    """The editor could not be used; the text says why. What was written stays in the file."""


def command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """$VISUAL, else $EDITOR, else vi, with the options that it holds."""
    words = environment.get("VISUAL") or environment.get("EDITOR") or FALLBACK
    try:
        return shlex.split(words) or [FALLBACK]
    except ValueError as error:
        raise EditorError(f"$VISUAL or $EDITOR cannot be read: {error}.") from None


def edit(app: App[Any], path: Path, text: str) -> str:
    """The text as it was left in the editor; raises EditorError.

    The file at `path` (0600) is there until `discard`, so that a kill meanwhile loses nothing.
    """
    words = command()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="") as file:
        file.write(text)
    with nullcontext() if app.is_headless else app.suspend():
        problem = _run([*words, str(path)])  # what fails in here is told out there: an error would leave no screen
    if problem:
        raise EditorError(problem)
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EditorError(f"{path} cannot be read again: {error}.") from None


def left(path: Path) -> str | None:
    """What an editor was working on when dubtui was killed."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def discard(path: Path) -> None:
    """Remove the file."""
    path.unlink(missing_ok=True)


def _run(words: list[str]) -> str:
    """Run the editor to its end, which an interrupt meant for it does not reach us from; why it failed, in words."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ended = subprocess.run(words, check=False, preexec_fn=_listen)
    except OSError as error:
        return f"{words[0]} cannot be started: {error.strerror}. $VISUAL or $EDITOR names another one."
    finally:
        signal.signal(signal.SIGINT, before)
    return f"{words[0]} ended with {ended.returncode}; the text is left in {words[-1]}." if ended.returncode else ""


def _listen() -> None:
    """The editor takes interrupts as ever."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
