"""Handles for runs and lists of runs, as an `AsyncClient` returns them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._calls.runs import UNSET, Unset
from ._frames import history_frame, runs_frame, with_async_progress
from .models import (
    CreatedRunFields,
    HistoryEntry,
    ListedPipelineRunFields,
    ListedRunFields,
    LogReceipt,
    PipelineRunFields,
    RunFields,
    RunStatus,
    RunToken,
)

if TYPE_CHECKING:
    import pandas
    from typing_extensions import Unpack

    from .async_client import AsyncClient
    from .options import LogOptions

ListedT = TypeVar("ListedT", bound=RunFields)


class AsyncRunHandle:
    """A handle for a run, which may or may not exist. Its calls need no context."""

    _client: AsyncClient
    reference: str
    """The reference in the handle's calls: an id, a name, or a prefix."""
    exact: bool
    """Whether the reference is a complete id: then it never matches another run by a prefix of its name."""

    def __init__(self, client: AsyncClient, reference: str, *, exact: bool = False) -> None:
        # Its subclasses are frozen.
        object.__setattr__(self, "_client", client)
        object.__setattr__(self, "reference", reference)
        object.__setattr__(self, "exact", exact)

    def __str__(self) -> str:
        return self.reference

    @property
    def client(self) -> AsyncClient:
        return self._client

    async def log_metadata(self, metadata: Any, **options: Unpack[LogOptions]) -> LogReceipt | None:
        """Logs to the run. See `AsyncClient.log_metadata`."""
        options.setdefault("exact", self.exact)
        return await self._client.log_metadata(metadata, self.reference, **options)

    def step(self, name: str) -> AsyncStepHandle:
        """A handle for a step of the run. The first log to the step creates it."""
        return AsyncStepHandle(self, name)

    async def read(self, *, at: str | datetime | None = None, exact: bool = False) -> AsyncPipelineRun:
        """The run with its metadata. See `AsyncClient.get_pipeline_run`."""
        return await self._client.get_pipeline_run(self.reference, at=at, exact=exact or self.exact)

    def watch(self, *, interval: float = 2.0, exact: bool = False) -> AsyncIterator[AsyncPipelineRun]:
        """Yields the run now and after every change. See `AsyncClient.watch`."""
        return self._client.watch(self.reference, interval=interval, exact=exact or self.exact)

    def history(
        self, key: str, *, step: str | None = None, page_size: int | None = None, exact: bool = False
    ) -> AsyncHistory:
        """The history of a key, newest first. See `AsyncClient.history`."""
        return self._client.history(self.reference, key, step=step, page_size=page_size, exact=exact or self.exact)

    async def unset(
        self, key: str, *, step: str | None = None, idempotency_key: str | None = None, exact: bool = False
    ) -> None:
        """Removes the value of a key. See `AsyncClient.unset`."""
        await self._client.unset(
            self.reference, key, step=step, idempotency_key=idempotency_key, exact=exact or self.exact
        )

    async def create_token(self, *, expires_in: int) -> RunToken:
        """Creates a token that can only log to the run. See `AsyncClient.create_run_token`."""
        return await self._client.create_run_token(self.reference, expires_in=expires_in)

    async def update(
        self,
        *,
        status: RunStatus | None = None,
        ended_at: str | datetime | None = None,
        pipeline: str | None = None,
        name: str | None = None,
        expires_at: str | datetime | None | Unset = UNSET,
    ) -> AsyncRun:
        """Changes the run. See `AsyncClient.update_run`."""
        return await self._client.update_run(
            self.reference, status=status, ended_at=ended_at, pipeline=pipeline, name=name, expires_at=expires_at
        )

    async def delete(self) -> None:
        """Deletes the run, for good. See `AsyncClient.delete_run`."""
        await self._client.delete_run(self.reference)


class AsyncStepHandle:
    """A handle for a step. Its calls need no context."""

    def __init__(self, run: AsyncRunHandle, name: str) -> None:
        self.run = run
        self.name = name

    async def log_metadata(self, metadata: Any, **options: Unpack[LogOptions]) -> LogReceipt | None:
        """Logs to the step and, unless `log_related_entities` is False, to its run. See `AsyncClient.log_metadata`."""
        options.setdefault("exact", self.run.exact)
        return await self.run.client.log_metadata(metadata, self.run.reference, step_name=self.name, **options)


class AsyncRun(RunFields, AsyncRunHandle):
    """A run as it was when the call returned. Its own calls use the run's id."""

    def __init__(self, client: AsyncClient, members: dict[str, Any]) -> None:
        super().__init__(**members)
        AsyncRunHandle.__init__(self, client, self.id, exact=True)


class AsyncCreatedRun(AsyncRun, CreatedRunFields):
    """The result of `create_run`."""


class AsyncPipelineRun(AsyncRun, PipelineRunFields):
    """A run with its metadata and its steps."""


class AsyncListedRun(AsyncRun, ListedRunFields):
    """A run of a list."""


class AsyncListedPipelineRun(AsyncPipelineRun, ListedPipelineRunFields):
    """A run of a list with `include=["metadata"]`."""


class AsyncRunList(Generic[ListedT]):
    """A list of runs, fetched page by page as needed. Each iteration starts over."""

    def __init__(self, pages: Callable[[int | None], AsyncIterator[list[ListedT]]], *, progress: bool = False) -> None:
        self._pages = pages
        self._progress = progress

    def __aiter__(self) -> AsyncIterator[ListedT]:
        runs = self._runs()
        return aiter(with_async_progress(runs, "run")) if self._progress else runs

    async def _runs(self) -> AsyncIterator[ListedT]:
        async for page in self._pages(None):
            for run in page:
                yield run

    async def first(self, count: int) -> list[ListedT]:
        """The first runs of the list, up to `count`."""
        runs: list[ListedT] = []
        if count > 0:
            async for page in self._pages(count):
                runs.extend(page)
                if len(runs) >= count:
                    break
        return runs[: max(count, 0)]

    async def to_pandas(self) -> pandas.DataFrame:
        """A frame with a row for each run. See `RunList.to_pandas`."""
        return runs_frame([run async for run in self])


class AsyncHistory(AsyncIterable[HistoryEntry]):
    """The history of a key, newest first, fetched page by page as needed. Each iteration starts over."""

    def __init__(self, pages: Callable[[], AsyncIterator[list[HistoryEntry]]], *, progress: bool = False) -> None:
        self._pages = pages
        self._progress = progress

    def __aiter__(self) -> AsyncIterator[HistoryEntry]:
        entries = self._entries()
        return aiter(with_async_progress(entries, "log")) if self._progress else entries

    async def _entries(self) -> AsyncIterator[HistoryEntry]:
        async for page in self._pages():
            for entry in page:
                yield entry

    async def to_pandas(self) -> pandas.DataFrame:
        """A frame with a row for each log. See `History.to_pandas`."""
        return history_frame([entry async for entry in self])
