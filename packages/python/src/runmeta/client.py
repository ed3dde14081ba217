"""The API of runmeta, for programs that wait for each call. `runmeta.AsyncClient` is the same for tasks of asyncio."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, overload

from ._calls import read as _read
from ._calls import runs as _runs
from ._calls.path import id_of
from ._calls.runs import UNSET, NewRun, RunChanges, Unset
from ._calls.search import ListedRun as _Listed
from ._calls.search import search_body, search_page
from ._client.keys import KeyCalls
from ._client.logs import LogCalls
from ._context import Context, run_of_token, within
from ._drive import perform
from ._report import report
from ._settings import Connection, OnError
from ._values.read import Numbers
from ._values.write import NonFinite
from .compare import Comparison, ids_of, references_of
from .errors import ConfigurationError, RunmetaError, RunNotFoundError, bad_request
from .models import HistoryEntry, RunStatus, members_of
from .runs import CreatedRun, History, ListedPipelineRun, ListedRun, PipelineRun, Run, RunHandle, RunList
from .transport import Transport

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

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 20.0,
        total_timeout: float = 60.0,
        retries: int = 4,
        on_error: OnError | None = None,
        non_finite: NonFinite = "refuse",
        numbers: Numbers = "native",
        transport: Transport | None = None,
    ) -> None:
        """Sets a client up; nothing is sent.

        - `url`: where the API is; it may have a path. By default `RUNMETA_URL`, read by each call.
        - `api_key`: an API key, or a run token for a client that logs to its run. By default `RUNMETA_API_KEY`, read by
          each call.
        - `timeout`: seconds within which the reply to one attempt must be complete.
        - `total_timeout`: seconds for a whole call, with its repeats and the waits between them.
        - `retries`: how often a call is repeated, at most. A connection found closed is tried again besides, once.
        - `on_error`: what happens when a log fails: `"raise"`, `"warn"` (on the logger `runmeta`), or a function that is
          told. By default `RUNMETA_ON_ERROR`, else `"raise"`. All other calls raise.
        - `non_finite`: what becomes of `NaN` and `Infinity`: an error (`"refuse"`), `"null"`, or the text `"NaN"`
          (`"string"`).
        - `numbers`: how numbers that are no plain integers are read: `"native"` as float or, where no float holds them, as
          Decimal; `"decimal"` as Decimal always, with all their digits.
        - `transport`: what sends the requests, in tests for example.

        Raises ConfigurationError for a time or a number of retries out of range.
        """
        self.connection = Connection(
            url=url,
            api_key=api_key,
            timeout=timeout,
            total_timeout=total_timeout,
            retries=retries,
            on_error=on_error,
            non_finite=non_finite,
            numbers=numbers,
            transport=transport,
        )

    @classmethod
    def over(cls, connection: Connection) -> Client:
        """A client that shares what another one works with."""
        client = cls.__new__(cls)
        client.connection = connection
        return client

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
        """Creates a run, or gets the one that has this id or name already, unchanged; `is_new` says which.

        - `id`: a UUID; by default one made here or by the server.
        - `name`: unique in the project; by default made of the pipeline's name and the time.
        - `status`: by default `"running"`.
        - `started_at`, `ended_at`: by default the server's choice.
        - `expires_at`: from then on the run is as if it had been deleted; by default it stays.
        - `created_at`: when it was made, for imports; it needs a key of the role `admin`. By default now.
        - `index`: whether its metadata can be searched; logs cost less where it is False. By default True.

        Times are datetimes (local time where they have no time zone) or RFC 3339. Raises NameTakenError or IdTakenError
        where id and name belong to different runs.
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
        """Creates a run, is the context of what is called meanwhile, and then sets the run's status.

        ```python
        with client.new_run(pipeline="iris") as run:
            log_metadata({"rows": 150})
            train(run.name)
        ```

        The status is `completed`, `failed` where an exception ends it, or `stopped` where that is a KeyboardInterrupt.
        It takes `id`, `name`, `pipeline`, `started_at`, `expires_at` and `index` as `create_run` does. Raises
        NameTakenError where a run of this name was there: `create_run` and `run` go on with it. With an `on_error`
        that does not raise, the body runs even where the run cannot be created or its status cannot be set.
        """
        new = NewRun(**options)
        try:
            members = perform(self.connection, _runs.create_new_run(self.connection, new))
        except RunmetaError as error:
            report(self.connection, error)
            members = _runs.stand_in(new)
        run = CreatedRun(self, members)
        try:
            with within(Context(self.connection, run.id)):
                yield run
        except BaseException as error:
            # What the body failed with is what the caller must see.
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

        It is found once: if the call has to be sent again, it changes the same run, whatever has its name by then.
        `ended_at` is by default now, for a run that ends; the name that a run had is free at once; `expires_at=None` lets
        the run stay. Raises RunNotFoundError, NameTakenError.
        """
        changes = RunChanges(status=status, ended_at=ended_at, pipeline=pipeline, name=name, expires_at=expires_at)
        return Run(self, perform(self.connection, _runs.update_run(self.connection, reference, changes)))

    def delete_run(self, reference: str) -> None:
        """Deletes a run, which is named by its id or exact name, and all that hangs on it, for good.

        Its name is free then; its id is never used again. It is found once: if the call has to be sent again, it deletes
        the same run, whatever has its name by then. Raises RunNotFoundError.
        """
        perform(self.connection, _runs.delete_run(self.connection, reference))

    def get_pipeline_run(
        self, name_id_or_prefix: str, *, at: str | datetime | None = None, exact: bool = False
    ) -> PipelineRun:
        """A run with its metadata, by its id, name, or a prefix of either that no other run has.

        - `at`: the metadata as it was then: a time, or the `position` of a log, that one included. Name, status and times
          of the run are today's.
        - `exact`: whether it must be a whole id or name: prefixes then find nothing.

        Raises RunNotFoundError, AmbiguousRunError.
        """
        operation = _read.read_run(self.connection, name_id_or_prefix, at=at, exact=exact)
        reading = perform(self.connection, operation)
        assert reading is not None, "only a request with a tag is answered by 304"
        return PipelineRun(self, members_of(reading.run))

    def watch(self, reference: str, *, interval: float = 2.0, exact: bool = False) -> Iterator[PipelineRun]:
        """The run now and after every change, until it has ended. A run that has not changed costs a small request.

        ```python
        for run in client.watch("nightly", interval=5):
            print(run.status, run.get("/loss"))
        ```

        `interval` is seconds from one reading to the next. Raises RunNotFoundError, also where the run is deleted
        meanwhile, and AmbiguousRunError.
        """
        if not interval >= 0:
            raise bad_request("interval: must be seconds, 0 or more")
        last: _read.Reading | None = None
        while True:
            name, etag = (reference, None) if last is None else (last.run.id, last.etag)
            operation = _read.read_run(self.connection, name, exact=exact, etag=etag)
            reading = perform(self.connection, operation)
            if reading is not None:
                last = reading
                yield PipelineRun(self, members_of(reading.run))
            if last is None or last.run.status != "running":
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
        """Runs by what they are and by what was logged to them; a page is fetched as it is needed.

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

        - `ids`: these runs, up to 100. `name`: what their names begin with; `name_contains`: what is in them, in upper or
          lower case. `pipeline`, `status`: one, or any of several. `created_after`, `created_before` exclude the moment
          itself.
        - `where`: conditions on what was logged, of which all must hold.
        - `select`: JSON Pointers whose values come along as `selected`; `include=["metadata"]`: all of the metadata.
        - `order`: `createdAt` or a JSON Pointer, with `-` before it for descending.
        - `page_size`: runs fetched at once, 1 to 200, or to 20 with `include`.
        - `progress`: shows a bar of tqdm while the list is iterated.

        Raises BadRequestError for what it does not take, when it is iterated.
        """
        def pages(most: int | None) -> Iterator[list[Any]]:
            body = search_body(options, include, most)
            cursor: str | None = None
            while True:
                page = perform(self.connection, search_page(self.connection, body, cursor))
                found = [self._listed(run) for run in page.items]
                yield [run for run in found if run is not None]
                if page.next is None:
                    return
                cursor = page.next

        return RunList(pages, progress=progress)

    def _listed(self, run: _Listed) -> ListedRun | ListedPipelineRun | None:
        if run.page is None:
            return ListedRun(self, run.members | {"selected": run.selected})
        try:
            whole = perform(self.connection, _read.whole_run(self.connection, run.page))
        except RunNotFoundError:
            # It was deleted since the list had it.
            return None
        return ListedPipelineRun(self, members_of(whole) | {"selected": run.selected})

    def compare(self, runs: Sequence[str | RunHandle]) -> Comparison:
        """Up to 20 runs side by side: what was logged to each, by JSON Pointer.

        ```python
        table = client.compare(["iris-1", "iris-2"])
        print(table)
        for row in table.differences:
            print(row.pointer, *row.values)
        ```

        It takes ids, which one request reads together; names and prefixes, which cost one each; or runs. Raises
        RunNotFoundError, AmbiguousRunError.
        """
        references = references_of(runs)
        ids = ids_of(references)
        listed = self.list_pipeline_runs(ids=ids, include=["metadata"]).first(len(ids)) if ids else []
        found = {run.id: run for run in listed}
        # An id that no run has may be another's name.
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
        """What a key was, newest first; a page is fetched as it is needed.

        ```python
        for entry in client.history("nightly", "accuracy"):
            print(entry.created_at, entry.value)
        ```

        `step` is the step whose key it is; `page_size` entries are fetched at once, 1 to 1,000. Raises RunNotFoundError,
        AmbiguousRunError, and KeyNotFoundError where no log held the key, when it is iterated.
        """

        def pages() -> Iterator[list[HistoryEntry]]:
            cursor: str | None = None
            while True:
                operation = _read.history_page(
                    self.connection, reference, key, step=step, page_size=page_size, exact=exact, cursor=cursor
                )
                page = perform(self.connection, operation)
                yield page.entries
                if page.next is None:
                    return
                cursor = page.next

        return History(pages, progress=progress)

    def run(self, reference: str | None = None) -> RunHandle:
        """A run to call by, without asking whether it exists: an id, a name, a prefix, or by default the run of the
        client's run token. Raises ConfigurationError where nothing names a run."""
        found = reference if reference is not None else run_of_token(self.connection)
        if found is None:
            raise ConfigurationError("run() takes the id, name or prefix of a run")
        return RunHandle(self, found)
