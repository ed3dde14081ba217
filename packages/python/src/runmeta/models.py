"""What calls return: runs, their metadata, their history, receipts of logs, keys and tokens. Times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from ._values.pointers import ABSENT, value_at

RunStatus: TypeAlias = Literal["running", "completed", "failed", "stopped"]
Role: TypeAlias = Literal["read", "log", "admin", "root"]
"""What a key may do. Each role includes the roles before it."""


@dataclass(frozen=True, kw_only=True)
class RunFields:
    """A run as it was when the call returned."""

    id: str
    """A UUID."""
    name: str
    """Unique in the project."""
    status: RunStatus
    created_at: datetime
    pipeline: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    expires_at: datetime | None = None
    """The run is deleted from this time on."""


@dataclass(frozen=True)
class PipelineStep:
    """A named part of a run, with its own metadata."""

    run_metadata: dict[str, Any]
    """The latest metadata of the step, by key."""


@dataclass(frozen=True, kw_only=True)
class PipelineRunFields(RunFields):
    """A run with its metadata and its steps."""

    run_metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    """The latest metadata of the run, by key."""
    steps: dict[str, PipelineStep] = field(default_factory=dict[str, PipelineStep])
    """By name."""

    def get(self, pointer: str, default: Any = None) -> Any:
        """The value at a JSON Pointer, such as `/run_metrics/accuracy`; `default` if there is none.

        Raises BadRequestError if it is not a JSON Pointer.
        """
        found = value_at(self.run_metadata, pointer)
        return default if found is ABSENT else found


@dataclass(frozen=True, kw_only=True)
class CreatedRunFields(RunFields):
    """The result of `create_run`."""

    is_new: bool
    """Whether the call created the run; False if a run with this id or name existed. If the reply to the call was lost
    and the call was retried, a run that the caller named counts as one that existed."""


@dataclass(frozen=True, kw_only=True)
class ListedRunFields(RunFields):
    """A run of a list."""

    selected: dict[str, Any] = field(default_factory=dict[str, Any])
    """The selected values by JSON Pointer; a pointer that names nothing is absent."""


@dataclass(frozen=True, kw_only=True)
class ListedPipelineRunFields(PipelineRunFields, ListedRunFields):
    """A run of a list with `include=["metadata"]`."""


@dataclass(frozen=True)
class LoggedRun:
    """The run that a log went to."""

    id: str
    name: str


@dataclass(frozen=True)
class LogRecord:
    """A log as the server stores it."""

    id: str
    created_at: datetime
    position: str
    """Opaque. Positions sort as strings: the greater one is the later log."""
    step: str | None = None
    unindexed: int = 0
    """The number of scalars outside arrays that are not searchable: they are past the first 64, or their pointer is too long."""


@dataclass(frozen=True)
class LogReceipt:
    """The reply to a log, which is durable."""

    run: LoggedRun
    log: LogRecord


@dataclass(frozen=True)
class KeyName:
    """An API key in a history."""

    id: str
    name: str


@dataclass(frozen=True)
class Author:
    """Who logged."""

    key: KeyName
    token: bool = False
    """Whether a run token of that key logged."""


@dataclass(frozen=True)
class HistoryEntry:
    """One value in the history of a key."""

    value: Any
    log: str
    """The id of the log."""
    created_at: datetime
    by: Author
    step: str | None = None
    """The step that the log named."""


@dataclass(frozen=True)
class ApiKey:
    """An API key, without its secret."""

    id: str
    name: str
    project: str
    role: Role
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NewApiKey(ApiKey):
    """A key that was just created."""

    key: str = field(repr=False)
    """The key itself, `rmk_…`. It is not shown again."""


@dataclass(frozen=True)
class RunToken:
    """A token that can only log to one run, by its id. Use it as the `api_key` of a client in a step."""

    token: str = field(repr=False)
    """`rmt_…`"""
    expires_at: datetime
    """Not later than the expiry of the key that issued it."""


def members_of(fields: RunFields) -> dict[str, Any]:
    """The members of a run by name, not copied."""
    return {name: getattr(fields, name) for name in fields.__dataclass_fields__}
