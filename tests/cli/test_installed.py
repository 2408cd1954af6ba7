"""The command as it is installed: what it imports, and how it ends when others end it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.installed import DUBTUI, PATIENCE, dubtui, environment, served

ASKED = "import sys, atexit; atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr)); "
RUN = ASKED + "from dubtui.__main__ import main; main()"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as address:
        yield address


FACE = "textual dubtui.app dubtui.screens uvicorn rich.console pygments"
DEMO = "dubtui.demo starlette"
NETWORK = "httpx pydantic truststore"


SHOWING = [
    ("get user_8813", f"{FACE} {DEMO} keyring"),
    ("get user_8813 --json", f"{FACE} {DEMO} keyring"),
    ("find lovelace", f"{FACE} {DEMO} keyring"),
    ("list", f"{FACE} {DEMO} keyring"),
    ("list --where ltv>500 --json", f"{FACE} {DEMO} keyring"),
    ("export -", f"{FACE} {DEMO} keyring"),
    ("export all.jsonl", f"{FACE} {DEMO} keyring"),
    ("sync --keep", f"{FACE} {DEMO} keyring"),
    ("get user_8813 --demo", f"{FACE} keyring"),
    ("--help", f"{FACE} {DEMO} keyring {NETWORK}"),
    ("paths", f"{FACE} {DEMO} keyring {NETWORK}"),
]
WRITING = (
    "edit user_8813 --set name=Ada --yes",
    "undo --yes",
    "edit --from people.csv --yes",
    "undo --yes",
    "journal",
    "journal --json",
    "journal --purge",
    "create --external-id new --country DE --dry-run",
    "delete user_8813 --confirm user_8813 --dry-run",
)
"""One after the other; in the end everybody is as before."""


@pytest.mark.parametrize(("command", "never"), SHOWING)
def test_a_command_imports_what_it_uses(env: dict[str, str], address: str, command: str, never: str) -> None:
    assert not set(never.split()) & imported(env, address, command)


def test_a_command_that_writes_imports_no_face(env: dict[str, str], address: str) -> None:
    Path(env["HOME"], "people.csv").write_text("externalId,name\nuser_8813,Ada\nuser_8812,Sophie\n")
    for command in WRITING:
        assert not set(f"{FACE} {DEMO} keyring".split()) & imported(env, address, command), command


def imported(env: dict[str, str], address: str, command: str) -> set[str]:
    """What a command has imported in a fresh interpreter by the time that it did what it should."""
    keyed = env | {"DUB_API_KEY": "dub_demo", "DUBTUI_API_URL": address}
    fresh = [sys.executable, "-c", RUN, *command.split()]
    ended = subprocess.run(
        fresh, env=keyed, cwd=env["HOME"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode == 0, f"{command}: {ended.stderr[:500]}"
    return set(ended.stderr.split())


def test_the_main_job_over_http(env: dict[str, str], address: str) -> None:
    keyed = env | {"DUB_API_KEY": "dub_demo", "DUBTUI_API_URL": address}
    got = dubtui(keyed, "get", "ada@analytical.example", "--json")
    assert (got.returncode, json.loads(got.stdout)["externalId"]) == (0, "user_8813")
    assert len(json.loads(dubtui(keyed, "list", "--json", "--limit", "120").stdout)) == 120


def test_a_wrong_key_and_no_server(env: dict[str, str], address: str) -> None:
    wrong = dubtui(env | {"DUB_API_KEY": "dub_wrong"}, "get", "x", "--api-url", address)
    assert (wrong.returncode, wrong.stdout) == (4, "")
    nobody = dubtui(env | {"DUB_API_KEY": "dub_demo"}, "get", "x", "--api-url", "http://127.0.0.1:9")
    assert (nobody.returncode, nobody.stdout) == (1, "")
    for ended in (wrong, nobody):
        assert len(ended.stderr.splitlines()) == 1


def test_without_a_terminal_there_is_no_app(env: dict[str, str]) -> None:
    for arguments in ([], ["--demo"], ["open", "user_8813", "--demo"]):
        ended = dubtui(env, *arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == "The app needs a terminal; dubtui get and dubtui list need none.\n"


def test_a_reader_that_has_enough(env: dict[str, str]) -> None:
    command = [str(DUBTUI), "list", "--demo", "--limit", "312"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(PATIENCE) == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_disk_that_is_full(env: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [str(DUBTUI), "list", "--demo"], env=env, stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
        )
    assert (ended.returncode, ended.stderr) == (1, b"The output cannot be used: No space left on device.\n")


@pytest.mark.parametrize("redirected", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(env: dict[str, str], redirected: str) -> None:
    for arguments, code in (("get user_8813 --demo", 0), ("auth login --with-token", 2), ("get x", 4)):
        ended = subprocess.run(
            ["sh", "-c", f"{DUBTUI} {arguments} {redirected}"],
            env=env,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == code
        assert b"bug" not in ended.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_that_has_not_all_letters(env: dict[str, str], encoding: str) -> None:
    narrow = env | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [str(DUBTUI), "list", "--demo", "--limit", "312"]
    for arguments in ([], ["--json"]):
        ended = subprocess.run([*command, *arguments], env=narrow, capture_output=True, timeout=PATIENCE, check=False)
        assert (ended.returncode, ended.stderr) == (0, b"")
    customers = json.loads(ended.stdout)
    assert any(customer["name"] == "紫式部" for customer in customers)
    assert any("🦊" in (customer["name"] or "") for customer in customers)


def test_ctrl_c_ends_it_quietly(env: dict[str, str]) -> None:
    """While it waits for an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        command = [str(DUBTUI), "get", "x", "--api-url", url, "--verbose"]
        keyed = env | {"DUB_API_KEY": "dub_demo"}
        with subprocess.Popen(command, env=keyed, stderr=subprocess.PIPE, text=True) as process:
            asking, _ = server.accept()
            with asking:
                asking.settimeout(PATIENCE)
                assert asking.recv(3) == b"GET"
                process.send_signal(signal.SIGINT)
                assert process.stderr is not None
                said = process.stderr.read()
                assert process.wait(PATIENCE) == 130
    assert "Traceback" not in said
    assert "bug" not in said


def test_a_bug_gives_nothing_away(env: dict[str, str]) -> None:
    bug = (
        "from dubtui.cli import root\n"
        "def fail(arguments):\n"
        "    key = 'dub_CANARY7f3e9a1b'\n"
        "    raise RuntimeError(f'{key} of ada@analytical.example')\n"
        "root.outcome = fail\n"
        "root.run([])"
    )
    for debug, said in (("", False), ("1", True)):
        ended = subprocess.run(
            [sys.executable, "-c", bug],
            env=env | {"DUBTUI_DEBUG": debug},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.startswith("dubtui met a bug of its own and stopped")
        assert "RuntimeError" in ended.stderr
        assert "CANARY" not in ended.stderr
        assert ("ada@analytical.example" in ended.stderr) == said
