"""Runs the Python code in the documentation against a server, all blocks of a page in order."""

from __future__ import annotations

import re
from typing import Any

import pytest

from server import REPOSITORY

PAGES = ["packages/python/README.md", "docs/python.md", "docs/from-zenml.md"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("environment")
def test_the_code_of_a_page_runs(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert blocks
    names: dict[str, Any] = {"__name__": "documentation"}
    for block in blocks:
        exec(compile(block, page, "exec"), names)  # noqa: S102
