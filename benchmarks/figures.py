"""Times of many runs put into a line."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Times(list[float]):
    """Milliseconds."""

    @contextmanager
    def one(self) -> Iterator[None]:
        """Measure one run."""
        began = time.perf_counter()
        yield
        self.append((time.perf_counter() - began) * 1000)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self)

    @property
    def p95(self) -> float:
        """What nineteen of twenty keep under."""
        return sorted(self)[min(len(self) - 1, round(0.95 * len(self)))]

    def __str__(self) -> str:
        return f"median {self.median:8.2f} ms   p95 {self.p95:8.2f} ms   most {max(self):8.2f} ms   n={len(self)}"


def show(rows: Sequence[tuple[str, object]]) -> None:
    """Print rows with their names in a column."""
    cells = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"  {name.ljust(cells)}  {value}")
