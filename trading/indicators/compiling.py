"""Loops over bars, compiled by numba when they are first called: its import takes most of a second.

What was compiled is kept on disk, where `trading.fills.compiled` keeps what it has compiled, under the hash of its
module: the next process starts at once. Where no folder may be written, each process compiles for itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """`loop`, compiled at its first call for the types it is called with. Plain Python stays as `__wrapped__`.

    It calls no other compiled loop and reads no global that changes. A division by zero gives what floats give.
    """
    made: list[Callable[..., Any]] = []

    @wraps(loop)
    def call(*arguments: Any) -> Any:
        if made:
            return made[0](*arguments)
        return _first_call(loop, made, arguments)

    return cast(Loop, call)


def _first_call(loop: Callable[..., Any], made: list[Callable[..., Any]], arguments: tuple[Any, ...]) -> Any:
    """One process compiles at a time: those that wait find what the first one has kept."""
    import numba

    from trading.fills.compiled import alone, kept_in

    settings: Any = numba.config
    usual = settings.CACHE_DIR
    folder = kept_in((sys.modules[loop.__module__],), usual)
    with alone(folder) if folder else nullcontext():
        settings.CACHE_DIR = str(folder) if folder else usual
        try:
            made.append(numba.njit(loop, cache=folder is not None, nogil=True, error_model="numpy"))
        finally:
            settings.CACHE_DIR = usual
        return made[0](*arguments)
