"""What the house promises of itself: the wheel, walls, styles and keys, and words for every error."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.dom import DOMNode
from textual.screen import Screen

import dubtui
from dubtui.api import errors
from dubtui.display.trouble import explain
from dubtui.keys import PLACES, declared, key_rows, shown
from tests.make_docs import KEYS, keys_page

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dubtui"
README = (ROOT / "README.md").read_text()

COMMANDS = (
    "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/dubtui --demo",
    'python3 -m venv .venv && .venv/bin/pip install -e ".[test]" && .venv/bin/pytest',
)


def modules(package: str) -> Iterator[object]:
    """All modules of a package."""
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        yield importlib.import_module(found.name)


def classes(package: str, base: type) -> list[type]:
    """All classes of a base that a package declares."""
    return [
        kind
        for module in modules(package)
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, base) and kind.__module__ == getattr(module, "__name__", "")
    ]


# The wheel


def test_the_wheel_holds_all_that_is_no_python(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    here = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*") if path.suffix in (".py", ".tcss")}
    assert here | {"dubtui/py.typed"} <= names
    assert any(name.endswith(".tcss") for name in here)
    assert not [name for name in names if not name.startswith(("dubtui/", f"dubtui-{dubtui.__version__}.dist-info/"))]


def test_the_version_is_the_newest_of_the_changelog() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == dubtui.__version__


# The walls


def test_who_may_import_whom() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert " 0 broken" in checked.stdout


# The styles


@pytest.mark.parametrize("sheet", sorted(PACKAGE.rglob("screens/*.tcss")), ids=lambda path: path.name)
def test_every_rule_of_a_screen_is_nested_under_its_name(sheet: Path) -> None:
    module = importlib.import_module(f"dubtui.screens.{sheet.stem}")
    screens = {name for name, kind in vars(module).items() if inspect.isclass(kind) and issubclass(kind, Screen)}
    assert outermost(sheet.read_text()) <= screens


def outermost(text: str) -> set[str]:
    """What stands before the braces that are in no others."""
    depth, begun, found = 0, 0, set()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for at, char in enumerate(text):
        if char == "{":
            if depth == 0:
                found |= {selector.strip() for selector in text[begun:at].split(",")}
            depth += 1
        elif char == "}":
            depth -= 1
            begun = at + 1
    return found


# The keys


def test_every_class_that_declares_keys_has_a_place() -> None:
    declaring = {kind for package in ("dubtui.screens", "dubtui.widgets") for kind in classes(package, DOMNode)}
    placed = {kind for _, kinds in PLACES for kind in kinds}
    named = {kind for kind in declaring if "BINDINGS" in vars(kind)}
    assert {kind.__name__ for kind in named - placed} <= {"Framed"}, "Framed repeats the help key of the app"


@pytest.mark.parametrize(("place", "kinds"), PLACES, ids=[place for place, _ in PLACES])
def test_a_binding_with_an_id_has_a_tooltip_and_the_id_alone(place: str, kinds: tuple[type[DOMNode], ...]) -> None:
    named = [binding for kind in kinds for binding in declared(kind) if binding.id]
    assert not [binding.id for binding in named if not binding.tooltip]
    assert not [name for name, count in Counter(binding.id for binding in named).items() if count > 1]


@pytest.mark.parametrize(("place", "kinds"), PLACES, ids=[place for place, _ in PLACES])
def test_a_key_has_one_meaning_at_a_place(place: str, kinds: tuple[type[DOMNode], ...]) -> None:
    keys = Counter(key for kind in kinds for binding in declared(kind) for key in shown(binding.key).split())
    assert not [key for key, count in keys.items() if count > 1]


def test_nothing_destroys_by_ctrl() -> None:
    for row in key_rows():
        if "delete" in row.action:
            assert not any(key.startswith("ctrl+") for key in row.keys.split())


def test_the_readme_tells_keys_that_there_are() -> None:
    told = {key for line in key_table() for key in re.findall(r"`([^`]+)`", line)}
    there = {key for row in key_rows() for key in row.keys.split()}
    assert {SIGNS.get(key, key) for key in told} <= there
    assert len(told) > 20


def test_the_page_of_keys_is_up_to_date() -> None:
    assert KEYS.read_text() == keys_page(), "python -m tests.make_docs"


SIGNS = {"↑": "up", "↓": "down", "PgUp": "pgup", "PgDn": "pgdn"}


def key_table() -> list[str]:
    section = README.split("## Keys")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


# The words


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_has_its_two_commands(command: str) -> None:
    assert command in README.splitlines()


FAMILY = classes("dubtui.api", errors.DubError)


def made(kind: type[errors.DubError]) -> errors.DubError:
    if issubclass(kind, errors.TooFast):
        return kind("Dub's own words", wait=3.0)
    return kind("Dub's own words")


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_every_error_has_one_ancestor_a_title_and_words(kind: type[errors.DubError]) -> None:
    assert kind.__name__ in (inspect.getdoc(errors) or ""), "it is not in the tree at the top of the file"
    words = explain(made(kind))
    assert words.title == kind.title
    assert words.why
    assert words.sentence.startswith(f"{words.title}. {words.why}")
    if kind is not errors.DubError:
        assert words.title != errors.DubError.title


def test_every_exception_of_the_api_is_of_the_family() -> None:
    assert set(classes("dubtui.api", Exception)) == set(FAMILY)
