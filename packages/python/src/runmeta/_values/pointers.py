"""JSON Pointers (RFC 6901) into metadata."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..errors import bad_request
from .kinds import is_list, is_object

Names = Sequence["str | int"]
"""The path to a value: member names and array indexes, from the root."""

_POINTER = re.compile(r"(?:/(?:[^~]|~[01])*)?\Z")
_INDEX = re.compile(r"(?:0|[1-9][0-9]*)\Z")


def pointer_to(names: Names) -> str:
    """Names and indexes as a JSON Pointer."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def names_of(pointer: str) -> list[str]:
    """The parts of a JSON Pointer."""
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


class Absent:
    """The type of `ABSENT`, which means that there is no value: None is a value."""


ABSENT = Absent()


def member_of(value: Any, name: str) -> Any:
    """A member or an element; ABSENT if the value has none of that name."""
    if is_object(value):
        return value.get(name, ABSENT)
    if is_list(value) and _INDEX.match(name) and int(name) < len(value):
        return value[int(name)]
    return ABSENT


def value_at(metadata: dict[str, Any], pointer: Any) -> Any:
    """The value at a JSON Pointer; ABSENT if there is none. Raises BadRequestError if it is not a JSON Pointer."""
    if not isinstance(pointer, str) or not _POINTER.match(pointer):
        raise bad_request(f"pointer: must be a JSON Pointer such as /run_metrics/accuracy; did you mean /{pointer}?")
    value: Any = metadata
    for name in names_of(pointer):
        value = member_of(value, name)
    return value
