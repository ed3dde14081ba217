"""Runs operations: in the calling thread for `Client`, or in a task with a pool of threads for `AsyncClient`."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ._http.send import Effect, Operation, Outcome, Pause
from ._settings import Connection
from .transport import HttpRequest, HttpResponse

T = TypeVar("T")

MAX_CONCURRENT_REQUESTS = 64
"""The most concurrent requests of one AsyncClient; the others wait in order."""


def _kept(operation: Operation[T], results: list[T]) -> Generator[Effect, Outcome, None]:
    results.append((yield from operation))


def perform(connection: Connection, operation: Operation[T]) -> T:
    """Runs an operation and returns its result. Raises what it raises."""
    results: list[T] = []
    steps = _kept(operation, results)
    outcome: Outcome = None
    while True:
        try:
            effect = steps.send(outcome)
        except StopIteration:
            return results[0]
        outcome = None
        if isinstance(effect, Pause):
            time.sleep(effect.seconds)
            continue
        try:
            outcome = connection.transport(effect.request)
        except Exception as error:
            outcome = error


class Tasks:
    """Runs operations from tasks of any event loop, without blocking it.

    A thread waits for each request. So both clients share one HTTP implementation, and a client is not bound to an
    event loop.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._executor: ThreadPoolExecutor | None = None
        self._process = os.getpid()

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy in another process starts its own threads.
        return Tasks, (self._connection,)

    async def perform(self, operation: Operation[T]) -> T:
        """Runs an operation and returns its result. Raises what it raises."""
        results: list[T] = []
        steps = _kept(operation, results)
        outcome: Outcome = None
        while True:
            try:
                effect = steps.send(outcome)
            except StopIteration:
                return results[0]
            outcome = None
            if isinstance(effect, Pause):
                await asyncio.sleep(effect.seconds)
                continue
            try:
                outcome = await self._exchange(effect.request)
            except Exception as error:
                outcome = error

    async def _exchange(self, request: HttpRequest) -> HttpResponse:
        sent = asyncio.get_running_loop().run_in_executor(self._threads(), self._connection.transport, request)
        try:
            # The time-out includes the wait for a thread.
            return await asyncio.wait_for(sent, request.timeout)
        except asyncio.TimeoutError as error:
            request.abort.set()
            raise TimeoutError(*error.args) from error
        except asyncio.CancelledError:
            # Stop the thread: otherwise it would delay the end of the program for a reply that nobody awaits.
            request.abort.set()
            raise

    def _threads(self) -> ThreadPoolExecutor:
        if self._executor is None or self._process != os.getpid():
            # A fork copies the executor, but not its threads.
            self._process = os.getpid()
            self._executor = ThreadPoolExecutor(MAX_CONCURRENT_REQUESTS, thread_name_prefix="runmeta")
        return self._executor

    def close(self) -> None:
        if self._executor is not None and self._process == os.getpid():
            self._executor.shutdown(wait=False)
        self._executor = None
