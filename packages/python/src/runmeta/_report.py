"""Reports a failed log according to the client's `on_error`."""

from __future__ import annotations

import logging
from typing import Any

from ._settings import Connection
from .errors import RunmetaError

_LOGGER = logging.getLogger("runmeta")


def report(connection: Connection, error: RunmetaError) -> Any:
    """Raises, warns, or calls the client's function. Returns the function's result, which an asynchronous caller awaits."""
    on_error = connection.on_error
    if callable(on_error):
        return on_error(error)
    if on_error != "warn":
        raise error
    request = "" if error.request_id is None else f", request {error.request_id}"
    _LOGGER.warning("runmeta: metadata was not logged: %s [%s%s]", error, error.code, request)
    return None
