"""The methods of both clients."""

from __future__ import annotations

import asyncio
import inspect
import logging
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from runmeta import (
    ABSENT,
    AmbiguousRunError,
    AsyncClient,
    BadRequestError,
    Client,
    ConfigurationError,
    ForbiddenError,
    InvalidValueError,
    KeyNotFoundError,
    NameTakenError,
    RunmetaError,
    RunNotFoundError,
    UnexpectedReplyError,
    Uri,
    log_metadata,
    new_run,
    run,
    step,
)
from runmeta.async_runs import AsyncRunHandle
from runmeta.runs import RunHandle

from server import Server
from stub import RUN, Stub, answer, body_of, problem, receipt

pytestmark = pytest.mark.core
Names = Callable[[str], str]


@pytest.mark.parametrize(("one", "other"), [(Client, AsyncClient), (RunHandle, AsyncRunHandle)])
def test_both_clients_have_the_same_methods(one: Any, other: Any) -> None:
    def calls(kind: Any) -> dict[str, list[str]]:
        members = inspect.getmembers(kind, inspect.isfunction)
        return {name: list(inspect.signature(call).parameters) for name, call in members if name[0] != "_"}

    assert calls(one) == calls(other)


def test_create_run_returns_an_existing_run(client: Client, name: Names) -> None:
    created = client.create_run(name=name("once"), pipeline="p", started_at=datetime(2026, 1, 31, tzinfo=timezone.utc))
    again = client.create_run(name=name("once"), pipeline="p")
    assert (created.is_new, again.is_new, again.id) == (True, False, created.id)
    assert (created.status, created.started_at) == ("running", datetime(2026, 1, 31, tzinfo=timezone.utc))
    assert abs(datetime.now(timezone.utc) - created.created_at) < timedelta(minutes=5)
    assert client.create_run(pipeline="p").is_new
    assert created.id in repr(created) and "client" not in repr(created)


def test_a_run_is_updated_and_deleted(client: Client, name: Names) -> None:
    created = client.create_run(name=name("changed"))
    done = created.update(status="completed", pipeline="later")
    assert (done.status, done.pipeline) == ("completed", "later")
    assert done.ended_at is not None
    client.update_run(name("changed"), status="failed")
    assert created.read().status == "failed"
    created.delete()
    with pytest.raises(RunNotFoundError):
        created.read()


def test_a_handle_logs_reads_and_unsets(client: Client, name: Names) -> None:
    handle = client.run(client.create_run(name=name("handle")).name)
    made = handle.log_metadata({"a": {"b": 1}, "u": Uri("s3://b/k")})
    assert made is not None and (made.run.name, made.log.step) == (name("handle"), None)
    handle.step("train").log_metadata({"c": 2}, log_related_entities=False)
    read = handle.read()
    assert (read.get("/a/b"), read.get("/x"), read.get("/x", ABSENT)) == (1, None, ABSENT)
    assert isinstance(read.run_metadata["u"], Uri)
    assert read.steps["train"].run_metadata == {"c": 2}
    handle.unset("a")
    assert list(handle.read().run_metadata) == ["u"]
    with pytest.raises(KeyNotFoundError):
        handle.unset("a")
    assert [entry.value for entry in handle.history("a")] == [{"b": 1}]
    assert str(handle) == name("handle")


def test_histories_and_lists_are_paged(client: Client, name: Names) -> None:
    for n in range(5):
        client.create_run(name=name(f"page-{n}"), pipeline=name("page")).log_metadata({"n": n})
    runs = client.list_pipeline_runs(pipeline=name("page"), order="-/n", select=["/n"], page_size=2)
    assert [one.selected["/n"] for one in runs] == [4, 3, 2, 1, 0]
    assert [one.selected["/n"] for one in runs.first(3)] == [4, 3, 2]
    assert runs.first(0) == []
    handle = client.run(name("page-0"))
    for n in range(1, 5):
        handle.log_metadata({"n": n}, idempotency_key=f"n{n}")
    history = handle.history("n", page_size=2)
    assert [entry.value for entry in history] == [4, 3, 2, 1, 0]
    assert next(iter(history)).by.key.name == "root"


