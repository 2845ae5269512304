"""Where portfolios stand against their limits: what the gate is given."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from credits.ledger.types import Currency
from credits.metering.selectors import potential_of
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.words import gettext_noop as _
from trading.ceilings.types import CAPS, Ceiling, Level, Mode
from trading.connections.selectors import real_money_at
from trading.portfolio.selectors import exposure_of, lock_portfolios
from trading.portfolio.types import LockedPortfolio, metered_in
from trading.risk.levels import strictest
from trading.risk.models import Ceiling as CeilingRow
from trading.risk.models import RiskLimits
from trading.risk.protections.reading import read_protections
from trading.risk.registry import all_rules
from trading.risk.sizing.reading import read_sizing
from trading.risk.triggers import Standing
from trading.risk.triggers.reading import read_triggers
from trading.risk.types import ZERO, Book, Emergencies, Limits, Scoped, StopAbove, Watched

if TYPE_CHECKING:
    from django.db.models import Field

    from trading.portfolio.models import Portfolio

__all__ = [
    "ceiling_of",
    "ceilings_above",
    "ceilings_on",
    "emergencies",
    "limits_in_force",
    "limits_of",
    "lock_books",
    "lock_scope",
    "lock_stop",
    "meaning_of",
    "mode_of",
    "of_bots",
    "read_sizing",
    "standing_of",
    "stops_above",
    "title_of",
    "watched",
]
_OF_THE_GATE = {  # what it says beside its rules: a title, and what is held back
    "sizing": (_("Way of sizing"), _("Nothing is bought where the way of sizing has too little to go by.")),
    "min_notional": (_("Smallest order"), _("Nothing is bought that is smaller than the exchange takes.")),
    "risk_per_trade": (_("Risk of one trade"), _("No trade risks more than allowed.")),
}
_LOCK_LIMITS = """
    SELECT portfolio_id, protections, whitelist,
           CASE WHEN stopped_at IS NULL THEN 'normal' WHEN mode = 'normal' THEN 'close_only' ELSE mode END,
           order_notional_max, position_notional_max, position_pct_max, risk_per_trade_pct, daily_loss_pct_max,
           open_positions_max, quote_age_s_max, collar_bps
    FROM trading_risk_risklimits WHERE portfolio_id = ANY(%s) ORDER BY portfolio_id FOR UPDATE
"""
# What is above the limits: read after they are locked, for whoever sets a mode locks them as well, and commits first.
_ABOVE = """
    SELECT p.id, g.level, g.mode, g.whitelist, g.order_notional_max, g.position_notional_max, g.position_pct_max,
           g.risk_per_trade_pct, g.daily_loss_pct_max, g.open_positions_max, g.quote_age_s_max, g.collar_bps
    FROM trading_portfolio_portfolio p
    JOIN accounts_users_user u ON u.id = p.owner_id
    LEFT JOIN trading_connections_connection c ON c.id = p.connection_id
    JOIN trading_risk_ceiling g ON g.level = 'tenant' OR g.level = 'user' AND g.subject = u.public_id
        OR g.level = 'connection' AND g.subject = c.public_id
    WHERE p.id = ANY(%s)
    UNION ALL
    SELECT NULL, CASE g.schema_name WHEN '' THEN 'platform' ELSE 'tenant' END, g.mode, g.whitelist,
           g.order_notional_max, g.position_notional_max, g.position_pct_max, g.risk_per_trade_pct,
           g.daily_loss_pct_max, g.open_positions_max, g.quote_age_s_max, g.collar_bps
    FROM public.trading_ceilings_platformceiling g WHERE g.schema_name IN ('', current_schema())
    UNION ALL
    SELECT NULL, 'tenant', 'close_only', '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM public.tenants_provisioning_tenant t WHERE t.schema_name = current_schema() AND t.status <> 'active'
"""
_OF_LEVEL = """
    SELECT subject, level, mode, whitelist, order_notional_max, position_notional_max, position_pct_max,
           risk_per_trade_pct, daily_loss_pct_max, open_positions_max, quote_age_s_max, collar_bps
    FROM trading_risk_ceiling WHERE level = %s AND subject = ANY(%s)
