"""An engine of its own in Decimal and plain loops, written from the rules' text: what the fast one is held against.

One asset or several, longs and shorts, fixed stop and target, percentages and amounts; no moves, funding or models.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from operator import itemgetter

MINOR = Decimal("0.00000001")
BPS = Decimal(10_000)
PPM = Decimal(1_000_000)
BY_ASSET = itemgetter(0)

HOURS_A_DAY = 24  # its bars are hours, the first at midnight


def grid(value, unit, rounding):
    return (value / unit).to_integral_value(rounding=rounding) * unit


@dataclass
class Held:
    side: int
    size: Decimal
    price: Decimal
    fee: Decimal
    stop: Decimal
    target: Decimal
    bar: int
    lock: Decimal
    leaving: bool = False
    lent: Decimal = Decimal(0)
    met: list = field(default_factory=list)


class SlowEngine:
    def __init__(self, instruments, terms):
        self.instruments, self.terms = instruments, terms
        self.cash, self.locked = terms.capital, Decimal(0)
        self.held, self.wanted, self.trades, self.equity = {}, {}, [], []

    def run(self, bars, asked, finer=None):
        """bars: by asset (open, high, low, close, traded) rows in Decimal. Trades and equity are then in `self`.

        finer: by asset and bar the (high, low) of the candles inside it, None for one that is missing.
        """
        self.finer = finer or [[[] for _ in rows] for rows in bars]
        for i in range(len(bars[0])):
            now = [rows[i] for rows in bars]
            if i % HOURS_A_DAY == 0:
                self.lend(now)
            for a, held in sorted(self.held.items(), key=BY_ASSET):
                if held.leaving and now[a][4]:
                    held.met.append(now[a][0])
                    self.close(a, i, self.slip(-held.side, now[a][0]), "taker", "signal")
            for a, want in sorted(self.wanted.items(), key=BY_ASSET):
                self.enter(a, i, want, now[a])
            for a, held in sorted(self.held.items(), key=BY_ASSET):
                if now[a][4]:
                    self.meet(a, i, held, now[a])
            self.equity.append(self.cash + sum(h.side * h.size * now[a][3] for a, h in self.held.items()))
            for a in range(len(bars)):
                if asked[a][i] != 2 and now[a][4]:
                    self.decide(a, i, int(asked[a][i]), now[a][3])

    def lend(self, now):
        rate = grid(self.terms.borrow_pct / 100 / 365, MINOR, ROUND_DOWN)
        for a, held in self.held.items():
            if held.side < 0:
                paid = grid(now[a][0] * held.size * rate, MINOR, ROUND_CEILING)
                self.cash -= paid
                held.lent += paid

    def slip(self, side, price):
        tick = self.instruments[0].tick
        worse = grid(price * self.terms.costs.slippage_bps / BPS, tick, ROUND_CEILING)
        return max(price + side * worse, tick)

    def fee(self, notional, kind):
        rate = self.terms.costs.taker_ppm if kind == "taker" else self.terms.costs.maker_ppm
        return grid(notional * rate / PPM, MINOR, ROUND_CEILING)

    def close(self, a, i, price, kind, cause):
        held = self.held.pop(a)
        fee = self.fee(price * held.size, kind)
        self.cash += held.side * price * held.size - fee
        self.locked -= held.lock
        profit = held.side * (price - held.price) * held.size - fee - held.fee - held.lent
        against = max([held.side * (held.price - p) for p in held.met] + [Decimal(0)])
        towards = max([held.side * (p - held.price) for p in held.met] + [Decimal(0)])
        self.trades.append((a, held.side, held.size, held.bar, i, held.price, price, profit, cause, against, towards))

    def enter(self, a, i, want, bar):
        side, size, limit, stop, target, _reserved, meant = want
        if i > meant:
            del self.wanted[a]
            return
        if not bar[4]:
            return
        del self.wanted[a]
        price = self.slip(side, bar[0])
        if side * (price - limit) > 0:
            return
        fee = self.fee(price * size, "taker")
        if self.free() < price * size + fee:
            return
        self.cash -= side * price * size + fee
        lock = 2 * price * size if side < 0 else Decimal(0)
        self.locked += lock
        self.held[a] = Held(side, size, price, fee, stop, target, i, lock)

    def meet(self, a, i, held, bar):
        open_, high, low, _close, _traded = bar
        best, worst = (high, low) if held.side > 0 else (low, high)
        held.met.append(open_)
        if held.stop and held.side * (open_ - held.stop) <= 0:
            self.close(a, i, self.slip(-held.side, open_), "taker", "stop")
        elif held.target and held.side * (open_ - held.target) > 0:
            self.close(a, i, open_, "maker", "target")
        elif held.stop and held.side * (worst - held.stop) <= 0:
            worst = self.before_target(held, open_, self.finer[a][i])
            if worst:
                held.met += [held.target, worst]
                self.close(a, i, held.target, "maker", "target")
            else:
                held.met.append(held.stop)
                self.close(a, i, self.slip(-held.side, held.stop), "taker", "stop")
        elif held.target and held.side * (best - held.target) > 0:
            held.met += [held.target, worst]
            self.close(a, i, held.target, "maker", "target")
        else:
            held.met += [high, low]

    def before_target(self, held, open_, candles):
        """The worst price before the target was passed, if the candles inside the bar show that it came first."""
        met = [open_]
        for candle in candles:
            best, worst = candle or (0, 0)
            if held.side < 0:
                best, worst = worst, best
            if not candle or not held.target or held.side * (worst - held.stop) <= 0:
                return None
            met.append(worst)
            if held.side * (best - held.target) > 0:
                return min(met) if held.side > 0 else max(met)
        return None

    def free(self):
        return self.cash - self.locked - sum(want[5] for want in self.wanted.values())

    def decide(self, a, i, stance, close):
        held = self.held.get(a)
        if held and stance != held.side:
            held.leaving = True
        if stance and (not held or stance != held.side) and a not in self.wanted:
            self.want(a, i, stance, close, held)

    def want(self, a, i, side, close, held):
        terms, one, equity = self.terms, self.instruments[a], self.equity[-1]
        occupied = len(self.held.keys() | self.wanted.keys()) - bool(held)
        if equity <= 0 or occupied >= terms.positions_max:
            return
        nearer = ROUND_FLOOR if side > 0 else ROUND_CEILING
        further = ROUND_CEILING if side > 0 else ROUND_FLOOR
        limit = max(grid(close * (BPS + side * terms.collar_bps) / BPS, one.tick, nearer), one.tick)
        stop = target = Decimal(0)
        if terms.stop_bps:
            stop = max(grid(close * (BPS - side * terms.stop_bps) / BPS, one.tick, further), one.tick)
        if terms.target_bps:
            target = grid(close * (BPS + side * terms.target_bps) / BPS, one.tick, nearer)
        free = self.free()
        if held:
            worth = limit * held.size
            free += held.side * worth - self.fee(worth, "taker") + held.lock
        caps = [terms.order_max, equity * terms.position_pct / 100, max(free, 0) * PPM / (PPM + terms.costs.taker_ppm)]
        if terms.size.sizing == "fixed":
            caps.append(terms.size.amount)
        elif terms.size.sizing == "share":
            caps.append(equity * terms.size.percent / 100)
        sizes = [cap / limit for cap in caps]
        if stop:
            sizes.append(equity * terms.risk_pct / 100 / abs(limit - stop))
        if terms.size.sizing == "risk":
            sizes.append(equity * terms.size.percent / 100 / abs(limit - stop))
        size = grid(min(sizes), one.step, ROUND_DOWN)
        if size <= 0 or size * limit < one.min_notional:
            return
        reserved = Decimal(0) if held else size * limit + self.fee(size * limit, "taker")
        self.wanted[a] = (side, size, limit, stop, target, reserved, i + 1)
