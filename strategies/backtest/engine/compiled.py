"""The loop as machine code: compiled once for one signature, kept on disk. Importing this takes about a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from numba import types

from strategies.backtest.engine import entries, exits, loop, rows, sizes
from trading.fills.compiled import compiled

_INT: Final = types.int64
_ROW: Final = types.NamedUniTuple(_INT, len(rows.Row._fields), rows.Row)  # type: ignore[no-untyped-call]  # numba's
_TABLE: Final = types.Array(_INT, 2, "C")


def _read(dtype: types.Type, dimensions: int) -> types.Array:
    return types.Array(dtype, dimensions, "C", readonly=True)


_COLUMNS: Final = types.NamedTuple(  # type: ignore[no-untyped-call]  # numba's
    [
        *[_read(_INT, 2)] * 4,
        _read(types.boolean, 2),
        _read(types.int8, 2),
        *[_read(_INT, 2)] * 6,
        _read(types.boolean, 1),
        *[_read(_INT, 1)] * 3,
    ],
    rows.Columns,
)
_LINE: Final = types.Array(_INT, 1, "C")
_SIGNATURE: Final = types.void(_COLUMNS, _ROW, _LINE, _TABLE, _TABLE, _LINE, _INT, _INT)

walk: Final[Callable[..., None]] = compiled(
    loop.walk,
    _SIGNATURE,
    parts=(*exits.PARTS, *sizes.PARTS, *entries.PARTS, *loop.PARTS),
    sources=(rows, exits, sizes, entries, loop),
)
