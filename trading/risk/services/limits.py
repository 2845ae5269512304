"""Setting the limits of a portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.money import exact
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record
from trading.ceilings.caps import CAP_OF
from trading.marketdata.selectors import instruments
from trading.risk.errors import PartGone
from trading.risk.models import RiskLimits
from trading.risk.protections.reading import read_protections
from trading.risk.triggers.reading import read_triggers

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

_AMOUNTS: Final = frozenset(name for name, cap in CAP_OF.items() if cap.above)


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


@transaction.atomic
def change_part(
    *,
    portfolio: Portfolio,
    actor: User,
    part: Literal["protections", "triggers"],
    was: Mapping[str, Any] | None,
    to: Mapping[str, Any] | None,
) -> RiskLimits:
    """`change_limits` for one protection or trigger: `to` takes the place of `was`; the others stay as they are now.

    was: as it was shown, None to add one. to: None takes it away. Raises PartGone where there is no such one any more.
    """
    rows: list[Any] = list(getattr(locked(portfolio), part))
    if was is not None and was not in rows:
        raise PartGone()
    at = len(rows) if was is None else rows.index(was)
    rows[at : at + 1] = [] if to is None else [to]
    return change_limits(portfolio=portfolio, actor=actor, **{part: rows})


def require_within(limits: Mapping[str, Any]) -> None:
    """Raise Invalid for a limit that is out of bounds (None is no limit), or an instrument that is not listed."""
    for name, cap in CAP_OF.items():
        if limits.get(name) is None:
            continue
        if exact(limits[name]) > cap.most:
            raise Invalid(_("%(field)s is %(most)s at most."), field=name, most=f"{cap.most:f}")
        if exact(limits[name]) < cap.least:
            raise Invalid(_("%(field)s is %(least)s at least."), field=name, least=f"{cap.least:f}")
    if unknown := sorted(set(limits.get("whitelist", ())) - instruments(limits.get("whitelist", ())).keys()):
        raise Invalid(_("No instrument is called %(instrument)s."), instrument=unknown[0])


def locked(portfolio: Portfolio) -> RiskLimits:
    """The portfolio's limits, made if they are not there yet, locked until the transaction ends."""
    RiskLimits.objects.get_or_create(portfolio=portfolio)
    return RiskLimits.objects.select_for_update().get(portfolio=portfolio)
