"""Creates, changes and deletes runs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .._environment import is_disabled
from .._http.reply import Reply
from .._http.send import Call, Operation, deadline_of, send
from .._settings import Connection
from .._values.read import read_object
from ..errors import ApiError, RunmetaError, RunNotFoundError
from ..models import RunStatus
from .fields import given, json_of, run_members, sent_time
from .path import id_of, run_path


@dataclass(frozen=True, kw_only=True)
class NewRun:
    """A run to get or create."""

    id: str | None = None
    name: str | None = None
    pipeline: str | None = None
    status: RunStatus | None = None
    started_at: str | datetime | None = None
    ended_at: str | datetime | None = None
    expires_at: str | datetime | None = None
    created_at: str | datetime | None = None
    index: bool | None = None


class Unset:
    """The type of `UNSET`, which leaves a field unchanged: None would clear it."""


UNSET = Unset()


def create_run(connection: Connection, run: NewRun) -> Operation[dict[str, Any]]:
    """Gets or creates a run. Returns its members, and whether the call created it: `is_new`."""
    # With an id from here, a retry finds the run that the first attempt may have created.
    own_id = str(uuid.uuid4()) if run.id is None and run.name is None else None
    members = yield from _post(connection, run, run.id or own_id)
    return members | {"is_new": members["is_new"] or members["id"] == own_id}


def create_new_run(connection: Connection, run: NewRun) -> Operation[dict[str, Any]]:
    """Creates a run that must not exist yet. Raises NameTakenError, IdTakenError."""
    members = yield from _post(connection, run, run.id or str(uuid.uuid4()))
    return members | {"is_new": members["is_new"] or run.id is None}


def _post(connection: Connection, run: NewRun, run_id: str | None) -> Operation[dict[str, Any]]:
    if is_disabled():
        return stand_in(run)
    fields = given(
        id=run_id,
        name=run.name,
        pipeline=run.pipeline,
        status=run.status,
        startedAt=sent_time("started_at", run.started_at),
        endedAt=sent_time("ended_at", run.ended_at),
        expiresAt=sent_time("expires_at", run.expires_at),
        createdAt=sent_time("created_at", run.created_at),
        index=run.index,
    )

    def decode(reply: Reply) -> dict[str, Any] | None:
        return run_members(read_object(reply.text) or {}) | {"is_new": reply.status == 201}

    return (yield from send(connection, Call("POST", "/v1/runs", decode, body=json_of(fields))))


def stand_in(run: NewRun) -> dict[str, Any]:
    """A run that exists only in this process and is not stored."""
    run_id = run.id or str(uuid.uuid4())
    return {
        "id": run_id,
        "name": run.name or run_id,
        "status": run.status or "running",
        "created_at": datetime.now(timezone.utc),
        "pipeline": run.pipeline,
        "is_new": True,
    }


def update_run(
    connection: Connection,
    reference: str,
    *,
    status: RunStatus | None,
    ended_at: str | datetime | None,
    pipeline: str | None,
    name: str | None,
    expires_at: str | datetime | None | Unset,
) -> Operation[dict[str, Any]]:
    """Changes a run. Returns its members."""
    if is_disabled():
        run = stand_in(NewRun(name=name or reference, pipeline=pipeline, status=status))
        del run["is_new"]
        return run
    changes = given(status=status, endedAt=sent_time("ended_at", ended_at), pipeline=pipeline, name=name)
    if not isinstance(expires_at, Unset):
        changes["expiresAt"] = sent_time("expires_at", expires_at)
    until = deadline_of(connection)
    run_id = yield from _id_for(connection, reference, until)
    return (yield from _patch(connection, run_id, changes, until))


def delete_run(connection: Connection, reference: str) -> Operation[None]:
    """Deletes a run, for good."""
    if is_disabled():
        return
    until = deadline_of(connection)
    run_id = yield from _id_for(connection, reference, until)
    yield from remove(connection, run_path(run_id), RunNotFoundError, until)


def remove(connection: Connection, path: str, absent: type[ApiError], until: float | None = None) -> Operation[None]:
    """Sends a DELETE. `absent` is the error if nothing is at the path."""

    def settle(error: RunmetaError) -> bool | None:
        # An earlier attempt deleted it, and its reply was lost.
        return True if isinstance(error, absent) else None

    yield from send(connection, Call("DELETE", path, is_done, settle=settle, until=until))


def is_done(reply: Reply) -> bool | None:
    """Decodes a reply without a body."""
    return True if reply.status == 204 else None


def _id_for(connection: Connection, reference: str, until: float) -> Operation[str]:
    """Resolves a reference to an id. A retry by name could meet another run that was created since."""
    known = id_of(reference)
    if known is not None:
        return known
    # An empty change returns the run without its metadata.
    found = yield from _patch(connection, reference, {}, until)
    return str(found["id"])


def _patch(connection: Connection, reference: str, changes: dict[str, Any], until: float) -> Operation[dict[str, Any]]:
    def decode(reply: Reply) -> dict[str, Any] | None:
        return run_members(read_object(reply.text) or {})

    call = Call("PATCH", run_path(reference), decode, body=json_of(changes), until=until)
    return (yield from send(connection, call))
