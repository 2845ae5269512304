"""Entries without a market: bots that wish, a panel that agrees, and the production step that judges and records."""

from __future__ import annotations

import os
from decimal import Decimal
from uuid import UUID

from aiengine.autopilot.cycle import act
from aiengine.autopilot.types import CycleReport, Slot, Wish
from aiengine.consensus.types import Verdict
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Instrument, Side
from strategies.bots.types import BotMode, BotRow, BotStatus
from strategies.signals.types import Action, Signal
from tests.trading.desk import BTC, ETH, HOUR, candle
from trading.portfolio.types import Holding
from trading.risk.types import USUAL

SOAK = bool(os.environ.get("CU_SOAK"))
SOL = Instrument("binance:SOL/USDT", "SOL", "USDT", Decimal("0.01"), Decimal("0.001"))
COINS = (BTC, ETH, SOL)
CANDLES = {coin.id: candle(coin, "100", "100", "100", "100") for coin in COINS}


def sized(in_prove: int, in_soak: int) -> int:
    """How often: the proof's size, or its full one."""
    return in_soak if SOAK else in_prove


def bot_of(portfolio_pk: int, number: int, *, allocation: str = "0") -> BotRow:
    """A bot of the portfolio that has only a name: what the gate and the books need to know of it."""
    public_id = UUID(int=portfolio_pk << 32 | number)
    parts = (number, public_id, number, 0, portfolio_pk, f"bot {number}", "storm", "{}", HOUR)
    coins = tuple(coin.id for coin in COINS)
    return BotRow(*parts, coins, Decimal(allocation), USUAL, 200, 0, BotStatus.ACTIVE, BotMode.AUTONOMOUS)


def try_to_enter(bot: BotRow, coin: Instrument, slot_ms: int, *, market: str = "") -> CycleReport:
    """The cycle's last step for one agreed wish, as a cycle of this bot alone would take it: one commit.

    A slot is worked once in a market.
    """
    signal = Signal(bot.key_for(coin.id), slot_ms, Action.ENTER_LONG, new_id())
    verdict = Verdict(new_id(), signal.id, coin.id, slot_ms, Side.BUY, Decimal(1), "unanimous", "", (), by_rules=True)
    return _act(Wish(bot, signal, None), {signal.id: verdict}, slot_ms, market)


def try_to_leave(bot: BotRow, holding: Holding, slot_ms: int) -> CycleReport:
    """The same for one exit."""
    signal = Signal(bot.key_for(holding.instrument_id), slot_ms, Action.EXIT_LONG, new_id())
    return _act(Wish(bot, signal, holding), {}, slot_ms)


def _act(wish: Wish, verdicts: dict[UUID, Verdict], slot_ms: int, market: str = "") -> CycleReport:
    report = CycleReport()
    act(report, Slot(HOUR, slot_ms, market), [wish], verdicts, CANDLES, Decimal(0))
    return report
