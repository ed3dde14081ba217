"""The calls of ZenML's page, where only the package is installed: `python tests/page.py` starts a server and runs them."""

from __future__ import annotations

import os

from server import served

with served() as server:
    os.environ |= {"RUNMETA_URL": server.url, "RUNMETA_API_KEY": server.key}

    from runmeta import log_metadata, run, step
    from runmeta.client import Client

    @step
    def train_model(accuracy: float, precision: float) -> None:
        log_metadata(metadata={"run_metrics": {"accuracy": accuracy, "precision": precision}})

    Client().create_run(name="run_id_name_or_prefix-1")
    with run("run_id_name_or_prefix"):
        train_model(0.95, 0.92)

    log_metadata(metadata={"post_run_info": {"some_metric": 5.0}}, run_id_name_or_prefix="run_id_name_or_prefix")

    client = Client()
    found = client.get_pipeline_run("run_id_name_or_prefix")
    assert found.run_metadata["post_run_info"] == {"some_metric": 5.0}
    assert found.steps["train_model"].run_metadata["run_metrics"] == {"accuracy": 0.95, "precision": 0.92}
