"""Sockets: time-outs, closed connections, proxies, TLS, threads and cancelled tasks."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from runmeta import AsyncClient, Client, ConfigurationError, ConnectionError, TimeoutError, UnexpectedReplyError
from runmeta._http import pool as pool_module

from stub import RUN, Clock, Stub, fails, problem, receipt

pytestmark = pytest.mark.core

RUN_BODY = json.dumps({**RUN, "metadata": {}, "types": {}, "steps": {}}).encode()


def http_reply(body: bytes = RUN_BODY, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def read_request(connection: Any) -> bytes:
    """A whole request; empty if the other side closed the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class Listener:
    """A server that calls a function with each connection."""

    def __init__(self, serve: Callable[[Any, int], None], wrap: Callable[[socket.socket], Any]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.connections = 0
        self.requests: list[bytes] = []
        self._serve, self._wrap = serve, wrap
        self._open: list[Any] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._run, args=(connection, self.connections), daemon=True).start()

    def _run(self, connection: socket.socket, number: int) -> None:
        try:
            wrapped = self._wrap(connection)
            self._open.append(wrapped)
            self._serve(wrapped, number)
        except OSError:
            pass
        finally:
            connection.close()

    def close(self) -> None:
        self.listener.close()
        for connection in self._open:
            connection.close()


@contextmanager
def listening(
    serve: Callable[[Any, int], None], wrap: Callable[[socket.socket], Any] = lambda connection: connection
) -> Iterator[Listener]:
    listener = Listener(serve, wrap)
    try:
        yield listener
    finally:
        listener.close()


def answers(*replies: bytes) -> Callable[[Any, int], None]:
    """Answers each request of a connection in turn, and then closes it."""

    def serve(connection: Any, _: int) -> None:
        for reply in replies:
            if not read_request(connection):
                return
            connection.sendall(reply)

    return serve


def test_a_connection_serves_many_calls() -> None:
    with listening(answers(*[http_reply()] * 5)) as server, Client(server.url, "key") as client:
        for _ in range(5):
            client.get_pipeline_run("nightly")
        assert server.connections == 1


def test_a_compressed_reply_is_read() -> None:
    requests: list[bytes] = []
    zipped = gzip.compress(RUN_BODY)
    bodies = iter((zipped, zipped[:-9], zipped))

    def serve(connection: Any, _: int) -> None:
        while request := read_request(connection):
            requests.append(request)
            connection.sendall(http_reply(next(bodies), "200 OK", "content-encoding: gzip"))

    with listening(serve) as server, Client(server.url, "key", retries=1) as client:
        assert client.get_pipeline_run("nightly").name == "nightly"
        # A reply that ends too early is requested again.
        assert client.get_pipeline_run("nightly").name == "nightly"
    assert len(requests) == 3
    assert all(b"accept-encoding: gzip" in request.lower() for request in requests)


def test_each_thread_has_its_own_connection() -> None:
    barrier = threading.Barrier(4)

    def serve(connection: Any, _: int) -> None:
        while read_request(connection):
            barrier.wait(20)
            connection.sendall(http_reply())

    with listening(serve) as server, Client(server.url, "key") as client, ThreadPoolExecutor(4) as threads:
        for _ in range(3):
            assert len(list(threads.map(lambda _: client.get_pipeline_run("nightly"), range(4)))) == 4
        assert server.connections == 4


def test_a_connection_that_was_closed_while_idle_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the free retry, which would hide that the connection was used.
    monkeypatch.setattr("runmeta._http.send.is_closed_socket", lambda _: False)
    closed = threading.Event()

    def serve(connection: Any, _: int) -> None:
        read_request(connection)
        connection.sendall(http_reply())
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    with listening(serve) as server, Client(server.url, "key", retries=0) as client:
        client.get_pipeline_run("nightly")
        assert closed.wait(20)
        assert client.get_pipeline_run("nightly").id == RUN["id"]
        assert server.connections == 2


def test_a_connection_reset_gets_a_free_retry() -> None:
    def serve(connection: Any, number: int) -> None:
        read_request(connection)
        connection.sendall(http_reply())
        if number == 1:
            connection.recv(1)
            # Reset the connection, as after a host slept; what was sent is lost.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            return

    with listening(serve) as server, Client(server.url, "key", retries=0) as client:
        client.get_pipeline_run("nightly")
        assert client.get_pipeline_run("nightly").id == RUN["id"]
        assert server.connections == 2


def test_a_connection_that_was_idle_for_too_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(answers(*[http_reply()] * 5)) as server, Client(server.url, "key") as client:
        client.get_pipeline_run("nightly")
        monkeypatch.setattr(pool_module, "MAX_IDLE_SECONDS", -1.0)
        client.get_pipeline_run("nightly")
        assert server.connections == 2


