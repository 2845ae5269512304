"""Runs in the peers' environment, with none of ours: `peer_runs.py WHAT ARRAYS.npz` prints one JSON object.

The same bars, the same entries and exits, the same sizes, stops, targets and fees as our run; see backtest.py.
"""

import json
import sys
import time
import warnings

import numpy as np

REPEATS = 5


def vectorbt_run(a):
    """Median seconds of a warm run with trades and equity, and what it came to."""
    portfolio, times = None, []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        portfolio = vectorbt_portfolio(a, a["entries"], a["exits"], a["sizes"])
        trades, value = portfolio.trades.records, portfolio.value()
        times.append(time.perf_counter() - began)
    rows = trades[["entry_idx", "exit_idx", "entry_price", "exit_price", "status"]].to_numpy().tolist()
    return {"seconds": float(np.median(times[1:])), "trades": rows, "equity": float(value.iloc[-1])}


def vectorbt_portfolio(a, entries, exits, sizes):
    """A portfolio by signals; what is asked for at a close fills at the next open."""
    import pandas as pd
    import vectorbt as vbt
    from vectorbt.portfolio.enums import StopEntryPrice, StopExitPrice

    index = pd.date_range("2024-01-01", periods=len(a["close"]), freq="min")
    prices = {name: pd.Series(a[name], index=index) for name in ("open", "high", "low", "close")}
    return vbt.Portfolio.from_signals(
        entries=entries,
        exits=exits,
        size=sizes,
        price=prices["open"],
        fees=float(a["fee"]),
        sl_stop=float(a["stop"]),
        tp_stop=float(a["target"]),
        stop_entry_price=StopEntryPrice.Price,
        stop_exit_price=StopExitPrice.StopMarket,
        init_cash=float(a["cash"]),
        freq="min",
        **prices,
    )


def vectorbt_pairs(a):
    """Seconds for all pairs of windows, signals included, warm; the final equity of each."""
    import vectorbt as vbt  # noqa: F401  # its import is not measured

    vectorbt_portfolio({**a, **{name: a[name][:500] for name in ("open", "high", "low", "close")}}, *few(a, 500))
    began = time.perf_counter()
    import pandas as pd

    close = pd.Series(a["close"])
    averages = {int(n): close.rolling(int(n)).mean().to_numpy() for n in {*a["fasts"], *a["slows"]}}
    ends = []
    pairs = [(int(fast), int(slow)) for fast in a["fasts"] for slow in a["slows"]]
    for first in range(0, len(pairs), 25):  # all at once they need tens of gigabytes
        entries, exits = [], []
        for fast, slow in pairs[first : first + 25]:
            above = averages[fast] > averages[slow] * (1 + float(a["band"]))
            above[:slow] = False
            turned = np.diff(above.astype(np.int8), prepend=0)
            entries.append(np.concatenate(([False], turned[:-1] == 1)))
            exits.append(np.concatenate(([False], turned[:-1] == -1)))
        portfolio = vectorbt_portfolio(a, np.column_stack(entries), np.column_stack(exits), a["sizes"][:, None])
        portfolio.trades.records  # noqa: B018  # made when it is asked for
        ends += [float(value) for value in portfolio.value().iloc[-1]]
    return {"seconds": time.perf_counter() - began, "equity": ends, "mb": peak_mb()}


def few(a, count):
    """Signals and size of a short run that compiles everything."""
    entries = np.zeros((count, 2), dtype=bool)
    entries[100] = True
    return entries, np.roll(entries, 50, axis=0), a["sizes"][:count, None]


def backtesting_run(a):
    """Seconds of one run, and what it came to. It compiles nothing, so none is needed before."""
    import backtesting.backtesting as backtesting
    import pandas as pd
    from backtesting import Backtest, Strategy

    entries, exits, sizes = np.roll(a["entries"], -1), np.roll(a["exits"], -1), np.roll(a["sizes"], -1)
    stop, target, close = float(a["stop"]), float(a["target"]), a["close"]

    class Replayed(Strategy):
        """Asks for what our run asks for."""

        def init(self):
            """Nothing to prepare."""

        def next(self):
            """One candle has closed."""
            at = len(self.data) - 1
            if entries[at] and not self.position:
                price = close[at]
                self.buy(size=int(sizes[at]), sl=price * (1 - stop), tp=price * (1 + target))
            elif exits[at] and self.position:
                self.position.close()

    index = pd.date_range("2024-01-01", periods=len(close), freq="min")
    frame = pd.DataFrame({name.title(): a[name] for name in ("open", "high", "low", "close")}, index=index)
    test = Backtest(frame, Replayed, cash=float(a["cash"]), commission=float(a["fee"]), finalize_trades=False)
    backtesting._tqdm = lambda steps, **_: steps  # no bar of progress
    began = time.perf_counter()
    stats = test.run()
    seconds = time.perf_counter() - began
    trades = stats["_trades"][["EntryBar", "ExitBar", "EntryPrice", "ExitPrice"]].to_numpy().tolist()
    return {"seconds": seconds, "trades": trades, "equity": float(stats["_equity_curve"]["Equity"].iloc[-1])}


def peak_mb():
    """The most memory that this process had; `getrusage` would count what its parent had when it was forked."""
    lines = open("/proc/self/status").read().splitlines()  # noqa: SIM115, PTH123  # a script of a few lines
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    arrays = dict(np.load(sys.argv[2]))
    runs = {"vectorbt": vectorbt_run, "vectorbt_pairs": vectorbt_pairs, "backtesting": backtesting_run}
    print(json.dumps(runs[sys.argv[1]](arrays)))
