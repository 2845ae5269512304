"""A search as plain JSON and back, and as what it searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.plans import plan_as_json, read_plan
from strategies.builder.selectors import strategy_named
from strategies.catalog.managing import Manager
from strategies.lab.errors import BadSearch
from strategies.lab.search.chunks import Method, Search, trials_of
from strategies.lab.search.objectives import read_objectives
from strategies.lab.search.report import Checks
from strategies.lab.search.space import read_space
from strategies.lab.types import SearchPlan

if TYPE_CHECKING:
    from accounts.users.models import User


def search_plan_as_json(asked: SearchPlan) -> dict[str, Any]:
    """Everything that was asked for."""
    return {
        "plan": plan_as_json(asked.plan),
        "ranges": {name: dict(bounds) for name, bounds in asked.ranges.items()},
        "method": asked.method.value,
        "objectives": list(asked.objectives),
        "trials": asked.trials,
        "trades_min": asked.trades_min,
        "seed": asked.seed,
        "prunes": asked.prunes,
        "checks": asdict(asked.checks),
    }


def read_search_plan(raw: Mapping[str, Any]) -> SearchPlan:
    """What `search_plan_as_json` wrote. Raises BadTerms for terms that are none any more."""
    return SearchPlan(
        plan=read_plan(raw["plan"]),
        ranges=raw["ranges"],
        method=Method(raw["method"]),
        objectives=tuple(raw["objectives"]),
        trials=raw["trials"],
        trades_min=raw.get("trades_min", 0),
        seed=raw["seed"],
        prunes=raw["prunes"],
        checks=Checks(**raw["checks"]),
    )


def search_of(asked: SearchPlan, owner: User | None = None) -> Search:
    """The search that is asked for. owner: whose rule sets it may name.

    Raises UnknownStrategy, MissingInput, BadParameter, BadSearch.
    """
    chosen = strategy_named(asked.plan.strategy, owner)
    if isinstance(chosen, Manager):
        said = _("%(strategy)s keeps orders: strategies that decide on closed candles can be searched.")
        raise BadSearch(said, strategy=chosen.name)
    if not chosen.parameters:
        said = _("%(strategy)s declares no parameter: there is nothing to search. Declare some, and use them in rules.")
        raise BadSearch(said, strategy=chosen.title)
    space = read_space(chosen, asked.ranges, asked.plan.parameters)
    return Search(
        space=space,
        method=asked.method,
        objectives=read_objectives(asked.objectives, least=asked.trades_min),
        trials=trials_of(asked.method, space, asked.trials),
        seed=asked.seed,
        prunes=asked.prunes,
    )
