"""Reads of what finders see now, and of what bots that read order books did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from itertools import combinations
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.utils.translation import gettext

from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.finding.purse import AT_BOOKS, Purse, home_of, opening_purse
from strategies.catalog.finding import Finder, View, a_triangle
from strategies.catalog.registry import all_finders
from strategies.finding.models import FoundTrade, Outlook
from strategies.finding.standing import money_moved, standing
from strategies.finding.types import LegSeen, SeenNow
from trading.execution.selectors import held_by_bots
from trading.fills import BUY, Book
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import (
    books_between,
    feed_state,
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
    there = [one for name, one in sorted(listed.items()) if name in books]
    found = []
    with localcontext(_EXACT):
        for finder in all_finders().values():
            found += [_seen(finder, each, books, now_ms) for each in _fitting(finder, there)]
    return sorted(found, key=lambda one: (-(one.profit_bps or Decimal(-1)), one.strategy, one.instruments))[:SEEN_MAX]


def found_by(bot: Bot) -> QuerySet[FoundTrade]:
    """What a bot that the caller may see did at books, the newest first."""
    return FoundTrade.objects.filter(bot=bot).order_by("-at_ms", "-pk")


def outlook_of(bot: Bot) -> Outlook | None:
    """Where a bot stands; None before it has looked at a book."""
    return Outlook.objects.filter(bot=bot).first()


def balances_of(bot: Bot) -> list[tuple[str, str, Decimal]]:
    """(venue, currency, amount) of all that a bot that the caller may see has, what is nothing left out."""
    listed = instruments(bot.instruments)
    chosen = [listed[name] for name in sorted(bot.instruments)]
    money = money_moved([bot.portfolio_id], [bot.public_id]).get(bot.public_id, {})
    held = held_by_bots([(bot.portfolio_id, bot.public_id, name) for name in listed])
    kept = {name: amount for (_id, name), amount in collateral_of_bots([bot.public_id]).items()}
    coins = {name: quantity for (_id, name), (_pk, quantity) in held.items()}
    purse = standing(chosen, bot.allocation, money, coins, kept)
    return [(*place, amount) for place, amount in sorted(purse.items()) if amount]


def _fitting(finder: Finder, there: Sequence[Instrument]) -> Iterator[tuple[Instrument, ...]]:
    """Sets of markets that a finder is made for: each alone, all venues of a pair, or three pairs of a venue."""
    by_pair: dict[tuple[str, str], list[Instrument]] = {}
    by_venue: dict[str, list[Instrument]] = {}
    for one in there:
        by_pair.setdefault((one.base, one.quote), []).append(one)
        by_venue.setdefault(one.venue, []).append(one)
    if finder.fits is a_triangle:
        wanted: Iterable[Sequence[Instrument]] = (
            three for each in by_venue.values() for three in combinations(each[:20], 3)
        )
    else:
        wanted = dict.fromkeys([*((one,) for one in there), *map(tuple, by_pair.values())])
    yield from (tuple(each) for each in wanted if finder.fits(each) is None)


def _seen(finder: Finder, ones: tuple[Instrument, ...], books: Mapping[str, Book], now_ms: int) -> SeenNow:
    at_ms = max(books[one.id].at_ms for one in ones)
    view = View(at_ms, ones, books, _purse(ones, books), AT_BOOKS)
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


def _purse(ones: tuple[Instrument, ...], books: Mapping[str, Book]) -> Purse:
    """Half of each share in coins, where there is but one coin."""
    purse = opening_purse(ones, FUNDS)
    if len({one.base for one in ones}) == 1:
        for one in ones:
            half = purse[one.venue, one.quote] / 2
            purse[one.venue, one.quote] = half
            purse[one.venue, one.base] = half / one.price_of(books[one.id].bids[0][0])
    return purse
