"""What calls give: runs, their metadata, their history, receipts of logs, keys and tokens. Times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from ._values.pointers import ABSENT, value_at

RunStatus: TypeAlias = Literal["running", "completed", "failed", "stopped"]
Role: TypeAlias = Literal["read", "log", "admin", "root"]
"""What a key may do; each role may do what those before it may."""


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
    """From then on the run is as if it had been deleted."""


@dataclass(frozen=True)
class PipelineStep:
    """A part of a run that was logged to by its name."""

    run_metadata: dict[str, Any]
    """The latest metadata of the step, by key."""


@dataclass(frozen=True, kw_only=True)
class PipelineRunFields(RunFields):
    """A run with all that was logged to it."""

    run_metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    """The latest metadata of the run, by key."""
    steps: dict[str, PipelineStep] = field(default_factory=dict[str, PipelineStep])
    """By name."""


    def get(self, pointer: str, default: Any = None) -> Any:
        """What a JSON Pointer names in the metadata, such as `/run_metrics/accuracy`; `default` where it names nothing.

        Raises BadRequestError where it is no JSON Pointer.
        """
        found = value_at(self.run_metadata, pointer)
        return default if found is ABSENT else found


@dataclass(frozen=True, kw_only=True)
class CreatedRunFields(RunFields):
    """A run as `create_run` gives it."""

    is_new: bool
    """Whether the call made the run; False where a run of this id or name was there. Where the reply to the call was lost
    and it was sent again, a run that is named by the caller counts as one that was there."""


@dataclass(frozen=True, kw_only=True)
class ListedRunFields(RunFields):
    """A run of a list."""

    selected: dict[str, Any] = field(default_factory=dict[str, Any])
    """The selected values by their JSON Pointer; what a pointer does not name is absent."""


@dataclass(frozen=True, kw_only=True)
class ListedPipelineRunFields(PipelineRunFields, ListedRunFields):
    """A run of a list that was asked for with its metadata."""


@dataclass(frozen=True)
class LoggedRun:
    """The run that a log went to."""

    id: str
    name: str


@dataclass(frozen=True)
class LogRecord:
    """A log as the server keeps it."""

    id: str
    created_at: datetime
    position: str
    """Opaque; of two logs the one with the greater string is the later one."""
    step: str | None = None
    unindexed: int = 0
    """Scalars outside arrays that cannot be searched for, as they are past the first 64 or their pointer is too long."""


@dataclass(frozen=True)
class LogReceipt:
    """The reply to a log: it is durable."""

    run: LoggedRun
    log: LogRecord


@dataclass(frozen=True)
class KeyName:
    """An API key, as a history names it."""

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
    """What a key was, by one log."""

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
    """A key that was made just now."""

    key: str = field(repr=False)
    """The key itself, `rmk_…`. Nobody shows it again."""


@dataclass(frozen=True)
class RunToken:
    """A token that logs to one run, by its id, and does nothing else: the `api_key` of a client in a step."""

    token: str = field(repr=False)
    """`rmt_…`"""
    expires_at: datetime
    """No later than the key that made it expires."""


def members_of(fields: RunFields) -> dict[str, Any]:
    """The members of a run by name, without copies of them."""
    return {name: getattr(fields, name) for name in fields.__dataclass_fields__}
