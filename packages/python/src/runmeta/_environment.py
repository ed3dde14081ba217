"""Environment variables. Each call reads them, so that a client can be created before they are set."""

from __future__ import annotations

import os


def environment(name: str) -> str | None:
    """An environment variable; an empty one counts as not set."""
    return os.environ.get(name) or None


def is_disabled() -> bool:
    """Whether `RUNMETA_DISABLED` is set: then clients send nothing."""
    value = environment("RUNMETA_DISABLED")
    return value is not None and value.lower() not in ("0", "false")
