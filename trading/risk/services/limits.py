"""Setting the limits of a portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.money import exact
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record
from trading.marketdata.selectors import instruments
from trading.risk.models import RiskLimits
from trading.risk.protections.reading import read_protections
from trading.risk.triggers.reading import read_triggers

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

_MOST = {
    "position_pct_max": Decimal(100),
    "risk_per_trade_pct": Decimal(100),
    "daily_loss_pct_max": Decimal(100),
    "open_positions_max": Decimal(10_000),
    "quote_age_s_max": Decimal(86_400),
    "collar_bps": Decimal(10_000),
    "order_notional_max": Decimal(10) ** 15,
    "position_notional_max": Decimal(10) ** 15,
}
_AMOUNTS = frozenset(
    {"order_notional_max", "position_notional_max", "position_pct_max", "risk_per_trade_pct", "daily_loss_pct_max"}
)


def set_limits(*, portfolio: Portfolio, **limits: Any) -> RiskLimits:
    """The portfolio's limits, with those named changed. Raises Invalid for an amount that is not above zero."""
    require_above_zero(limits)
    row, _created = RiskLimits.objects.update_or_create(portfolio=portfolio, defaults=limits)
    return row


def require_above_zero(limits: Mapping[str, Any]) -> None:
    """Raise Invalid for an amount that is not; None is no limit."""
    for name, value in limits.items():
        if name in _AMOUNTS and value is not None and exact(value) <= Decimal(0):
            raise Invalid(_("%(field)s must be above zero."), field=name)


@transaction.atomic
def change_limits(*, portfolio: Portfolio, actor: User, **limits: Any) -> RiskLimits:
    """`set_limits` by a person, audited as "limits.changed". Raises Invalid for what is out of bounds or not listed.

    protections, triggers: whole, as `read_protections` and `read_triggers` take them.
    """
    row = locked(portfolio)
    require_within(limits)
    if "protections" in limits:
        limits["protections"] = [one.told() for one in read_protections(limits["protections"])]
    if "triggers" in limits:
        limits["triggers"] = [one.told() for one in read_triggers(limits["triggers"])]
    before = {name: getattr(row, name) for name in limits if getattr(row, name) != limits[name]}
    if not before:
        return row
    changed = set_limits(portfolio=portfolio, **limits)
    after = {name: limits[name] for name in before} | on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action="limits.changed", object=portfolio, before=before, after=after)
    return changed


def require_within(limits: Mapping[str, Any]) -> None:
    """Raise Invalid for a limit that is out of bounds (None is no limit), or an instrument that is not listed."""
    for name, most in _MOST.items():
        if limits.get(name) is not None and exact(limits[name]) > most:
            raise Invalid(_("%(field)s is %(most)s at most."), field=name, most=str(most))
    if unknown := sorted(set(limits.get("whitelist", ())) - instruments(limits.get("whitelist", ())).keys()):
        raise Invalid(_("No instrument is called %(instrument)s."), instrument=unknown[0])


def locked(portfolio: Portfolio) -> RiskLimits:
    """The portfolio's limits, made if they are not there yet, locked until the transaction ends."""
    RiskLimits.objects.get_or_create(portfolio=portfolio)
    return RiskLimits.objects.select_for_update().get(portfolio=portfolio)
