"""The client for asyncio: the calls of `Client` as coroutines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, overload

from ._calls import keys as _keys
from ._calls import read as _read
from ._calls import runs as _runs
from ._calls.log import Log, send_log
from ._calls.many import LogResult, log_many, to_report
from ._calls.page import Page
from ._calls.path import id_of
from ._calls.runs import UNSET, NewRun, Unset
from ._calls.search import search_page, search_query
from ._client.base import BaseClient
from ._context import Context, reference_of, within
from ._drive import pages_async, perform_async
from ._http.send import Operation
from ._report import report_async
from ._values.write import NonFinite
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
from .compare import Comparison, ids_of, references_of
from .errors import RunmetaError, bad_request
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

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import ListOptions, NewRunOptions

__all__ = ["AsyncClient"]


class AsyncClient(BaseClient):
    """The API of runmeta for asyncio. It is not bound to an event loop, and never blocks one. All calls raise RunmetaError.

    ```python
    client = AsyncClient()
    run = await client.get_pipeline_run("nightly")
    print(run.run_metadata["accuracy"])
    ```

    If its task is cancelled, a call ends at once; the server may or may not have acted.
    """

    async def close(self) -> None:
        """Closes the connections that are idle. The client can be used again."""
        self.connection.close()

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
        return AsyncCreatedRun(self, await perform_async(self.connection, _runs.create_run(self.connection, run)))

    @asynccontextmanager
    async def new_run(self, **options: Unpack[NewRunOptions]) -> AsyncGenerator[AsyncCreatedRun]:
        """Creates a run, provides its context for the block, and then sets its status. See `Client.new_run`."""
        new = NewRun(**options)
        try:
            members = await perform_async(self.connection, _runs.create_new_run(self.connection, new))
        except RunmetaError as error:
            await report_async(self.connection, error)
            members = _runs.stand_in(new)
        run = AsyncCreatedRun(self, members)
        try:
            with within(Context(self.connection, run.id, exact=True, name=run.name)):
                yield run
        except BaseException as error:
            # The caller must see the block's own error.
            with suppress(RunmetaError):
                await run.update(status="stopped" if isinstance(error, KeyboardInterrupt | asyncio.CancelledError) else "failed")
            raise
        try:
            await run.update(status="completed")
        except RunmetaError as error:
            await report_async(self.connection, error)

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
        operation = _runs.update_run(
            self.connection,
            reference,
            status=status,
            ended_at=ended_at,
            pipeline=pipeline,
            name=name,
            expires_at=expires_at,
        )
        return AsyncRun(self, await perform_async(self.connection, operation))

    async def delete_run(self, reference: str) -> None:
        """Deletes a run, which is named by its id or exact name, for good. See `Client.delete_run`."""
        await perform_async(self.connection, _runs.delete_run(self.connection, reference))

    async def get_pipeline_run(
        self, name_id_or_prefix: str, *, at: str | datetime | None = None, exact: bool = False
    ) -> AsyncPipelineRun:
        """A run with its metadata, by its id, name, or a prefix of either. See `Client.get_pipeline_run`."""
        operation = _read.read_run(self.connection, name_id_or_prefix, at=at, exact=exact)
        reading = await perform_async(self.connection, operation)
        assert reading is not None, "only a request with a tag is answered by 304"
        return AsyncPipelineRun(self, members_of(reading.run))

    async def watch(self, reference: str, *, interval: float = 2.0, exact: bool = False) -> AsyncIterator[AsyncPipelineRun]:
        """Yields the run now and after every change, until it has ended. See `Client.watch`."""
        if not interval >= 0:
            raise bad_request("interval: must be seconds, 0 or more")
        name, etag, status = reference, None, "running"
        while True:
            operation = _read.read_run(self.connection, name, exact=exact, etag=etag)
            reading = await perform_async(self.connection, operation)
            if reading is not None:
                name, exact, etag, status = reading.run.id, True, reading.etag, reading.run.status
                yield AsyncPipelineRun(self, members_of(reading.run))
            if status != "running":
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
        async def runs(most: int | None) -> AsyncIterator[list[Any]]:
            query = search_query(options, include, most)
            kind = AsyncListedPipelineRun if include else AsyncListedRun
            async for page in pages_async(self.connection, lambda cursor: search_page(self.connection, query, cursor)):
                yield [kind(self, members) for members in page]

        return AsyncRunList(runs, progress=progress)

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

        def page_at(cursor: str | None) -> Operation[Page[HistoryEntry]]:
            return _read.history_page(
                self.connection, reference, key, step=step, page_size=page_size, exact=exact, cursor=cursor
            )

        return AsyncHistory(lambda: pages_async(self.connection, page_at), progress=progress)

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
        operation = _read.unset(
            self.connection, reference, key, step=step, idempotency_key=idempotency_key, exact=exact
        )
        await perform_async(self.connection, operation)

    async def create_run_token(self, reference: str, *, expires_in: int) -> RunToken:
        """Creates a token for a step. See `Client.create_run_token`."""
        operation = _keys.create_run_token(self.connection, reference, expires_in=expires_in)
        return await perform_async(self.connection, operation)

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
        return await perform_async(self.connection, operation)

    async def list_keys(self) -> list[ApiKey]:
        """The project's API keys, newest first. See `Client.list_keys`."""
        return await perform_async(self.connection, _keys.list_keys(self.connection))

    async def revoke_key(self, id: str) -> None:
        """Revokes an API key, by its id, and the run tokens that it issued. See `Client.revoke_key`."""
        await perform_async(self.connection, _keys.revoke_key(self.connection, id))

    def run(self, reference: str | None = None) -> AsyncRunHandle:
        """A handle for a run, without checking that it exists. See `Client.run`."""
        return AsyncRunHandle(self, reference_of(self.connection, reference))

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
            return await perform_async(self.connection, send_log(self.connection, log))
        except RunmetaError as error:
            await report_async(self.connection, error)
            return None

    async def log_many(self, logs: Iterable[Mapping[str, Any]]) -> list[LogResult]:
        """Logs to any runs of the project, in as few requests as possible. See `Client.log_many`."""
        results = await perform_async(self.connection, log_many(self.connection, logs))
        for error in to_report(self.connection, results):
            await report_async(self.connection, error)
        return results
