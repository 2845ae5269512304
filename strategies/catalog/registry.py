"""Finds the catalogue: every module in a family's folder is a strategy, without a list to keep."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.errors import UnknownStrategy
from strategies.catalog.types import Strategy

_HERE = Path(__file__).parent


@cache
def all_strategies() -> Mapping[str, Strategy]:
    """Every shipped strategy by name, sorted. Raises TypeError, at the first use, for a file that is not one."""
    families = sorted(folder.name for folder in pkgutil.iter_modules([str(_HERE)]) if folder.ispkg)
    found = [_load(family, file.name) for family in families for file in pkgutil.iter_modules([str(_HERE / family)])]
    by_name = {strategy.name: strategy for strategy in sorted(found, key=lambda each: each.name)}
    if len(by_name) != len(found):
        raise TypeError("two strategies have the same name")
    return MappingProxyType(by_name)


def strategy(name: str) -> Strategy:
    """The strategy of this name. Raises UnknownStrategy."""
    try:
        return all_strategies()[name]
    except KeyError:
        raise UnknownStrategy(_("There is no strategy named %(strategy)s."), strategy=name) from None


def _load(family: str, name: str) -> Strategy:
    module = importlib.import_module(f"strategies.catalog.{family}.{name}")
    found = getattr(module, "STRATEGY", None)
    if not isinstance(found, Strategy) or (found.family, found.name) != (family, name):
        raise TypeError(f"{module.__name__} must hold STRATEGY, a Strategy named {name!r} of family {family!r}")
    return found
