"""Reports a failed log according to the client's `on_error`."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import Any

from ._environment import environment
from ._settings import Connection, OnError, one_of
from .errors import RunmetaError

_LOGGER = logging.getLogger("runmeta")
_TASKS: set[asyncio.Task[Any]] = set()


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


def report(connection: Connection, error: RunmetaError) -> None:
    """Raises, warns, or calls the client's function, for a call that cannot await."""
    result = _handle(connection, error)
    if not inspect.iscoroutine(result):
        return
    # The function belongs to an AsyncClient, and the call logs to one of its runs.
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(result)
        return
    task = loop.create_task(result)
    # A loop keeps only weak references to its tasks.
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)


async def report_async(connection: Connection, error: RunmetaError) -> None:
    """Raises, warns, or calls the client's function, which may be a coroutine function. If it fails, the call fails."""
    result = _handle(connection, error)
    if inspect.isawaitable(result):
        await result


def _handle(connection: Connection, error: RunmetaError) -> Any:
    on_error = on_error_of(connection)
    if callable(on_error):
        return on_error(error)
    if on_error != "warn":
        raise error
    request = "" if error.request_id is None else f", request {error.request_id}"
    _LOGGER.warning("runmeta: metadata was not logged: %s [%s%s]", error, error.code, request)
    return None
