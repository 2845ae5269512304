"""From wishes and verdicts to recorded intents: the gate is asked under the locks that make caps hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

from aiengine.autopilot.models import DecisionRecord
from aiengine.autopilot.sizing import told_to_sizing
from aiengine.autopilot.types import Decision, Wish
from aiengine.consensus.types import Verdict
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.bots.selectors import live_bots
from trading.ceilings.types import MODE_WORDS, Mode
from trading.execution.moves import Moves, with_moves
from trading.execution.selectors import standing_books
from trading.execution.types import Candle, IntentDraft
from trading.portfolio.types import Holding
from trading.risk.gate import judge
from trading.risk.levels import strictest
from trading.risk.selectors import of_bots
from trading.risk.types import Approved, Book, Emergencies, Proposal, Refusal

Outcome = DecisionRecord.Outcome
_COLUMNS = tuple(Decision.__slots__)
_row = attrgetter(*_COLUMNS)


@dataclass(slots=True)
class Decided:
    """What a slot's wishes came to: the rows to record, and the intents among them."""

    records: list[Decision]
    drafts: list[IntentDraft]


def record_decisions(decisions: Sequence[Decision]) -> None:
    """Keep what became of the wishes: one statement."""
    insert_rows(DecisionRecord, _COLUMNS, [_row(decision) for decision in decisions])


def decide(
    *,
    wishes: Sequence[Wish],
    verdicts: Mapping[UUID, Verdict],
    candles: Mapping[str, Candle],
    slot_ms: int,
    price_age_s: Decimal,
    emergencies: Emergencies | None = None,
) -> Decided:
    """Judge every wish in order. Inside the transaction that records the result: books stay locked until it commits.

    Exits are neither voted on nor judged; a bot that an emergency froze does not leave. An entry needs a verdict for
    its side, then the gate's approval.
    """
    decided = Decided([], [])
    agreed = []
    for wish in wishes:
        verdict = verdicts.get(wish.signal.id)
        if wish.holding and _is_frozen(wish, emergencies):
            decided.records.append(_held_back(wish, slot_ms))
        elif wish.holding:
            _leave(wish, wish.holding, decided, slot_ms)
        elif verdict is None or verdict.side is not Side.BUY or wish.instrument_id not in candles:
            decided.records.append(_record(wish, slot_ms, Outcome.NO_VERDICT, verdict=verdict))
        else:
            agreed.append((wish, verdict))
    if agreed:
        candle_ms = agreed[0][0].bot.timeframe.ms  # of a slot all are the same
        books = standing_books({wish.bot.portfolio_pk for wish, _ in agreed}, slot_ms=slot_ms, candle_ms=candle_ms)
        real = {wish.bot.pk for wish, _ in agreed if books[wish.bot.portfolio_pk][0].real}
        may = live_bots(real) if real else frozenset()
        own = of_bots({wish.bot.public_id for wish, _ in agreed})
        told = told_to_sizing([wish for wish, _ in agreed], slot_ms)
        for wish, verdict in agreed:
            book, limits = books[wish.bot.portfolio_pk]
            if ceiling := own.get(wish.bot.public_id):
                limits = strictest(limits, [ceiling])
            proposal = replace(_proposal(wish, candles[wish.instrument_id], price_age_s, slot_ms), **told(wish))
            if book.real:
                proposal = _with_real_money(proposal, wish, verdict, slot_ms, may)
            _enter(wish, verdict, judge(proposal, book, limits), book, decided, slot_ms)
    return decided


def _proposal(wish: Wish, candle: Candle, price_age_s: Decimal, slot_ms: int) -> Proposal:
    return Proposal(
        bot_id=wish.bot.public_id,
        instrument=candle.instrument,
        price=candle.instrument.price_of(candle.close),
        price_age_s=price_age_s,
        stop_bps=wish.bot.stop_bps,
        target_bps=wish.bot.target_bps,
        allocation=wish.bot.allocation,
        sizing=wish.bot.sizing,
        slot_ms=slot_ms,
        candle_ms=wish.bot.timeframe.ms,
    )


