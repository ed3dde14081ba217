"""Encodes requests, and decodes the parts of replies.

A decoder returns None, or raises ValueError, for a reply that the API does not send.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from .._values.kinds import is_object
from .._values.read import restore
from .._values.scalars import time_text
from .._values.write import write
from ..errors import InvalidValueError, bad_request
from ..models import LoggedRun, LogReceipt, LogRecord, PipelineRunFields, PipelineStep


def text_of(body: dict[str, Any], name: str) -> str:
    """A member that is a string. Raises ValueError if it is not."""
    value = body.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a string")
    return value


def object_of(body: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that is an object. Raises ValueError if it is not."""
    value = body.get(name)
    if not is_object(value):
        raise ValueError(f"{name} is not an object")
    return value


def time_of(body: dict[str, Any], name: str) -> datetime:
    """A member that is a time. Raises ValueError if it is not."""
    # Python 3.10 does not parse the Z.
    return datetime.fromisoformat(text_of(body, name).replace("Z", "+00:00"))


def optional_time(body: dict[str, Any], name: str) -> datetime | None:
    return time_of(body, name) if name in body else None


def optional_text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def given(**members: Any) -> dict[str, Any]:
    """The members that are not None."""
    return {name: value for name, value in members.items() if value is not None}


def json_of(members: dict[str, Any]) -> str:
    """The members of a request as a JSON object. Raises BadRequestError for a value that is not JSON, with its place."""
    try:
        return write(members).text
    except InvalidValueError as error:
        # As in the API's messages, such as where[0].value.
        place = re.sub(r"/(\d+)", r"[\1]", error.pointer).replace("/", ".").removeprefix(".")
        raise bad_request(f"{place}: {error.reason}") from error


def run_members(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of a run. Raises ValueError."""
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
    """The receipt of a log. Raises ValueError."""
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
    """A time in the form that the API takes. Raises BadRequestError."""
    if time is None or isinstance(time, str):
        return time
    if not isinstance(time, datetime):
        raise bad_request(f"{field}: must be a datetime, or a str in RFC 3339, such as 2026-01-31T12:00:00Z")
    # The API keeps milliseconds.
    try:
        return time_text(time.replace(microsecond=time.microsecond // 1000 * 1000))
    except (ValueError, OverflowError):
        raise bad_request(f"{field}: is outside the years 1 to 9999 in UTC") from None
