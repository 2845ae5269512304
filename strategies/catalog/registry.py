"""Finds the catalogue: every module in a family's folder is one entry of it, without a list to keep.

Three kinds: a `Strategy` decides on bars, a `Manager` keeps orders, a `Finder` compares markets that are not fed yet.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.errors import NotForBots, UnknownStrategy
from strategies.catalog.finding import Finder
from strategies.catalog.managing import Manager
from strategies.catalog.types import Strategy

_HERE = Path(__file__).parent
_KINDS: Final = {"STRATEGY": Strategy, "MANAGER": Manager, "FINDER": Finder}
Entry = Strategy | Manager | Finder
Kind = TypeVar("Kind", Strategy, Manager, Finder)


@cache
def everything() -> Mapping[str, Entry]:
    """Every shipped entry by name, sorted. Raises TypeError, at the first use, for a file that is not one."""
    families = sorted(folder.name for folder in pkgutil.iter_modules([str(_HERE)]) if folder.ispkg)
    found = [_load(family, file.name) for family in families for file in pkgutil.iter_modules([str(_HERE / family)])]
    by_name = {entry.name: entry for entry in sorted(found, key=lambda each: each.name)}
    if len(by_name) != len(found):
        raise TypeError("two strategies have the same name")
    return MappingProxyType(by_name)


@cache
def all_strategies() -> Mapping[str, Strategy]:
    """Every strategy that decides on bars, by name, sorted."""
    return _only(Strategy)


@cache
def all_managers() -> Mapping[str, Manager]:
    """Every strategy that keeps orders, by name, sorted."""
    return _only(Manager)


@cache
def all_finders() -> Mapping[str, Finder]:
    """Every strategy that compares markets, by name, sorted."""
    return _only(Finder)


def entry(name: str) -> Entry:
    """Whatever has this name. Raises UnknownStrategy."""
    try:
        return everything()[name]
    except KeyError:
        raise UnknownStrategy(_("There is no strategy named %(strategy)s."), strategy=name) from None


def strategy(name: str) -> Strategy:
    """The strategy of this name that decides on bars. Raises UnknownStrategy; NotForBots, MissingInput for others."""
    found = entry(name)
    if isinstance(found, Manager):
        said = _("%(strategy)s keeps orders: it has a ladder, and no stance after each candle.")
        raise NotForBots(said, strategy=name)
    if isinstance(found, Finder):
        raise found.not_on_candles()
    return found


def runnable(name: str) -> Strategy | Manager:
    """What a backtest can run. Raises UnknownStrategy, MissingInput for what reads order books."""
    found = entry(name)
    if isinstance(found, Finder):
        raise found.not_on_candles()
    return found


def manager(name: str) -> Manager:
    """The manager of this name. Raises UnknownStrategy, for another kind too."""
    found = entry(name)
    if not isinstance(found, Manager):
        raise UnknownStrategy(_("%(strategy)s keeps no orders: it has no ladder."), strategy=name)
    return found


def _only(kind: type[Kind]) -> Mapping[str, Kind]:
    return MappingProxyType({name: found for name, found in everything().items() if isinstance(found, kind)})


def _load(family: str, name: str) -> Entry:
    module = importlib.import_module(f"strategies.catalog.{family}.{name}")
    held = [getattr(module, word) for word in _KINDS if hasattr(module, word)]
    if len(held) == 1 and isinstance(held[0], Entry) and (held[0].family, held[0].name) == (family, name):
        return held[0]
    kinds = " or ".join(f"{word}, a {kind.__name__}," for word, kind in _KINDS.items())
    raise TypeError(f"{module.__name__} must hold {kinds} named {name!r} of family {family!r}")
