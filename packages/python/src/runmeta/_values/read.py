"""Reads JSON replies: numbers are read from their text, and typed values get their types back."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from ..metadata_types import TEXT_TYPES, StorageSize
from .kinds import is_object
from .numbers import decimal_of, read_float, read_int, whole_of
from .pointers import ABSENT, member_of, names_of

Numbers: TypeAlias = Literal["native", "decimal"]
"""How to read numbers with a fraction or an exponent: as float if that is exact, or always as Decimal."""


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _decoder(parse_float: Callable[[str], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=parse_float, parse_int=read_int, parse_constant=_refuse_constant)


_DECODERS = {"native": _decoder(read_float), "decimal": _decoder(decimal_of)}


def read(text: str, numbers: Numbers = "native") -> Any:
    """Parses JSON with exact numbers. Raises ValueError if it is not JSON, or nested deeper than any reply."""
    try:
        return _DECODERS[numbers].decode(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def read_object(text: str, numbers: Numbers = "native") -> dict[str, Any] | None:
    """Parses a JSON object like `read`; None if the JSON is another value. Raises ValueError."""
    body = read(text, numbers)
    return body if is_object(body) else None


def restore(metadata: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    """Applies `types` to metadata. A value with an unknown type, from a newer server, stays plain."""
    for pointer, type_name in types.items():
        names = names_of(pointer)
        if not names:
            continue
        *parents, last = names
        parent: Any = metadata
        for name in parents:
            parent = member_of(parent, name)
        typed = with_type(type_name, member_of(parent, last))
        if typed is ABSENT:
            continue
        parent[int(last) if isinstance(parent, list) else last] = typed
    return metadata


def with_type(type_name: Any, value: Any) -> Any:
    """A value with a type; ABSENT if the type does not fit the value."""
    if isinstance(value, str) and type_name in TEXT_TYPES:
        return TEXT_TYPES[type_name](value)
    if type_name == "StorageSize" and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        size = whole_of(value)
        return ABSENT if size is None or size < 0 else StorageSize(size)
    return ABSENT
