"""The signals that end the app, caught so that a terminal which reads no more cannot keep it.

What is drawn then backs up until the loop waits for the terminal, for ever, and a handler in Python would wait with
it: so a thread of its own hears of a signal, and ends the process where the loop does not.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable

ENDING = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
GRACE = 5.0
"""Seconds that the loop has for it."""


def catch(end: Callable[[int], object]) -> None:
    """Have `end` called with the number of a signal, in a thread; to be called in the main one."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.detach(), warn_on_full_buffer=False)
    for number in ENDING:
        signal.signal(number, lambda number, frame: None)
    threading.Thread(target=_listen, args=(heard, end), name="signals", daemon=True).start()


def _listen(heard: socket.socket, end: Callable[[int], object]) -> None:
    while (number := heard.recv(1)[0]) not in ENDING:
        pass
    end(number)
    time.sleep(GRACE)
    os._exit(128 + number)
