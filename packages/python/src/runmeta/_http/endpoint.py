"""The address of the API and the API key."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from .._environment import environment
from .._settings import Connection
from ..errors import ConfigurationError

_VISIBLE = re.compile(r"[\x21-\x7e]+\Z")
_INVALID = "invalid URL: it must begin with http:// or https://; check RUNMETA_URL or the option url"


@dataclass(frozen=True)
class Endpoint:
    url: str
    """Without a trailing slash."""
    path: str
    """The path of the URL, without a trailing slash."""
    api_key: str = field(repr=False)


def endpoint(connection: Connection) -> Endpoint:
    """The endpoint from the options, else from the environment. Raises ConfigurationError if either part is missing."""
    url = connection.url if connection.url is not None else environment("RUNMETA_URL")
    api_key = api_key_of(connection)
    if url is None:
        raise ConfigurationError("no URL: set RUNMETA_URL or the option url, such as http://127.0.0.1:8787")
    if not api_key:
        raise ConfigurationError("no API key: set RUNMETA_API_KEY or the option api_key")
    # An error about an invalid header shows its value, so refuse an invalid key here.
    if not _VISIBLE.match(api_key):
        raise ConfigurationError(
            "the API key contains invalid characters: check RUNMETA_API_KEY or the option api_key"
        )
    parts = _parts(url)
    path = parts.path.rstrip("/")
    return Endpoint(f"{parts.scheme}://{parts.netloc}{path}", path, api_key)


def api_key_of(connection: Connection) -> str | None:
    """The key from the options, else from the environment, without a trailing line break as from a file."""
    key = connection.api_key if connection.api_key is not None else environment("RUNMETA_API_KEY")
    return None if key is None else key.strip()


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname or "", parts.port
        # Raises UnicodeError for an empty or a long label, as the look-up of the host would.
        host.encode("idna")
    except (ValueError, AttributeError):
        # No cause: it would show the text, including any credentials.
        raise ConfigurationError(_INVALID) from None
    if parts.scheme not in ("http", "https") or not host or not _VISIBLE.match(url.strip()):
        raise ConfigurationError(_INVALID)
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError("the URL must not contain credentials: set RUNMETA_API_KEY or the option api_key")
    return parts
