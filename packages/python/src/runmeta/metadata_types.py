"""Typed values: a value logged with one of these types is read with the same type, at any depth."""

from __future__ import annotations

from typing import Any


class Uri(str):
    """A URI, such as `Uri("s3://bucket/iris.csv")`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Uri({str.__repr__(self)})"


class Path(str):
    """A path in a file system. Paths of `pathlib` are logged as it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Path({str.__repr__(self)})"


class DType(str):
    """The type of an array's elements, such as `DType("float32")`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"DType({str.__repr__(self)})"


class StorageSize(int):
    """A size in bytes: an integer, 0 or more."""

    __slots__ = ()

    def __new__(cls, value: Any) -> StorageSize:
        """Accepts an int, or an integral number of another library.

        Raises TypeError if it is not an integer, and ValueError if it is less than 0.
        """
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"StorageSize: must be a whole number of bytes, and is of type {type(value).__name__}")
        size = super().__new__(cls, value)
        if size < 0:
            raise ValueError("StorageSize: must be 0 or more")
        return size

    def __repr__(self) -> str:
        return f"StorageSize({int.__repr__(self)})"


TEXT_TYPES: dict[str, type[Uri] | type[Path] | type[DType]] = {"Uri": Uri, "Path": Path, "DType": DType}
"""The types whose values are strings, by name."""
