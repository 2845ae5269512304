"""What happens to contracts by themselves: funding is paid, those with a date are settled, and one whose margin is used
up is closed by its venue. Pure.

Funding is paid by the first book at or after its moment, of what is held then. A contract is settled by the middle of
the coin's first book at or after its end. One that was sold short is closed while there is still a percent of its worth
between the best ask and the price that would take all of its money; what its book does not sell below that price is
taken over by the venue at it, so that a short never costs more than what was set aside for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Final

from cryptouniverse.kernel.contracts import ContractKind
from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.finding.moments import Moment
from strategies.backtest.engine.finding.purse import Done, Purse
from strategies.backtest.engine.finding.trades import FUNDING, LIQUIDATED, SETTLED, Paid, Trade
from strategies.catalog.finding import Rate
from strategies.catalog.markets import contracts_of, spot_of
from trading.fills import BUY, Book, Costs
from trading.fills.types import BPS

if TYPE_CHECKING:
    from strategies.backtest.engine.finding.turning import Finding

MAINTENANCE_BPS: Final = 100  # of its worth, which the margin of a short is not to fall below
RATES_MOST: Final = 200  # as far back as a finder looks
_MINOR: Final = Decimal("1e-8")


def has_ended(one: Instrument, at_ms: int) -> bool:
    """Whether it is a contract whose day has come."""
    return one.contract is not None and one.contract.expires_ms is not None and at_ms >= one.contract.expires_ms


def rates_of(instruments: Sequence[Instrument], funding: Mapping[str, Sequence[Rate]]) -> dict[str, Sequence[Rate]]:
    """Of each perpetual among these its rates. funding: by underlying, oldest first."""
    return {
        one.id: funding[one.underlying]
        for one in contracts_of(instruments)
        if one.contract is not None and one.contract.kind is ContractKind.PERPETUAL and one.underlying in funding
    }


def rates_until(rates: Sequence[Rate], at_ms: int) -> Sequence[Rate]:
    """The last of the rates that were set by `at_ms`."""
    known = bisect_right(rates, at_ms, key=lambda rate: rate[0])
    return rates[max(known - RATES_MOST, 0) : known]


def used_up_at(purse: Purse, one: Instrument, costs: Costs) -> int:
    """The best ask, in ticks, from which on the margin of what was sold short is used up."""
    return -(-purse.bankrupt_at(one, costs.taker_ppm) * BPS // (BPS + MAINTENANCE_BPS))


def events_of(finding: Finding, moment: Moment) -> list[Trade]:
    """What happened to the contracts of a finder since the moment that it looked at last; its purse is moved along."""
    held = [one for one in contracts_of(finding.instruments) if finding.purse.held(one)]
    if not held:
        return []
    at_ms, trades = moment.at_ms, list[Trade]()
    paid = [_pay(finding, one, sum(rates, Decimal(0)), moment) for one in held if (rates := _due(finding, one, at_ms))]
    if paid:
        earned = sum((one.amount for one in paid), Decimal(0))
        trades.append(Trade(at_ms, FUNDING, (), profit=earned, paid=tuple(paid)))
    settled = [_settle(finding, one, moment) for one in held if has_ended(one, at_ms)]
    liquidated = [_liquidate(finding, one, moment) for one in held if _is_used_up(finding, one, moment)]
    for kind, done in ((SETTLED, settled), (LIQUIDATED, liquidated)):
        if done:
            bare = finding.even_out(moment, kind) if finding.finder.hedged else []
            trades.append(Trade(at_ms, kind, (*done, *bare)))
    return trades


def _due(finding: Finding, one: Instrument, at_ms: int) -> Sequence[Decimal]:
    rates = finding.funding.get(one.id, ())
    return [rate for set_ms, rate in rates_until(rates, at_ms) if set_ms > finding.since_ms]


def _pay(finding: Finding, one: Instrument, rate: Decimal, moment: Moment) -> Paid:
    """A rate above zero is paid by who is long to who is short. What a short pays comes out of its own money, and is
    never all of it.
    """
    purse, place, quote = finding.purse, (one.venue, one.asset), (one.venue, one.quote)
    price = _middle(one, moment.known[one.id])
    amount = (-purse.held(one) * price * rate).quantize(_MINOR, rounding=ROUND_FLOOR)
    if place in purse.kept:
        amount = max(amount, _MINOR - purse.kept[place])
    purse[quote] = purse.get(quote, Decimal(0)) + amount
    if amount < 0 and place in purse.kept:
        purse.kept[place] += amount
    return Paid(one, price, amount)


def _settle(finding: Finding, one: Instrument, moment: Moment) -> Done:
    spot = spot_of(finding.instruments)
    price = _middle(spot, moment.known[spot.id])
    ticks = one.ticks_nearest(one.contract.settled_at(price) if one.contract is not None else price)
    if finding.purse.held(one) < 0:
        ticks = min(ticks, finding.purse.bankrupt_at(one, finding.costs.taker_ppm))
    return finding.close(one, ticks, ((ticks, one.steps_down(abs(finding.purse.held(one)))),), SETTLED)


def _is_used_up(finding: Finding, one: Instrument, moment: Moment) -> bool:
    if finding.purse.held(one) >= 0 or has_ended(one, moment.at_ms):
        return False
    return moment.known[one.id].asks[0][0] >= used_up_at(finding.purse, one, finding.costs)


def _liquidate(finding: Finding, one: Instrument, moment: Moment) -> Done:
    worst = finding.purse.bankrupt_at(one, finding.costs.taker_ppm)
    steps = one.steps_down(-finding.purse.held(one))
    got = finding.take_once(one, BUY, worst, steps, moment)
    rest = steps - sum(taken for _ticks, taken in got)
    return finding.close(one, worst, (*got, (worst, rest)) if rest else got, LIQUIDATED)


def _middle(one: Instrument, book: Book) -> Decimal:
    return one.price_of(book.bids[0][0] + book.asks[0][0]) / 2
