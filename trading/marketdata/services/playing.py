"""The market that is being shown: which one, and letting its time pass."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from cryptouniverse.kernel.money import exact
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.provisioning.selectors import trading_tenants
from trading.exchanges.errors import ExchangeUnavailable
from trading.exchanges.services import exchange_reader
from trading.exchanges.types import ExchangeReader
from trading.marketdata import models
from trading.marketdata.errors import CandlesRefused, NoMarket
from trading.marketdata.events import CandlesClosed
from trading.marketdata.selectors import feed_state, imported_timeframe, last_slot, slots_after, state_of
from trading.marketdata.services.fetching import DAYS, VENUE, exchange_within_reach, fetch_candles
from trading.marketdata.services.funding import fetch_funding_if_there
from trading.marketdata.services.simulating import simulate_market
from trading.marketdata.simulation import EPOCH_MS, SEED
from trading.marketdata.simulation import TIMEFRAME as SIMULATED_TIMEFRAME
from trading.marketdata.types import FeedState, MarketSource

SLOTS_BEFORE = 240  # shown at once, so that strategies have what they warm up on
CATCH_UP_S = 5  # of delay that is made up for; after a longer pause the market goes on where it was
SLOTS_A_CALL_MAX = 500
SPEED_MAX = Decimal(1000)
_SIMULATED_AT_FIRST_MS = 60 * DAY_MS
_SIMULATED_AHEAD_MS = 20 * DAY_MS


def choose_market(
    *, speed: Decimal = Decimal(1), seed: int = SEED, reader: ExchangeReader | None = None, online: bool = True
) -> FeedState:
    """Choose what market is shown: imported candles; else the last 60 days of an exchange; else the simulated market.

    A market that was chosen before goes on, unless candles have been imported since: then those are shown, from their
    beginning. A fetched one that has ended is fetched on. speed: candles per second, for a market not chosen before.
    reader: the exchange, Binance by default. online: whether it may be asked.
    """
    feed = models.Feed.objects.first()
    imported = imported_timeframe()
    if imported and (feed is None or _gives_way(feed, imported)):
        return _show(MarketSource.IMPORTED, imported, speed=feed.speed if feed else speed, seed=seed)
    goes_on = feed is not None and not (feed.ended and feed.source == MarketSource.FETCHED.value)
    fetched = not goes_on and online and _fetched(reader or exchange_reader(venue=VENUE))
    if feed is not None:
        if feed.source == MarketSource.SIMULATED.value:  # made before there was funding
            simulate_market(until_ms=feed.end_ms, seed=feed.seed)
        return feed_state()
    if fetched:
        return _show(MarketSource.FETCHED, Timeframe.H1, speed=speed, seed=seed)
    simulate_market(until_ms=EPOCH_MS + _SIMULATED_AT_FIRST_MS, seed=seed)
    return _show(MarketSource.SIMULATED, SIMULATED_TIMEFRAME, speed=speed, seed=seed)


@transaction.atomic
def set_speed(*, speed: Decimal) -> FeedState:
    """Let the market pass at `speed` candles per second; 0 holds it. Raises NoMarket, or Invalid outside 0 to 1000."""
    if not 0 <= exact(speed) <= SPEED_MAX:
        raise Invalid(
            _("The speed must be between 0 and %(most)s candles per second, not %(speed)s."),
            most=str(SPEED_MAX),
            speed=str(speed),
        )
    feed = models.Feed.objects.select_for_update().first()
    if feed is None:
        raise NoMarket
    feed.running, feed.speed = speed > 0, speed or feed.speed
    feed.updated_at = clock.now()
    feed.save()
    return state_of(feed)


@transaction.atomic
def play_due() -> list[int]:
    """Let the market's time pass as far as the clock says, and return the slots that closed, oldest first.

    Each slot is shown once and none is skipped, whoever calls and however often: one caller plays at a time, another
    gets nothing. At most 500 slots a call, and no more than 5 s of delay are made up for. Every active tenant is told
    (CandlesClosed), in the same transaction. The simulated market grows ahead of its cursor; others end.
    """
    feed = models.Feed.objects.select_for_update(skip_locked=True).first()
    if feed is None or not feed.running:
        return []
    due = _take_due(feed)
    slots = _next_slots(feed, due) if due else []
    feed.cursor_ms = slots[-1] if slots else feed.cursor_ms
    feed.ended = feed.cursor_ms >= feed.end_ms
    feed.save()
    _tell_tenants(slots, Timeframe(feed.timeframe))
    return slots


def _take_due(feed: models.Feed) -> int:
    """How many candles the time since `updated_at` is worth; that time is taken off the feed's account."""
    now = clock.now()
    most = min(SLOTS_A_CALL_MAX, math.ceil(feed.speed * CATCH_UP_S))
    elapsed = Decimal((now - feed.updated_at) // timedelta(microseconds=1)) / 1_000_000
    due = int(elapsed * feed.speed)
    if due > most or elapsed < 0:
        feed.updated_at = now
        return min(max(due, 0), most)
    feed.updated_at += timedelta(microseconds=int(due / feed.speed * 1_000_000))
    return due


def _next_slots(feed: models.Feed, due: int) -> list[int]:
    source, timeframe = MarketSource(feed.source), Timeframe(feed.timeframe)
    if source is MarketSource.SIMULATED and feed.cursor_ms + 2 * due * timeframe.ms > feed.end_ms:
        simulate_market(until_ms=feed.cursor_ms + due * timeframe.ms + _SIMULATED_AHEAD_MS, seed=feed.seed)
        feed.end_ms = last_slot(source, timeframe) or feed.end_ms
    return slots_after(source, timeframe, after_ms=feed.cursor_ms, count=due)


def _tell_tenants(slots: list[int], timeframe: Timeframe) -> None:
    for tenant in trading_tenants() if slots else []:
        with in_tenant(tenant):
            publish_on_commit([CandlesClosed(slot_ms=slot, timeframe=timeframe.value) for slot in slots])


def _gives_way(feed: models.Feed, imported: Timeframe) -> bool:
    """Whether imported candles replace what is shown: what was not imported, or is imported but not hourly."""
    lesser = feed.timeframe != Timeframe.H1.value and imported is Timeframe.H1
    return feed.source != MarketSource.IMPORTED.value or lesser


def _fetched(reader: ExchangeReader) -> bool:
    if not exchange_within_reach(reader):
        return False
    try:
        found = bool(fetch_candles(reader=reader))
    except (ExchangeUnavailable, CandlesRefused):
        return last_slot(MarketSource.FETCHED, Timeframe.H1) is not None
    fetch_funding_if_there(reader=reader, days=DAYS)
    return found


def _show(source: MarketSource, timeframe: Timeframe, *, speed: Decimal, seed: int) -> FeedState:
    """Show that market from its beginning: a fifth of it at once (at most SLOTS_BEFORE), the rest as time passes."""
    opening = slots_after(source, timeframe, after_ms=-1, count=5 * SLOTS_BEFORE)
    end_ms = last_slot(source, timeframe)
    if not opening or end_ms is None:
        raise NoMarket
    feed, _made = models.Feed.objects.update_or_create(
        only=True,
        defaults={
            "source": source.value,
            "timeframe": timeframe.value,
            "cursor_ms": opening[min(SLOTS_BEFORE, len(opening) // 5) - 1 if len(opening) >= 5 else 0],
            "end_ms": end_ms,
            "speed": speed,
            "seed": seed,
            "running": True,
            "ended": False,
            "updated_at": clock.now(),
        },
    )
    return state_of(feed)
