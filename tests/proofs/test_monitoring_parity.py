"""Every strategy on real candles with holes: day by day nothing lies between ring and replay but what was refused."""

from dataclasses import replace

import numpy as np
import pytest

from aiengine.autopilot.cycle import run_cycle
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from strategies.bots.services import create_bot
from strategies.monitoring.models import BotDay
from strategies.monitoring.services import replay_day
from strategies.signals.services import forget_decided
from tests.proofs.test_parity import ALL, COLUMNS, KINDS, parameters_of
from tests.strategies.markets import given_funding, given_stored, real_bars
from tests.trading.desk import trader

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]

WARM_DAYS, DAYS, NAME = 60, 5, "watched:BTC/USDT"
HOUR_MS = Timeframe.H1.ms


def with_holes(bars, every=17):
    kept = np.arange(len(bars)) % every != 0
    return replace(bars, **{name: getattr(bars, name)[kept] for name in COLUMNS})


def given_bots(first_ms):
    with clock.at(clock.from_ms(first_ms - HOUR_MS)):
        for number, strategy in enumerate(ALL):
            kind = KINDS[number % len(KINDS)]
            pot = trader(f"{strategy.name}@example.com", practice="10000000", **kind.limits)
            create_bot(
                owner=pot.owner, portfolio=pot, strategy=strategy.name, parameters=parameters_of(strategy, kind),
                timeframe=Timeframe.H1, instruments=[NAME], sizing=kind.sizing, **kind.moves,
            )  # fmt: skip


def test_on_paper_nothing_is_lost_but_what_was_refused(acme, real_data):
    bars = real_bars(real_data)
    first = int(np.flatnonzero(bars.open_ms % DAY_MS == 0)[WARM_DAYS])
    bars = with_holes(replace(bars[: first + (DAYS + 1) * 24], instrument_id=NAME))
    first_ms = int(real_bars(real_data).open_ms[first])
    beside = replace(real_bars(real_data, "ETH-USDT")[: first + (DAYS + 1) * 24], instrument_id="watched:ETH/USDT")
    given_stored(bars, beside)
    given_funding(bars)
    forget_decided()
    given_bots(first_ms)
    with without_kick():
        for slot_ms in range(first_ms, first_ms + DAYS * DAY_MS + HOUR_MS, HOUR_MS):
            with clock.at(clock.from_ms(slot_ms + HOUR_MS)):
                run_cycle(timeframe=Timeframe.H1, slot_ms=slot_ms)
    for number in range(DAYS):
        with clock.at(clock.from_ms(first_ms + (number + 1) * DAY_MS + 2 * HOUR_MS)):
            replay_day(day=clock.from_ms(first_ms + number * DAY_MS).date())

    rows = list(BotDay.objects.select_related("bot"))
    told = [
        (row.bot.strategy, str(row.day), row.reason, row.gap, row.refused, row.unmatched)
        for row in rows
        if row.reason or row.gap != row.refused or row.unmatched
    ]
    assert told == []
    assert sum(row.matched for row in rows) > 30
    assert any(trade["decided_ms"] is None for row in rows for trade in row.trades)
