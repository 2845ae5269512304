"""Reads of intents, orders and fills."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, IntegerField, Q, When

from credits.metering.types import RealisedProfit
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import Side, Timeframe
from trading.execution.errors import UnknownOrder, UnknownTemplate
from trading.execution.models import Attempt, Fill, Intent, Lease, Order, ParentOrder, StrangeOrder, Template
from trading.execution.progress import progress_of as progress_of  # noqa: PLC0414 - others read it through here
from trading.execution.resting import FACTS as _FACTS
from trading.execution.resting import FROM as _FROM
from trading.execution.resting import held_by_bots as held_by_bots  # noqa: PLC0414 - others read it through here
from trading.execution.resting import kept_fills as kept_fills  # noqa: PLC0414 - others read it through here
from trading.execution.resting import kept_now as kept_now  # noqa: PLC0414 - others read it through here
from trading.execution.resting import lines_away as lines_away  # noqa: PLC0414 - others read it through here
from trading.execution.resting import lines_ended as lines_ended  # noqa: PLC0414 - others read it through here
from trading.execution.resting import lines_resting as lines_resting  # noqa: PLC0414 - others read it through here
from trading.execution.resting import lock_lines as lock_lines  # noqa: PLC0414 - others read it through here
from trading.execution.resting import stops_under_way as stops_under_way  # noqa: PLC0414 - see above
from trading.execution.traded import BookFill as BookFill  # noqa: PLC0414 - see above
from trading.execution.traded import BookSent as BookSent  # noqa: PLC0414 - see above
from trading.execution.traded import bot_entries as bot_entries  # noqa: PLC0414 - see above
from trading.execution.traded import bot_fills as bot_fills  # noqa: PLC0414 - see above
from trading.execution.traded import bot_lines as bot_lines  # noqa: PLC0414 - see above
from trading.execution.traded import filled_at_books as filled_at_books  # noqa: PLC0414 - see above
from trading.execution.traded import leaving_before as leaving_before  # noqa: PLC0414 - see above
from trading.execution.traded import resting_at_books as resting_at_books  # noqa: PLC0414 - see above
from trading.execution.traded import results_before as results_before  # noqa: PLC0414 - see above
from trading.execution.traded import sent_to_books as sent_to_books  # noqa: PLC0414 - see above
from trading.execution.types import Candle, Flight, HeldOrder, InFlight, WorkingOrder
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import age_of, feed_state, prices_at
from trading.portfolio.types import BookedFill
from trading.risk.selectors import lock_books, standing_of
from trading.risk.triggers import Standing
from trading.risk.types import Book, Closed, Limits, Results

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.users.models import User
    from trading.connections.models import Connection
    from trading.portfolio.models import Portfolio

PERCENT = Decimal(100)
STATE_WORDS, PURPOSE_WORDS = Order.State.choices, Intent.Purpose.choices
IN_FLIGHT = (Intent.State.RECORDED, Intent.State.SENDING, Intent.State.ACKED)
_WORKING = _FACTS + _FROM
# Where anything is held back for an exchange, or trails there: that, and all on paper that a candle can meet.
_LOCK_WITH_AWAY = """
    WITH away AS (
        SELECT id FROM trading_execution_intent WHERE held AND state = 'recorded' AND slot_ms < %s
        UNION ALL
        SELECT id FROM trading_execution_intent
        WHERE purpose = 'entry' AND state IN ('recorded', 'sending', 'acked') AND line IS NULL
          AND spec->'venue'->>'kind' = 'trailing' AND slot_ms < %s
    )
    SELECT FROM trading_execution_intent WHERE EXISTS (SELECT FROM away) AND id IN (
        SELECT id FROM away
        UNION ALL
        SELECT i.id FROM trading_execution_intent i JOIN trading_execution_order o ON o.intent_id = i.id
        WHERE o.state = 'open' AND o.venue = 'paper' AND i.state = 'acked' AND i.spec->'book' IS NULL
          AND (i.line IS NOT NULL OR i.purpose IN ('entry', 'exit') OR i.spec IS NOT NULL))
    ORDER BY id FOR NO KEY UPDATE
