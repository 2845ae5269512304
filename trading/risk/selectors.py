"""Where portfolios stand against their limits: what the gate is given."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from credits.ledger.types import Currency
from credits.metering.selectors import potential_of
from cryptouniverse.kernel.bulk import query
from trading.connections.selectors import real_money_at
from trading.portfolio.selectors import exposure_of, lock_portfolios
from trading.portfolio.types import LockedPortfolio, metered_in
from trading.risk.models import RiskLimits
from trading.risk.protections.reading import read_protections
from trading.risk.types import ZERO, Book, Limits

if TYPE_CHECKING:
    from trading.portfolio.models import Portfolio

_LOCK_LIMITS = """
    SELECT portfolio_id, whitelist, order_notional_max, position_notional_max, position_pct_max, risk_per_trade_pct,
           daily_loss_pct_max, open_positions_max, quote_age_s_max, collar_bps, stopped_at IS NOT NULL
           OR EXISTS (SELECT FROM public.tenants_provisioning_tenant t
                      WHERE t.schema_name = current_schema() AND t.status <> 'active'),
           protections
    FROM trading_risk_risklimits WHERE portfolio_id = ANY(%s) ORDER BY portfolio_id FOR UPDATE
"""


def limits_of(portfolio: Portfolio) -> RiskLimits:
    """The limits of a portfolio that the caller may already see; the ones to begin with where none were set."""
    return RiskLimits.objects.filter(portfolio=portfolio).first() or RiskLimits(portfolio=portfolio)


def lock_books(portfolio_pks: Collection[int]) -> dict[int, tuple[Book, Limits]]:
    """Each portfolio's book and limits, under the locks that make caps hold: limits, portfolio, wallet, in that order.

    A suspended tenant's limits say that trading is stopped.

    In the caller's transaction, which must also record what it approves: until it commits, nobody else can reserve.
    A handful of queries whatever the number. Entries in flight are in `cash_free` (reserved) but not in the counts:
    the caller adds them (`trading.execution.selectors.entries_in_flight`), and what was closed lately (`closed_since`).
    """
    limits = {
        pk: replace(Limits(frozenset(whitelist), *row), protections=read_protections(json.loads(protections)))
        for pk, whitelist, *row, protections in query(_LOCK_LIMITS, [list(portfolio_pks)])
    }
    portfolios = lock_portfolios(portfolio_pks)
    potential = _potential(portfolios)
    live = {p.connection_pk for p in portfolios.values() if p.kind == "live" and p.connection_pk}
    real = real_money_at(live) if live else {}
    books = {
        pk: Book(
            equity=p.equity,
            day_start_equity=p.day_start_equity,
            cash_free=p.cash - p.reserved,
            potential=potential[metered_in(p.kind)].get(p.owner_pk, ZERO),
            open_positions=0,
            real=real.get(p.connection_pk) if p.connection_pk else None,
        )
        for pk, p in portfolios.items()
    }
    for (pk, instrument_id), (positions, notional) in exposure_of(portfolio_pks).items():
        books[pk].open_positions += positions
        books[pk].exposure[instrument_id] = notional
    return {pk: (books[pk], limits[pk]) for pk in portfolios}


def _potential(portfolios: dict[int, LockedPortfolio]) -> dict[Currency, dict[int, Decimal]]:
    """Profit that each owner may still make, in each currency that their portfolios use up; wallets stay locked."""
    owners: dict[Currency, set[int]] = {}
    for portfolio in portfolios.values():
        owners.setdefault(metered_in(portfolio.kind), set()).add(portfolio.owner_pk)
    return {currency: potential_of(owners[currency], currency=currency, lock=True) for currency in sorted(owners)}


def lock_stop(portfolio: Portfolio) -> dict[str, object]:
    """Whether the portfolio's trading is stopped, and why, under the lock of its limits until the transaction ends."""
    row = RiskLimits.objects.select_for_update().filter(portfolio=portfolio).first()
    stopped = row is not None and row.stopped_at is not None
    return {"stopped": stopped, **({"reason": row.stop_reason} if row is not None and stopped else {})}
