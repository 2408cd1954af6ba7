"""The demo is a reading of Dub of its own: a mistake of the client cannot hide in it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dubtui.demo

FOLDER = Path(dubtui.demo.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))


def imported(path: Path) -> set[str]:
    """The names of all modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what is imported"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_imports_nothing_of_the_client(path: Path) -> None:
    own = {name for name in imported(path) if name.split(".")[0] == "dubtui"}
    assert all(name == "dubtui.demo" or name.startswith("dubtui.demo.") for name in own)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_the_edge_needs_other_libraries(path: Path) -> None:
    foreign = {name.split(".")[0] for name in imported(path)} - {"dubtui", *sys.stdlib_module_names}
    assert foreign == {"__main__": {"uvicorn"}, "asgi": {"starlette"}}.get(path.stem, set())


def test_it_starts_without_the_client_and_without_uvicorn() -> None:
    script = """
import sys
from dubtui.demo.server import Demo
Demo().close()
print([name for name in sys.modules if name.startswith("dubtui.") and not name.startswith("dubtui.demo")])
print([name for name in ("uvicorn", "httpx", "pydantic", "textual") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=FOLDER.parents[1]
    )
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]
