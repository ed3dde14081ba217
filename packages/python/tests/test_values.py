"""How Python values are logged and read."""

from __future__ import annotations

import dataclasses
import enum
import json
import pathlib
import string
import uuid
from collections import OrderedDict, namedtuple
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runmeta import Client, DType, InvalidValueError, NumberLiteral, Path, StorageSize, Uri

from stub import RUN, Stub, answer, pipeline_run, receipt

pytestmark = pytest.mark.core


class Color(enum.Enum):
    RED = "red"


class Word(str, enum.Enum):
    YES = "yes"


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Metrics:
    accuracy: float
    where: Uri
    more: Any = None


Point = namedtuple("Point", "x y")


def body_of(value: Any, **options: Any) -> str:
    """What is sent for a value of the key `a`."""
    stub = Stub([receipt()])
    stub.client(**options).run("nightly").log_metadata({"a": value})
    return (stub.sent[0].body or b"").decode()


def text_of(value: Any, **options: Any) -> str:
    """The JSON that is sent for a value without types."""
    return body_of(value, **options).removeprefix('{"metadata":{"a":').removesuffix("}}")


def refusal_of(metadata: Any) -> InvalidValueError:
    stub = Stub([receipt()])
    with pytest.raises(InvalidValueError) as refused:
        stub.client().run("nightly").log_metadata(metadata)
    assert stub.sent == []
    return refused.value


