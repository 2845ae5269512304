"""Reads of portfolios. `access_*` fetches and authorises; `*_of` reads what the caller may already see."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Max, Q, Sum, When

from accounts.teams.errors import NotGranted
from accounts.teams.selectors import granted_portfolios, grants_for
from accounts.teams.types import DELEGABLE, READING
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.errors import NotAllowed
from trading.portfolio.errors import NotYours, UnknownPortfolio, UnknownPosition
from trading.portfolio.models import Dust, EquityPoint, Portfolio, Position, Transfer
from trading.portfolio.types import EquityCurve, Holding, LockedPortfolio, PositionShown

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User


_LOCK = """
    SELECT p.id, p.public_id, p.kind, p.connection_id, p.owner_id, u.public_id, p.cash, p.reserved, p.equity,
           p.day_start_equity, p.realised, p.day_realised, p.fees, p.fees_elsewhere, p.fill_sequence
    FROM trading_portfolio_portfolio p JOIN accounts_users_user u ON u.id = p.owner_id
    WHERE p.id = ANY(%s) ORDER BY p.id FOR NO KEY UPDATE OF p
"""
_LOCK_EVERY = "SELECT FROM trading_portfolio_portfolio ORDER BY id FOR NO KEY UPDATE"
_LOCK_HELD = "SELECT FROM trading_portfolio_position WHERE closed_slot_ms IS NULL ORDER BY id FOR NO KEY UPDATE"
# The way of nearly every request, so it is no query that Django writes anew each time.
_PORTFOLIO = """
    SELECT p.*, c.public_id AS connection_public_id FROM trading_portfolio_portfolio p
    LEFT JOIN trading_connections_connection c ON c.id = p.connection_id
"""
_NAMED = _PORTFOLIO + "WHERE p.public_id = %s"
_MAIN = _PORTFOLIO + "WHERE p.owner_id = %s ORDER BY (p.kind = 'paper' AND p.name = '') DESC, p.id LIMIT 1"
_POSITIONS = """
    SELECT public_id, bot_id, instrument_id, quantity, cost, entry_price, mark_price, stop_price, target_price,
           realised, opened_slot_ms, closed_slot_ms
    FROM trading_portfolio_position WHERE portfolio_id = %s AND closed_slot_ms IS NULL
    ORDER BY opened_slot_ms DESC, id DESC
"""
_HELD_BY_BOTS = """
    SELECT id, public_id, portfolio_id, bot_id, instrument_id, quantity FROM trading_portfolio_position
    WHERE closed_slot_ms IS NULL AND bot_id IS NOT NULL AND instrument_id = ANY(%s) ORDER BY id
"""
_VALUES_BEFORE = """
    SELECT p.id, coalesce(e.equity, p.start_cash), coalesce(e.cash, p.start_cash)
    FROM trading_portfolio_portfolio p LEFT JOIN LATERAL (
        SELECT equity, cash FROM trading_portfolio_equitypoint
        WHERE portfolio_id = p.id AND slot_ms < %s ORDER BY slot_ms DESC LIMIT 1) e ON true
    WHERE p.id = ANY(%s::bigint[])
"""
_FIRST_VALUED = """
    SELECT p.id, e.slot_ms FROM unnest(%s::bigint[]) AS p (id) CROSS JOIN LATERAL (
        SELECT slot_ms FROM trading_portfolio_equitypoint WHERE portfolio_id = p.id ORDER BY slot_ms LIMIT 1) e
"""
_COLLATERAL = """
    SELECT bot_id, instrument_id, collateral FROM trading_portfolio_position
    WHERE closed_slot_ms IS NULL AND collateral > 0 AND bot_id = ANY(%s)
"""
_EXPOSURE = """
    SELECT portfolio_id, instrument_id, count(*), sum(abs(quantity) * greatest(entry_price, mark_price))
    FROM trading_portfolio_position WHERE closed_slot_ms IS NULL AND portfolio_id = ANY(%s) GROUP BY 1, 2
"""


def own_portfolios(user: User) -> QuerySet[Portfolio]:
    """The user's own portfolios with their limits and connections: the main one first, then the oldest first."""
    return _ordered(Portfolio.objects.filter(owner=user))