def test_the_timeout_applies_to_the_whole_reply() -> None:
    def serve(connection: Any, _: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with listening(serve) as server, Client(server.url, "key", timeout=0.5, retries=0) as client:
        with pytest.raises(TimeoutError) as late:
            client.get_pipeline_run("nightly")
    assert (late.value.code, late.value.attempts, late.value.retryable) == ("timed_out", 1, True)


def test_builtin_error_classes_catch_errors_in_transit() -> None:
    import builtins

    stub = Stub([fails(builtins.TimeoutError("late")), fails(ConnectionRefusedError("refused"))])
    with pytest.raises(builtins.TimeoutError):
        stub.client(retries=0).get_pipeline_run("nightly")
    with pytest.raises(builtins.ConnectionError) as failed:
        stub.client(retries=0).get_pipeline_run("nightly")
    assert isinstance(failed.value, ConnectionError)
    assert isinstance(failed.value.__cause__, ConnectionRefusedError)


def test_a_redirect_is_not_followed() -> None:
    with listening(answers(http_reply())) as elsewhere:
        redirect = http_reply(b"", "302 Found", f"location: {elsewhere.url}/")
        with listening(answers(redirect)) as server, Client(server.url, "secret") as client:
            with pytest.raises(UnexpectedReplyError, match="redirect"):
                client.get_pipeline_run("nightly")
        assert elsewhere.connections == 0


def test_a_connection_error_does_not_show_the_key() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectionError) as failed:
        Client(f"http://127.0.0.1:{port}", "rmk_a_secret", retries=0).get_pipeline_run("nightly")
    assert f"http://127.0.0.1:{port}" in str(failed.value)
    assert "secret" not in repr(failed.value) + repr(failed.value.__cause__)


