"""Keyword options that several calls share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from ._calls.where import Condition
from ._values.write import NonFinite
from .models import RunStatus


class LogOptions(TypedDict, total=False):
    """The options of a log besides the metadata. See `Client.log_metadata`."""

    log_related_entities: bool | None
    idempotency_key: str | None
    created_at: str | datetime | None
    non_finite: NonFinite | None
    exact: bool


class ListOptions(TypedDict, total=False):
    """Which runs to list, in which order, with which values. See `Client.list_pipeline_runs`."""

    ids: Sequence[str] | None
    name: str | None
    name_contains: str | None
    pipeline: str | Sequence[str] | None
    status: RunStatus | Sequence[RunStatus] | None
    created_after: str | datetime | None
    created_before: str | datetime | None
    where: Condition | Sequence[Condition] | None
    select: str | Sequence[str] | None
    order: str | None
    page_size: int | None
    limit: int | None


class NewRunOptions(TypedDict, total=False):
    """The options of a run that ends with a block. See `Client.new_run`."""

    id: str | None
    name: str | None
    pipeline: str | None
    status: RunStatus | None
    started_at: str | datetime | None
    ended_at: str | datetime | None
    expires_at: str | datetime | None
    created_at: str | datetime | None
    index: bool | None
