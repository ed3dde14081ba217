"""The synchronous client. `runmeta.AsyncClient` has the same calls for asyncio."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, overload

from ._calls import read as _read
from ._calls import runs as _runs
from ._calls.page import Page
from ._calls.path import id_of
from ._calls.runs import UNSET, NewRun, Unset
from ._calls.search import search_page, search_query
from ._client.keys import KeyCalls
from ._client.logs import LogCalls
from ._context import Context, reference_of, within
from ._drive import pages, perform
from ._http.send import Operation
from ._report import report
from .compare import Comparison, ids_of, references_of
from .errors import RunmetaError, bad_request
from .models import HistoryEntry, RunStatus, members_of
from .runs import CreatedRun, History, ListedPipelineRun, ListedRun, PipelineRun, Run, RunHandle, RunList

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import ListOptions, NewRunOptions

__all__ = ["Client"]


class Client(LogCalls, KeyCalls):
    """The API of runmeta. Threads may share it. All calls raise RunmetaError.

    ```python
    client = Client()
    run = client.get_pipeline_run("nightly")
    print(run.run_metadata["accuracy"])
    ```
    """

    def close(self) -> None:
        """Closes the connections that are idle. The client can be used again."""
        self.connection.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def create_run(
        self,
        *,
        id: str | None = None,
        name: str | None = None,
        pipeline: str | None = None,
        status: RunStatus | None = None,
        started_at: str | datetime | None = None,
        ended_at: str | datetime | None = None,
        expires_at: str | datetime | None = None,
        created_at: str | datetime | None = None,
        index: bool | None = None,
    ) -> CreatedRun:
        """Creates a run, or returns the existing run with this id or name unchanged. `is_new` tells which.

        - `id`: a UUID; by default a random one.
        - `name`: unique in the project; by default made from the pipeline's name and the time.
        - `status`: by default `"running"`.
        - `started_at`, `ended_at`: by default the server's choice.
        - `expires_at`: the run is deleted from this time on; by default never.
        - `created_at`: the original time, for imports; needs a key with the role `admin`. By default now.
        - `index`: whether the metadata is searchable; if False, logs cost less. By default True.

        Times are datetimes (local time if they have no time zone) or RFC 3339. Raises NameTakenError or IdTakenError
        if the id and the name belong to different runs.
        """
        run = NewRun(
            id=id,
            name=name,
            pipeline=pipeline,
            status=status,
            started_at=started_at,
            ended_at=ended_at,
            expires_at=expires_at,
            created_at=created_at,
            index=index,
        )
        return CreatedRun(self, perform(self.connection, _runs.create_run(self.connection, run)))

    @contextmanager
    def new_run(self, **options: Unpack[NewRunOptions]) -> Generator[CreatedRun]:
        """Creates a run, provides its context for the block, and then sets the run's status.

        ```python
        with client.new_run(pipeline="iris") as run:
            log_metadata({"rows": 150})
            train(run.name)
        ```

        The status is `completed`, `failed` if an exception ends the block, or `stopped` if that is a KeyboardInterrupt.
        It takes the options of `create_run`. Raises NameTakenError if a run of this name exists; to continue it, use
        `create_run` and `run`. With an `on_error` that does not raise, the block runs even if the run cannot be created
        or its status cannot be set.
        """
        new = NewRun(**options)
        try:
            members = perform(self.connection, _runs.create_new_run(self.connection, new))
        except RunmetaError as error:
            report(self.connection, error)
            members = _runs.stand_in(new)
        run = CreatedRun(self, members)
        try:
            with within(Context(self.connection, run.id, exact=True, name=run.name)):
                yield run
        except BaseException as error:
            # The caller must see the block's own error.
            with suppress(RunmetaError):
                run.update(status="stopped" if isinstance(error, KeyboardInterrupt) else "failed")
            raise
        try:
            run.update(status="completed")
        except RunmetaError as error:
            report(self.connection, error)

    def update_run(
        self,
        reference: str,
        *,
        status: RunStatus | None = None,
        ended_at: str | datetime | None = None,
        pipeline: str | None = None,
        name: str | None = None,
        expires_at: str | datetime | None | Unset = UNSET,
    ) -> Run:
        """Changes a run, which is named by its id or exact name.

        A retry changes the same run as the first attempt, even if another run has the name by then.
        `ended_at` is now by default if the status ends the run; the old name is free at once; `expires_at=None`
        removes the expiry. Raises RunNotFoundError, NameTakenError.
        """
        operation = _runs.update_run(
            self.connection,
            reference,
            status=status,
            ended_at=ended_at,
            pipeline=pipeline,
            name=name,
            expires_at=expires_at,
        )
        return Run(self, perform(self.connection, operation))

    def delete_run(self, reference: str) -> None:
        """Deletes a run, which is named by its id or exact name, and everything that belongs to it, for good.

        Its name is free then; its id is never used again. A retry deletes
        the same run as the first attempt, even if another run has the name by then. Raises RunNotFoundError.
        """
        perform(self.connection, _runs.delete_run(self.connection, reference))

    def get_pipeline_run(
        self, name_id_or_prefix: str, *, at: str | datetime | None = None, exact: bool = False
    ) -> PipelineRun:
        """A run with its metadata, by its id, name, or a prefix that matches only this run.

        - `at`: the metadata as of this moment: a time, or the id or `position` of a log, included. Name, status and times
          of the run are current.
        - `exact`: whether the reference must be a complete id or name, and not a prefix.

        Raises RunNotFoundError, AmbiguousRunError.
        """
        operation = _read.read_run(self.connection, name_id_or_prefix, at=at, exact=exact)
        reading = perform(self.connection, operation)
        assert reading is not None, "only a request with a tag is answered by 304"
        return PipelineRun(self, members_of(reading.run))

    def watch(self, reference: str, *, interval: float = 2.0, exact: bool = False) -> Iterator[PipelineRun]:
        """Yields the run now and after every change, until it has ended. Polling a run that has not changed is a small request.

        ```python
        for run in client.watch("nightly", interval=5):
            print(run.status, run.get("/loss"))
        ```

        `interval` is the seconds between two reads. Raises RunNotFoundError, also if the run is deleted
        while it is watched, and AmbiguousRunError.
        """
        if not interval >= 0:
            raise bad_request("interval: must be seconds, 0 or more")
        name, etag, status = reference, None, "running"
        while True:
            operation = _read.read_run(self.connection, name, exact=exact, etag=etag)
            reading = perform(self.connection, operation)
            if reading is not None:
                name, exact, etag, status = reading.run.id, True, reading.etag, reading.run.status
                yield PipelineRun(self, members_of(reading.run))
            if status != "running":
                return
            time.sleep(interval)

    @overload
    def list_pipeline_runs(
        self,
        *,
        include: Sequence[Literal["metadata"]],
        progress: bool = False,
        **options: Unpack[ListOptions],
    ) -> RunList[ListedPipelineRun]: ...
    @overload
    def list_pipeline_runs(
        self, *, include: None = None, progress: bool = False, **options: Unpack[ListOptions]
    ) -> RunList[ListedRun]: ...
    def list_pipeline_runs(
        self,
        *,
        include: Sequence[Literal["metadata"]] | None = None,
        progress: bool = False,
        **options: Unpack[ListOptions],
    ) -> RunList[Any]:
        """Lists runs by their fields and by their metadata. Pages are fetched as needed.

        ```python
        accurate = client.list_pipeline_runs(
            where="/run_metrics/accuracy >= 0.9",
            order="-/run_metrics/accuracy",
            select=["/run_metrics/accuracy"],
        )
        for run in accurate:
            print(run.name, run.selected["/run_metrics/accuracy"])
        best, second = accurate.first(2)
        frame = accurate.to_pandas()
        ```

        - `ids`: these runs, up to 100. `name`: a prefix of the names; `name_contains`: a part of them, in upper or
          lower case. `pipeline`, `status`: one, or any of several. `created_after`, `created_before` exclude the moment
          itself.
        - `where`: conditions on the metadata, which must all hold.
        - `select`: JSON Pointers of the values in `selected`; `include=["metadata"]`: all of the metadata.
        - `order`: `createdAt` or a JSON Pointer, with a leading `-` for descending order.
        - `page_size`: runs per request, 1 to 200, or to 20 with `include`. The list continues after them. `limit` is the
          API's name for it.
        - `progress`: shows a bar of tqdm while the list is iterated.

        Raises BadRequestError for invalid options, when it is iterated.
        """
        def runs(most: int | None) -> Iterator[list[Any]]:
            query = search_query(options, include, most)
            kind = ListedPipelineRun if include else ListedRun
            for page in pages(self.connection, lambda cursor: search_page(self.connection, query, cursor)):
                yield [kind(self, members) for members in page]

        return RunList(runs, progress=progress)

    def compare(self, runs: Sequence[str | RunHandle]) -> Comparison:
        """Compares up to 20 runs: the metadata of each, by JSON Pointer.

        ```python
        table = client.compare(["iris-1", "iris-2"])
        print(table)
        for row in table.differences:
            print(row.pointer, *row.values)
        ```

        It takes ids, which are read in one request; names and prefixes, which cost one request each; or runs. Raises
        RunNotFoundError, AmbiguousRunError.
        """
        references = references_of(runs)
        ids = ids_of(references)
        listed = self.list_pipeline_runs(ids=ids, include=["metadata"]).first(len(ids)) if ids else []
        found = {run.id: run for run in listed}
        # A reference that looks like an id may be a name.
        return Comparison(tuple(found.get(id_of(name) or "") or self.get_pipeline_run(name) for name in references))

    def history(
        self,
        reference: str,
        key: str,
        *,
        step: str | None = None,
        page_size: int | None = None,
        exact: bool = False,
        progress: bool = False,
    ) -> History:
        """The history of a key, newest first. Pages are fetched as needed.

        ```python
        for entry in client.history("nightly", "accuracy"):
            print(entry.created_at, entry.value)
        ```

        `step` is the step whose key it is; `page_size` is the number of entries per request, 1 to 1,000. Raises RunNotFoundError,
        AmbiguousRunError, and KeyNotFoundError if no log ever held the key, when it is iterated.
        """

        def page_at(cursor: str | None) -> Operation[Page[HistoryEntry]]:
            return _read.history_page(
                self.connection, reference, key, step=step, page_size=page_size, exact=exact, cursor=cursor
            )

        return History(lambda: pages(self.connection, page_at), progress=progress)

    def run(self, reference: str | None = None) -> RunHandle:
        """A handle for a run, without checking that the run exists: an id, a name, a prefix, or by default the run of the
        client's run token. Raises ConfigurationError if no run is given."""
        return RunHandle(self, reference_of(self.connection, reference))
