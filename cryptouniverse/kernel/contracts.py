"""Contracts on a coin, as their symbols tell them in the spelling of ccxt. Pure values.

"BTC/USDT:USDT" is a perpetual, "BTC/USDT:USDT-261225" a future that is settled on 2026-12-25, and
"BTC/USDT:USDT-261225-60000-P" a put on one coin at 60,000 until then. All that are known here are settled in the
currency in which they are quoted, and those with a date at 08:00 UTC, as the exchanges do it.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _

SETTLED_AT_H: Final = 8
CONTRACT_NAME: Final = "^[^:]+:[^:]+:"  # what ids of instruments that are contracts begin with, for a database
_TERMS: Final = re.compile(r"(?P<settle>[A-Z0-9.]+)(-(?P<day>\d{6})(-(?P<strike>\d+(\.\d+)?)-(?P<right>[CP]))?)?")


class ContractKind(enum.StrEnum):
    """What is agreed: a price without an end, a price on a day, or the right to one until a day."""

    PERPETUAL = "perpetual"
    FUTURE = "future"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Contract:
    """The terms of a contract on one coin. expires_ms: when it is settled, UTC; None of a perpetual. strike, is_call:
    of an option.
    """

    kind: ContractKind
    expires_ms: int | None = None
    strike: Decimal | None = None
    is_call: bool = False

    def settled_at(self, spot: Decimal) -> Decimal:
        """What one coin of it is worth on its last day, by the price of the coin: never below zero."""
        if self.strike is None:
            return spot
        return max(spot - self.strike if self.is_call else self.strike - spot, Decimal(0))


def is_contract(instrument_id: str) -> bool:
    """Whether an instrument of that id, such as "binance:BTC/USDT:USDT", is a contract, be it known here or not."""
    return instrument_id.count(":") > 1


@lru_cache(maxsize=10_000)
def contract_of(symbol: str) -> Contract | None:
    """The contract that a symbol names; None for a pair of the spot market. Raises Invalid for one that is not known
    here: settled in another currency than it is quoted in, or without a day that there is.
    """
    pair, colon, terms = symbol.partition(":")
    if not colon:
        return None
    match = _TERMS.fullmatch(terms)
    if match is None or match["settle"] != pair.partition("/")[2]:
        raise Invalid(_("%(symbol)s is no contract that is known here: see the how-to about contracts."), symbol=symbol)
    if match["day"] is None:
        return Contract(ContractKind.PERPETUAL)
    try:
        day = datetime.strptime(match["day"], "%y%m%d").replace(hour=SETTLED_AT_H, tzinfo=UTC)
    except ValueError as error:
        raise Invalid(_("%(symbol)s has a day that there is not."), symbol=symbol) from error
    expires_ms = int(day.timestamp()) * 1_000
    if match["strike"] is None:
        return Contract(ContractKind.FUTURE, expires_ms)
    return Contract(ContractKind.OPTION, expires_ms, Decimal(match["strike"]), match["right"] == "C")
