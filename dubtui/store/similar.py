"""Small typing mistakes: texts that differ from a question by a letter or two, or by two that changed places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dubtui.folding import SEPARATOR, fold

SHORTEST = 4
"""Letters of a question below which everything is similar to everything."""
LONG = 8
"""Letters from which a second mistake is forgiven."""
_WORDS = re.compile(r"[^\W_]+")


class Similar(NamedTuple):
    """A row, and by how many letters its nearest text differs."""

    row: int
    distance: int


class Question:
    """A text to which others are compared; `is_askable` tells whether that makes sense."""

    def __init__(self, text: str) -> None:
        self._text = fold(" ".join(text.split()))
        self.is_askable = len(self._text) >= SHORTEST
        self._most = 2 if len(self._text) >= LONG else 1

    def nearest(self, rows: Iterable[tuple[int, str]]) -> Iterator[Similar]:
        """Those of some rows, given with their joined texts, that have a similar field or word in one."""
        from rapidfuzz import process  # not before somebody makes a mistake
        from rapidfuzz.distance import OSA

        numbers: list[int] = []
        texts: list[str] = []
        for row, joined in rows:
            near = {text for text in _texts(joined) if abs(len(text) - len(self._text)) <= self._most}
            texts += near
            numbers += [row] * len(near)
        found = process.extract(self._text, texts, scorer=OSA.distance, score_cutoff=self._most, limit=None)
        return (Similar(numbers[at], int(distance)) for _, distance, at in found)


def _texts(joined: str) -> Iterator[str]:
    """The fields of a joined text, and their words."""
    for field in joined.split(SEPARATOR):
        yield field
        yield from _WORDS.findall(field)
