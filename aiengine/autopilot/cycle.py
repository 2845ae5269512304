"""The ring, once round: data, signals, consensus, risk, execution, ledger, push. The only file that knows all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db import transaction

from aiengine.autopilot.calling import answer, parted
from aiengine.autopilot.claims import DECIDE, FIND, SETTLE, TEND, claim
from aiengine.autopilot.deciding import decide, record_decisions
from aiengine.autopilot.events import CycleFinished
from aiengine.autopilot.fan_out import fan_out
from aiengine.autopilot.models import DecisionRecord
from aiengine.autopilot.types import CycleReport, Slot, Wish
from aiengine.consensus.services import verdicts_for
from aiengine.consensus.types import Verdict
from credits.metering.services import meter
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from strategies.bots.selectors import roster
from strategies.bots.types import NO_BOTS, Roster
from strategies.finding.services import seek
from strategies.hooks.services import called_at, still_waiting
from strategies.hooks.types import NOBODY_CALLED, Called
from strategies.managing.services import hear, tend
from strategies.monitoring.services import keep_mornings, keep_mornings_at_books
from strategies.signals.services import signals_at
from strategies.signals.types import Signal
from tenants.provisioning.selectors import takes_entries
from trading.execution.selectors import candles_at, in_flight, profits_of
from trading.execution.services import (
    carry_on,
    follow_brackets,
    leave_at_targets,
    leave_everything,
    place_recorded,
    record_intents,
    release_held,
    release_stops,
    settle_slot,
    watch_triggers,
)
from trading.execution.types import Candle
from trading.portfolio.selectors import holdings
from trading.risk.selectors import emergencies


def run_cycle(
    *, timeframe: Timeframe, slot_ms: int, price_age_s: Decimal = Decimal(0), market: str = ""
) -> CycleReport:
    """Work slot `slot_ms` of `market` for the active tenant, once: what is done already is not done again.

    The slot's candles have closed; price_age_s says how long ago, by the wall: entries on old prices are refused.
    Six commits: what the candle did to our orders, what bots that keep orders want of it, what those that read books
    did in it, what was decided, what an emergency closes, what was placed. A kill between them loses nothing: the next
    run begins by placing what was recorded, and works what is not claimed.
    """
    report, slot = CycleReport(), Slot(timeframe, slot_ms, market)
    place_recorded()
    bots = roster(slot.timeframe)
    candles = candles_at(slot.timeframe, slot.open_ms, instrument_ids=bots.instrument_ids)
    settle(report, slot, candles, bots)
    lines = keep_orders(slot, bots, candles, price_age_s)
    trade_at_books(report, slot, bots, price_age_s)

    keys = [key for key in bots.listeners if key.instrument_id in candles]
    called = called_at(slot_ms=slot.open_ms, keys=keys)
    signals = [*signals_at(slot_ms=slot.open_ms, keys=keys).values(), *called.signals]
    wishes = wishes_of(bots, signals)
    verdicts = verdicts_for(signals={w.signal for w in wishes if not w.holding}, slot_ms=slot.open_ms)
    report.signals, report.verdicts = len(signals), len(verdicts)

    watch_triggers(candles)
    carried = carry_on()
    act(report, slot, wishes, verdicts, candles, price_age_s, called=called, bots=bots)
    report.intents += lines
    if report.intents or carried:
        place_recorded()
    return report


def settle(report: CycleReport, slot: Slot, candles: Mapping[str, Candle], bots: Roster) -> None:
    """Fill and book what was working, and meter the profit of what was closed: one commit."""
    with transaction.atomic():
        if claim(slot, {SETTLE}):
            keep_mornings(bots.keepers, day_ms=slot.open_ms - slot.open_ms % DAY_MS)
            fills = settle_slot(slot_ms=slot.open_ms, timeframe=slot.timeframe, candles=candles)
            metered = meter(profits_of(fills))
            hear(fills, keepers=bots.keepers)
            leave_at_targets(slot_ms=slot.open_ms, candles=candles)
            release_held(slot_ms=slot.open_ms, candles=candles)
            release_stops(slot_ms=slot.open_ms, candles=candles)
            follow_brackets(slot_ms=slot.open_ms, candles=candles)
            report.fills, report.consumed = len(fills), sum((m.consumed for m in metered), Decimal(0))


def keep_orders(slot: Slot, bots: Roster, candles: Mapping[str, Candle], price_age_s: Decimal) -> int:
    """Let the bots that keep orders place and withdraw them; how many were placed. One commit, where there are any."""
    if not bots.keepers:
        return 0
    with transaction.atomic():
        if not claim(slot, {TEND}):
            return 0
        placed = tend(
            keepers=bots.keepers,
            candles=candles,
            timeframe=slot.timeframe,
            slot_ms=slot.open_ms,
            price_age_s=price_age_s,
        )
        if not (slot.open_ms + slot.timeframe.ms) % DAY_MS:
            keep_mornings(bots.keepers, day_ms=slot.open_ms + slot.timeframe.ms)
        return placed


def trade_at_books(report: CycleReport, slot: Slot, bots: Roster, price_age_s: Decimal) -> None:
    """Let the bots that read order books act on those of this candle. One commit, where there are any."""
    if not bots.finders:
        return
    with transaction.atomic():
        if claim(slot, {FIND}):
            close_ms = slot.open_ms + slot.timeframe.ms
            keep_mornings_at_books(bots.finders, day_ms=slot.open_ms - slot.open_ms % DAY_MS, slot_ms=slot.open_ms)
            fills = seek(finders=bots.finders, timeframe=slot.timeframe, slot_ms=slot.open_ms, price_age_s=price_age_s)
            if not close_ms % DAY_MS:
                keep_mornings_at_books(bots.finders, day_ms=close_ms, slot_ms=close_ms)
            metered = meter(profits_of(fills))
            report.fills += len(fills)
            report.consumed += sum((m.consumed for m in metered), Decimal(0))


def wishes_of(bots: Roster, signals: Collection[Signal]) -> list[Wish]:
    """Which bots can act on which signals, by what they hold and what is on its way."""
    if not signals:
        return []
    held = holdings({signal.key.instrument_id for signal in signals})
    asked = {bot.public_id for signal in signals for bot in bots.listeners[signal.key]}
    flights = in_flight(bot_ids=asked, position_pks=[holding.position_pk for holding in held.values()])
    wishes = fan_out(roster=bots, signals=signals, holdings=held, leaving=flights.leaving, entering=flights.entering)
    return wishes if takes_entries() else [wish for wish in wishes if wish.holding]  # nobody is asked in vain


def act(
    report: CycleReport,
    slot: Slot,
    wishes: Sequence[Wish],
    verdicts: Mapping[UUID, Verdict],
    candles: Mapping[str, Candle],
    price_age_s: Decimal,
    *,
    called: Called = NOBODY_CALLED,
    bots: Roster = NO_BOTS,
) -> None:
    """Judge and record, for the strategies whose run in this slot is ours to do: one commit, and one of its own for
    closing what an emergency is about: a kill between them leaves that to whoever set it, and to the next slot.

    The slot as a whole is claimed first: whoever comes late, with wishes read from a later state, gets nothing. Test
    alerts are judged after all others, and nothing of them is recorded but the answer. called: the alerts whose turn it
    is, bots: whose they are.
    """
    with transaction.atomic():
        claimed = claim(slot, {DECIDE, *(wish.bot.strategy for wish in wishes)})
        if DECIDE not in claimed:
            transaction.set_rollback(True)  # the claims of strategies with it
            return
        mine = [wish for wish in wishes if wish.bot.strategy in claimed]
        real, tests = parted(mine, called, still_waiting([signal.id for signal in called.signals]))
        stopped = emergencies()
        judged = partial(
            decide,
            verdicts=verdicts,
            candles=candles,
            slot_ms=slot.open_ms,
            price_age_s=price_age_s,
            emergencies=stopped,
        )
        decided, tried = judged(wishes=real), judged(wishes=tests)
        record_decisions(decided.records)
        decisions = [*decided.records, *tried.records]
        answer(called, bots=bots, wishes=wishes, decisions=decisions, slot_ms=slot.open_ms)
        record_intents(drafts=decided.drafts, slot_ms=slot.open_ms)
        finished = CycleFinished(slot_ms=slot.open_ms, timeframe=slot.timeframe.value, decisions=len(decided.records))
        publish_on_commit([finished])
    with transaction.atomic():  # with no books and wallets locked: who books there has positions, and wants a wallet
        left = leave_everything(stopped.flatten, bot_ids=stopped.flatten_bots)
    refused = (r.rule for r in decided.records if r.outcome == DecisionRecord.Outcome.REFUSED)
    report.intents, report.refusals = len(decided.drafts) + left, Counter(refused)