def portfolios_for(user: User, permission: str = "portfolio:read") -> QuerySet[Portfolio]:
    """The user's own portfolios, and those of others on which they were given `permission`; the own ones first."""
    given = granted_portfolios(user, permission)
    mine = Q(owner=user)
    return _ordered(Portfolio.objects.filter(mine | Q(public_id__in=given) if given else mine), whose=user)


def portfolios_listed(user: User) -> QuerySet[Portfolio]:
    """`portfolios_for` as a list shows them: with `owner_public_id` and `connection_public_id`, and no related rows."""
    names = {"owner_public_id": F("owner__public_id"), "connection_public_id": F("connection__public_id")}
    return portfolios_for(user).select_related(None).annotate(**names)


def access_portfolio(user: User, public_id: UUID | None = None, *, permission: str) -> Portfolio:
    """The portfolio with `public_id`, or the user's main one, on which this person holds `permission`.

    Held by owners, and by whom a team or a delegation gave it, as far as their role goes. Raises UnknownPortfolio for
    one that they may not even see, NotGranted for one that they may only look at.
    """
    if not user.may(permission):
        raise NotAllowed(permission=permission)
    asked = (_MAIN, [user.pk]) if public_id is None else (_NAMED, [public_id])
    found = next(iter(Portfolio.objects.raw(*asked)), None)
    if found is None or found.owner_id == user.pk:
        return found or _nothing()
    grant = grants_for(user).get(found.public_id)
    if grant is None or not grant.permissions & READING:
        return _nothing()
    if permission not in grant.permissions:
        raise NotGranted(permission=permission)
    return found


def access_own_portfolio(user: User, public_id: UUID) -> Portfolio:
    """The user's own portfolio. Raises UnknownPortfolio; NotYours for one that was only shared with them."""
    found = access_portfolio(user, public_id, permission="portfolio:read")
    if found.owner_id != user.pk:
        raise NotYours(portfolio=str(public_id))
    return found


def rights_on(user: User, portfolio: Portfolio) -> frozenset[str]:
    """The permissions that this person holds on this portfolio: by role, and by being its owner or by a grant."""
    given = frozenset(DELEGABLE)
    if portfolio.owner_id != user.pk:
        grant = grants_for(user).get(portfolio.public_id)
        given = grant.permissions if grant else frozenset()
    return frozenset(permission for permission in given if user.may(permission))


def portfolio_by_pk(pk: int) -> Portfolio:
    """The portfolio with this key, with its owner. For the product itself, which asks nobody."""
    return Portfolio.objects.select_related("owner").get(pk=pk)


def transfers_for(user: User) -> QuerySet[Transfer]:
    """What the user moved between their portfolios, newest first."""
    return Transfer.objects.filter(owner=user).select_related("source", "target").order_by("-pk")


def _nothing() -> NoReturn:
    raise UnknownPortfolio()


def _ordered(rows: QuerySet[Portfolio], *, whose: User | None = None) -> QuerySet[Portfolio]:
    on_paper = When(kind=Portfolio.Kind.PAPER, name="", then=0)
    order: list[Any] = [Case(on_paper, default=1, output_field=IntegerField()), "pk"]
    if whose is not None:
        order.insert(0, Case(When(owner=whose, then=0), default=1, output_field=IntegerField()))
    return rows.select_related("limits", "connection", "owner").order_by(*order)


def connected(pks: Collection[int]) -> dict[int, str]:
    """Those of these portfolios that are at an exchange, each with its kind. One query."""
    found = Portfolio.objects.filter(pk__in=pks, connection__isnull=False)
    return dict(found.values_list("pk", "kind"))


def lock_portfolios(pks: Collection[int]) -> dict[int, LockedPortfolio]:
    """Portfolios by key, locked in key order until the transaction ends; rows that refer to one may still be added."""
    found = [LockedPortfolio(*row) for row in query(_LOCK, [list(pks)])]
    return {portfolio.pk: portfolio for portfolio in found}


def lock_every_portfolio() -> None:
    """Lock all portfolios of the tenant as `lock_portfolios` does, then what they hold, in key order as well.

    For what writes to each of them.
    """
    query(_LOCK_EVERY)
    query(_LOCK_HELD)


