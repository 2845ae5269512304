"""Reading exchanges through ccxt: the only code that knows it. Numbers travel as text: no price is rounded twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from queue import Empty, Queue
from threading import Thread
from typing import Any, Final, TypeVar

from cryptouniverse.kernel.contracts import ContractKind, contract_of
from cryptouniverse.kernel.market import MINOR_PER_UNIT, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from trading.exchanges.ccxt_client import moved
from trading.exchanges.errors import ExchangeUnavailable, UnknownExchange
from trading.exchanges.types import ExchangeBook, ExchangeCandle, ExchangeMarket

TIMEOUT_MS = 10_000
_SPOT: Final = "spot"
_KINDS: Final = {ContractKind.PERPETUAL: "swap", ContractKind.FUTURE: "future", ContractKind.OPTION: "option"}
_LINEAR: Final = {"binance": "linear", "bybit": "linear"}  # what these call the markets of swaps and of futures
_BOOK_LIMIT = 20  # levels that every exchange lets be asked for
_Answer = TypeVar("_Answer")


class CcxtReader:
    """An ExchangeReader over ccxt's client of `venue`. It holds no keys and cannot place an order."""

    def __init__(self, venue: str, *, public_url: str = "") -> None:
        """public_url replaces the address of the exchange's public API."""
        import ccxt

        if venue not in ccxt.exchanges:
            raise UnknownExchange(_("No exchange is called %(venue)s."), venue=venue)
        logging.getLogger("ccxt").setLevel(logging.INFO)  # its DEBUG lines hold whole requests
        self._failures: tuple[type[Exception], ...] = (ccxt.BaseError,)
        self._venue = venue
        self._public_url = public_url
        self._client: Any = self._reading(_SPOT)
        if public_url:
            self._client.urls["api"] = dict.fromkeys(self._client.urls["api"], public_url)
        self._clients: dict[str, Any] = {_SPOT: self._client}

    @property
    def venue(self) -> str:
        """The exchange's name, as ccxt spells it."""
        return self._venue

    def reachable(self, *, within_s: float) -> bool:
        """Whether the exchange answers within `within_s` seconds; a name server that hangs does not hold it up."""
        answers: Queue[bool] = Queue()
        Thread(target=lambda: answers.put(self._answers()), daemon=True).start()
        try:
            return answers.get(timeout=within_s)
        except Empty:
            return False

    def markets(self, symbols: Collection[str]) -> dict[str, ExchangeMarket]:
        """Those of `symbols` that are traded now. Raises Invalid for a contract that is not known here."""
        clients = {symbol: self._of(symbol) for symbol in symbols}
        there = {}
        for symbol, client in clients.items():
            listed = self._ask(client.load_markets)
            if not listed:
                raise ExchangeUnavailable(_("%(venue)s lists no markets."), venue=self._venue)
            if symbol in listed and listed[symbol].get("active") is not False:
                there[symbol] = _market(listed[symbol])
        return there

    def candles(self, symbol: str, timeframe: Timeframe, *, start_ms: int, limit: int) -> list[ExchangeCandle]:
        """Up to `limit` candles from `start_ms` on, oldest first, without those that have no price."""
        client = self._of(symbol)
        rows = self._ask(lambda: client.fetch_ohlcv(symbol, timeframe.value, since=start_ms, limit=limit))
        candles = (_candle(row) for row in rows)
        return sorted(candle for candle in candles if candle is not None)

    def perpetuals(self, symbols: Collection[str]) -> dict[str, str]:
        """The perpetual that is margined in the same quote currency; none where ccxt reads no funding of the venue."""
        client = self._of_kind(ContractKind.PERPETUAL)
        if not client.has.get("fetchFundingRateHistory"):
            return {}
        there = {
            f"{market['base']}/{market['quote']}": str(market["symbol"])
            for market in self._ask(client.load_markets).values()
            if market.get("swap") and market["settle"] == market["quote"] and market.get("active", True)
        }
        return {symbol: there[symbol] for symbol in symbols if symbol in there}

    def funding(self, perpetual: str, *, start_ms: int, limit: int) -> list[tuple[int, Decimal]]:
        """Up to `limit` rates from `start_ms` on, oldest first, without those that are none."""
        client = self._of_kind(ContractKind.PERPETUAL)
        rows = self._ask(lambda: client.fetch_funding_rate_history(perpetual, since=start_ms, limit=limit))
        rates = (_rate(row) for row in rows)
        return sorted(rate for rate in rates if rate is not None)

    def _of(self, symbol: str) -> Any:
        """The client of the markets among which `symbol` is. Raises Invalid for a contract that is not known here."""
        contract = contract_of(symbol)
        return self._client if contract is None else self._of_kind(contract.kind)

    def _of_kind(self, kind: ContractKind) -> Any:
        """Another client: venues keep contracts at addresses of their own, whose paths stay with `public_url`."""
        name = _KINDS[kind] if kind is ContractKind.OPTION else _LINEAR.get(self._venue, _KINDS[kind])
        if name not in self._clients:
            client = self._reading(name)
            if self._public_url:
                client.urls["api"] = moved(client.urls["api"], self._public_url)
            self._clients[name] = client
        return self._clients[name]

    def _reading(self, kind: str) -> Any:
        """ccxt's client of the venue, which lists markets of that kind alone."""
        import ccxt

        options = {"fetchMarkets": {"types": [kind]}}
        client: Any = getattr(ccxt, self._venue)({"enableRateLimit": True, "timeout": TIMEOUT_MS, "options": options})
        client.number = str
        return client

    def book(self, symbol: str, *, depth: int) -> ExchangeBook:
        """The best `depth` levels a side as they are now, without those that have no price or no size."""
        client = self._of(symbol)
        there = self._ask(lambda: client.fetch_order_book(symbol, limit=max(depth, _BOOK_LIMIT)))
        unit = _coins_in(self._ask(lambda: client.market(symbol)))
        return ExchangeBook(_levels(there["bids"], depth, unit), _levels(there["asks"], depth, unit))

    def _answers(self) -> bool:
        try:
            self._ask(self._client.fetch_time)
        except ExchangeUnavailable:
            return False
        return True

    def _ask(self, call: Callable[[], _Answer]) -> _Answer:
        try:
            return call()
        except self._failures as error:
            reason = f"{type(error).__name__}: {str(error)[:200]}"
            message = _("%(venue)s does not answer (%(reason)s).")
            raise ExchangeUnavailable(message, venue=self._venue, reason=reason) from error


