"""Values of numpy, pandas, pydantic and attrs; pandas frames and progress bars."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pydantic
import pytest
from runmeta import Client, ConfigurationError, Uri, log_metadata, run

from test_values import body_of, refusal_of, text_of


class Settings(pydantic.BaseModel):
    rate: float
    where: Uri = pydantic.Field(default=Uri("u"))
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)


@attrs.define
class Layer:
    units: int


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.5), "0.5"),
        (np.float64(1), "1.0"),
        (np.float32(0.5), "0.5"),
        (np.float16(0.5), "0.5"),
        (np.longdouble("0.1"), "0.1"),
        (np.int8(-3), "-3"),
        (np.uint64(2**64 - 1), "18446744073709551615"),
        (np.bool_(True), "true"),
        (np.str_("x"), '"x"'),
        ({np.str_("x"): 1}, '{"x":1}'),
        (pd.Timestamp("2026-01-31T12:00:00Z"), '"2026-01-31T12:00:00.000Z"'),
        (Layer(3), '{"units":3}'),
    ],
    ids=repr,
)
def test_values_are_sent_as_json(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_pydantic_models_are_their_fields() -> None:
    metadata = '{"a":{"rate":0.1,"where":"u"}}'
    assert body_of(Settings(rate=0.1)) == f'{{"metadata":{metadata},"types":{{"/a/where":"Uri"}}}}'


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (np.zeros(3), "it.tolist()"),
        (np.array(3), "it.item()"),
        (np.bytes_(b"a"), "a str of them, such as it.hex()"),
        (np.void(b"a"), "such as it.tobytes().hex()"),
        (np.array([(1, 2.0)], dtype=[("a", int), ("b", float)])[0], "log it.tolist()"),
        (np.clongdouble(1), "log [it.real, it.imag]"),
        (np.float32("nan"), "log None"),
        (np.longdouble("inf"), "log None"),
        (np.complex64(1j), "[it.real.item()"),
        (np.datetime64("2026-01-31"), "str(it)"),
        (pd.DataFrame({"a": [1]}), "to_dict('records')"),
        (pd.Series([1]), "it.tolist()"),
        (pd.NaT, "log None"),
        (pd.NA, "log None"),
        (pd.Timestamp(1, unit="ns", tz="UTC"), "floor('us')"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_refusal_says_what_to_log(value: Any, says: str) -> None:
    error = refusal_of({"a": [value]})
    assert error.pointer == "/a/0"
    assert says in error.reason


def test_lists_histories_and_comparisons_become_frames(client: Client, name: Callable[[str], str]) -> None:
    for n in range(3):
        created = client.create_run(name=name(f"frame-{n}"), pipeline=name("frame"))
        created.log_metadata({"accuracy": 0.9 + n / 100, "more": {"n": n}})
    runs = client.list_pipeline_runs(pipeline=name("frame"), order="/accuracy", select="/accuracy")
    selected = runs.to_pandas()
    assert selected["/accuracy"].tolist() == [0.9, 0.91, 0.92]
    assert str(selected["created_at"].dtype).startswith("datetime64")
    whole = client.list_pipeline_runs(pipeline=name("frame"), order="/accuracy", include=["metadata"]).to_pandas()
    assert whole["/more/n"].tolist() == [0, 1, 2]
    history = client.history(name("frame-0"), "accuracy").to_pandas()
    assert (history["value"].tolist(), list(history["by"])) == ([0.9], ["root"])
    compared = client.compare([name("frame-0"), name("frame-1")]).to_pandas()
    assert compared.loc["/accuracy", name("frame-1")] == 0.91
    assert compared.loc["/accuracy", "differs"]


def test_a_progress_bar_counts_the_runs(
    client: Client, name: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(3):
        client.create_run(name=name(f"bar-{n}"), pipeline=name("bar"))
    assert len(list(client.list_pipeline_runs(pipeline=name("bar"), page_size=1, progress=True))) == 3
    assert "3run" in capsys.readouterr().err


@pytest.mark.parametrize(("module", "hint"), [("pandas", "runmeta[pandas]"), ("tqdm.asyncio", "runmeta[progress]")])
def test_an_error_names_the_package_to_install(
    module: str, hint: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    runs = client.list_pipeline_runs(name="none", progress=module != "pandas")
    with pytest.raises(ConfigurationError, match=hint.replace("[", r"\[")):
        runs.to_pandas() if module == "pandas" else list(runs)


@pytest.mark.usefixtures("environment")
def test_numpy_numbers_are_read_as_numbers(client: Client, name: Callable[[str], str]) -> None:
    client.create_run(name=name("numpy"))
    with run(name("numpy")):
        log_metadata({"loss": np.float32(0.5), "epoch": np.int64(3)})
    assert client.get_pipeline_run(name("numpy")).run_metadata == {"loss": 0.5, "epoch": 3}
