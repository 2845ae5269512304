"""How files of market data are named: EXCHANGE_BASE-QUOTE_WHAT, and of a contract EXCHANGE_BASE-QUOTE_TERMS_WHAT.

TERMS are those of its symbol after the colon, which a file's name cannot hold: binance_BTC-USDT_USDT_1h is of
"BTC/USDT:USDT", and binance_BTC-USDT_USDT-261225-60000-P_books of "BTC/USDT:USDT-261225-60000-P".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptouniverse.kernel.contracts import Contract, contract_of

SUFFIXES: Final = (".parquet", ".csv")
_NAME: Final = re.compile(
    r"(?P<venue>[a-z0-9]+)_(?P<base>[A-Z0-9.]+)-(?P<quote>[A-Z0-9.]+)(_(?P<terms>[A-Z0-9.-]+))?_(?P<what>[a-z0-9]+)"
)


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file says. symbol: as ccxt spells it. what: a timeframe, "books" or "funding"."""

    venue: str
    base: str
    quote: str
    symbol: str
    what: str

    @property
    def instrument_id(self) -> str:
        """The stable id of the instrument, such as "binance:BTC/USDT"."""
        return f"{self.venue}:{self.symbol}"

    @property
    def underlying(self) -> str:
        """The stable id of the coin's spot instrument: its own, where it is of no contract."""
        return f"{self.venue}:{self.base}/{self.quote}"

    @property
    def contract(self) -> Contract | None:
        """The contract that it is of; None of a pair."""
        return contract_of(self.symbol)


def file_name(path: Path) -> FileName | None:
    """What the name of `path` says; None where it does not keep to the way. Raises Invalid for a contract that is not
    known here.
    """
    match = _NAME.fullmatch(path.stem)
    if match is None or path.suffix not in SUFFIXES:
        return None
    venue, base, quote, _part, terms, what = match.groups()
    symbol = f"{base}/{quote}:{terms}" if terms else f"{base}/{quote}"
    contract_of(symbol)
    return FileName(venue, base, quote, symbol, what)
