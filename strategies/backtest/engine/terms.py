"""On what terms a run trades: capital, costs, size, protection and limits. Pure values, refused out of bounds."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from cryptouniverse.kernel.errors import FloatRefused
from cryptouniverse.kernel.market import MINOR_PER_UNIT
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.rows import ATR, FIXED, KELLY, RISK, SHARE, VOLATILITY, Row
from strategies.backtest.errors import BadTerms
from trading.fills.types import BPS, PPM, Costs
from trading.risk.types import METHODS
from trading.risk.types import Sizing as BotSizing

CAPITAL_MAX: Final = Decimal(100_000_000)
STOP_BPS_MIN: Final = 10  # as in trading.risk.prices
_HUNDRED: Final = Decimal(100)
_MANY_DIGITS: Final = 20


class Sizing(enum.StrEnum):
    """How large an entry is to be: the methods of `trading.risk.sizing`; SHARE is its percent of equity."""

    FIXED = "fixed"
    SHARE = "share"
    RISK = "risk"
    VOLATILITY = "volatility_target"
    ATR = "atr_risk"
    KELLY = "kelly"


class SlippageModel(enum.StrEnum):
    """How much worse than the market a taker fills.

    FIXED: by the costs' basis points. RANGE: that, and a share of the range of the bar before. VOLUME: that, and more
    the more of the volume of the bar before is taken.
    """

    FIXED = "fixed"
    RANGE = "range"
    VOLUME = "volume"


_CODES: Final = {
    Sizing.FIXED: FIXED,
    Sizing.SHARE: SHARE,
    Sizing.RISK: RISK,
    Sizing.VOLATILITY: VOLATILITY,
    Sizing.ATR: ATR,
    Sizing.KELLY: KELLY,
}
_E8: Final = frozenset({Sizing.FIXED, Sizing.VOLATILITY})  # whose size is counted in hundred-millionths
_CANDLES: Final = {Sizing.VOLATILITY: "lookback", Sizing.ATR: "period"}
_OWN: Final = ("multiple", "fraction", "most", "candles", "trades")
_WHOLE_OWN: Final = frozenset({"lookback", "period", "trades"})


@dataclass(frozen=True, slots=True)
class Size:
    """How large an entry is to be. amount: of quote currency, for FIXED. percent: of equity, for SHARE what the entry
    costs, for RISK what it loses at its stop, for VOLATILITY what it swings in a year, for ATR what it loses when the
    market moves by `multiple` average ranges. candles: looked back at for either.

    KELLY buys `fraction` of what its last `trades` justify, `most` percent of equity at most. While there are fewer it
    loses percent at its stop; bots then buy nothing, as it does with 0.
    """

    sizing: Sizing = Sizing.RISK
    amount: Decimal = Decimal(0)
    percent: Decimal = Decimal(2)
    multiple: Decimal = Decimal(2)
    candles: int = 0
    fraction: Decimal = Decimal("0.5")
    most: Decimal = Decimal(20)
    trades: int = 30

    def __post_init__(self) -> None:
        if self.sizing is Sizing.FIXED:
            bounded("size.amount", self.amount, Decimal("0.00000001"), CAPITAL_MAX)
        elif self.sizing is Sizing.KELLY:
            bounded("size.percent", self.percent, Decimal(0), _HUNDRED)
        else:
            highest = 2 * _HUNDRED if self.sizing is Sizing.VOLATILITY else _HUNDRED
            bounded("size.percent", self.percent, Decimal("0.0001"), highest)
        if not self.candles:
            usual = METHODS[self.bots_method].takes.get(_CANDLES.get(self.sizing, ""))
            object.__setattr__(self, "candles", int(usual.usual or 0) if usual else 0)
        for name, bounds in METHODS[self.bots_method].takes.items():
            field_name = "candles" if name == _CANDLES.get(self.sizing) else name
            if field_name in _OWN:
                low, high = bounds.least, bounds.most
                whole = int if bounds.whole else Decimal
                bounded(f"size.{field_name}", getattr(self, field_name), whole(low), whole(high))

    @property
    def bots_method(self) -> str:
        """What bots call it."""
        return "percent" if self.sizing is Sizing.SHARE else self.sizing.value

    @property
    def of_bots(self) -> BotSizing:
        """The sizing of a bot that is sized so."""
        own = {name: Decimal(getattr(self, name)) for name in ("amount", "percent", *_OWN)}
        own[_CANDLES.get(self.sizing, "")] = Decimal(self.candles)
        return BotSizing(self.bots_method, {name: own[name] for name in METHODS[self.bots_method].takes})

    @classmethod
    def of_bot(cls, sizing: BotSizing) -> Size:
        """As a bot is sized; one that takes the risk of its portfolio's limits leaves it to the terms' own."""
        method = Sizing.SHARE if sizing.method == "percent" else Sizing(sizing.method)
        said: dict[str, Any] = {
            "candles" if name == _CANDLES.get(method) else name: int(number) if name in _WHOLE_OWN else number
            for name, number in sizing.numbers.items()
        }
        if method is Sizing.RISK and not said.get("percent"):
            said["percent"] = _HUNDRED
        if method is Sizing.KELLY:
            said["percent"] = Decimal(0)
        return cls(method, **said)


@dataclass(frozen=True, slots=True)
class Slippage:
    """model: see there. range_pct: of the bar before, for RANGE. impact_bps: what taking the whole volume of the bar
    before would move the price by, for VOLUME; a part of it moves it by that part, rounded up.
    """

    model: SlippageModel = SlippageModel.FIXED
    range_pct: int = 10
    impact_bps: int = 1_000

    def __post_init__(self) -> None:
        bounded("slippage.range_pct", self.range_pct, 0, 100)
        bounded("slippage.impact_bps", self.impact_bps, 1, BPS)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a run; as they stand here they are those of a new bot on paper. Raises BadTerms, FloatRefused.

    capital: in the quote currency that all markets share. stop_bps, target_bps: distance from the close that was
    decided on; 0 is none. trail_bps: the stop follows the best price at this distance. break_even_bps: after such a
    move the stop goes to the entry and the fees. time_stop_bars: sold after so many. collar_bps: an entry pays no more
    above the close than this. positions_max: open at once. risk_pct: of equity, the most that one entry may lose at its
    stop. position_pct: of equity, the most that one may cost. order_max: quote currency, the most that one may cost.
    daily_loss_pct: no entry on a day that has lost so much; 100 is no limit. shorts: whether -1 is traded; else it is
    flat. borrow_pct: a year, what a short pays of its notional, a day's part at each UTC midnight. protects: whether
    stop and target are placed at all, or only sized by. cost_times: fees, slippage, funding and what was borrowed are
    taken so many times. seed: of everything random beside the run.
    """

    capital: Decimal = Decimal(10_000)
    costs: Costs = field(default_factory=Costs)
    slippage: Slippage = field(default_factory=Slippage)
    size: Size = field(default_factory=Size)
    stop_bps: int = 300
    target_bps: int = 0
    trail_bps: int = 0
    break_even_bps: int = 0
    time_stop_bars: int = 0
    collar_bps: int = 100
    positions_max: int = 10
    risk_pct: Decimal = Decimal(2)
    position_pct: Decimal = Decimal(10)
    order_max: Decimal = Decimal(10_000)
    daily_loss_pct: Decimal = Decimal(5)
    shorts: bool = False
    borrow_pct: Decimal = Decimal(10)
    protects: bool = True
    cost_times: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        bounded("capital", self.capital, Decimal("0.01"), CAPITAL_MAX)
        for name, low, high in _WHOLE:
            bounded(name, getattr(self, name), low, high)
        for name in ("risk_pct", "position_pct", "daily_loss_pct"):
            bounded(name, getattr(self, name), Decimal("0.0001"), _HUNDRED)
        bounded("borrow_pct", self.borrow_pct, Decimal(0), 10 * _HUNDRED)
        bounded("order_max", self.order_max, Decimal("0.01"), CAPITAL_MAX)
        if self.stop_bps:
            bounded("stop_bps", self.stop_bps, STOP_BPS_MIN, BPS - 1)
        elif self.size.sizing in {Sizing.RISK, Sizing.KELLY}:
            raise BadTerms(_("Sizing by risk needs a stop: say %(field)s."), field="stop_bps")

    def at_cost(self, times: int) -> Terms:
        """The same terms with costs taken `times` times: 0 is free, 1 what they are."""
        return replace(self, cost_times=times)

    @property
    def capital_minor(self) -> int:
        """The capital in minor units, rounded down."""
        return minor(self.capital)

    def row(self) -> Row:
        """As the compiled loop takes them."""
        by_amount, size = self.size.sizing is Sizing.FIXED, self.size
        return Row(
            taker_ppm=min(self.costs.taker_ppm * self.cost_times, PPM),
            maker_ppm=min(self.costs.maker_ppm * self.cost_times, PPM),
            slippage_bps=min(self.costs.slippage_bps * self.cost_times, BPS),
            sizing=_CODES[size.sizing],
            size=minor(size.amount if by_amount else size.percent) if size.sizing in _E8 else ppm(size.percent),
            stop_bps=self.stop_bps,
            target_bps=self.target_bps,
            trail_bps=self.trail_bps,
            break_even_bps=self.break_even_bps,
            time_stop_bars=self.time_stop_bars,
            collar_bps=self.collar_bps,
            positions_max=self.positions_max,
            risk_ppm=ppm(self.risk_pct),
            position_ppm=ppm(self.position_pct),
            order_max=minor(self.order_max),
            daily_loss_ppm=ppm(self.daily_loss_pct),
            protects=int(self.protects),
            cost_times=self.cost_times,
            impact_bps=self.slippage.impact_bps,
            kelly_trades=size.trades,
            kelly_ppm=int(size.fraction * PPM),
            kelly_most_ppm=ppm(size.most),
            borrow_e8=min(minor(self.borrow_pct / _HUNDRED / 365) * self.cost_times, MINOR_PER_UNIT),
        )