def _with_real_money(proposal: Proposal, wish: Wish, verdict: Verdict, slot_ms: int, may: frozenset[int]) -> Proposal:
    """What the rules about real money ask for. A price is as old as its candle by the wall: a replayed one is stale."""
    by_the_wall_s = Decimal(clock.to_ms(clock.now()) - slot_ms - wish.bot.timeframe.ms) / 1000
    age_s = max(proposal.price_age_s, by_the_wall_s)
    return replace(proposal, price_age_s=age_s, bot_live=wish.bot.pk in may, by_rules=verdict.by_rules)


def _is_frozen(wish: Wish, emergencies: Emergencies | None) -> bool:
    if emergencies is None:
        return False
    return wish.bot.portfolio_pk in emergencies.frozen or wish.bot.public_id in emergencies.frozen_bots


def _held_back(wish: Wish, slot_ms: int) -> Decision:
    record = _record(wish, slot_ms, Outcome.REFUSED)
    record.rule, record.limit, record.value = "stop_switch", _("trading on"), MODE_WORDS[Mode.FREEZE]
    return record


def _leave(wish: Wish, holding: Holding, decided: Decided, slot_ms: int) -> None:
    draft = IntentDraft(
        id=_intent_id(wish),
        portfolio_pk=holding.portfolio_pk,
        purpose="exit",
        side=Side.SELL,
        instrument_id=wish.instrument_id,
        quantity=holding.quantity,
        bot_id=wish.bot.public_id,
        signal_id=wish.signal.id,
        position_pk=holding.position_pk,
    )
    decided.drafts.append(draft)
    record = _record(wish, slot_ms, Outcome.EXIT)
    record.quantity, record.intent_id = draft.quantity, draft.id
    decided.records.append(record)


def _enter(
    wish: Wish, verdict: Verdict, answer: Approved | Refusal, book: Book, decided: Decided, slot_ms: int
) -> None:
    if isinstance(answer, Refusal):
        record = _record(wish, slot_ms, Outcome.REFUSED, verdict=verdict)
    else:
        book.reserve(answer)
        draft = _entry_draft(wish, answer)
        decided.drafts.append(draft)
        record = _record(wish, slot_ms, Outcome.REDUCED if answer.rule else Outcome.TAKEN, verdict=verdict)
        record.quantity, record.intent_id = answer.quantity, draft.id
    record.rule, record.limit, record.value, record.level = answer.rule, answer.limit, answer.value, answer.level
    record.wanted_quantity = answer.wanted_quantity
    decided.records.append(record)


def _entry_draft(wish: Wish, approved: Approved) -> IntentDraft:
    draft = IntentDraft(
        id=_intent_id(wish),
        portfolio_pk=wish.bot.portfolio_pk,
        purpose="entry",
        side=Side.BUY,
        instrument_id=wish.instrument_id,
        quantity=approved.quantity,
        bot_id=wish.bot.public_id,
        signal_id=wish.signal.id,
        limit_price=approved.limit_price,
        stop_price=approved.stop_price,
        target_price=approved.target_price,
        reserved=approved.reserved,
    )
    bot, instrument = wish.bot, approved.proposal.instrument
    moves = Moves(bot.trail_bps, bot.break_even_bps, bot.time_stop_candles)
    return with_moves(draft, moves, instrument, last=approved.proposal.price) if any(moves) else draft


def _intent_id(wish: Wish) -> UUID:
    return derived_id("intent", wish.bot.public_id, wish.signal.id)


def _record(wish: Wish, slot_ms: int, outcome: Outcome, *, verdict: Verdict | None = None) -> Decision:
    return Decision(
        public_id=derived_id("decision", wish.bot.public_id, wish.signal.id),
        portfolio_id=wish.bot.portfolio_pk,
        bot_id=wish.bot.public_id,
        strategy=wish.bot.strategy,
        signal_id=wish.signal.id,
        verdict_id=verdict.id if verdict else None,
        instrument_id=wish.instrument_id,
        slot_ms=slot_ms,
        outcome=outcome.value,
        decided_at=clock.now(),
    )