"""
_LOCK_SCOPE = """
    WITH asked AS (SELECT %s::text AS level, %s::uuid AS subject)
    SELECT p.id, p.public_id, u.public_id FROM asked a, trading_risk_risklimits r
    JOIN trading_portfolio_portfolio p ON p.id = r.portfolio_id
    JOIN accounts_users_user u ON u.id = p.owner_id
    LEFT JOIN trading_connections_connection c ON c.id = p.connection_id
    WHERE a.level = 'tenant' OR a.level = 'user' AND u.public_id = a.subject
       OR a.level = 'connection' AND c.public_id = a.subject OR a.level = 'portfolio' AND p.public_id = a.subject
    ORDER BY p.id FOR UPDATE OF r
"""
_EMERGENCIES = """
    SELECT r.mode, r.portfolio_id, NULL::uuid FROM trading_risk_risklimits r
    WHERE r.stopped_at IS NOT NULL AND r.mode IN ('flatten', 'freeze')
    UNION ALL
    SELECT g.mode, p.id, NULL FROM trading_risk_ceiling g, trading_portfolio_portfolio p
    JOIN accounts_users_user u ON u.id = p.owner_id
    LEFT JOIN trading_connections_connection c ON c.id = p.connection_id
    WHERE g.mode IN ('flatten', 'freeze') AND (g.level = 'tenant' OR g.level = 'user' AND g.subject = u.public_id
                                               OR g.level = 'connection' AND g.subject = c.public_id)
    UNION ALL
    SELECT g.mode, NULL, g.subject FROM trading_risk_ceiling g
    WHERE g.mode IN ('flatten', 'freeze') AND g.level = 'bot'
    UNION ALL
    SELECT g.mode, p.id, NULL FROM public.trading_ceilings_platformceiling g, trading_portfolio_portfolio p
    WHERE g.mode IN ('flatten', 'freeze') AND g.schema_name IN ('', current_schema())
"""
# losses: of the last 1,000 that were closed since the arming, how many came after the last one that did not lose.
_STANDING = """
    SELECT r.portfolio_id, r.triggers, r.warned,
           CASE WHEN r.stopped_at IS NULL THEN 'normal' WHEN r.mode = 'normal' THEN 'close_only' ELSE r.mode END,
           ARRAY(SELECT DISTINCT instrument_id FROM trading_portfolio_position
                 WHERE portfolio_id = p.id AND closed_slot_ms IS NULL),
           p.equity,
           CASE WHEN r.armed_slot_ms = 0 THEN p.equity_peak ELSE greatest(p.equity, (
               SELECT max(equity) FROM trading_portfolio_equitypoint
               WHERE portfolio_id = p.id AND slot_ms >= r.armed_slot_ms)) END,
           p.day_start_equity,
           (SELECT count(*) FROM (
               SELECT sum((realised >= 0)::int) OVER (ORDER BY closed_slot_ms DESC, id DESC) AS better
               FROM (SELECT id, closed_slot_ms, realised FROM trading_portfolio_position
                     WHERE portfolio_id = p.id AND closed_slot_ms > r.armed_slot_ms
                     ORDER BY closed_slot_ms DESC, id DESC LIMIT 1000) AS last) AS row WHERE better = 0),
           c.last_proven_at, c.drift
    FROM trading_risk_risklimits r JOIN trading_portfolio_portfolio p ON p.id = r.portfolio_id
    LEFT JOIN trading_connections_connection c ON c.id = p.connection_id AND c.served_since IS NOT NULL
"""
_WATCHED = _STANDING + "WHERE r.triggers <> '[]'::jsonb ORDER BY p.id"
_ONE = _STANDING + "WHERE r.portfolio_id = %s"
_STOPS_ABOVE = """
    SELECT g.level, g.mode, g.mode_since, g.mode_by, g.mode_reason, g.by_admin FROM trading_portfolio_portfolio p
    JOIN accounts_users_user u ON u.id = p.owner_id
    LEFT JOIN trading_connections_connection c ON c.id = p.connection_id
    JOIN trading_risk_ceiling g ON g.level = 'tenant' OR g.level = 'user' AND g.subject = u.public_id
        OR g.level = 'connection' AND g.subject = c.public_id
    WHERE p.id = %s AND g.mode <> 'normal'
    UNION ALL
    SELECT 'platform', g.mode, g.mode_since, g.mode_by, g.mode_reason, true
    FROM public.trading_ceilings_platformceiling g
    WHERE g.mode <> 'normal' AND g.schema_name IN ('', current_schema())
