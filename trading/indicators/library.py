"""TA-Lib, loaded when it is first used: it imports pandas where there is one, which costs a second."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def ta() -> Any:
    """The module `talib`."""
    import talib

    return talib
