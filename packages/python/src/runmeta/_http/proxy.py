"""The proxy that the environment names for a request: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ..errors import ConfigurationError

_INVALID = "invalid proxy in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY: it must begin with http://"


@dataclass(frozen=True)
class Proxy:
    host: str
    port: int
    authorization: str | None


def proxy_for(scheme: str, host: str, port: int) -> Proxy | None:
    """The proxy for a request, if any. Raises ConfigurationError if its URL is invalid."""
    # Most environments set no proxy, and urllib.request is slow to import.
    if not any(name.lower().endswith("_proxy") and value for name, value in os.environ.items()):
        return None
    import urllib.request

    proxies = urllib.request.getproxies_environment()
    url = proxies.get(scheme) or proxies.get("all")
    # Not `proxy_bypass`, which also asks the system: on macOS that crashes a forked process.
    bypasses: Callable[[str, dict[str, str]], bool] = getattr(urllib.request, "proxy_bypass_environment")
    if not url or bypasses(f"{host}:{port}", proxies):
        return None
    return _proxy_at(url)


def _proxy_at(url: str) -> Proxy:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname or "", parts.port or 80
        # Raises UnicodeError for an empty or a long label, as the look-up of the host would.
        host.encode("idna")
    except ValueError:
        # No cause: it would show a part of the URL, which may contain credentials.
        raise ConfigurationError(_INVALID) from None
    if parts.scheme != "http" or not host:
        raise ConfigurationError(_INVALID)
    authorization = None
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + base64.b64encode(credentials.encode()).decode()
    return Proxy(host, port, authorization)