"""


def limits_of(portfolio: Portfolio) -> RiskLimits:
    """The limits of a portfolio that the caller may already see; the ones to begin with where none were set."""
    return RiskLimits.objects.filter(portfolio=portfolio).first() or RiskLimits(portfolio=portfolio)


def lock_limits(portfolio_pks: Collection[int]) -> None:
    """Lock the limits alone, as whoever decides, sends or stops does first; until the transaction ends."""
    query(_LOCK_LIMITS, [list(portfolio_pks)])


def lock_books(portfolio_pks: Collection[int]) -> dict[int, tuple[Book, Limits]]:
    """Each portfolio's book and limits, under the locks that make caps hold: limits, portfolio, wallet, in that order.

    Ceilings of the platform, the tenant, the owner and the connection are in them, those of bots are not (`of_bots`). A
    suspended tenant's limits say that trading is stopped.

    In the caller's transaction, which must also record what it approves: until it commits, nobody else can reserve.
    A handful of queries whatever the number. Entries in flight are in `cash_free` (reserved) but not in the counts:
    the caller adds them (`trading.execution.selectors.entries_in_flight`), and what was closed lately (`closed_since`).
    """
    own = {
        pk: Limits(
            whitelist=frozenset(whitelist) or None,
            mode=Mode(mode),
            protections=read_protections(json.loads(protections)),
            **dict(zip(CAPS, caps, strict=True)),
        )
        for pk, protections, whitelist, mode, *caps in query(_LOCK_LIMITS, [list(portfolio_pks)])
    }
    above = ceilings_above(portfolio_pks)
    limits = {pk: strictest(one, above.get(pk, ())) for pk, one in own.items()}
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


def ceilings_above(portfolio_pks: Collection[int]) -> dict[int, list[Ceiling]]:
    """What stands above the limits of each portfolio, but for bots' own. One query."""
    found: dict[int, list[Ceiling]] = {pk: [] for pk in portfolio_pks}
    for pk, *row in query(_ABOVE, [list(portfolio_pks)]):
        for each in found if pk is None else (pk,):
            found[each].append(_ceiling(*row))
    return found


def of_bots(bot_ids: Collection[UUID]) -> dict[UUID, Ceiling]:
    """The ceilings of these bots, of those that have one. One query; after `lock_books` in the same transaction."""
    return ceilings_on(Level.BOT, bot_ids)


def ceilings_on(level: Level, subjects: Collection[UUID]) -> dict[UUID, Ceiling]:
    """The ceilings that a level has for these, of those that have one. One query."""
    return {subject: _ceiling(*row) for subject, *row in query(_OF_LEVEL, [level.value, list(subjects)])}


def mode_of(portfolio_pk: int) -> Mode:
    """The mode in which a portfolio trades, of all levels above bots the most severe. For the holder of its limits."""
    own = RiskLimits.objects.get(portfolio_id=portfolio_pk).standing_mode
    above = (one.mode for one in ceilings_above([portfolio_pk])[portfolio_pk])
    return max([own, *above], key=lambda mode: mode.severity)


def _ceiling(level: str, mode: str, whitelist: list[str], *caps: Any) -> Ceiling:
    named = dict(zip(CAPS, caps, strict=True))
    return Ceiling(level=Level(level), mode=Mode(mode), whitelist=frozenset(whitelist), **named)


def _potential(portfolios: dict[int, LockedPortfolio]) -> dict[Currency, dict[int, Decimal]]:
    """Profit that each owner may still make, in each currency that their portfolios use up; wallets stay locked."""
    owners: dict[Currency, set[int]] = {}
    for portfolio in portfolios.values():
        owners.setdefault(metered_in(portfolio.kind), set()).add(portfolio.owner_pk)
    return {currency: potential_of(owners[currency], currency=currency, lock=True) for currency in sorted(owners)}


def lock_stop(portfolio: Portfolio) -> dict[str, object]:
    """The mode in which the portfolio trades, and why, under the lock of its limits until the transaction ends."""
    row = RiskLimits.objects.select_for_update().filter(portfolio=portfolio).first()
    if row is None or row.stopped_at is None:
        return {"stopped": False}
    return {"stopped": True, "mode": row.standing_mode.value, "reason": row.stop_reason}


def ceiling_of(level: Level, subject: UUID) -> CeilingRow:
    """What is stored for a level, or an empty one."""
    found = CeilingRow.objects.filter(level=level.value, subject=subject).first()
    return found or CeilingRow(level=level.value, subject=subject)


def lock_scope(level: Level, subject: UUID) -> list[Scoped]:
    """The portfolios that a level stands above, their limits locked in key order until the transaction ends.

    Whoever sets a mode does so first: no cycle that began before is still deciding then, and one that begins later
    reads the new mode. Of a bot it is the caller who knows the portfolio.
    """
    return [Scoped(*row) for row in query(_LOCK_SCOPE, [level.value, subject])]


