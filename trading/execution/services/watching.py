"""Emergencies that begin by themselves: triggers are asked after each candle, and between candles, when none comes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from django.db import transaction

from cryptouniverse.kernel.words import said
from tenants.audit.services import record
from trading.ceilings.types import Mode
from trading.execution.selectors import moves_pct
from trading.execution.services.stop import stop_everything
from trading.execution.types import Candle
from trading.marketdata.selectors import feed_age_s
from trading.portfolio.selectors import portfolio_by_pk
from trading.risk.selectors import watched
from trading.risk.services import note_warned
from trading.risk.triggers import KINDS, Seen, look
from trading.risk.types import Watched

_HUNDREDTH = Decimal("0.01")


def watch_triggers(candles: Mapping[str, Candle] | None = None) -> int:
    """Stop every portfolio of the tenant whose triggers say so, and warn those that are near; how many were stopped.

    candles: those that closed just now, by instrument id. A mode that is set already, or a more severe one, is left
    alone, so that asking again changes nothing. Audited as "trading.stopped", by the product itself. Each portfolio is
    a commit of its own, so call it in no transaction: with the limits of one locked, others are never waited for, and
    whoever stops many at once is not met halfway.
    """
    return sum(_act(one) for one in watched(moves_pct=moves_pct(candles or {}), feed_age_s=feed_age_s()))


@transaction.atomic
def _act(one: Watched) -> bool:
    found = look(one.triggers, one.standing, warned=one.warned)
    worst = found.met[0] if found.met else None
    if worst is not None and worst.trigger.mode.severity > one.mode.severity:
        _stop(one.pk, worst)
        return True
    if one.mode is Mode.NORMAL and found.near != one.warned:
        note_warned(portfolio=portfolio_by_pk(one.pk), near=found.near, fresh=found.fresh)
    return False


def _stop(portfolio_pk: int, seen: Seen) -> None:
    portfolio, kind, mode = portfolio_by_pk(portfolio_pk), KINDS[seen.trigger.trigger], seen.trigger.mode
    facts = {"value": f"{_plain(seen.value)}{kind.unit}", "limit": f"{_plain(seen.trigger.limit)}{kind.unit}"}
    reason = said(kind.met, **facts)
    stop_everything(portfolio=portfolio, by="", reason=reason, mode=mode, cause=kind.name)
    after = {"stopped": True, "mode": mode.value, "trigger": kind.name, **facts}
    record(actor=None, action="trading.stopped", object=portfolio, after=after)


def _plain(number: Decimal) -> str:
    if not number.is_finite() or number <= _HUNDREDTH:
        return str(number)
    return f"{number.quantize(_HUNDREDTH, rounding=ROUND_HALF_EVEN).normalize():f}"
