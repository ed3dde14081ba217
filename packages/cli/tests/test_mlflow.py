"""`runmeta import mlflow`, from runs that MLflow's own client made in each kind of store."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

# The client asks for these when it is loaded. A store of files is an old one, which MLflow makes only where it is told to.
os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ALLOW_FILE_STORE": "true"}

import pytest
from mlflow.tracking import MlflowClient
from servers import Runmeta, mlflow_served, runmeta_served

START = 1_700_000_000_000
"""Milliseconds since 1970, 2023-11-14T22:13:20Z."""


@dataclass(frozen=True)
class Source:
    """A store of MLflow: what its own client calls it by, and what the command does."""

    tracking: str
    argument: str


@pytest.fixture(scope="module", params=["server", "sqlite", "sqlite folder", "files"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """A store takes MLflow seconds to make, so that the tests share it."""
    folder = tmp_path_factory.mktemp("mlflow")
    database = f"sqlite:///{folder / 'mlflow.db'}"
    if request.param == "server":
        with mlflow_served(folder) as url:
            yield Source(url, url)
    elif request.param == "sqlite":
        yield Source(database, database)
    elif request.param == "sqlite folder":
        yield Source(database, str(folder))
    else:
        yield Source((folder / "mlruns").as_uri(), str(folder / "mlruns"))


@pytest.fixture
def runmeta(tmp_path: Path) -> Iterator[Runmeta]:
    with runmeta_served(tmp_path / "runmeta") as command:
        yield command


@pytest.fixture
def client(source: Source) -> Iterator[MlflowClient]:
    """A client of a store without experiments but the one that MLflow makes, as the test leaves it too."""
    made = MlflowClient(source.tracking)
    yield made
    for experiment in made.search_experiments():
        if experiment.experiment_id != "0":
            # A deleted one keeps its name.
            made.rename_experiment(experiment.experiment_id, f"deleted-{experiment.experiment_id}")
            made.delete_experiment(experiment.experiment_id)


def new_run(client: MlflowClient, experiment: str, name: str, tags: dict[str, str] | None = None) -> str:
    run_id: str = client.create_run(experiment, start_time=START, run_name=name, tags=tags).info.run_id
    return run_id


def imported(runmeta: Runmeta, source: Source) -> Any:
    return runmeta("import", "mlflow", source.argument)[0]


def read(runmeta: Runmeta, run_id: str) -> Any:
    return runmeta("get", str(UUID(run_id)))[0]


def test_a_run_has_its_facts_parameters_tags_and_metrics(source: Source, client: MlflowClient, runmeta: Runmeta) -> None:
    run_id = new_run(client, client.create_experiment("iris"), "first", {"team": "ä/b", "empty": ""})
    client.log_param(run_id, "lr", "0.10")
    client.log_param(run_id, "layers/0", "[64, 32]")
    for step, value in enumerate([0.5, 0.25, 0.125]):
        client.log_metric(run_id, "val/loss", value, timestamp=START + 1000 * step, step=step)
    client.set_terminated(run_id, "FINISHED", end_time=START + 60_000)
    assert imported(runmeta, source) == {"runs": 1, "newRuns": 1, "newLogs": 4}
    run = read(runmeta, run_id)
    assert {name: run[name] for name in ("name", "pipeline", "status", "createdAt", "startedAt", "endedAt")} == {
        "name": "first",
        "pipeline": "iris",
        "status": "completed",
        "createdAt": "2023-11-14T22:13:20.000Z",
        "startedAt": "2023-11-14T22:13:20.000Z",
        "endedAt": "2023-11-14T22:14:20.000Z",
    }
    metadata = run["metadata"]
    assert metadata["params"] == {"lr": "0.10", "layers/0": "[64, 32]"}
    assert metadata["tags"].items() >= {"team": "ä/b", "empty": "", "mlflow.runName": "first"}.items()
    assert (metadata["val/loss"], metadata["mlflow_step"]) == (0.125, 2)
    assert run["types"] == {"/artifact_uri": "Uri"}
    assert metadata["artifact_uri"] == client.get_run(run_id).info.artifact_uri
    history = runmeta("history", run["id"], "val/loss")
    assert [(entry["value"], entry["createdAt"]) for entry in history] == [
        (0.125, "2023-11-14T22:13:22.000Z"),
        (0.25, "2023-11-14T22:13:21.000Z"),
        (0.5, "2023-11-14T22:13:20.000Z"),
    ]


@pytest.mark.parametrize(
    ("theirs", "ours"), [("RUNNING", "running"), ("FINISHED", "completed"), ("FAILED", "failed"), ("KILLED", "stopped")]
)
def test_a_status_is_the_one_that_means_the_same(
    source: Source, client: MlflowClient, runmeta: Runmeta, theirs: str, ours: str
) -> None:
    run_id = new_run(client, client.create_experiment("iris"), "one")
    if theirs != "RUNNING":
        client.set_terminated(run_id, theirs)
    imported(runmeta, source)
    run = read(runmeta, run_id)
    assert (run["status"], "endedAt" in run) == (ours, ours != "running")


def test_nested_runs_name_their_parent_and_equal_names_get_a_part_of_the_id(
    source: Source, client: MlflowClient, runmeta: Runmeta
) -> None:
    experiment = client.create_experiment("iris")
    parent = new_run(client, experiment, "same/name")
    child = new_run(client, experiment, "same/name", {"mlflow.parentRunId": parent})
    assert imported(runmeta, source)["newRuns"] == 2
    assert read(runmeta, child)["metadata"]["parent_run"] == str(UUID(parent))
    assert "parent_run" not in read(runmeta, parent)["metadata"]
    names = {read(runmeta, run_id)["name"] for run_id in (parent, child)}
    assert "same-name" in names and names < {"same-name", f"same-name-{parent[:8]}", f"same-name-{child[:8]}"}


def test_values_that_are_no_numbers_are_text(source: Source, client: MlflowClient, runmeta: Runmeta) -> None:
    run_id = new_run(client, client.create_experiment("iris"), "odd")
    for step, value in enumerate([math.nan, math.inf, -math.inf, 0.0]):
        client.log_metric(run_id, "loss", value, timestamp=START + step, step=step)
    imported(runmeta, source)
    history = runmeta("history", str(UUID(run_id)), "loss")
    assert [entry["value"] for entry in history] == [0, "-Infinity", "Infinity", "NaN"]


def test_what_is_deleted_is_left_out(source: Source, client: MlflowClient, runmeta: Runmeta) -> None:
    kept, gone = client.create_experiment("kept"), client.create_experiment("gone, with its runs")
    run_id = new_run(client, kept, "stays")
    client.delete_run(new_run(client, kept, "goes"))
    new_run(client, gone, "goes too")
    client.delete_experiment(gone)
    assert imported(runmeta, source)["runs"] == 1
    assert [run["id"] for run in runmeta("list")] == [str(UUID(run_id))]


def test_it_can_be_run_again_and_adds_what_is_new(source: Source, client: MlflowClient, runmeta: Runmeta) -> None:
    experiment = client.create_experiment("iris")
    run_id = new_run(client, experiment, "grows")
    client.log_metric(run_id, "loss", 1.0, timestamp=START, step=0)
    assert imported(runmeta, source) == {"runs": 1, "newRuns": 1, "newLogs": 2}
    assert imported(runmeta, source) == {"runs": 1, "newRuns": 0, "newLogs": 0}
    client.log_metric(run_id, "loss", 0.5, timestamp=START + 1, step=1)
    client.set_terminated(run_id, "FAILED", end_time=START + 2)
    new_run(client, experiment, "another")
    assert imported(runmeta, source) == {"runs": 2, "newRuns": 1, "newLogs": 2}
    run = read(runmeta, run_id)
    assert (run["status"], run["endedAt"]) == ("failed", "2023-11-14T22:13:20.002Z")
    assert [entry["value"] for entry in runmeta("history", run["id"], "loss")] == [0.5, 1]
