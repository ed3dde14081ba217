"""The options of a client."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, get_args

from ._environment import environment
from ._http.pool import Pool
from ._values.read import Numbers
from ._values.write import NonFinite
from .errors import ConfigurationError, RunmetaError
from .transport import Transport

OnError: TypeAlias = Literal["raise", "throw", "warn"] | Callable[[RunmetaError], Any]
"""What happens when a log fails: it raises (`"throw"` is the same), it warns on the logger `runmeta`, or it calls a function."""


class Connection:
    """The options and the transport of a client."""

    def __init__(
        self,
        *,
        url: str | None = None,
        api_key: str | None = None,
        timeout: float = 20.0,
        total_timeout: float = 60.0,
        retries: int = 4,
        on_error: OnError | None = None,
        non_finite: NonFinite = "refuse",
        numbers: Numbers = "native",
        transport: Transport | None = None,
    ) -> None:
        given = (url, api_key, timeout, total_timeout, retries, on_error, non_finite, numbers, transport)
        self._options = dict(zip(_OPTIONS, given, strict=True))
        # `not … > 0` instead of `<= 0`, to refuse NaN as well.
        if not timeout > 0:
            raise ConfigurationError("timeout must be seconds, more than 0")
        if not total_timeout > 0:
            raise ConfigurationError("total_timeout must be seconds, more than 0")
        if not retries >= 0:
            raise ConfigurationError("retries must be a number, 0 or more")
        if on_error is not None and not callable(on_error):
            _one_of("on_error", on_error, ("raise", "throw", "warn"), " or a function")
        _one_of("non_finite", non_finite, get_args(NonFinite))
        _one_of("numbers", numbers, get_args(Numbers))
        self.url = url
        self.api_key = api_key
        self.timeout = timeout
        self.total_timeout = total_timeout
        self.retries = retries
        self.non_finite: NonFinite = non_finite
        self.numbers: Numbers = numbers
        self.pool = Pool() if transport is None else None
        self.transport: Transport = transport or self.pool or Pool()
        self._on_error: OnError | None = on_error
        self._positions = Positions()

    @property
    def on_error(self) -> OnError:
        """What to do when a log fails, from the option or the environment. Raises ConfigurationError."""
        chosen: OnError | None = self._on_error
        if chosen is not None:
            return chosen
        given = environment("RUNMETA_ON_ERROR")
        if given is None or given in ("raise", "throw"):
            return "raise"
        _one_of("RUNMETA_ON_ERROR", given, ("raise", "throw", "warn"))
        return "warn"

    @property
    def position(self) -> str | None:
        """The greatest position of this client's logs. The next log sends it, so that it is later, whichever server receives it."""
        return self._positions.greatest

    def remember(self, position: str) -> None:
        """Keeps the position of a log, if it is the greatest."""
        self._positions.add(position)

    def forget(self, position: str) -> None:
        """Drops a position that the server refused, unless a greater one has replaced it."""
        self._positions.drop(position)

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy in another process opens its own connections.
        return _connection, (self._options,)

    def close(self) -> None:
        """Closes idle connections."""
        if self.pool is not None:
            self.pool.close()


_OPTIONS = (
    "url",
    "api_key",
    "timeout",
    "total_timeout",
    "retries",
    "on_error",
    "non_finite",
    "numbers",
    "transport",
)


def _connection(options: dict[str, Any]) -> Connection:
    return Connection(**options)


class Positions:
    """The greatest position of all threads."""

    def __init__(self) -> None:
        self._lock, self._process = threading.Lock(), os.getpid()
        self.greatest: str | None = None

    def add(self, position: str) -> None:
        with self._guard():
            if self.greatest is None or position > self.greatest:
                self.greatest = position

    def drop(self, position: str) -> None:
        with self._guard():
            if self.greatest == position:
                self.greatest = None

    def _guard(self) -> threading.Lock:
        if self._process != os.getpid():
            # A thread of the parent may have held the lock when this process was forked.
            self._lock, self._process = threading.Lock(), os.getpid()
        return self._lock


def _one_of(name: str, given: object, choices: tuple[str, ...], other: str = "") -> None:
    if given not in choices:
        raise ConfigurationError(f"{name} must be {' or '.join(repr(choice) for choice in choices)}{other}")
