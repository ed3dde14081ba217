"""What replies hold, checked: a decoder gives None, or raises ValueError, if the API would not have replied so."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from .._values.kinds import is_object
from .._values.read import restore
from .._values.scalars import time_text
from ..errors import bad_request
from ..models import LoggedRun, LogReceipt, LogRecord, PipelineRunFields, PipelineStep, RunFields

Fields = TypeVar("Fields", bound=RunFields)


def text_of(body: dict[str, Any], name: str) -> str:
    """A member that is a string. Raises ValueError if it is not."""
    value = body.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is no string")
    return value


def object_of(body: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that is an object. Raises ValueError if it is not."""
    value = body.get(name)
    if not is_object(value):
        raise ValueError(f"{name} is no object")
    return value


def time_of(body: dict[str, Any], name: str) -> datetime:
    """A member that is a time. Raises ValueError if it is not."""
    # Python 3.10 does not know the Z.
    return datetime.fromisoformat(text_of(body, name).replace("Z", "+00:00"))


def optional_time(body: dict[str, Any], name: str) -> datetime | None:
    return time_of(body, name) if name in body else None


def optional_text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def run_members(body: dict[str, Any]) -> dict[str, Any]:
    """What a run is made of. Raises ValueError."""
    return {
        "id": text_of(body, "id"),
        "name": text_of(body, "name"),
        "status": text_of(body, "status"),
        "created_at": time_of(body, "createdAt"),
        "pipeline": optional_text(body, "pipeline"),
        "started_at": optional_time(body, "startedAt"),
        "ended_at": optional_time(body, "endedAt"),
        "expires_at": optional_time(body, "expiresAt"),
    }


def metadata_of(body: dict[str, Any]) -> dict[str, Any]:
    """Metadata with its types. Raises ValueError."""
    return restore(object_of(body, "metadata"), object_of(body, "types"))


def pipeline_run_of(body: dict[str, Any]) -> PipelineRunFields:
    """A run with its metadata, or with a page of it. Raises ValueError."""
    steps = {
        name: PipelineStep(metadata_of(step)) for name, step in object_of(body, "steps").items() if is_object(step)
    }
    return PipelineRunFields(**run_members(body), run_metadata=metadata_of(body), steps=steps)


def receipt_of(body: dict[str, Any]) -> LogReceipt:
    """What the API says of a log that was made. Raises ValueError."""
    run, log = object_of(body, "run"), object_of(body, "log")
    unindexed = log.get("unindexed")
    record = LogRecord(
        id=text_of(log, "id"),
        created_at=time_of(log, "createdAt"),
        position=text_of(log, "position"),
        step=optional_text(log, "step"),
        unindexed=unindexed if isinstance(unindexed, int) else 0,
    )
    return LogReceipt(LoggedRun(text_of(run, "id"), text_of(run, "name")), record)


def sent_time(field: str, time: Any) -> str | None:
    """A time as it is sent. Raises BadRequestError for what is neither text nor a datetime."""
    if time is None or isinstance(time, str):
        return time
    if not isinstance(time, datetime):
        raise bad_request(f"{field}: must be a datetime, or a str as RFC 3339 has it, such as 2026-01-31T12:00:00Z")
    # The API takes milliseconds.
    return time_text(time.replace(microsecond=time.microsecond // 1000 * 1000))