"""
_LOCK_PAPER_ORDERS = (
    _FACTS
    + ", i.purpose <> 'exit' AND i.spec IS NOT NULL, i.line"
    + _FROM
    + """
    LEFT JOIN unnest(%s::text[], %s::numeric[], %s::numeric[]) AS c (instrument_id, high, low)
      ON c.instrument_id = i.instrument_id AND i.line IS NOT NULL
    WHERE o.state = 'open' AND o.venue = 'paper' AND i.state = 'acked' AND i.spec->'book' IS NULL
      AND (i.line IS NULL AND (i.purpose IN ('entry', 'exit') OR i.spec IS NOT NULL)
           OR i.line IS NOT NULL AND i.slot_ms < %s
              AND (c.low < i.limit_price AND i.side = 'buy' OR c.high > i.limit_price AND i.side = 'sell'
                   OR c.low <= i.stop_price OR i.spec->'takes' = 'true' AND o.working IS NULL AND c.low IS NOT NULL))
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""
)
_TOUCHED = (
    _WORKING
    + """
    JOIN unnest(%s::text[], %s::numeric[], %s::numeric[]) AS c (instrument_id, high, low)
      ON c.instrument_id = i.instrument_id
    WHERE o.state = 'open' AND o.venue = 'paper' AND i.purpose = 'protect' AND i.state = 'acked' AND i.spec IS NULL
      AND (c.low <= i.stop_price OR c.high > i.target_price)
    ORDER BY o.id
"""
)
_HELD = (
    _FACTS
    + ", i.spec, o.working"
    + _FROM
    + """
    WHERE o.state = 'open' AND i.id = ANY(%s) AND i.state = 'acked' AND i.instrument_id = ANY(%s) AND i.slot_ms < %s
    ORDER BY i.id
"""
)
_INSTRUMENTS = """
    SELECT instrument_id FROM trading_portfolio_position WHERE closed_slot_ms IS NULL
    UNION SELECT instrument_id FROM trading_execution_parentorder WHERE ended_at IS NULL
    UNION SELECT instrument_id FROM trading_execution_intent WHERE held
    UNION SELECT i.instrument_id FROM trading_execution_order o JOIN trading_execution_intent i ON i.id = o.intent_id
    WHERE o.state = 'open' AND i.purpose = 'entry'
"""
# Lines of one bot in one instrument come to one position, whatever their number.
_FLIGHTS = """
    SELECT portfolio_id, bot_id, instrument_id, quantity * limit_price,
           position_id IS NULL AND (line IS NULL OR NOT EXISTS (
               SELECT 1 FROM trading_portfolio_position s
               WHERE s.portfolio_id = i.portfolio_id AND s.bot_id = i.bot_id AND s.instrument_id = i.instrument_id
                 AND s.closed_slot_ms IS NULL)
               AND row_number() OVER (PARTITION BY portfolio_id, bot_id, instrument_id, line IS NULL ORDER BY id) = 1)
    FROM trading_execution_intent i
    WHERE purpose = 'entry' AND state IN ('recorded', 'sending', 'acked') AND portfolio_id = ANY(%s)
"""
_CLOSED = """
    SELECT p.portfolio_id, p.instrument_id, p.closed_slot_ms, p.realised / abs(c.cost), f.cause = 'stop'
    FROM trading_portfolio_position p
    CROSS JOIN LATERAL (SELECT sum(c.cost) AS cost FROM trading_portfolio_lotclose c
                        JOIN trading_portfolio_lot l ON l.id = c.lot_id WHERE l.position_id = p.id) c
    CROSS JOIN LATERAL (SELECT cause FROM trading_execution_fill WHERE position_id = p.id
                        ORDER BY sequence DESC LIMIT 1) f
    WHERE p.portfolio_id = ANY(%s) AND p.closed_slot_ms >= %s AND c.cost <> 0
    ORDER BY p.closed_slot_ms, p.id
"""
_RESULTS = """
    SELECT a.bot_id, count(*) FILTER (WHERE p.ratio > 0), count(*) FILTER (WHERE p.ratio <= 0),
           coalesce(sum(p.ratio) FILTER (WHERE p.ratio > 0), 0), coalesce(-sum(p.ratio) FILTER (WHERE p.ratio <= 0), 0)
    FROM unnest(%s::uuid[], %s::int[]) AS a (bot_id, positions)
    CROSS JOIN LATERAL (
        SELECT s.realised / abs(c.cost) AS ratio FROM trading_portfolio_position s
        CROSS JOIN LATERAL (SELECT sum(c.cost) AS cost FROM trading_portfolio_lotclose c
                            JOIN trading_portfolio_lot l ON l.id = c.lot_id WHERE l.position_id = s.id) c
        WHERE s.bot_id = a.bot_id AND s.closed_slot_ms IS NOT NULL AND c.cost <> 0
        ORDER BY s.closed_slot_ms DESC, s.id DESC LIMIT a.positions) p
    GROUP BY a.bot_id
"""
_STILL = """
    SELECT (SELECT count(*) FROM trading_execution_intent
            WHERE purpose = 'entry' AND state IN ('recorded', 'sending', 'acked')),
           (SELECT count(*) FROM trading_portfolio_position WHERE closed_slot_ms IS NULL)
"""
_IN_FLIGHT = """
    SELECT bot_id, instrument_id, NULL FROM trading_execution_intent
    WHERE purpose = 'entry' AND state IN ('recorded', 'sending', 'acked') AND bot_id = ANY(%s)
    UNION ALL
    SELECT NULL, NULL, position_id FROM trading_execution_intent
    WHERE purpose = 'exit' AND state IN ('recorded', 'sending', 'acked') AND position_id = ANY(%s)
"""


