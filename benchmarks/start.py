"""`python -m benchmarks.start`: whole commands beside the floors that nobody gets under."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Times
from benchmarks.keys import DUBTUI, environment, served

ROUNDS = 9
FLOOR = [sys.executable, "-c", "pass"]
STDLIB = """
import json, http.client, os, sys
from urllib.parse import urlsplit
parts = urlsplit(os.environ["DUBTUI_API_URL"])
connection = http.client.HTTPConnection(parts.hostname, parts.port)
connection.request("GET", "/customers/ext_user_8813", headers={"Authorization": "Bearer dub_demo"})
print(json.dumps(json.loads(connection.getresponse().read()), indent=2))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, served() as address:
        env = environment(Path(folder), address)
        commands = {
            "python -c pass": FLOOR,
            "the standard library alone gets one": [sys.executable, "-c", STDLIB],
            "dubtui --help": [str(DUBTUI), "--help"],
            "dubtui get user_8813 --json": [str(DUBTUI), "get", "user_8813", "--json"],
            "dubtui list": [str(DUBTUI), "list"],
        }
        times: dict[str, Times] = {name: Times() for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                with times[name].one():
                    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        floor = times["python -c pass"]
        for name, these in times.items():
            ratio = statistics.median(one / low for one, low in zip(these, floor, strict=True))
            print(f"  {name:36} {these}   {ratio:5.1f} x the floor")


if __name__ == "__main__":
    main()
