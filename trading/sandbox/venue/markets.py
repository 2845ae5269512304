"""Markets of the sandbox: what is traded, in which units, under which filters and at which fees. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from trading.sandbox.venue.amounts import PPM, UNIT, down_to, text, units

TRADING: Final = "TRADING"
DELISTED: Final = "DELISTED"
STATUSES: Final = frozenset({TRADING, "HALT", "BREAK", DELISTED})
ORDER_TYPES: Final = (
    "LIMIT",
    "LIMIT_MAKER",
    "MARKET",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
)
ICEBERG_PARTS: Final = 100
TRAILING_BPS: Final = (10, 2000)
_WHOLE = {"band_ppm", "maker_ppm", "taker_ppm", "max_orders", "max_stops", "levels", "spread_ppm"}
_TEXT = {"symbol", "base", "quote", "status"}


@dataclass(frozen=True, slots=True)
class Market:
    """One pair. Prices, sizes and amounts in units of 1e-8, fees and distances in millionths.

    tick times step is a whole unit of the quote asset, so that every amount is exact. band_ppm: how far above the last
    price a buyer may bid, and how far below it a seller may ask (PERCENT_PRICE_BY_SIDE); the other way everything up to
    five times is let through. levels, spread_ppm, level_worth: the market maker quotes so many prices on each side, so
    far apart, each with sizes worth so much. price: where it begins.
    """

    symbol: str
    base: str
    quote: str
    price: int
    tick: int
    step: int
    min_notional: int = 5 * UNIT
    max_quantity: int = 9_000_000 * UNIT
    max_price: int = 1_000_000 * UNIT
    status: str = TRADING
    band_ppm: int = 200_000
    maker_ppm: int = 1000
    taker_ppm: int = 1000
    max_orders: int = 200
    max_stops: int = 25
    levels: int = 20
    spread_ppm: int = 100
    level_worth: int = 25_000 * UNIT

    def __post_init__(self) -> None:
        if self.tick < 1 or self.step < 1 or self.tick * self.step % UNIT:
            raise ValueError(f"{self.symbol}: tick times step must be a whole number of 1e-8")
        if self.status not in STATUSES:
            raise ValueError(f"{self.symbol}: status {self.status!r} is not one of {', '.join(sorted(STATUSES))}")
        if self.price < self.tick or self.price % self.tick:
            raise ValueError(f"{self.symbol}: the price must be on the tick")
        for name in ("maker_ppm", "taker_ppm"):
            if not 0 <= getattr(self, name) < PPM:
                raise ValueError(f"{self.symbol}: {name} must be 0 to 999,999")

    @classmethod
    def parsed(cls, raw: Mapping[str, Any]) -> Market:
        """A market from JSON: amounts as decimal strings, counts as whole numbers. Raises ValueError."""
        known = {field.name for field in fields(cls)}
        if unknown := set(raw) - known:
            raise ValueError(f"a market has no {', '.join(sorted(unknown))}")
        if missing := {"symbol", "base", "quote", "price", "tick", "step"} - set(raw):
            raise ValueError(f"a market needs {', '.join(sorted(missing))}")
        values: dict[str, Any] = {}
        for name, value in raw.items():
            if name in _TEXT:
                values[name] = str(value)
            else:
                values[name] = int(value) if name in _WHOLE else units(str(value))
        values["price"] = down_to(values["price"], values["tick"])
        return cls(**values)

    def facts(self) -> dict[str, Any]:
        """The market as JSON, as `parsed` takes it."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value if name in _WHOLE | _TEXT else text(value) for name, value in values.items()}

    def with_status(self, status: str) -> Market:
        """The same market, open, halted or delisted. Raises ValueError."""
        return replace(self, status=status)

    def info(self) -> dict[str, Any]:
        """The market as /api/v3/exchangeInfo lists it."""
        return {
            "symbol": self.symbol,
            "status": self.status,
            "baseAsset": self.base,
            "baseAssetPrecision": 8,
            "quoteAsset": self.quote,
            "quotePrecision": 8,
            "quoteAssetPrecision": 8,
            "baseCommissionPrecision": 8,
            "quoteCommissionPrecision": 8,
            "orderTypes": list(ORDER_TYPES),
            "icebergAllowed": True,
            "ocoAllowed": True,
            "otoAllowed": True,
            "quoteOrderQtyMarketAllowed": True,
            "allowTrailingStop": True,
            "cancelReplaceAllowed": True,
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "filters": self._filters(),
            "permissions": [],
            "permissionSets": [["SPOT"]],
            "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
            "allowedSelfTradePreventionModes": ["EXPIRE_MAKER"],
        }

    def _filters(self) -> list[dict[str, Any]]:
        lot = {"minQty": text(self.step), "maxQty": text(self.max_quantity), "stepSize": text(self.step)}
        near = _ratio(PPM + self.band_ppm), _ratio(PPM - self.band_ppm)
        return [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": text(self.tick),
                "maxPrice": text(self.max_price),
                "tickSize": text(self.tick),
            },
            {"filterType": "LOT_SIZE", **lot},
            {"filterType": "MARKET_LOT_SIZE", **lot, "minQty": text(0), "stepSize": text(0)},
            {"filterType": "ICEBERG_PARTS", "limit": ICEBERG_PARTS},
            {"filterType": "TRAILING_DELTA"}
            | dict.fromkeys(("minTrailingAboveDelta", "minTrailingBelowDelta"), TRAILING_BPS[0])
            | dict.fromkeys(("maxTrailingAboveDelta", "maxTrailingBelowDelta"), TRAILING_BPS[1]),
            {
                "filterType": "PERCENT_PRICE_BY_SIDE",
                "bidMultiplierUp": near[0],
                "bidMultiplierDown": "0.2",
                "askMultiplierUp": "5",
                "askMultiplierDown": near[1],
                "avgPriceMins": 5,
            },
            {
                "filterType": "NOTIONAL",
                "minNotional": text(self.min_notional),
                "applyMinToMarket": True,
                "maxNotional": text(9_000_000 * UNIT),
                "applyMaxToMarket": False,
                "avgPriceMins": 5,
            },
            {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": self.max_orders},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": self.max_stops},
        ]


def default_markets() -> tuple[Market, ...]:
    """Nine well-known pairs against USDT, with units like Binance's."""
    return tuple(
        Market(f"{base}USDT", base, "USDT", units(price), units(tick), units(step))
        for base, price, tick, step in _DEFAULT
    )


_DEFAULT = (
    ("BTC", "50000", "0.01", "0.00001"),
    ("ETH", "3000", "0.01", "0.0001"),
    ("SOL", "150", "0.01", "0.001"),
    ("XRP", "0.5", "0.0001", "0.1"),
    ("DOGE", "0.1", "0.00001", "1"),
    ("LTC", "80", "0.01", "0.001"),
    ("LINK", "15", "0.01", "0.01"),
    ("AVAX", "30", "0.01", "0.01"),
    ("BNB", "600", "0.01", "0.001"),
)


def _ratio(ppm: int) -> str:
    return text(ppm * UNIT // PPM).rstrip("0").rstrip(".")
