"""What a walk over the workspace has behind it: segments of rows that follow each other, each known by a few ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, takewhile

from pydantic import TypeAdapter

from dubtui.api.paging import Fate, Side


@dataclass(frozen=True, slots=True)
class End:
    """One side of a segment; the trail leads from the last row to the anchor in strides that double."""

    trail: tuple[str, ...]
    fate: Fate = Fate.OPEN


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows that follow each other in Dub's order."""

    after: End
    before: End

    @classmethod
    def at(cls, anchor: str) -> Segment:
        """The segment of one row."""
        return cls(End((anchor,)), End((anchor,)))

    def end(self, side: Side) -> End:
        """The end on a side."""
        return self.after if side is Side.AFTER else self.before

    def with_end(self, side: Side, end: End) -> Segment:
        """The same segment with another end."""
        return replace(self, after=end) if side is Side.AFTER else replace(self, before=end)

    def cursors(self, side: Side) -> tuple[str, ...]:
        """Rows from which a side can go on, the nearest first, in the end those beyond the anchor."""
        return tuple(dict.fromkeys((*self.end(side).trail, *reversed(self.end(side.other).trail))))

    @property
    def has_begun(self) -> bool:
        """Whether its anchor was still there when it began to grow."""
        return any(end.fate is not Fate.LOST or len(end.trail) > 1 for end in (self.after, self.before))


@dataclass(frozen=True, slots=True)
class WalkState:
    """How far a walk has come: a few ids for each segment, whatever the size of the workspace."""

    segments: tuple[Segment, ...] = ()
    walked: int = 0
    """How many customers have come."""
    rounds: int = 0

    def dumped(self) -> str:
        """The state as text."""
        return _STATE.dump_json(self).decode()

    @classmethod
    def loaded(cls, text: str) -> WalkState:
        """The state of a text; raises ValueError where it is none."""
        return _STATE.validate_json(text)

    @property
    def fates(self) -> set[Fate]:
        """What became of the sides; segments that never began count for nothing."""
        begun = [segment for segment in self.segments if segment.has_begun]
        return {end.fate for segment in begun for end in (segment.after, segment.before)}

    def with_segment(self, number: int, segment: Segment) -> WalkState:
        """The same state with one segment replaced."""
        return replace(self, segments=(*self.segments[:number], segment, *self.segments[number + 1 :]))


_STATE = TypeAdapter(WalkState)


@dataclass(frozen=True, slots=True)
class Gap:
    """At least one customer whom Dub cannot serve, older than `after` and newer than `before`; None: up to the end."""

    after: str | None
    before: str | None


def strides(trail: Sequence[str]) -> tuple[str, ...]:
    """The rows of a trail at distances that double, and its last one, the anchor."""
    places = takewhile(lambda place: place < len(trail) - 1, (2**power - 1 for power in count()))
    return (*(trail[place] for place in places), trail[-1])


def gaps(segments: Iterable[Segment]) -> Iterator[Gap]:
    """Each side that is stuck or lost with the next one below it, by the ids' text: Dub's own order is not known."""
    edges = [
        (segment.end(side).trail[0], side)
        for segment in segments
        if segment.has_begun
        for side in Side
        if segment.end(side).fate in (Fate.STUCK, Fate.LOST)
    ]
    above: str | None = None
    for row, side in sorted(edges, reverse=True):
        if side is Side.BEFORE:
            yield Gap(above, row)
            above = None
        else:
            if above is not None:
                yield Gap(above, None)
            above = row
    if above is not None:
        yield Gap(above, None)
