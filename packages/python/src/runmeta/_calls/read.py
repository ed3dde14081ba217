"""Reads runs with all pages of their metadata, and the history of a key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .._environment import is_disabled
from .._http.reply import Reply
from .._http.send import Call, Operation, deadline_of, send
from .._settings import Connection
from .._values.kinds import is_list, is_object
from .._values.read import read_object, restore
from ..models import Author, HistoryEntry, KeyName, PipelineRunFields, PipelineStep
from .fields import object_of, optional_text, pipeline_run_of, sent_time, text_of, time_of
from .log import checked_key
from .page import Page
from .path import query_of, run_path
from .runs import is_done


@dataclass(frozen=True)
class RunPage:
    """A run with a page of its metadata, or with all of it."""

    run: PipelineRunFields
    next: str | None = None
    """The cursor of the next page."""
    etag: str | None = None


class _Unchanged:
    """What a 304 means."""


def run_page_of(body: dict[str, Any]) -> RunPage:
    """Decodes a run with a page of its metadata. Raises ValueError."""
    return RunPage(pipeline_run_of(body), optional_text(body, "metadataNext"))


def read_run(
    connection: Connection,
    reference: str,
    *,
    at: str | datetime | None = None,
    exact: bool = False,
    etag: str | None = None,
) -> Operation[RunPage | None]:
    """Reads a run with all of its metadata; None if its first page still has the tag. Raises RunmetaError."""

    def decode(reply: Reply) -> RunPage | _Unchanged | None:
        if reply.status == 304 and etag is not None:
            return _Unchanged()
        return _page_of(connection, reply)

    until = deadline_of(connection)
    moment = sent_time("at", at)
    path = run_path(reference) + query_of(at=moment, exact=exact)
    call: Call[RunPage | _Unchanged] = Call("GET", path, decode, etag=etag, until=until)
    first = yield from send(connection, call)
    if isinstance(first, _Unchanged):
        return None
    return RunPage((yield from whole_run(connection, first, at=moment, until=until)), etag=first.etag)


def whole_run(
    connection: Connection, first: RunPage, *, at: str | None = None, until: float | None = None
) -> Operation[PipelineRunFields]:
    """Reads the remaining pages of a run's metadata, as part of the same call."""

    def decode(reply: Reply) -> RunPage | None:
        return _page_of(connection, reply)

    run, cursor = first.run, first.next
    deadline = deadline_of(connection) if until is None else until
    while cursor is not None:
        # By id: a prefix may match another run by now.
        path = run_path(run.id) + query_of(at=at, metadataCursor=cursor)
        page = yield from send(connection, Call("GET", path, decode, until=deadline))
        run, cursor = _joined(run, page.run), page.next
    return run


def _page_of(connection: Connection, reply: Reply) -> RunPage | None:
    body = read_object(reply.text, connection.numbers)
    return None if body is None else replace(run_page_of(body), etag=reply.etag)


def _joined(run: PipelineRunFields, more: PipelineRunFields) -> PipelineRunFields:
    """Joins two pages of a run."""
    steps = dict(run.steps)
    for name, step in more.steps.items():
        before = steps[name].run_metadata if name in steps else {}
        steps[name] = PipelineStep(before | step.run_metadata)
    return replace(run, run_metadata=run.run_metadata | more.run_metadata, steps=steps)


def history_page(
    connection: Connection,
    reference: str,
    key: str,
    *,
    step: str | None,
    page_size: int | None,
    exact: bool,
    cursor: str | None,
) -> Operation[Page[HistoryEntry]]:
    """Reads a page of a key's history, newest first."""
    query = query_of(key=key, step=step, limit=page_size, cursor=cursor, exact=exact)

    def decode(reply: Reply) -> Page[HistoryEntry] | None:
        body = read_object(reply.text, connection.numbers) or {}
        entries = body.get("entries")
        if not is_list(entries):
            return None
        return Page([_entry_of(entry) for entry in entries], optional_text(body, "next"))

    return (yield from send(connection, Call("GET", f"{run_path(reference)}/history{query}", decode)))


def _entry_of(entry: Any) -> HistoryEntry:
    if not is_object(entry) or "value" not in entry:
        raise ValueError("an entry has no value")
    by = object_of(entry, "by")
    key = object_of(by, "key")
    # Pointers are relative to the value, so put it under an empty member name.
    types = {f"/{pointer}": type_name for pointer, type_name in object_of(entry, "types").items()}
    return HistoryEntry(
        value=restore({"": entry["value"]}, types)[""],
        log=text_of(entry, "log"),
        created_at=time_of(entry, "createdAt"),
        by=Author(KeyName(text_of(key, "id"), text_of(key, "name")), by.get("token") is True),
        step=optional_text(entry, "step"),
    )


def unset(
    connection: Connection, reference: str, key: str, *, step: str | None, idempotency_key: str | None, exact: bool
) -> Operation[None]:
    """Removes the value of a key."""
    if is_disabled():
        return
    path = f"{run_path(reference)}/metadata{query_of(key=key, step=step, exact=exact)}"
    yield from send(connection, Call("DELETE", path, is_done, idempotency_key=checked_key(idempotency_key)))
