"""Finding customers by any part of what is known of them, at every key press.

Up to `FEW` customers their folded texts stand joined in strings, which a scan runs through within a frame; beyond that
an index of three-letter pieces names the candidates. Both look at the same texts in the same order, so they agree.
"""

from __future__ import annotations

import sqlite3
import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from dubtui.folding import SEPARATOR, fold
from dubtui.store.similar import Question, Similar

FEW = 50_000
CHUNK = 2048
"""Rows whose texts are joined into one string; a change has one of them made anew."""
END = b"\x1e"
"""Stands behind each row's text."""
LOOKED_AT = 400
"""How many hits are weighed against one another; of a text that more have, the first so many."""
HIGHEST = "\U0010ffff"
"""Sorts behind whatever may follow a piece."""
SHORTEST_INDEXED = 3
BATCH = 2000


class Match(NamedTuple):
    """A row and how well it fits: 0 a field is it, 1 a field begins so, 2 words begin so, 3 it is within words."""

    row: int
    rank: int


@dataclass(frozen=True, slots=True)
class Found:
    """The best matches, how many were weighed, and whether there may be more than those."""

    matches: tuple[Match, ...]
    weighed: int
    cut: bool


class Search:
    """An index over a store's file, brought up to date before each question; used by one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, index_path: Path, *, few: int = FEW) -> None:
        """`connection` reads the store; the index of three-letter pieces is made at `index_path` when it is needed."""
        self._connection = connection
        self._index_path = index_path
        self._few = few
        self._chunks: dict[int, _Chunk] = {}
        self._index: _Pieces | None = None
        self._last = int(connection.execute("SELECT ifnull(MAX(row), 0) FROM customer").fetchone()[0])
        self._stale = set(range(self._last // CHUNK + 1))

    def note(self, rows: Sequence[int]) -> None:
        """Rows that were written or deleted since the last question."""
        self._stale.update(row // CHUNK for row in rows)
        self._last = max(self._last, *rows)
        if self._index is not None:
            self._index.note(rows)

    def warm(self) -> bool:
        """Do a part of what the next question would have to wait for; whether there is more of it."""
        if self._stale:
            self._join(self._stale.pop())
            return True
        if self._last <= self._few:
            return False
        if self._index is None:
            self._index = _Pieces(self._connection, self._index_path)
        return self._index.grow()

    def close(self) -> None:
        """Let go of the store and of the index."""
        self._connection.close()
        if self._index is not None:
            self._index.close()

    def find(self, text: str, *, limit: int) -> Found:
        """The rows that hold every word of a text, the ones that begin with it first, then in the store's order."""
        words = [fold(word) for word in text.split()]
        words = sorted({word for word in words if word}, key=lambda word: (self._frequency(word), -len(word), word))
        if not words:
            return Found((), 0, cut=False)
        rarest, *others = words
        whole = fold(" ".join(text.split()))
        hits = list(islice(self._rows_with(rarest, others), LOOKED_AT))
        first = self._rows_beginning(rarest, others, limit) if len(hits) == LOOKED_AT else []
        texts = dict(hits) | dict(first)
        ranked = sorted(Match(row, _rank(joined, whole, words)) for row, joined in texts.items())
        ranked.sort(key=lambda match: match.rank)
        return Found(tuple(ranked[:limit]), len(texts), cut=len(hits) == LOOKED_AT)

    def similar(self, text: str, *, limit: int, unwanted: threading.Event) -> list[Similar]:
        """The rows that differ by a typing mistake, the nearest first; ends early where nobody wants them any more."""
        question = Question(text)
        found: dict[int, Similar] = {}
        if not question.is_askable:
            return []
        self._join_stale()
        for number in sorted(self._chunks):
            if unwanted.is_set():
                return []
            for similar in question.nearest(self._chunks[number].texts()):
                if similar.row not in found or similar.distance < found[similar.row].distance:
                    found[similar.row] = similar
        return sorted(found.values(), key=lambda similar: (similar.distance, similar.row))[:limit]

    def _frequency(self, word: str) -> int:
        """How often a word stands in a sample of the rows."""
        return self._chunks[0].text.count(word.encode()) if 0 in self._chunks else 0

    def _rows_with(self, piece: str, others: list[str]) -> Iterator[tuple[int, str]]:
        """Rows that hold a piece and all others, with their texts, in the store's order."""
        telling = piece.removeprefix("cus_").removeprefix("1")  # every customer has the rest in its id
        looked_for = telling if len(telling) >= SHORTEST_INDEXED else piece
        index = self._index if len(looked_for) >= SHORTEST_INDEXED else None
        is_ready = index is not None and index.reached >= self._last
        candidates = self._indexed(index, looked_for) if index and is_ready else self._scanned(looked_for)
        return ((row, text) for row, text in candidates if all(word in text for word in (piece, *others)))

    def _rows_beginning(self, piece: str, others: list[str], limit: int) -> list[tuple[int, str]]:
        """Some of the rows in which a field that people look for begins with a piece."""
        rows: list[tuple[int, str]] = []
        for key in ("external_key", "email_key", "name_key"):
            rows += self._connection.execute(
                f"SELECT row, folded FROM customer WHERE {key} >= ? AND {key} < ? ORDER BY {key} LIMIT ?",
                (piece, piece + HIGHEST, limit),
            )
        return [(row, text) for row, text in rows if all(word in text for word in others)]

    def _scanned(self, piece: str) -> Iterator[tuple[int, str]]:
        self._join_stale()
        for number in sorted(self._chunks):
            yield from self._chunks[number].rows_with(piece)

    def _join_stale(self) -> None:
        while self._stale:
            self._join(self._stale.pop())

    def _join(self, number: int) -> None:
        self._chunks[number] = _Chunk.of(self._connection, number)

    def _indexed(self, index: _Pieces, piece: str) -> Iterator[tuple[int, str]]:
        rows = index.rows_with(piece)
        while batch := list(islice(rows, LOOKED_AT)):
            slots = ", ".join("?" * len(batch))
            found = self._connection.execute(
                f"SELECT row, folded FROM customer WHERE row IN ({slots}) ORDER BY row", batch
            )
            yield from ((row, text) for row, text in found if piece in text)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The texts of neighbouring rows in one string of bytes, and where each begins."""

    text: bytes
    starts: array[int]
    rows: array[int]

    @classmethod
    def of(cls, connection: sqlite3.Connection, number: int) -> _Chunk:
        found = connection.execute(
            "SELECT row, folded FROM customer WHERE row >= ? AND row < ? ORDER BY row",
            (number * CHUNK, (number + 1) * CHUNK),
        ).fetchall()
        starts = array("I")
        at = 0
        texts = [text.encode() + END for _, text in found]
        for text in texts:
            starts.append(at)
            at += len(text)
        return cls(b"".join(texts), starts, array("q", (row for row, _ in found)))

    def texts(self) -> Iterator[tuple[int, str]]:
        """Each row with its text."""
        texts = self.text.decode().split(END.decode())
        return zip(self.rows, texts, strict=False)

    def rows_with(self, piece: str) -> Iterator[tuple[int, str]]:
        """Each row whose text holds a piece."""
        wanted = piece.encode()
        at = self.text.find(wanted)
        while at >= 0:
            number = bisect_right(self.starts, at) - 1
            end = self.text.index(END, at)
            yield self.rows[number], self.text[self.starts[number] : end].decode()
            at = self.text.find(wanted, end)


class _Pieces:
    """SQLite's full-text index of three-letter pieces, in a file of its own.

    It never forgets: who asks checks each row that it names, so that what a row held before does no harm.
    """

    def __init__(self, store: sqlite3.Connection, path: Path) -> None:
        self._store = store
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(
            "CREATE VIRTUAL TABLE piece USING fts5(folded, content='', tokenize='trigram case_sensitive 1')"
        )
        self._stale: set[int] = set()
        self.reached = 0
        """The last row that was taken in."""

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def note(self, rows: Iterable[int]) -> None:
        """Rows that were written or deleted."""
        self._stale.update(row for row in rows if row <= self.reached)

    def grow(self) -> bool:
        """Take in some of the rows that came since; whether there are more."""
        fresh = self._store.execute(
            "SELECT row, folded FROM customer WHERE row > ? ORDER BY row LIMIT ?", (self.reached, BATCH)
        ).fetchall()
        self._add(fresh)
        self.reached = fresh[-1][0] if fresh else self.reached
        return len(fresh) == BATCH

    def rows_with(self, piece: str) -> Iterator[int]:
        """Rows that hold a piece, or did, each once and in order."""
        for row in self._stale:
            self._add(self._store.execute("SELECT row, folded FROM customer WHERE row = ?", (row,)).fetchall())
        self._stale.clear()
        quoted = '"' + piece.replace('"', '""') + '"'
        found = self._connection.execute("SELECT rowid FROM piece WHERE piece MATCH ? ORDER BY rowid", (quoted,))
        last = 0
        for (row,) in found:
            if row != last:
                yield row
            last = row

    def _add(self, rows: list[tuple[int, str]]) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO piece (rowid, folded) VALUES (?, ?)", rows)
        self._connection.execute("COMMIT")


def _rank(text: str, whole: str, words: list[str]) -> int:
    """How well a row's text fits a question: its beginning with all of it counts before a word's."""
    if f"{SEPARATOR}{whole}{SEPARATOR}" in text + SEPARATOR:
        return 0
    if SEPARATOR + whole in text:
        return 1
    return 2 if all(_begins_word(text, word) for word in words) else 3


def _begins_word(text: str, piece: str) -> bool:
    at = text.find(piece)
    while at >= 0:
        if not text[at - 1].isalnum():
            return True
        at = text.find(piece, at + 1)
    return False
