"""`python -m tests.make_docs`: the pages of `docs/` that are derived from the code."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from dubtui.keys import key_rows

KEYS = Path(__file__).parent.parent / "docs" / "keys.md"


def keys_page() -> str:
    """Every key, by the place where it acts."""
    lines = ["# Keys", "", "By the place where they act; `?` shows those of the moment, `dubtui keys` prints all."]
    for place, rows in groupby(key_rows(), key=lambda row: row.place):
        lines += ["", f"## {place.capitalize()}", "", "| key | does |", "|---|---|"]
        lines += [f"| {' '.join(f'`{key}`' for key in row.keys.split())} | {row.words} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    KEYS.write_text(keys_page(), "utf-8")
