"""Turns a reply into a result, an error of the API, or an error about a reply that is not the API's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .._values.kinds import is_list, is_object
from .._values.read import read_object
from ..errors import (
    CLASSES,
    AmbiguousRunError,
    ApiError,
    Candidate,
    InvalidValueError,
    RunmetaError,
    UnexpectedReplyError,
)
from .retry import is_retried

T = TypeVar("T")
MAX_SHOWN_CHARACTERS = 4096


@dataclass(frozen=True)
class Reply:
    """A complete reply."""

    name: str
    """Method and path of the call."""
    attempts: int
    """How many requests the call has sent so far."""
    status: int
    request_id: str | None
    media_type: str
    etag: str | None
    text: str


def interpret(reply: Reply, decode: Callable[[Reply], T | None]) -> T | RunmetaError:
    """Decodes a reply, or returns the error that it means."""
    is_success = 200 <= reply.status < 300 or reply.status == 304
    found = _decoded(reply, decode) if is_success else _refusal(reply)
    return _unexpected(reply) if found is None else found


def _decoded(reply: Reply, decode: Callable[[Reply], T | None]) -> T | None:
    try:
        return decode(reply)
    except ValueError:
        return None


def _refusal(reply: Reply) -> ApiError | None:
    if reply.media_type.split(";")[0].strip().lower() != "application/problem+json":
        return None
    body = _decoded(reply, lambda it: read_object(it.text))
    return None if body is None else problem_error(body, reply.status, reply)


def problem_error(body: dict[str, Any], status: int, reply: Reply) -> ApiError | None:
    """The error for a problem document: the body of a reply, or one of its results. None if it is something else."""
    code, detail = body.get("code"), body.get("detail")
    if not isinstance(code, str) or not isinstance(detail, str):
        return None
    own_id = body.get("requestId")
    error = CLASSES.get(code, ApiError)(
        f"{detail} ({reply.name})",
        code=code,
        status=status,
        request_id=own_id if isinstance(own_id, str) else reply.request_id,
        retryable=is_retried(status),
        attempts=reply.attempts,
    )
    if isinstance(error, InvalidValueError):
        pointer, reason = body.get("pointer"), body.get("reason")
        error.pointer = pointer if isinstance(pointer, str) else ""
        error.reason = reason if isinstance(reason, str) else ""
    if isinstance(error, AmbiguousRunError):
        error.candidates = _candidates(body.get("candidates"))
        error.more = body.get("more") is True
    return error


def _candidates(given: Any) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    for one in given if is_list(given) else []:
        members = one if is_object(one) else {}
        run_id, name, created_at = members.get("id"), members.get("name"), members.get("createdAt")
        if isinstance(run_id, str) and isinstance(name, str) and isinstance(created_at, str):
            found.append(Candidate(run_id, name, created_at))
    return tuple(found)


def _unexpected(reply: Reply) -> UnexpectedReplyError:
    error = UnexpectedReplyError(
        f"a reply with status {reply.status} did not come from the API: {_culprit(reply.status)} ({reply.name})",
        code="unexpected_reply",
        status=reply.status,
        request_id=reply.request_id,
        retryable=is_retried(reply.status),
        attempts=reply.attempts,
    )
    error.body = reply.text[:MAX_SHOWN_CHARACTERS]
    return error


def _culprit(status: int) -> str:
    if 300 <= status < 400:
        return "it is a redirect, so check the scheme and the host of the URL"
    if is_retried(status):
        return "a proxy or gateway in front of the server likely sent it"
    return "check the URL (RUNMETA_URL), and proxies on the way"
