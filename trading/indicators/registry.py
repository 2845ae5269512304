"""Finds the indicators: every function of a module here that `@indicator` declares, without a list to keep."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.errors import UnknownIndicator
from trading.indicators.types import Indicator

_PACKAGE = "trading.indicators"


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by name, sorted. Raises TypeError, at the first use, where two have one name."""
    found = [each for file in pkgutil.iter_modules([str(Path(__file__).parent)]) for each in _declared_in(file.name)]
    by_name = {each.name: each for each in sorted(found, key=lambda each: each.name)}
    if len(by_name) != len(found):
        raise TypeError("two indicators have the same name")
    return MappingProxyType(by_name)


def indicator(name: str) -> Indicator:
    """The indicator of this name. Raises UnknownIndicator."""
    try:
        return indicators()[name]
    except KeyError:
        raise UnknownIndicator(_("There is no indicator named %(indicator)s."), indicator=name) from None


def _declared_in(name: str) -> list[Indicator]:
    module = importlib.import_module(f"{_PACKAGE}.{name}")
    declared = (getattr(value, "indicator", None) for value in vars(module).values())
    return [each for each in declared if isinstance(each, Indicator) and each.family == name]
