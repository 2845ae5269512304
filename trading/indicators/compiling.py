"""Loops over bars, compiled by numba when they are first called: its import takes most of a second.

What was compiled is kept on disk (beside the source, else in the user's cache, or where NUMBA_CACHE_DIR says), so that
the next process starts at once. Where no folder may be written, each process compiles for itself.
"""

from __future__ import annotations

from collections.abc import Callable
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
        if not made:
            made.append(_dispatcher(loop))
        return made[0](*arguments)

    return cast(Loop, call)


def _dispatcher(loop: Callable[..., Any]) -> Callable[..., Any]:
    from numba import njit

    made: Callable[..., Any]
    try:
        made = njit(loop, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:  # no folder to keep it in
        made = njit(loop, nogil=True, error_model="numpy")
    return made
