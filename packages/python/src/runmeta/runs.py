"""Handles for runs and lists of runs, as a `Client` returns them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._calls.runs import UNSET, Unset
from ._frames import history_frame, runs_frame, with_progress
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

    from .client import Client
    from .options import LogOptions

ListedT = TypeVar("ListedT", bound=RunFields)


class RunHandle:
    """A handle for a run, which may or may not exist. Its calls need no context."""

    _client: Client
    reference: str
    """The reference in the handle's calls: an id, a name, or a prefix."""
    exact: bool
    """Whether the reference is a complete id: then it never matches another run by a prefix of its name."""

    def __init__(self, client: Client, reference: str, *, exact: bool = False) -> None:
        # Its subclasses are frozen.
        object.__setattr__(self, "_client", client)
        object.__setattr__(self, "reference", reference)
        object.__setattr__(self, "exact", exact)

    def __str__(self) -> str:
        return self.reference

    @property
    def client(self) -> Client:
        return self._client

    def log_metadata(self, metadata: Any, **options: Unpack[LogOptions]) -> LogReceipt | None:
        """Logs to the run. See `Client.log_metadata`."""
        options.setdefault("exact", self.exact)
        return self._client.log_metadata(metadata, self.reference, **options)

    def step(self, name: str) -> StepHandle:
        """A handle for a step of the run. The first log to the step creates it."""
        return StepHandle(self, name)

    def read(self, *, at: str | datetime | None = None, exact: bool = False) -> PipelineRun:
        """The run with its metadata. See `Client.get_pipeline_run`."""
        return self._client.get_pipeline_run(self.reference, at=at, exact=exact or self.exact)

    def watch(self, *, interval: float = 2.0, exact: bool = False) -> Iterator[PipelineRun]:
        """Yields the run now and after every change. See `Client.watch`."""
        return self._client.watch(self.reference, interval=interval, exact=exact or self.exact)

    def history(
        self, key: str, *, step: str | None = None, page_size: int | None = None, exact: bool = False
    ) -> History:
        """The history of a key, newest first. See `Client.history`."""
        return self._client.history(self.reference, key, step=step, page_size=page_size, exact=exact or self.exact)

    def unset(
        self, key: str, *, step: str | None = None, idempotency_key: str | None = None, exact: bool = False
    ) -> None:
        """Removes the value of a key. See `Client.unset`."""
        self._client.unset(self.reference, key, step=step, idempotency_key=idempotency_key, exact=exact or self.exact)

    def create_token(self, *, expires_in: int) -> RunToken:
        """Creates a token that can only log to the run. See `Client.create_run_token`."""
        return self._client.create_run_token(self.reference, expires_in=expires_in)

    def update(
        self,
        *,
        status: RunStatus | None = None,
        ended_at: str | datetime | None = None,
        pipeline: str | None = None,
        name: str | None = None,
        expires_at: str | datetime | None | Unset = UNSET,
    ) -> Run:
        """Changes the run. See `Client.update_run`."""
        return self._client.update_run(
            self.reference, status=status, ended_at=ended_at, pipeline=pipeline, name=name, expires_at=expires_at
        )

    def delete(self) -> None:
        """Deletes the run, for good. See `Client.delete_run`."""
        self._client.delete_run(self.reference)


class StepHandle:
    """A handle for a step. Its calls need no context."""

    def __init__(self, run: RunHandle, name: str) -> None:
        self.run = run
        self.name = name

    def log_metadata(self, metadata: Any, **options: Unpack[LogOptions]) -> LogReceipt | None:
        """Logs to the step and, unless `log_related_entities` is False, to its run. See `Client.log_metadata`."""
        options.setdefault("exact", self.run.exact)
        return self.run.client.log_metadata(metadata, self.run.reference, step_name=self.name, **options)


class Run(RunFields, RunHandle):
    """A run as it was when the call returned. Its own calls use the run's id."""

    def __init__(self, client: Client, members: dict[str, Any]) -> None:
        super().__init__(**members)
        RunHandle.__init__(self, client, self.id, exact=True)


class CreatedRun(Run, CreatedRunFields):
    """The result of `create_run`."""


class PipelineRun(Run, PipelineRunFields):
    """A run with its metadata and its steps."""


class ListedRun(Run, ListedRunFields):
    """A run of a list."""


class ListedPipelineRun(PipelineRun, ListedPipelineRunFields):
    """A run of a list with `include=["metadata"]`."""


class RunList(Generic[ListedT]):
    """A list of runs, fetched page by page as needed. Each iteration starts over."""

    def __init__(self, pages: Callable[[int | None], Iterator[list[ListedT]]], *, progress: bool = False) -> None:
        self._pages = pages
        self._progress = progress

    def __iter__(self) -> Iterator[ListedT]:
        runs = (run for page in self._pages(None) for run in page)
        return iter(with_progress(runs, "run") if self._progress else runs)

    def first(self, count: int) -> list[ListedT]:
        """The first runs of the list, up to `count`."""
        runs: list[ListedT] = []
        for page in self._pages(count) if count > 0 else ():
            runs.extend(page)
            if len(runs) >= count:
                break
        return runs[: max(count, 0)]

    def to_pandas(self) -> pandas.DataFrame:
        """A frame with a row for each run: its fields, and the selected values or, if the list includes metadata, its
        leaves, by JSON Pointer. It needs pandas."""
        return runs_frame(self)


class History(Iterable[HistoryEntry]):
    """The history of a key, newest first, fetched page by page as needed. Each iteration starts over."""

    def __init__(self, pages: Callable[[], Iterator[list[HistoryEntry]]], *, progress: bool = False) -> None:
        self._pages = pages
        self._progress = progress

    def __iter__(self) -> Iterator[HistoryEntry]:
        entries = (entry for page in self._pages() for entry in page)
        return iter(with_progress(entries, "log") if self._progress else entries)

    def to_pandas(self) -> pandas.DataFrame:
        """A frame with a row for each log: `created_at`, `value`, `step`, `log` and `by`. It needs pandas."""
        return history_frame(self)
