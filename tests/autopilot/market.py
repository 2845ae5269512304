"""A small simulated market, and a trader with one bot for each of three strategies on it."""

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.models import Bot
from strategies.bots.services import create_bot
from tests.trading.desk import trader
from trading.marketdata.selectors import market_instruments, slots_after
from trading.marketdata.services.simulating import simulate_market
from trading.marketdata.simulation import EPOCH_MS, TIMEFRAME
from trading.marketdata.types import MarketSource
from trading.portfolio.models import Portfolio

DAYS = 20
STRATEGIES = ("donchian_breakout", "moving_average_cross", "rsi_reversion")


def given_market() -> list[str]:
    """Twenty simulated days; the ids of what is traded there."""
    simulate_market(until_ms=EPOCH_MS + DAYS * 86_400_000)
    return sorted(market_instruments(MarketSource.SIMULATED, TIMEFRAME))


def given_slots(first_day: int, count: int) -> list[int]:
    """`count` slots of the simulated market from the beginning of day `first_day` on."""
    return slots_after(MarketSource.SIMULATED, TIMEFRAME, after_ms=EPOCH_MS + first_day * 86_400_000 - 1, count=count)


def given_bots(portfolio: Portfolio, instruments: list[str], *, timeframe: Timeframe = TIMEFRAME) -> list[Bot]:
    """A bot for each of three strategies, on everything."""
    return [
        create_bot(
            owner=portfolio.owner,
            portfolio=portfolio,
            strategy=name,
            parameters={},
            timeframe=timeframe,
            instruments=instruments,
        )
        for name in STRATEGIES
    ]


def given_desk(email: str = "alice@example.com", **limits) -> tuple[Portfolio, list[Bot]]:
    """A trader with bots on the whole market."""
    instruments = given_market()
    with clock.at(clock.from_ms(EPOCH_MS)):
        portfolio = trader(email, **limits)
        return portfolio, given_bots(portfolio, instruments)


def play(slots: list[int], run) -> list:
    """Run the cycle over `slots`, each at the moment its candle closes."""
    reports = []
    for slot_ms in slots:
        with clock.at(clock.from_ms(slot_ms + TIMEFRAME.ms)):
            reports.append(run(timeframe=TIMEFRAME, slot_ms=slot_ms))
    return reports