@pytest.mark.parametrize(
    ("url", "key", "says"),
    [
        (None, "k", "RUNMETA_URL"),
        ("http://h", None, "RUNMETA_API_KEY"),
        ("ftp://h", "k", "http://"),
        ("h:80", "k", "http://"),
        ("http://", "k", "http://"),
        ("http://h:x", "k", "http://"),
        ("http://a..b", "k", "http://"),
        ("http://h/a b", "k", "http://"),
        ("http://é", "k", "http://"),
        ("http://u:hunter2@h", "k", "credentials"),
        ("http://h", "k\nx: y", "characters"),
    ],
)
def test_an_invalid_url_or_key_says_what_to_set(url: str | None, key: str | None, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as refused:
        Client(url, key).get_pipeline_run("nightly")
    assert "hunter2" not in str(refused.value)
    assert (refused.value.code, refused.value.attempts) == ("not_configured", 0)


def test_a_url_may_have_a_path_and_a_key_a_line_break() -> None:
    stub = Stub([problem("run_not_found", 404)])
    client = Client("https://host.test/base/", "key\n", transport=stub)
    with pytest.raises(Exception, match="GET /base/v1/runs/a%2Fb"):
        client.get_pipeline_run("a/b")
    assert stub.sent[0].url == "https://host.test/base/v1/runs/a%2Fb"
    assert stub.sent[0].headers["authorization"] == "Bearer key"
    assert "key" not in repr(stub.sent[0])


def test_a_proxy_receives_the_whole_url(monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[bytes] = []

    def serve(connection: Any, _: int) -> None:
        requests.append(read_request(connection))
        connection.sendall(http_reply())

    with listening(serve) as proxy:
        monkeypatch.setenv("http_proxy", f"http://user:p%40ss@127.0.0.1:{proxy.port}")
        with Client("http://runmeta.test", "key") as client:
            client.get_pipeline_run("nightly")
        monkeypatch.setenv("no_proxy", "runmeta.test")
        with pytest.raises(ConnectionError), Client("http://runmeta.test:1", "key", retries=0) as client:
            client.get_pipeline_run("nightly")
    assert requests[0].startswith(b"GET http://runmeta.test/v1/runs/nightly HTTP/1.1\r\n")
    assert b"proxy-authorization: Basic dXNlcjpwQHNz\r\n" in requests[0]
    assert len(requests) == 1


@pytest.mark.parametrize("proxy", ["http://user:pa/ss@proxy:80", "http://[::1", "http://a..b", "socks5://proxy:1080"])
def test_an_invalid_proxy_is_refused_without_its_credentials(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(ConfigurationError, match="HTTP_PROXY") as refused:
        Client("http://runmeta.test", "key").get_pipeline_run("nightly")
    assert "pa" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_an_unsupported_address_family_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(answers(http_reply())) as server:
        found = socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM)
        unsupported = (9999, *found[0][1:])
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [unsupported, *found])
        with Client(server.url, "key", retries=0) as client:
            assert client.get_pipeline_run("nightly").id == RUN["id"]


def test_timeouts_may_be_infinite() -> None:
    unlimited = float("inf")
    with listening(answers(http_reply())) as server:
        with Client(server.url, "key", timeout=unlimited, total_timeout=unlimited, retries=0) as client:
            assert client.get_pipeline_run("nightly").id == RUN["id"]


def test_a_call_may_be_retried_a_thousand_times(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    stub = Stub([*[problem("store_unavailable", 503)] * 1100, receipt()])
    client = stub.client(retries=2000, total_timeout=86_400)
    client.log_metadata({"a": 1}, "nightly")
    assert len(stub.sent) == 1101
    assert max(stub.waits) == 4.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost and its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    subprocess.run([*command, *files], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "key").read_text() + (folder / "cert").read_text())
    return both


@pytest.fixture
def secured(certificate: Path) -> Iterator[Listener]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with listening(answers(*[http_reply()] * 3), lambda plain: context.wrap_socket(plain, server_side=True)) as server:
        yield server


def test_tls_accepts_a_trusted_certificate(
    secured: Listener, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Client(f"https://localhost:{secured.port}", "key") as client:
        for _ in range(3):
            assert client.get_pipeline_run("nightly").id == RUN["id"]
    assert secured.connections == 1


def test_tls_refuses_an_untrusted_certificate(secured: Listener) -> None:
    with pytest.raises(ConnectionError, match="CERTIFICATE_VERIFY_FAILED") as failed:
        Client(f"https://localhost:{secured.port}", "key").get_pipeline_run("nightly")
    # A retry would get the same certificate.
    assert (failed.value.retryable, failed.value.attempts) == (False, 1)


def test_tls_works_through_a_proxy(secured: Listener, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def serve(connection: Any, _: int) -> None:
        asked.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", secured.port)) as behind:
            forward = threading.Thread(target=pump, args=(connection, behind), daemon=True)
            forward.start()
            pump(behind, connection)

    def pump(source: Any, target: Any) -> None:
        while data := source.recv(65536):
            target.sendall(data)

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening(serve) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with Client(f"https://localhost:{secured.port}", "rmk_secret") as client:
            assert client.get_pipeline_run("nightly").id == RUN["id"]
    assert asked[0].startswith(f"CONNECT localhost:{secured.port} HTTP/1.1\r\n".encode())
    assert b"secret" not in asked[0]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_cancelled_task_closes_its_connection_at_once(scheme: str) -> None:
    asked, ended = threading.Event(), threading.Event()

    def serve(connection: Any, _: int) -> None:
        # With https, this is the first message of a handshake that the server does not answer.
        connection.recv(65536)
        asked.set()
        # No reply; wait until the client closes the connection.
        connection.recv(1)
        ended.set()

    async def main(url: str) -> None:
        async with AsyncClient(url, "key", timeout=60) as client:
            call = asyncio.ensure_future(client.get_pipeline_run("nightly"))
            while not asked.is_set():
                await asyncio.sleep(0.01)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    with listening(serve) as server:
        asyncio.run(main(f"{scheme}://127.0.0.1:{server.port}"))
        assert ended.wait(20)


def test_the_event_loop_is_not_blocked() -> None:
    released = threading.Event()

    def serve(connection: Any, _: int) -> None:
        read_request(connection)
        assert released.wait(20)
        connection.sendall(http_reply())

    async def main(url: str) -> str:
        async with AsyncClient(url, "key") as client:
            call = asyncio.ensure_future(client.get_pipeline_run("nightly"))
            await asyncio.sleep(0.01)
            released.set()
            return (await call).id

    with listening(serve) as server:
        assert asyncio.run(main(server.url)) == RUN["id"]


def test_a_client_works_in_several_event_loops() -> None:
    with listening(answers(*[http_reply()] * 5)) as server:
        client = AsyncClient(server.url, "key")
        for _ in range(3):
            assert asyncio.run(client.get_pipeline_run("nightly")).id == RUN["id"]
        assert server.connections == 1
        asyncio.run(client.close())


def test_each_log_has_its_own_idempotency_key(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    stub = Stub([receipt()])
    client = stub.client()
    client.log_metadata({"a": 1}, "nightly")
    client.log_metadata({"a": 1}, "nightly")
    client.log_metadata({"a": 1}, "nightly", idempotency_key="epoch 3")
    keys = [request.headers["idempotency-key"] for request in stub.sent]
    assert len(set(keys)) == 3
    assert keys[2] == "epoch 3"


@pytest.mark.parametrize("key", ["", "é", "a\nb", "k" * 256, 3])
def test_an_invalid_idempotency_key_is_refused(key: Any) -> None:
    stub = Stub([receipt()])
    with pytest.raises(Exception, match="idempotency_key") as refused:
        stub.client().log_metadata({"a": 1}, "nightly", idempotency_key=key)
    assert (getattr(refused.value, "attempts", None), stub.sent) == (0, [])
