"""The errors that calls of this package raise: one class for each code of the API, and one for each failure on the way."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """A run that an ambiguous reference could mean."""

    id: str
    name: str
    created_at: str
    """RFC 3339, UTC, with milliseconds."""


class RunmetaError(Exception):
    """The base of all errors that calls of this package raise.

    Messages say what happened and to which call; they hold neither values nor the API key.
    """

    status: int | None
    """HTTP status of the reply, or of the one the API would give; None where no reply came."""
    code: str
    """What went wrong, stable across versions."""
    request_id: str | None
    """Finds the request in the server's log."""
    retryable: bool
    """Whether the same call may succeed later."""
    attempts: int
    """Requests that were sent for the call, 0 where it was refused before."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int | None = None,
        request_id: str | None = None,
        retryable: bool = False,
        attempts: int = 0,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retryable = retryable
        self.attempts = attempts

    def __reduce__(self) -> tuple[Any, ...]:
        # An error that cannot be unpickled would leave a process pool waiting for ever.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[RunmetaError], args: tuple[Any, ...], state: dict[str, Any]) -> RunmetaError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ApiError(RunmetaError):
    """The API refused. There is a class for each of its codes; a code that a newer server adds is a plain ApiError."""


class BadRequestError(ApiError):
    """A field of the call is not what it must be; the message names the field."""


class UnauthorizedError(ApiError):
    """There was no API key, or none that is in force."""


class ForbiddenError(ApiError):
    """The key's role is too low; the message names the one needed."""


class NotFoundError(ApiError):
    """The server has nothing at this path."""


class RunNotFoundError(ApiError):
    """No run has this id, name or prefix."""


class KeyNotFoundError(ApiError):
    """The run has no such metadata key."""


class MethodNotAllowedError(ApiError):
    """The path does not take this method."""


class AmbiguousRunError(ApiError):
    """Several runs begin with this prefix."""

    candidates: tuple[Candidate, ...] = ()
    """Up to 20 of the runs that match."""
    more: bool = False
    """Whether there are others."""


class NameTakenError(ApiError):
    """The name belongs to a run with another id."""


class IdTakenError(ApiError):
    """The id belongs to a run with another name, or to one that was deleted."""


class PayloadTooLargeError(ApiError):
    """The log is over a limit; the message says which, and by how much."""


class UnsupportedMediaTypeError(ApiError):
    """The server does not take this kind of body."""


class InvalidValueError(ApiError):
    """A value that cannot be logged. Nothing was written; where `attempts` is 0, nothing was sent either."""

    pointer: str = ""
    """Where it is: a JSON Pointer from the root of the metadata."""
    reason: str = ""
    """What is wrong with it."""


class IdempotencyKeyReusedError(ApiError):
    """The idempotency key was used for another log of this run."""


class RateLimitedError(ApiError):
    """Too many requests."""


class InternalError(ApiError):
    """The server failed."""


class StoreUnavailableError(ApiError):
    """The server cannot reach its store."""


class ConfigurationError(RunmetaError, ValueError):
    """Something is not set that the call needs; the message says what to set. ZenML raises ValueError here."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="not_configured")


class ConnectionError(RunmetaError, builtins.ConnectionError):
    """No connection, or one that broke before the reply was complete. Whether the server acted is not known."""

    def __init__(self, message: str, *, attempts: int) -> None:
        super().__init__(message, code="connection_failed", retryable=True, attempts=attempts)


class TimeoutError(RunmetaError, builtins.TimeoutError):
    """No complete reply in time. Whether the server acted is not known."""

    def __init__(self, message: str, *, attempts: int) -> None:
        super().__init__(message, code="timed_out", retryable=True, attempts=attempts)


class UnexpectedReplyError(RunmetaError):
    """Something other than the API answered: a proxy, a gateway, or another server at this URL."""

    body: str = ""
    """The first 4,096 characters of what was answered."""


CLASSES: Mapping[str, type[ApiError]] = MappingProxyType(
    {
        "bad_request": BadRequestError,
        "unauthorized": UnauthorizedError,
        "forbidden": ForbiddenError,
        "not_found": NotFoundError,
        "run_not_found": RunNotFoundError,
        "key_not_found": KeyNotFoundError,
        "method_not_allowed": MethodNotAllowedError,
        "ambiguous_run": AmbiguousRunError,
        "name_taken": NameTakenError,
        "id_taken": IdTakenError,
        "payload_too_large": PayloadTooLargeError,
        "unsupported_media_type": UnsupportedMediaTypeError,
        "invalid_value": InvalidValueError,
        "idempotency_key_reused": IdempotencyKeyReusedError,
        "rate_limited": RateLimitedError,
        "internal": InternalError,
        "store_unavailable": StoreUnavailableError,
    }
)
"""The class of each code of the API."""


def bad_request(message: str) -> BadRequestError:
    """A refusal of what the API would refuse, made before anything is sent."""
    return BadRequestError(message, code="bad_request", status=400)


def invalid_value(pointer: str, reason: str) -> InvalidValueError:
    """A refusal of a value, made before anything is sent."""
    place = "metadata" if pointer == "" else f"metadata at {pointer}"
    error = InvalidValueError(f"{place}: {reason}", code="invalid_value", status=422)
    error.pointer = pointer
    error.reason = reason
    return error
