"""The cases that every SDK must pass."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from runmeta import ABSENT, BadRequestError, Client, InvalidValueError, RunmetaError
from runmeta.options import ListOptions, NewRunOptions

from stub import RUN, Clock, Stub, body_of, pipeline_run, receipt
from vectors import cases, exact, reply, untagged

pytestmark = pytest.mark.core


def sent_log(stub: Stub) -> tuple[str, Any]:
    """The metadata of the last log as text, and its types."""
    text = (stub.sent[-1].body or b"").decode()
    metadata, _, types = text.removeprefix('{"metadata":').removesuffix("}").partition(',"types":')
    return metadata, json.loads(types or "{}")


SHARED = {"list_pipeline_runs": ListOptions, "new_run": NewRunOptions}
"""The options of calls that take them as one `**options`."""


def options_of(call: str) -> set[str]:
    """The names of a call's options, without its run, its key and what only Python has."""
    taken = {*inspect.signature(getattr(Client, call)).parameters}
    if call in SHARED:
        taken |= {*SHARED[call].__annotations__}
    return taken - {"self", "reference", "name_id_or_prefix", "key", "options", "progress"}


@cases("options.json")
def test_options(case: dict[str, Any]) -> None:
    def snake(name: str) -> str:
        return re.sub(r"[A-Z]", lambda upper: f"_{upper[0].lower()}", name)

    assert options_of(snake(case["name"])) == {snake(option) for option in case["options"]}


@cases("read.json")
def test_read(case: dict[str, Any]) -> None:
    stub = Stub([pipeline_run(case["metadata"], case["types"]), receipt()])
    run = stub.client().get_pipeline_run("nightly")
    run.log_metadata(run.run_metadata)
    metadata, types = sent_log(stub)
    assert exact(metadata) == exact(case["metadata"])
    assert types == case["types"]


@cases("logged.json")
def test_logged(case: dict[str, Any]) -> None:
    stub = Stub([receipt()])
    run = stub.client().run("nightly")
    metadata = untagged(case["metadata"])
    if "refused" in case:
        with pytest.raises(InvalidValueError) as refused:
            run.log_metadata(metadata)
        assert refused.value.pointer == case["refused"]["pointer"]
        assert (refused.value.attempts, stub.sent) == (0, [])
        return
    run.log_metadata(metadata)
    assert sent_log(stub) == (case["sent"]["metadata"], case["sent"]["types"])


@cases("pointers.json")
def test_pointers(case: dict[str, Any]) -> None:
    run = Stub([pipeline_run(json.dumps(case["metadata"]))]).client().get_pipeline_run("nightly")
    if "invalid" in case:
        with pytest.raises(BadRequestError):
            run.get(case["pointer"])
        return
    assert run.get(case["pointer"], ABSENT) == case.get("found", ABSENT)


MEMBERS: dict[str, Callable[[Any], Any]] = {
    "name": lambda error: type(error).__name__,
    "requestId": lambda error: error.request_id,
    "message": str,
    "bodyCharacters": lambda error: len(error.body),
    "candidates": lambda error: [
        {"id": one.id, "name": one.name, "createdAt": one.created_at} for one in error.candidates
    ],
}


def said(error: RunmetaError, expected: dict[str, Any]) -> dict[str, Any]:
    """The members of an error that a case names."""
    return {name: MEMBERS[name](error) if name in MEMBERS else getattr(error, name) for name in expected}


@cases("errors.json")
def test_errors(case: dict[str, Any]) -> None:
    with pytest.raises(RunmetaError) as refused:
        Stub([reply(case["reply"])]).client(retries=0).get_pipeline_run("nightly")
    assert said(refused.value, case["error"]) == case["error"]


CALLS: dict[str, Callable[[Client], Any]] = {
    "log": lambda client: client.log_metadata({"a": 1}, "nightly"),
    "read": lambda client: client.get_pipeline_run("nightly"),
    "create": lambda client: client.create_run(pipeline="train"),
    "update": lambda client: client.update_run(RUN["id"], status="completed"),
    "delete": lambda client: client.delete_run(RUN["id"]),
    "unset": lambda client: client.unset("nightly", "a"),
    "createKey": lambda client: client.create_key(role="log"),
}


@cases("retries.json")
def test_retries(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch, case.get("now", "2026-01-31T12:00:00.000Z"))
    stub = Stub([reply(given) for given in case["replies"]])
    names = {"totalTimeout": "total_timeout"}
    client = stub.client(**{names.get(name, name): value for name, value in case["options"].items()})
    if "error" in case:
        with pytest.raises(RunmetaError) as failed:
            CALLS[case["call"]](client)
        assert said(failed.value, case["error"]) == case["error"]
    else:
        CALLS[case["call"]](client)
    assert len(stub.sent) == case["requests"]
    if "waits" in case:
        assert stub.waits == case["waits"]
    if "isSame" in case:
        assert len({request.body for request in stub.sent}) == 1
        assert len({request.headers.get("idempotency-key") for request in stub.sent}) == 1


@cases("conditions.json")
def test_conditions(case: dict[str, Any]) -> None:
    stub = Stub([reply({"status": 200, "headers": {}, "body": {"runs": []}})])
    runs = stub.client().list_pipeline_runs(where=case["where"])
    if "refused" in case:
        with pytest.raises(BadRequestError):
            list(runs)
        assert stub.sent == []
        return
    assert list(runs) == []
    assert body_of(stub.sent[0]) == {"where": case["sent"]}


def named(value: Any, name: Callable[[str], str]) -> Any:
    """A step of a case, with unique names in place of `{…}`."""
    text = json.dumps(value)
    while "{" in text and (found := _placeholder(text)) is not None:
        text = text.replace("{" + found + "}", name(found))
    return json.loads(text)


def _placeholder(text: str) -> str | None:
    parts = [part.split("}")[0] for part in text.split("{")[1:] if "}" in part]
    return next((part for part in parts if part.isalpha()), None)


def perform(client: Client, step: dict[str, Any]) -> Any:
    """Makes a call of a case, and returns what the case checks."""
    run = step.get("run", "")
    if step["call"] == "create":
        fields = {name: step[name] for name in ("id", "name", "pipeline") if name in step}
        return {"isNew": client.create_run(**fields).is_new}
    if step["call"] == "log":
        return client.log_metadata(
            step["metadata"],
            run,
            step_name=step.get("step"),
            log_related_entities=step.get("relatedEntities"),
            idempotency_key=step.get("idempotencyKey"),
        )
    if step["call"] == "unset":
        return client.unset(run, step["key"], step=step.get("step"), idempotency_key=step.get("idempotencyKey"))
    if step["call"] == "history":
        return [entry.value for entry in client.history(run, step["key"], step=step.get("step"))]
    if step["call"] == "read":
        read = client.get_pipeline_run(run)
        steps = {name: one.run_metadata for name, one in read.steps.items()}
        return {"metadata": read.run_metadata, "steps": steps}
    if step["call"] == "list":
        options = {name: step[name] for name in ("pipeline", "where", "order") if name in step}
        return [one.name for one in client.list_pipeline_runs(**options)]
    if step["call"] == "update":
        return client.update_run(run, status=step["status"])
    return client.delete_run(run)


@cases("calls.json")
def test_calls(case: dict[str, Any], client: Client, name: Callable[[str], str]) -> None:
    for step in named(case["steps"], name):
        if "refused" in step:
            with pytest.raises(RunmetaError) as refused:
                perform(client, step)
            assert refused.value.code == step["refused"]
            continue
        given = perform(client, step)
        if "gives" in step:
            assert given == step["gives"]
