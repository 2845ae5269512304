"""Writes of market data: importing, fetching, choosing and playing the market."""

from trading.marketdata.services.booking import fetch_books, import_books, store_books
from trading.marketdata.services.fetching import fetch_candles
from trading.marketdata.services.funding import fetch_funding, import_funding, store_funding
from trading.marketdata.services.importing import import_candles
from trading.marketdata.services.playing import choose_market, play_due, set_speed
from trading.marketdata.services.simulating import simulate_market

__all__ = [
    "choose_market",
    "fetch_books",
    "fetch_candles",
    "fetch_funding",
    "import_books",
    "import_candles",
    "import_funding",
    "play_due",
    "set_speed",
    "simulate_market",
    "store_books",
    "store_funding",
]