def emergencies() -> Emergencies:
    """Whose positions are to be closed, and whose bots do nothing at all, whichever level says so. One query."""
    found = Emergencies()
    for mode, portfolio_pk, bot_id in query(_EMERGENCIES):
        portfolios, bots = (
            (found.flatten, found.flatten_bots) if mode == Mode.FLATTEN else (found.frozen, found.frozen_bots)
        )
        if bot_id is None:
            portfolios.add(portfolio_pk)
        else:
            bots.add(bot_id)
    return found


def watched(*, moves_pct: Mapping[str, Decimal], feed_age_s: Decimal | None) -> list[Watched]:
    """Every portfolio of the tenant that has triggers, with where it stands. One query.

    moves_pct: instrument id -> how far its price went within the last candle.
    """
    return [_watched(row, moves_pct, feed_age_s) for row in query(_WATCHED)]


def standing_of(
    portfolio: Portfolio, *, moves_pct: Mapping[str, Decimal], feed_age_s: Decimal | None
) -> Standing | None:
    """Where one portfolio stands against triggers, whether it has any or not; None before it has limits. One query."""
    rows = query(_ONE, [portfolio.pk])
    return _watched(rows[0], moves_pct, feed_age_s).standing if rows else None


def limits_in_force(row: RiskLimits) -> Limits:
    """What an entry must keep to now: the limits of a portfolio, as they were read, and of levels above whatever is
    stricter. Locks nothing. Bots' own are not in them (`of_bots`). One query.
    """
    return strictest(_own(row), ceilings_above([row.portfolio_id])[row.portfolio_id])


def limits_of_many(
    portfolio_pks: Collection[int], *, was: Mapping[int, Mapping[str, Any]] = MappingProxyType({})
) -> dict[int, Limits]:
    """`limits_in_force` of each of these portfolios. Locks nothing. Two queries whatever the number.

    was: by portfolio, limits that were others at the moment that is meant, as the audit kept them.
    """
    rows = {row.portfolio_id: row for row in RiskLimits.objects.filter(portfolio_id__in=list(portfolio_pks))}
    above = ceilings_above(portfolio_pks)
    own = {pk: rows.get(pk) or RiskLimits(portfolio_id=pk) for pk in portfolio_pks}
    for pk, fields in was.items():
        for name, value in fields.items():
            kind = cast("Field[Any, Any]", RiskLimits._meta.get_field(name))
            setattr(own[pk], name, kind.to_python(value))
    return {pk: strictest(_own(row), above[pk]) for pk, row in own.items()}


def _own(row: RiskLimits) -> Limits:
    return Limits(
        whitelist=frozenset(row.whitelist) or None,
        mode=row.standing_mode,
        protections=read_protections(row.protections),
        **{name: getattr(row, name) for name in CAPS},
    )


def _watched(row: Sequence[Any], moves_pct: Mapping[str, Decimal], feed_age_s: Decimal | None) -> Watched:
    pk, triggers, warned, mode, held, equity, peak, start, losses, proven_at, drift = row
    standing = Standing(
        equity=equity,
        equity_peak=peak,
        day_start_equity=start,
        losses=losses,
        move_pct=max((moves_pct[name] for name in held if name in moves_pct), default=None),
        feed_age_s=feed_age_s,
        venue_age_s=Decimal(int((clock.now() - proven_at).total_seconds())) if proven_at else None,
        drift=drift,
    )
    return Watched(pk, read_triggers(json.loads(triggers)), json.loads(warned), Mode(mode), standing)


def stops_above(portfolio: Portfolio) -> list[StopAbove]:
    """The modes that levels above a portfolio were put into, the most severe first; for who may see it. One query."""
    found = [StopAbove(Level(level), Mode(mode), *rest) for level, mode, *rest in query(_STOPS_ABOVE, [portfolio.pk])]
    return sorted(found, key=lambda one: -one.mode.severity)


def title_of(rule: str) -> str:
    """What a rule that refused or reduced is called, in English; its name in words for one that is gone."""
    found = all_rules().get(rule)
    return found.title if found else _OF_THE_GATE.get(rule, (rule.replace("_", " ").capitalize(), ""))[0]


def meaning_of(rule: str) -> str:
    """What a rule that refused or reduced holds back, a marked sentence; "" for one that is gone."""
    found = all_rules().get(rule)
    return found.meaning if found else _OF_THE_GATE.get(rule, ("", ""))[1]
