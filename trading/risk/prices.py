"""From a proposal to its prices: the worst one, the stop, the target; where floats end and exact numbers begin."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from trading.risk.types import BPS, Limits, Proposal

MIN_STOP_BPS = 10


def limit_price_of(proposal: Proposal, limits: Limits) -> Decimal:
    """The worst price an entry may get: `collar_bps` above the last close, down to the tick; or what a person said."""
    if proposal.limit_price is not None:
        return proposal.limit_price
    tick = proposal.instrument.tick
    worst = proposal.price * (BPS + limits.collar_bps) / BPS
    return max((worst / tick).to_integral_value(rounding=ROUND_DOWN) * tick, tick)


def stop_price_of(proposal: Proposal) -> Decimal:
    """The stop: `stop_bps` (at least 10) below the last close, rounded up to the tick and above zero; or what a person
    said.
    """
    if proposal.stop_price is not None:
        return proposal.stop_price
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
