"""The strategy in the how-to is whole: copied out as it stands there, it passes the contract."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from tests.strategies import contract
from tests.strategies.markets import walk

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-strategy.md"


@pytest.fixture
def copied(tmp_path, monkeypatch):
    file = tmp_path / "pullback.py"
    file.write_text(re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[1])
    spec = importlib.util.spec_from_file_location("pullback", file)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "pullback", module)
    spec.loader.exec_module(module)
    return module.STRATEGY


@pytest.mark.parametrize("check", contract.CHECKS, ids=lambda check: check.__name__)
def test_the_example_of_the_how_to_passes_the_contract(copied, check):
    check(copied, walk(4000))