def candles_at(timeframe: Timeframe, slot_ms: int, *, instrument_ids: Collection[str]) -> dict[str, Candle]:
    """Instrument id -> its candle of slot `slot_ms`: these, and those in which the tenant holds or wants something.

    Instruments without one are left out: they have no price now.
    """
    names = {*instrument_ids, *(name for (name,) in query(_INSTRUMENTS))}
    found = prices_at(names, timeframe, slot_ms=slot_ms)
    return {name: Candle(instrument, *prices) for name, (instrument, prices) in found.items()}


def moves_pct(candles: Mapping[str, Candle]) -> dict[str, Decimal]:
    """Instrument id -> how far its price went within that candle, high to low, in percent of its open."""
    return {
        name: Decimal(one.high - one.low) / one.open * PERCENT if one.open else PERCENT for name, one in candles.items()
    }


def standing_now(portfolio: Portfolio) -> Standing | None:
    """Where a portfolio stands against triggers now, as the next look at them sees it; None before it has limits."""
    try:
        feed = feed_state()
    except NoMarket:
        return standing_of(portfolio, moves_pct={}, feed_age_s=None)
    moves = moves_pct(candles_at(feed.timeframe, feed.cursor_ms, instrument_ids=()))
    return standing_of(portfolio, moves_pct=moves, feed_age_s=age_of(feed))


def lock_paper_orders(
    candles: Mapping[str, Candle], *, slot_ms: int
) -> tuple[list[WorkingOrder], list[int], list[int]]:
    """Open orders of the tenant that meet the next open, as placed, the intents of what the platform holds, and of
    those lines of bots that the candles of `slot_ms` come to.

    All of them are locked until the transaction ends. Whoever withdraws entries takes the same locks, in the same
    order: an order is filled or withdrawn, never both. What this candle may let go, or end, at exchanges is locked with
    them: after portfolios no intent is waited for any more. What is placed from now on meets the next candle.
    """
    query(_LOCK_WITH_AWAY, [slot_ms, slot_ms])  # all of it in one order; most tenants have none
    extremes = [list(candles), *_extremes(candles), slot_ms]
    rows = [(WorkingOrder(*row), held, line) for *row, held, line in query(_LOCK_PAPER_ORDERS, extremes)]
    plain = [order for order, held, line in rows if not held and line is None]
    kept = [order.intent_pk for order, held, line in rows if held and line is None]
    return plain, kept, [order.intent_pk for order, _held, line in rows if line is not None]


def _extremes(candles: Mapping[str, Candle]) -> tuple[list[Decimal], list[Decimal]]:
    """High and low of each."""
    highs = [one.instrument.price_of(one.high) for one in candles.values()]
    return highs, [one.instrument.price_of(one.low) for one in candles.values()]


