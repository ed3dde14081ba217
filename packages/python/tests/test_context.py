"""Where logs go that name no run: in steps, runs, threads, tasks, generators and processes."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest
from runmeta import Client, ConfigurationError, adopt_environment, context_environment, log_metadata, new_run, run, step

from stub import RUN, Stub, answer, body_of, receipt

pytestmark = pytest.mark.core


class Logged(Stub):
    """A transport that accepts every log, and records where each went."""

    def __init__(self) -> None:
        super().__init__([receipt()])

    @property
    def places(self) -> list[tuple[str, str | None, Any]]:
        """The run, the step and the value of the key `a`."""
        return [(one.url.split("/")[-2], body_of(one).get("step"), body_of(one)["metadata"]["a"]) for one in self.sent]


@pytest.fixture
def logged() -> Logged:
    return Logged()


@pytest.fixture
def client(logged: Logged) -> Client:
    return logged.client()


def log(value: Any) -> None:
    log_metadata({"a": value})


@step
def train(value: Any) -> Any:
    log(value)
    return value


@step(name="named")
def with_a_name() -> None:
    log(1)


@step("positional")
def with_a_name_by_position() -> None:
    log(1)


@step()
def with_parentheses() -> None:
    log(1)


class Model:
    @step
    def fit(self) -> None:
        log(1)

    @staticmethod
    @step
    def below() -> None:
        log(1)

    @step
    @staticmethod
    def above() -> None:
        log(1)

    @step
    @classmethod
    def of_class(cls) -> None:
        log(cls.__name__)


@step
async def awaited(value: Any) -> Any:
    await asyncio.sleep(0)
    log(value)
    return value


@step
def stream() -> Iterator[int]:
    log("first")
    got = yield 1
    log(got)
    try:
        yield 2
    finally:
        log("closed")


@step
async def async_stream() -> AsyncIterator[int]:
    log("first")
    yield 1
    await asyncio.sleep(0)
    log("second")
    yield 2


@pytest.mark.parametrize(
    ("call", "place"),
    [
        (lambda: train(1), "train"),
        (with_a_name, "named"),
        (with_a_name_by_position, "positional"),
        (with_parentheses, "with_parentheses"),
        (lambda: Model().fit(), "fit"),
        (lambda: Model().below(), "below"),
        (lambda: Model().above(), "above"),
        (lambda: Model.of_class(), "of_class"),
        (lambda: asyncio.run(awaited(1)), "awaited"),
    ],
)
def test_a_step_receives_the_logs_of_its_function(call: Callable[[], Any], place: str, client: Client, logged: Logged) -> None:
    with run("iris", client=client):
        call()
        log("after")
    assert [(at, of) for at, of, _ in logged.places] == [("iris", place), ("iris", None)]


def test_a_step_keeps_the_signature_of_its_function() -> None:
    assert (train.__name__, train.__module__, inspect.iscoroutinefunction(awaited)) == ("train", __name__, True)
    assert list(inspect.signature(train).parameters) == ["value"]
    with pytest.raises(TypeError, match="decorates a function"):
        step(3)  # type: ignore[call-overload]


def test_the_innermost_step_counts(client: Client, logged: Logged) -> None:
    @step
    def outer() -> None:
        train(1)
        log(2)

    with run("iris", client=client):
        outer()
    assert logged.places == [("iris", "train", 1), ("iris", "outer", 2)]


def test_a_nested_run_has_no_step_and_ends_with_its_block(client: Client, logged: Logged) -> None:
    @step
    def outer() -> None:
        with run("other", client=client):
            log(1)
        log(2)

    with run("iris", client=client):
        outer()
    assert logged.places == [("other", None, 1), ("iris", "outer", 2)]
    with pytest.raises(ConfigurationError, match="RUNMETA_RUN_ID"):
        client.log_metadata({"a": 1})


def test_a_step_ends_when_it_raises(client: Client, logged: Logged) -> None:
    @step
    def fails() -> None:
        raise ValueError

    with run("iris", client=client):
        with pytest.raises(ValueError):
            fails()
        log(1)
    assert logged.places == [("iris", None, 1)]


def test_a_log_that_names_a_run_ignores_the_surrounding_step(client: Client, logged: Logged) -> None:
    @step
    def outer() -> None:
        log_metadata({"a": 1}, run_id_name_or_prefix="other")
        log_metadata({"a": 2}, "other", step_name="own")

    with run("iris", client=client):
        outer()
    assert logged.places == [("other", None, 1), ("other", "own", 2)]


@pytest.mark.parametrize("where", ["inside the run", "after the run", "inside another step"])
def test_a_generator_belongs_to_its_step_whenever_it_is_iterated(where: str, client: Client, logged: Logged) -> None:
    def drain(generator: Any) -> list[int]:
        found = [next(generator)]
        log("between") if where == "inside the run" else None
        found.append(generator.send("sent"))
        generator.close()
        return found

    with run("iris", client=client):
        generator = stream()
        if where == "inside the run":
            assert drain(generator) == [1, 2]
    if where == "after the run":
        assert drain(generator) == [1, 2]
    if where == "inside another step":
        with run("other", client=client):
            step(name="other")(drain)(generator)
    steps = [one for one in logged.places if one[2] != "between"]
    assert steps == [("iris", "stream", value) for value in ("first", "sent", "closed")]
    assert ("iris", None, "between") in logged.places or where != "inside the run"


def test_a_generator_created_outside_of_a_run_belongs_to_the_run_that_iterates_it(client: Client, logged: Logged) -> None:
    generator = stream()
    with run("iris", client=client):
        assert list(generator) == [1, 2]
    assert {(at, of) for at, of, _ in logged.places} == {("iris", "stream")}


def test_a_generator_receives_exceptions_and_returns_its_result(client: Client) -> None:
    @step
    def robust() -> Any:
        try:
            yield 1
        except KeyError as error:
            yield error.args[0]
        return "result"

    def outer() -> Any:
        return (yield from robust())

    with run("iris", client=client):
        generator = outer()
        next(generator)
        assert generator.throw(KeyError("thrown")) == "thrown"
        with pytest.raises(StopIteration) as end:
            next(generator)
    assert end.value.value == "result"


def test_an_asynchronous_generator_belongs_to_its_step(client: Client, logged: Logged) -> None:
    async def main() -> list[int]:
        with run("iris", client=client):
            generator = async_stream()
        return [value async for value in generator]

    assert asyncio.run(main()) == [1, 2]
    assert logged.places == [("iris", "async_stream", "first"), ("iris", "async_stream", "second")]


def test_each_task_has_its_own_context(client: Client, logged: Logged) -> None:
    async def of_run(name: str) -> None:
        with run(name, client=client):
            await asyncio.sleep(0)
            await asyncio.gather(*(awaited(f"{name}-{n}") for n in range(3)))

    async def main() -> None:
        await asyncio.gather(*(of_run(f"run-{n}") for n in range(5)))

    asyncio.run(main())
    assert sorted(logged.places) == sorted(
        (f"run-{n}", "awaited", f"run-{n}-{m}") for n in range(5) for m in range(3)
    )


def test_a_thread_has_the_context_that_is_copied_to_it(client: Client, logged: Logged) -> None:
    with run("iris", client=client), ThreadPoolExecutor(2) as executor:
        list(executor.submit(contextvars.copy_context().run, train, n).result() for n in range(3))
        plain = threading.Thread(target=lambda: pytest.raises(ConfigurationError, log_metadata, {"a": 1}))
        plain.start()
        plain.join()
    assert logged.places == [("iris", "train", n) for n in range(3)]


def test_asyncio_to_thread_copies_the_context(client: Client, logged: Logged) -> None:
    async def main() -> None:
        with run("iris", client=client):
            await asyncio.to_thread(train, 1)

    asyncio.run(main())
    assert logged.places == [("iris", "train", 1)]


def test_the_environment_names_the_run_and_its_step(
    client: Client, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNMETA_RUN_ID", "env")
    monkeypatch.setenv("RUNMETA_STEP_NAME", "env-step")
    client.log_metadata({"a": 1})
    with run("env", client=client):
        log(2)
    with run("iris", client=client):
        log(3)
    assert logged.places == [("env", "env-step", 1), ("env", "env-step", 2), ("iris", None, 3)]


@pytest.mark.parametrize("reference", [RUN["id"], RUN["id"].replace("-", "").upper(), RUN["name"]])
def test_the_step_of_the_environment_belongs_to_its_run_by_id_and_by_name(
    reference: str, client: Client, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNMETA_RUN_ID", reference)
    monkeypatch.setenv("RUNMETA_STEP_NAME", "env-step")
    made = Stub([answer(RUN, 201)]).client().create_run(name=RUN["name"])
    with run(made, client=client):
        log(1)
        train(2)
    assert logged.places == [(RUN["id"], "env-step", 1), (RUN["id"], "train", 2)]


def test_context_environment_names_the_run_and_the_step(client: Client) -> None:
    assert context_environment() == {}

    @step
    def outer() -> dict[str, str]:
        return context_environment()

    with run("iris", client=client):
        assert context_environment() == {"RUNMETA_RUN_ID": "iris"}
        assert outer() == {"RUNMETA_RUN_ID": "iris", "RUNMETA_STEP_NAME": "outer"}


def test_run_refuses_other_types() -> None:
    with pytest.raises(ConfigurationError, match="takes a run"), run(3):  # type: ignore[call-overload]
        pass


def work(value: int) -> int:
    log_metadata({"a": value})
    return os.getpid()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_process_pool_adopts_the_environment(
    method: str, server: Any, name: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {method}")
    monkeypatch.setenv("RUNMETA_URL", server.url)
    monkeypatch.setenv("RUNMETA_API_KEY", server.key)
    own = Client()
    with new_run(name=name(f"pool-{method}")) as made:
        pool = ProcessPoolExecutor(
            2,
            mp_context=multiprocessing.get_context(method),
            initializer=adopt_environment,
            initargs=(context_environment(),),
        )
        with pool:
            assert os.getpid() not in set(pool.map(work, range(4)))
    values = {entry.value for entry in own.history(made.id, "a")}
    assert values == set(range(4))


FORK = """
import os, sys, threading
from runmeta import Client
client = Client(retries=0)
with_threads = [threading.Thread(target=client.log_metadata, args=({"b": 1}, sys.argv[1])) for _ in range(8)]
[thread.start() for thread in with_threads]
[thread.join() for thread in with_threads]
client.log_metadata({"a": "parent"}, sys.argv[1])
stop = threading.Event()
def busy():
    while not stop.is_set():
        client.log_metadata({"b": 1}, sys.argv[1])
threads = [threading.Thread(target=busy) for _ in range(4)]
[thread.start() for thread in threads]
children = []
for n in range(5):
    child = os.fork()
    if child == 0:
        # On a connection of the parent these would take its replies, and it theirs.
        receipts = [client.log_metadata({"c": n}, sys.argv[1]).log.id for _ in range(20)]
        os._exit(0 if len(set(receipts)) == 20 else 1)
    children.append(child)
codes = [os.waitpid(child, 0)[1] for child in children]
stop.set()
[thread.join() for thread in threads]
client.log_metadata({"a": "parent again"}, sys.argv[1])
print(codes)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_during_calls_shares_no_connections(server: Any, name: Callable[[str], str]) -> None:
    own = Client(server.url, server.key)
    made = own.create_run(name=name("fork"))
    names = os.environ | {"RUNMETA_URL": server.url, "RUNMETA_API_KEY": server.key}
    command = [sys.executable, "-W", "ignore", "-c", FORK, made.id]
    done = subprocess.run(command, env=names, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr) == ("[0, 0, 0, 0, 0]\n", "")
    assert sorted(entry.value for entry in made.history("c")) == sorted(list(range(5)) * 20)
    assert [entry.value for entry in made.history("a")] == ["parent again", "parent"]
