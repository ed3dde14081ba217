"""JSON numbers, without a change of what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")

# CPython refuses to convert longer texts to integers and back, and no program may lower that limit below 640 digits.
_SAFE_DIGITS = 640
# An integer that a Decimal stands for is made only up to so many digits: 1e999999999 would fill the memory.
MAX_EXPANDED_DIGITS = 10_000


@dataclass(frozen=True)
class NumberLiteral:
    """A JSON number with its text: for one whose exponent not even a `Decimal` holds. It can be logged like any other value."""

    text: str

    def __post_init__(self) -> None:
        if not NUMBER.match(self.text):
            raise ValueError("NumberLiteral: must be a number as JSON writes it, such as 1e400")

    def __str__(self) -> str:
        return self.text


def decimal_of(text: str) -> Decimal | NumberLiteral:
    """A JSON number with all of its digits, whatever the program's decimal context."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return NumberLiteral(text)
    # A program may have turned the exception off.
    return NumberLiteral(text) if value.is_nan() else value


def read_float(text: str) -> float | Decimal | NumberLiteral:
    """The value of a number that has a fraction or an exponent: a float where that means the same decimal number."""
    value = float(text)
    shortest = float.__repr__(value)
    if shortest == text:
        return value
    exact = decimal_of(text)
    if value in (float("inf"), float("-inf")) or isinstance(exact, NumberLiteral):
        return exact
    return value if exact == Decimal(shortest) else exact


def read_int(text: str) -> int | float:
    """The value of a number in plain digits, however many; `-0` is the float that has its sign."""
    if len(text) < _SAFE_DIGITS:
        return -0.0 if text == "-0" else int(text)
    return int(Decimal(text))


def int_text(value: int) -> str:
    """An integer in plain digits, however many."""
    # 3 bits are less than one digit.
    if value.bit_length() < 3 * _SAFE_DIGITS:
        return int.__repr__(value)
    return format(Decimal(value), "f")


def whole_of(value: int | float | Decimal) -> int | None:
    """The integer that a number means, None where it means none or one of too many digits."""
    if isinstance(value, int):
        return value
    exact = Decimal(float.__repr__(value)) if isinstance(value, float) else value
    if exact.adjusted() > MAX_EXPANDED_DIGITS or exact != exact.to_integral_value():
        return None
    return int(exact)
