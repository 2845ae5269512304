"""A desk with a past: a simulated market, a portfolio with credits, bots, and cycles that have run."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import connection

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import CycleRun
from credits.ledger.services import top_up
from credits.ledger.types import Currency
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.models import Delivery, OutboxEvent
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.money import Credits
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from strategies.bots.services import create_bot
from strategies.scanner.models import Scan, TrackRecord
from strategies.signals.models import SignalRecord
from tenants.provisioning.selectors import active_tenants
from trading.marketdata.models import CandleDay, Feed, FundingRate, Instrument
from trading.marketdata.selectors import instruments
from trading.marketdata.services import choose_market, play_due, set_speed
from trading.portfolio.services import open_portfolio
from trading.risk.services import set_limits

H1 = Timeframe.H1
BUSY = {
    "moving_average_cross": {"fast": 3, "slow": 10, "band_bps": 1},
    "donchian_breakout": {},
    "rsi_reversion": {},
}


def given_market(*, speed: int = 1):
    """The simulated market, shown up to its opening. It is made once a process, and copied from then on."""
    empty = not Instrument.objects.exists()
    if empty and _simulated:
        _copied()
    feed = choose_market(speed=Decimal(speed), online=False)
    if empty and not _simulated:
        _kept()
    return feed


_simulated: dict[str, bytes] = {}  # table -> its rows in PostgreSQL's own form


def _kept() -> None:
    with connection.cursor() as cursor:
        for table in (Instrument._meta.db_table, CandleDay._meta.db_table, FundingRate._meta.db_table):
            with cursor.copy(f"COPY public.{table} TO STDOUT (FORMAT BINARY)") as rows:
                _simulated[table] = b"".join(rows)


def _copied() -> None:
    with connection.cursor() as cursor:
        for table, kept in _simulated.items():
            with cursor.copy(f"COPY public.{table} FROM STDIN (FORMAT BINARY)") as rows:
                rows.write(kept)


def given_desk(user, *, cash: int = 100_000, credits: int = 1_000):
    """A paper portfolio, practice credits and one bot per strategy over every simulated instrument."""
    portfolio = open_portfolio(owner=user, cash=Decimal(cash))
    set_limits(portfolio=portfolio, quote_age_s_max=3_600)
    top_up(
        user=user,
        amount=Credits(credits),
        currency=Currency.PRACTICE,
        idempotency_key=f"first:{user.public_id}",
        reason="first practice credits",
    )
    names = sorted(instruments())
    for strategy, parameters in BUSY.items():
        create_bot(
            owner=user,
            portfolio=portfolio,
            strategy=strategy,
            parameters=parameters,
            timeframe=H1,
            instruments=names,
            allocation=2_000,
            name=strategy.replace("_", " ").capitalize(),
        )
    return portfolio


def given_cycles(feed, count: int, *, before: int = 0) -> None:
    """`count` slots in the active tenant, one after the other, ending `before` slots before the newest."""
    for number in range(before + count - 1, before - 1, -1):
        slot_ms = feed.cursor_ms - number * feed.timeframe.ms
        run_cycle(timeframe=feed.timeframe, slot_ms=slot_ms, market=feed.source.value)


def given_time_passes(slots: int) -> None:
    """The market shows `slots` more candles at once, and tells every tenant, as beat lets it each second."""
    now = clock.now()  # one moment: what passes between the two is not a second's worth more
    with clock.at(now):
        set_speed(speed=Decimal(slots))
    with clock.at(now + timedelta(seconds=1)):
        assert len(play_due()) == slots


def forget_market() -> None:
    """Remove what a test committed to the public schema, and what a worker has worked of it in any tenant."""
    with in_public():
        for model in (Delivery, OutboxEvent, SignalRecord, Scan, TrackRecord, Feed, FundingRate, CandleDay, Instrument):
            model.objects.all().delete()
    for tenant in active_tenants():
        with in_tenant(tenant):
            CycleRun.objects.all().delete()
