"""The run and the step around a call."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass

from ._calls.path import id_of
from ._environment import environment
from ._http.endpoint import api_key_of
from ._settings import Connection
from .errors import ConfigurationError


@dataclass(frozen=True)
class Context:
    """The context of a call."""

    connection: Connection | None = None
    """The connection of the client that the run belongs to."""
    run: str | None = None
    """Id, name or prefix."""
    step: str | None = None
    exact: bool = False
    """Whether the run is named by a complete id."""
    name: str | None = None
    """The run's name, if `run` is its id and both are known."""


_NONE = Context()
_current: ContextVar[Context] = ContextVar("runmeta")


def current_context() -> Context:
    return _current.get(_NONE)


@contextmanager
def within(context: Context) -> Generator[None]:
    """Sets the context for a block, and for the tasks started in it."""
    token = _current.set(context)
    try:
        yield
    finally:
        # An unfinished coroutine is closed where it is collected, which may be in another context.
        with suppress(ValueError):
            _current.reset(token)


_RUN_TOKEN = re.compile(r"rmt_[^_]+_([0-9a-f]{32})_")


def run_of_token(connection: Connection) -> str | None:
    """The run of a client's run token; None if the client's key is not a run token."""
    parts = _RUN_TOKEN.match(api_key_of(connection) or "")
    return None if parts is None else id_of(parts[1])


def reference_of(connection: Connection, reference: str | None) -> str:
    """The reference itself, or by default the run of the client's run token. Raises ConfigurationError without either."""
    found = reference if reference is not None else run_of_token(connection)
    if found is None:
        raise ConfigurationError("run() takes the id, name or prefix of a run")
    return found


def target_of(connection: Connection, run: str | None, step: str | None) -> tuple[str, str | None, bool]:
    """The run and the step of a log: what the call names, else the context around it, else the run of a token, else the
    environment. The third says whether the context has the complete id of the run.

    Raises ConfigurationError if none of them names a run.
    """
    # A step belongs to a run, so the step around the call does not apply to another run that the call names.
    if run is not None:
        return run, step, False
    around = current_context()
    from_environment = environment("RUNMETA_RUN_ID")
    found = around.run or run_of_token(connection) or from_environment
    if found is None:
        raise ConfigurationError(
            "no run to log to: set RUNMETA_RUN_ID, log inside `with run(…):`, or name it by run_id_name_or_prefix"
        )
    # The step in the environment belongs to the run there, or else to the run around the call.
    is_of_run = from_environment in (None, found, around.name) or id_of(from_environment) == found
    return found, step or around.step or (environment("RUNMETA_STEP_NAME") if is_of_run else None), around.exact


def context_environment() -> dict[str, str]:
    """The run and the step around the call, as environment variables for another process.

    ```python
    with run("iris-1"):
        ProcessPoolExecutor(initializer=adopt_environment, initargs=(context_environment(),))
        subprocess.run(["python", "train.py"], env=os.environ | context_environment())
    ```
    """
    around = current_context()
    found = {"RUNMETA_RUN_ID": around.run, "RUNMETA_STEP_NAME": around.step}
    # Leave out what the context does not set, so that existing variables stay.
    return {name: value for name, value in found.items() if value is not None}


def adopt_environment(variables: Mapping[str, str]) -> None:
    """Sets environment variables. As the initializer of a process pool, it gives its processes the same run and step."""
    os.environ.update(variables)
