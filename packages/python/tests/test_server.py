"""Calls on a server. `test_many.py` has the requests of the same calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from runmeta import BadRequestError, Client, RunNotFoundError, log_metadata, run
from runmeta.models import LogReceipt

pytestmark = pytest.mark.core
Names = Callable[[str], str]


def test_log_many(client: Client, name: Names) -> None:
    runs = [client.create_run(name=name(f"many-{n}")) for n in range(3)]
    logs = [{"run_id_name_or_prefix": runs[n % 3].id, "metadata": {"n": n}} for n in range(150)]
    made = client.log_many([*logs, {"run_id_name_or_prefix": name("none"), "metadata": {"n": 1}}])
    assert all(isinstance(one, LogReceipt) for one in made[:-1])
    assert isinstance(made[-1], RunNotFoundError)
    assert [run.read().run_metadata["n"] for run in runs] == [147, 148, 149]


def test_exact_does_not_match_a_prefix(client: Client, name: Names) -> None:
    client.create_run(name=name("exact-10"))
    with pytest.raises(RunNotFoundError):
        client.log_metadata({"a": 1}, name("exact-1"), exact=True)
    with pytest.raises(RunNotFoundError):
        client.get_pipeline_run(name("exact-1"), exact=True)
    client.log_metadata({"a": 1}, name("exact-1"))


def test_a_run_is_read_at_an_earlier_position(client: Client, name: Names) -> None:
    created = client.create_run(name=name("at"))
    first = created.log_metadata({"a": 1})
    created.log_metadata({"a": 2, "b": 3})
    assert first is not None
    assert created.read(at=first.log.position).run_metadata == {"a": 1}
    assert created.read(at=datetime.now(timezone.utc) + timedelta(hours=1)).run_metadata == {"a": 2, "b": 3}


def test_a_run_is_renamed_and_expires(client: Client, name: Names) -> None:
    created = client.create_run(name=name("before"))
    ends = datetime.now(timezone.utc) + timedelta(hours=1)
    changed = created.update(name=name("after"), expires_at=ends)
    assert (changed.name, changed.id) == (name("after"), created.id)
    assert changed.expires_at is not None and abs(changed.expires_at - ends) < timedelta(milliseconds=1)
    assert created.update(expires_at=None).expires_at is None
    with pytest.raises(RunNotFoundError):
        client.get_pipeline_run(name("before"), exact=True)
    with pytest.raises(BadRequestError):
        created.update(expires_at=datetime(2020, 1, 1, tzinfo=timezone.utc))


def test_an_import_keeps_its_times(client: Client, name: Names) -> None:
    moment = datetime(2020, 1, 31, tzinfo=timezone.utc)
    created = client.create_run(name=name("import"), created_at=moment)
    created.log_metadata({"a": 1}, created_at=moment)
    (entry,) = created.history("a")
    assert (created.created_at, entry.created_at) == (moment, moment)


def test_lists_match_several_values_and_parts_of_names(client: Client, name: Names) -> None:
    pipelines = [name("p1"), name("p2")]
    for number, pipeline in enumerate(pipelines):
        made = client.create_run(name=name(f"Part-{number}"), pipeline=pipeline)
        made.log_metadata({"text": f"in the middle {number}"})
    client.update_run(name("Part-0"), status="failed")
    assert len(list(client.list_pipeline_runs(pipeline=pipelines))) == 2
    assert len(list(client.list_pipeline_runs(pipeline=pipelines, status=["failed", "stopped"]))) == 1
    assert len(list(client.list_pipeline_runs(pipeline=pipelines, name_contains="part-"))) == 2
    middle = client.list_pipeline_runs(pipeline=pipelines, where='/text contains "middle 1"')
    assert [run.name for run in middle] == [name("Part-1")]


def test_the_handle_of_a_deleted_run_never_means_a_run_whose_name_begins_with_its_id(client: Client, name: Names) -> None:
    created = client.create_run(pipeline=name("handles"))
    client.create_run(name=f"{created.id}-retry")
    created.delete()
    calls: list[Callable[[], object]] = [
        lambda: created.log_metadata({"a": 1}),
        lambda: created.step("train").log_metadata({"a": 1}),
        lambda: created.read(),
        lambda: list(created.history("a")),
        lambda: created.unset("a"),
        lambda: next(created.watch()),
    ]
    for call in calls:
        with pytest.raises(RunNotFoundError):
            call()
    with run(created), pytest.raises(RunNotFoundError):
        log_metadata({"a": 1})
    assert client.get_pipeline_run(f"{created.id}-retry").run_metadata == {}
