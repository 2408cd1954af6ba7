"""The page of what dubtui takes for granted names tests and recordings that there are."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.contract.recordings import read
from tests.contract.test_samples import REPEATABLE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dub-api.md").read_text("utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
RECORDINGS = sorted(set(re.findall(r"`(\w+\.jsonl): ([^`…]+)`", PAGE)))
NOTICES = re.compile(r"(`(tests/[\w/]+\.py::\w+|\w+\.jsonl: [^`]+)` ?)+")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| dubtui relies on ")]


@cache
def functions(path: str) -> frozenset[str]:
    """The functions that a file defines."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def names(file: str) -> frozenset[str]:
    """What was recorded in a file and is asked of the demo."""
    recorded = REPEATABLE if file == "samples.jsonl" else read(file)
    return frozenset(exchange.name for exchange in recorded if not exchange.setup)


@pytest.mark.parametrize(("path", "name"), TESTS, ids=[name for _, name in TESTS])
def test_a_test_that_is_named_is_there(path: str, name: str) -> None:
    assert name in functions(path)


@pytest.mark.parametrize(("file", "name"), RECORDINGS, ids=[ascii(name) for _, name in RECORDINGS])
def test_a_recording_that_is_named_is_there(file: str, name: str) -> None:
    assert name in names(file)


@pytest.mark.parametrize("row", ROWS, ids=[row[2:40] for row in ROWS])
def test_every_line_says_what_would_notice(row: str) -> None:
    """Tests and recordings, and nothing else."""
    _, notices = row.strip("| ").split(" | ")
    assert NOTICES.fullmatch(notices)


def test_every_trap_is_named() -> None:
    told = {name for path, name in TESTS if path == "tests/traps/test_traps.py"}
    assert told == {name for name in functions("tests/traps/test_traps.py") if name.startswith("test_trap_")}
