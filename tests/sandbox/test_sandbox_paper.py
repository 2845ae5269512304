"""Every kind of entry, and all that protects it, fills on paper as at the sandbox, to the last digit of real candles.

On paper an order goes its whole way: ticket, gate, intent, database, candle, books. At the sandbox it is what the
platform would have sent there. Both meet the same bars.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

import numpy as np
import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Side
from tests.sandbox.both_sides import AtVenue
from tests.sandbox.venue_stage import new_venue, rich, settle
from tests.trading.desk import BTC, HOUR, trader
from tests.trading.marketdata_cast import given_candles
from trading.execution.models import Fill, Intent
from trading.execution.services import place_by_hand, settle_slot
from trading.execution.tickets import Ticket
from trading.execution.types import Candle
from trading.fills import BracketState, read_spec, read_state
from trading.marketdata.models import Feed
from trading.marketdata.types import CandleColumns
from trading.sandbox.candle_files import read_candles
from trading.sandbox.venue import placing
from trading.sandbox.venue.candles import post_bar
from trading.sandbox.venue.refusals import Refusal

BARS, ROUND = 156, 12
NEEDS = {  # what each kind of entry says, as parts of the last price
    "market": {},
    "limit": {"limit_price": "0.996"},
    "stop": {"trigger_price": "1.004"},
    "stop_limit": {"trigger_price": "1.004", "limit_price": "1.006"},
    "trailing": {"entry_trail_bps": 60},
}
GUARDS = {  # what protects it; on paper a trail nearer than the stop counts in the bar of the entry already
    "stop": {},
    "target": {"target": "1.012"},
    "trail": {"trail_bps": 200},
    "break even": {"break_even_bps": 60},
    "time stop": {"time_stop_candles": 4},
}
CASES = [(kind, guard) for kind in NEEDS for guard in GUARDS]


class Sent(AtVenue):
    """As the platform sends it. What follows a stop is placed once that was met: the exchange has no such list."""

    bare = False

    @property
    def low(self) -> int:
        """Of the last bar, in ticks: a trailing entry is given up where it reaches its own stop."""
        return self.venue.books[self.market.symbol].bars[-1].low // self.market.tick

    def _place(self, spec, at_ms):
        if spec.entry.kind == "limit":
            super()._place(spec, at_ms)
        else:
            super()._place(spec.entry, at_ms)
            self.bare = True

    def manage(self, state, at_ms):
        if self.bare and state.left:
            self.bare, self._stop, exits = False, state.stop, self._exits(state.stop, state.left)
            try:
                if len(exits) == 2:
                    self._pair(exits, at_ms)
                else:
                    self._keep({1: placing.place(self.venue, self.account, self.ticket(exits[1]), at_ms)})
            except Refusal:  # the price has passed one of them
                self.bare = True
                return False
            settle(self.venue)
        return super().manage(state, at_ms)


@dataclass
class Placed:
    """One order on both sides. ended: neither is looked at any more."""

    case: tuple[str, str]
    intent: Intent
    venue: Sent
    ended: bool = False


def priced(last: int, part: str) -> Decimal:
    return BTC.price_of(int(last * Decimal(part)))


def ticket(kind: str, guard: str, last: int) -> Ticket:
    said = {name: priced(last, part) if isinstance(part, str) else part for name, part in NEEDS[kind].items()}
    said |= {name: part for name, part in GUARDS[guard].items() if name != "target"}
    if guard == "target":
        said["targets"] = ((priced(last, GUARDS[guard]["target"]), None),)
    return Ticket(kind=kind, quantity=Decimal("0.01"), stop_price=priced(last, "0.985"), **said)


def on_paper(intent: Intent) -> list[tuple]:
    """(bar, side, price, quantity, fee) of what the entry and its position got, in 1e-8."""
    return [
        (f.slot_ms, 1 if f.side == Side.BUY else -1, *(int(n * 10**8) for n in (f.price, f.quantity, f.fee)))
        for f in Fill.objects.filter(position__fills__order__intent=intent).distinct().order_by("sequence")
    ]


def at_venue(placed: Placed) -> list[tuple]:
    return [(at_ms, side, price, size, fee) for at_ms, _, side, price, size, _, fee in placed.venue.fills]


def states_of(intents: list[Intent]) -> dict[int, BracketState]:
    """Where each bracket stands on paper, by the entry's key, once it is entered."""
    entries = Fill.objects.filter(order__intent__in=intents)
    positions = dict(entries.values_list("order__intent_id", "position_id"))
    held = Intent.objects.filter(position_id__in=positions.values(), purpose="protect")
    working = dict(held.values_list("position_id", "order__working"))
    return {entry: read_state(working[position]) for entry, position in positions.items() if position in working}