def test_a_list_includes_metadata(client: Client, name: Names) -> None:
    handle = client.create_run(name=name("full"), pipeline=name("full"))
    handle.step("train").log_metadata({"a": Uri("u")})
    (listed,) = client.list_pipeline_runs(pipeline=name("full"), include=["metadata"])
    assert listed.run_metadata == {"a": "u"}
    assert isinstance(listed.steps["train"].run_metadata["a"], Uri)
    assert listed.get("/a") == "u"


def test_conditions_are_text_or_dicts(client: Client, name: Names) -> None:
    client.create_run(name=name("search"), pipeline=name("search")).log_metadata({"accuracy": 0.95, "u": Uri("s3://b")})
    for where in (
        "/accuracy >= 0.9",
        {"pointer": "/accuracy", "op": ">=", "value": 0.9},
        ["/accuracy >= 0.9", '/u prefix "s3://"'],
        {"or": ["/accuracy < 0.1", {"not": "/accuracy < 0.9"}]},
        {"pointer": "/u", "op": "=", "value": Uri("s3://b")},
    ):
        assert client.list_pipeline_runs(pipeline=name("search"), where=where).first(1), where
    assert client.list_pipeline_runs(pipeline=name("search"), where="/accuracy > 1").first(1) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"pageSize": 3}, "did you mean page_size"),
        ({"filter": "x"}, "did you mean where"),
        ({"order": "created_at"}, "did you mean createdAt"),
        ({"order": "-accuracy"}, "did you mean /accuracy"),
        ({"where": {"pointer": "/a", "op": "=", "value": {1}}}, r"where\.value: is of type set"),
        ({"created_after": 3}, "created_after: must be a datetime"),
    ],
)
def test_an_invalid_list_option_is_refused_before_sending(options: dict[str, Any], says: str) -> None:
    stub = Stub([answer({"runs": []})])
    with pytest.raises(BadRequestError, match=says):
        list(stub.client().list_pipeline_runs(**options))
    assert stub.sent == []


@pytest.mark.parametrize(("limit", "hours"), [(datetime.max, -1), (datetime.min, 1)])
def test_a_time_outside_the_range_of_utc_is_refused(limit: datetime, hours: int) -> None:
    moment = limit.replace(tzinfo=timezone(timedelta(hours=hours)))
    with pytest.raises(BadRequestError, match="created_before: "):
        list(Stub([answer({"runs": []})]).client().list_pipeline_runs(created_before=moment))


def test_a_listed_run_that_is_not_an_object_is_an_unexpected_reply() -> None:
    with pytest.raises(UnexpectedReplyError):
        list(Stub([answer({"runs": [1]})]).client().list_pipeline_runs())


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda client: client.create_run(name=b"x"), "name: is of type bytes"),
        (lambda client: client.update_run(RUN["id"], status={1}), "status: is of type set"),
        (lambda client: client.create_run_token("nightly", expires_in=timedelta(1)), "expiresIn: is of type datetime"),
        (lambda client: client.create_key(role={1}), "role: is of type set"),
        (lambda client: client.log_metadata({}, "nightly", step_name={1}), "step: is of type set"),
    ],
)
def test_an_argument_that_json_cannot_hold_is_refused_before_sending(call: Callable[[Any], Any], says: str) -> None:
    stub = Stub([answer(RUN)])
    with pytest.raises(BadRequestError, match=says):
        call(stub.client())
    assert stub.sent == []


def test_an_unknown_argument_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="step"):
        log_metadata({"a": 1}, step="train")  # type: ignore[call-arg]


def test_runs_are_compared(client: Client, name: Names) -> None:
    one = client.create_run(name=name("left"))
    other = client.create_run(name=name("right"))
    one.log_metadata({"same": 1, "differs": {"n": 1}, "only": [1], "text": "a\nb"})
    other.log_metadata({"same": 1.0, "differs": {"n": True}, "text": "a\nb"})
    table = client.compare([one.id, other, name("left")])
    assert [run.id for run in table.runs] == [one.id, other.id, one.id]
    assert [row.pointer for row in table.rows] == ["/differs/n", "/only", "/same", "/text"]
    assert [row.pointer for row in table.differences] == ["/differs/n", "/only"]
    assert table.rows[1].values == ([1], ABSENT, [1])
    assert "* /differs/n" in str(table) and "a\\u000a" not in str(table)
    with pytest.raises(BadRequestError, match="1 to 20"):
        client.compare([])


