"""Reads of bots. A cycle reads all of a tenant's at once; a person reads their own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.teams.selectors import granted_portfolios
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.errors import UnknownBot
from strategies.bots.models import Bot
from strategies.bots.types import BotMode, BotRow, BotStatus, Roster, Whose
from strategies.builder.selectors import strategy_of
from strategies.catalog.registry import all_finders, all_managers
from strategies.catalog.types import canonical
from trading.portfolio.errors import NotYours, UnknownPortfolio
from trading.portfolio.selectors import access_portfolio
from trading.risk.selectors import read_sizing

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

_COLUMNS = (
    "pk",
    "public_id",
    "number",
    "owner_id",
    "portfolio_id",
    "name",
    "strategy",
    "parameters",
    "timeframe",
    "instruments",
    "allocation",
    "sizing",
    "stop_bps",
    "target_bps",
    "status",
    "mode",
    "trail_bps",
    "break_even_bps",
    "time_stop_candles",
)
_DIGEST = """
    SELECT md5(string_agg(b::text, '|' ORDER BY b.number)) FROM strategies_bots_bot b
    WHERE b.timeframe = %s AND b.status <> 'stopped'
"""
_ROSTERS_KEPT = 256
_rosters: OrderedDict[tuple[UUID, Timeframe], tuple[str, Roster]] = OrderedDict()


def running_bots(timeframe: Timeframe) -> list[BotRow]:
    """The tenant's bots whose exits still count at candles of `timeframe`: the active and the paused, by number.

    One query.
    """
    return _rows(Bot.objects.filter(timeframe=timeframe.value).exclude(status=BotStatus.STOPPED))


def bots_watched(bot_ids: Collection[UUID] = (), *, only: Collection[UUID] | None = None) -> list[BotRow]:
    """The tenant's bots that run, of whatever timeframe, and those of `bot_ids`, by number. only: none but these."""
    found = Bot.objects.filter(~Q(status=BotStatus.STOPPED) | Q(public_id__in=list(bot_ids)))
    return _rows(found if only is None else found.filter(public_id__in=list(only)))


def made_at(pks: Collection[int]) -> dict[int, datetime]:
    """When each of these bots was made. One query."""
    return dict(Bot.objects.filter(pk__in=pks).values_list("pk", "created_at"))


def whose(pks: Collection[int]) -> dict[UUID, Whose]:
    """Whose each of these bots is, by id. One query."""
    named = ("portfolio__public_id", "owner__public_id", "portfolio__connection__public_id")
    rows = Bot.objects.filter(pk__in=pks).values_list("public_id", "portfolio_id", *named)
    return {bot_id: Whose(*ids) for bot_id, *ids in rows}


def bots_by_key(pks: Collection[int]) -> dict[int, Bot]:
    """These bots with portfolio and owner, by key. One query."""
    return Bot.objects.select_related("portfolio", "owner").in_bulk(list(pks))


def roster(timeframe: Timeframe) -> Roster:
    """The running bots with who listens to what. One look at whether a bot has changed, whoever changed it; the bots
    themselves are read and sorted out again only then.
    """
    place = (current_tenant().id, timeframe)
    [(digest,)] = query(_DIGEST, [timeframe.value])
    kept = _rosters.get(place)
    if kept is None or kept[0] != digest:
        # read after the digest: should a bot change in between, the next digest differs from this one
        kept = _rosters[place] = digest, Roster.of(tuple(running_bots(timeframe)))
        while len(_rosters) > _ROSTERS_KEPT:
            _rosters.popitem(last=False)
    return kept[1]


def instruments_of(strategies: Collection[str]) -> set[str]:
    """The instruments of the tenant's bots that run one of these strategies. One query."""
    found = Bot.objects.filter(strategy__in=list(strategies)).exclude(status=BotStatus.STOPPED)
    return {name for names in found.values_list("instruments", flat=True) for name in names}


def title_of(strategy: str) -> str:
    """What the strategy of a bot is called, of whatever kind; marked for translation. Raises UnknownStrategy."""
    return (all_managers().get(strategy) or all_finders().get(strategy) or strategy_of(strategy)).title


def bots_for(user: User, permission: str = "trading:read") -> QuerySet[Bot]:
    """The user's own bots, and those in portfolios of others on which they were given `permission`; by number."""
    given = granted_portfolios(user, permission)
    mine = Q(owner=user)
    found = Bot.objects.filter(mine | Q(portfolio__public_id__in=given) if given else mine)
    return found.select_related("portfolio", "owner").order_by("number")


def bots_by(prefix: str) -> int:
    """How many of the tenant's bots have a strategy whose name begins so, also those that were stopped."""
    return Bot.objects.filter(strategy__startswith=prefix).count()


def bots_of(portfolio: Portfolio) -> QuerySet[Bot]:
    """The bots of a portfolio that the caller may already see, by number."""
    return Bot.objects.filter(portfolio=portfolio).order_by("number")


def access_bot(user: User, public_id: UUID, *, permission: str) -> Bot:
    """The bot with this id, in a portfolio on which the user holds `permission`: see `access_portfolio`.

    Raises UnknownBot for one that they may not even see, NotGranted for one that they may only look at.
    """
    bot = Bot.objects.select_related("portfolio", "owner").filter(public_id=public_id).first()
    try:
        if bot is not None:
            access_portfolio(user, bot.portfolio.public_id, permission=permission)
            return bot
    except UnknownPortfolio:
        pass
    raise UnknownBot(bot=str(public_id))


def access_own_bot(user: User, public_id: UUID) -> Bot:
    """The user's own bot. Raises UnknownBot; NotYours for one in a portfolio that was only shared with them."""
    bot = access_bot(user, public_id, permission="trading:read")
    if bot.owner_id != user.pk:
        raise NotYours(portfolio=str(bot.portfolio.public_id))
    return bot


def live_bots(pks: Collection[int]) -> frozenset[int]:
    """Those of these bots whose owners let them trade for real money: read under the limits' locks, as they are now."""
    return frozenset(Bot.objects.filter(pk__in=pks, live=True).values_list("pk", flat=True))


def _rows(bots: QuerySet[Bot]) -> list[BotRow]:
    return [_row(*columns) for columns in bots.order_by("number").values_list(*_COLUMNS)]


def _row(*columns: Any) -> BotRow:
    found = dict(zip(BotRow.__slots__, columns, strict=True))
    found["parameters"] = canonical(found["parameters"])
    found["sizing"] = read_sizing(found["sizing"])
    found["timeframe"] = Timeframe(found["timeframe"])
    found["instruments"] = tuple(found["instruments"])
    found["status"], found["mode"] = BotStatus(found["status"]), BotMode(found["mode"])
    return BotRow(**found)
