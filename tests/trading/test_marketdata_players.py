"""Several players of one market at once, each with its own connection and real commits."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.db import connection

from cryptouniverse.kernel.events.models import OutboxEvent, StreamHead
from tests.trading.marketdata_cast import DAY_ONE, HOUR, candles, given_candles
from trading.marketdata import models
from trading.marketdata.events import CandlesClosed
from trading.marketdata.services import choose_market, play_due


def _play_and_leave() -> list[int]:
    try:
        return play_due()
    finally:
        connection.close()


def _no_market() -> None:
    for model in (models.Feed, models.FundingRate, models.CandleDay, models.Instrument):
        model.objects.all().delete()


def test_players_at_once_show_each_slot_once_and_skip_none(fresh_tenant):
    _no_market()
    given_candles(candles(480))
    choose_market(online=False, speed=Decimal(500))
    try:
        with ThreadPoolExecutor(8) as players:
            played = [slot for slots in players.map(lambda _: _play_and_leave(), range(64)) for slot in slots]
    finally:
        _no_market()
        OutboxEvent.objects.filter(type=CandlesClosed.type).delete()
        StreamHead.objects.filter(stream=CandlesClosed.type).delete()

    assert len(played) > 8
    assert sorted(played) == [DAY_ONE + (96 + n) * HOUR for n in range(len(played))]
