"""How each strategy of the catalogue did in a rise, a fall and a market that went nowhere, as it was measured. Pure.

`records.json` is written by `./cu manage strategy_records`, over real candles, with costs. A record is of the code that
it was measured with: once a strategy's file changed, it has none until it is measured again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.registry import everything

FILE: Final = Path(__file__).parent / "records.json"
REGIMES: Final = MappingProxyType({"rise": _("Rise"), "fall": _("Fall"), "sideways": _("Sideways")})
SHARE_OF_VOLUME: Final = 0.01  # of a candle, the most that an entry should take

NO_FUNDING_RATES: Final = _("There is no record: no real funding rates were at hand when records were made.")


@dataclass(frozen=True, slots=True)
class InRegime:
    """What a regime came to: ratios, and how many trades. held: what buying and holding came to. None: undefined."""

    name: str
    start: str
    end: str
    total_return: float
    max_drawdown: float | None
    trades: int
    profit_factor: float | None
    sharpe: float | None
    held: float


@dataclass(frozen=True, slots=True)
class Record:
    """A strategy's results by regime. symbols, timeframe: of the candles. capacity: in quote currency, the capital up
    to which 19 of 20 entries took a hundredth of what was traded in the candle before at most; None without entries.
    checked: at how many ends it was asked again without the candles after them, and never answered otherwise; 0 for
    what keeps orders, which is given one candle at a time.
    """

    symbols: tuple[str, ...]
    timeframe: str
    regimes: tuple[InRegime, ...]
    capacity: int | None
    checked: int


def record_of(name: str) -> Record | None:
    """The record of a strategy as it stands; None where it was never measured, or for other code."""
    raw, found = _read(), everything().get(name)
    own = raw["strategies"].get(name)
    if own is None or found is None or own["code"] != getattr(found, "code_hash", ""):
        return None
    regimes = [
        InRegime(name=each, start=days[0], end=days[1], held=raw["held"][each], **own["regimes"][each])
        for each, days in ((each, raw["regimes"][each]) for each in REGIMES)
    ]
    return Record(tuple(raw["symbols"]), raw["timeframe"], tuple(regimes), own["capacity"], own["checked"])


def why_no_record(name: str) -> str:
    """Why a strategy has no record, marked; "" where it has one, or nothing is known of why."""
    return "" if record_of(name) else str(_read().get("without", {}).get(name, ""))


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(FILE.read_text())
    return found
