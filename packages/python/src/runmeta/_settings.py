"""The options of a client."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias, get_args

from ._http.pool import Pool
from ._threads import Threads
from ._values.read import Numbers
from ._values.write import NonFinite
from .errors import ConfigurationError, RunmetaError
from .transport import HttpRequest, HttpResponse, Transport

OnError: TypeAlias = Literal["raise", "throw", "warn"] | Callable[[RunmetaError], Any]
"""What happens when a log fails: it raises (`"throw"` is the same), it warns on the logger `runmeta`, or it calls a function."""


class Positions:
    """The greatest position of a client's logs. The next log sends it, so that it is later, whichever server receives it."""

    def __init__(self) -> None:
        self._lock, self._process = threading.Lock(), os.getpid()
        self.greatest: str | None = None

    def add(self, position: str) -> None:
        with self._guard():
            if self.greatest is None or position > self.greatest:
                self.greatest = position

    def drop(self, position: str) -> None:
        """Drops a position that the server refused, unless a greater one has replaced it."""
        with self._guard():
            if self.greatest == position:
                self.greatest = None

    def _guard(self) -> threading.Lock:
        if self._process != os.getpid():
            # A thread of the parent may have held the lock when this process was forked.
            self._lock, self._process = threading.Lock(), os.getpid()
        return self._lock


@dataclass(eq=False, repr=False)
class Connection:
    """The options of a client, and what its calls share. Clients over one connection act as one client."""

    url: str | None
    api_key: str | None
    timeout: float
    total_timeout: float
    retries: int
    on_error: OnError | None
    non_finite: NonFinite
    numbers: Numbers
    transport: Transport | None
    pool: Pool = field(default_factory=Pool, init=False)
    threads: Threads = field(default_factory=Threads, init=False)
    positions: Positions = field(default_factory=Positions, init=False)

    def __post_init__(self) -> None:
        # `not … > 0` instead of `<= 0`, to refuse NaN as well.
        if not self.timeout > 0:
            raise ConfigurationError("timeout must be seconds, more than 0")
        if not self.total_timeout > 0:
            raise ConfigurationError("total_timeout must be seconds, more than 0")
        if not self.retries >= 0:
            raise ConfigurationError("retries must be a number, 0 or more")
        if self.on_error is not None and not callable(self.on_error):
            one_of("on_error", self.on_error, ("raise", "throw", "warn"), " or a function")
        one_of("non_finite", self.non_finite, get_args(NonFinite))
        one_of("numbers", self.numbers, get_args(Numbers))

    def exchange(self, request: HttpRequest) -> HttpResponse:
        """Sends a request and returns the reply. Raises OSError."""
        return (self.transport or self.pool)(request)

    def close(self) -> None:
        """Closes idle connections, and ends idle threads."""
        self.pool.close()
        self.threads.close()

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy in another process opens its own connections.
        return Connection, tuple(getattr(self, option.name) for option in fields(self) if option.init)


def one_of(name: str, given: object, choices: tuple[str, ...], other: str = "") -> None:
    """Raises ConfigurationError if an option is not one of the choices."""
    if given not in choices:
        raise ConfigurationError(f"{name} must be {' or '.join(repr(choice) for choice in choices)}{other}")
