"""Which endpoint a path means: matched on the raw path, because decoding it first would hide what Dub answers."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from dubtui.demo.answers import Answer, html_answer

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Found(NamedTuple):
    """A route, and the decoded segment in its asterisk's place."""

    route: str
    segment: str


def find(path: str, query_text: str, *, routes: Iterable[str]) -> Found | Answer:
    """The first route that the path matches, or what the web server answers before any endpoint is asked."""
    if path.endswith("/") and path != "/":
        bare = path.rstrip("/") or "/"
        return Answer(308, bare.encode("latin-1"), {"location": f"{bare}?{query_text}" if query_text else bare})
    segments = path.removeprefix("/").split("/")
    decoded = [_decoded(segment) for segment in segments]
    if None in decoded:
        return html_answer(500, "Internal Server Error")
    start = 1 if segments[0] == "api" else 0
    for route in routes:
        pattern = route.split("/")
        if _matches(pattern, segments[start:]):
            star = start + pattern.index("*") if "*" in pattern else None
            return Found(route, decoded[star] or "" if star is not None else "")
    return html_answer(404, "This page could not be found")


def _decoded(segment: str) -> str | None:
    """decodeURIComponent, and None where that throws."""
    if _BROKEN_ESCAPE.search(segment):
        return None
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return None


def _matches(pattern: list[str], segments: list[str]) -> bool:
    if len(pattern) != len(segments):
        return False
    return all(part == segment or (part == "*" and segment) for part, segment in zip(pattern, segments, strict=True))
