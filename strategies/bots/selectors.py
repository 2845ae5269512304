"""Reads of bots. A cycle reads all of a tenant's at once; a person reads their own."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.errors import UnknownBot
from strategies.bots.models import Bot
from strategies.bots.types import BotMode, BotRow, BotStatus, Roster
from strategies.catalog.types import canonical

if TYPE_CHECKING:
    from accounts.users.models import User

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
    "stop_bps",
    "target_bps",
    "status",
    "mode",
)
_DIGEST = """
    SELECT md5(string_agg(b::text, '|' ORDER BY b.number)) FROM strategies_bots_bot b
    WHERE b.timeframe = %s AND b.status <> 'stopped'
"""
_ROSTERS_KEPT = 256
_rosters: OrderedDict[tuple[UUID, Timeframe], tuple[str, Roster]] = OrderedDict()


def active_bots(timeframe: Timeframe) -> list[BotRow]:
    """The tenant's bots that enter and exit at candles of `timeframe`, by number. One query."""
    return _rows(Bot.objects.filter(timeframe=timeframe.value, status=BotStatus.ACTIVE))


def running_bots(timeframe: Timeframe) -> list[BotRow]:
    """The tenant's bots whose exits still count at candles of `timeframe`: the active and the paused, by number."""
    return _rows(Bot.objects.filter(timeframe=timeframe.value).exclude(status=BotStatus.STOPPED))


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


def bots_for(user: User) -> QuerySet[Bot]:
    """The user's own bots, by number."""
    return Bot.objects.filter(owner=user).order_by("number")


def access_bot(user: User, public_id: UUID) -> Bot:
    """The user's bot with this id. Raises UnknownBot, also for somebody else's."""
    bot = bots_for(user).filter(public_id=public_id).first()
    if bot is None:
        raise UnknownBot(bot=str(public_id))
    return bot


def _rows(bots: QuerySet[Bot]) -> list[BotRow]:
    return [_row(*columns) for columns in bots.order_by("number").values_list(*_COLUMNS)]


def _row(*columns: Any) -> BotRow:
    found = dict(zip(BotRow.__slots__, columns, strict=True))
    found["parameters"] = canonical(found["parameters"])
    found["timeframe"] = Timeframe(found["timeframe"])
    found["instruments"] = tuple(found["instruments"])
    found["status"], found["mode"] = BotStatus(found["status"]), BotMode(found["mode"])
    return BotRow(**found)