def read_back(text: str, **options: Any) -> Any:
    return Stub([pipeline_run(f'{{"a":{text}}}')]).client(**options).get_pipeline_run("nightly").run_metadata["a"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (5e-324, "5e-324"),
        (-(2**64), "-18446744073709551616"),
        (Decimal("1.10"), "1.10"),
        (Decimal("1e400"), "1E+400"),
        (Decimal("-0"), "-0"),
        (NumberLiteral("1e99999999999999999999"), "1e99999999999999999999"),
        ((1, (2,)), "[1,[2]]"),
        (Point(1, 2), "[1,2]"),
        (Color.RED, '"red"'),
        (Word.YES, '"yes"'),
        (Level.HIGH, "3"),
        ({Word.YES: 1}, '{"yes":1}'),
        (OrderedDict(b=1, a=2), '{"b":1,"a":2}'),
        (datetime(2026, 1, 31, 12, tzinfo=timezone.utc), '"2026-01-31T12:00:00.000Z"'),
        (datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))), '"2026-01-31T10:00:00.000Z"'),
        (datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=timezone.utc), '"2026-01-31T12:00:00.000001Z"'),
        (date(2026, 1, 31), '"2026-01-31"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        ("é\u2028😀\x00", '"é\u2028😀\\u0000"'),
    ],
    ids=repr,
)
def test_values_are_sent_as_json(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_integers_may_exceed_the_digit_limit_of_python() -> None:
    text = "1" + "0" * 5000
    is_sent, is_read = text_of(10**5000) == text, read_back(text) == 10**5000
    assert (is_sent, is_read) == (True, True)


def test_a_datetime_without_a_zone_is_local_time() -> None:
    moment = datetime(2026, 1, 31, 12)
    assert text_of(moment) == text_of(moment.astimezone())


def test_paths_are_typed() -> None:
    assert body_of([pathlib.PurePosixPath("/a/b")]) == '{"metadata":{"a":["/a/b"]},"types":{"/a/0":"Path"}}'


def test_dataclasses_are_their_fields() -> None:
    metadata = '{"a":{"accuracy":0.9,"where":"u","more":null}}'
    assert body_of(Metrics(0.9, Uri("u"))) == f'{{"metadata":{metadata},"types":{{"/a/where":"Uri"}}}}'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.0", 1.0),
        ("9007199254740993", 9007199254740993),
        ("1e400", Decimal("1e400")),
        ("0.1", 0.1),
        ("3.14159265358979323846264338327", Decimal("3.14159265358979323846264338327")),
        ("1e99999999999999999999", NumberLiteral("1e99999999999999999999")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_numbers_are_read_exactly(text: str, value: Any) -> None:
    read = read_back(text)
    assert (type(read), read) == (type(value), value)


def test_negative_zero_keeps_its_sign() -> None:
    assert [str(read_back(text)) for text in ("-0", "-0.0")] == ["-0.0", "-0.0"]


def test_decimal_numbers_keep_all_digits() -> None:
    assert [str(read_back(text, numbers="decimal")) for text in ("1.10", "0.1000", "3")] == ["1.10", "0.1000", "3"]


@pytest.mark.parametrize("context", ["few digits", "no exceptions"])
def test_the_decimal_context_of_the_program_is_ignored(context: str) -> None:
    import decimal

    with decimal.localcontext() as local:
        if context == "few digits":
            local.prec = 3
        else:
            local.traps[decimal.InvalidOperation] = False
        assert text_of(Decimal("1.23456789")) == "1.23456789"
        assert read_back("0.12345678901234567890123") == Decimal("0.12345678901234567890123")
        assert read_back("1e99999999999999999999") == NumberLiteral("1e99999999999999999999")
        assert text_of(10**700) == "1" + "0" * 700


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({1, 2}, "log sorted(it)"),
        (b"x", "it.hex()"),
        (1j, "[it.real, it.imag]"),
        (timedelta(1), "it.total_seconds()"),
        (Fraction(1, 3), "float(it)"),
        (iter([]), "list(it)"),
        (range(3), "list(it)"),
        (print, "its name"),
        (ValueError("x"), "str(it)"),
        (object(), "dict of the parts that matter"),
        ({1: 2}, "keys are strings"),
        ("\udcff", "lone surrogate"),
        (float("nan"), "log None"),
        (Decimal("Infinity"), "log None"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_refusal_says_where_the_value_is_and_what_to_log(value: Any, says: str) -> None:
    error = refusal_of({"k/1": {"list": [0, value]}})
    assert error.pointer == "/k~11/list/1"
    assert says in error.reason
    assert (error.code, error.status, error.attempts) == ("invalid_value", 422, 0)


def test_a_value_that_raises_is_refused_with_its_pointer() -> None:
    class Broken:
        def model_dump(self) -> Any:
            raise RuntimeError("no")

    error = refusal_of({"a": [Broken()]})
    assert (error.pointer, type(error.__cause__)) == ("/a/0", RuntimeError)


def test_a_dataclass_that_contains_itself_is_refused() -> None:
    metrics = Metrics(1, Uri("u"))
    metrics.more = [metrics]
    assert refusal_of({"a": metrics}).pointer == "/a/more/0"


@pytest.mark.parametrize(("option", "text"), [("null", "[null,null]"), ("string", '["NaN","-Infinity"]')])
def test_nan_and_infinity_can_be_replaced(option: Any, text: str) -> None:
    values = [float("nan"), float("-inf")]
    assert text_of(values, non_finite=option) == text
    assert text_of([Decimal("NaN"), Decimal("-Infinity")], non_finite=option) == text


@pytest.mark.parametrize("size", [-1, 1.5, "1", True, None])
def test_a_size_is_a_whole_number_of_bytes(size: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        StorageSize(size)


def test_typed_values_equal_their_content() -> None:
    assert (Uri("u"), Path("p"), DType("d"), StorageSize(1)) == ("u", "p", "d", 1)
    assert repr([Uri("u"), StorageSize(1)]) == "[Uri('u'), StorageSize(1)]"


names = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["__proto__", "", "a/b", "~", "~1", "0"]))
texts = st.text(st.characters(exclude_categories=["Cs"]))
digits = st.text(string.digits, min_size=25, max_size=40)
decimals = st.builds(lambda more, power: Decimal(f"3.{more}7e{power}"), digits, st.integers(-400, 400))
sizes = st.integers(0, 2**200).map(StorageSize)
typed = st.one_of(texts.map(Uri), texts.map(Path), texts.map(DType), sizes)
numbers = st.one_of(st.integers(), st.integers(-(2**200), 2**200), st.floats(allow_nan=False, allow_infinity=False))
leaves = st.one_of(st.none(), st.booleans(), numbers, texts, decimals, typed)
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=20)


def kinds(value: Any) -> Any:
    """A value with the type of each part, because `1 == 1.0 == True`."""
    if isinstance(value, dict):
        return {name: kinds(member) for name, member in value.items()}
    if isinstance(value, list):
        return [kinds(element) for element in value]
    return type(value).__name__, repr(value)


def echoed(metadata: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """The body that is sent for metadata, and the metadata that is read back."""
    log = Stub([receipt()])
    log.client().run("nightly").log_metadata(metadata)
    body = log.sent[0].body or b""
    # Of two members with one name the later counts: `types`, if the log has any.
    run = f'{json.dumps({**RUN, "steps": {}, "types": {}})[:-1]},{body.decode()[1:]}'
    return body, Stub([answer(run)]).client().get_pipeline_run("nightly").run_metadata


@settings(max_examples=300, deadline=None, derandomize=True)
@given(values)
def test_values_are_read_as_they_were_logged(value: Any) -> None:
    body, read = echoed({"value": value})
    assert kinds(read["value"]) == kinds(value)
    # Logged again, it is sent as the same bytes.
    assert echoed(read)[0] == body


@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=values)
def test_a_server_returns_values_as_they_were_logged(value: Any, client: Client) -> None:
    run = client.create_run(pipeline="values")
    run.log_metadata({"value": value})
    assert kinds(run.read().run_metadata["value"]) == kinds(value)
