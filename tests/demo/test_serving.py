"""The demo as a process that listens on loopback."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT

import httpx
import pytest

from dubtui.demo.__main__ import main

WORKSPACE = Path(__file__).parents[1] / "contract" / "workspace.json"
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "dubtui.demo")


@contextmanager
def served(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a demo that listens on a free port, and its process."""
    process = subprocess.Popen((*COMMAND, "--port", "0", *arguments), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process:
        try:
            line = process.stderr.readline()
            assert "http://127.0.0.1:" in line, line + process.stderr.read()
            yield line.split("listens at ")[1].split(" ")[0], process
        finally:
            process.kill()


def test_over_real_http() -> None:
    """Bodies travel in chunks, faults close connections, the data comes back, and ctrl+c is quiet."""
    faults = ("--fault", "cut:path=/customers/count", "--fault", "lost-after:method=DELETE,times=1")
    with (
        served("--apply-country", "--rate-limit", "50", *faults) as (address, process),
        httpx.Client(base_url=address, headers={"Authorization": "Bearer dub_demo"}) as client,
    ):
        rows = client.get("/customers")
        assert rows.headers["transfer-encoding"] == "chunked"
        assert rows.headers.get_list("date") == [rows.headers["date"]]
        assert "server" not in rows.headers
        assert len(rows.json()) == 100
        assert client.get("/customers/ext_org%2F42").json()["externalId"] == "org/42"
        assert client.head("/customers").content == b""
        assert client.put("/customers").content == b""
        assert client.get("/customers/none").headers["x-ratelimit-limit"] == "50"
        assert client.patch("/customers/ext_user_8813", json={"country": "FR"}).json()["country"] == "FR"
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/customers/count")
        with pytest.raises(httpx.HTTPError):
            client.delete("/customers/ext_user_8812")
        assert client.get("/customers/ext_user_8812").status_code == 404
        assert client.post("/__reset", headers={"Authorization": ""}).status_code == 204
        assert client.get("/customers/ext_user_8812").status_code == 200
        assert client.get("/customers/ext_user_8813").json()["country"] == "GB"
        process.send_signal(SIGINT)
        process.wait(10)
        assert process.returncode == 130
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_over_real_http_with_a_file() -> None:
    with served("--data", str(WORKSPACE)) as (address, _):
        key = {"Authorization": "Bearer dub_TESTowner"}
        broken = httpx.get(httpx.URL(address).copy_with(raw_path=b"/customers/ext_100%25real%"), headers=key)
        fine = httpx.get(f"{address}/customers/count", headers=key)
    assert (broken.status_code, fine.json()) == (500, 260)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "the following arguments are required: --port"),
        (["--port", "x"], "'x' is no port; give a number from 0 to 65535"),
        (["--port", "70000"], "'70000' is no port"),
        (["--port", "0", "--seed-size", "-1"], "'-1' is no number from 0 on"),
        (["--port", "0", "--rate-limit", "many"], "'many' is no number from 0 on"),
        (["--port", "0", "--fault", "404"], "no fault is called '404'"),
        (["--port", "0", "--data", "x", "--seed-size", "5"], "not allowed with argument"),
        (["--port", "0", "--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_arguments_that_cannot_be_followed(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            '{"workspaces": {"ws": {"customers": [], "plan": "gold", "programId": null}}, "customers": [], "links": [],'
            ' "partners": [], "discounts": []}',
            "ws is on a plan that Dub does not have: gold",
        ),
        (
            '{"workspaces": {}, "customers": [], "links": [], "partners": [], "discounts": [], "tokens":'
            ' {"dub_x": {"workspace": "ws", "role": "owner"}}}',
            "the key dub_x belongs to a workspace that is not there",
        ),
        (None, "No such file or directory"),
        ("{", "is not JSON"),
        ("[]", "does not describe a workspace"),
        ("{}", "workspaces is missing"),
        ('{"workspaces": {"ws": {"customers": [], "plan": "pro"}}, "customers": []}', "links is missing"),
        ('{"workspaces": {"ws": {"plan": "pro"}}}', "customers is missing"),
        (
            '{"workspaces": {"ws": {"customers": [{"id": "cus_1"}]}}, "customers": []}',
            "name of customer cus_1 is missing",
        ),
    ],
)
def test_files_that_are_no_workspace(
    content: str | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "workspace.json"
    if content is not None:
        path.write_text(content)
    assert main(["--port", "0", "--data", str(path)]) == 2
    assert says in capsys.readouterr().err


def test_a_file_whose_customers_are_not_unique(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = json.loads(WORKSPACE.read_text())
    workspace["customers"][1]["externalId"] = workspace["customers"][0]["externalId"]
    path = tmp_path / "workspace.json"
    path.write_text(json.dumps(workspace))
    assert main(["--port", "0", "--data", str(path)]) == 2
    assert "these customers cannot be stored" in capsys.readouterr().err


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    assert f"port {port} cannot be used: Address already in use" in capsys.readouterr().err