def test_an_ambiguous_reference_has_candidates(client: Client, name: Names) -> None:
    for n in range(2):
        client.create_run(name=name(f"many-{n}"))
    with pytest.raises(AmbiguousRunError) as refused:
        client.get_pipeline_run(name("many-"))
    assert {one.name for one in refused.value.candidates} == {name("many-0"), name("many-1")}
    assert (refused.value.status, refused.value.more, refused.value.attempts) == (409, False, 1)
    assert refused.value.request_id


def test_keys_and_tokens_are_created_and_revoked(client: Client, server: Server, name: Names) -> None:
    made = client.create_key(role="log", name=name("key"), expires_at=datetime.now(timezone.utc) + timedelta(hours=1))
    assert made.key.startswith("rmk_") and made.key not in repr(made)
    assert made.id in [key.id for key in client.list_keys()]
    created = client.create_run(name=name("token"))
    token = Client(server.url, made.key).create_run_token(created.id, expires_in=60)
    assert token.token not in repr(token)
    holder = Client(server.url, token.token)
    holder.log_metadata({"a": 1})
    assert holder.run().reference == created.id
    with pytest.raises(ForbiddenError):
        holder.get_pipeline_run(created.id)
    (entry,) = created.history("a")
    assert (entry.by.key.name, entry.by.token) == (name("key"), True)
    client.revoke_key(made.id)
    with pytest.raises(BadRequestError, match="rmk_"):
        client.revoke_key(made.key)


def test_a_run_is_watched_until_it_ends(client: Client, name: Names) -> None:
    handle = client.create_run(name=name("watch"))
    seen: list[Any] = []
    for read in client.watch(name("watch"), interval=0):
        seen.append(read.run_metadata.get("n"))
        if len(seen) < 3:
            handle.log_metadata({"n": len(seen)})
        elif read.status == "running":
            handle.update(status="completed")
    assert seen[:3] == [None, 1, 2]
    with pytest.raises(BadRequestError, match="interval"):
        next(client.watch("x", interval=-1))


def test_watch_sends_the_etag_of_the_last_reply() -> None:
    body = {**RUN, "metadata": {}, "types": {}, "steps": {}}
    tagged = answer(body, 200, {"content-type": "application/json", "etag": '"1"'})
    ended = answer({**body, "status": "completed"})
    stub = Stub([tagged, answer("", 304, {}), ended])
    assert [read.status for read in stub.client().watch("nightly", interval=0)] == ["running", "completed"]
    assert [request.headers.get("if-none-match") for request in stub.sent] == [None, '"1"', '"1"']


def test_all_pages_of_a_run_are_joined() -> None:
    def page(metadata: Any, steps: Any, more: Any) -> Any:
        return answer({**RUN, "metadata": metadata, "types": {}, "steps": steps, **more})

    first = page({"a": 1}, {"s": {"metadata": {"x": 1}, "types": {}}}, {"metadataNext": "c"})
    second = page({"b": 2}, {"s": {"metadata": {"y": 2}, "types": {}}, "t": {"metadata": {}, "types": {}}}, {})
    stub = Stub([first, second])
    read = stub.client().get_pipeline_run("nightly")
    assert read.run_metadata == {"a": 1, "b": 2}
    assert {name: one.run_metadata for name, one in read.steps.items()} == {"s": {"x": 1, "y": 2}, "t": {}}
    assert stub.sent[1].url.endswith(f"/v1/runs/{RUN['id']}?metadataCursor=c")


@pytest.mark.parametrize("ending", ["completed", "failed", "stopped"])
def test_new_run_sets_the_status_when_its_block_ends(ending: str, client: Client, name: Names) -> None:
    @step
    def train() -> None:
        log_metadata({"a": 1})
        if ending == "failed":
            raise ValueError("bad data")
        if ending == "stopped":
            raise KeyboardInterrupt

    try:
        with client.new_run(name=name(ending)) as made:
            train()
    except (ValueError, KeyboardInterrupt):
        assert ending != "completed"
    read = client.get_pipeline_run(name(ending))
    assert (made.id, read.status, read.steps["train"].run_metadata) == (read.id, ending, {"a": 1})
    with pytest.raises(NameTakenError), client.new_run(name=name(ending)):
        pytest.fail("a run with this name exists")


