"""Lists and searches runs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._http.reply import Reply
from .._http.send import Call, Operation, send
from .._settings import Connection
from .._values.kinds import is_list, is_object
from .._values.read import read_object
from .._values.write import write
from ..errors import InvalidValueError, bad_request
from .fields import optional_text, run_members, sent_time
from .names import nearest
from .read import RunPage, run_page_of
from .where import conditions_of

if TYPE_CHECKING:
    from ..options import ListOptions

Listed = TypeVar("Listed")
_FIELDS = (
    "ids",
    "name",
    "name_contains",
    "pipeline",
    "status",
    "created_after",
    "created_before",
    "where",
    "select",
    "include",
    "order",
    "page_size",
)
MAX_PAGE = 200
MAX_FULL_PAGE = 20
"""The most runs in a page with their metadata."""


@dataclass(frozen=True)
class ListedRun:
    """A run in a page of a list."""

    members: dict[str, Any]
    selected: dict[str, Any] = field(default_factory=dict[str, Any])
    page: RunPage | None = None
    """The run with the first page of its metadata, if the search includes metadata."""


@dataclass(frozen=True)
class Page(Generic[Listed]):
    """One page of a list."""

    items: list[Listed]
    next: str | None


def search_body(options: ListOptions, include: Sequence[str] | None, most: int | None) -> str:
    """The JSON body of a search. `most` is the number of runs that the caller wants: without a `page_size`, they come in
    one page if that is allowed.

    Raises BadRequestError for an unknown option, and for a value that is not JSON, with its pointer.
    """
    unknown = next((name for name in options if name not in _FIELDS), None)
    if unknown is not None:
        meant = nearest(unknown, _FIELDS)
        hint = f"it takes {', '.join(_FIELDS)}" if meant is None else f"did you mean {meant}?"
        raise bad_request(f"list_pipeline_runs: unknown option {unknown}; {hint}")
    _check_order(options.get("order"))
    largest = MAX_FULL_PAGE if include else MAX_PAGE
    size = options.get("page_size")
    asked = {
        "ids": _listed(options.get("ids")),
        "name": options.get("name"),
        "nameContains": options.get("name_contains"),
        "pipeline": _one_or_list(options.get("pipeline")),
        "status": _one_or_list(options.get("status")),
        "createdAfter": sent_time("created_after", options.get("created_after")),
        "createdBefore": sent_time("created_before", options.get("created_before")),
        "where": conditions_of(options.get("where")),
        "select": _listed(options.get("select")),
        "include": _listed(include),
        "order": options.get("order"),
        "limit": size if size is not None or most is None else min(most, largest),
    }
    try:
        return write({name: value for name, value in asked.items() if value is not None}).text
    except InvalidValueError as error:
        raise bad_request(f"{_place_of(error.pointer)}: {error.reason}") from error


def search_page(connection: Connection, body: str, cursor: str | None) -> Operation[Page[ListedRun]]:
    """A page of runs. It may be short or empty and not be the last."""
    text = body
    if cursor is not None:
        text = f'{body[:-1]}{"" if body == "{}" else ","}"cursor":{json.dumps(cursor)}}}'
    is_full = '"include":["metadata"]' in body

    def decode(reply: Reply) -> Page[ListedRun] | None:
        found = read_object(reply.text, connection.numbers) or {}
        runs = found.get("runs")
        if not is_list(runs):
            return None
        return Page([_run_of(item, is_full) for item in runs], optional_text(found, "next"))

    return (yield from send(connection, Call("POST", "/v1/runs/search", decode, body=text)))


def _run_of(item: Any, is_full: bool) -> ListedRun:
    if not is_object(item):
        raise ValueError("a run is not an object")
    page = run_page_of(item) if is_full else None
    return ListedRun(run_members(item), item.get("selected", {}), page)


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


def _place_of(pointer: str) -> str:
    """A pointer in the notation of the API's messages, such as `where[0].value`."""
    return re.sub(r"/(\d+)", r"[\1]", pointer).replace("/", ".").removeprefix(".")
