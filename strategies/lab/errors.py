"""What the lab refuses. Nothing is kept of what was refused."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class BadSearch(Invalid):
    """What is to be searched, or how, contradicts itself or is out of bounds. facts: what the sentence names."""

    code = "lab.bad_search"
    title = _("The search is not valid")


class TooManySearches(Conflict):
    """As many optimisations of this person wait or run as may. facts: limit."""

    code = "lab.too_many_searches"
    title = _("%(limit)s of your optimisations are not over yet: wait for one, or stop one.")


class TooManyKept(Conflict):
    """As many optimisations of this person are kept as may be. facts: limit."""

    code = "lab.too_many_kept"
    title = _("%(limit)s of your optimisations are kept: delete some that you need no more.")


class SearchNotOver(Conflict):
    """It runs, and cannot be deleted."""

    code = "lab.not_over"
    title = _("This optimisation is not over: stop it first.")


class UnknownOptimisation(NotFound):
    """There is no such optimisation, or not of this person's. facts: optimisation."""

    code = "lab.unknown_optimisation"
    title = _("There is no such optimisation.")


class StrategyChanged(Conflict):
    """The strategy's file is another one than when the search began. facts: strategy."""

    code = "lab.strategy_changed"
    title = _("%(strategy)s was changed while it was searched: start again.")


class WorkerDied(Conflict):
    """Workers died over the same part of a search again and again. facts: tries."""

    code = "lab.worker_died"
    title = _("The worker died %(tries)s times over this search: it may be too large. Ask for fewer candles.")


class NothingRan(Invalid):
    """No trial could be run to its end. facts: reason."""

    code = "lab.nothing_ran"
    title = _("No trial could be run to its end: %(reason)s")
