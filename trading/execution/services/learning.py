"""What the trader learns of the venue becomes books: answers, the stream's messages, and what it asked for.

News may come twice, late, or out of order; a batch is one transaction, and taking it in again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import structlog
from django.db import DatabaseError, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.crashpoints import crashpoint
from trading.exchanges.types import (
    Accepted,
    ExchangeMarket,
    OrderKind,
    Rejected,
    Unknown,
    VenueOrder,
    VenueTrade,
)
from trading.execution.services.adopting import adopt, adopt_for, known_orders, own_name
from trading.execution.services.finishing import cover_positions, finish
from trading.execution.services.refusing import end_intents, try_later
from trading.execution.services.venue_fills import book_trades, with_fills
from trading.execution.types import Answered, Desk, Lesson, News, NotSent, Sending

log = structlog.get_logger(__name__)
_LOCK_INTENTS = """
    SELECT FROM trading_execution_intent i WHERE i.portfolio_id = %s AND i.id IN (
        SELECT intent_id FROM trading_execution_attempt WHERE id = ANY(%s)
        UNION ALL
        SELECT intent_id FROM trading_execution_attempt WHERE client_order_id = ANY(%s)
        UNION ALL
        SELECT intent_id FROM trading_execution_order WHERE portfolio_id = %s AND venue_order_id = ANY(%s)
        UNION ALL
        SELECT o.intent_id FROM trading_execution_leg l JOIN trading_execution_order o ON o.id = l.order_id
        WHERE l.portfolio_id = %s AND l.venue_order_id = ANY(%s))
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""
_REJECT = """
    UPDATE trading_execution_attempt AS a SET state = 'rejected', reason = g.reason
    FROM unnest(%s::bigint[], %s::text[]) AS g (id, reason) WHERE a.id = g.id AND a.state = 'open'
"""
_REMEMBER = """
    UPDATE trading_execution_attempt AS a SET reason = g.reason
    FROM unnest(%s::bigint[], %s::text[]) AS g (id, reason) WHERE a.id = g.id AND a.state = 'open'
"""


def learn(
    *,
    desk: Desk,
    news: Sequence[News],
    markets: Mapping[str, ExchangeMarket],
    fee_prices: Mapping[str, Decimal] | None = None,
) -> Lesson:
    """Take `news` in: orders find their intents, fills are booked once, what has ended ends.

    One transaction for the batch. Should the database refuse it, each piece is taken in alone, so that one that cannot
    be booked holds up no other; that one is logged and raised at the end.
    """
    try:
        lesson = _take_in(desk, news, markets, fee_prices or {})
    except DatabaseError:
        if len(news) == 1:
            raise
        return _one_by_one(desk, news, markets, fee_prices or {})
    if news:
        crashpoint("ack.commit")
    if lesson.filled:
        crashpoint("fill.commit")
    return lesson


def _one_by_one(
    desk: Desk, news: Sequence[News], markets: Mapping[str, ExchangeMarket], fee_prices: Mapping[str, Decimal]
) -> Lesson:
    whole, failed = Lesson(), None
    for piece in news:
        try:
            lesson = _take_in(desk, [piece], markets, fee_prices)
        except DatabaseError as error:
            log.error("news of an exchange could not be booked", connection=str(desk.connection_id), piece=repr(piece))
            failed = error
        else:
            whole.filled += lesson.filled
            whole.incomplete |= lesson.incomplete
            whole.strange += lesson.strange
    if failed:
        raise failed
    return whole


@transaction.atomic
def _take_in(
    desk: Desk, news: Sequence[News], markets: Mapping[str, ExchangeMarket], fee_prices: Mapping[str, Decimal]
) -> Lesson:
    answers = [piece for piece in news if isinstance(piece, Answered)]
    orders = [piece for piece in news if isinstance(piece, VenueOrder)]
    trades = [piece for piece in news if isinstance(piece, VenueTrade)]
    accepted = [(a, a.outcome) for a in answers if isinstance(a.outcome, Accepted)]
    early: set[str] = set()
    orders += [order for _, outcome in accepted for order in outcome.orders]
    trades += [trade for order in orders for trade in order.trades]
    _lock_intents(desk, answers, orders, trades)
    _refusals(answers)
    if desk.finds_by_client_id:
        early = adopt(desk, orders)
    else:
        for answer, outcome in accepted:
            adopt_for(desk, answer.sending.attempt_pk, answer.sending.intent_pk, outcome.order)
    return _book(desk, [o for o in _latest(orders) if o.venue_order_id not in early], trades, markets, fee_prices)


