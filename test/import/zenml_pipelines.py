"""Runs of pipelines with metadata of every type, made by ZenML's own client on the server that its environment names."""

import json
import sys

from zenml import log_metadata, pipeline, step
from zenml.client import Client
from zenml.metadata.metadata_types import DType, Path, StorageSize, Uri


@step(enable_cache=False)
def load(rows: int) -> int:
    log_metadata(
        metadata={
            "count": rows,
            "ratio": 5.0,
            "flag": True,
            "text": "hello",
            "list": [1, 2.5, "x"],
            "dict": {"deep": {"a": 1}},
            "uri": Uri("https://example.com/x"),
            "path": Path("/data/iris.csv"),
            "dtype": DType("float32"),
            "size": StorageSize(2048),
        }
    )
    return rows


@step(enable_cache=False)
def train(rows: int, rate: float) -> None:
    log_metadata(metadata={"accuracy": 0.5})
    log_metadata(metadata={"accuracy": 0.93})


@step(enable_cache=False)
def fail() -> None:
    raise RuntimeError("on purpose")


@pipeline
def iris(rate: float = 0.1) -> None:
    train(load(150), rate)


@pipeline
def broken() -> None:
    fail()


if sys.argv[1] == "more":
    log_metadata(metadata={"reviewed": True}, run_id_name_or_prefix=sys.argv[2])
else:
    run = iris()
    log_metadata(metadata={"post_run_info": {"some_metric": 5.0}}, run_id_name_or_prefix=run.id)
    try:
        broken()
    except RuntimeError:
        pass
    runs = Client().list_pipeline_runs(sort_by="asc:created", hydrate=True)
    print("RUNS", json.dumps([{"id": str(one.id), "name": one.name, "status": one.status.value} for one in runs]))
