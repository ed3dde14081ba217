"""Pages of lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list. It may be short or empty and not be the last."""

    items: list[Item]
    next: str | None
    """The cursor of the next page."""
