"""Desks as people see them, and what a manager would lay now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Sum

from strategies.backtest.selectors import ladder_told
from strategies.bots.keeping import starts_now
from strategies.bots.selectors import bots_of
from strategies.bots.types import BotStatus
from strategies.catalog import desk as its
from strategies.catalog.managing import Manager
from strategies.catalog.registry import all_managers
from strategies.managing.at_exchange import too_small as too_small  # noqa: PLC0414 - whoever goes through a day again
from strategies.managing.meeting import Shelf as Shelf  # noqa: PLC0414 - whoever goes through a day again
from strategies.managing.meeting import meet as meet  # noqa: PLC0414 - see above
from strategies.managing.meeting import sitting_begun as sitting_begun  # noqa: PLC0414 - see above
from strategies.managing.meeting import sitting_then as sitting_then  # noqa: PLC0414 - see above
from strategies.managing.models import Desk
from strategies.managing.sitting import KINDS
from strategies.managing.storing import ints_of
from strategies.managing.types import Begun, Deal, DeskShown, OrderShown
from trading.execution.selectors import fills_of, lines_away
from trading.marketdata.selectors import instruments
from trading.portfolio.selectors import positions_of
from trading.portfolio.types import money_of
from trading.risk.selectors import limits_in_force, limits_of, title_of
from trading.risk.types import PERCENT

if TYPE_CHECKING:
    from cryptouniverse.kernel.market import Instrument
    from strategies.bots.models import Bot
    from trading.portfolio.models import Portfolio, Position

DEALS_SHOWN: Final = 20
PLACES: Final = {None: "rests", False: "sent", True: "here"}  # by whether a line that does not rest yet is held here
_ZERO: Final = Decimal(0)


def desks_begun(bot_pks: Collection[int]) -> dict[tuple[int, str], Begun]:
    """Where the desks of these bots began, by bot's key and instrument; without those that could not. One query."""
    rows = Desk.objects.filter(bot_id__in=bot_pks, problem="")
    found = rows.values_list("bot_id", "instrument_id", "begun_slot_ms", "funds", "collar_bps")
    return {(pk, name): Begun(*facts) for pk, name, *facts in found}


def desks_of(bot: Bot) -> list[DeskShown]:
    """The desks of a bot that the caller may see, by instrument. A handful of queries, whatever their number."""
    rows = list(Desk.objects.filter(bot=bot).order_by("instrument_id"))
    if not rows:
        return []
    listed = instruments([row.instrument_id for row in rows])
    sums = fills_of(bot.portfolio).filter(bot_id=bot.public_id, profit__isnull=False).order_by()
    earned: dict[str, list[Any]] = {}
    for name, cause, profit, count in sums.values_list("instrument_id", "cause").annotate(Sum("profit"), Count("pk")):
        found = earned.setdefault(name, [_ZERO, _ZERO, 0])
        found[0 if cause == "target" else 1] += profit
        found[2] += count if cause == "target" else 0
    positions = positions_of(bot.portfolio).filter(bot_id=bot.public_id)
    held = {position.instrument_id: position for position in positions.filter(closed_slot_ms__isnull=True)}
    closed: dict[str, list[Deal]] = {}
    for position in positions.filter(closed_slot_ms__isnull=False).order_by("-closed_slot_ms", "-pk")[:DEALS_SHOWN]:
        deal = Deal(position.opened_slot_ms, position.closed_slot_ms or 0, position.realised)
        closed.setdefault(position.instrument_id, []).append(deal)
    away = lines_away(bot.public_id) if rows[0].heard is not None else {}
    return [
        _shown(
            row,
            listed[row.instrument_id],
            earned.get(row.instrument_id, [_ZERO, _ZERO, 0]),
            held.get(row.instrument_id),
            tuple(closed.get(row.instrument_id, ())),
            away.get(row.instrument_id, {}),
        )
        for row in rows
    ]


def ladders_now(
    chosen: Manager, parameters: Mapping[str, object], *, instrument_ids: Sequence[str], funds: Decimal
) -> list[dict[str, Any]]:
    """What it would place now in each of these markets with its share of the funds, as plain JSON.

    Raises BadParameter, LadderRefused, and BadBot for a market without a price.
    """
    resolved = chosen.resolve(parameters)
    return [ladder_told(chosen, resolved, start) for start in starts_now(instrument_ids, funds)]


