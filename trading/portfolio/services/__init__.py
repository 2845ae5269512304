"""Writes of the portfolio's tables: booking fills, dust, marking to market, opening a portfolio."""

from trading.portfolio.services.booking import book_executions
from trading.portfolio.services.dusting import sweep_dust
from trading.portfolio.services.marking import mark_portfolios, roll_risk_day
from trading.portfolio.services.opening import open_connected_portfolio, open_portfolio
from trading.portfolio.services.reserving import release, reserve

__all__ = [
    "book_executions",
    "mark_portfolios",
    "open_connected_portfolio",
    "open_portfolio",
    "release",
    "reserve",
    "roll_risk_day",
    "sweep_dust",
]
