"""Functions that use the client of the run around the call, else one configured by the environment."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, overload

from ._context import Context, current_context, within
from .async_client import AsyncClient
from .async_runs import AsyncRunHandle
from .client import Client
from .errors import ConfigurationError
from .models import LogReceipt
from .runs import CreatedRun, PipelineRun, RunHandle

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import LogOptions, NewRunOptions

_from_environment: Client | None = None


def ambient_client() -> Client:
    """The client of the run around the call, else one configured by `RUNMETA_URL` and `RUNMETA_API_KEY`."""
    global _from_environment
    around = current_context().connection
    if around is not None:
        return Client.over(around)
    if _from_environment is None:
        _from_environment = Client()
    return _from_environment


def log_metadata(
    metadata: Any,
    run_id_name_or_prefix: str | None = None,
    *,
    step_name: str | None = None,
    **options: Unpack[LogOptions],
) -> LogReceipt | None:
    """Logs metadata to the run and the step around the call, or to a run that it names. See `Client.log_metadata`.

    ```python
    log_metadata(metadata={"accuracy": 0.97})
    log_metadata(metadata={"reviewed": True}, run_id_name_or_prefix="nightly")
    ```
    """
    return ambient_client().log_metadata(metadata, run_id_name_or_prefix, step_name=step_name, **options)


def get_pipeline_run(
    name_id_or_prefix: str, *, at: str | datetime | None = None, exact: bool = False
) -> PipelineRun:
    """A run with its metadata. See `Client.get_pipeline_run`."""
    return ambient_client().get_pipeline_run(name_id_or_prefix, at=at, exact=exact)


def new_run(**options: Unpack[NewRunOptions]) -> AbstractContextManager[CreatedRun]:
    """Creates a run, provides its context for the block, and then sets its status. See `Client.new_run`.

    ```python
    with new_run(pipeline="iris"):
        train_model(rows)
    ```
    """
    return ambient_client().new_run(**options)


@overload
def run(run: str, *, client: Client | None = None) -> AbstractContextManager[RunHandle]: ...
@overload
def run(run: AsyncRunHandle, *, client: AsyncClient | None = None) -> AbstractContextManager[AsyncRunHandle]: ...
@overload
def run(run: RunHandle, *, client: Client | None = None) -> AbstractContextManager[RunHandle]: ...
@contextmanager
def run(run: Any, *, client: Client | AsyncClient | None = None) -> Generator[Any]:
    """Provides the context of a run for a block: logs in it go to that run unless they name another.

    ```python
    with run("iris-1"):
        train_model(rows)
    ```

    It takes an id, name or prefix, or a run, whose client is then used too. A step around the block does not
    apply inside it. Tasks of asyncio that are started in the block inherit the context; a thread needs a copy of it:
    `executor.submit(contextvars.copy_context().run, train_model, rows)`.
    """
    if not isinstance(run, str | RunHandle | AsyncRunHandle):
        raise ConfigurationError("run() takes a run, or its id, name or prefix; await the create_run() of an AsyncClient first")
    handle: RunHandle | AsyncRunHandle
    if isinstance(run, str):
        handle = RunHandle(ambient_client() if client is None else Client.over(client.connection), run)
    else:
        handle = run
    connection = (client or handle.client).connection
    with within(Context(connection, handle.reference, exact=handle.exact, name=getattr(handle, "name", None))):
        yield handle
