"""A call of the API as a generator: it yields what to send and how long to wait, and a client does both."""

from __future__ import annotations

import builtins
import http.client
import ssl
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from .._environment import is_disabled
from .._settings import Connection
from ..errors import ConfigurationError, ConnectionError, RateLimitedError, RunmetaError, TimeoutError
from ..transport import HttpRequest, HttpResponse
from .endpoint import Endpoint, endpoint
from .reply import Reply, interpret
from .retry import backoff, is_closed_socket, wait_of

T = TypeVar("T")


@dataclass(frozen=True)
class Pause:
    seconds: float


Effect: TypeAlias = HttpRequest | Pause
"""A request to send, or a pause to make."""
Outcome: TypeAlias = HttpResponse | Exception | None
"""The reply to a request, or the error that prevented it; None after a pause."""
Operation: TypeAlias = Generator[Effect, Outcome, T]
"""A call without its input and output. `Client` and `AsyncClient` both run it, so they behave the same."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """A call of the API."""

    method: str
    path: str
    """The encoded path below the API's root."""
    decode: Callable[[Reply], T | None]
    """Decodes a successful reply; returns None, or raises ValueError, if the API does not send such a reply."""
    body: str | None = None
    """JSON."""
    idempotency_key: str | None = None
    etag: str | None = None
    """The tag of what the caller has. The reply is 304 if nothing has changed."""
    is_once: bool = False
    """Whether a repeated call would take effect twice. If so, it is only retried after a 429, when the API did nothing."""
    revise: Callable[[RunmetaError], str | None] = field(default=lambda _: None)
    """Given a refusal, returns another body to send immediately, once; None to raise the refusal."""
    settle: Callable[[RunmetaError], T | None] = field(default=lambda _: None)
    """Returns the result if a retry gets this error because an earlier attempt took effect; None if it is a failure."""
    until: float | None = None
    """The deadline by `time.monotonic()`; None for the client's `total_timeout` from now."""


def deadline_of(connection: Connection) -> float:
    """The deadline of a call that begins now."""
    return time.monotonic() + connection.total_timeout


def send(connection: Connection, call: Call[T]) -> Operation[T]:
    """Makes a call, with as many retries as the settings allow, and returns the decoded reply. Raises RunmetaError."""
    if is_disabled():
        raise ConfigurationError("nothing is sent while RUNMETA_DISABLED is set")
    where = endpoint(connection)
    name = f"{call.method} {where.path}{call.path}"
    deadline = deadline_of(connection) if call.until is None else call.until
    body, can_revise = call.body, True
    repeats, is_free = 0, True
    previous: RunmetaError | None = None
    may_have_acted = False
    attempts = 0

    while True:
        attempts += 1
        time_out = min(connection.timeout, max(0.001, deadline - time.monotonic()))
        outcome = yield _request(call, where, body, time_out)
        failure: BaseException | None = None
        retry_after = 0.0
        if isinstance(outcome, HttpResponse):
            reply = _reply(outcome, name, attempts)
            retry_after = wait_of(outcome.headers.get("retry-after"))
            result = interpret(reply, call.decode)
        else:
            failure = outcome
            result = _failed(outcome, where, name, attempts, time_out)
        if not isinstance(result, RunmetaError):
            return result

        settled = call.settle(result) if may_have_acted else None
        if settled is not None:
            return settled
        may_have_acted = may_have_acted or not isinstance(result, RateLimitedError)
        result.__cause__ = failure or previous
        time_left = deadline - time.monotonic()
        revised = call.revise(result) if can_revise and time_left > 0 else None
        if revised is not None:
            body, can_revise, previous = revised, False, result
            continue
        if not result.retryable or time_left <= 0:
            raise result
        if call.is_once and may_have_acted:
            raise result
        previous = result
        if is_free and is_closed_socket(failure):
            is_free = False
            continue
        wait = backoff(repeats, retry_after)
        # The deadline would pass during this wait, so raise now.
        if repeats >= connection.retries or wait >= time_left:
            raise result
        repeats += 1
        yield Pause(wait)


def _request(call: Call[T], where: Endpoint, body: str | None, time_out: float) -> HttpRequest:
    headers = {
        "accept": "application/json, application/problem+json",
        "authorization": f"Bearer {where.api_key}",
        "user-agent": "runmeta-python",
    }
    if body is not None:
        headers["content-type"] = "application/json"
    if call.idempotency_key is not None:
        headers["idempotency-key"] = call.idempotency_key
    if call.etag is not None:
        headers["if-none-match"] = call.etag
    data = None if body is None else body.encode()
    return HttpRequest(call.method, where.url + call.path, headers, data, time_out)


def _reply(response: HttpResponse, name: str, attempts: int) -> Reply:
    headers = response.headers
    return Reply(
        name=name,
        attempts=attempts,
        status=response.status,
        request_id=headers.get("x-request-id"),
        media_type=headers.get("content-type", ""),
        etag=headers.get("etag"),
        text=response.body.decode(errors="replace"),
    )


def _failed(
    outcome: Exception | None, where: Endpoint, name: str, attempts: int, time_out: float
) -> RunmetaError:
    if isinstance(outcome, RunmetaError):
        return outcome
    if isinstance(outcome, OSError | http.client.HTTPException):
        if isinstance(outcome, builtins.TimeoutError):
            message = f"no reply within {time_out:.3g} s, at attempt {attempts} ({name})"
            return TimeoutError(message, attempts=attempts)
        reason = str(outcome) or type(outcome).__name__
        origin = where.url.removesuffix(where.path) if where.path else where.url
        error = ConnectionError(f"no reply from {origin}: {reason} ({name})", attempts=attempts)
        # A retry would get the same certificate.
        error.retryable = not isinstance(outcome, ssl.SSLCertVerificationError)
        return error
    # Anything else is a bug, for example in a transport that the user passed.
    raise TypeError("the transport returned no HttpResponse") if outcome is None else outcome
