"""How fast the gate judges, and how fast paper trades: from agreed signals to booked fills, lots and metered profit."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from uuid import UUID

from aiengine.autopilot.cycle import act, settle
from aiengine.autopilot.types import CycleReport, Slot, Wish
from aiengine.consensus.types import Verdict
from benchmarks.figures import Figure, at_least, below
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Instrument, Side
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.bots.types import NO_BOTS, BotRow
from strategies.signals.types import Action, Signal
from tenants.provisioning.services import create_tenant
from tests.proofs.storm import COINS, bot_of
from tests.trading.desk import HOUR, candle, trader
from tests.trading.test_risk_gate import LIMITS, book, proposal
from trading.execution.models import Fill
from trading.execution.services import place_recorded
from trading.portfolio.selectors import holdings
from trading.risk.gate import judge

JUDGED = 20_000
TRADERS, BOTS_EACH, ROUNDS = 50, 10, 20
WARM = 4  # rounds before anything is measured
PRICES = ("100", "100.5", "99.9", "100.2")  # a candle that no stop is in


def gate() -> Iterator[Figure]:
    """Decisions a second of the gate alone, every rule asked, on one core."""
    asked, standing = proposal(), book()
    begun = time.perf_counter()
    for _ in range(JUDGED):
        judge(asked, standing, LIMITS)
    yield at_least("gate_decisions_per_s", JUDGED / (time.perf_counter() - begun), "decisions/s", 20_000)


def paper() -> Iterator[Figure]:
    """Orders a second on paper, entries and exits, with every cap and book; and what memory they leave behind.

    Memory settles with the first thousands of orders; that it stays so over a million is a proof of its own.
    """
    tenant = create_tenant(slug="paper-bench", name="Bench", hosts=("paper-bench.localhost",))
    with in_tenant(tenant):
        trading = rounds()
        for _ in range(WARM):
            next(trading)
        fills, before_mb, begun = Fill.objects.count(), resident_mb(), time.perf_counter()
        for _ in range(ROUNDS):
            next(trading)
        took, booked = time.perf_counter() - begun, Fill.objects.count() - fills
        yield at_least("paper_orders_per_s", booked / took, "orders/s", 1_000)
        yield below("paper_memory_of_20000_orders", resident_mb() - before_mb, "MB", 2)


def rounds() -> Iterator[None]:
    """In the active tenant: each step, every bot of fifty traders enters, and then leaves; a thousand orders."""
    pks = [
        trader(f"t{n}@bench.example", cash="10000000", open_positions_max=1_000, position_pct_max=100).pk
        for n in range(TRADERS)
    ]
    bots = [bot_of(pk, n, allocation="100") for pk in pks for n in range(BOTS_EACH)]
    coins = {bot.public_id: COINS[n % len(COINS)] for n, bot in enumerate(bots)}
    candles = {coin.id: candle(coin, *PRICES) for coin in COINS}
    for number in count():
        for slot, leaving in ((2 * number + 1, False), (2 * number + 2, True)):
            wishes, verdicts = _wishes(bots, coins, slot * HOUR.ms, leaving=leaving)
            act(CycleReport(), Slot(HOUR, slot * HOUR.ms), wishes, verdicts, candles, Decimal(0))
            place_recorded()
            settle(CycleReport(), Slot(HOUR, slot * HOUR.ms + HOUR.ms // 2), candles, NO_BOTS)
        yield


def resident_mb() -> float:
    """The memory that this process has now, not at its most."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _wishes(
    bots: list[BotRow], coins: dict[UUID, Instrument], slot_ms: int, *, leaving: bool
) -> tuple[list[Wish], dict[UUID, Verdict]]:
    held = holdings({coin.id for coin in COINS}) if leaving else {}
    action = Action.EXIT_LONG if leaving else Action.ENTER_LONG
    signals = {coin.id: Signal(bots[0].key_for(coin.id), slot_ms, action, new_id()) for coin in COINS}
    verdicts = {
        signal.id: Verdict(new_id(), signal.id, name, slot_ms, Side.BUY, Decimal(1), "unanimous", "", (), by_rules=True)
        for name, signal in signals.items()
    }
    wishes = []
    for bot in bots:
        coin = coins[bot.public_id]
        holding = held.get((bot.public_id, coin.id))
        if holding or not leaving:
            wishes.append(Wish(bot, signals[coin.id], holding))
    return wishes, {} if leaving else verdicts
