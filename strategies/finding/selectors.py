"""Reads of what finders see now, and of what bots that read order books did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.utils.translation import gettext

from cryptouniverse.kernel.market import DAY_MS, Instrument
from strategies.backtest.engine.finding.events import has_ended, rates_of, rates_until, used_up_at
from strategies.backtest.engine.finding.purse import AT_BOOKS, Purse, home_of, opening_purse
from strategies.catalog.finding import Finder, Rate, View
from strategies.catalog.markets import contracts_of
from strategies.catalog.registry import all_finders
from strategies.finding.models import FoundTrade, Outlook
from strategies.finding.standing import money_moved, standing
from strategies.finding.types import FUNDING_DAYS, LegSeen, SeenNow, Short
from trading.execution.selectors import held_by_bots
from trading.fills import BUY, Book
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import (
    books_between,
    feed_state,
    funding_set,
    instruments,
    instruments_with_books,
    market_instruments,
)
from trading.portfolio.selectors import collateral_of_bots

if TYPE_CHECKING:
    from strategies.bots.models import Bot

FUNDS: Final = Decimal(10_000)  # with which what is seen is counted
SEEN_MAX: Final = 60
_EXACT: Final = Context(prec=28, rounding=ROUND_HALF_EVEN)


def seen_now() -> list[SeenNow]:
    """Each fed finder on each set of shown markets with books that it is made for, at the market's now; best first.

    Nothing later than what is shown. A handful of queries, and one for each simulated instrument.
    """
    try:
        feed = feed_state()
    except NoMarket:
        return []
    now_ms = feed.cursor_ms + feed.timeframe.ms
    shown = market_instruments(feed.source, feed.timeframe)  # no other market's: simulated is not compared with real
    listed = {name: shown[name] for name in instruments_with_books() if name in shown}
    books = {name: each[-1] for name, each in books_between(listed, start_ms=now_ms, end_ms=now_ms).items() if each}
    there = [one for name, one in sorted(listed.items()) if name in books and not has_ended(one, now_ms)]
    paid = funding_set(
        {one.underlying for one in contracts_of(there)}, start_ms=now_ms - FUNDING_DAYS * DAY_MS, end_ms=now_ms + 1
    )
    found = []
    with localcontext(_EXACT):
        for finder in all_finders().values():
            fitting = [each for each in finder.among(there) if finder.fits(each) is None]
            found += [_seen(finder, tuple(each), books, now_ms, paid) for each in fitting]
    return sorted(found, key=lambda one: (-(one.profit_bps or Decimal(-1)), one.strategy, one.instruments))[:SEEN_MAX]


def found_by(bot: Bot) -> QuerySet[FoundTrade]:
    """What a bot that the caller may see did at books, the newest first."""
    return FoundTrade.objects.filter(bot=bot).order_by("-at_ms", "-pk")


def outlook_of(bot: Bot) -> Outlook | None:
    """Where a bot stands; None before it has looked at a book."""
    return Outlook.objects.filter(bot=bot).first()


def balances_of(bot: Bot) -> list[tuple[str, str, Decimal]]:
    """(venue, currency or contract, amount) of all that a bot that the caller may see has, what is nothing left out;
    below zero what it sold short.
    """
    return [(*place, amount) for place, amount in sorted(_standing_of(bot, _chosen(bot)).items()) if amount]


def shorts_of(bot: Bot) -> list[Short]:
    """What a bot that the caller may see sold short."""
    chosen, found = _chosen(bot), []
    purse = _standing_of(bot, chosen)
    for one in chosen:
        if collateral := purse.kept.get((one.venue, one.asset)):
            closed_at = one.price_of(used_up_at(purse, one, AT_BOOKS))
            found.append(Short(one.id, -purse.held(one), collateral, closed_at))
    return found


def _chosen(bot: Bot) -> list[Instrument]:
    listed = instruments(bot.instruments)
    return [listed[name] for name in sorted(bot.instruments)]


def _standing_of(bot: Bot, chosen: Sequence[Instrument]) -> Purse:
    money = money_moved([bot.portfolio_id], [bot.public_id]).get(bot.public_id, {})
    held = held_by_bots([(bot.portfolio_id, bot.public_id, one.id) for one in chosen])
    kept = {name: amount for (_id, name), amount in collateral_of_bots([bot.public_id]).items()}
    coins = {name: quantity for (_id, name), (_pk, quantity) in held.items()}
    return standing(chosen, bot.allocation, money, coins, kept)


def _seen(
    finder: Finder,
    ones: tuple[Instrument, ...],
    books: Mapping[str, Book],
    now_ms: int,
    paid: Mapping[str, Sequence[Rate]],
) -> SeenNow:
    at_ms = max(books[one.id].at_ms for one in ones)
    known = {name: rates_until(rates, now_ms) for name, rates in rates_of(ones, paid).items()}
    view = View(at_ms, ones, books, _purse(finder, ones, books), AT_BOOKS, known)
    parameters = finder.resolve({})
    found = finder.look(view, parameters)
    return SeenNow(
        strategy=finder.name,
        title=gettext(finder.title),
        instruments=tuple(one.id for one in ones),
        simulated=any(one.simulated for one in ones),
        at_ms=at_ms,
        age_ms=now_ms - at_ms,
        apart_ms=view.age_ms,
        stale=view.age_ms > int(parameters["age_ms_most"]),
        funds=FUNDS,
        currency=home_of(ones),
        legs=tuple(
            LegSeen(leg.market, "buy" if leg.side == BUY else "sell", leg.size, leg.limit)
            for leg in (found.legs if found else ())
        ),
        profit=found.profit if found else None,
        capital=found.capital if found else None,
    )


def _purse(finder: Finder, ones: tuple[Instrument, ...], books: Mapping[str, Book]) -> Purse:
    """Half of each share in coins, where there is but one coin that it sells or insures."""
    purse = opening_purse(ones, FUNDS)
    if len({one.base for one in ones}) == 1 and not finder.hedged:
        for one in (each for each in ones if each.contract is None):
            half = purse[one.venue, one.quote] / 2
            purse[one.venue, one.quote] = half
            purse[one.venue, one.asset] = half / one.price_of(books[one.id].bids[0][0])
    return purse
