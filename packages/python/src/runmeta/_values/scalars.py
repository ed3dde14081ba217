"""Converts Python values that JSON does not have, and advises what to log instead of the others."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timezone
from enum import Enum
from pathlib import PurePath
from typing import Any, cast
from uuid import UUID

from ..metadata_types import Path


class Unloggable(Exception):
    """Says why a value cannot be logged, and what to log instead."""


def time_text(moment: datetime) -> str:
    """A time as RFC 3339 in UTC, with milliseconds, or with microseconds if it has any.

    A time without a time zone is local time, as in `datetime`.
    """
    utc = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds" if utc.microsecond % 1000 else "milliseconds") + "Z"


def converted(value: Any) -> Any:
    """Converts a value that is neither plain nor a container. Raises Unloggable if it cannot."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return Path(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return dict(cast("Any", value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if not isinstance(value, type) and callable(getattr(value, "model_dump", None)):
        return value.model_dump()
    if not isinstance(value, type) and hasattr(value, "__attrs_attrs__"):
        return {attribute.name: getattr(value, attribute.name) for attribute in value.__attrs_attrs__}
    if is_numpy_scalar(value):
        return _numpy_scalar(value)
    raise Unloggable(f"is of type {_type_name(value)}; {_advice(value)}")


def is_numpy_scalar(value: Any) -> bool:
    # There can only be numpy values if numpy is already loaded, so do not import it.
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)


def _numpy_scalar(value: Any) -> Any:
    if value.dtype.kind not in "biuf":
        raise Unloggable(f"is of type {_type_name(value)}; {_advice(value)}")
    item = value.item()
    # The item of a long double is the long double itself. Its text is the shortest that is exact.
    return NumpyText(str(value)) if is_numpy_scalar(item) else item


@dataclasses.dataclass(frozen=True)
class NumpyText:
    """The text of a number that no other Python type holds; `nan` or `inf` if it is not finite."""

    text: str


def _moment(value: datetime) -> str:
    # pandas' NaT is an instance of datetime.
    if value != value:
        raise Unloggable("is not a time (NaT); leave it out, or log None")
    nanoseconds = getattr(value, "nanosecond", 0)
    if nanoseconds:
        raise Unloggable("has nanoseconds, but logged times have microseconds; log it.floor('us'), or str(it)")
    return time_text(value)


def _type_name(value: Any) -> str:
    kind = cast("type[object]", type(value))
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


_ADVICE = {
    "set": "sets have no order: log sorted(it) or list(it)",
    "frozenset": "sets have no order: log sorted(it) or list(it)",
    "bytes": "log where the bytes are, or a str of them, such as it.hex()",
    "bytearray": "log where the bytes are, or a str of them, such as it.hex()",
    "memoryview": "log where the bytes are, or a str of them, such as it.hex()",
    "bytes_": "log where the bytes are, or a str of them, such as it.hex()",
    "void": "log it.tolist() if it has fields, else a str of its bytes, such as it.tobytes().hex()",
    "complex": "log [it.real, it.imag]",
    "complex256": "log [it.real, it.imag]",
    "clongdouble": "log [it.real, it.imag]",
    "complex64": "log [it.real.item(), it.imag.item()]",
    "complex128": "log [it.real.item(), it.imag.item()]",
    "timedelta": "log its seconds: it.total_seconds()",
    "time": "log it.isoformat()",
    "Fraction": "log float(it) or str(it)",
    "DataFrame": "log it.to_dict('records'), or its shape and the Uri of where it is stored",
    "Series": "log it.tolist() or it.to_dict(), or the Uri of where it is stored",
    "LazyFrame": "log its schema, or the Uri of where it is stored",
    "datetime64": "log str(it), or a datetime",
    "timedelta64": "log its seconds: it / numpy.timedelta64(1, 's')",
    "NAType": "leave it out, or log None",
    "coroutine": "await it first",
    "Future": "await it first, or log its result()",
    "Task": "await it first, or log its result()",
}


def _advice(value: Any) -> str:
    name = type(value).__name__
    if name in _ADVICE:
        return _ADVICE[name]
    if isinstance(value, BaseException):
        return "log str(it)"
    if isinstance(value, time):
        return _ADVICE["time"]
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return _array_advice(value)
    if callable(value):
        return "log its name, or what it returns"
    if hasattr(value, "__iter__"):
        return "log list(it)"
    return "log a dict of the parts that matter, or str(it)"


def _array_advice(value: Any) -> str:
    if len(value.shape) == 0:
        return "log the value in it: it.item()"
    return "log it.tolist(), or its shape and the Uri of where it is stored"
