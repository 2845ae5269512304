"""The kernel as machine code, and managers' steps: each compiled once for one signature, kept on disk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from numba import types

from strategies.backtest.engine.managing import books, columns, kernel
from strategies.catalog import desk
from strategies.catalog.managing import Manager
from trading.fills.compiled import compiled

_INT: Final = types.int64
_LINE: Final = types.Array(_INT, 1, "C")
_TABLE: Final = types.Array(_INT, 2, "C")
_READ: Final = types.Array(_INT, 1, "C", readonly=True)
_FLAGS: Final = types.Array(types.boolean, 1, "C", readonly=True)
_TAPE: Final = types.NamedTuple(  # type: ignore[no-untyped-call]  # numba's
    [*[_READ] * 5, _FLAGS, *[_READ] * 2], columns.Tape
)
STEP: Final = _INT(_LINE, _TABLE, _LINE, _LINE, _TABLE)
_WALK: Final = _INT(
    types.FunctionType(STEP),
    _TAPE,
    *[_LINE, _TABLE, _LINE, _LINE],
    *[_TABLE, _TABLE, _TABLE, _LINE],
    *[_INT, _INT],
)

walk: Final[Callable[..., int]] = compiled(
    kernel.walk,
    _WALK,
    parts=(*desk.PARTS, *books.PARTS, *kernel.PARTS),
    sources=(desk, columns, books, kernel),
)


@cache
def step_of(manager: Manager) -> Any:
    """The manager's step, compiled with its parts."""
    module = sys.modules[manager.step.__module__]
    return compiled(manager.step, STEP, parts=(*desk.PARTS, *manager.parts), sources=(desk, module))
