"""What a session of the crash test does: bots that enter and leave, as the cycle records it, seeded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Instrument, Side
from trading.execution.services.record import record_intents
from trading.execution.types import IntentDraft

ENTRIES, EXITS = 2, 1
_LEAVABLE = """
    SELECT s.id, s.instrument_id, s.quantity, s.bot_id FROM trading_portfolio_position s
    WHERE s.portfolio_id = %s AND s.closed_slot_ms IS NULL AND EXISTS (
        SELECT 1 FROM trading_execution_intent i
        WHERE i.position_id = s.id AND i.purpose = 'protect' AND i.state = 'acked')
      AND NOT EXISTS (
        SELECT 1 FROM trading_execution_intent i
        WHERE i.position_id = s.id AND i.purpose = 'exit' AND i.state IN ('recorded', 'sending', 'acked'))
    ORDER BY s.id
"""
_RESTLESS = """
    SELECT count(*) FROM trading_execution_intent
    WHERE portfolio_id = %s AND (state IN ('recorded', 'sending') OR state = 'acked' AND purpose <> 'protect')
"""
_WAITING = """
    SELECT count(*) FROM trading_execution_intent i LEFT JOIN trading_execution_attempt a
      ON a.intent_id = i.id AND a.state = 'open' AND a.reason = '' AND a.valid_until > now()
    WHERE i.portfolio_id = %s AND (i.state = 'recorded' OR a.id IS NOT NULL)
"""


def record_work(portfolio_pk: int, instruments: Sequence[Instrument], prices: dict[str, Decimal], seed: int) -> int:
    """Some entries and exits, as a cycle records them; how many."""
    dice = random.Random(seed)  # noqa: S311  # work that can be repeated
    drafts = [
        _entry(portfolio_pk, instrument, prices[instrument.symbol], dice)
        for instrument in dice.sample(list(instruments), min(ENTRIES, len(instruments)))
    ]
    held = query(_LEAVABLE, [portfolio_pk])
    drafts += [_exit(portfolio_pk, *row) for row in dice.sample(held, min(EXITS, len(held)))]
    for draft in drafts:  # each a commit of its own: a kill may fall between two
        with transaction.atomic():
            record_intents(drafts=[draft], slot_ms=0)
    return len(drafts)


def restless(portfolio_pk: int) -> int:
    """Intents that are neither final nor a stop at rest."""
    return int(query(_RESTLESS, [portfolio_pk])[0][0])


def waiting(portfolio_pk: int) -> int:
    """Intents that nobody has sent yet, and sendings whose answer may still come."""
    return int(query(_WAITING, [portfolio_pk])[0][0])


def _entry(portfolio_pk: int, instrument: Instrument, price: Decimal, dice: random.Random) -> IntentDraft:
    steps = instrument.steps_down(Decimal(dice.randint(20, 200)) / price)
    quantity = instrument.quantity_of(max(steps, 1))
    reach = Decimal(dice.choice(["1.02", "1.02", "1.02", "0.98"]))  # one in four asks too little and gets nothing
    limit = instrument.price_of(instrument.ticks_nearest(price * reach))
    target = instrument.price_of(instrument.ticks_nearest(price * Decimal("1.1")))
    return IntentDraft(
        id=new_id(),
        portfolio_pk=portfolio_pk,
        purpose="entry",
        side=Side.BUY,
        instrument_id=instrument.id,
        quantity=quantity,
        bot_id=new_id(),
        limit_price=limit,
        stop_price=instrument.price_of(instrument.ticks_nearest(price * Decimal("0.9"))),
        target_price=dice.choice([target, None]),  # with one its stop is one of a pair
        reserved=quantity * limit * Decimal("1.001"),
    )


def _exit(portfolio_pk: int, pk: int, instrument_id: str, quantity: Decimal, bot_id: UUID) -> IntentDraft:
    return IntentDraft(
        id=new_id(),
        portfolio_pk=portfolio_pk,
        purpose="exit",
        side=Side.SELL,
        instrument_id=instrument_id,
        quantity=quantity,
        bot_id=bot_id,
        position_pk=pk,
    )
