"""What a backtest refuses. Nothing is kept of a run that was refused."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class BadTerms(Invalid):
    """A number of the terms is out of bounds. facts: field, value, low, high."""

    code = "backtest.bad_terms"
    title = _("The terms of the backtest are not valid")


class NoBooks(Invalid):
    """No order books are stored of the instruments at the times that a run is to go over."""

    code = "backtest.no_books"
    title = _("There are no order books there")


class NoCandles(Invalid):
    """There is nothing to run over. facts: instrument, timeframe, first, last."""

    code = "backtest.no_candles"
    title = _("There are no candles in this range")


class BadMarket(Invalid):
    """Candles, funding or decisions do not fit each other, or contradict themselves. facts: instrument."""

    code = "backtest.bad_market"
    title = _("The candles cannot be used")


class StrategyFailed(Invalid):
    """A strategy raised, or answered what is no stance. facts: strategy, reason."""

    code = "backtest.strategy_failed"
    title = _("The strategy failed")


class RunOverflow(Invalid):
    """An amount left 64 bits on the way. facts: instrument, moment, reason."""

    code = "backtest.overflow"
    title = _("An amount is too large to be counted exactly")


class TooLong(Invalid):
    """A run is asked for over more candles than one may have. facts: candles, limit."""

    code = "backtest.too_long"
    title = _("This is %(candles)s candles; a run has %(limit)s at most. Take a longer timeframe or a shorter range.")


class TooManyBooks(Invalid):
    """A run is asked for over more order books than one may have. facts: books, limit."""

    code = "backtest.too_many_books"
    title = _("These are %(books)s order books; a run has %(limit)s at most. Take a shorter range.")


class TooManyRuns(Conflict):
    """As many runs of this person wait or run as may. facts: limit."""

    code = "backtest.too_many_runs"
    title = _("%(limit)s of your runs are not over yet: wait for one, or cancel one.")


class TooManyKept(Conflict):
    """As many runs of this person are kept as may be. facts: limit."""

    code = "backtest.too_many_kept"
    title = _("%(limit)s of your runs are kept: delete some that you need no more.")


class RunNotOver(Conflict):
    """It runs, and cannot be deleted."""

    code = "backtest.not_over"
    title = _("This run is being worked: cancel it first.")


class UnknownRun(NotFound):
    """There is no such run, or not of this person's. facts: run."""

    code = "backtest.unknown_run"
    title = _("There is no such run.")


class RunCancelled(Conflict):
    """The run was cancelled before it ended. facts: done, bars."""

    code = "backtest.cancelled"
    title = _("The run was cancelled")
