"""A Prefect flow whose tasks log to one run: each task is a step, and Prefect's ids are logged beside the metrics.

`python examples/prefect_flow.py`, with `RUNMETA_URL` and `RUNMETA_API_KEY` set.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.runtime import flow_run
from runmeta import log_metadata, new_run, step
from runmeta.client import Client
from runmeta.metadata_types import Uri


@task
@step
def load_rows(count: int) -> list[float]:
    rows = [0.1 * n for n in range(count)]
    log_metadata({"rows": count, "dataset": Uri("memory://rows")})
    return rows


@task(retries=1, retry_delay_seconds=0)
@step(name="train")
def train_model(rows: list[float]) -> float:
    loss = sum(rows) / len(rows)
    log_metadata({"run_metrics": {"loss": loss}})
    return loss


@flow(log_prints=False)
def training(count: int = 10) -> str:
    """Runs the tasks, and returns the id of the run that they log to."""
    with new_run(pipeline="prefect-training") as run:
        log_metadata({"prefect": {"flow_run_id": flow_run.get_id(), "flow_name": flow_run.get_flow_name()}})
        # Prefect copies the context to the thread of a submitted task.
        future = train_model.submit(load_rows(count))
        future.result()
        return run.id


if __name__ == "__main__":
    print(Client().get_pipeline_run(training()).run_metadata)
