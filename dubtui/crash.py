"""What is said of a bug: frames and types, without values, messages or locals, which hold customers and keys."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from types import TracebackType

KEY = re.compile(r"dub_\w+")


def report(error: BaseException, keys: Iterable[str] = ()) -> str:
    """The stacks of an exception and its causes; with DUBTUI_DEBUG=1 the messages too, but no key."""
    is_debug = os.environ.get("DUBTUI_DEBUG") == "1"
    lines = ["dubtui met a bug of its own and stopped; nothing was lost at Dub.", *_stacks(error, messages=is_debug)]
    if not is_debug:
        lines.append("DUBTUI_DEBUG=1 shows the messages too.")
    return _without_keys("\n".join(lines), [*keys, os.environ.get("DUB_API_KEY", "").strip()])


def report_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Stands in for Python's own way of ending: `sys.excepthook`."""
    print(report(error), file=sys.stderr)


def _stacks(error: BaseException, *, messages: bool) -> Iterator[str]:
    """The first cause first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _stacks(before, messages=messages)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield "".join(traceback.format_exception_only(error)).rstrip() if messages else type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _stacks(part, messages=messages)


def _without_keys(text: str, keys: Iterable[str]) -> str:
    for key in filter(None, keys):
        text = text.replace(key, "***")
    return KEY.sub("dub_***", text)
