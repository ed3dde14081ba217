"""Sockets with one deadline for all their waits."""

from __future__ import annotations

import io
import socket
import ssl
import time
from contextlib import suppress
from typing import Any, cast

from ..transport import Abort
from .proxy import Proxy

# Operating systems do not accept time-outs of more than 24 days.
_MAX_WAIT_SECONDS = 86_400.0


class DeadlineSocket:
    """The part of a socket that `http.client` uses. A socket's own time-out applies to each read, and a reply takes many."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock = sock
        self.deadline = deadline
        """By `time.monotonic()`."""

    def wait(self) -> None:
        """Sets the time-out of the next wait to the time left. Raises TimeoutError if none is left."""
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("timed out")
        self.sock.settimeout(min(remaining, _MAX_WAIT_SECONDS))

    def sendall(self, data: bytes) -> None:
        self.wait()
        self.sock.sendall(data)

    def makefile(self, mode: str, *_: Any) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self))

    def end(self) -> None:
        """Wakes a thread that is reading from the socket."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def is_stale(self) -> bool:
        """Whether the other side closed it while it was idle."""
        try:
            self.sock.settimeout(0)
            # A TLS socket's own recv takes no flags.
            peeked = socket.socket.recv(self.sock, 1, socket.MSG_PEEK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        # TLS sends messages of its own, such as session tickets, so waiting bytes do not mean that the connection is stale.
        return peeked == b"" or not isinstance(self.sock, ssl.SSLSocket)

    def close(self) -> None:
        self.sock.close()


class _DeadlineReader(io.RawIOBase):
    def __init__(self, owner: DeadlineSocket) -> None:
        self._owner = owner
        # This file keeps the socket open: `http.client` may close the connection before the reply is read.
        self._raw = cast("io.RawIOBase", owner.sock.makefile("rb", buffering=0))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._owner.wait()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def connect(host: str, port: int, deadline: float, abort: Abort) -> DeadlineSocket:
    """Connects to the first address of a host that accepts. Raises OSError."""
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            owner = DeadlineSocket(socket.socket(family, kind, protocol), deadline)
        except OSError as error:
            # The system does not support this family of addresses.
            failure = error
            continue
        try:
            abort.call(owner.end)
            owner.wait()
            owner.sock.connect(address)
            owner.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return owner
        except OSError as error:
            owner.close()
            failure = error
    raise failure


def secure(owner: DeadlineSocket, host: str, context: ssl.SSLContext) -> None:
    """Starts TLS on a socket. Raises OSError."""
    owner.wait()
    # Two steps, so that `owner.end` can end the handshake.
    owner.sock = tls = context.wrap_socket(owner.sock, server_hostname=host, do_handshake_on_connect=False)
    tls.do_handshake()


def open_tunnel(owner: DeadlineSocket, proxy: Proxy, authority: str) -> None:
    """Asks a proxy to connect a socket to `authority`, which is host and port. Raises OSError."""
    import http.client

    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if proxy.authorization is not None:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    owner.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    reply = http.client.HTTPResponse(cast("socket.socket", owner), method="CONNECT")
    reply.begin()
    if reply.status != 200:
        raise OSError(f"the proxy answered {reply.status} {reply.reason} to CONNECT")
