"""Reports a failed log according to the client's `on_error`."""

from __future__ import annotations

import logging
from typing import Any

from ._environment import environment
from ._settings import Connection, OnError, one_of
from .errors import RunmetaError

_LOGGER = logging.getLogger("runmeta")


def on_error_of(connection: Connection) -> OnError:
    """What to do when a log fails, from the option, else from the environment. Raises ConfigurationError."""
    if connection.on_error is not None:
        return connection.on_error
    given = environment("RUNMETA_ON_ERROR") or "raise"
    one_of("RUNMETA_ON_ERROR", given, ("raise", "throw", "warn"))
    return "warn" if given == "warn" else "raise"


def raises(connection: Connection) -> bool:
    """Whether the error of a failed log is raised. Raises ConfigurationError."""
    return on_error_of(connection) in ("raise", "throw")


def report(connection: Connection, error: RunmetaError) -> Any:
    """Raises, warns, or calls the client's function. Returns the function's result, which an asynchronous caller awaits."""
    on_error = on_error_of(connection)
    if callable(on_error):
        return on_error(error)
    if on_error != "warn":
        raise error
    request = "" if error.request_id is None else f", request {error.request_id}"
    _LOGGER.warning("runmeta: metadata was not logged: %s [%s%s]", error, error.code, request)
    return None