def _book(
    desk: Desk,
    orders: Sequence[VenueOrder],
    trades: Sequence[VenueTrade],
    markets: Mapping[str, ExchangeMarket],
    fee_prices: Mapping[str, Decimal],
) -> Lesson:
    names = {order.venue_order_id for order in orders} | {trade.venue_order_id for trade in trades}
    known = known_orders(desk, names) if names else {}
    booked = book_trades(desk, known, trades, fee_prices)
    known = with_fills(known, booked)
    lesson = Lesson(filled=len(booked))
    lesson.incomplete = finish([(known[o.venue_order_id], o) for o in orders if o.venue_order_id in known])
    lesson.strange = [order for order in orders if order.venue_order_id not in known]
    cover_positions(desk, markets)
    return lesson


def _latest(orders: Sequence[VenueOrder]) -> list[VenueOrder]:
    """One a venue order, the one that knows most: what has ended does not open again, what is filled stays filled."""
    best: dict[str, VenueOrder] = {}
    for order in orders:
        seen = best.get(order.venue_order_id)
        if seen is None or (order.executed, order.status != "open") >= (seen.executed, seen.status != "open"):
            best[order.venue_order_id] = order
    return list(best.values())


def _lock_intents(
    desk: Desk, answers: Sequence[Answered], orders: Sequence[VenueOrder], trades: Sequence[VenueTrade]
) -> None:
    """Lock every intent that the news can touch, at once and in one order: locked bit by bit, two transactions that
    hold what the other one wants would wait for ever.
    """
    names = {own_name(order) for order in orders if order.client_order_id}
    theirs = list({order.venue_order_id for order in orders} | {trade.venue_order_id for trade in trades})
    attempts = [answer.sending.attempt_pk for answer in answers]
    if attempts or theirs:
        query(_LOCK_INTENTS, [desk.portfolio_pk, attempts, list(names), *(desk.portfolio_pk, theirs) * 2])


def _refusals(answers: Sequence[Answered]) -> None:
    """What the venue refused ends; an exit is tried again, for it is never given up. What is unknown is remembered.

    A line that sells at its limit is no such exit: who keeps it is told, and says what it wants then.
    """
    refused = [(a.sending, a.outcome) for a in answers if isinstance(a.outcome, Rejected)]
    unknown = [(a.sending.attempt_pk, a.outcome.reason[:200]) for a in answers if isinstance(a.outcome, Unknown)]
    unsent = [(a.sending, a.outcome) for a in answers if isinstance(a.outcome, NotSent)]
    if unknown:
        write(_REMEMBER, [list(column) for column in zip(*unknown, strict=True)])
    if unsent:
        write(
            _REJECT, [[sending.attempt_pk for sending, _ in unsent], [not_sent.reason[:200] for _, not_sent in unsent]]
        )
        try_later([sending.intent_pk for sending, _ in unsent], [not_sent.wait_ms for _, not_sent in unsent])
    if not refused:
        return
    reasons = [f"{outcome.code} {outcome.message}"[:200] for _, outcome in refused]
    write(_REJECT, [[sending.attempt_pk for sending, _ in refused], reasons])
    pairs = [(sending, reason) for (sending, _), reason in zip(refused, reasons, strict=True)]
    end_intents([(s.intent_pk, "rejected", reason) for s, reason in pairs if not _leaves(s)])
    try_later([s.intent_pk for s, _ in pairs if _leaves(s)])
    log.warning("an exchange refused orders", refused=reasons, at=clock.now().isoformat())


def _leaves(sending: Sending) -> bool:
    """Whether it is a way out that is never given up."""
    return sending.purpose == "exit" and sending.request.kind is OrderKind.MARKET