def open_positions_of(portfolio: Portfolio) -> QuerySet[Position]:
    """The open positions of a portfolio, newest first."""
    return portfolio.positions.filter(closed_slot_ms__isnull=True).order_by("-opened_slot_ms", "-pk")


def access_position(portfolio: Portfolio, public_id: UUID) -> Position:
    """An open position of a portfolio that the caller may see. Raises UnknownPosition."""
    found = open_positions_of(portfolio).filter(public_id=public_id).first()
    if found is None:
        raise UnknownPosition(position=str(public_id))
    return found


def positions_shown(portfolio: Portfolio) -> list[PositionShown]:
    """The open positions of a portfolio, newest first, as they are shown. One query that is planned once."""
    return [PositionShown(*row) for row in query(_POSITIONS, [portfolio.pk])]


def positions_of(portfolio: Portfolio) -> QuerySet[Position]:
    """Every position of a portfolio, closed ones too, newest first."""
    return portfolio.positions.order_by("-pk")


def holdings(instrument_ids: Collection[str]) -> dict[tuple[UUID, str], Holding]:
    """The open position of each (bot, instrument) in these instruments, for those that have one. One query."""
    found = [Holding(*row) for row in query(_HELD_BY_BOTS, [list(instrument_ids)])]
    return {(holding.bot_id, holding.instrument_id): holding for holding in found}


def exposure_of(portfolio_pks: Collection[int]) -> dict[tuple[int, str], tuple[int, Decimal]]:
    """(portfolio, instrument) -> (open positions, their notional at the higher of entry price and mark). One query."""
    rows = query(_EXPOSURE, [list(portfolio_pks)])
    return {(pk, instrument): (positions, total) for pk, instrument, positions, total in rows}


def collateral_of_bots(bot_ids: Collection[UUID]) -> dict[tuple[UUID, str], Decimal]:
    """(bot, instrument) -> what stays reserved with the contracts that it sold short. One query."""
    rows = query(_COLLATERAL, [list(bot_ids)]) if bot_ids else []
    return {(bot_id, instrument): amount for bot_id, instrument, amount in rows}


def equity_curve_of(
    portfolio: Portfolio, *, since_ms: int = 0, points_max: int = 500, until_ms: int = 2**53
) -> EquityCurve:
    """The portfolio's value at closes since `since_ms`, thinned to about `points_max`, oldest first."""
    rows = EquityPoint.objects.filter(portfolio=portfolio, slot_ms__gte=since_ms, slot_ms__lt=until_ms)
    step = max(1, -(-rows.count() // points_max))
    values = list(rows.order_by("-slot_ms").values_list("slot_ms", "equity"))[::step][::-1]
    return EquityCurve(slots_ms=[slot for slot, _ in values], equity=[equity for _, equity in values])


def values_before(portfolio_pks: Collection[int], *, slot_ms: int) -> dict[int, tuple[Decimal, Decimal]]:
    """Each portfolio's value and cash at its last close before `slot_ms` (UTC), or what it began with. One query."""
    return {pk: (equity, cash) for pk, equity, cash in query(_VALUES_BEFORE, [slot_ms, list(portfolio_pks)])}


def first_valued(portfolio_pks: Collection[int]) -> dict[int, int]:
    """The first slot (UTC ms) that each of these portfolios was valued at. One query."""
    return dict(query(_FIRST_VALUED, [list(portfolio_pks)])) if portfolio_pks else {}


def marked_until_ms() -> int | None:
    """The last slot (UTC ms) that any portfolio of the tenant was marked at; None before there was one."""
    last: int | None = Portfolio.objects.aggregate(last=Max("marked_slot_ms"))["last"]
    return last


def dust_of(portfolio: Portfolio) -> QuerySet[Dust]:
    """What exits left of each asset because it was too small to be sold, by asset."""
    return portfolio.dust.order_by("asset")


def results_by_bot(portfolio: Portfolio) -> dict[UUID | None, tuple[int, Decimal]]:
    """Each bot of a portfolio -> (open positions, profit realised since it began). One query; None: by hand."""
    rows = portfolio.positions.values_list("bot_id").annotate(
        still_open=Count("pk", filter=Q(closed_slot_ms__isnull=True)), profit=Sum("realised")
    )
    return {bot_id: (still_open, profit) for bot_id, still_open, profit in rows.order_by("bot_id")}
