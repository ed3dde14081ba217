"""The threads that wait for the replies of an `AsyncClient`."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

MAX_CONCURRENT_REQUESTS = 64
"""The most concurrent requests of one AsyncClient; the others wait in order."""


class Threads:
    """A pool of threads that starts when it is first used, and again after a fork or a close."""

    def __init__(self) -> None:
        self._executor: ThreadPoolExecutor | None = None
        self._process = os.getpid()

    def executor(self) -> ThreadPoolExecutor:
        if self._executor is None or self._process != os.getpid():
            # A fork copies the executor, but not its threads.
            self._process = os.getpid()
            self._executor = ThreadPoolExecutor(MAX_CONCURRENT_REQUESTS, thread_name_prefix="runmeta")
        return self._executor

    def close(self) -> None:
        if self._executor is not None and self._process == os.getpid():
            self._executor.shutdown(wait=False)
        self._executor = None
