"""What bots that keep orders have at an exchange is what their desks say, after a storm of faults and restarts."""

from collections import Counter
from decimal import Decimal

import pytest

from aiengine.autopilot.cycle import run_cycle
from cryptouniverse.kernel.events.services import without_kick
from strategies.catalog import desk as its
from strategies.managing.models import Desk
from strategies.managing.storing import ints_of
from tests.autopilot.managers import HOUR, WIDE, bot_of
from tests.proofs.deadlocks import deadlocks_so_far
from tests.strategies.markets import given_stored, walk
from tests.trading.sandbox_stage import exchange, sandbox
from tests.trading.trader_stage import end_other_sessions, hold, priced, proven_after, trading, until
from trading.execution.crash.plan import faults_of
from trading.execution.models import Attempt, Fill, Intent
from trading.execution.selectors import candles_at
from trading.portfolio.models import Portfolio, Position
from trading.risk.services import set_limits

__all__ = ["exchange", "sandbox"]
pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]
MARKET = "binance:BTC/USDT"
SLOTS, CALM = 10, 8
BOTS = (
    ("spot_grid", {"count": 10, "below_pct": "5", "above_pct": "5", "investment": "4000"}),
    ("dca_ladder", {"step_pct": "0.8", "maximum": 4, "target_pct": "0.8"}),
)
STORM = [
    *faults_of(Decimal("0.05")),
    {"method": "DELETE", "kind": "accept_then_drop_reply", "probability": "0.2"},
    {"method": "DELETE", "kind": "status", "status": 503, "probability": "0.2"},
    {"kind": "stream_duplicate", "probability": "0.3"},
    {"kind": "stream_drop", "probability": "0.2"},
    {"kind": "stream_break", "probability": "0.02"},
]


@pytest.fixture
def stage(sandbox, cleared):
    """An account at a sandbox whose market is stored here, with a grid and a ladder on it; and the market's slots."""
    bars = walk(SLOTS + CALM, seed=5)
    given_stored(bars)
    priced(sandbox)
    held = hold(sandbox, balances={"USDT": "100000"})
    portfolio = Portfolio.objects.select_related("owner", "connection").get(pk=held.portfolio_pk)
    set_limits(portfolio=portfolio, **WIDE)
    for name, said in BOTS:
        bot_of(portfolio, name, [MARKET], **said)
    return held, [int(slot) for slot in bars.open_ms]


def test_what_rests_there_is_what_the_desks_keep_and_no_line_was_ever_there_twice(stage):
    held, slots = stage
    deadlocks = deadlocks_so_far()
    held.faults(*STORM)
    calm = slots[-CALM:]
    for part in range(0, SLOTS, 5):
        with trading():
            for slot_ms in slots[:SLOTS][part : part + 5]:
                walk_through(held, slot_ms)
                if slot_ms == slots[6]:
                    end_other_sessions()
    held.faults()
    with trading():
        for slot_ms in calm:  # its price stands still there, until the desks know of all that filled
            settled(held)
            known = Fill.objects.count()
            run(slot_ms)
            settled(held)
            if Fill.objects.count() == known:
                break
        until(quiet, "everything is answered")
        proven_after(held)

        assert_alike(held)
    assert Fill.objects.count() > 10
    assert held.row.drift == 0
    assert deadlocks_so_far() == deadlocks


def walk_through(held, slot_ms):
    """The market goes through a candle, and the ring works at its close."""
    one = candles_at(HOUR, slot_ms, instrument_ids=[MARKET])[MARKET]
    for ticks in (one.low, one.high, one.close):
        price = one.instrument.price_of(ticks).quantize(Decimal("0.01"))
        held.sandbox.control("price", {"symbol": "BTCUSDT", "price": str(price)})
    run(slot_ms)
    until(lambda: not unsent(), "all of it was sent")


def settled(held):
    """All that could leave is there, and answered; what filled by then is known."""
    under_way = Intent.objects.filter(state="sending")
    until(lambda: not under_way.exists() and not unsent(), "all of it was sent and answered")
    proven_after(held)


def run(slot_ms):
    with without_kick():
        run_cycle(timeframe=HOUR, slot_ms=slot_ms)


def unsent():
    """What could leave and has not. A sale of more than is left, as another one filled meanwhile, waits for the turn in
    which its desk hears of that.
    """
    held = dict(Position.objects.filter(closed_slot_ms=None).values_list("bot_id", "quantity"))
    at_venue = Intent.objects.filter(purpose="exit", state__in=["sending", "acked"])
    selling = Counter()
    for intent in at_venue:
        selling[intent.bot_id] += intent.quantity - sum(f.quantity for f in Fill.objects.filter(order__intent=intent))
    recorded = Intent.objects.filter(state="recorded", held=False)
    return [
        one
        for one in recorded
        if one.purpose == "entry" or selling[one.bot_id] + one.quantity <= held.get(one.bot_id, 0)
    ]


def quiet():
    busy = Intent.objects.filter(state__in=["recorded", "sending"], held=False)
    return not busy.exists() and not Intent.objects.filter(state="acked").exclude(unwanted="").exists()


def assert_alike(held):
    """The table of each desk, and the exchange's own list; its journal; what is held, here and there."""
    there = held.sandbox.control(f"accounts/{held.key}")
    rest = {o["clientOrderId"]: Decimal(o["origQty"]) - Decimal(o["executedQty"]) for o in there["open_orders"]}
    kept = {}
    for desk in Desk.objects.select_related("bot"):
        for row in ints_of(desk.orders).reshape(-1, its.ORDER).tolist():
            if row[its.NUMBER] > 0:
                intent = Intent.objects.get(bot_id=desk.bot.public_id, line=row[its.NUMBER])
                if intent.state in {"filled", "expired"}:  # since the desk's last turn: it hears of it in the next one
                    continue
                kept[intent.sendings.get(state="acked").client_order_id] = Decimal(row[its.STEPS]) / 1000
        position = Position.objects.filter(bot_id=desk.bot.public_id, closed_slot_ms=None).first()
        assert desk.held == int((position.quantity if position else 0) * 1000)
    assert rest == kept
    assert len(kept) > 5
    names = dict(Attempt.objects.values_list("client_order_id", "intent_id"))
    times = Counter(names[name] for name in held.accepted())
    assert set(times.values()) == {1}
