"""The buffer of a terminal multiplexer, which may keep the terminal's own escape sequence to itself."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress

LIMIT = 2.0
"""Seconds; a server that hangs is left alone."""


async def load_tmux(text: str) -> None:
    """Hand a text to tmux, which also passes it on to the terminal (`-w`); where it cannot, nothing happens."""
    with suppress(OSError, TimeoutError):
        tmux = await asyncio.create_subprocess_exec(
            "tmux", "load-buffer", "-w", "-", stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            await asyncio.wait_for(tmux.communicate(text.encode()), LIMIT)
        finally:
            if tmux.returncode is None:
                tmux.kill()
