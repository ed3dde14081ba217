"""The errors of this package: a class for each code of the API, and one for each kind of failure in transit."""

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
    """The base class of all errors of this package.

    Messages say what happened and in which call; they contain neither values nor the API key.
    """

    status: int | None
    """The HTTP status of the reply, or the one that the API would return; None if there was no reply."""
    code: str
    """A code for what went wrong, stable across versions."""
    request_id: str | None
    """The id of the request in the server's log."""
    retryable: bool
    """Whether the same call may succeed later."""
    attempts: int
    """The number of requests sent for the call; 0 if it was refused before sending."""

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
    """The API refused the call. Each code has a class; an unknown code from a newer server is a plain ApiError."""


class BadRequestError(ApiError):
    """A field of the call is invalid; the message names it."""


class UnauthorizedError(ApiError):
    """The API key is missing, invalid, expired or revoked."""


class ForbiddenError(ApiError):
    """The key's role is too low; the message names the role needed."""


class NotFoundError(ApiError):
    """The server has nothing at this path."""


class RunNotFoundError(ApiError):
    """No run has this id, name or prefix."""


class KeyNotFoundError(ApiError):
    """The run has no such metadata key."""


class MethodNotAllowedError(ApiError):
    """The path does not support this method."""


class AmbiguousRunError(ApiError):
    """Several runs begin with this prefix."""

    candidates: tuple[Candidate, ...] = ()
    """Up to 20 of the runs that match."""
    more: bool = False
    """Whether more runs match."""


class NameTakenError(ApiError):
    """The name belongs to a run with another id."""


class IdTakenError(ApiError):
    """The id belongs to a run with another name, or to one that was deleted."""


class PayloadTooLargeError(ApiError):
    """The log is over a limit; the message says which, and by how much."""


class UnsupportedMediaTypeError(ApiError):
    """The server does not accept this media type."""


class InvalidValueError(ApiError):
    """A value that cannot be logged. Nothing was written; if `attempts` is 0, nothing was sent either."""

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
    """A setting that the call needs is missing or invalid; the message says what to set. ZenML raises ValueError here."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="not_configured")


class ConnectionError(RunmetaError, builtins.ConnectionError):
    """The connection failed, or broke before the reply was complete. The server may or may not have acted."""

    def __init__(self, message: str, *, attempts: int) -> None:
        super().__init__(message, code="connection_failed", retryable=True, attempts=attempts)


class TimeoutError(RunmetaError, builtins.TimeoutError):
    """No complete reply arrived in time. The server may or may not have acted."""

    def __init__(self, message: str, *, attempts: int) -> None:
        super().__init__(message, code="timed_out", retryable=True, attempts=attempts)


class UnexpectedReplyError(RunmetaError):
    """Something other than the API replied: a proxy, a gateway, or another server at this URL."""

    body: str = ""
    """The first 4,096 characters of the reply."""


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
    """The error that the API would return, raised before anything is sent."""
    return BadRequestError(message, code="bad_request", status=400)


def invalid_value(pointer: str, reason: str) -> InvalidValueError:
    """The error for an invalid value, raised before anything is sent."""
    place = "metadata" if pointer == "" else f"metadata at {pointer}"
    error = InvalidValueError(f"{place}: {reason}", code="invalid_value", status=422)
    error.pointer = pointer
    error.reason = reason
    return error
