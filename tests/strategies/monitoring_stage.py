"""Bots whose days are gone through: candles of their own, the whole ring slot by slot, and the night after."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from aiengine.autopilot.cycle import run_cycle
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from strategies.bots.services import create_bot
from strategies.catalog.types import BY_RISK
from strategies.monitoring.models import BotDay
from strategies.monitoring.services import replay_day
from strategies.signals.services import forget_decided
from tests.strategies.markets import START_MS, given_stored, walk
from tests.trading.desk import trader
from trading.execution.models import Fill

HOUR_MS = Timeframe.H1.ms
WARM_DAYS = 34
FIRST_MS = START_MS + WARM_DAYS * DAY_MS  # the first day that bots trade
COLUMNS = ("open_ms", "open", "high", "low", "close", "volume", "filled")
LIVELY = {"entry": 5, "exit": 5}
WIDE = {"position_pct_max": 100, "order_notional_max": 1_000_000, "position_notional_max": 1_000_000}


def day(number: int = 0) -> date:
    """The UTC day of that number, from the first that bots trade."""
    return clock.from_ms(FIRST_MS + number * DAY_MS).date()


def given_market(*names: str, days: int = 4, seed: int = 11, without: tuple[int, ...] = ()) -> None:
    """Hours of a market, with a calm before and `days` days to trade. without: hours of each day that are missing."""
    bars = [walk((WARM_DAYS + days) * 24, seed=seed + number, instrument_id=name) for number, name in enumerate(names)]
    kept = ~np.isin(bars[0].open_ms // HOUR_MS % 24, without)
    given_stored(*(replace(one, **{name: getattr(one, name)[kept] for name in COLUMNS}) for one in bars))
    forget_decided()


def given_bot(name: str = "night:BTC/USDT", *, email: str = "nora@example.com", limits=None, portfolio=None, **terms):
    """A lively bot of somebody's, made just before the first day."""
    with clock.at(clock.from_ms(FIRST_MS - HOUR_MS)):
        pot = portfolio or trader(email, practice="10000000", **(limits or {}))
        made = {
            "strategy": "donchian_breakout",
            "parameters": LIVELY,
            "sizing": BY_RISK,
            "timeframe": Timeframe.H1,
            "instruments": [name] if isinstance(name, str) else name,
            **terms,
        }
        return create_bot(owner=pot.owner, portfolio=pot, **made)


def ring(first: int, last: int) -> None:
    """Work the hours from number `first` of the first day up to `last`, not in."""
    with without_kick():
        for number in range(first, last):
            slot_ms = FIRST_MS + number * HOUR_MS
            with clock.at(clock.from_ms(slot_ms + HOUR_MS)):
                run_cycle(timeframe=Timeframe.H1, slot_ms=slot_ms)


def gone_through(bot, number: int = 0) -> BotDay:
    """The bot's day, replayed anew."""
    with clock.at(clock.from_ms(FIRST_MS + (number + 1) * DAY_MS + HOUR_MS)):
        replay_day(day=day(number), bot_ids=[bot.public_id])
    return BotDay.objects.get(bot=bot, day=day(number))


def parts_of(row: BotDay) -> dict[str, Decimal]:
    """The parts that are not nought."""
    names = ("fills", "fees", "latency", "intra_bar", "size", "refused", "unexpected")
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def fills_of(bot) -> list[Fill]:
    """The bot's fills, in the order of the books."""
    return list(Fill.objects.filter(bot_id=bot.public_id).order_by("sequence"))
