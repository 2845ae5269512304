"""From a proposal to a size: where floats end and exact numbers begin.

Fixed-fraction sizing: the loss at the stop is at most `risk_per_trade_pct` of equity (RK1: 2% by default).
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from trading.risk.types import BPS, PERCENT, ZERO, Book, Limits, Proposal

MIN_STOP_BPS = 10


def limit_price_of(proposal: Proposal, limits: Limits) -> Decimal:
    """The worst price an entry may get: `collar_bps` above the last close, rounded down to the tick."""
    tick = proposal.instrument.tick
    worst = proposal.price * (BPS + limits.collar_bps) / BPS
    return max((worst / tick).to_integral_value(rounding=ROUND_DOWN) * tick, tick)


def stop_price_of(proposal: Proposal) -> Decimal:
    """The stop: `stop_bps` (at least 10) below the last close, rounded up to the tick, and above zero."""
    tick = proposal.instrument.tick
    distance = max(proposal.stop_bps, MIN_STOP_BPS)
    level = proposal.price * (BPS - distance) / BPS
    return max((level / tick).to_integral_value(rounding=ROUND_UP) * tick, tick)


def target_price_of(proposal: Proposal) -> Decimal | None:
    """The target: `target_bps` above the last close, rounded down to the tick; None when the bot has none."""
    if proposal.target_bps <= 0:
        return None
    tick = proposal.instrument.tick
    level = proposal.price * (BPS + proposal.target_bps) / BPS
    return (level / tick).to_integral_value(rounding=ROUND_DOWN) * tick


def notional_wanted(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Decimal:
    """What the bot would like to spend: risk budget over the worst loss per unit, and never above its allocation."""
    loss_per_unit = limit_price - stop_price_of(proposal)
    if loss_per_unit <= ZERO or book.equity <= ZERO:
        return ZERO
    by_risk = book.equity * limits.risk_per_trade_pct / PERCENT / loss_per_unit * limit_price
    return min(by_risk, proposal.allocation) if proposal.allocation > ZERO else by_risk
