"""Writes of market data: importing, fetching, choosing and playing the market."""

from trading.marketdata.services.importing import import_candles

__all__ = ["import_candles"]