def test_each_log_sends_the_greatest_position() -> None:
    stub = Stub([receipt("05"), receipt("04"), receipt("06"), receipt("07")])
    client = stub.client()
    for _ in range(4):
        client.log_metadata({"a": 1}, "nightly")
    assert [body_of(request).get("after") for request in stub.sent] == [None, "05", "05", "06"]


def test_a_position_ahead_of_the_server_clock_is_dropped() -> None:
    ahead = problem("bad_request", 400, "after: is ahead of the clock of the server")
    stub = Stub([receipt("99"), ahead, receipt("05"), receipt("06")])
    client = stub.client()
    for _ in range(3):
        client.log_metadata({"a": 1}, "nightly")
    assert [body_of(request).get("after") for request in stub.sent] == [None, "99", None, "05"]
    assert stub.sent[1].headers["idempotency-key"] == stub.sent[2].headers["idempotency-key"]


def test_on_error_warn_logs_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    client = Stub([problem("run_not_found", 404)]).client(on_error="warn")
    with caplog.at_level(logging.WARNING, "runmeta"):
        assert client.log_metadata({"password": "hunter2"}, "nightly") is None
    (message,) = caplog.messages
    assert message == (
        "runmeta: metadata was not logged: field: is not so (POST /v1/runs/nightly/metadata)"
        " [run_not_found, request request-1]"
    )


def test_on_error_calls_a_function_even_if_nothing_was_sent() -> None:
    told: list[RunmetaError] = []
    client = Stub([receipt()]).client(on_error=told.append)
    assert client.log_metadata({"a": float("nan")}, "nightly") is None
    assert client.log_metadata({"a": 1}) is None
    assert [type(error) for error in told] == [InvalidValueError, ConfigurationError]
    with pytest.raises(RunNotFoundError):
        Stub([problem("run_not_found", 404)]).client(on_error=told.append).get_pipeline_run("nightly")


def test_on_error_awaits_a_coroutine_function() -> None:
    told: list[str] = []

    async def tell(error: RunmetaError) -> None:
        await asyncio.sleep(0)
        told.append(error.code)

    client = AsyncClient("http://runmeta.test", "key", on_error=tell, transport=Stub([problem("forbidden", 403)]))
    assert asyncio.run(client.log_metadata({"a": 1}, "nightly")) is None
    assert told == ["forbidden"]


def test_on_error_runs_a_coroutine_function_after_a_synchronous_log() -> None:
    told: list[str] = []

    async def tell(error: RunmetaError) -> None:
        await asyncio.sleep(0)
        told.append(error.code)

    async def main() -> None:
        stub = Stub([answer(RUN, 201), answer(RUN)])
        client = AsyncClient("http://runmeta.test", "key", on_error=tell, transport=stub)
        async with client.new_run(name="nightly"):
            log_metadata({"a": float("nan")})
            await asyncio.to_thread(log_metadata, {"a": {1}})

    asyncio.run(main())
    assert told == ["invalid_value", "invalid_value"]


def test_on_error_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Stub([problem("forbidden", 403)]).client()
    for value in ("throw", "raise"):
        monkeypatch.setenv("RUNMETA_ON_ERROR", value)
        with pytest.raises(ForbiddenError):
            client.log_metadata({"a": 1}, "nightly")
    monkeypatch.setenv("RUNMETA_ON_ERROR", "warn")
    assert client.log_metadata({"a": 1}, "nightly") is None
    monkeypatch.setenv("RUNMETA_ON_ERROR", "wran")
    with pytest.raises(ConfigurationError, match="RUNMETA_ON_ERROR"):
        client.log_metadata({"a": 1}, "nightly")


def test_a_block_runs_even_if_its_run_cannot_be_created() -> None:
    told: list[RunmetaError] = []
    client = Stub([problem("forbidden", 403)]).client(on_error=told.append)
    with client.new_run(name="alone") as made:
        log_metadata({"a": 1})
    assert (made.name, [error.code for error in told]) == ("alone", ["forbidden"] * 3)


