"""Runs the examples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from runmeta import Client, StorageSize, Uri

from server import Server

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.usefixtures("environment")
def test_iris_is_read_in_three_ways(client: Client) -> None:
    import iris

    metrics, reads = iris.read_in_three_ways(client)
    assert 0.9 < metrics.accuracy <= 1
    assert len({read.id for read in reads}) == 1
    for read in reads:
        assert read.run_metadata["run_metrics"] == vars(metrics)
        assert read.run_metadata["post_run_info"] == {"reviewed": True, "some_metric": 5.0}
        assert isinstance(read.run_metadata["dataset"], Uri)
        assert isinstance(read.run_metadata["dataset_size"], StorageSize)
        assert read.steps["train_model"].run_metadata["run_metrics"] == vars(metrics)
        assert (read.pipeline, read.status) == ("iris", "completed")


@pytest.mark.usefixtures("environment")
def test_iris_finds_the_best_of_several_forests(client: Client) -> None:
    import iris

    best, table = iris.choose(client)
    accuracies = [
        client.get_pipeline_run(run.id).get("/run_metrics/accuracy")
        for run in client.list_pipeline_runs(pipeline=best.pipeline)
    ]
    highest, second, _ = sorted(accuracies, reverse=True)
    assert best.selected == {"/run_metrics/accuracy": highest}
    rows = {row.pointer: row for row in table.rows}
    assert rows["/run_metrics/accuracy"].values == (highest, second)
    assert (rows["/parameters/trees"].differs, rows["/dataset"].differs) == (True, False)


def test_prefect_flow(server: Server, client: Client, tmp_path: Path) -> None:
    pytest.importorskip("prefect")
    # A process and a home of its own: Prefect starts a server there, and keeps settings and a database.
    code = "import json, prefect_flow; print('RUN', json.dumps(prefect_flow.training(4)))"
    names = os.environ | {
        "RUNMETA_URL": server.url,
        "RUNMETA_API_KEY": server.key,
        "PREFECT_HOME": str(tmp_path),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        # A busy machine takes longer than the 20 seconds that it waits.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "200",
        "PYTHONPATH": str(EXAMPLES),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=names, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    run_id = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("RUN ")).removeprefix("RUN "))
    read = client.get_pipeline_run(run_id)
    loss = {"loss": pytest.approx(0.15)}
    assert (read.pipeline, read.status) == ("prefect-training", "completed")
    assert read.run_metadata["run_metrics"] == loss
    assert read.run_metadata["prefect"]["flow_name"] == "training"
    assert read.steps["load_rows"].run_metadata == {"rows": 4, "dataset": "memory://rows"}
    assert read.steps["train"].run_metadata == {"run_metrics": loss}
