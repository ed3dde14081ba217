"""Comparisons of runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ._calls.path import id_of
from ._frames import frame
from ._values.kinds import is_list, is_object
from ._values.numbers import NumberLiteral, int_text
from ._values.pointers import ABSENT, pointer_to
from ._values.write import write
from .errors import bad_request
from .models import PipelineRunFields

if TYPE_CHECKING:
    import pandas

MAX_RUNS = 20
"""Runs in one comparison."""
_MAX_SHOWN = 40
"""Characters of a value in the printed table."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class ComparisonRow:
    """One row of a comparison: a place in the metadata of several runs."""

    pointer: str
    """JSON Pointer from the root of the metadata."""
    values: tuple[Any, ...]
    """The value of each run, in the order of the runs: a scalar, a typed value, a list or an empty dict. The members of
    a dict have rows of their own. `ABSENT` if a run has no value there."""
    differs: bool
    """Whether the values differ. Numbers are compared as numbers, and typed values by their content."""


@dataclass(frozen=True)
class Comparison:
    """A comparison of runs. `str()` of it is a table, in which `*` marks the rows that differ."""

    runs: tuple[PipelineRunFields, ...]
    rows: tuple[ComparisonRow, ...] = field(init=False, repr=False)
    """By pointer."""

    def __post_init__(self) -> None:
        rows = _rows_of_members((), [run.run_metadata for run in self.runs])
        object.__setattr__(self, "rows", tuple(rows))

    @property
    def differences(self) -> tuple[ComparisonRow, ...]:
        """The rows that differ."""
        return tuple(row for row in self.rows if row.differs)

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a frame: a row for each pointer, a column for each run, and `differs`. It needs pandas."""
        columns: dict[str, Any] = {"differs": [row.differs for row in self.rows]}
        for place, run in enumerate(self.runs):
            name = run.name if run.name not in columns else f"{run.name} ({run.id})"
            columns[name] = [None if row.values[place] is ABSENT else row.values[place] for row in self.rows]
        return frame(columns, index=[row.pointer for row in self.rows])

    def __str__(self) -> str:
        heading = ["", *(_visible(run.name) for run in self.runs)]
        lines = [[f"{'*' if row.differs else ' '} {_visible(row.pointer)}", *map(_shown, row.values)] for row in self.rows]
        table = [heading, *lines]
        widths = [max(len(line[column]) for line in table) for column in range(len(heading))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table
        )


def references_of(runs: Sequence[Any]) -> list[str]:
    """The references of the runs to compare. Raises BadRequestError if it is not a list, or has too few or too many elements."""
    if isinstance(runs, str) or not 1 <= len(runs) <= MAX_RUNS:
        raise bad_request(f"compare: takes a list of 1 to {MAX_RUNS} runs, or their ids, names or prefixes")
    return [run if isinstance(run, str) else run.reference for run in runs]


def ids_of(references: Sequence[str]) -> list[str]:
    """Those of the references that are ids, each once."""
    return list(dict.fromkeys(found for found in map(id_of, references) if found is not None))


def _rows_at(names: tuple[str, ...], values: Sequence[Any]) -> Iterator[ComparisonRow]:
    leaves = tuple(ABSENT if _has_members(value) else value for value in values)
    if any(leaf is not ABSENT for leaf in leaves):
        yield ComparisonRow(pointer_to(names), leaves, not all(is_same(leaf, leaves[0]) for leaf in leaves))
    yield from _rows_of_members(names, [value if _has_members(value) else {} for value in values])


def _rows_of_members(names: tuple[str, ...], objects: Sequence[dict[str, Any]]) -> Iterator[ComparisonRow]:
    for name in sorted({name for one in objects for name in one}):
        yield from _rows_at((*names, name), [one.get(name, ABSENT) for one in objects])


def _has_members(value: Any) -> bool:
    return is_object(value) and len(value) > 0


def is_same(one: Any, other: Any) -> bool:
    """Whether values are the same: of one kind, and numbers as numbers."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    numbers = _exact(one), _exact(other)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] == numbers[1]
    if is_list(one) and is_list(other):
        return len(one) == len(other) and all(map(is_same, one, other))
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    return type(numbers[0]) is type(numbers[1]) and bool(one == other)


def _exact(value: Any) -> Decimal | None:
    if isinstance(value, float):
        return Decimal(float.__repr__(value))
    if isinstance(value, int):
        return Decimal(int_text(value))
    return value if isinstance(value, Decimal) else None


def _shown(value: Any) -> str:
    """A value as JSON, shortened if it is long; `-` if there is none."""
    if value is ABSENT:
        return "-"
    text = _visible(value.text if isinstance(value, NumberLiteral) else write({"": value}).text[len('{"":') : -1])
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def _visible(text: str) -> str:
    """Escapes line breaks, so that a text stays on its line."""
    return _CONTROLS.sub(lambda control: f"\\u{ord(control[0]):04x}", text)
