"""What the package adds to a plain HTTP call, in processor time, which does not depend on how busy the machine is."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from runmeta import Client

from server import Server

MAX_ADDED_MS = 1.5


def cost_of(call: Callable[[], object]) -> float:
    """Milliseconds of processor time that this thread spends on a call."""
    started = time.thread_time()
    call()
    return (time.thread_time() - started) * 1000


@pytest.mark.parametrize("kind", ["log", "get"])
def test_a_call_adds_little_processor_time(
    kind: str, client: Client, server: Server, name: Callable[[str], str]
) -> None:
    created = client.create_run(name=name(kind))
    metadata = {"run_metrics": {"accuracy": 0.93, "precision": 0.91, "recall": 0.9}}
    created.log_metadata(metadata)
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    headers = {"authorization": f"Bearer {server.key}", "content-type": "application/json"}
    body = '{"metadata":{"run_metrics":{"accuracy":0.93,"precision":0.91,"recall":0.9}}}'
    method, path = ("POST", f"/v1/runs/{created.id}/metadata") if kind == "log" else ("GET", f"/v1/runs/{created.id}")

    def bare() -> bytes:
        connection.request(method, path, body if kind == "log" else None, headers)
        return connection.getresponse().read()

    def call() -> object:
        return created.log_metadata(metadata) if kind == "log" else created.read()

    pairs = [(cost_of(bare), cost_of(call)) for _ in range(100)][20:]
    connection.close()
    added = statistics.median(ours for _, ours in pairs) - statistics.median(theirs for theirs, _ in pairs)
    print(f"a {kind} costs {added:.2f} ms more than a plain call")
    assert added <= MAX_ADDED_MS
