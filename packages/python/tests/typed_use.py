"""Code as users write it. Type checkers check it in strict mode; it does not run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from runmeta import AmbiguousRunError, AsyncClient, Client, RunmetaError, log_metadata, new_run, run, step
from runmeta.metadata_types import StorageSize, Uri
from runmeta.models import LogReceipt
from runmeta.runs import CreatedRun, ListedPipelineRun, ListedRun, RunHandle
from typing_extensions import assert_type


@step
def train(rows: list[int], *, rate: float = 0.1) -> float:
    log_metadata(metadata={"rows": len(rows), "size": StorageSize(1), "where": Uri("u")})
    return rate


@step(name="evaluate")
async def evaluate(accuracy: float) -> str:
    return str(accuracy)


@step("stream")
def stream() -> Iterator[int]:
    yield 1


class Model:
    @step
    def fit(self, rows: list[int]) -> int:
        return len(rows)


def use() -> None:
    client = Client(on_error="warn")
    assert_type(train([1], rate=0.2), float)
    assert_type(stream(), Iterator[int])
    assert_type(Model().fit([1]), int)
    found = client.get_pipeline_run("nightly")
    assert_type(found.run_metadata["accuracy"], Any)
    assert_type(found.created_at, datetime)
    assert_type(found.pipeline, str | None)
    assert_type(client.log_metadata({"a": 1}, "nightly"), LogReceipt | None)
    assert_type(client.list_pipeline_runs(pipeline="p", where="/a > 1").first(1), list[ListedRun])
    assert_type(client.list_pipeline_runs(include=["metadata"]).first(1), list[ListedPipelineRun])
    for result in client.log_many([{"metadata": {"a": 1}}]):
        assert_type(result, LogReceipt | RunmetaError)
    with run("nightly") as handle:
        assert_type(handle, RunHandle)
    with new_run(pipeline="p") as made:
        assert_type(made, CreatedRun)
        made.step("train").log_metadata({"a": 1}, idempotency_key="k")
    try:
        found.update(status="completed", expires_at=None)
    except AmbiguousRunError as error:
        assert_type(error.candidates[0].name, str)


async def use_tasks() -> None:
    async with AsyncClient() as client:
        assert_type(await evaluate(0.9), str)
        read = await client.get_pipeline_run("nightly")
        assert_type(read.steps["train"].run_metadata, dict[str, Any])
        assert_type([one.name async for one in client.list_pipeline_runs()], list[str])
        async with client.new_run(name="n") as made:
            await made.log_metadata({"a": 1})
