"""Lists and searches runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._http.reply import Reply
from .._http.send import Call, Operation, send
from .._settings import Connection
from .._values.kinds import is_list, is_object
from .._values.read import read_object
from ..errors import RunNotFoundError, bad_request
from ..options import ListOptions
from .fields import given, json_of, object_of, optional_text, run_members, sent_time
from .names import nearest
from .page import Page
from .read import RunPage, run_page_of, whole_run
from .where import conditions_of

_FIELDS = (*ListOptions.__annotations__, "include")
MAX_PAGE = 200
MAX_FULL_PAGE = 20
"""The most runs in a page with their metadata."""


def search_query(options: ListOptions, include: Sequence[str] | None, most: int | None) -> dict[str, Any]:
    """The members of a search. `most` is the number of runs that the caller wants: without a `page_size` or `limit`, they
    come in one page if that is allowed.

    Raises BadRequestError for an unknown option.
    """
    unknown = next((name for name in options if name not in _FIELDS), None)
    if unknown is not None:
        meant = nearest(unknown, _FIELDS)
        hint = f"it takes {', '.join(_FIELDS)}" if meant is None else f"did you mean {meant}?"
        raise bad_request(f"list_pipeline_runs: unknown option {unknown}; {hint}")
    _check_order(options.get("order"))
    largest = MAX_FULL_PAGE if include else MAX_PAGE
    size = options.get("page_size")
    size = options.get("limit") if size is None else size
    return given(
        ids=_listed(options.get("ids")),
        name=options.get("name"),
        nameContains=options.get("name_contains"),
        pipeline=_one_or_list(options.get("pipeline")),
        status=_one_or_list(options.get("status")),
        createdAfter=sent_time("created_after", options.get("created_after")),
        createdBefore=sent_time("created_before", options.get("created_before")),
        where=conditions_of(options.get("where")),
        select=_listed(options.get("select")),
        include=_listed(include),
        order=options.get("order"),
        limit=size if size is not None or most is None else min(most, largest),
    )


def search_page(connection: Connection, query: dict[str, Any], cursor: str | None) -> Operation[Page[dict[str, Any]]]:
    """Reads a page of runs, as their members."""
    is_full = bool(query.get("include"))
    body = json_of(given(**query, cursor=cursor))

    def decode(reply: Reply) -> Page[_Listed] | None:
        found = read_object(reply.text, connection.numbers) or {}
        runs = found.get("runs")
        if not is_list(runs):
            return None
        return Page([_listed_of(item, is_full) for item in runs], optional_text(found, "next"))

    page = yield from send(connection, Call("POST", "/v1/runs/search", decode, body=body))
    runs: list[dict[str, Any]] = []
    for listed in page.items:
        try:
            runs.append((yield from _members_of(connection, listed)))
        except RunNotFoundError:
            # The run was deleted after it was listed.
            continue
    return Page(runs, page.next)


@dataclass(frozen=True)
class _Listed:
    """A run in a page of a list."""

    members: dict[str, Any]
    page: RunPage | None
    """The first page of its metadata, if the search includes metadata."""


def _listed_of(item: Any, is_full: bool) -> _Listed:
    if not is_object(item):
        raise ValueError("a run is not an object")
    members = run_members(item) | {"selected": object_of(item, "selected") if "selected" in item else {}}
    return _Listed(members, run_page_of(item) if is_full else None)


def _members_of(connection: Connection, listed: _Listed) -> Operation[dict[str, Any]]:
    """The members of a listed run, with all pages of its metadata."""
    if listed.page is None:
        return listed.members
    run = yield from whole_run(connection, listed.page)
    return listed.members | {"run_metadata": run.run_metadata, "steps": run.steps}


def _listed(values: str | Sequence[str] | None) -> list[str] | None:
    """A list; a single value becomes a list of one."""
    if values is None:
        return None
    return [values] if isinstance(values, str) else list(values)


def _one_or_list(values: str | Sequence[str] | None) -> str | list[str] | None:
    return values if isinstance(values, str) else _listed(values)


def _check_order(order: str | None) -> None:
    if order is None or re.match(r"-?(?:/|createdAt\Z)", order):
        return
    meant = nearest(order.removeprefix("-"), ["createdAt"]) or f"/{order.removeprefix('-')}"
    raise bad_request(
        f"order: must be createdAt or a JSON Pointer, with a leading - for descending order; did you mean {meant}?"
    )
