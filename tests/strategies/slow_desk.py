"""The desk of a manager again, in Decimal, dictionaries and lists: slow, and written from the rules alone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_UP, Decimal

from strategies.catalog import desk as its

MINOR = Decimal("0.00000001")
TEN_THOUSAND, MILLION = Decimal(10_000), Decimal(1_000_000)


@dataclass
class Order:
    side: int
    kind: int
    limit: Decimal
    size: Decimal
    tag: int
    takes: bool
    cost: Decimal = Decimal(0)


@dataclass
class Lot:
    size: Decimal
    price: Decimal
    cost: Decimal  # with what is left of the fee
    bar: int
    tag: int


class SlowDesk:
    def __init__(self, instrument, costs, collar_bps, funds):
        self.one, self.costs, self.collar, self.cash = instrument, costs, collar_bps, funds
        self.funds = funds
        self.orders: dict[int, Order] = {}
        self.lots: list[Lot] = []
        self.told: dict[int, tuple] = {}
        self.stopped = False
        self.trades, self.bar = [], 0

    def fee(self, worth, taker):
        ppm = self.costs.taker_ppm if taker else self.costs.maker_ppm
        return (worth * ppm / MILLION).quantize(MINOR, rounding=ROUND_UP)

    def worst_cost(self, order):
        worth = order.limit * order.size
        return worth + max(self.fee(worth, True), self.fee(worth, False))

    def slipped(self, side, price):
        way = ROUND_CEILING if side > 0 else ROUND_FLOOR
        moved = price * (1 + side * self.costs.slippage_bps / TEN_THOUSAND)
        return max((moved / self.one.tick).to_integral_value(rounding=way) * self.one.tick, self.one.tick)

    @property
    def held(self):
        return sum((lot.size for lot in self.lots), Decimal(0))

    def meet(self, open_, high, low, close, moment_ms):
        self.bar_prices, self.now, self.stopped = (open_, high, low, close), moment_ms, False
        stops = [order.limit for order in self.orders.values() if order.kind == its.STOP]
        stop = max(stops, default=None)
        for slot, order in sorted(self.orders.items()):
            if order.kind != its.STOP:
                self.open(slot, order, open_)
        if stop is not None and open_ <= stop:
            self.stop(open_)
            return
        touched = stop is not None and low <= stop
        for slot, order in sorted(self.orders.items()):
            if (
                order.kind == its.LIMIT
                and order.side > 0
                and low < order.limit
                and not (touched and order.limit <= stop)
            ):
                self.fill(slot, order, order.limit, taker=False)
        if touched:
            self.stop(stop)
            return
        for slot, order in sorted(self.orders.items()):
            if order.kind == its.LIMIT and order.side < 0 and high > order.limit:
                self.fill(slot, order, order.limit, taker=False)

    def open(self, slot, order, open_):
        if not order.takes:
            if (open_ < order.limit) if order.side > 0 else (open_ > order.limit):
                self.fill(slot, order, open_, taker=False)
            return
        order.takes, price = False, self.slipped(order.side, open_)
        if not order.limit or ((price <= order.limit) if order.side > 0 else (price >= order.limit)):
            self.fill(slot, order, price, taker=True)
        elif order.kind == its.MARKET:
            del self.orders[slot]
            self.told[slot] = (order.side, 0, 0, its.COLLARED)

    def stop(self, price):
        self.stopped = True
        for slot, order in sorted(self.orders.items()):
            if order.kind == its.STOP and self.held:
                order.size = self.held
                self.fill(slot, order, self.slipped(-1, price), taker=True, keep=True)
        self.orders = {}

    def fill(self, slot, order, price, *, taker, keep=False):
        worth = price * order.size
        fee = self.fee(worth, taker)
        if order.side > 0:
            self.cash -= worth + fee
            self.lots.append(Lot(order.size, price, worth + fee, self.bar, order.tag))
        else:
            self.cash += worth - fee
            cause = {its.STOP: "stop", its.LIMIT: "target"}.get(order.kind, "signal")
            self.close(order, price, worth - fee, cause)
        self.told[slot] = (order.side, order.size, price, 0)
        if not keep:
            del self.orders[slot]

    def close(self, order, price, proceeds, cause):
        mine = [lot for lot in self.lots if order.tag and lot.tag == order.tag]
        queue = mine + [lot for lot in self.lots if not any(lot is other for other in mine)]
        left, unpaid = order.size, proceeds
        for lot in queue:
            if left:
                taken = min(lot.size, left)
                left -= taken
                cost = lot.cost if taken == lot.size else self.share(lot.cost, taken, lot.size)
                share = self.share(proceeds, taken, order.size) if left else unpaid
                unpaid -= share
                lot.cost -= cost
                lot.size -= taken
                self.trades.append((taken, lot.bar, self.bar, lot.price, price, share - cost, cause))
        self.lots = [lot for lot in self.lots if lot.size]

    @staticmethod
    def share(total, part, whole):
        return (total * part / whole).quantize(MINOR, rounding=ROUND_DOWN if total >= 0 else ROUND_FLOOR)

    def worth(self):
        return self.cash + self.held * self.bar_prices[3]

    def tell(self, desk, orders):
        """What the step sees, in whole numbers."""
        ticks = [int(price / self.one.tick) for price in self.bar_prices]
        cost = sum((lot.cost for lot in self.lots), Decimal(0))
        free = self.cash - sum((order.cost for order in self.orders.values()), Decimal(0))
        desk[[its.NOW_MS, its.OPEN, its.HIGH, its.LOW, its.CLOSE]] = [self.now, *ticks]
        desk[[its.CASH, its.FREE, its.COST, its.EQUITY]] = [
            int(a / MINOR) for a in (self.cash, free, cost, self.worth())
        ]
        desk[its.HELD], desk[its.STOPPED] = int(self.held / self.one.step), self.stopped
        desk[its.FILLS] = sum(1 for _s, got, _p, _w in self.told.values() if got)
        desk[its.LAPSED] = sum(1 for *_rest, why in self.told.values() if why)
        for slot, (_side, got, price, why) in self.told.items():
            orders[slot, its.GOT], orders[slot, its.PRICE] = int(got / self.one.step), int(price / self.one.tick)
            orders[slot, its.WHY] = why
        for slot in range(len(orders)):
            orders[slot, its.STEPS] = int(self.orders[slot].size / self.one.step) if slot in self.orders else 0

    def hear(self, orders):
        """What the step wrote."""
        self.told, free, loose = {}, self.cash, self.held
        orders[:, [its.GOT, its.PRICE, its.WHY]] = 0
        for slot, row in enumerate(orders):
            if row[its.STEPS] <= 0:
                self.orders.pop(slot, None)
                continue
            if row[its.FRESH] or slot not in self.orders:
                self.orders[slot] = self.placed(row)
            order = self.orders[slot]
            why = 0
            if order.kind == its.STOP:
                continue
            if order.side < 0 and order.size > loose:
                why = its.NOT_HELD
            elif order.side > 0 and order.limit * order.size < self.one.min_notional:
                why = its.TOO_SMALL
            elif order.side > 0 and order.cost > free:
                why = its.NO_CASH
            row[its.FRESH] = 0
            if why:
                del self.orders[slot]
                self.told[slot] = (order.side, Decimal(0), Decimal(0), why)
            elif order.side < 0:
                loose -= order.size
            else:
                free -= order.cost

    def placed(self, row):
        close, side, kind = self.bar_prices[3], int(row[its.SIDE]), int(row[its.KIND])
        limit, size = self.one.price_of(row[its.TICKS]), self.one.quantity_of(row[its.STEPS])
        takes = kind == its.LIMIT and (close <= limit if side > 0 else close >= limit)
        if kind == its.MARKET:
            collar = (close * (1 + self.collar / TEN_THOUSAND) / self.one.tick).to_integral_value(rounding=ROUND_FLOOR)
            limit, takes = (collar * self.one.tick if side > 0 else Decimal(0)), True
        order = Order(side, kind, limit, size, int(row[its.TAG]), takes)
        order.cost = self.worst_cost(order) if side > 0 else Decimal(0)
        return order