_WHOLE: Final = (
    ("stop_bps", 0, BPS - 1),
    ("target_bps", 0, 10 * BPS),
    ("trail_bps", 0, BPS - 1),
    ("break_even_bps", 0, BPS - 1),
    ("time_stop_bars", 0, 1_000_000),
    ("collar_bps", 0, BPS),
    ("positions_max", 1, 1_000),
    ("cost_times", 0, 10),
    ("seed", 0, 2**63 - 1),
)


def minor(amount: Decimal) -> int:
    """Quote currency in minor units, rounded down."""
    return int((amount * MINOR_PER_UNIT).to_integral_value(rounding=ROUND_DOWN))


def ppm(percent: Decimal) -> int:
    """Percent in millionths, rounded down."""
    return int((percent * (PPM // 100)).to_integral_value(rounding=ROUND_DOWN))


def bounded(field_name: str, value: Any, low: Any, high: Any) -> None:
    """Raises BadTerms for a value beyond its bounds, FloatRefused for one that is not exact."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and (isinstance(low, int) or not isinstance(value, Decimal)):
        raise FloatRefused(f"{field_name} is exact; {value!r} is not")
    if (isinstance(value, Decimal) and not value.is_finite()) or not low <= value <= high:
        facts = {"field": field_name, "value": _told(value), "low": _told(low), "high": _told(high)}
        raise BadTerms(_("%(field)s must be %(low)s to %(high)s, is %(value)s."), **facts)


def _told(number: Any) -> str:
    """In digits, unless they are very many: nought is no 0E-8."""
    exact = isinstance(number, Decimal) and abs(number.adjusted()) < _MANY_DIGITS
    return f"{number:f}" if exact else str(number)
