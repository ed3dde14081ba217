"""One server for all tests, and names that are unique to each test."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator

import pytest
from runmeta import Client

from server import REPOSITORY, Server, served

_counter = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with served() as running:
        yield running


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hides the environment in which the tests run."""
    for name in list(os.environ):
        if name.startswith("RUNMETA_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server.url, server.key) as made:
        yield made


@pytest.fixture
def environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the server in the environment, as users do."""
    monkeypatch.setenv("RUNMETA_URL", server.url)
    monkeypatch.setenv("RUNMETA_API_KEY", server.key)


@pytest.fixture
def name() -> Callable[[str], str]:
    """Makes names that no other test uses."""
    own = next(_counter)
    return lambda text: f"t{own}-{text}"


# The table language x vectors passed: this suite runs after the TypeScript one, which leaves its counts in a file.

_TYPESCRIPT = REPOSITORY / ".vectors" / "typescript.json"
_vectors: dict[str, dict[str, int]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    file, _, test = report.nodeid.partition("::test_")
    if report.when != "call" or not file.endswith("test_vectors.py"):
        return
    count = _vectors.setdefault(f"{test.partition('[')[0]}.json", {"passed": 0, "cases": 0})
    count["cases"] += 1
    count["passed"] += report.passed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _vectors:
        return
    languages = {"Python": _vectors}
    if _TYPESCRIPT.exists():
        languages = {"TypeScript": json.loads(_TYPESCRIPT.read_text(encoding="utf-8")), **languages}
    terminalreporter.write_line("\nVectors passed\n")
    terminalreporter.write_line(f"| language | {' | '.join(_vectors)} |")
    terminalreporter.write_line(f"|---|{'---|' * len(_vectors)}")
    for language, files in languages.items():
        counts = [files.get(file, {"passed": 0, "cases": 0}) for file in _vectors]
        cells = " | ".join(f"{count['passed']} of {count['cases']}" for count in counts)
        terminalreporter.write_line(f"| {language} | {cells} |")
