"""What the dashboard shows, as frozen values: numbers stay numbers here and get their form in the template."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar
from uuid import UUID

from cryptouniverse.kernel.ids import new_id
from cryptouniverse.web.charts import Band, Range, Spark
from cryptouniverse.web.connected_types import Link, Stopped

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Panel(Generic[T]):
    """One panel: what it shows, or why it cannot."""

    content: T | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A portfolio that the person may see. kind: paper|sandbox|live. name: "" for their main one. mine: it is theirs.

    connection: its public id, None on paper. shown: this is the one on the page. stopped: its trading is.
    gone: its connection was deleted.
    """

    id: UUID
    kind: str
    name: str
    shown: bool = False
    stopped: bool = False
    gone: bool = False
    connection: UUID | None = None
    mine: bool = True


@dataclass(frozen=True, slots=True)
class Market:
    """Where prices come from. source: imported|fetched|simulated. slot_at: open of the last closed candle shown.

    stale_s: seconds since the feed last moved, 0 while it is fresh. ended: the stored candles have all been shown.
    """

    source: str
    slot_at: datetime | None
    timeframe: str
    running: bool
    ended: bool
    stale_s: int = 0

    @property
    def simulated(self) -> bool:
        """Whether the prices are invented."""
        return self.source == "simulated"

    @property
    def stale(self) -> bool:
        """Whether the feed stopped moving without saying so."""
        return self.stale_s > 0


@dataclass(frozen=True, slots=True)
class Value:
    """The portfolio in figures. Amounts in `currency`; shares in percent. curve: (UTC ms, equity), oldest first."""

    currency: str
    equity: Decimal
    cash: Decimal
    day_change: Decimal
    day_change_pct: Decimal
    unrealised: Decimal
    realised_today: Decimal
    exposure_pct: Decimal
    loss_used_pct: Decimal
    loss_limit_pct: Decimal
    drawdown_pct: Decimal
    curve: tuple[tuple[int, Decimal], ...]
    period: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The switch that stops everything. allowed: this user may use it, or lift what is set; acts: may stop
    bots and close positions here.

    mode, level: how far, and on which level; the most severe of all is told. whole: this user may stop the
    whole organisation. near: triggers of emergencies that are near, in words.
    """

    stopped: bool
    mode: str
    level: str
    whole: bool
    acts: bool
    near: tuple[str, ...]
    reason: str
    by: str
    at: datetime | None
    allowed: bool
    positions: int


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One open position. mark and what follows from it are None while the instrument has no price."""

    id: UUID
    symbol: str
    base: str
    venue: str
    bot: str
    side: str
    quantity: Decimal
    notional: Decimal | None
    entry: Decimal
    mark: Decimal | None
    stop: Decimal | None
    target: Decimal | None
    tick: Decimal
    step: Decimal
    unrealised: Decimal | None
    unrealised_pct: Decimal | None
    since: datetime
    change_pct: Decimal | None = None
    spark: Spark | None = None
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class Positions:
    """The open positions and what they sum to."""

    rows: tuple[PositionRow, ...]
    unrealised: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One asset's share. band: which colour of the ramp, 1 to 6."""

    name: str
    amount: Decimal
    share_pct: Decimal
    band: Band
    free: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap and how much of it is used. unit: "%", or "" for a count."""

    name: str
    used: Decimal
    limit: Decimal
    unit: str

    @property
    def near(self) -> bool:
        """Whether four fifths of it are used."""
        return self.limit > 0 and self.used >= self.limit * 4 / 5


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where the money is, and the caps on that."""

    rows: tuple[AllocationRow, ...]
    limits: tuple[Limit, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """One voter's opinion. vote: buy|sell|hold, or "" when it gave none; then `error` says why."""

    voter: str
    by_rule: bool
    vote: str
    confidence_pct: Decimal | None
    reason: str
    error: str = ""
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision: who said what, the verdict, and what the risk gate made of it.

    outcome: taken|reduced|refused|no_verdict|exit. rule, limit and value name what reduced or refused it; level: whose
    limit it was, empty for the portfolio's own.
    wanted, quantity: sizes as text, before and after the gate; empty where there is none.
    """

    id: UUID
    at: datetime
    symbol: str
    bot: str
    ballots: tuple[Ballot, ...]
    side: str
    confidence_pct: Decimal | None
    verdict_reason: str
    by_rules: bool
    outcome: str
    rule: str
    limit: str
    value: str
    level: str
    wanted: str
    quantity: str
    base: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """The latest decisions and how many of each kind there were on the market's day."""

    rows: tuple[DecisionRow, ...]
    show: str
    threshold_pct: Decimal
    any_rules: bool


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One fill, or one order that waits or was cancelled. kind: fill|order. cause: entry, exit, stop, target,
    protect or funding.

    fee_elsewhere: the asset that the fee was taken in, "" for the portfolio's currency.
    """

    id: UUID
    kind: str
    at: datetime
    symbol: str
    base: str
    side: str
    quantity: Decimal
    price: Decimal | None
    tick: Decimal
    step: Decimal
    fee: Decimal | None
    fee_elsewhere: str
    profit: Decimal | None
    bot: str
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class Activity:
    """The latest fills and orders, newest first."""

    rows: tuple[ActivityRow, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class Credits:
    """Credits of one kind: one allows one dollar of realised profit above the mark. bought: not practice ones.

    filled_to: what there was right after the latest top-up; used: how much of that is gone. low: four fifths of it.
    reached: none are left, so that bots may only close.
    """

    available: Decimal
    filled_to: Decimal
    used: Decimal
    reached: bool
    low: bool
    bought: bool
    may_top_up: bool


@dataclass(frozen=True, slots=True)
class BotRow:
    """One bot. status: active|paused|stopped. profit: realised since it began. live: it may trade for real money.

    mode: normal, or how far the bot itself was stopped. outside: its signals come from outside. by_rules: it trades by
    a person's own rules. keeps_orders: it lays a ladder or a grid. reads_books: it trades at books. drifts: it does
    worse than its replay says. unfunded: symbols that it enters no more, for no funding rate of theirs is known.
    ended: it has sold all and does nothing more, on each of its instruments.
    """

    id: UUID
    name: str
    strategy: str
    timeframe: str
    instruments: tuple[str, ...]
    status: str
    positions: int
    profit: Decimal | None
    live: bool
    mode: str
    drifts: bool
    outside: bool = False
    by_rules: bool = False
    keeps_orders: bool = False
    unfunded: tuple[str, ...] = ()
    reads_books: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Bots:
    """The user's bots."""

    rows: tuple[BotRow, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole page. A panel that was not asked for is None. key: of the forms that sell, for `submit_key`."""

    market: Market
    stop: Stop
    portfolios: tuple[Choice, ...] = ()
    stopped: tuple[Stopped, ...] = ()
    value: Panel[Value] | None = None
    allocation: Panel[Allocation] | None = None
    positions: Panel[Positions] | None = None
    decisions: Panel[Decisions] | None = None
    activity: Panel[Activity] | None = None
    credits: Panel[Credits] | None = None
    bots: Panel[Bots] | None = None
    connection: Panel[Link] | None = None
    key: UUID = field(default_factory=new_id)

    @property
    def shown(self) -> Choice | None:
        """The portfolio that the figures are of."""
        return next((choice for choice in self.portfolios if choice.shown), None)
