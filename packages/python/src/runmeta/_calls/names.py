"""Suggestions for names that the caller probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_MEANT = {
    "step": "step_name",
    "run": "run_id_name_or_prefix",
    "run_id": "run_id_name_or_prefix",
    "run_name": "run_id_name_or_prefix",
    "related_entities": "log_related_entities",
    "filter": "where",
    "sort": "order",
    "order_by": "order",
    "created": "createdAt",
    "created_at": "createdAt",
}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most similar to another one; None if none is similar."""
    names = list(known)
    alias = _MEANT.get(name)
    if alias in names:
        return alias
    by_letters = {_letters(one): one for one in names}
    close = difflib.get_close_matches(_letters(name), by_letters, n=1, cutoff=0.75)
    return by_letters[close[0]] if close else None


def _letters(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