@pytest.fixture
def both(acme, real_data):
    """{case: (fills on paper, fills at the sandbox)}: a new order of each every ROUND bars, all in one walk."""
    venue = new_venue(in_bars=True)
    bars = list(islice(read_candles(real_data / "ohlcv/binance_BTC-USDT_1h.parquet"), BARS))
    columns = [[getattr(bar, name) / 10**8 for bar in bars] for name in ("open", "high", "low", "close")]
    given_candles(CandleColumns(*map(np.array, ([bar.open_ms for bar in bars], *columns, [1.0] * len(bars)))))
    limits = {"position_pct_max": 100, "open_positions_max": 1000, "position_notional_max": 10**9}
    portfolio = trader(cash="10000000", **limits)
    accounts = {case: rich(venue, "-".join(case).replace(" ", "-")) for case in CASES}
    found = {case: ([], []) for case in CASES}
    walked: list[Placed] = []
    for number, bar in enumerate(bars):
        post_bar(venue, "BTCUSDT", bar, bar.open_ms)
        settle(venue)
        shown = venue.books["BTCUSDT"].bars[-1]
        prices = [price // venue.markets["BTCUSDT"].tick for price in (shown.open, shown.high, shown.low, shown.close)]
        settle_slot(slot_ms=bar.open_ms, timeframe=HOUR, candles={BTC.id: Candle(BTC, *prices)})
        states = states_of([placed.intent for placed in walked])
        for placed in walked:
            follow(placed, states.get(placed.intent.pk), bar.open_ms, found, last_bar=number % ROUND == 0)
        if number % ROUND == 0:
            facts = {"source": "imported", "timeframe": HOUR.value, "cursor_ms": bar.open_ms, "end_ms": bar.open_ms}
            Feed.objects.update_or_create(defaults={**facts, "updated_at": clock.now(), "running": True})
            walked = [
                begun(venue, accounts[case], portfolio, case, prices[-1], f"{number}", bar.open_ms) for case in CASES
            ]
    return found


def begun(venue, account, portfolio, case, last, key, at_ms) -> Placed:
    """The same order on both sides."""
    asked = {"portfolio": portfolio, "actor": portfolio.owner, "instrument_id": BTC.id, "key": f"{key} {case}"}
    intent = place_by_hand(ticket=ticket(*case, last), **asked)
    spec = read_spec(intent.spec["order"])
    return Placed(case, intent, Sent(venue, account, venue.markets["BTCUSDT"], spec, at_ms))


def follow(placed: Placed, state: BracketState | None, at_ms: int, found, *, last_bar: bool) -> None:
    """After a bar: the platform does its part at the exchange; at the end both are compared and given up."""
    if placed.ended:
        return
    fallen = state is None and placed.case[0] == "trailing" and placed.venue.low <= placed.venue.spec.stop_ticks
    placed.ended = fallen or (state is not None and not placed.venue.manage(state, at_ms)) or last_bar
    if placed.ended:
        ours = on_paper(placed.intent)
        found[placed.case][0].extend(ours[:1] if placed.venue.bare else ours)  # bare: it left in the bar of its entry
        found[placed.case][1].extend(at_venue(placed))
        placed.venue.end(at_ms)


@pytest.mark.prove
@pytest.mark.django_db
def test_every_ticket_fills_on_paper_as_at_the_sandbox(both):
    for case, (ours, theirs) in both.items():
        assert theirs == ours, case
        assert len(ours) >= 10, f"{case} hardly ever fills"
    assert sum(len(ours) for ours, _ in both.values()) > 300
