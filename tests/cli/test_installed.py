"""The command as it is installed: what it imports, and how it ends when others end it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
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


FACE = "textual dubtui.app dubtui.screens uvicorn"
DEMO = "dubtui.demo starlette"
NETWORK = "httpx pydantic truststore"


@pytest.mark.parametrize(
    ("command", "never"),
    [
        ("get user_8813", f"{FACE} {DEMO} keyring"),
        ("get user_8813 --json", f"{FACE} {DEMO} keyring"),
        ("list", f"{FACE} {DEMO} keyring"),
        ("export -", f"{FACE} {DEMO} keyring"),
        ("edit user_8813 --set name=Ada --dry-run", f"{FACE} {DEMO} keyring"),
        ("journal --json", f"{FACE} {DEMO} keyring"),
        ("get user_8813 --demo", f"{FACE} keyring"),
        ("--help", f"{FACE} {DEMO} keyring {NETWORK}"),
        ("paths", f"{FACE} {DEMO} keyring {NETWORK}"),
    ],
)
def test_a_command_imports_what_it_uses(env: dict[str, str], address: str, command: str, never: str) -> None:
    """In a fresh interpreter, on the way to a customer that is found and shown."""
    keyed = env | {"DUB_API_KEY": "dub_demo", "DUBTUI_API_URL": address}
    fresh = [sys.executable, "-c", RUN, *command.split()]
    ended = subprocess.run(fresh, env=keyed, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (ended.returncode, bool(ended.stdout)) == (0, True), ended.stderr
    assert not set(never.split()) & set(ended.stderr.split())


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


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="there is no /proc here")
def test_ctrl_c_ends_it_quietly(env: dict[str, str]) -> None:
    with served("--fault", "slow:path=/customers,seconds=60") as address:
        command = [str(DUBTUI), "get", "x", "--api-url", address, "--verbose"]
        keyed = env | {"DUB_API_KEY": "dub_demo"}
        with subprocess.Popen(command, env=keyed, stderr=subprocess.PIPE, text=True) as process:
            wait_for_connection(process.pid)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            said = process.stderr.read()
            assert process.wait(PATIENCE) == 130
        assert "Traceback" not in said
        assert "bug" not in said


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="there is no /proc here")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=str)
def test_what_ends_an_export_leaves_no_part_of_a_file(env: dict[str, str], tmp_path: Path, number: int) -> None:
    with served("--fault", "slow:path=/customers,seconds=60") as address:
        command = [str(DUBTUI), "export", str(tmp_path / "all.csv"), "--api-url", address]
        with subprocess.Popen(command, env=env | {"DUB_API_KEY": "dub_demo"}, stderr=subprocess.PIPE) as process:
            wait_for_connection(process.pid)
            assert list(tmp_path.glob("*all.csv*")) != []
            process.send_signal(number)
            assert process.wait(PATIENCE) == 128 + number
    assert list(tmp_path.glob("*all.csv*")) == []


def sockets(pid: int) -> int:
    """How many a process has open."""
    found = 0
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found += "socket:" in os.readlink(handle)
    return found


def wait_for_connection(pid: int) -> None:
    """Until a process has another socket open than the two by which asyncio wakes itself."""
    end = time.monotonic() + PATIENCE
    while sockets(pid) < 3:
        assert time.monotonic() < end, "it never connected"
        time.sleep(0.02)


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
