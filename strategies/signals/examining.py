"""What the commands that examine a strategy share: which strategy, with which parameters, on which candles."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from cryptouniverse.kernel.commands import timeframe_said
from cryptouniverse.kernel.market import NO_FUNDING, Bars, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.beside import NOTHING_BESIDE, Beside, Needs, closes_beside, laid_beside, rates_beside
from strategies.catalog.errors import BadParameter, MissingInput, UnknownStrategy
from strategies.catalog.registry import strategy
from strategies.catalog.types import Number, Strategy
from trading.marketdata.errors import UnknownInstrument
from trading.marketdata.selectors import bars_of, funding_of_many, funding_spans, instruments, require_spot
from trading.marketdata.services.simulating import funding_made_by, simulated_bars
from trading.marketdata.types import FOREVER_MS

SIMULATED_CANDLES = 6_000


def add_subject(parser: CommandParser) -> None:
    """The arguments that name what is examined."""
    parser.add_argument("strategy", metavar="STRATEGY", help=gettext("its name, or a file that holds STRATEGY"))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=gettext("another parameter"))
    parser.add_argument("--instrument", help=gettext("on its stored candles; without it, on the simulated market"))
    parser.add_argument("--reference", help=gettext("the other instrument, for a strategy that reads two"))
    parser.add_argument("--timeframe", type=timeframe_said, default=Timeframe.H1, choices=list(Timeframe))


def subject_of(options: dict[str, Any]) -> tuple[Strategy, dict[str, Number], Bars, Beside]:
    """The strategy, its resolved parameters, the candles and what is beside them. Raises what refuses one of them."""
    chosen = strategy_named(options["strategy"])
    parameters, timeframe = chosen.resolve(_numbers(options["set"])), options["timeframe"]
    if not options["instrument"]:
        bars, other = simulated_bars(candles=SIMULATED_CANDLES), simulated_bars(candles=SIMULATED_CANDLES, coin=1)
        return chosen, parameters, bars, laid_beside(tuple(Needs), bars, other=other, funding=funding_made_by(bars))
    name = options["instrument"]
    _require_listed(name, options["reference"] or name)
    if Needs.REFERENCE in chosen.needs and not options["reference"]:
        said = _("%(strategy)s reads another instrument beside: name it, --reference ID.")
        raise MissingInput(said, strategy=chosen.name)
    require_spot([name])
    chosen.require_fed([name], funding_spans)
    bars, beside = bars_of(name, timeframe, start_ms=0, end_ms=FOREVER_MS), NOTHING_BESIDE
    if Needs.FUNDING in chosen.needs:
        found = funding_of_many([name], start_ms=0, end_ms=FOREVER_MS)
        beside = Beside(funding=rates_beside(bars, found.get(name, NO_FUNDING)))
    if options["reference"]:
        other = bars_of(options["reference"], timeframe, start_ms=0, end_ms=FOREVER_MS)
        beside = replace(beside, reference=closes_beside(bars, other))
    return chosen, parameters, bars, beside


def _require_listed(*names: str) -> None:
    listed = instruments()
    for name in names:
        if name not in listed:
            said = _("No instrument is called %(instrument)s; there are %(instruments)s.")
            raise UnknownInstrument(said, instrument=name, instruments=", ".join(sorted(listed)) or "-")


def strategy_named(name: str) -> Strategy:
    """The strategy of the catalogue, or the one in the file of that path. Raises UnknownStrategy."""
    if not name.endswith(".py"):
        return strategy(name)
    found = getattr(_module(Path(name)), "STRATEGY", None)
    if not isinstance(found, Strategy):
        raise UnknownStrategy(_("There is no STRATEGY in %(file)s."), file=name)
    return found


def _module(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"examined_{file.stem}", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise UnknownStrategy(_("There is no file %(file)s."), file=str(file))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where the hash of its code is looked up
    spec.loader.exec_module(module)
    return module


def _numbers(settings: Iterable[str]) -> dict[str, float]:
    found = {}
    for setting in settings:
        name, _sign, value = setting.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise BadParameter(_("%(setting)s is not NAME=VALUE with a number."), setting=setting) from None
    return found
