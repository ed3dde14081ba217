"""Processes of the tests: the command with a server of its own, and an MLflow tracking server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAIN = Path(__file__).resolve().parents[1] / "dist" / "main.mjs"
START_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Runmeta:
    """The command, in front of a server on a data directory."""

    data: Path

    def __call__(self, *args: str) -> list[Any]:
        """Runs the command. Returns the lines that it prints, as JSON."""
        ended = subprocess.run(
            ["node", MAIN, *args], env=_environment(self.data), capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, f"runmeta {' '.join(args)}: {ended.stderr}"
        return [json.loads(line) for line in ended.stdout.splitlines()]


def _environment(data: Path) -> dict[str, str]:
    names = {name: value for name, value in os.environ.items() if not name.startswith(("RUNMETA_", "MLFLOW_"))}
    return names | {"RUNMETA_DATA": str(data)}


@contextmanager
def runmeta_served(data: Path) -> Iterator[Runmeta]:
    command = ["node", MAIN, "start", "--port", "0"]
    with subprocess.Popen(command, env=_environment(data), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert any("http://127.0.0.1:" in line for line in process.stdout), "the server did not start"
            yield Runmeta(data)
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def mlflow_served(folder: Path) -> Iterator[str]:
    """A tracking server on a store in this folder. Returns its address."""
    port = _free_port()
    store = ["--backend-store-uri", f"sqlite:///{folder / 'server.db'}", "--artifacts-destination", str(folder)]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    with (
        open(folder / "server.log", "w") as log,
        subprocess.Popen([*command, *store], cwd=folder, stdout=log, stderr=log, start_new_session=True) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            end = time.monotonic() + START_TIMEOUT_S
            while not _is_healthy(url):
                assert process.poll() is None and time.monotonic() < end, (folder / "server.log").read_text()
                time.sleep(0.1)
            yield url
        finally:
            # Its workers are in its group.
            os.killpg(process.pid, 15)
            process.wait(30)
