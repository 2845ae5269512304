"""What an order fills at and costs: pure integer rules, shared to the last digit by every broker that simulates.

One price: `market_at_open`, `limit_in_bar`, `protect_in_bar`, `fee_minor` (rules.py). Every kind of order, from bar to
bar: `read_spec`, `check`, `start`, `step`, `cancel`, `read_state` (working.py tells how they go together). A book:
`Book`, `take`, `gone_through` (books.py).
"""

from trading.fills.books import DEPTH, Book, gone_through, take
from trading.fills.checks import check
from trading.fills.errors import (
    ClosesTooMuch,
    FillOverflow,
    OrderContradicts,
    OrderUnreadable,
    OutOfBounds,
    SharesDoNotAddUp,
    WrongSide,
)
from trading.fills.lots import close_fifo, share_of
from trading.fills.orders import GROUPS, KINDS, Bar, Bracket, BreakEven, Oco, OrderSpec, Oto, Spec, Target, Trail
from trading.fills.reading import as_json, read_spec
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
from trading.fills.single import Fill
from trading.fills.states import BracketState, GroupState, OrderState, State, read_state
from trading.fills.types import BUY, LONG, SELL, SHORT, Costs, Lot, LotClose
from trading.fills.working import cancel, cost_of, start, step

__all__ = [
    "BUY",
    "DEPTH",
    "GROUPS",
    "KINDS",
    "LONG",
    "NO_LEG",
    "SELL",
    "SHORT",
    "STOP",
    "TARGET",
    "Bar",
    "Book",
    "Bracket",
    "BracketState",
    "BreakEven",
    "ClosesTooMuch",
    "Costs",
    "Fill",
    "FillOverflow",
    "GroupState",
    "Lot",
    "LotClose",
    "Oco",
    "OrderContradicts",
    "OrderSpec",
    "OrderState",
    "OrderUnreadable",
    "Oto",
    "OutOfBounds",
    "SharesDoNotAddUp",
    "Spec",
    "State",
    "Target",
    "Trail",
    "WrongSide",
    "as_json",
    "cancel",
    "check",
    "close_fifo",
    "cost_of",
    "fee_minor",
    "gone_through",
    "limit_in_bar",
    "market_at_open",
    "notional_minor",
    "protect_in_bar",
    "read_spec",
    "read_state",
    "share_of",
    "slipped",
    "start",
    "step",
    "take",
]
