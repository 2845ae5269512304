"""The stage of the panel's tests: a market imported by the front door, entry signals, models that say their lines."""

import csv
import json
from dataclasses import dataclass, field

from aiengine.providers.asking import Completion, answer_within
from aiengine.providers.types import Abstention, Question
from cryptouniverse.kernel.market import Side, Timeframe
from strategies.catalog.registry import strategy
from strategies.catalog.types import SignalKey, canonical
from strategies.signals.types import Action, Signal, signal_id
from tests.strategies.markets import START_MS, walk
from trading.marketdata.services import import_candles

HOUR_MS = 3_600_000
BTC, ETH = "binance:BTC/USDT", "binance:ETH/USDT"
READINGS = {
    "distance_atr": 2.0,
    "slope_atr": 0.5,
    "move_atr": 3.0,
    "burst_atr": 1.5,
    "atr_pct": 1.0,
    "change_24_bars_pct": 3.0,
    "rsi": 66.0,
    "adx": 28.0,
    "volume_ratio": 2.2,
    "close_place": 0.95,
}
DAY_41 = START_MS - START_MS % 86_400_000 + 41 * 86_400_000


def question(symbol="BTC/USDT", **changed):
    """A question about a breakout; `changed` replaces fields."""
    fields = {
        "symbol": symbol,
        "timeframe": Timeframe.H1,
        "slot_ms": DAY_41,
        "side": Side.BUY,
        "strategy": "donchian_breakout",
        "family": "breakout",
        "hypothesis": "A new high draws in those who waited for it.",
        "readings": READINGS,
    }
    return Question(**{**fields, **changed})


def said(side="BUY", confidence=0.9, **changed):
    """The text of a valid answer; `changed` replaces or adds fields."""
    body = {
        "symbol": "BTC/USDT",
        "side": side,
        "confidence": confidence,
        "horizon": "hours",
        "invalidation": "A close back below the broken high.",
        "evidence": ["rsi", "adx"],
    }
    return json.dumps({**body, **changed})


def given_market(folder, *, symbols=("BTC-USDT",), days=43, tweak=lambda rows: rows):
    """Hourly candles of a seeded walk for each symbol, imported from CSV files; `tweak` may change the rows first."""
    for seed, symbol in enumerate(symbols):
        bars = walk(days * 24, seed=seed + 7)
        prices = (bars.open, bars.high, bars.low, bars.close)
        columns = [bars.open_ms - bars.open_ms[0] + DAY_41 - 41 * 86_400_000, *(column / 100 for column in prices)]
        rows = tweak([list(row) for row in zip(*columns, bars.volume, strict=True)])
        with (folder / f"binance_{symbol}_1h.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["ts", "open", "high", "low", "close", "volume"], *rows])
    import_candles(paths=[folder])


def entry(slot_ms, *, name="donchian_breakout", instrument_id=BTC, action=Action.ENTER_LONG, **parameters):
    """The signal of a strategy at a slot, whatever the market says."""
    shipped = strategy(name)
    key = SignalKey(name, canonical(shipped.resolve(parameters)), instrument_id, Timeframe.H1)
    return Signal(key, slot_ms, action, signal_id(key, f"{shipped.code_hash}{action}", slot_ms))


@dataclass
class Actor:
    """A model behind the panel's port that says `line` (a text, or an exception to raise), and keeps the questions."""

    name: str
    line: str | Exception
    model: str = "actor-1"
    asked: list[Question] = field(default_factory=list)
    closed: bool = False

    async def ask(self, question, deadline_s):
        self.asked.append(question)

        async def complete():
            if isinstance(self.line, Exception):
                raise self.line
            return Completion(self.line, tokens_in=400, tokens_out=60)

        return await answer_within(
            self.name, self.model, question, deadline_s, complete, lambda _error: Abstention.FAILED
        )

    async def aclose(self):
        self.closed = True


def actors(*lines):
    """A panel of up to three models saying these lines."""
    return [Actor(name, line) for name, line in zip(("openai", "anthropic", "gemini"), lines, strict=False)]
