"""The commands about dubtui itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.installed import DUBTUI, PATIENCE, dubtui, environment
from tests.stage import Stage


def test_keys_are_those_of_the_bindings(run: CommandLine) -> None:
    ended = run("keys")
    assert (ended.code, ended.err) == (0, "")
    rows = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "list i ctrl+l look-up Find a customer by any identifier" in rows
    assert "everywhere ctrl+c Twice: leave dubtui" in rows
    assert "review y apply Read Dub once more and send it" in rows


def test_paths(run: CommandLine, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(stage.home))
    assert run("paths").out.splitlines() == [
        f"settings        {stage.home}/settings.toml",
        f"state           {stage.home}/state/state.sqlite3",
        f"journal         {stage.home}/state/journal.sqlite3",
        f"customers       {stage.home}",
        f"kept customers  {stage.home}/kept",
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_for_each_shell(run: CommandLine, shell: str) -> None:
    ended = run("completion", shell)
    assert (ended.code, ended.err) == (0, "")
    assert "_DUBTUI_COMPLETE" in ended.out
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=ended.out, text=True, check=True, timeout=PATIENCE)


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["ge"], ["get"]),
        (["auth", "s"], ["status", "switch"]),
        (["get", "x", "--js"], ["--json"]),
        (["completion", "f"], ["fish"]),
        (["auth", "switch", "a"], ["acme"]),
        (["-w", ""], ["acme", "other"]),
    ],
    ids=str,
)
def test_what_bash_is_offered(tmp_path: Path, words: list[str], completed: list[str]) -> None:
    env = environment(tmp_path)
    saved(tmp_path, "acme", "other")
    script = dubtui(env, "completion", "bash").stdout
    line = f"COMP_WORDS=(dubtui {' '.join(word or repr('') for word in words)}); COMP_CWORD={len(words)}"
    ask = f"{script}\n{line}\n_dubtui_completion {DUBTUI}\nprintf '%s\\n' ${{COMPREPLY[@]}}"
    offered = subprocess.run(["bash", "-c", ask], env=env, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert offered.stdout.split() == completed


def saved(home: Path, *names: str) -> None:
    """Workspaces of earlier runs."""
    from dubtui.store.state import State

    state = State(home / ".local" / "state" / "dubtui" / "state.sqlite3")
    for name in names:
        state.save(state.named(name, "https://api.dub.co"))
