"""Writes metadata as JSON, with a separate table of types."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from json.encoder import encode_basestring
from typing import Any, Literal, TypeAlias, cast

from ..errors import InvalidValueError, invalid_value
from ..metadata_types import DType, Path, StorageSize, Uri
from .kinds import is_object
from .numbers import NumberLiteral, int_text
from .pointers import pointer_to
from .scalars import NumpyText, Unloggable, converted, is_numpy_scalar

NonFinite: TypeAlias = Literal["refuse", "null", "string"]
"""How to log `NaN` and infinite numbers: as an error, as null, or as their name in a string."""

MAX_NESTING = 64
"""The most nested brackets in one value."""


@dataclass(frozen=True)
class Written:
    """Metadata ready to be sent."""

    text: str
    """JSON."""
    types: dict[str, str]
    """JSON Pointer from the root of the metadata → name of the type."""


@dataclass
class _Writer:
    non_finite: NonFinite
    path: list[str | int] = field(default_factory=list[str | int])
    open: set[int] = field(default_factory=set[int])
    """The `id()` of each container around the current value."""
    depth: int = 0
    """The number of brackets around the current value."""
    types: dict[str, str] = field(default_factory=dict[str, str])


def write(metadata: Any, non_finite: NonFinite = "refuse") -> Written:
    """Serializes metadata as JSON, with its types. Raises InvalidValueError, with a pointer to the value."""
    writer = _Writer(non_finite)
    try:
        text = _value(writer, metadata)
    except InvalidValueError:
        raise
    except Exception as error:
        # The error of a value that fails while it is read does not say where the value is.
        raise _refused(writer, f"raised {type(error).__name__} while it was read") from error
    if not text.startswith("{"):
        raise invalid_value("", "must be a dict of keys and values")
    return Written(text, writer.types)


def _value(writer: _Writer, value: Any) -> str:
    kind = cast("object", type(value))
    if kind is str:
        return _string(writer, value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return int_text(value)
    if kind is float:
        return _float(writer, value)
    if kind is dict:
        return _within(writer, value, _members(writer, value), "{}")
    if isinstance(value, tuple | list):
        return _within(writer, value, _elements(writer, cast("list[Any]", value)), "[]")
    return _other(writer, value)


def _other(writer: _Writer, value: Any) -> str:
    """Writes subclasses, types of the standard library, and converted values of other libraries."""
    if isinstance(value, Uri | Path | DType | StorageSize):
        writer.types[pointer_to(writer.path)] = _name_of(value)
    if isinstance(value, Enum):
        return _converted(writer, value)
    if isinstance(value, str):
        return _string(writer, str.__str__(value))
    if is_numpy_scalar(value):
        return _converted(writer, value)
    if isinstance(value, int):
        return int_text(value)
    if isinstance(value, float):
        return _float(writer, value)
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else _non_finite(writer, str(value))
    if isinstance(value, NumberLiteral):
        return value.text
    if is_object(value):
        return _within(writer, value, _members(writer, value), "{}")
    return _converted(writer, value)


def _name_of(value: object) -> str:
    return next(kind.__name__ for kind in (Uri, Path, DType, StorageSize) if isinstance(value, kind))


def _converted(writer: _Writer, value: Any) -> str:
    try:
        given = converted(value)
    except Unloggable as error:
        raise _refused(writer, str(error)) from None
    if isinstance(given, NumpyText):
        return _non_finite(writer, given.text) if "n" in given.text else given.text
    # A converted value may contain the original.
    with _opened(writer, value):
        return _value(writer, given)


def _string(writer: _Writer, text: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise _refused(
                writer, f"has a lone surrogate at character {error.start}, which UTF-8 cannot encode"
            ) from None
    return encode_basestring(text)


def _float(writer: _Writer, value: float) -> str:
    text = float.__repr__(value)
    return text if math.isfinite(value) else _non_finite(writer, text)


_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "infinity": "Infinity", "-infinity": "-Infinity"}


def _non_finite(writer: _Writer, text: str) -> str:
    if writer.non_finite == "null":
        return "null"
    if writer.non_finite == "string":
        return f'"{_NAMES.get(text.lower(), "NaN")}"'
    reason = "is NaN or infinite, which is not JSON; log None, or set non_finite to 'null' or 'string'"
    raise _refused(writer, reason)


def _within(writer: _Writer, parent: Any, parts: Iterator[str], brackets: str) -> str:
    """Writes a container. Refuses nesting that is too deep."""
    # The metadata itself has the first bracket, so `>` and not `>=`.
    if writer.depth > MAX_NESTING:
        raise _refused(writer, f"is nested in more than {MAX_NESTING} brackets")
    writer.depth += 1
    with _opened(writer, parent):
        text = brackets[0] + ",".join(parts) + brackets[1]
    writer.depth -= 1
    return text


@contextmanager
def _opened(writer: _Writer, parent: Any) -> Generator[None]:
    if id(parent) in writer.open:
        raise _refused(writer, "contains itself; log its id or a copy of a part of it")
    writer.open.add(id(parent))
    yield
    writer.open.discard(id(parent))


def _members(writer: _Writer, parent: dict[Any, Any]) -> Iterator[str]:
    for key, value in parent.items():
        name = key.value if isinstance(key, Enum) else key
        if not isinstance(name, str):
            raise _refused(
                writer, f"has a key of type {type(key).__name__}; keys are strings: log {{str(k): v for k, v in it.items()}}"
            )
        text = _string(writer, str.__str__(name))
        writer.path.append(name)
        yield f"{text}:{_value(writer, value)}"
        writer.path.pop()


def _elements(writer: _Writer, parent: list[Any]) -> Iterator[str]:
    for index, value in enumerate(parent):
        writer.path.append(index)
        yield _value(writer, value)
        writer.path.pop()


def _refused(writer: _Writer, reason: str) -> InvalidValueError:
    return invalid_value(pointer_to(writer.path), reason)
