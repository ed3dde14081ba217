"""Converts conditions to the JSON that the API takes. As text, a condition is `<pointer> <op> <JSON>`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from .._values.pointers import ABSENT
from .._values.read import read
from ..errors import bad_request

Condition: TypeAlias = str | Mapping[str, Any]
"""A condition on a run's metadata.

Text such as `/run_metrics/accuracy >= 0.9`, or a dict: `{"pointer": …, "op": …, "value": …}`, `{"and": […]}`,
`{"or": […]}`, `{"not": …}`.
"""

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in", "between", "exists", "prefix", "contains")
_OPERATOR = re.compile(rf"\s+({'|'.join(_OPERATORS)})(?=\s|\Z)")
# A pointer that contains an operator, what joins conditions, and the next pointer, with or without spaces between them.
_JOINED = re.compile(
    r"([=<>!]|\s(?=(in|between|exists|prefix|contains)(\b|and|or)))"
    r".*(,|&&|\|\||(\b|\d|exists|true|false|null)(and|or))\s*/",
    re.IGNORECASE | re.DOTALL,
)


def conditions_of(where: Condition | Sequence[Condition] | None) -> Any:
    """Converts one condition, or a list of conditions that must all hold. Raises BadRequestError."""
    if where is None or isinstance(where, str | Mapping):
        return None if where is None else _condition_of(where)
    return [_condition_of(one) for one in where]


def _condition_of(condition: Any) -> Any:
    if isinstance(condition, str):
        return _from_text(condition)
    if not isinstance(condition, Mapping):
        return condition
    changed: dict[str, Any] = dict(cast("Mapping[str, Any]", condition))
    for name in ("and", "or"):
        if isinstance(changed.get(name), list | tuple):
            changed[name] = [_condition_of(one) for one in changed[name]]
    if "not" in changed:
        changed["not"] = _condition_of(changed["not"])
    return changed


def _from_text(text: str) -> dict[str, Any]:
    """A pointer may contain spaces and operators, so take the first operator that is followed by JSON."""
    trimmed = text.strip()
    for found in _OPERATOR.finditer(trimmed):
        operator, rest = found[1], trimmed[found.end() :].strip()
        pointer = trimmed[: found.start()]
        value = ABSENT if rest == "" else _json_of(rest)
        if not (operator == "exists" if rest == "" else value is not ABSENT):
            continue
        if _JOINED.search(pointer):
            raise bad_request(
                "where: contains several conditions; give them as a list, or as {'and': [...]} or {'or': [...]};"
                " a key that looks like this needs {'pointer': ..., 'op': ..., 'value': ...}"
            )
        condition = {"pointer": pointer, "op": operator}
        return condition if rest == "" else {**condition, "value": value}
    raise bad_request(
        "where: must be <pointer> <op> <JSON>, such as /accuracy >= 0.9, with strings in double quotes"
        f" and op one of {' '.join(_OPERATORS)}"
    )


def _json_of(text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return ABSENT
