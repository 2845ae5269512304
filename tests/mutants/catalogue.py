"""Faults that a hand or a tool might make where money is counted, each with the tests that must see it.

A mutant replaces one piece of text, which its file holds once. The working tree is never touched: see `planting.py`.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOKS = "credits/ledger/sql/books.sql"
ENTRIES = "tests/credits/test_ledger_entries.py"
GUARDS = "tests/credits/test_ledger_guards.py::test_the_owner_of_the_tables_cannot_either"
BALANCE = (
    "tests/credits/test_ledger_guards.py::test_an_unbalanced_posting_is_caught_at_commit_even_if_the_guards_are_off"
)
MARKS = "tests/credits/test_metering_marks.py"
WARNINGS = "tests/credits/test_metering_warnings.py"
FILLS = "tests/trading/test_fills_rules.py"
LOTS = "tests/trading/test_fills_lots.py"
GATE = "tests/trading/test_risk_gate.py"
SETTLE = "tests/trading/test_execution_settle.py"
CHILDREN = "tests/trading/test_algorithms_examples.py"
FEES = "tests/trading/test_execution_fees.py"
SIZING = "tests/trading/test_risk_prices.py"
STOP = "tests/trading/test_execution_stop.py"
SENDING = "tests/trading/test_orders_sending.py"
UNKNOWN = "tests/trading/test_orders_unknown.py"
LEARNING = "tests/trading/test_orders_learning.py"


@dataclass(frozen=True)
class Mutant:
    """`old` becomes `new` in `file`; `tests` (a file, or a test in it) must fail by it."""

    name: str
    file: str
    old: str
    new: str
    tests: str

    def text(self) -> str:
        """The file with the fault in it. Raises LookupError unless the file holds `old` exactly once."""
        text = (ROOT / self.file).read_text()
        if text.count(self.old) != 1:
            raise LookupError(f"{self.file} holds {text.count(self.old)} times what mutant '{self.name}' replaces")
        return text.replace(self.old, self.new)


def _rule(name: str) -> str:
    return f"trading/risk/rules/{name}.py"


LEDGER = (
    Mutant("anybody writes the books", BOOKS, "'') <> 'on' THEN", "'') = 'off' THEN", GUARDS),
    Mutant(
        "postings can be changed",
        BOOKS,
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.credits_ledger_posting",
        "BEFORE TRUNCATE ON {schema}.credits_ledger_posting",
        GUARDS,
    ),
    Mutant("a cent may be missing", BOOKS, "HAVING sum(p.amount) <> 0", "HAVING abs(sum(p.amount)) > 0.01", BALANCE),
    Mutant("currencies mix", BOOKS, "GROUP BY a.currency HAVING", "GROUP BY p.entry_id HAVING", ENTRIES),
    Mutant("a key means anything", BOOKS, "WHERE e.fingerprint <>", "WHERE false AND e.fingerprint <>", ENTRIES),
    Mutant("finer than a millionth", BOOKS, "round(m.value::numeric, 6)", "round(m.value::numeric, 9)", ENTRIES),
    Mutant(
        "a retry books again",
        BOOKS,
        "e.idempotency_key = f.key AND e.id = ANY (new_ids),",
        "e.idempotency_key = f.key,",
        ENTRIES,
    ),
    Mutant("last in, first out", BOOKS, "o.account_id ORDER BY o.id)", "o.account_id ORDER BY o.id DESC)", ENTRIES),
)
METERING = (
    Mutant("losses lower the mark", "credits/metering/marks.py", "max(standing.mark, cumulative)", "cumulative", MARKS),
    Mutant("more than there is", "credits/metering/marks.py", "min(worth, standing.available)", "worth", MARKS),
    Mutant("another profit of a fill", "credits/metering/services.py", ".profit != amount:", ".profit is None:", MARKS),
    Mutant(
        "wallets are not locked",
        "credits/metering/services.py",
        "kind, lock=True)",
        "kind)",
        "tests/credits/test_credits_hammer.py::test_100_profits_at_once_never_consume_more_than_the_balance",
    ),
    Mutant("a level is told again", "credits/metering/services.py", "crossed > level(", "crossed >= level(", WARNINGS),
)
RULES, FIFO = "trading/fills/rules.py", "trading/fills/lots.py"
FILL = (
    Mutant(
        "fees are rounded down", RULES, "-(-(total % whole * part) // whole)", "total % whole * part // whole", FILLS
    ),
    Mutant(
        "64 bits overflow", RULES, "(one and other > INT64_MAX // one)", "(one and other - 1 > INT64_MAX // one)", FILLS
    ),
    Mutant("a touched limit fills", RULES, "low >= limit_ticks", "low > limit_ticks", FILLS),
    Mutant("a gap fills at the stop", RULES, "slipped(closing, open_,", "slipped(closing, stop_ticks,", FILLS),
    Mutant("the target comes first", RULES, "target == open_ != target_ticks", "target", FILLS),
    Mutant("a touched stop waits", RULES, "price <= stop_ticks if", "price < stop_ticks if", FILLS),
    Mutant(
        "shares lose a unit",
        FIFO,
        "share_of(proceeds, taken, steps) if left else unpaid",
        "share_of(proceeds, taken, steps)",
        LOTS,
    ),
    Mutant("a lot keeps its cost", FIFO, "Lot(still, last.cost - closes[-1].cost)", "Lot(still, last.cost)", LOTS),
)
REFERENCE = "tests/strategies/test_backtest_reference.py"
SIZED = f"{REFERENCE}::test_an_entry_is_sized_as_the_gate_sizes_it_for_a_bot"
UNCOMPILED = f"{REFERENCE}::test_compiled_and_plain_the_loop_writes_the_same"
ENGINE = "strategies/backtest/engine"
BACKTEST = (
    Mutant(
        "a backtest forgets the risk of a trade",
        f"{ENGINE}/sizes.py",
        "return min(steps, share_of(equity, risked, PPM) // loss) if loss else steps",
        "return steps",
        SIZED,
    ),
    Mutant(
        "a backtest rounds its stop away",
        f"{ENGINE}/entries.py",
        "max(close - side * away(close, row.stop_bps), 1)",
        "max(close - side * away(close, row.stop_bps) - 1, 1)",
        SIZED,
    ),
    Mutant(
        "a backtest asks in a candle that was invented",
        f"{ENGINE}/loop.py",
        "columns.asked[i, a] != KEEP and not columns.filled[i, a]",
        "columns.asked[i, a] != KEEP",
        UNCOMPILED,
    ),
    Mutant(
        "an entry with a stop that moves chases",
        "trading/execution/services/held.py",
        "if held.order.bot_id and missed_its_open",
        "if not held.order.bot_id and missed_its_open",
        "tests/trading/test_execution_moves.py::test_an_entry_that_misses_its_open_expires_as_a_plain_one_does",
    ),
)
RUNNING = "trading/algorithms/running.py"
ALGORITHMS = (
    Mutant("children are more than the total", RUNNING, "wish.most, left)", "wish.most)", CHILDREN),
    Mutant("a pause pauses nothing", RUNNING, "state.paused is not None or now_ms <", "now_ms <", CHILDREN),
    Mutant("crumbs are left", RUNNING, "0 < left - steps < least", "left < 0", CHILDREN),
    Mutant(
        "a limit binds nobody",
        RUNNING,
        "market is None or parent.beyond_limit(market.ticks)",
        "market is None",
        CHILDREN,
    ),
    Mutant(
        "volume counts twice", RUNNING, "counted_ms=max(state.counted_ms, now_ms)), (child,))", "), (child,))", CHILDREN
    ),
    Mutant(
        "skip catches up",
        "trading/algorithms/planned.py",
        "return min(plan.steps[turn], left)",
        "return left",
        CHILDREN,
    ),
    Mutant("the last rest is lost", "trading/algorithms/apportion.py", "found[last] += waiting", "pass", CHILDREN),
)
RISK = (
    Mutant("one loss too far", _rule("daily_loss"), "loss_pct < limits", "loss_pct <= limits", GATE),
    Mutant("a share is of what is new", _rule("position_share"), "AtMost(cap - held", "AtMost(cap", GATE),
    Mutant(
        "the fee is not paid for",
        _rule("cash"),
        "book.cash_free * PPM / (PPM + proposal.fee_ppm)",
        "book.cash_free",
        GATE,
    ),
    Mutant("entries at the profit limit", _rule("profit_limit"), "potential > ZERO", "potential >= ZERO", GATE),
    Mutant("the last cap wins", "trading/risk/gate.py", "ruling.notional < allowed", "ruling.notional < wanted", GATE),
    Mutant(
        "the risk is of the close",
        "trading/risk/gate.py",
        "limit_price - prices.stop_price_of",
        "proposal.price - prices.stop_price_of",
        GATE,
    ),
    Mutant("stops are rounded away", "trading/risk/prices.py", "rounding=ROUND_UP", "rounding=ROUND_DOWN", SIZING),
)
EXECUTION = (
    Mutant(
        "entries chase",
        "trading/execution/services/held.py",
        "order.slot_ms + timeframe.ms",
        "order.slot_ms + 9 * timeframe.ms",
        SETTLE,
    ),
    Mutant(
        "a stop pays the maker's fee",
        "trading/execution/paper.py",
        "if leg == rules.STOP else",
        "if leg != rules.STOP else",
        FEES,
    ),
    Mutant(
        "nothing is reserved",
        "trading/execution/services/record.py",
        "    reserve(reserved)\n",
        "    reserve({})\n",
        SETTLE,
    ),
    Mutant(
        "an expired entry keeps its cash",
        "trading/execution/services/closing.py",
        "    release(freed)\n",
        "    release({})\n",
        SETTLE,
    ),
    Mutant(
        "an exit leaves its stop",
        "trading/execution/services/closing.py",
        "_withdraw(Intent.Purpose.PROTECT, exits)",
        "_withdraw(Intent.Purpose.EXIT, exits)",
        SETTLE,
    ),
    Mutant(
        "placed twice",
        "trading/execution/services/place.py",
        "WHERE i.state = 'recorded' ORDER",
        "WHERE i.state IN ('recorded', 'acked') ORDER",
        SETTLE,
    ),
    Mutant(
        "a stop keeps the entry",
        "trading/execution/services/stop.py",
        "AND i.purpose = 'entry' AND (i.bot_id",
        "AND i.purpose = 'exit' AND (i.bot_id",
        STOP,
    ),
    Mutant(
        "profit before the fee",
        "trading/portfolio/services/booking.py",
        "execution.notional_minor * way - execution.fee_minor",
        "execution.notional_minor * way",
        SETTLE,
    ),
)
PROTOCOL = (
    Mutant(
        "a writer without the lease sends",
        "trading/execution/services/sending.py",
        "WHERE l.connection_id = %s AND l.epoch = %s",
        "WHERE l.connection_id = %s AND l.epoch >= %s",
        SENDING,
    ),
    Mutant(
        "an exit beside its stop",
        "trading/execution/services/sending.py",
        "            blocked.add(position)\n",
        "            blocked.discard(position)\n",
        SENDING,
    ),
    Mutant(
        "live money without the platform's yes",
        "trading/connections/selectors.py",
        "Yes.PLATFORM: bool(settings.LIVE_TRADING)",
        "Yes.PLATFORM: True",
        SENDING,
    ),
    Mutant(
        "absence counts inside the window",
        "trading/execution/services/resolving.py",
        "absences = 0 AND valid_until <= %s",
        "absences = 0 AND sent_at <= %s",
        UNKNOWN,
    ),
    Mutant(
        "one look is enough",
        "trading/execution/services/resolving.py",
        "absences > 0 AND absent_at <= %s",
        "valid_until <= %s",
        UNKNOWN,
    ),
    Mutant(
        "an order ends before its fills are booked",
        "trading/execution/services/finishing.py",
        "if executed > known.booked:",
        "if executed < known.booked:",
        LEARNING,
    ),
    Mutant(
        "a fee in the asset is forgotten",
        "trading/portfolio/services/booking.py",
        "quantity = execution.quantity * way - execution.base_fee",
        "quantity = execution.quantity * way",
        LEARNING,
    ),
    Mutant(
        "a refused exit is given up",
        "trading/execution/services/learning.py",
        'return sending.purpose == "exit" and',
        'return sending.purpose == "entry" and',
        LEARNING,
    ),
)
MUTANTS = (*LEDGER, *METERING, *FILL, *BACKTEST, *ALGORITHMS, *RISK, *EXECUTION, *PROTOCOL)
# Other code that does the same: planting alone must not make a test fail.
HARMLESS = Mutant("nothing changes", RULES, "low >= limit_ticks", "not low < limit_ticks", FILLS)
