"""The market that is shown: which one, and how its time passes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.kernel.market import Timeframe
from tests.trading.marketdata_cast import BTC, DAY_ONE, HOUR, candles, given_candles, without
from trading.exchanges.errors import ExchangeUnavailable
from trading.exchanges.types import ExchangeCandle, ExchangeMarket
from trading.marketdata.errors import NoMarket
from trading.marketdata.models import FundingRate
from trading.marketdata.selectors import bars_of, coverage, feed_state, funding_spans, market_instruments
from trading.marketdata.services import choose_market, play_due, set_speed
from trading.marketdata.simulation import COINS
from trading.marketdata.tasks import advance_feed
from trading.marketdata.types import MarketSource

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class VenueOf:
    """An exchange behind the reader's port with three days of one market; or out of reach, or breaking off."""

    venue = "binance"

    def __init__(self, *, near: bool = True, breaks: bool = False) -> None:
        self.near, self.breaks = near, breaks

    def reachable(self, **_within) -> bool:
        return self.near

    def markets(self, _symbols) -> dict[str, ExchangeMarket]:
        btc = ExchangeMarket("BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"), Decimal(5))
        return {"BTC/USDT": btc}

    def candles(self, _symbol, _timeframe, *, start_ms: int, **_limit) -> list[ExchangeCandle]:
        if self.breaks:
            raise ExchangeUnavailable("gone")
        first = clock.to_ms(NOON) - 72 * HOUR
        price = [Decimal(number) for number in ("100.01", "101", "99", "100.5", "7")]
        return [ExchangeCandle(first + n * HOUR, *price) for n in range(74) if first + n * HOUR >= start_ms]

    def perpetuals(self, symbols) -> dict[str, str]:
        return {symbol: f"{symbol}:USDT" for symbol in symbols}

    def funding(self, _perpetual, *, start_ms: int, **_limit) -> list[tuple[int, Decimal]]:
        first = clock.to_ms(NOON) - 72 * HOUR
        return [(at, Decimal("0.0001")) for n in range(9) if (at := first + n * 8 * HOUR) >= start_ms]


def _chosen(**how):
    with clock.at(NOON):
        return choose_market(**{"online": False} | how)


def _play(*, after_s: float) -> list[int]:
    with clock.at(NOON + timedelta(seconds=after_s)):
        return play_due()


def test_imported_candles_come_before_all_else():
    given_candles(candles(480))

    state = _chosen(reader=VenueOf(), online=True)

    assert (state.source, state.timeframe, state.simulated) == (MarketSource.IMPORTED, Timeframe.H1, False)
    assert (state.cursor_ms, state.end_ms) == (DAY_ONE + 95 * HOUR, DAY_ONE + 479 * HOUR)
    assert list(market_instruments(state.source, state.timeframe)) == [BTC]


def test_without_imports_the_exchange_is_fetched_its_closed_candles_only():
    state = _chosen(reader=VenueOf(), online=True)

    assert (state.source, state.timeframe) == (MarketSource.FETCHED, Timeframe.H1)
    assert state.end_ms == clock.to_ms(NOON) - HOUR
    assert coverage(BTC, Timeframe.H1).count == 72
    assert funding_spans([BTC])[BTC].count == 9, "and its funding beside them"


@pytest.mark.parametrize("venue", [VenueOf(near=False), VenueOf(breaks=True)], ids=["out of reach", "breaks off"])
def test_without_an_exchange_the_market_is_simulated_and_says_so(venue):
    state = _chosen(reader=venue, online=True)

    assert (state.source, state.simulated) == (MarketSource.SIMULATED, True)
    assert len(market_instruments(state.source, state.timeframe)) == len(COINS)


def test_a_chosen_market_goes_on_until_candles_are_imported():
    _chosen()
    _play(after_s=3)
    assert _chosen().cursor_ms == feed_state().cursor_ms

    given_candles(candles(100))

    assert _chosen().source is MarketSource.IMPORTED


def test_hourly_candles_are_shown_rather_than_those_of_another_timeframe():
    given_candles(candles(30, timeframe=Timeframe.D1), timeframe=Timeframe.D1)
    assert _chosen().timeframe is Timeframe.D1

    given_candles(candles(48))

    assert _chosen().timeframe is Timeframe.H1


def test_a_fetched_market_that_ended_is_fetched_on_at_the_next_start():
    _chosen(reader=VenueOf(), online=True)
    for turn in range(1, 20):
        _play(after_s=5 * turn)
    assert feed_state().ended

    with clock.at(NOON + timedelta(hours=2)):
        state = choose_market(reader=VenueOf())

    assert (state.source, state.ended) == (MarketSource.FETCHED, False)
    assert state.end_ms == clock.to_ms(NOON) + HOUR


