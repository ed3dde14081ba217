"""A transport with prepared replies, and a clock that advances only when a call waits."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from runmeta import Client
from runmeta.transport import HttpRequest, HttpResponse

URL = "http://runmeta.test"
API_KEY = "rmk_stub_secret"
RUN = {
    "id": "3f2c1b9e-8a51-4a7e-9d7c-0f6f5a1c2b3d",
    "name": "nightly",
    "status": "running",
    "createdAt": "2026-01-31T12:00:00.000Z",
}

Answer = Callable[[HttpRequest], HttpResponse]


@dataclass
class Stub:
    """A transport that records requests. The last answer is repeated."""

    answers: Sequence[Answer]
    sent: list[HttpRequest] = field(default_factory=list[HttpRequest])
    times: list[float] = field(default_factory=list[float])

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers[min(len(self.sent), len(self.answers) - 1)]
        self.sent.append(request)
        self.times.append(time.monotonic())
        return answer(request)

    @property
    def waits(self) -> list[float]:
        """Seconds between the requests."""
        return [round(later - earlier, 6) for earlier, later in zip(self.times, self.times[1:])]

    def client(self, **options: Any) -> Client:
        return Client(URL, API_KEY, transport=self, **options)


def body_of(request: HttpRequest) -> Any:
    """The body of a request, as plain JSON."""
    return json.loads(request.body or b"null")


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    named = {"content-type": "application/json"} if headers is None else headers
    return lambda _: HttpResponse(status, dict(named), text.encode())


def fails(error: Exception) -> Answer:
    def fail(_: HttpRequest) -> HttpResponse:
        raise error

    return fail


def pipeline_run(metadata: str, types: Mapping[str, str] | None = None, steps: Any = None) -> Answer:
    """A reply with a run whose metadata is this JSON text."""
    rest = json.dumps({**RUN, "types": types or {}, "steps": steps or {}})
    return answer(f'{rest[:-1]},"metadata":{metadata}}}')


def receipt(position: str = "01") -> Answer:
    log = {"id": "log-1", "createdAt": RUN["createdAt"], "position": position}
    return answer({"run": {"id": RUN["id"], "name": RUN["name"]}, "log": log}, 201)


def problem(code: str, status: int, detail: str = "field: is not so", **extras: Any) -> Answer:
    body = {"type": "about:blank", "title": "t", "status": status, "detail": detail, "code": code, **extras}
    return answer(body, status, {"content-type": "application/problem+json", "x-request-id": "request-1"})


class Clock:
    """Time that passes only when a call waits. Each random number is 0.5."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: str = "2026-01-31T12:00:00.000Z") -> None:
        self.started = datetime.fromisoformat(now.replace("Z", "+00:00")).timestamp()
        self.passed = 0.0
        monkeypatch.setattr(time, "monotonic", lambda: 1000.0 + self.passed)
        monkeypatch.setattr(time, "time", lambda: self.started + self.passed)
        monkeypatch.setattr(time, "sleep", self.sleep)
        monkeypatch.setattr(random, "random", lambda: 0.5)

    def sleep(self, seconds: float) -> None:
        self.passed += seconds