def _market(market: dict[str, Any]) -> ExchangeMarket:
    """ccxt's market. Units become powers of ten: the tick the next finer, the step, of coins, the next coarser one."""
    tick = _power_of_ten(Decimal(str(market["precision"]["price"])), ROUND_FLOOR)
    step = _power_of_ten(Decimal(str(market["precision"]["amount"])) * _coins_in(market), ROUND_CEILING)
    least = market["limits"]["cost"]["min"]
    return ExchangeMarket(
        symbol=market["symbol"],
        base=market["base"],
        quote=market["quote"],
        tick=tick,
        step=max(step, Decimal(1) / MINOR_PER_UNIT / tick),
        min_notional=Decimal(str(least)) if least is not None else Decimal(0),
    )


def _coins_in(market: dict[str, Any]) -> Decimal:
    """How many coins one of the amounts that ccxt gives of a market is: of a contract its size."""
    size = market.get("contractSize")
    return Decimal(str(size)) if market.get("contract") and size is not None else Decimal(1)


def _power_of_ten(unit: Decimal, rounding: str) -> Decimal:
    exponent = unit.adjusted() + (1 if rounding == ROUND_CEILING and unit != Decimal(1).scaleb(unit.adjusted()) else 0)
    return Decimal(1).scaleb(exponent)


def _levels(rows: list[list[Any]], depth: int, unit: Decimal) -> tuple[tuple[Decimal, Decimal], ...]:
    """unit: how many coins a size of one is."""
    try:
        levels = ((Decimal(str(row[0])), Decimal(str(row[1])) * unit) for row in rows)
        return tuple(one for one in levels if all(number.is_finite() for number in one) and min(one) > 0)[:depth]
    except InvalidOperation:
        return ()


def _candle(row: list[Any]) -> ExchangeCandle | None:
    try:
        numbers = [Decimal(str(value)) for value in row[1:6]]
    except InvalidOperation:
        return None
    if not all(number.is_finite() for number in numbers) or min(numbers[:4]) <= 0:
        return None
    return ExchangeCandle(int(row[0]), *numbers)


def _rate(row: dict[str, Any]) -> tuple[int, Decimal] | None:
    try:
        rate = Decimal(str(row["fundingRate"]))
    except InvalidOperation:
        return None
    return (int(row["timestamp"]), rate) if rate.is_finite() and row["timestamp"] else None
