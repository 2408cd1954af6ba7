"""A write before it is sent: old and new values, and the request itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dubtui.display.figures import short_moment
from dubtui.display.journal import change_words
from dubtui.display.text import Span, Spans, cut_spans, json_text, safe, spread, wrapped
from dubtui.fields import BY_NAME


class Change(Protocol):
    """A field's old and new value."""

    @property
    def field(self) -> str:
        """The API's name."""

    @property
    def old(self) -> str | None:
        """As it was; None is null."""

    @property
    def new(self) -> str | None:
        """As it is to be."""


def shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def change_lines(field: str, old: str | None, new: str | None, width: int) -> list[Spans]:
    """The field's name, what is removed and what is added, their differing parts on a stronger ground."""
    before, after = safe(old) if old else "", safe(new) if new else ""
    start = shared(before, after)
    end = shared(before[start:][::-1], after[start:][::-1])
    lines: list[Spans] = [((BY_NAME[field].title, "muted"),)]
    for sign, text, kind, ink, word in (
        ("−", before, "removed", "error", "removed"),
        ("+", after, "added", "success", "added"),
    ):
        stop = len(text) - end
        parts: Spans = (
            (f"{sign} ", f"bold {ink} on {kind}"),
            (text[:start], f"foreground on {kind}"),
            (text[start:stop], f"bold foreground on {kind}-part"),
            (text[stop:], f"foreground on {kind}"),
        )
        if not text:
            parts = (parts[0], ("none", f"muted on {kind}"))
        lines.append(_filled(parts, word, ink, kind, width))
    return lines


def _filled(left: Spans, word: str, ink: str, kind: str, width: int) -> Spans:
    """The line with its ground up to the end."""
    line = spread(cut_spans(left, width - 10), ((word, f"{ink} on {kind}"),), width)
    return tuple((text, style or f"foreground on {kind}") for text, style in line)


def request_lines(method: str, path: str, body: Mapping[str, str | None] | None) -> list[Spans]:
    """Method and path, and the body where there is one."""
    lines: list[Spans] = [((method, "bold accent"), (f" {path}", ""))]
    if body is not None:
        lines.append(_json_spans(body))
    return lines


def _json_spans(body: Mapping[str, str | None]) -> Spans:
    spans: list[Span] = [("{ ", "dim")]
    for number, (key, value) in enumerate(body.items()):
        if number:
            spans.append((", ", "dim"))
        spans += [(json.dumps(key), "muted"), (": ", "dim"), (json_text(value), "bold" if value is None else "")]
    return (*spans, (" }" if body else "}", "dim"))


def draft_lines(typed: Sequence[Change], changed: Sequence[Change], at: int, now: datetime) -> list[Spans]:
    """What was typed and not saved, and what has changed at Dub since."""
    when = short_moment(at, now)
    lines: list[Spans] = [((f"Typed on this customer, {when}:", "muted"),), ()]
    lines += [((change_words(change.field, change.old, change.new), ""),) for change in typed]
    if changed:
        lines += [(), (("Since then somebody changed:", "warning"),)]
        lines += [((change_words(change.field, change.old, change.new), "warning"),) for change in changed]
    return lines


def warning_lines(warnings: Sequence[str], width: int) -> list[Spans]:
    """What a write brings with it."""
    return [line for warning in warnings for line in wrapped(((safe(warning), "warning"),), width)]
