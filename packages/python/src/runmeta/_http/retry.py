"""When a call is retried, and after how long. All calls are safe to retry."""

from __future__ import annotations

import email.utils
import random
import re
import ssl
import time
from datetime import datetime, timezone

BASE_SECONDS = 0.25
"""The longest first wait. Each later wait may be twice as long."""
MAX_WAIT_SECONDS = 8.0
"""The longest wait, unless the server asks for a longer one."""

_STATUSES = frozenset({408, 425, 429})
_SECONDS = re.compile(r"\s*[0-9]+(?:\.[0-9]+)?\s*\Z")


def is_retried(status: int) -> bool:
    return status in _STATUSES or 500 <= status <= 599


def backoff(repeats: int, retry_after: float) -> float:
    """Seconds to wait before a retry: what the server asked for, and a random part, so that clients do not all return at
    the same time."""
    # After 1,024 repeats, the power would be too large for a float.
    longest: float = min(MAX_WAIT_SECONDS, BASE_SECONDS * 2 ** min(repeats, 100))
    return retry_after + random.random() * longest


def wait_of(header: str | None) -> float:
    """Seconds to wait according to a `Retry-After` header, which is a number or a date; 0 without a valid one."""
    if header is None:
        return 0.0
    if _SECONDS.match(header):
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    now = datetime.fromtimestamp(time.time(), timezone.utc)
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or timezone.utc) - now).total_seconds())


def is_closed_socket(error: BaseException | None) -> bool:
    """Whether the other side had closed the connection, for example while this function was frozen."""
    closed = (ConnectionResetError, BrokenPipeError, ConnectionAbortedError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
    return isinstance(error, closed)
