"""The keychain of a Linux desktop, for real: a gnome-keyring on a bus of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dubtui.credentials import LOCKED, NONE
from tests.cli.installed import dubtui, environment, served

jeepney = pytest.importorskip("jeepney")
blocking = pytest.importorskip("jeepney.io.blocking")
message_bus = pytest.importorskip("jeepney.bus_messages").message_bus
secretstorage = pytest.importorskip("secretstorage")
pytestmark = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="gnome-keyring and dbus-daemon are not installed",
)

KEY = "dub_demo"
UNLOCKED = "printf 'a password\\n' | gnome-keyring-daemon --unlock --components=secrets"
WITHOUT_KEYRING = "gnome-keyring-daemon --start --components=secrets"
BARE = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>"""
"""A bus that starts no service by itself."""
PROMPTER = "org.gnome.keyring.SystemPrompter"

Env = dict[str, str]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as address:
        yield address


@contextmanager
def session(home: Path, daemon: str, *options: str) -> Iterator[Env]:
    """The environment of a bus on which a secret service was started."""
    run = home / "run"
    run.mkdir(mode=0o700)
    env = environment(home, XDG_RUNTIME_DIR=str(run))
    del env["PYTHON_KEYRING_BACKEND"]
    script = f"{daemon} >/dev/null 2>&1; echo $DBUS_SESSION_BUS_ADDRESS; exec cat"
    command = ("dbus-run-session", *options, "--", "sh", "-c", script)
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bus:
        assert bus.stdout is not None
        yield env | {"DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip()}
        bus.communicate()  # its input ends, then cat, then the bus, then the daemon


@contextmanager
def signed_in(home: Path, address: str) -> Iterator[Env]:
    """A session whose keyring holds a key."""
    with session(home, UNLOCKED) as env:
        asked = env | {"DUBTUI_API_URL": address}
        login = dubtui(asked, "auth", "login", "--with-token", "--name", "acme", stdin=f"{KEY}\n".encode())
        assert (login.returncode, login.stderr) == (0, "Signed in: 'acme' is kept in the Secret Service keyring.\n")
        yield env


def refusal(env: Env) -> str:
    """Why no customer can be had: one line, and the code for a key."""
    ended = dubtui(env, "get", "user_8813")
    assert (ended.returncode, ended.stdout) == (4, "")
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    return ended.stderr


def test_a_key_is_kept_by_one_run_and_found_by_the_next(tmp_path: Path, address: str) -> None:
    with signed_in(tmp_path, address) as env:
        got = dubtui(env, "get", "user_8813", "--json")
        assert (got.returncode, got.stderr) == (0, "")
        status = dubtui(env, "auth", "status").stdout
        assert status.splitlines()[:3] == ["workspace  acme", f"api        {address}", "key        … from the keychain"]
        holding = [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
        assert not holding, "the key is on disk in the clear"
        assert dubtui(env, "auth", "logout").stderr == "Forgot 'acme' and its key.\n"
        assert "Nobody is signed in" in refusal(env)


def test_a_keyring_that_lost_the_key(tmp_path: Path, address: str) -> None:
    with signed_in(tmp_path, address) as env:
        with collection(env) as keys:
            for item in keys.get_all_items():
                item.delete()
        assert "has no key for 'acme' any more" in refusal(env)


def test_locked_without_a_display(tmp_path: Path, address: str) -> None:
    with signed_in(tmp_path, address) as env:
        with collection(env) as keys:
            keys.lock()
        assert LOCKED in refusal(env)
        with mute_prompter(env):
            assert "did not answer within 3 s; it may wait to be unlocked" in refusal(env)


def test_a_daemon_that_died_comes_back_locked(tmp_path: Path, address: str) -> None:
    with signed_in(tmp_path, address) as env:
        with connection(env) as bus:
            question = message_bus.GetConnectionUnixProcessID("org.freedesktop.secrets")
            os.kill(bus.send_and_get_reply(question).body[0], signal.SIGKILL)
        assert LOCKED in refusal(env)


def test_without_a_keyring_nothing_is_kept(tmp_path: Path, address: str) -> None:
    with session(tmp_path, WITHOUT_KEYRING) as env:
        assert not_kept(env, address) == LOCKED


def test_without_a_service_nothing_is_kept(tmp_path: Path, address: str) -> None:
    bare = tmp_path / "bus.conf"
    bare.write_text(BARE)
    with session(tmp_path, "true", f"--config-file={bare}") as env:
        assert not_kept(env, address) == NONE


def not_kept(env: Env, address: str) -> str:
    """Why a key that Dub takes is not kept."""
    login = dubtui(env | {"DUBTUI_API_URL": address}, "auth", "login", "--with-token", stdin=KEY.encode())
    assert (login.returncode, login.stdout) == (4, "")
    assert dubtui(env, "auth", "list").stdout == ""
    before, after = "Dub takes the key, but it was not kept: ", " Set DUB_API_KEY in its place.\n"
    return login.stderr.removeprefix(before).removesuffix(after)


@pytest.mark.parametrize("bus", ["unix:path=/no/such/bus", "nonsense"])
def test_no_bus(tmp_path: Path, address: str, bus: str) -> None:
    with signed_in(tmp_path, address) as env:
        assert NONE in refusal(env | {"DBUS_SESSION_BUS_ADDRESS": bus})


@contextmanager
def connection(env: Env) -> Iterator[Any]:
    with blocking.open_dbus_connection(env["DBUS_SESSION_BUS_ADDRESS"]) as bus:
        yield bus


@contextmanager
def collection(env: Env) -> Iterator[Any]:
    """All that the keyring holds."""
    with connection(env) as bus:
        yield secretstorage.get_default_collection(bus)


@contextmanager
def mute_prompter(env: Env) -> Iterator[None]:
    """A desktop that shows a prompt, and nobody who types a password into it."""
    with connection(env) as bus, connection(env) as other:
        bus.send_and_get_reply(message_bus.RequestName(PROMPTER))
        thread = threading.Thread(target=_acknowledge, args=[bus])
        thread.start()
        yield
        other.send(jeepney.new_method_call(jeepney.DBusAddress("/", PROMPTER), "Stop"))
        thread.join()


def _acknowledge(bus: Any) -> None:
    while (asked := bus.receive()).header.fields.get(jeepney.HeaderFields.member) != "Stop":
        if asked.header.message_type is jeepney.MessageType.method_call:
            bus.send(jeepney.new_method_return(asked))
