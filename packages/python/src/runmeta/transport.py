"""What sends the requests of a client. `Client(transport=…)` takes another one, as tests do."""

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
        """Has `end` called when the request is aborted, at once where it is already. The last one given counts."""
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
    """A request as it is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout: float = 20.0
    """Seconds until the reply must have come whole."""
    abort: Abort = field(default_factory=Abort, repr=False, compare=False)


@dataclass(frozen=True)
class HttpResponse:
    """A complete reply."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes = field(default=b"", repr=False)


Transport: TypeAlias = Callable[[HttpRequest], HttpResponse]
"""Sends a request and gives its reply; redirects are not followed.

It may be called from several threads at once. It raises TimeoutError if the time is over, and another OSError where
there is no connection, or one that broke.
"""
