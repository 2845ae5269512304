"""Finds the rules: every module in `rules/` is one, without a list to keep. They are asked by stage, then by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from trading.risk.rule import Rule

_PACKAGE = "trading.risk.rules"


@cache
def all_rules(package: str = _PACKAGE) -> Mapping[str, Rule]:
    """Every rule by name, in the order in which they are asked. Raises TypeError, at the first use, for a file that is
    not one.
    """
    home = importlib.import_module(package)
    found = [_load(package, module.name) for module in pkgutil.iter_modules(home.__path__)]
    return MappingProxyType({rule.name: rule for rule in sorted(found, key=lambda rule: (rule.stage, rule.name))})


def _load(package: str, name: str) -> Rule:
    module = importlib.import_module(f"{package}.{name}")
    found = getattr(module, "RULE", None)
    if not isinstance(found, Rule) or found.name != name:
        raise TypeError(f"{module.__name__} must hold RULE, a Rule named {name!r}")
    return found
