"""The API of runmeta for tasks of asyncio: the calls of `Client`, to be awaited."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, overload

from ._calls import keys as _keys
from ._calls import read as _read
from ._calls import runs as _runs
from ._calls.log import Log, checked_key, send_log
from ._calls.many import LogResult, log_many
from ._calls.path import id_of
from ._calls.runs import UNSET, NewRun, RunChanges, Unset
from ._calls.search import ListedRun as _Listed
from ._calls.search import search_body, search_page
from ._context import Context, run_of_token, within
from ._drive import Tasks
from ._environment import is_disabled
from ._report import report
from ._settings import Connection, OnError
from ._values.read import Numbers
from ._values.write import NonFinite
from .compare import Comparison, ids_of, references_of
from .errors import ConfigurationError, RunmetaError, RunNotFoundError, bad_request
from .models import (
    ApiKey,
    HistoryEntry,
    LogReceipt,
    NewApiKey,
    PipelineRunFields,
    Role,
    RunStatus,
    RunToken,
    members_of,
)
from .async_runs import (
    AsyncCreatedRun,
    AsyncHistory,
    AsyncListedPipelineRun,
    AsyncListedRun,
    AsyncPipelineRun,
    AsyncRun,
    AsyncRunHandle,
    AsyncRunList,
)
from .transport import Transport

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import ListOptions, NewRunOptions

__all__ = ["AsyncClient"]


class AsyncClient:
    """The API of runmeta for tasks. It is bound to no event loop, and never holds one up. All calls raise RunmetaError.

    ```python
    client = AsyncClient()
    run = await client.get_pipeline_run("nightly")
    print(run.run_metadata["accuracy"])
    ```

    A call whose task is cancelled ends at once; whether the server acted is not known then.
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
        """Configures a client; nothing is sent. It takes what `Client` takes; `on_error` may be a coroutine function."""
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
        self._tasks = Tasks(self.connection)

    @classmethod
    def over(cls, connection: Connection) -> AsyncClient:
        """A client that shares what another one works with."""
        client = cls.__new__(cls)
        client.connection = connection
        client._tasks = Tasks(connection)
        return client

    async def close(self) -> None:
        """Closes the connections that are idle. The client can be used again."""
        self.connection.close()
        self._tasks.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def create_run(
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
    ) -> AsyncCreatedRun:
        """Creates a run, or returns the existing run with this id or name. See `Client.create_run`."""
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
        return AsyncCreatedRun(self, await self._tasks.perform(_runs.create_run(self.connection, run)))

    @asynccontextmanager
    async def new_run(self, **options: Unpack[NewRunOptions]) -> AsyncGenerator[AsyncCreatedRun]:
        """Creates a run, provides its context for the block, and then sets its status. See `Client.new_run`."""
        new = NewRun(**options)
        try:
            members = await self._tasks.perform(_runs.create_new_run(self.connection, new))
        except RunmetaError as error:
            await self._report(error)
            members = _runs.stand_in(new)
        run = AsyncCreatedRun(self, members)
        try:
            with within(Context(self.connection, run.id)):
                yield run
        except BaseException as error:
            # The caller must see the block's own error.
            with suppress(RunmetaError):
                await run.update(status="stopped" if isinstance(error, KeyboardInterrupt | asyncio.CancelledError) else "failed")
            raise
        try:
            await run.update(status="completed")
        except RunmetaError as error:
            await self._report(error)

    async def update_run(
        self,
        reference: str,
        *,
        status: RunStatus | None = None,
        ended_at: str | datetime | None = None,
        pipeline: str | None = None,
        name: str | None = None,
        expires_at: str | datetime | None | Unset = UNSET,
    ) -> AsyncRun:
        """Changes a run, which is named by its id or exact name. See `Client.update_run`."""
        changes = RunChanges(status=status, ended_at=ended_at, pipeline=pipeline, name=name, expires_at=expires_at)
        return AsyncRun(self, await self._tasks.perform(_runs.update_run(self.connection, reference, changes)))

    async def delete_run(self, reference: str) -> None:
        """Deletes a run, which is named by its id or exact name, for good. See `Client.delete_run`."""
        await self._tasks.perform(_runs.delete_run(self.connection, reference))

    async def get_pipeline_run(
        self, name_id_or_prefix: str, *, at: str | datetime | None = None, exact: bool = False
    ) -> AsyncPipelineRun:
        """A run with its metadata, by its id, name, or a prefix of either. See `Client.get_pipeline_run`."""
        operation = _read.read_run(self.connection, name_id_or_prefix, at=at, exact=exact)
        reading = await self._tasks.perform(operation)
        assert reading is not None, "only a request with a tag is answered by 304"
        return AsyncPipelineRun(self, members_of(reading.run))

    async def watch(self, reference: str, *, interval: float = 2.0, exact: bool = False) -> AsyncIterator[AsyncPipelineRun]:
        """Yields the run now and after every change, until it has ended. See `Client.watch`."""
        if not interval >= 0:
            raise bad_request("interval: must be seconds, 0 or more")
        last: _read.TaggedRun | None = None
        while True:
            name, etag = (reference, None) if last is None else (last.run.id, last.etag)
            operation = _read.read_run(self.connection, name, exact=exact, etag=etag)
            reading = await self._tasks.perform(operation)
            if reading is not None:
                last = reading
                yield AsyncPipelineRun(self, members_of(reading.run))
            if last is None or last.run.status != "running":
                return
            await asyncio.sleep(interval)

    @overload
    def list_pipeline_runs(
        self,
        *,
        include: Sequence[Literal["metadata"]],
        progress: bool = False,
        **options: Unpack[ListOptions],
    ) -> AsyncRunList[AsyncListedPipelineRun]: ...
    @overload
    def list_pipeline_runs(
        self, *, include: None = None, progress: bool = False, **options: Unpack[ListOptions]
    ) -> AsyncRunList[AsyncListedRun]: ...
    def list_pipeline_runs(
        self,
        *,
        include: Sequence[Literal["metadata"]] | None = None,
        progress: bool = False,
        **options: Unpack[ListOptions],
    ) -> AsyncRunList[Any]:
        """Lists runs by their fields and by their metadata. See `Client.list_pipeline_runs`."""
        async def pages(most: int | None) -> AsyncIterator[list[Any]]:
            body = search_body(options, include, most)
            cursor: str | None = None
            while True:
                page = await self._tasks.perform(search_page(self.connection, body, cursor))
                found = [await self._listed(run) for run in page.items]
                yield [run for run in found if run is not None]
                if page.next is None:
                    return
                cursor = page.next

        return AsyncRunList(pages, progress=progress)

    async def _listed(self, run: _Listed) -> AsyncListedRun | AsyncListedPipelineRun | None:
        if run.page is None:
            return AsyncListedRun(self, run.members | {"selected": run.selected})
        try:
            whole = await self._tasks.perform(_read.whole_run(self.connection, run.page))
        except RunNotFoundError:
            # The run was deleted after it was listed.
            return None
        return AsyncListedPipelineRun(self, members_of(whole) | {"selected": run.selected})

    async def compare(self, runs: Sequence[str | AsyncRunHandle]) -> Comparison:
        """Compares up to 20 runs: the metadata of each, by JSON Pointer. See `Client.compare`."""
        references = references_of(runs)
        ids = ids_of(references)
        listed = await self.list_pipeline_runs(ids=ids, include=["metadata"]).first(len(ids)) if ids else []
        found = {run.id: run for run in listed}

        async def read(name: str) -> PipelineRunFields:
            # A reference that looks like an id may be a name.
            return found.get(id_of(name) or "") or await self.get_pipeline_run(name)

        return Comparison(tuple(await asyncio.gather(*map(read, references))))

    def history(
        self,
        reference: str,
        key: str,
        *,
        step: str | None = None,
        page_size: int | None = None,
        exact: bool = False,
        progress: bool = False,
    ) -> AsyncHistory:
        """The history of a key, newest first. Pages are fetched as needed. See `Client.history`."""

        async def pages() -> AsyncIterator[list[HistoryEntry]]:
            cursor: str | None = None
            while True:
                operation = _read.history_page(
                    self.connection, reference, key, step=step, page_size=page_size, exact=exact, cursor=cursor
                )
                page = await self._tasks.perform(operation)
                yield page.entries
                if page.next is None:
                    return
                cursor = page.next

        return AsyncHistory(pages, progress=progress)

    async def unset(
        self,
        reference: str,
        key: str,
        *,
        step: str | None = None,
        idempotency_key: str | None = None,
        exact: bool = False,
    ) -> None:
        """Removes the value of a key. See `Client.unset`."""
        if is_disabled():
            return
        once = checked_key(idempotency_key)
        operation = _read.unset(self.connection, reference, key, step=step, idempotency_key=once, exact=exact)
        await self._tasks.perform(operation)

    async def create_run_token(self, reference: str, *, expires_in: int) -> RunToken:
        """Creates a token for a step. See `Client.create_run_token`."""
        operation = _keys.create_run_token(self.connection, reference, expires_in=expires_in)
        return await self._tasks.perform(operation)

    async def create_key(
        self,
        *,
        role: Role,
        project: str | None = None,
        name: str | None = None,
        expires_at: str | datetime | None = None,
    ) -> NewApiKey:
        """Creates an API key; its secret is not shown again. See `Client.create_key`."""
        operation = _keys.create_key(
            self.connection, role=role, project=project, name=name, expires_at=expires_at
        )
        return await self._tasks.perform(operation)

    async def list_keys(self) -> list[ApiKey]:
        """The project's API keys, newest first. See `Client.list_keys`."""
        return await self._tasks.perform(_keys.list_keys(self.connection))

    async def revoke_key(self, id: str) -> None:
        """Revokes an API key, by its id, and the run tokens that it issued. See `Client.revoke_key`."""
        await self._tasks.perform(_keys.revoke_key(self.connection, id))

    def run(self, reference: str | None = None) -> AsyncRunHandle:
        """A handle for a run, without checking that it exists. See `Client.run`."""
        found = reference if reference is not None else run_of_token(self.connection)
        if found is None:
            raise ConfigurationError("run() takes the id, name or prefix of a run")
        return AsyncRunHandle(self, found)

    async def log_metadata(
        self,
        metadata: Any,
        run_id_name_or_prefix: str | None = None,
        *,
        step_name: str | None = None,
        log_related_entities: bool | None = None,
        idempotency_key: str | None = None,
        created_at: str | datetime | None = None,
        non_finite: NonFinite | None = None,
        exact: bool = False,
    ) -> LogReceipt | None:
        """Logs metadata to a run or a step, atomically. See `Client.log_metadata`."""
        if is_disabled():
            return None
        log = Log(
            metadata=metadata,
            run_id_name_or_prefix=run_id_name_or_prefix,
            step_name=step_name,
            log_related_entities=log_related_entities,
            idempotency_key=idempotency_key,
            created_at=created_at,
            non_finite=non_finite,
            exact=exact,
        )
        try:
            return await self._tasks.perform(send_log(self.connection, log))
        except RunmetaError as error:
            await self._report(error)
            return None

    async def log_many(self, logs: Iterable[Mapping[str, Any]]) -> list[LogResult]:
        """Logs to any runs of the project, in as few requests as possible. See `Client.log_many`."""
        if is_disabled():
            return []
        made = await self._tasks.perform(log_many(self.connection, logs))
        for error in made.to_report(self.connection.on_error):
            await self._report(error)
        return made.results

    async def _report(self, error: RunmetaError) -> None:
        given = report(self.connection, error)
        # A function that fails later fails the call.
        if inspect.isawaitable(given):
            await given
