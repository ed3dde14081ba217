"""Reads the cases that every SDK must pass, and translates them to Python."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from runmeta import DType, Path, StorageSize, Uri
from runmeta.transport import HttpRequest, HttpResponse

from server import REPOSITORY
from stub import Answer

FOLDER = REPOSITORY / "test" / "vectors"


def cases(file: str) -> pytest.MarkDecorator:
    """Runs a test with each case of a file."""
    read = json.loads((FOLDER / file).read_text(encoding="utf-8"))
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in read["cases"]])


def untagged(value: Any, root: Any = None) -> Any:
    """The Python value of a tagged value."""
    if isinstance(value, list):
        return [untagged(element, root) for element in value]
    if not isinstance(value, dict):
        return value
    if "$" not in value:
        made: dict[str, Any] = {}
        around = made if root is None else root
        made.update((name, untagged(member, around)) for name, member in value.items())
        return made
    return _stands_for(value, root)


def _stands_for(tagged: dict[str, Any], root: Any) -> Any:
    kind = tagged["$"]
    types = {"Uri": Uri, "Path": Path, "DType": DType, "StorageSize": StorageSize}
    if kind in types:
        return types[kind](tagged["value"])
    if kind == "nested":
        value: list[Any] = []
        for _ in range(tagged["levels"] - 1):
            value = [value]
        return value
    makers: dict[str, Callable[[], Any]] = {
        "integer": lambda: int(tagged["text"]),
        "decimal": lambda: Decimal(tagged["text"]),
        "NaN": lambda: float("nan"),
        "Infinity": lambda: float("inf"),
        "-Infinity": lambda: float("-inf"),
        "cycle": lambda: root,
        "function": lambda: print,
        "set": lambda: {1},
        "bytes": lambda: b"x",
    }
    return makers[kind]()


def exact(text: str) -> Any:
    """JSON with each number as its decimal value."""
    return json.loads(text, parse_int=_meaning, parse_float=_meaning)


def _meaning(text: str) -> Any:
    digits, _, exponent = text.lower().partition("e")
    whole, _, fraction = digits.partition(".")
    sign = "-" if whole.startswith("-") else ""
    all_digits = (whole.lstrip("-") + fraction).lstrip("0")
    power = int(exponent or "0") - len(fraction) + len(all_digits) - len(all_digits.rstrip("0"))
    significant = all_digits.rstrip("0")
    # Not a number of Python: not even Decimal holds all exponents.
    return ("number", sign, significant, power) if significant else ("number", "", "", 0)


def reply(given: dict[str, Any]) -> Answer:
    """What a server answers."""
    if "fault" in given:
        return _fault(given["fault"])
    text = given.get("text", "")
    if "repeat" in given:
        text = given["repeat"]["text"] * given["repeat"]["times"]
    if "body" in given:
        text = json.dumps(given["body"])
    return lambda _: HttpResponse(given["status"], given["headers"], text.encode())


def _fault(kind: str) -> Answer:
    def fail(request: HttpRequest) -> HttpResponse:
        if kind == "silence":
            time.sleep(request.timeout)
            raise TimeoutError("timed out")
        raise {
            "refused": ConnectionRefusedError("connection refused"),
            "closed": ConnectionResetError("connection reset"),
            "broken": http.client.IncompleteRead(b"{"),
        }[kind]

    return fail
