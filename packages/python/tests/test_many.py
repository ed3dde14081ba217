"""`log_many`, and the requests of other calls."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timezone
from typing import Any

import pytest
from runmeta import (
    AsyncClient,
    BadRequestError,
    InternalError,
    InvalidValueError,
    PayloadTooLargeError,
    RunmetaError,
    RunNotFoundError,
    UnauthorizedError,
    Uri,
)
from runmeta.models import LogReceipt
from runmeta.transport import HttpRequest, HttpResponse

from stub import RUN, Stub, answer, body_of, problem, receipt

pytestmark = pytest.mark.core


def result(position: str = "01") -> dict[str, Any]:
    log = {"id": "log-1", "createdAt": RUN["createdAt"], "position": position}
    return {"status": 201, "run": {"id": RUN["id"], "name": RUN["name"]}, "log": log}


def refused(code: str, status: int, detail: str = "no", **more: Any) -> dict[str, Any]:
    return {"type": "t", "title": "t", "status": status, "code": code, "detail": detail, "requestId": "r", **more}


def accepted(request: HttpRequest) -> HttpResponse:
    """Accepts all logs of a request."""
    return answer({"results": [result() for _ in body_of(request)["logs"]]})(request)


def test_each_log_has_its_result_in_order() -> None:
    stub = Stub([answer({"results": [result("05"), refused("run_not_found", 404), result("03")]}), accepted])
    client = stub.client()
    made = client.log_many(
        [
            {"run_id_name_or_prefix": "a", "metadata": {"u": Uri("x")}, "step_name": "train", "idempotency_key": "k"},
            {"run_id_name_or_prefix": "b", "metadata": {"n": float("nan")}},
            {"run_id_name_or_prefix": "c", "metadata": {"n": 1}, "exact": True, "log_related_entities": False},
            {"run_id_name_or_prefix": "d", "metadata": {"n": 1}, "created_at": datetime(2026, 1, 1, tzinfo=timezone.utc)},
        ]
    )
    assert [type(one) for one in made] == [LogReceipt, InvalidValueError, RunNotFoundError, LogReceipt]
    assert isinstance(made[2], RunmetaError) and made[2].request_id == "r"
    first, third, fourth = body_of(stub.sent[0])["logs"]
    assert stub.sent[0].url.endswith("/v1/metadata")
    assert first == {
        "run": "a",
        "idempotencyKey": "k",
        "metadata": {"u": "x"},
        "types": {"/u": "Uri"},
        "step": "train",
    }
    assert (third["exact"], third["relatedEntities"]) == (True, False)
    assert fourth["createdAt"] == "2026-01-01T00:00:00.000Z"
    assert len({log["idempotencyKey"] for log in (first, third, fourth)}) == 3
    client.log_many([{"run_id_name_or_prefix": "a", "metadata": {"n": 1}}])
    assert body_of(stub.sent[1])["logs"][0]["after"] == "05"


def test_logs_are_sent_in_as_few_requests_as_possible() -> None:
    stub = Stub([accepted])
    logs = [{"run_id_name_or_prefix": "a", "metadata": {"n": n}} for n in range(250)]
    assert len(stub.client().log_many(logs)) == 250
    assert [len(body_of(request)["logs"]) for request in stub.sent] == [100, 100, 50]
    sizes = Stub([accepted])
    large = [{"run_id_name_or_prefix": "a", "metadata": {"text": "é" * 500_000}} for _ in range(10)]
    sizes.client().log_many(iter(large))
    assert [len(body_of(request)["logs"]) for request in sizes.sent] == [4, 4, 2]
    assert max(len(request.body or b"") for request in sizes.sent) < 4 * 2**20


def test_a_request_is_within_the_limit_of_its_size_as_a_json_string() -> None:
    stub = Stub([accepted])
    stub.client().log_many([{"run_id_name_or_prefix": "a", "metadata": {"texts": ["v"] * 10_000}}] * 100)
    assert [len(body_of(request)["logs"]) for request in stub.sent] == [95, 5]
    assert max(len(json.dumps((request.body or b"").decode())) for request in stub.sent) <= 5.5 * 2**20


LARGE = {"a": "a" * (4 * 2**20 - 50)}
SOME: list[dict[str, Any]] = [
    {"run_id_name_or_prefix": "a", "metadata": {"n": 1}},
    {"run_id_name_or_prefix": "large", "exact": True, "idempotency_key": "k", "metadata": LARGE},
    {"run_id_name_or_prefix": "a", "metadata": {"n": 1}},
]


def test_a_log_that_is_too_large_only_with_its_run_and_key_is_sent_alone() -> None:
    stub = Stub([answer({"results": [result("05")]}), receipt("06"), accepted])
    made = stub.client().log_many(SOME)
    assert [type(one) for one in made] == [LogReceipt] * 3
    assert stub.sent[1].url.endswith("/v1/runs/large/metadata?exact=true")
    assert stub.sent[1].headers["idempotency-key"] == "k"
    assert body_of(stub.sent[1]) == {"metadata": LARGE, "after": "05"}
    assert body_of(stub.sent[2])["logs"][0]["after"] == "06"


def test_a_log_that_is_too_large_does_not_stop_the_others() -> None:
    made = Stub([accepted, problem("payload_too_large", 413), accepted]).client().log_many(SOME)
    assert [type(one) for one in made] == [LogReceipt, PayloadTooLargeError, LogReceipt]
    with pytest.raises(UnauthorizedError):
        Stub([accepted, problem("unauthorized", 401)]).client().log_many(SOME)


def test_a_failed_request_raises_or_is_reported() -> None:
    logs = [{"run_id_name_or_prefix": "a", "metadata": {"n": n}} for n in range(101)]
    failing = Stub([problem("internal", 500)])
    with pytest.raises(InternalError):
        failing.client(retries=0).log_many(logs)
    assert len(failing.sent) == 1
    told: list[RunmetaError] = []
    stub = Stub([problem("internal", 500), accepted])
    made = stub.client(retries=0, on_error=told.append).log_many(logs)
    assert [isinstance(one, InternalError) for one in made] == [True] * 100 + [False]
    assert len(told) == 100


def test_the_error_of_a_log_tells_how_often_the_request_was_sent() -> None:
    stub = Stub([problem("internal", 500), answer({"results": [refused("run_not_found", 404)]})])
    [error] = stub.client().log_many([{"run_id_name_or_prefix": "nightly", "metadata": {"a": 1}}])
    assert isinstance(error, RunNotFoundError)
    assert error.attempts == 2


def test_a_position_ahead_of_the_server_clock_is_dropped() -> None:
    ahead = refused("bad_request", 400, "after: is ahead of the clock of the server")
    stub = Stub([receipt("99"), answer({"results": [ahead]}), answer({"results": [result("05")]})])
    client = stub.client()
    client.log_metadata({"a": 1}, "nightly")
    (made,) = client.log_many([{"run_id_name_or_prefix": "a", "metadata": {"n": 1}}])
    assert isinstance(made, LogReceipt)
    logs = [body_of(request)["logs"][0] for request in stub.sent[1:]]
    assert [log.get("after") for log in logs] == ["99", None]
    assert logs[0]["idempotencyKey"] == logs[1]["idempotencyKey"]


@pytest.mark.parametrize(
    ("logs", "says"),
    [
        ({"metadata": {}}, "takes a list"),
        ("ab", "takes a list"),
    ],
)
def test_log_many_refuses_other_types_than_lists(logs: Any, says: str) -> None:
    with pytest.raises(BadRequestError, match=says):
        Stub([accepted]).client().log_many(logs)


@pytest.mark.parametrize(
    ("log", "says"),
    [
        (3, "must be a dict"),
        ({"run_id_name_or_prefix": "a"}, "must have metadata"),
        ({"metadata": {}, "step": "x"}, "did you mean step_name"),
        ({"accuracy": 1}, "put the values into metadata"),
        ({"metadata": {}, "run_id_name_or_prefix": "a", "step_name": {1}}, "step: is of type set"),
    ],
)
def test_an_invalid_log_does_not_stop_the_others(log: Any, says: str) -> None:
    stub = Stub([accepted])
    made = stub.client().log_many([log, {"run_id_name_or_prefix": "a", "metadata": {"n": 1}}])
    assert isinstance(made[0], BadRequestError) and says in str(made[0])
    assert isinstance(made[1], LogReceipt)


def test_the_async_client_logs_many() -> None:
    client = AsyncClient("http://runmeta.test", "key", transport=Stub([accepted]))
    made = asyncio.run(client.log_many([{"run_id_name_or_prefix": "a", "metadata": {"n": 1}}]))
    assert isinstance(made[0], LogReceipt)


def test_queries_and_bodies() -> None:
    read = answer({**RUN, "metadata": {}, "types": {}, "steps": {}})
    stub = Stub([read])
    client = stub.client()
    moment = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=timezone.utc)
    client.get_pipeline_run("a b", at=moment, exact=True)
    client.get_pipeline_run("nightly", at="01ABC")
    assert [request.url.removeprefix("http://runmeta.test/v1/runs/") for request in stub.sent] == [
        "a%20b?at=2026-01-31T12%3A00%3A00.123Z&exact=true",
        "nightly?at=01ABC",
    ]
    made = Stub([answer(RUN, 201)])
    made.client().create_run(name="n", created_at=moment, expires_at=moment, ended_at=moment, index=False)
    assert body_of(made.sent[0]) == {
        "name": "n",
        "endedAt": "2026-01-31T12:00:00.123Z",
        "expiresAt": "2026-01-31T12:00:00.123Z",
        "createdAt": "2026-01-31T12:00:00.123Z",
        "index": False,
    }
    changed = Stub([answer(RUN)])
    changed.client().update_run(RUN["id"], name="other", expires_at=None)
    changed.client().update_run(RUN["id"], expires_at=None)
    changed.client().update_run(RUN["id"])
    assert [body_of(request) for request in changed.sent] == [
        {"name": "other", "expiresAt": None},
        {"expiresAt": None},
        {},
    ]
    logged = Stub([receipt()])
    logged.client().log_metadata({"a": 1}, "nightly", exact=True, created_at="2026-01-31T12:00:00Z")
    assert logged.sent[0].url.endswith("/nightly/metadata?exact=true")
    assert body_of(logged.sent[0])["createdAt"] == "2026-01-31T12:00:00Z"
    listed = Stub([answer({"runs": []})])
    search = {"name_contains": "x", "pipeline": ["a", "b"], "status": ("failed", "stopped"), "ids": [RUN["id"]]}
    list(listed.client().list_pipeline_runs(**search, created_after=moment, select="/a"))  # type: ignore[call-overload]
    list(listed.client().list_pipeline_runs(limit=7))
    list(listed.client().list_pipeline_runs(page_size=8, limit=7))
    assert [body_of(request) for request in listed.sent[1:]] == [{"limit": 7}, {"limit": 8}]
    assert body_of(listed.sent[0]) == {
        "nameContains": "x",
        "pipeline": ["a", "b"],
        "status": ["failed", "stopped"],
        "ids": [RUN["id"]],
        "createdAfter": "2026-01-31T12:00:00.123Z",
        "select": ["/a"],
    }


def test_delete_run_succeeds_if_an_earlier_attempt_may_have_deleted_the_run() -> None:
    gone = problem("run_not_found", 404)
    Stub([problem("internal", 500), gone]).client().delete_run(RUN["id"])
    with pytest.raises(RunNotFoundError):
        Stub([problem("rate_limited", 429), gone]).client().delete_run(RUN["id"])


def test_delete_run_resolves_a_name_once() -> None:
    stub = Stub([answer(RUN), problem("internal", 500), answer("", 204, {})])
    client = stub.client()
    client.delete_run("nightly")
    assert [(request.method, request.url.split("/")[-1]) for request in stub.sent] == [
        ("PATCH", "nightly"),
        ("DELETE", RUN["id"]),
        ("DELETE", RUN["id"]),
    ]
