"""The words for what goes wrong."""

from __future__ import annotations

import pytest

from dubtui.api import errors
from dubtui.display.trouble import held_words


@pytest.mark.parametrize(
    ("why", "limit", "title", "words"),
    [
        (errors.TooFast(wait=3.0), 600, "Too many requests", "Dub allows this key 600 calls a minute."),
        (errors.TooFast(wait=3.0), None, "Too many requests", "Other programs with the same key count too."),
        (None, 1200, "Waiting for a free call", "within the 1,200 calls a minute"),
        (errors.DubInTrouble(status=503), None, "Dub is in trouble", "status 503"),
        (errors.TooSlow(), None, "Dub takes too long", "No whole answer came in time."),
    ],
)
def test_why_calls_are_held_back(why: errors.DubError | None, limit: int | None, title: str, words: str) -> None:
    held = held_words(why, limit)
    assert held.title == title
    assert words in held.why
