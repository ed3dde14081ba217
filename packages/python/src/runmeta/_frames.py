"""pandas frames and tqdm progress bars, if those packages are installed."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from ._values.kinds import is_object
from ._values.pointers import pointer_to
from .errors import ConfigurationError
from .models import HistoryEntry, PipelineRunFields, RunFields

if TYPE_CHECKING:
    import pandas

T = TypeVar("T")


def frame(columns: Mapping[str, Sequence[Any]], index: list[str] | None = None) -> pandas.DataFrame:
    """A frame with these columns. Raises ConfigurationError if pandas is not installed."""
    try:
        import pandas
    except ImportError:
        raise ConfigurationError("to_pandas() needs pandas: pip install 'runmeta[pandas]'") from None
    return pandas.DataFrame(dict(columns), index=index)


def runs_frame(runs: Iterable[RunFields]) -> pandas.DataFrame:
    """A row for each run: its fields, then the selected values or, if the runs have metadata, its leaves, by pointer."""
    rows: list[dict[str, Any]] = []
    for run in runs:
        row = {field.name: getattr(run, field.name) for field in fields(RunFields)}
        row |= getattr(run, "selected", {})
        if isinstance(run, PipelineRunFields):
            row |= dict(_leaves((), run.run_metadata))
        rows.append(row)
    names = list(dict.fromkeys([field.name for field in fields(RunFields)] + [name for row in rows for name in row]))
    return _with_times(frame({name: [row.get(name) for row in rows] for name in names}))


def history_frame(entries: Iterable[HistoryEntry]) -> pandas.DataFrame:
    """A row for each log, newest first."""
    rows = [(entry.created_at, entry.value, entry.step, entry.log, entry.by.key.name) for entry in entries]
    names = ("created_at", "value", "step", "log", "by")
    return _with_times(frame({name: [row[column] for row in rows] for column, name in enumerate(names)}))


def _with_times(made: pandas.DataFrame) -> pandas.DataFrame:
    import pandas

    for name in made.columns:
        if name in ("created_at", "started_at", "ended_at", "expires_at"):
            made[name] = pandas.to_datetime(made[name], utc=True)
    return made


def _leaves(names: tuple[str, ...], value: Any) -> Iterable[tuple[str, Any]]:
    if is_object(value) and (value or not names):
        for name, member in value.items():
            yield from _leaves((*names, name), member)
    else:
        yield pointer_to(names), value


def with_progress(items: Iterable[T], unit: str) -> Iterable[T]:
    """Yields the same items, counted by a tqdm bar on stderr. Raises ConfigurationError if tqdm is not installed."""
    counted: Iterable[T] = _tqdm()(items, unit=unit)
    return counted


def with_async_progress(items: AsyncIterable[T], unit: str) -> AsyncIterable[T]:
    """Like `with_progress`, for an asynchronous iterable."""
    counted: AsyncIterable[T] = _tqdm()(items, unit=unit)
    return counted


def _tqdm() -> Any:
    try:
        from tqdm.asyncio import tqdm
    except ImportError:
        raise ConfigurationError("progress=True needs tqdm: pip install 'runmeta[progress]'") from None
    return tqdm
