"""Finds the algorithms: every module in `kinds/` is one, without a list to keep."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.errors import UnknownAlgorithm
from trading.algorithms.types import Kind

_HERE = Path(__file__).parent / "kinds"


@cache
def all_kinds() -> Mapping[str, Kind]:
    """Every algorithm by name, sorted. Raises TypeError, at the first use, for a file that is not one."""
    names = sorted(file.name for file in pkgutil.iter_modules([str(_HERE)]))
    return MappingProxyType({name: _load(name) for name in names})


def kind_of(name: str) -> Kind:
    """The algorithm of this name. Raises UnknownAlgorithm."""
    try:
        return all_kinds()[name]
    except KeyError:
        raise UnknownAlgorithm(
            _("There is no execution algorithm %(kind)s; there are %(limit)s."), kind=name, limit=", ".join(all_kinds())
        ) from None


def _load(name: str) -> Kind:
    module = importlib.import_module(f"trading.algorithms.kinds.{name}")
    found = getattr(module, "KIND", None)
    if not isinstance(found, Kind) or found.name != name:
        raise TypeError(f"{module.__name__} must hold KIND, a Kind named {name!r}")
    return found
