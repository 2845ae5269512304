"""What an order fills at and costs: pure integer rules, shared to the last digit by every broker that simulates."""

from trading.fills.errors import ClosesTooMuch, FillOverflow
from trading.fills.lots import close_fifo, share_of
from trading.fills.rules import (
    NO_LEG,
    STOP,
    TARGET,
    fee_minor,
    limit_in_bar,
    market_at_open,
    notional_minor,
    protect_in_bar,
    slipped,
)
from trading.fills.types import BUY, LONG, SELL, SHORT, Costs, Lot, LotClose

__all__ = [
    "BUY",
    "LONG",
    "NO_LEG",
    "SELL",
    "SHORT",
    "STOP",
    "TARGET",
    "ClosesTooMuch",
    "Costs",
    "FillOverflow",
    "Lot",
    "LotClose",
    "close_fifo",
    "fee_minor",
    "limit_in_bar",
    "market_at_open",
    "notional_minor",
    "protect_in_bar",
    "share_of",
    "slipped",
]
