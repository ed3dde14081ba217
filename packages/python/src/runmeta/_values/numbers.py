"""JSON numbers, read and written without a loss of digits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")

# CPython limits the digits in conversions between text and int. A program can set the limit, but not below 640.
_SAFE_DIGITS = 640
# A Decimal with more digits is not expanded to an int: 1e999999999 would fill the memory.
MAX_EXPANDED_DIGITS = 10_000


@dataclass(frozen=True)
class NumberLiteral:
    """The text of a JSON number whose exponent is too large for a `Decimal`. It can be logged like any other value."""

    text: str

    def __post_init__(self) -> None:
        if not NUMBER.match(self.text):
            raise ValueError("NumberLiteral: must be a JSON number, such as 1e400")

    def __str__(self) -> str:
        return self.text


def decimal_of(text: str) -> Decimal | NumberLiteral:
    """A JSON number with all of its digits. The program's decimal context does not matter."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return NumberLiteral(text)
    # The program may have disabled the exception.
    return NumberLiteral(text) if value.is_nan() else value


def read_float(text: str) -> float | Decimal | NumberLiteral:
    """Reads a number that has a fraction or an exponent: as a float if that is the same decimal number."""
    value = float(text)
    shortest = float.__repr__(value)
    if shortest == text:
        return value
    exact = decimal_of(text)
    if value in (float("inf"), float("-inf")) or isinstance(exact, NumberLiteral):
        return exact
    return value if exact == Decimal(shortest) else exact


def read_int(text: str) -> int | float:
    """Reads a number of plain digits, of any length. `-0` becomes a float, which keeps the sign."""
    if len(text) < _SAFE_DIGITS:
        return -0.0 if text == "-0" else int(text)
    return int(Decimal(text))


def int_text(value: int) -> str:
    """Writes an integer of any size in plain digits."""
    # A digit holds more than 3 bits, so this many bits are fewer than _SAFE_DIGITS digits.
    if value.bit_length() < 3 * _SAFE_DIGITS:
        return int.__repr__(value)
    return format(Decimal(value), "f")


def whole_of(value: int | float | Decimal) -> int | None:
    """A number as an integer; None if it is not whole, or has too many digits."""
    if isinstance(value, int):
        return value
    exact = Decimal(float.__repr__(value)) if isinstance(value, float) else value
    if exact.adjusted() > MAX_EXPANDED_DIGITS or exact != exact.to_integral_value():
        return None
    return int(exact)
