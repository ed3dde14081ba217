"""The default transport: HTTP/1.1 with a pool of connections."""

from __future__ import annotations

import http.client
import os
import ssl
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from ..transport import HttpRequest, HttpResponse
from .proxy import Proxy, proxy_for
from .sockets import DeadlineSocket, connect, open_tunnel, secure

MAX_IDLE_CONNECTIONS = 64
# By zlib's `wbits`: the largest window, with gzip's header.
_GZIP = 16 + zlib.MAX_WBITS
# Networks drop idle connections silently. The shortest known limit is that of AWS: 350 seconds.
MAX_IDLE_SECONDS = 60.0


@dataclass(frozen=True)
class _Route:
    """The server that a connection leads to, and the proxy between."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass
class _Idle:
    connection: http.client.HTTPConnection
    socket: DeadlineSocket
    since: float


class Pool:
    """A transport that threads can share. After a fork, the child opens its own connections."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._idle: dict[_Route, list[_Idle]] = {}
        self._tls: ssl.SSLContext | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._process != os.getpid():
            # The connections belong to the parent, and a thread that does not exist here may have held the lock.
            self._start()
        deadline = time.monotonic() + request.timeout
        route, target = _route_of(request.url)
        idle = self._take(route) or self._open(route, request, deadline)
        idle.socket.deadline = deadline
        request.abort.call(idle.socket.end)
        try:
            response, is_kept = _exchange(idle.connection, request, route, target)
        except BaseException:
            idle.socket.close()
            raise
        if is_kept:
            self._keep(route, idle)
        else:
            idle.socket.close()
        return response

    def _take(self, route: _Route) -> _Idle | None:
        while True:
            with self._lock:
                connections = self._idle.get(route)
                idle = connections.pop() if connections else None
            if idle is None:
                return None
            if time.monotonic() - idle.since <= MAX_IDLE_SECONDS and not idle.socket.is_stale():
                return idle
            idle.socket.close()

    def _keep(self, route: _Route, idle: _Idle) -> None:
        idle.since = time.monotonic()
        with self._lock:
            connections = self._idle.setdefault(route, [])
            if len(connections) < MAX_IDLE_CONNECTIONS:
                connections.append(idle)
                return
        idle.socket.close()

    def _open(self, route: _Route, request: HttpRequest, deadline: float) -> _Idle:
        proxy = route.proxy
        host, port = (route.host, route.port) if proxy is None else (proxy.host, proxy.port)
        owner = connect(host, port, deadline, request.abort)
        try:
            if route.scheme == "https":
                if proxy is not None:
                    open_tunnel(owner, proxy, route.authority)
                secure(owner, route.host, self._context())
        except BaseException:
            owner.close()
            raise
        connection = http.client.HTTPConnection(route.host, route.port)
        connection.sock = cast("ssl.SSLSocket", owner)
        return _Idle(connection, owner, 0.0)

    def _context(self) -> ssl.SSLContext:
        # Created once, because it reads all certificates of the system.
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    def __del__(self) -> None:
        # A client need not be closed: its connections close when it is collected.
        with suppress(AttributeError, OSError):
            self.close()

    def close(self) -> None:
        """Closes the idle connections. A later request opens a new one."""
        if self._process != os.getpid():
            return
        with self._lock:
            all_idle = [idle for connections in self._idle.values() for idle in connections]
            self._idle.clear()
        for idle in all_idle:
            idle.socket.close()


def _route_of(url: str) -> tuple[_Route, str]:
    """The route to a URL, and the target for the request line."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    proxy = proxy_for(parts.scheme, host, port)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    # A proxy needs the whole URL, unless it only tunnels.
    target = url if proxy is not None and parts.scheme == "http" else path or "/"
    return _Route(parts.scheme, host, port, proxy), target


def _exchange(
    connection: http.client.HTTPConnection, request: HttpRequest, route: _Route, target: str
) -> tuple[HttpResponse, bool]:
    """The reply, and whether the connection can serve another request."""
    headers = {"accept-encoding": "gzip", **request.headers}
    if route.proxy is not None and route.scheme == "http" and route.proxy.authorization is not None:
        headers["proxy-authorization"] = route.proxy.authorization
    connection.request(request.method, target, body=request.body, headers=headers)
    with connection.getresponse() as reply:
        body = reply.read()
        named = {name.lower(): value for name, value in reply.getheaders()}
        if named.get("content-encoding", "").lower() == "gzip":
            body = _unzip(body)
        return HttpResponse(reply.status, named, body), not reply.will_close


def _unzip(body: bytes) -> bytes:
    try:
        return zlib.decompress(body, _GZIP)
    except zlib.error as error:
        raise http.client.HTTPException(f"the reply is not valid gzip: {error}") from error
