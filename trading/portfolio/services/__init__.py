"""Writes of the portfolio's tables: booking fills, dust, marking to market, opening, sharing, moving cash."""

from trading.portfolio.services.booking import book_executions
from trading.portfolio.services.dusting import sweep_dust
from trading.portfolio.services.marking import mark_portfolios, roll_risk_day
from trading.portfolio.services.opening import open_connected_portfolio, open_portfolio, open_sub_account
from trading.portfolio.services.reserving import release, reserve
from trading.portfolio.services.sharing import delegate_portfolio, share_portfolio
from trading.portfolio.services.transferring import transfer_cash

__all__ = [
    "book_executions",
    "delegate_portfolio",
    "mark_portfolios",
    "open_connected_portfolio",
    "open_portfolio",
    "open_sub_account",
    "release",
    "reserve",
    "roll_risk_day",
    "share_portfolio",
    "sweep_dust",
    "transfer_cash",
]
