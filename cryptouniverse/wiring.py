"""Which fact leads to what: the only table of events and handlers. Handlers are idempotent functions of envelopes."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.security.services import letters
from accounts.security.tasks import send_letters
from accounts.teams.selectors import readers_of
from accounts.webhooks import services as webhooks
from accounts.webhooks.events import EndpointSwitchedOff
from accounts.webhooks.tasks import offer_delivery
from aiengine.autopilot.events import CycleFinished
from aiengine.autopilot.selectors import why_not_entered
from aiengine.autopilot.tasks import run_cycles
from credits.ledger.events import CreditsToppedUp
from credits.metering.events import CreditsConsumed, ProfitLimitReached, ProfitLimitWarned
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.events import dispatch, services
from cryptouniverse.kernel.events.tasks import dispatch_outbox
from cryptouniverse.kernel.events.types import Envelope, owner_of
from cryptouniverse.realtime.push import Push, push, push_many
from cryptouniverse.web.operating import offer_pages
from strategies.backtest import services as backtests
from strategies.backtest.events import BacktestEnded
from strategies.backtest.selectors import runs_by
from strategies.backtest.tasks import run_backtests
from strategies.bots.selectors import bots_by
from strategies.builder import services as rule_sets
from strategies.feed.events import SignalsDelivered
from strategies.feed.selectors import followed_by
from strategies.feed.tasks import deliver
from strategies.lab import services as lab
from strategies.lab.events import OptimisationEnded
from strategies.lab.selectors import searches_by
from strategies.lab.tasks import offer_optimisation
from strategies.monitoring import services as monitoring
from strategies.monitoring.events import BotDrifted
from trading.connections.events import ConnectionChanged
from trading.connections.selectors import practises
from trading.execution.events import OrderFilled
from trading.execution.tasks import follow_market
from trading.marketdata.events import CandlesClosed
from trading.risk.events import TradingResumed, TradingStopped, TriggerNear

CREDIT_PANELS = ("credits", "notices", "bots")
FILL_PANELS = ("value", "allocation", "positions", "activity", "bots", "connection")
MARK_PANELS = ("value", "allocation", "positions", "activity", "bots", "decisions", "market", "connection")
CONNECTION_PANELS = ("connections", "connection", "notices")
STOP_PANELS = ("stop", "notices", "activity", "bots")
WEBHOOK_PANELS = ("webhooks",)
LAB_PANELS = ("lab",)
DRIFT_PANELS = ("bots",)
SIGNAL_PANELS = ("signals",)


def start_cycles(_envelopes: Sequence[Envelope]) -> None:
    """Candles closed: offer the tenant's cycle, once for all of them."""
    run_cycles.enqueue(current_tenant())


def deliver_signals(_envelopes: Sequence[Envelope]) -> None:
    """Candles closed: offer to bring the tenant's people the signals that they follow, once for all of them."""
    deliver.enqueue(current_tenant())


def show_sandbox(envelopes: Sequence[Envelope]) -> None:
    """Candles closed: the practice exchange, if the tenant trades there, moves to their prices."""
    if practises():
        slots = [envelope.event.slot_ms for envelope in envelopes if isinstance(envelope.event, CandlesClosed)]
        follow_market.enqueue(current_tenant(), slots_ms=slots)


def show_slot(envelopes: Sequence[Envelope]) -> None:
    """A slot was worked: every open page of the tenant re-reads what moved. One hint, for the newest."""
    tenant, first, last = current_tenant(), envelopes[0], envelopes[-1]
    hint = {"stream": last.stream, "first": first.sequence, "sequence": last.sequence, "what": list(MARK_PANELS)}
    push(tenant, "tenant", tenant.id, hint)


def show_fills(envelopes: Sequence[Envelope]) -> None:
    """Fills were booked: the pages of their owners, and of who may look on, re-read what moved."""
    push_many(current_tenant(), _hints(envelopes, FILL_PANELS) + _shared(envelopes, FILL_PANELS))


def show_credits(envelopes: Sequence[Envelope]) -> None:
    """Credits moved, or a limit was met: the owner's pages say so."""
    push_many(current_tenant(), _hints(envelopes, CREDIT_PANELS))


