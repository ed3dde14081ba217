"""Runs operations: in the calling thread for `Client`, or in a task with a pool of threads for `AsyncClient`.

A thread waits for each request of an `AsyncClient`. So both clients share one HTTP implementation, and a client is not
bound to an event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeAlias, TypeVar

from ._calls.page import Page
from ._http.send import Operation, Outcome, Pause
from ._settings import Connection
from .transport import HttpRequest, HttpResponse

T = TypeVar("T")


def perform(connection: Connection, operation: Operation[T]) -> T:
    """Runs an operation and returns its result. Raises what the operation raises."""
    outcome: Outcome = None
    while True:
        try:
            effect = operation.send(outcome)
        except StopIteration as end:
            result: T = end.value
            return result
        outcome = None
        if isinstance(effect, Pause):
            time.sleep(effect.seconds)
            continue
        try:
            outcome = connection.exchange(effect)
        except Exception as error:
            outcome = error


async def perform_async(connection: Connection, operation: Operation[T]) -> T:
    """Runs an operation without blocking the event loop. Raises what the operation raises."""
    outcome: Outcome = None
    while True:
        try:
            effect = operation.send(outcome)
        except StopIteration as end:
            result: T = end.value
            return result
        outcome = None
        if isinstance(effect, Pause):
            await asyncio.sleep(effect.seconds)
            continue
        try:
            outcome = await _exchange(connection, effect)
        except Exception as error:
            outcome = error


async def _exchange(connection: Connection, request: HttpRequest) -> HttpResponse:
    sent = asyncio.get_running_loop().run_in_executor(connection.threads.executor(), connection.exchange, request)
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


PageAt: TypeAlias = Callable[[str | None], Operation[Page[T]]]
"""Reads the page at a cursor, or the first one."""


def pages(connection: Connection, page_at: PageAt[T]) -> Iterator[list[T]]:
    """Yields the items of each page."""
    page = perform(connection, page_at(None))
    while page.next is not None:
        yield page.items
        page = perform(connection, page_at(page.next))
    yield page.items


async def pages_async(connection: Connection, page_at: PageAt[T]) -> AsyncIterator[list[T]]:
    """Yields the items of each page, without blocking the event loop."""
    page = await perform_async(connection, page_at(None))
    while page.next is not None:
        yield page.items
        page = await perform_async(connection, page_at(page.next))
    yield page.items
