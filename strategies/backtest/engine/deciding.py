"""What a strategy asks for in each market of a run: the same decision, over the same bars, as its bots hear it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.errors import RunCancelled, StrategyFailed
from strategies.catalog.asking import Asked, asked_by_day, asked_of
from strategies.catalog.beside import NOTHING_BESIDE, Beside
from strategies.catalog.types import Number, Stances, Strategy


def ask(
    strategy: Strategy,
    parameters: Mapping[str, Number],
    bars: Bars,
    *,
    start_ms: int,
    shorts: bool = False,
    beside: Beside = NOTHING_BESIDE,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Asked:
    """`asked_by_day` of a strategy that may fail. is_cancelled: asked before each day, for that may take minutes.

    Raises StrategyFailed, with what it raised or answered, RunCancelled.
    """

    def go_on() -> None:
        if is_cancelled():
            raise RunCancelled(_("The run was cancelled before its first trade; nothing of it is kept."))

    chosen = _guarded(strategy)
    return asked_by_day(chosen, parameters, bars, start_ms=start_ms, shorts=shorts, beside=beside, each_day=go_on)


def ask_at_once(
    strategy: Strategy,
    parameters: Mapping[str, Number],
    bars: Bars,
    *,
    shorts: bool = False,
    beside: Beside = NOTHING_BESIDE,
) -> Asked:
    """The same in one call over all of `bars`, for searches over many parameters. Raises StrategyFailed.

    Where a strategy remembers more than four warm-ups, it may differ from `ask` in rounding.
    """
    return asked_of(_guarded(strategy).decided(bars, parameters, beside), bars.filled, shorts=shorts)


def vetoed(asked: Asked, allowed: NDArray[np.bool_]) -> Asked:
    """The same without the entries that somebody else refused: `allowed` says for each bar whether one may be made."""
    return np.where((asked & 1).astype(np.bool_) & ~allowed, 0, asked).astype(np.int8)


def unless_vetoed(asked: Asked, bars: Bars, slots: Sequence[int]) -> Asked:
    """The same without entries after the candles that opened at `slots`; asked: after the last of `bars`."""
    if not slots:
        return asked
    return vetoed(asked, ~np.isin(bars.open_ms[len(bars) - len(asked) :], slots))


def _guarded(strategy: Strategy) -> Strategy:
    def decide(bars: Bars, *beside: Beside, **parameters: Number) -> Stances:
        try:
            stances = strategy.decide(bars, *beside, **parameters)
        except CryptoUniverseError:
            raise
        except Exception as error:  # whatever a strategy does, the answer is a sentence
            raise _failed(strategy, f"{type(error).__name__}: {error}") from error
        if not isinstance(stances, np.ndarray) or stances.dtype != np.int8 or stances.shape != (len(bars),):
            raise _failed(strategy, "int8")
        if len(stances) and (stances.min() < -1 or stances.max() > 1):
            raise _failed(strategy, f"{stances.min()} .. {stances.max()}")
        return stances

    return replace(strategy, decide=decide)


def _failed(strategy: Strategy, reason: str) -> StrategyFailed:
    return StrategyFailed(_("%(strategy)s gave no stances: %(reason)s"), strategy=strategy.name, reason=reason)