def held_orders(intent_pks: Collection[int], instrument_ids: Collection[str], *, slot_ms: int) -> list[HeldOrder]:
    """Those of these intents, which are locked, that the platform still holds on paper in these instruments.

    Of those placed before `slot_ms`: a candle that had closed already is met by none, however late it is worked.
    """
    rows = query(_HELD, [list(intent_pks), list(instrument_ids), slot_ms]) if intent_pks else []
    return [
        HeldOrder(WorkingOrder(*row), json.loads(spec), json.loads(working) if working else None)
        for *row, spec, working in rows
    ]


def standing_books(portfolio_pks: Collection[int], *, slot_ms: int, candle_ms: int) -> dict[int, tuple[Book, Limits]]:
    """`lock_books` with what is on its way and what was closed lately: all that the gate asks for. A few queries."""
    books = lock_books(portfolio_pks)
    reach_ms = {pk: limits.looks_back_ms(candle_ms) for pk, (_, limits) in books.items()}
    if guarded := [pk for pk, ms in reach_ms.items() if ms]:
        for pk, closed in closed_since(guarded, since_ms=slot_ms - max(reach_ms.values())).items():
            books[pk][0].closed = closed
    for flight in entries_in_flight(portfolio_pks):
        book = books[flight.portfolio_pk][0]
        book.open_positions += flight.opens
        book.exposure[flight.instrument_id] = book.exposure.get(flight.instrument_id, Decimal(0)) + flight.notional
    return books


def protections_touched(candles: Mapping[str, Candle]) -> list[WorkingOrder]:
    """Open stops and targets whose level lies in their instrument's candle; only those, however many rest."""
    prices = [(i, c.instrument.price_of(c.high), c.instrument.price_of(c.low)) for i, c in candles.items()]
    if not prices:
        return []
    return [WorkingOrder(*row) for row in query(_TOUCHED, [list(column) for column in zip(*prices, strict=True)])]


def entries_in_flight(portfolio_pks: Collection[int]) -> list[Flight]:
    """Entries recorded or working, at the worst price they may get."""
    return [Flight(*row) for row in query(_FLIGHTS, [list(portfolio_pks)])]


def closed_since(portfolio_pks: Collection[int], *, since_ms: int) -> dict[int, list[Closed]]:
    """What each portfolio closed in slots from `since_ms` (UTC) on, oldest first, for its protections. One query."""
    found: dict[int, list[Closed]] = {}
    for pk, instrument_id, closed_ms, profit, stopped in query(_CLOSED, [list(portfolio_pks), since_ms]):
        found.setdefault(pk, []).append(Closed(instrument_id, closed_ms, profit, stopped))
    return found


def results_of_bots(positions: Mapping[UUID, int]) -> dict[UUID, Results]:
    """What the last so many closed positions of each bot came to. One query; bots that closed none are left out."""
    rows = query(_RESULTS, [list(positions), list(positions.values())])
    return {bot_id: Results(*counts) for bot_id, *counts in rows}


def still_trading() -> tuple[int, int]:
    """Of the active tenant: how many entries are on their way, and how many positions are open. One query."""
    [(entries, positions)] = query(_STILL)
    return entries, positions


def in_flight(*, bot_ids: Collection[UUID], position_pks: Collection[int]) -> InFlight:
    """The entries of these bots, and the exits of these positions, that are recorded or working. One query."""
    rows = query(_IN_FLIGHT, [list(bot_ids), list(position_pks)]) if bot_ids or position_pks else []
    entering = frozenset((bot_id, instrument_id) for bot_id, instrument_id, _ in rows if bot_id)
    return InFlight(entering, frozenset(position_pk for _, _, position_pk in rows if position_pk))


def orders_of(portfolio: Portfolio) -> QuerySet[Order]:
    """Orders of a portfolio with their intents, newest first."""
    return Order.objects.filter(portfolio=portfolio).select_related("intent").order_by("-pk")


