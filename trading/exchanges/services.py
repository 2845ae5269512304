"""The front door to exchanges."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.secret import Secret
from trading.exchanges.budget import Budget
from trading.exchanges.budget_shared import BudgetHere
from trading.exchanges.capabilities import Proof
from trading.exchanges.ccxt_client import client_class
from trading.exchanges.ccxt_reader import CcxtReader
from trading.exchanges.ccxt_venue import CcxtVenue
from trading.exchanges.quantise import quantise
from trading.exchanges.types import ExchangeCandle, ExchangeReader, OrderVenue
from trading.exchanges.unmetered import Unmetered
from trading.exchanges.venues.registry import profile_of

__all__ = [
    "candle_history",
    "exchange_reader",
    "finds_by_client_id",
    "funding_history",
    "no_budget",
    "order_venue",
    "quantise",
    "venue_budget",
]

CANDLES_A_PAGE = 1000
RATES_A_PAGE = 1000
CALL_TIMEOUT_MS = 10_000


def exchange_reader(*, venue: str, public_url: str = "") -> ExchangeReader:
    """A reader of `venue`'s public data; `public_url` replaces its address. Raises UnknownExchange."""
    return CcxtReader(venue, public_url=public_url)


def order_venue(
    *,
    venue: str,
    api_key: Secret,
    secret: Secret,
    base_url: str = "",
    tenant: str = "",
    budget: Budget | None = None,
    timeout_ms: int = CALL_TIMEOUT_MS,
    keeps_client_ids: bool | None = None,
) -> OrderVenue:
    """The account at `venue` that these keys open; close() it. Raises UnknownExchange.

    base_url: where all of the venue's addresses are instead, such as a sandbox's "http://127.0.0.1:9000". tenant: whose
    share of the venue's budget it uses. budget: by default the one that all share. timeout_ms: how long one call may
    take. keeps_client_ids: False for a venue that gives orders ids of its own: then an answer is told by its request;
    by default as the capability table says. Sockets open at the first call, in the event loop that makes it.
    """
    return CcxtVenue(
        profile=profile_of(venue),
        api_key=api_key,
        secret=secret,
        budget=budget or venue_budget(venue=venue, base_url=base_url),
        base_url=base_url,
        tenant=tenant,
        timeout_ms=timeout_ms,
        keeps_client_ids=finds_by_client_id(venue) if keeps_client_ids is None else keeps_client_ids,
    )


def preload(*, venue: str) -> None:
    """Load what a client of `venue` needs, half a second of it: before processes are forked that each make one."""
    for streaming in (False, True):
        client_class(venue, streaming)


def finds_by_client_id(venue: str) -> bool:
    """Whether `venue` is proven to find an order by the id that we gave it. Raises UnknownExchange."""
    return profile_of(venue).capability.client_id_on_fetch is Proof.PROVEN


def venue_budget(*, venue: str, base_url: str = "") -> Budget:
    """What may be asked of `venue` from this address (CU_EGRESS_ADDRESS), shared through Redis."""
    return BudgetHere(profile_of(venue), base_url)


def no_budget() -> Budget:
    """A budget that grants everything: for proofs, whose exchange is their own."""
    return Unmetered()


def candle_history(
    *, reader: ExchangeReader, symbol: str, timeframe: Timeframe, start_ms: int, end_ms: int
) -> list[ExchangeCandle]:
    """All candles with start_ms <= open < end_ms that the exchange has, oldest first, each once.

    A short or an empty page is not the end of data: reading goes on, behind it, until `end_ms`.
    """
    candles: list[ExchangeCandle] = []
    since = start_ms
    while since < end_ms:
        page = reader.candles(symbol, timeframe, start_ms=since, limit=CANDLES_A_PAGE)
        fresh = [candle for candle in page if since <= candle.open_ms < end_ms]
        candles += {candle.open_ms: candle for candle in fresh}.values()
        since = candles[-1].open_ms + timeframe.ms if fresh else since + CANDLES_A_PAGE * timeframe.ms
    return candles


def funding_history(*, reader: ExchangeReader, perpetual: str, start_ms: int, end_ms: int) -> list[tuple[int, Decimal]]:
    """All (UTC ms, rate) of a perpetual with start_ms <= moment <= end_ms that the exchange has, oldest first.

    A short page is not the end of data, nor is an empty one: reading goes on behind it, until `end_ms`.
    """
    rates: list[tuple[int, Decimal]] = []
    since = start_ms
    while since <= end_ms:
        page = reader.funding(perpetual, start_ms=since, limit=RATES_A_PAGE)
        fresh = [(at, rate) for at, rate in page if since <= at <= end_ms]
        rates += fresh
        since = rates[-1][0] + 1 if fresh else since + RATES_A_PAGE * Timeframe.H1.ms
    return rates
