"""A bot that keeps orders at an exchange: the ring on our side, and a venue in a few words on the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from aiengine.autopilot.cycle import run_cycle
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.market import Side
from strategies.managing.models import Desk as KeptDesk
from tests.autopilot.managers import HOUR, WIDE, bot_of
from tests.strategies.markets import TICK
from tests.trading.exchange_desk import given_desk, trade, venue_order
from trading.exchanges.types import Accepted, ExchangeMarket, Rejected, TimeInForce, VenueOrder, VenueStatus
from trading.execution.lines import meet_lines
from trading.execution.models import Intent
from trading.execution.services.learning import learn
from trading.execution.services.resolving import note_absent, unknown_attempts
from trading.execution.services.sending import claim_sendable
from trading.execution.services.settle import PAPER_COSTS
from trading.execution.types import Answered, Candle, Desk, Line, News, Sending, Windows, WorkingOrder
from trading.fills.rules import fee_minor, notional_minor
from trading.portfolio.models import Portfolio
from trading.risk.services import set_limits

FEE = Decimal("0.001")
MARKETS = {
    "BTC/USDT": ExchangeMarket("BTC/USDT", "BTC", "USDT", tick=TICK, step=Decimal("0.001"), min_notional=Decimal(5))
}


@dataclass
class Venue:
    """What the trader would do with its answers, and what rests there. orders: by client id; sent: every client id that
    arrived, in order; refuses: what it says to the next order, if it says no; silent: the next answer is lost. keeps:
    it ends nothing for now. halves: see `meet`. held: base units of the account. takers: lines that fill at once.
    """

    desk: Desk
    orders: dict[str, VenueOrder] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    refuses: Rejected | None = None
    silent: bool = False
    keeps: bool = False
    halves: bool = False
    held: Decimal = Decimal(0)
    takers: set[int] = field(default_factory=set)
    trades: int = 0
    met: set[int] = field(default_factory=set)

    def pump(self, rounds: int = 6) -> None:
        """Take what leaves and end what is to end, until nothing does."""
        for _round in range(rounds):
            claimed = claim_sendable(desk=self.desk, markets=MARKETS, clock_offset_ms=0, windows=Windows(), limit=100)
            for sending in claimed.sendings:
                self._take(sending)
            for withdrawal in () if self.keeps else claimed.withdrawals:
                self.cancel(withdrawal.venue_order_id)
            if not claimed.sendings and (self.keeps or not claimed.withdrawals):
                return

    def _take(self, sending: Sending) -> None:
        if self.refuses:
            no, self.refuses = self.refuses, None
            self._tell(Answered(sending, no))
            return
        order = venue_order(sending, f"v{len(self.sent)}")
        if order.side is Side.SELL:
            assert order.quantity + self.selling() <= self.held, "it asks for more than the account has"
        assert order.client_order_id not in self.sent
        self.sent.append(order.client_order_id)
        self.orders[order.client_order_id] = order
        self.lines[order.client_order_id] = Intent.objects.get(pk=sending.intent_pk).line or 0
        if sending.request.limit_price is None or sending.request.time_in_force is TimeInForce.IOC:
            self.takers.add(self.lines[order.client_order_id])
        if self.silent:
            self.silent = False
            return
        self._tell(Answered(sending, Accepted(order)))

    def cancel(self, venue_order_id: str) -> None:
        """It ends there, whoever asked for it."""
        for name, order in self.orders.items():
            if order.venue_order_id == venue_order_id and order.status is VenueStatus.OPEN:
                self.orders[name] = replace(order, status=VenueStatus.CANCELLED)
                self._tell(self.orders[name])

    def resting(self) -> dict[int, VenueOrder]:
        """Line's number -> its open order."""
        return {self.lines[name]: order for name, order in self.orders.items() if order.status is VenueStatus.OPEN}

    def fill(self, number: int, quantity, price, *, fee=None, fee_currency="USDT", twice=False) -> None:
        """So much of a line trades; twice: the news of it comes again."""
        name = next(n for n, each in self.lines.items() if each == number and self.orders[n].status is VenueStatus.OPEN)
        order, got, self.trades = self.orders[name], Decimal(quantity), self.trades + 1
        done = order.executed + got
        status = VenueStatus.FILLED if done == order.quantity else VenueStatus.OPEN
        self.orders[name] = replace(order, executed=done, status=status)
        self.held += got if order.side is Side.BUY else -got
        self.held -= fee if fee_currency != "USDT" else 0
        usual = (got * Decimal(price) * FEE).quantize(Decimal("0.00000001"), rounding="ROUND_UP")
        paid = format(usual if fee is None else fee, "f")
        piece = trade(order, self.trades, str(got), str(price), fee=paid, fee_currency=fee_currency)
        for _time in range(1 + twice):
            self._tell(self.orders[name], piece)

    def selling(self) -> Decimal:
        """What all that sell there may still sell."""
        sells = (order for order in self.resting().values() if order.side is Side.SELL)
        return sum((order.quantity - order.executed for order in sells), Decimal(0))

    def fill_takers(self) -> None:
        """What buys at the market does, at its limit."""
        for number in self.takers & self.resting().keys():
            order = self.resting()[number]
            self.fill(number, order.quantity, order.limit_price)

    def meet(self, candle: Candle, held: int) -> None:
        """What rests meets a candle as on paper; market orders have waited for it. Each fill comes in two parts; the
        second of a resting order stays away where it `halves`.
        """
        met = meet_lines(list(self._lines()), held=held, candle=candle, costs=PAPER_COSTS)
        for one in met.fills:
            whole = candle.instrument.quantity_of(one.steps)
            price, part = candle.instrument.price_of(one.ticks), candle.instrument.quantity_of(one.steps // 3)
            notional = notional_minor(one.ticks, one.steps, candle.instrument.minor_per_tick_step)
            fee = Decimal(fee_minor(notional, one.ppm)) / 10**8
            rest = 0 if self.halves and one.line.number not in self.takers else whole - part
            for quantity, paid in ((part, Decimal(0)), (rest, fee)):
                if quantity:
                    self.fill(one.line.number, quantity, price, fee=paid, twice=True)
        for line, _why in met.lapsed:
            self.expire(line.number)

    def _tell(self, *news: News) -> None:
        learn(desk=self.desk, news=list(news), markets=MARKETS)

    def _lines(self) -> Iterator[Line]:
        for number, order in self.resting().items():
            intent = Intent.objects.get(portfolio_id=self.desk.portfolio_pk, line=number)
            told, limit = json.loads(json.dumps(intent.spec)), order.limit_price
            rest = order.quantity - order.executed
            working = WorkingOrder(
                0, intent.public_id, 0, 0, None, None, "", "", rest, limit, None, None, Decimal(0), 0
            )
            yield Line(working, number, order.side, is_new=number not in self.met, **told)
            self.met.add(number)

    def forget(self, name: str) -> None:
        """That order never arrived."""
        del self.orders[name], self.lines[name]

    def reconcile(self) -> None:
        """What is unknown is looked for, twice, as the trader does when enough time has passed."""
        for later in (60, 120):
            at = clock.now() + timedelta(seconds=later)
            absent = [one for one in unknown_attempts(self.desk) if one.client_order_id not in self.orders]
            self._tell(*(order for order in self.orders.values()))
            note_absent(desk=self.desk, attempts=absent, looked_at=at, windows=Windows())

    def expire(self, number: int) -> None:
        """What fills at once or not at all came to nothing."""
        name = next(n for n, each in self.lines.items() if each == number)
        self.orders[name] = replace(self.orders[name], status=VenueStatus.EXPIRED)
        self._tell(self.orders[name])


def given_keeper(name, ids, *, desk=None, **parameters):
    """A bot that keeps orders at a practice exchange, or at this desk's, and its venue."""
    desk = desk or given_desk(cash="100000")
    portfolio = Portfolio.objects.select_related("owner", "connection").get(pk=desk.portfolio_pk)
    set_limits(portfolio=portfolio, **WIDE)
    return bot_of(portfolio, name, ids, **parameters), Venue(desk)


def turn(slot_ms, venue=None) -> None:
    """The ring works one slot at its close; then the venue hears of it."""
    with without_kick(), clock.at(clock.from_ms(slot_ms + HOUR.ms)):
        run_cycle(timeframe=HOUR, slot_ms=slot_ms)
        if venue:
            venue.pump()


def desk_of(bot) -> KeptDesk:
    return KeptDesk.objects.get(bot=bot)