def test_nothing_is_sent_if_clients_are_disabled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNMETA_DISABLED", "1")
    stub = Stub([receipt()])
    client = stub.client()
    with client.new_run(pipeline="p") as made:
        assert log_metadata({"a": 1}) is None
    client.unset("nightly", "a")
    client.delete_run("nightly")
    assert client.update_run("nightly", status="failed").status == "failed"
    assert (client.log_many([{"metadata": {}}]), made.pipeline) == ([], "p")
    others: list[Callable[[], Any]] = [
        lambda: client.get_pipeline_run("nightly"),
        lambda: next(client.watch("nightly")),
        lambda: next(iter(client.history("nightly", "a"))),
        lambda: client.list_pipeline_runs().first(1),
        lambda: client.compare(["nightly", made.id]),
        lambda: client.create_run_token("nightly", expires_in=60),
        lambda: client.create_key(role="log"),
        lambda: client.list_keys(),
        lambda: client.revoke_key("k"),
    ]
    for call in others:
        with pytest.raises(ConfigurationError, match="RUNMETA_DISABLED"):
            call()
    assert stub.sent == []


@pytest.mark.parametrize(
    "options",
    [{"timeout": 0}, {"total_timeout": float("nan")}, {"retries": -1}, {"on_error": "wran"}, {"numbers": "x"}],
)
def test_a_client_refuses_invalid_options(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        Client(**options)


def test_errors_and_clients_can_be_pickled(client: Client) -> None:
    with pytest.raises(RunNotFoundError) as refused:
        client.get_pipeline_run("no-such-run")
    error = pickle.loads(pickle.dumps(refused.value))
    assert (type(error), str(error), error.code) == (RunNotFoundError, str(refused.value), "run_not_found")
    copied = pickle.loads(pickle.dumps(client))
    assert copied.list_pipeline_runs(name="no-such-run").first(1) == []
    asyncio.run(pickle.loads(pickle.dumps(AsyncClient("http://h", "k"))).close())


def test_the_methods_of_the_async_client(server: Server, name: Names) -> None:
    async def main() -> None:
        async with AsyncClient(server.url, server.key) as client:
            with pytest.raises(RunNotFoundError):
                await client.get_pipeline_run(name("async"))
            async with client.new_run(name=name("async"), pipeline=name("async")) as made:
                await asyncio.gather(*(client.log_metadata({"n": n}) for n in range(100)))
                with run(made):
                    await client.log_metadata({"m": 1}, step_name="train")
            history = client.history(made.id, "n", page_size=30)
            assert sorted([entry.value async for entry in history]) == list(range(100))
            read = await made.read()
            assert (read.status, read.steps["train"].run_metadata) == ("completed", {"m": 1})
            runs = client.list_pipeline_runs(pipeline=name("async"), include=["metadata"])
            assert [one.id async for one in runs] == [made.id]
            assert [one.name for one in await runs.first(1)] == [name("async")]
            table = await client.compare([made, name("async")])
            assert table.differences == ()
            await made.step("more").log_metadata({"k": 1})
            await made.unset("k")
            token = await made.create_token(expires_in=60)
            await AsyncClient(server.url, token.token).log_metadata({"t": 1})
            assert [one.status async for one in made.watch(interval=0)] == ["completed"]
            key = await client.create_key(role="read")
            assert key.id in [one.id for one in await client.list_keys()]
            await client.revoke_key(key.id)
            await made.update(pipeline="other")
            await made.delete()
            with pytest.raises(RunNotFoundError):
                await client.delete_run(made.id)

    asyncio.run(main())


def test_a_cancelled_task_sets_the_status_stopped(server: Server, client: Client, name: Names) -> None:
    async def main() -> None:
        started = asyncio.Event()

        async def work(own: AsyncClient) -> None:
            async with own.new_run(name=name("cancelled")):
                started.set()
                await asyncio.sleep(60)

        async with AsyncClient(server.url, server.key) as own:
            task = asyncio.ensure_future(work(own))
            await started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    assert client.get_pipeline_run(name("cancelled")).status == "stopped"


@pytest.mark.usefixtures("environment")
def test_the_functions_of_the_module(client: Client, name: Names) -> None:
    from runmeta import get_pipeline_run

    with new_run(name=name("module")) as made, run(made.name) as handle:
        log_metadata({"a": 1})
        assert handle.read().run_metadata == {"a": 1}
    assert get_pipeline_run(name("module")).status == "completed"
