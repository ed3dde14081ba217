"""What ZenML's own tests check of `log_metadata` and of a run's metadata, for this package."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest
from runmeta import ConfigurationError, InvalidValueError, log_metadata, run, step
from runmeta.client import Client
from runmeta.metadata_types import DType, Path, StorageSize, Uri

pytestmark = [pytest.mark.core, pytest.mark.usefixtures("environment")]


@step
def several_calls() -> None:
    log_metadata(metadata={"score": 1})
    log_metadata(metadata={"score": 2})


@step
def another_step() -> None:
    log_metadata(metadata={"score": 10, "other": True})


def test_the_latest_of_several_calls_in_a_step_is_read(client: Client, name: Callable[[str], str]) -> None:
    created = client.create_run(name=name("pipeline"))
    with run(created.id):
        several_calls()
    read = client.get_pipeline_run(created.id)
    assert read.steps["several_calls"].run_metadata["score"] == 2
    # ZenML reads this as `run_metadata["several_calls::score"]`: docs/from-zenml.md.
    assert read.run_metadata["score"] == 2


def test_a_step_keeps_its_own_value_of_a_key_that_another_step_logs(client: Client, name: Callable[[str], str]) -> None:
    created = client.create_run(name=name("pipeline"))
    with run(created.id):
        several_calls()
        another_step()
    read = client.get_pipeline_run(created.id)
    assert read.steps["several_calls"].run_metadata == {"score": 2}
    assert read.steps["another_step"].run_metadata == {"score": 10, "other": True}
    assert read.run_metadata == {"score": 10, "other": True}


def test_a_log_names_a_run_and_a_step(client: Client, name: Callable[[str], str]) -> None:
    created = client.create_run(name=name("pipeline"))
    with run(created.id):
        several_calls()
    log_metadata(metadata={"manual_run": True}, run_id_name_or_prefix=created.id)
    log_metadata(metadata={"manual_step": True}, step_name="several_calls", run_id_name_or_prefix=created.name)
    log_metadata(metadata={"score": 3}, step_name="several_calls", run_id_name_or_prefix=created.name[:-1])
    read = client.get_pipeline_run(name_id_or_prefix=created.id)
    assert read.run_metadata == {"score": 3, "manual_run": True, "manual_step": True}
    assert read.steps["several_calls"].run_metadata == {"score": 3, "manual_step": True}


def test_a_log_creates_the_step_that_it_names(client: Client, name: Callable[[str], str]) -> None:
    created = client.create_run(name=name("pipeline"))
    log_metadata(metadata={"a": 1}, step_name="evaluate", run_id_name_or_prefix=created.id)
    assert client.get_pipeline_run(created.id).steps["evaluate"].run_metadata == {"a": 1}


def test_an_error_outside_of_a_run_says_what_to_set() -> None:
    with pytest.raises(ConfigurationError, match="RUNMETA_RUN_ID"):
        log_metadata(metadata={"a": 1})
    # Code that was written for ZenML catches this.
    with pytest.raises(ValueError):
        log_metadata(metadata={"a": 1})


def test_each_metadata_type_is_read_as_it_was_logged(client: Client, name: Callable[[str], str]) -> None:
    created = client.create_run(name=name("types"))
    metadata = {
        "string": "text",
        "int": 3,
        "float": 0.5,
        "bool": True,
        "dict": {"nested": {"deep": [1, 2.5, "three", None]}},
        "list": [1, 2, 3],
        "uri": Uri("https://example.com/report"),
        "path": Path("/data/iris.csv"),
        "dtype": DType("float32"),
        "storage_size": StorageSize(2048),
    }
    log_metadata(metadata=metadata, run_id_name_or_prefix=created.id)
    read = client.get_pipeline_run(created.id).run_metadata
    assert dict(read) == metadata
    for key, kind in {"uri": Uri, "path": Path, "dtype": DType, "storage_size": StorageSize, "bool": bool}.items():
        assert type(read[key]) is kind


def test_a_tuple_is_read_as_a_list(client: Client, name: Callable[[str], str]) -> None:
    created = client.create_run(name=name("tuple"))
    log_metadata(metadata={"tuple": (1, 2, 3), "path": PurePosixPath("/a/b")}, run_id_name_or_prefix=created.id)
    read = client.get_pipeline_run(created.id).run_metadata
    assert read["tuple"] == [1, 2, 3]
    assert read["path"] == Path("/a/b")


@pytest.mark.parametrize(
    ("value", "pointer"),
    [({1, 2, 3}, "/value"), ({"inner": {1, 2}}, "/value/inner"), (math.nan, "/value"), (b"bytes", "/value")],
)
def test_a_value_that_json_cannot_hold_is_refused_with_its_pointer(
    value: object, pointer: str, client: Client, name: Callable[[str], str]
) -> None:
    created = client.create_run(name=name("refused"))
    with pytest.raises(InvalidValueError) as refused:
        log_metadata(metadata={"value": value, "good": 1}, run_id_name_or_prefix=created.id)
    assert refused.value.pointer == pointer
    assert dict(client.get_pipeline_run(created.id).run_metadata) == {}
