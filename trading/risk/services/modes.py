"""The mode of trading, set and lifted: of a portfolio, or on a level above it. Lifting takes a person's reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.words import gettext_noop as _
from trading.ceilings.types import Level, Mode
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state
from trading.risk.errors import HeldByAdmin, ReasonMissing
from trading.risk.events import TradingResumed, TradingStopped, TriggerNear
from trading.risk.models import Ceiling, RiskLimits
from trading.risk.services.limits import locked

if TYPE_CHECKING:
    from trading.portfolio.models import Portfolio
    from trading.risk.triggers import Seen


@transaction.atomic
def stop_trading(
    *, portfolio: Portfolio, by: str, reason: str, mode: Mode = Mode.CLOSE_ONLY, cause: str = ""
) -> RiskLimits:
    """Set the portfolio's mode. One that is no more severe than what is set already changes nothing.

    cause: the trigger that did it, "" for a person. Raises Invalid for the mode "normal", which `resume_trading` sets.
    """
    require_stop(mode)
    row = locked(portfolio)
    if mode.severity <= row.standing_mode.severity:
        return row
    row.stopped_at, row.stopped_by, row.stop_reason = clock.now(), by, reason
    row.mode, row.stop_cause = mode.value, cause
    row.save(update_fields=["stopped_at", "stopped_by", "stop_reason", "mode", "stop_cause"])
    publish_on_commit([TradingStopped(portfolio_id=portfolio.public_id, owner_id=portfolio.owner.public_id)])
    return row


@transaction.atomic
def resume_trading(*, portfolio: Portfolio, by: str, reason: str) -> RiskLimits:
    """Re-arm trading: triggers count anew from now on. Raises ReasonMissing: a person says why it is safe again."""
    require_reason(reason)
    row = locked(portfolio)
    if row.stopped_at is not None:
        row.stopped_at, row.stopped_by, row.stop_reason = None, by, reason
        row.mode, row.stop_cause, row.warned, row.armed_slot_ms = Mode.NORMAL.value, "", [], _market_ms()
        row.save()
        publish_on_commit([TradingResumed(portfolio_id=portfolio.public_id, owner_id=portfolio.owner.public_id)])
    return row


@transaction.atomic
def set_ceiling_mode(*, level: Level, subject: UUID, by: str, reason: str, mode: Mode, by_admin: bool) -> bool:
    """Set the mode of a level; whether that changed anything: one that is no more severe than what is set does not.

    by_admin: by who looks after the organisation; then they alone lift it. Raises Invalid for the mode "normal".
    """
    require_stop(mode)
    row = ceiling_locked(level, subject)
    if mode.severity <= Mode(row.mode).severity and (row.by_admin or not by_admin):
        return False
    row.mode = max(mode, Mode(row.mode), key=lambda each: each.severity).value
    row.mode_since, row.mode_by, row.mode_reason, row.by_admin = clock.now(), by, reason, by_admin
    row.save(update_fields=["mode", "mode_since", "mode_by", "mode_reason", "by_admin"])
    return True


@transaction.atomic
def lift_ceiling_mode(*, level: Level, subject: UUID, by: str, reason: str, by_admin: bool) -> bool:
    """Back to normal on this level; whether that changed anything. Raises ReasonMissing; HeldByAdmin."""
    require_reason(reason)
    row = ceiling_locked(level, subject)
    if row.mode == Mode.NORMAL:
        return False
    if row.by_admin and not by_admin:
        raise HeldByAdmin()
    row.mode, row.mode_since, row.mode_by, row.mode_reason, row.by_admin = Mode.NORMAL.value, None, by, reason, False
    row.save(update_fields=["mode", "mode_since", "mode_by", "mode_reason", "by_admin"])
    return True


@transaction.atomic
def note_warned(*, portfolio: Portfolio, near: Sequence[str], fresh: Sequence[Seen]) -> None:
    """Keep which triggers are near; of those that came near just now people are told."""
    RiskLimits.objects.filter(portfolio=portfolio).update(warned=list(near))
    whose = {"portfolio_id": portfolio.public_id, "owner_id": portfolio.owner.public_id}
    publish_on_commit(
        [TriggerNear(trigger=s.trigger.trigger, value=s.value, limit=s.trigger.limit, **whose) for s in fresh]
    )


def ceiling_locked(level: Level, subject: UUID) -> Ceiling:
    """The ceiling of this level, made if it is not there yet, locked until the transaction ends."""
    Ceiling.objects.get_or_create(level=level.value, subject=subject)
    return Ceiling.objects.select_for_update().get(level=level.value, subject=subject)


def require_stop(mode: Mode) -> None:
    """Raise Invalid for the mode in which everything goes on."""
    if mode is Mode.NORMAL:
        raise Invalid(_("To let trading go on, re-arm it."))


def require_reason(reason: str) -> None:
    """Raise ReasonMissing without one."""
    if not reason.strip():
        raise ReasonMissing()


def _market_ms() -> int:
    try:
        return feed_state().cursor_ms
    except NoMarket:
        return 0
