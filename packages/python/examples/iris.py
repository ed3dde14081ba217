"""Trains classifiers on the Iris data set inside a step, logs how good they are, and finds and compares the best.

It mirrors the TypeScript example, with scikit-learn: `python examples/iris.py`, with `RUNMETA_URL` and `RUNMETA_API_KEY`
set.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

import sklearn.datasets
from runmeta import get_pipeline_run, log_metadata, run, step
from runmeta.client import Client
from runmeta.compare import Comparison
from runmeta.metadata_types import StorageSize, Uri
from runmeta.runs import ListedRun, PipelineRun
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, precision_score, recall_score
from sklearn.model_selection import train_test_split


@dataclass
class Metrics:
    accuracy: float
    precision: float
    recall: float


@step
def train_model(trees: int) -> Metrics:
    """Trains a forest with this number of trees, and returns how good it is on the flowers that were held back."""
    flowers = load_iris(as_frame=True)
    training, held_back, labels, expected = train_test_split(
        flowers.data, flowers.target, test_size=1 / 3, random_state=7, stratify=flowers.target
    )
    forest = RandomForestClassifier(n_estimators=trees, max_features=2, random_state=42).fit(training, labels)
    predicted = forest.predict(held_back)
    metrics = Metrics(
        accuracy=accuracy_score(expected, predicted),
        precision=precision_score(expected, predicted, average="macro"),
        recall=recall_score(expected, predicted, average="macro"),
    )
    log_metadata(
        metadata={
            "run_metrics": metrics,
            "parameters": {"trees": trees},
            "dataset": Uri("pypi:scikit-learn/iris.csv"),
            "dataset_size": StorageSize(Path(sklearn.datasets.__file__, "../data/iris.csv").resolve().stat().st_size),
            "feature_importances": dict(zip(flowers.feature_names, forest.feature_importances_.tolist(), strict=True)),
        },
    )
    return metrics


def read_in_three_ways(client: Client) -> tuple[Metrics, list[PipelineRun]]:
    """Creates a run with one step, logs to it after it has ended, and reads it by id, name and prefix."""
    created = client.create_run(name=f"flowers-{uuid.uuid4()}", pipeline="iris")
    with run(created):
        metrics = train_model(25)
    created.update(status="completed")

    # Afterwards, from anywhere: a prefix of the name will do.
    prefix = created.name[:-8]
    client.log_metadata(
        metadata={"post_run_info": {"reviewed": True, "some_metric": 5.0}},
        run_id_name_or_prefix=prefix,
    )
    with run(created):
        return metrics, [get_pipeline_run(reference) for reference in (created.id, created.name, prefix)]


def choose(client: Client) -> tuple[ListedRun, Comparison]:
    """Forests of different sizes: the most accurate, and how it differs from the second."""
    pipeline = f"forests-{uuid.uuid4()}"
    for trees in (1, 10, 25):
        with client.new_run(name=f"{pipeline}-of-{trees}", pipeline=pipeline):
            train_model(trees)

    best, second = client.list_pipeline_runs(
        pipeline=pipeline,
        where="/run_metrics/accuracy >= 0.5",
        order="-/run_metrics/accuracy",
        select="/run_metrics/accuracy",
    ).first(2)
    return best, client.compare([best, second])


def main() -> None:
    client = Client()
    _, reads = read_in_three_ways(client)
    for way, read in zip(("id", "name", "prefix"), reads, strict=True):
        print(f"read by {way}: {read.name} {read.status} {read.run_metadata['run_metrics']}")
    best, table = choose(client)
    print(f"\nthe best of three: {best.name}\n\n{table}")


if __name__ == "__main__":
    main()
