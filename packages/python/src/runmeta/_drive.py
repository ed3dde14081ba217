"""Drives the operations of a client: with the thread that calls, or from a task, with threads that wait for it."""

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
    """Carries out an operation, and gives its result. Raises what it raises."""
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
    """Carries out operations from the tasks of any event loop, without ever holding one up.

    A thread waits for each request: so there is one way to speak HTTP, and a client is bound to no event loop.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._executor: ThreadPoolExecutor | None = None
        self._process = os.getpid()

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process has threads of its own.
        return Tasks, (self._connection,)

    async def perform(self, operation: Operation[T]) -> T:
        """Carries out an operation, and gives its result. Raises what it raises."""
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
            # The time that it waits for a thread counts as well.
            return await asyncio.wait_for(sent, request.timeout)
        except asyncio.TimeoutError as error:
            request.abort.set()
            raise TimeoutError(*error.args) from error
        except asyncio.CancelledError:
            # The thread must not go on waiting for what nobody wants, at the end of a program least of all.
            request.abort.set()
            raise

    def _threads(self) -> ThreadPoolExecutor:
        if self._executor is None or self._process != os.getpid():
            # After a fork the executor is there, and its threads are not.
            self._process = os.getpid()
            self._executor = ThreadPoolExecutor(MAX_CONCURRENT_REQUESTS, thread_name_prefix="runmeta")
        return self._executor

    def close(self) -> None:
        if self._executor is not None and self._process == os.getpid():
            self._executor.shutdown(wait=False)
        self._executor = None