def test_time_passes_at_the_chosen_speed_and_no_slot_is_skipped():
    given_candles(candles(100))
    start = _chosen(speed=Decimal("2.5")).cursor_ms

    played = [slot for after in (0.3, 0.4, 0.9, 1.0, 2.2, 2.2, 4.0) for slot in _play(after_s=after)]

    assert played == [start + n * HOUR for n in range(1, 11)]
    assert feed_state().cursor_ms == played[-1]


def test_a_slot_in_which_nothing_has_a_candle_is_not_a_slot():
    given_candles(without(candles(100), 22, 23))
    given_candles(without(candles(100, seed=2), 22), instrument="binance:ETH/USDT")
    assert _chosen().cursor_ms == DAY_ONE + 18 * HOUR

    assert [(slot - DAY_ONE) // HOUR for slot in _play(after_s=4)] == [19, 20, 21, 23]


def test_after_a_long_pause_the_market_goes_on_where_it_was():
    given_candles(candles(480))
    start = _chosen(speed=Decimal(2)).cursor_ms

    first, second = _play(after_s=86_400), _play(after_s=86_401)

    assert first + second == [start + n * HOUR for n in range(1, 13)]


def test_a_clock_that_was_set_back_does_not_stop_the_market():
    given_candles(candles(480))
    _chosen()

    assert (_play(after_s=-7200), len(_play(after_s=-7198))) == ([], 2)


def test_imported_history_ends_and_goes_on_when_more_is_imported():
    given_candles(candles(10))
    _chosen()
    assert len(_play(after_s=5)) == 5
    assert len(_play(after_s=10)) == 3
    assert (feed_state().ended, _play(after_s=15)) == (True, [])

    given_candles(candles(2, start_ms=DAY_ONE + 10 * HOUR))

    assert feed_state().ended is False
    assert _play(after_s=20) == [DAY_ONE + 10 * HOUR, DAY_ONE + 11 * HOUR]


def test_the_simulated_market_never_ends():
    state = _chosen(speed=Decimal(1000))
    slots = [slot for turn in range(1, 6) for slot in _play(after_s=turn)]

    assert slots == [state.cursor_ms + n * HOUR for n in range(1, 2501)]
    assert feed_state().ended is False
    assert len(bars_of(COINS[0].id, Timeframe.H1, start_ms=slots[-1], end_ms=slots[-1] + HOUR)) == 1


def test_every_active_tenant_is_told_of_each_slot_once(acme_ctx, bolt_ctx):
    given_candles(candles(100))
    _chosen()

    slots = _play(after_s=3)

    told = list(OutboxEvent.objects.order_by("id").values_list("tenant_id", "type", "body"))
    for tenant in (acme_ctx, bolt_ctx):
        bodies = [body for tenant_id, kind, body in told if (tenant_id, kind) == (tenant.id, "trading.candles_closed")]
        assert bodies == [{"slot_ms": slot, "timeframe": "1h"} for slot in slots]


def test_a_held_market_stands_still_and_goes_on_without_a_leap():
    given_candles(candles(480))
    _chosen()
    with clock.at(NOON):
        assert set_speed(speed=Decimal(0)).running is False
    assert _play(after_s=100) == []

    with clock.at(NOON + timedelta(seconds=100)):
        set_speed(speed=Decimal(3))
    assert len(_play(after_s=101)) == 3


@pytest.mark.parametrize("speed", ["-1", "1000.1", "NaN"])
def test_a_speed_that_makes_no_sense_is_refused(speed):
    _chosen()

    with pytest.raises(Invalid):
        set_speed(speed=Decimal(speed))


def test_before_a_market_is_chosen_nothing_plays():
    assert play_due() == []
    for ask in (feed_state, lambda: set_speed(speed=Decimal(1))):
        with pytest.raises(NoMarket):
            ask()
    with pytest.raises(CommandError, match="No market"):
        call_command("market_status")


def test_the_task_plays_and_the_status_command_tells():
    given_candles(candles(100))
    _chosen()
    out = StringIO()

    with clock.at(NOON + timedelta(seconds=2)):
        advance_feed()
    call_command("market_status", speed=Decimal(4), stdout=out)

    assert "imported 1h: 2024-01-01 21:00 / 2024-01-05 03:00 UTC, 4 candles a second" in out.getvalue()
    assert f"{BTC}: 100 candles, 0 gaps" in out.getvalue()


def test_a_simulated_market_that_was_made_without_funding_gets_it_at_the_next_start():
    _chosen()
    made = list(FundingRate.objects.order_by("pk").values_list("instrument", "at_ms", "rate"))
    FundingRate.objects.all().delete()

    _chosen()

    assert list(FundingRate.objects.order_by("pk").values_list("instrument", "at_ms", "rate")) == made != []
