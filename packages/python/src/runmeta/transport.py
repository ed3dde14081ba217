"""The interface that sends requests. `Client(transport=…)` takes another implementation, for example in tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


class Abort:
    """Ends a request from another thread, when the task that waits for it is cancelled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._end: Callable[[], None] | None = None

    def call(self, end: Callable[[], None]) -> None:
        """Calls `end` when the request is aborted, or now if it already is. Each call replaces the previous `end`."""
        with self._lock:
            self._end = end
            is_set = self._is_set
        if is_set:
            end()

    def set(self) -> None:
        """Aborts the request."""
        with self._lock:
            self._is_set = True
            end = self._end
        if end is not None:
            end()


@dataclass(frozen=True)
class HttpRequest:
    """A request to send."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout: float = 20.0
    """Seconds in which the complete reply must arrive."""
    abort: Abort = field(default_factory=Abort, repr=False, compare=False)


@dataclass(frozen=True)
class HttpResponse:
    """A complete reply."""

    status: int
    headers: Mapping[str, str]
    """Names are in lower case."""
    body: bytes = field(default=b"", repr=False)


Transport: TypeAlias = Callable[[HttpRequest], HttpResponse]
"""Sends a request and returns the reply, without following redirects.

Several threads may call it at the same time. It raises TimeoutError when the time is over, and another OSError if
it cannot connect or the connection breaks.
"""