def ended_of(bots: Iterable[Bot]) -> set[int]:
    """The keys of those bots all of whose instruments have ended. One query, none where no bot keeps orders."""
    keepers = {bot.pk: len(bot.instruments) for bot in bots if bot.strategy in all_managers()}
    if not keepers:
        return set()
    ended = Desk.objects.filter(bot__in=keepers, ended=True).values_list("bot_id").annotate(Count("pk"))
    return {pk for pk, count in ended if count == keepers[pk]}


def promised_in(portfolio: Portfolio) -> Decimal:
    """What bots that keep orders still count on of a portfolio's free cash: their unspent funds, less what their
    orders have set aside already. Those that have ended count on nothing. Two queries.
    """
    keepers = list(bots_of(portfolio).filter(strategy__in=all_managers()).exclude(status=BotStatus.STOPPED))
    desks, begun = Desk.objects.filter(bot__in=keepers), set()
    promised = _ZERO
    for desk in desks:
        begun.add(desk.bot_id)
        rows = ints_of(bytes(desk.orders)).reshape(-1, its.ORDER)
        aside = int(rows[rows[:, its.NUMBER] > 0, its.RESERVED].sum())
        promised += money_of(max(desk.cash - aside, 0)) if not desk.ended and not desk.problem else _ZERO
    return promised + sum((bot.allocation for bot in keepers if bot.pk not in begun), _ZERO)


def room_of(portfolio: Portfolio) -> tuple[Decimal, Decimal]:
    """What the limits of a portfolio that the caller may see allow now: the most of one order, the most that may be
    held of one instrument. Orders beyond wait.
    """
    limits = limits_in_force(limits_of(portfolio))
    share = portfolio.equity * limits.position_pct_max / PERCENT
    return limits.order_notional_max, min(limits.position_notional_max, share)


def _shown(
    row: Desk,
    one: Instrument,
    earned: Sequence[Any],
    position: Position | None,
    deals: tuple[Deal, ...],
    on_their_way: Mapping[int, bool],
) -> DeskShown:
    held, cost = one.quantity_of(row.held), money_of(row.cost)
    price = position.mark_price if position else None
    return DeskShown(
        instrument_id=row.instrument_id,
        begun_slot_ms=row.begun_slot_ms,
        funds=money_of(row.funds),
        cash=money_of(row.cash),
        held=held,
        cost=cost,
        price=price,
        at_limits=earned[0],
        otherwise=earned[1],
        unrealised=held * price - cost if price is not None else _ZERO,
        sales=earned[2],
        ended=row.ended,
        problem=row.problem,
        at_exchange=row.heard is not None,
        orders=_orders(row, one, on_their_way),
        deals=deals,
    )


def _orders(row: Desk, one: Instrument, on_their_way: Mapping[int, bool]) -> tuple[OrderShown, ...]:
    """Highest price first."""
    found, parts = [], {int(number): part[0] for number, part in row.parts.items()}
    for slot, order in enumerate(ints_of(bytes(row.orders)).reshape(-1, its.ORDER).tolist()):
        if order[its.STEPS] <= 0 and str(slot) not in row.waits:
            continue
        why = row.waits.get(str(slot))
        kind = KINDS[order[its.KIND]]
        shown = OrderShown(
            side="buy" if order[its.SIDE] == its.BUY else "sell",
            kind=kind,
            price=one.price_of(order[its.TICKS]) if order[its.TICKS] else None,
            size=None if kind == "stop" else one.quantity_of(order[its.STEPS]),
            waits=title_of(why[0]) if why else "",
            limit=why[1] if why else "",
            value=why[2] if why else "",
            place=PLACES[on_their_way.get(order[its.NUMBER])],
            got=one.quantity_of(parts.get(order[its.NUMBER], 0)),
        )
        found.append(shown)
    return tuple(sorted(found, key=lambda shown: (shown.price is not None, -(shown.price or _ZERO))))
