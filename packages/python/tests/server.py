"""Starts a server for the tests, as `npm start` does, on a free port and with a temporary directory."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Server:
    url: str
    key: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served() -> Iterator[Server]:
    """A server that accepts requests until the block ends."""
    with tempfile.TemporaryDirectory(prefix="runmeta-python-") as directory:
        names = {name: value for name, value in os.environ.items() if not name.startswith("RUNMETA_")}
        environment = names | {"PORT": str(free_port()), "RUNMETA_DATA": directory, "RUNMETA_LOG": "none"}
        command = ["node", "scripts/start.mjs"]
        with subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            try:
                url = _ready(process)
                yield Server(url, Path(directory, "key").read_text().strip())
            finally:
                process.terminate()
                process.wait(30)


def _ready(process: subprocess.Popen[str]) -> str:
    """The address that the server prints once it accepts requests."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        found = next((word for word in line.split() if word.startswith("http://127.0.0.1:")), None)
        if found is not None:
            return found.rstrip(".,")
    raise RuntimeError(f"the server ended before it accepted requests: {''.join(lines)}")