def show_switch(envelopes: Sequence[Envelope]) -> None:
    """Trading was stopped or re-armed: the pages of the owner, and of who may look on, say so."""
    push_many(current_tenant(), _hints(envelopes, STOP_PANELS) + _shared(envelopes, STOP_PANELS))


def show_connections(envelopes: Sequence[Envelope]) -> None:
    """A connection changed: its owner's pages say so."""
    push_many(current_tenant(), _hints(envelopes, CONNECTION_PANELS))


def show_webhooks(envelopes: Sequence[Envelope]) -> None:
    """A webhook was switched off: its owner's pages say so."""
    push_many(current_tenant(), _hints(envelopes, WEBHOOK_PANELS))


def show_backtests(envelopes: Sequence[Envelope]) -> None:
    """A backtest or an optimisation ended: its owner's pages say so."""
    push_many(current_tenant(), _hints(envelopes, LAB_PANELS))


def show_drift(envelopes: Sequence[Envelope]) -> None:
    """A bot drifted: the pages of its owner, and of who may look on, say so."""
    push_many(current_tenant(), _hints(envelopes, DRIFT_PANELS) + _shared(envelopes, DRIFT_PANELS))


def show_signals(envelopes: Sequence[Envelope]) -> None:
    """Signals that a person follows have come: their pages say so."""
    push_many(current_tenant(), _hints(envelopes, SIGNAL_PANELS))


def offer_webhooks(envelopes: Sequence[Envelope]) -> None:
    """Whatever happened: it is kept for each webhook that asked for it."""
    webhooks.offer(envelopes)


def _hints(envelopes: Sequence[Envelope], panels: Sequence[str]) -> list[Push]:
    whose = ((owner_of(e.event), e) for e in envelopes)
    return [
        ("user", owner, {"stream": e.stream, "sequence": e.sequence, "what": list(panels)})
        for owner, e in whose
        if owner is not None
    ]


def _shared(envelopes: Sequence[Envelope], panels: Sequence[str]) -> list[Push]:
    """The same for who was given a look at the portfolio: asked now, so that no socket outlives a grant."""
    readers = readers_of({getattr(e.event, "portfolio_id") for e in envelopes})  # noqa: B009  # events of several types
    return [
        ("user", reader, {"stream": e.stream, "sequence": e.sequence, "what": list(panels)})
        for e in envelopes
        for reader in sorted(readers.get(getattr(e.event, "portfolio_id"), ()))  # noqa: B009  # see above
    ]


WIRING: dispatch.Wiring = {
    CandlesClosed.type: (show_sandbox, start_cycles, deliver_signals),
    CycleFinished.type: (show_slot,),
    OrderFilled.type: (show_fills,),
    CreditsToppedUp.type: (show_credits,),
    CreditsConsumed.type: (show_credits,),
    ProfitLimitWarned.type: (show_credits,),
    ProfitLimitReached.type: (show_credits,),
    TradingStopped.type: (show_switch,),
    TradingResumed.type: (show_switch,),
    TriggerNear.type: (show_switch,),
    ConnectionChanged.type: (show_connections,),
    EndpointSwitchedOff.type: (show_webhooks,),
    BacktestEnded.type: (show_backtests,),
    OptimisationEnded.type: (show_backtests,),
    BotDrifted.type: (show_drift,),
    SignalsDelivered.type: (show_signals,),
}


def connect() -> None:
    """Called once the apps are ready: events find their handlers, and a commit offers their delivery."""
    dispatch.wire(WIRING, of_all=(offer_webhooks,))
    webhooks.on_due(offer_delivery)
    rule_sets.on_delete("backtests", runs_by)
    rule_sets.on_delete("searches", searches_by)
    rule_sets.on_delete("bots", bots_by)
    rule_sets.on_delete("followed", followed_by)
    backtests.on_ask(lambda: run_backtests.enqueue(current_tenant()))
    lab.on_ask(lambda optimisation_id: offer_optimisation(current_tenant(), optimisation_id))
    monitoring.on_refusals(why_not_entered)
    backtests.on_refusals(why_not_entered)
    services.on_publish(dispatch_outbox.enqueue)
    letters.on_write(send_letters.enqueue)
    offer_pages()
