"""ZenML's page "Attach metadata to a run", with the imports changed and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from runmeta import log_metadata, run, step
from runmeta.client import Client

pytestmark = [pytest.mark.core, pytest.mark.usefixtures("environment")]


@step
def train_model(accuracy: float, precision: float, recall: float) -> float:
    log_metadata(metadata={"run_metrics": {"accuracy": accuracy, "precision": precision, "recall": recall}})
    return accuracy


def test_a_step_logs(client: Client, name: Callable[[str], str]) -> None:
    created = client.create_run(name=name("iris"))
    with run(created.name):
        assert train_model(0.95, 0.92, 0.9) == 0.95
    read = client.get_pipeline_run(created.name)
    metrics = {"run_metrics": {"accuracy": 0.95, "precision": 0.92, "recall": 0.9}}
    assert read.run_metadata == metrics
    assert read.steps["train_model"].run_metadata == metrics


def test_the_environment_names_the_run_and_the_step(
    client: Client, name: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNMETA_RUN_ID", client.create_run(name=name("iris")).id)
    monkeypatch.setenv("RUNMETA_STEP_NAME", "train")
    log_metadata({"a": 1})
    read = client.get_pipeline_run(name("iris"))
    assert (read.run_metadata, read.steps["train"].run_metadata) == ({"a": 1}, {"a": 1})


@pytest.mark.parametrize("way", ["id", "name", "prefix of the name", "prefix of the id"])
def test_a_log_after_the_run(way: str, client: Client, name: Callable[[str], str]) -> None:
    created = client.create_run(name=name("after"))
    reference = {
        "id": created.id,
        "name": created.name,
        "prefix of the name": created.name[:-1],
        "prefix of the id": created.id[:18],
    }[way]
    log_metadata(
        metadata={"post_run_info": {"some_metric": 5.0}},
        run_id_name_or_prefix=reference,
    )
    client = Client()
    found = client.get_pipeline_run(reference)
    assert found.run_metadata["post_run_info"] == {"some_metric": 5.0}
    assert isinstance(found.run_metadata["post_run_info"]["some_metric"], float)
    client.delete_run(created.id)
