"""One server for the whole run, and names of their own for each test."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

import pytest
from runmeta import Client

from server import Server, served

_counter = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with served() as running:
        yield running


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the environment that the tests are run in."""
    for name in list(os.environ):
        if name.startswith("RUNMETA_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server.url, server.key) as made:
        yield made


@pytest.fixture
def environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server in the environment, as users set it."""
    monkeypatch.setenv("RUNMETA_URL", server.url)
    monkeypatch.setenv("RUNMETA_API_KEY", server.key)


@pytest.fixture
def name() -> Callable[[str], str]:
    """Makes names that no other test has."""
    own = next(_counter)
    return lambda text: f"t{own}-{text}"