def order_by_hand(portfolio: Portfolio, order_id: UUID) -> Intent | None:
    """What was placed under this id, or became the order of this id, as it stands now: with the terms it has last."""
    named = Q(public_id=order_id) | Q(order__public_id=order_id)
    rows = Intent.objects.filter(portfolio=portfolio).select_related("order").order_by("-pk")
    found = rows.filter(named).first()
    if found is None or found.state in IN_FLIGHT:
        return found
    first = found.amends or found.public_id
    return rows.filter(Q(amends=first) | Q(pk=found.pk)).first()


def access_order_by_hand(portfolio: Portfolio, order_id: UUID) -> Intent:
    """An entry by hand of a portfolio that the caller may see, as it stands now. Raises UnknownOrder."""
    found = order_by_hand(portfolio, order_id)
    if found is None or found.bot_id is not None or found.purpose != Intent.Purpose.ENTRY:
        raise UnknownOrder(order=str(order_id))
    return found


def waiting_by_hand(portfolio: Portfolio) -> QuerySet[Intent]:
    """Entries by hand that wait, on paper, here, or at the exchange, with their orders, newest first."""
    rows = Intent.objects.filter(portfolio=portfolio, purpose=Intent.Purpose.ENTRY, bot_id=None, state__in=IN_FLIGHT)
    return rows.select_related("order").order_by("-pk")


def templates_of(user: User) -> QuerySet[Template]:
    """A person's own templates of orders, by name."""
    return Template.objects.filter(owner=user).order_by("name", "pk")


def access_template(user: User, public_id: UUID) -> Template:
    """One of a person's own templates. Raises UnknownTemplate."""
    found = templates_of(user).filter(public_id=public_id).first()
    if found is None:
        raise UnknownTemplate(template=str(public_id))
    return found


def fills_of(portfolio: Portfolio) -> QuerySet[Fill]:
    """Fills of a portfolio, newest first."""
    return Fill.objects.filter(portfolio=portfolio).order_by("-sequence")


def over_time_of(portfolio: Portfolio) -> QuerySet[ParentOrder]:
    """Orders over time of a portfolio, newest first."""
    return ParentOrder.objects.filter(portfolio=portfolio).select_related("position").order_by("-pk")


def parent_order(portfolio: Portfolio, public_id: UUID) -> ParentOrder:
    """An order over time of a portfolio that the caller may see. Raises UnknownOrder."""
    found = over_time_of(portfolio).filter(public_id=public_id).first()
    if found is None:
        raise UnknownOrder(order=str(public_id))
    return found


def unknown_attempts_of(portfolio: Portfolio) -> QuerySet[Attempt]:
    """Sendings of which the venue has not been heard yet, with their intents, oldest first."""
    rows = Attempt.objects.filter(intent__portfolio=portfolio, state=Attempt.State.OPEN)
    return rows.select_related("intent").order_by("pk")


def strange_orders_of(connection: Connection) -> QuerySet[StrangeOrder]:
    """Orders at the venue that are not our intents': first those with our mark that nobody explained, then the newest.

    Of the foreign ones only those that still work there.
    """
    found = StrangeOrder.objects.filter(Q(ours=True) | Q(status="open"), connection=connection)
    waits = Case(When(ours=True, explained_by="", then=0), default=1, output_field=IntegerField())
    return found.order_by(waits, "-seen_at", "-pk")


def side_of(order: WorkingOrder) -> Side:
    """Entries buy; every way out sells (spot, long only)."""
    return Side.BUY if order.purpose == Intent.Purpose.ENTRY else Side.SELL


def profits_of(fills: Sequence[BookedFill]) -> list[RealisedProfit]:
    """What the closing fills earned, in booking order, counted in USD (USDT at par)."""
    return [
        RealisedProfit(user_pk=fill.user_pk, fill_id=fill.id, amount=fill.profit, occurred_at=fill.booked_at)
        for fill in fills
        if fill.profit is not None
    ]


def orders_since(moment: datetime) -> int:
    """How many orders of the active tenant were placed from `moment` on."""
    return Order.objects.filter(placed_at__gte=moment).count()


def leases() -> QuerySet[Lease]:
    """Who of the traders has which connection of the active tenant, and since when."""
    return Lease.objects.select_related("connection").order_by("connection__label")
