"""Paths and queries of the API."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

from ..errors import bad_request

_UUID = re.compile(r"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\Z", re.IGNORECASE)


def run_path(reference: Any) -> str:
    """The path of a run. Raises BadRequestError for a reference that a path cannot contain."""
    if not isinstance(reference, str) or reference == "":
        raise bad_request("run: must be the id, name or prefix of a run, but is empty or not a str")
    # Some servers remove these segments from a path, even when they are encoded.
    if reference in (".", ".."):
        raise bad_request("run: must not be . or .., which cannot be the name of a run")
    try:
        return f"/v1/runs/{quote(reference, safe='')}"
    except UnicodeEncodeError:
        raise bad_request("run: must not contain lone surrogates") from None


def query_of(**parameters: str | int | bool | None) -> str:
    """A query string with its `?`, without parameters that have no value."""
    given = {name: _text(value) for name, value in parameters.items() if value is not None and value is not False}
    try:
        return f"?{urlencode(given)}" if given else ""
    except UnicodeEncodeError:
        raise bad_request(f"{', '.join(given)}: must not contain lone surrogates") from None


def _text(value: str | int | bool) -> str:
    return "true" if value is True else str(value)


def id_of(reference: Any) -> str | None:
    """The canonical form of a reference that is an id."""
    parts = _UUID.match(reference) if isinstance(reference, str) else None
    return None if parts is None else "-".join(parts.groups()).lower()
