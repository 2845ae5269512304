"""Each panel's figures, made from what was read. Panels fail one by one: one that does leaves the page standing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from django.utils.translation import gettext

from aiengine.consensus.types import UNANIMOUS, Opinion, Verdict
from aiengine.consensus.wording import sentence_of
from credits.ledger.selectors import wallets_of
from credits.ledger.types import Currency
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import DAY_MS
from cryptouniverse.kernel.words import told
from cryptouniverse.templatetags.figures import figure, places_of
from cryptouniverse.web import types as t
from cryptouniverse.web.connected import connection_of, stopped_of
from cryptouniverse.web.held import HUNDRED, ZERO, allocation_of, pct, positions_of
from cryptouniverse.web.reading import ACTIVITY, Reading, shown_name
from cryptouniverse.web.waiting import unfunded_of
from cryptouniverse.web.wording import rule_name, tidy, voter_name
from strategies.bots.selectors import title_of
from strategies.builder.selectors import is_own
from strategies.catalog.outside import WEBHOOK
from strategies.catalog.registry import all_finders, all_managers
from strategies.managing.selectors import ended_of
from trading.ceilings.types import LEVEL_WORDS, Level, Mode
from trading.connections.types import Status
from trading.portfolio.selectors import equity_curve_of
from trading.portfolio.types import metered_in
from trading.risk.triggers import KINDS
from trading.risk.types import StopAbove

T = TypeVar("T")
PERIODS_MS = {"1d": DAY_MS, "1w": 7 * DAY_MS, "1m": 30 * DAY_MS, "3m": 91 * DAY_MS, "all": 0}
CURVE_POINTS = 400
LOW = Decimal("0.8")  # of a filling used: the first warning


def choices_of(reading: Reading) -> tuple[t.Choice, ...]:
    """The person's portfolios, and which of them is shown."""
    return tuple(
        t.Choice(
            id=row.public_id,
            kind=row.kind,
            name=shown_name(reading.user, row),
            shown=row.pk == reading.portfolio.pk,
            stopped=getattr(row, "limits", None) is not None and row.limits.stopped_at is not None,
            gone=row.connection is not None and row.connection.status == Status.DELETED,
            connection=row.connection.public_id if row.connection and row.owner_id == reading.user.pk else None,
            mine=row.owner_id == reading.user.pk,
        )
        for row in reading.portfolios
    )


def market_of(reading: Reading) -> t.Market:
    """Where prices come from, and whether they still move. Late: three expected candles and ten seconds."""
    feed = reading.feed
    if feed is None:
        return t.Market("imported", None, "", running=False, ended=False)
    age_s = (reading.now - feed.updated_at).total_seconds()
    late_s = 10 + 3 / float(feed.speed) if feed.speed else 60
    stale = feed.running and not feed.ended and age_s > late_s
    shown = clock.from_ms(feed.cursor_ms + feed.timeframe.ms) if feed.cursor_ms > 0 else None
    return t.Market(
        feed.source.value, shown, feed.timeframe.value, feed.running, feed.ended, int(age_s) if stale else 0
    )


def stop_of(reading: Reading) -> t.Stop:
    """Whether trading is stopped, how far, on which level, by whom and why; of several the most severe."""
    limits = getattr(reading.portfolio, "limits", None)
    mode, above = limits.standing_mode if limits else Mode.NORMAL, reading.stops_above
    facts: dict[str, Any] = {"reason": "", "by": "", "at": None}
    level, may = Level.PORTFOLIO, "trading:execute" in reading.rights
    if limits and mode is not Mode.NORMAL:
        facts = {"reason": told(limits.stop_reason, gettext), "by": limits.stopped_by, "at": limits.stopped_at}
    if above and above[0].mode.severity > mode.severity:
        worst = above[0]
        mode, level, may = worst.mode, worst.level, may and _may_lift(reading, worst)
        facts = {"reason": worst.reason, "by": worst.by, "at": worst.since}
    return t.Stop(
        stopped=mode is not Mode.NORMAL,
        mode=mode.value,
        level=level.value,
        acts="trading:execute" in reading.rights,
        whole=reading.user.may("admin:execute"),
        near=tuple(gettext(KINDS[name].words) for name in limits.warned) if limits and mode is Mode.NORMAL else (),
        allowed=may,
        positions=len(reading.positions) if "positions" in reading.panels else 0,
        **facts,
    )


def _may_lift(reading: Reading, stop: StopAbove) -> bool:
    if stop.level is Level.TENANT:
        return reading.user.may("admin:execute")
    return stop.level is Level.USER and reading.mine and not stop.by_admin


def value_of(reading: Reading, period: str) -> t.Value:
    """The portfolio's figures and its curve over the period, which ends with the last candle."""
    p, limits = reading.portfolio, getattr(reading.portfolio, "limits", None)
    worth = sum((row.quantity * row.mark_price for row in reading.positions), ZERO)
    exposure = sum((abs(row.quantity) * row.mark_price for row in reading.positions), ZERO)
    change = p.equity - p.day_start_equity
    span = PERIODS_MS[period]
    since = (reading.feed.cursor_ms - span if reading.feed else 0) if span else 0
    curve = equity_curve_of(p, since_ms=since, points_max=CURVE_POINTS)
    return t.Value(
        currency=p.currency,
        equity=p.equity,
        cash=p.cash,
        day_change=change,
        day_change_pct=pct(change, p.day_start_equity),
        unrealised=worth - sum((row.cost for row in reading.positions), ZERO),
        realised_today=p.day_realised,
        exposure_pct=pct(exposure, p.equity),
        loss_used_pct=max(pct(-change, p.day_start_equity), ZERO),
        loss_limit_pct=limits.daily_loss_pct_max if limits else ZERO,
        drawdown_pct=max(pct(p.equity_peak - p.equity, p.equity_peak), ZERO),
        curve=tuple(zip(curve.slots_ms, curve.equity, strict=True)),
        period=period,
    )


def decisions_of(reading: Reading) -> t.Decisions:
    """The latest decisions, each with every voter's opinion and the gate's answer."""
    rows = tuple(_decision(reading, row) for row in reading.decisions)
    return t.Decisions(rows, reading.show, UNANIMOUS.threshold * HUNDRED, any(row.by_rules for row in rows))


def _decision(reading: Reading, row: Any) -> t.DecisionRow:
    found = reading.instruments.get(row.instrument_id)
    verdict = reading.verdicts.get(row.verdict_id) if row.verdict_id else None

    def size(quantity: Decimal | None) -> str:
        return figure(quantity, places_of(found.step) if found else 4) if quantity else ""

    return t.DecisionRow(
        id=row.public_id,
        at=_decided_at(reading, row.slot_ms),
        symbol=found.symbol if found else row.instrument_id,
        bot=reading.bot_names.get(row.bot_id, row.strategy),
        ballots=tuple(_ballot(opinion, verdict) for opinion in verdict.opinions) if verdict else (),
        side=verdict.side.value if verdict and verdict.side else "",
        confidence_pct=verdict.confidence * HUNDRED if verdict and verdict.side else None,
        verdict_reason=_agreement(verdict) if verdict else "",
        by_rules=verdict.by_rules if verdict else False,
        outcome=row.outcome,
        rule=rule_name(row.rule) if row.rule else "",
        limit=tidy(told(row.limit, gettext)),
        value=tidy(told(row.value, gettext)),
        level=gettext(LEVEL_WORDS[Level(row.level)]) if row.level else "",
        wanted=size(row.wanted_quantity),
        quantity=size(row.quantity),
        base=found.base if found else "",
    )


def _decided_at(reading: Reading, slot_ms: int) -> datetime:
    """A decision falls when its candle has closed."""
    return clock.from_ms(slot_ms + (reading.feed.timeframe.ms if reading.feed else 0))


def _agreement(verdict: Verdict) -> str:
    if verdict.side is None:
        return tidy(sentence_of(verdict.reason))
    agree = sum(opinion.vote == verdict.side.value for opinion in verdict.opinions)
    return gettext("%(agree)s of %(asked)s agree") % {"agree": agree, "asked": len(verdict.opinions)}


def _ballot(opinion: Opinion, verdict: Verdict) -> t.Ballot:
    vote = opinion.vote.value if opinion.vote else ""
    return t.Ballot(
        voter=voter_name(opinion.voter),
        by_rule=opinion.kind == "rule",
        vote=vote,
        confidence_pct=opinion.confidence * HUNDRED if opinion.confidence is not None else None,
        reason=tidy(sentence_of(opinion.reason)) if opinion.reason else "",
        error=sentence_of(opinion.reason or f"ai.{opinion.error}") if not vote else "",
        decisive=verdict.side is not None and vote == verdict.side.value,
    )


def activity_of(reading: Reading) -> t.Activity:
    """Fills and orders that are not filled, newest first."""
    rows = [_fill(reading, row) for row in reading.fills] + [_order(reading, row) for row in reading.orders]
    rows.sort(key=lambda row: (row.at, row.state == "open"), reverse=True)
    return t.Activity(tuple(rows[:ACTIVITY]), reading.portfolio.currency)


def _fill(reading: Reading, row: Any) -> t.ActivityRow:
    return t.ActivityRow(
        id=row.public_id,
        kind="fill",
        at=clock.from_ms(row.slot_ms),
        side=row.side,
        quantity=row.quantity,
        price=row.price,
        fee=row.fee,
        fee_elsewhere=row.fee_currency if row.fee_currency != reading.portfolio.currency else "",
        profit=row.profit,
        bot=reading.bot_names.get(row.bot_id, ""),
        state="filled",
        cause=row.cause,
        **_units(reading, row.instrument_id),
    )


def _order(reading: Reading, row: Any) -> t.ActivityRow:
    intent = row.intent
    return t.ActivityRow(
        id=row.public_id,
        kind="order",
        at=_decided_at(reading, intent.slot_ms),
        side=intent.side,
        quantity=intent.quantity,
        price=intent.limit_price,
        fee=None,
        fee_elsewhere="",
        profit=None,
        bot=reading.bot_names.get(intent.bot_id, ""),
        state=row.state,
        cause=intent.purpose,
        **_units(reading, intent.instrument_id),
    )


def _units(reading: Reading, instrument_id: str) -> dict[str, Any]:
    found = reading.instruments.get(instrument_id)
    if found is None:
        return {"symbol": instrument_id, "base": "", "tick": Decimal("0.01"), "step": Decimal("0.0001")}
    return {"symbol": found.symbol, "base": found.base, "tick": found.tick, "step": found.step}


def credits_of(reading: Reading) -> t.Credits:
    """Credits left of the kind that this portfolio uses up, and how much of the latest filling is used."""
    currency = metered_in(reading.portfolio.kind)
    wallet = wallets_of([reading.user.pk], currency)[reading.user.pk]
    used = max(wallet.topped_to - wallet.available, ZERO)
    return t.Credits(
        available=wallet.available,
        filled_to=wallet.topped_to,
        used=used,
        reached=wallet.available <= ZERO,
        low=used >= wallet.topped_to * LOW,
        bought=currency == Currency.CREDIT,
        may_top_up=currency == Currency.PRACTICE and reading.user.may("portfolio:write"),
    )


def bots_of(reading: Reading) -> t.Bots:
    """The user's bots and what each has realised."""
    unfunded = unfunded_of(reading.bots, reading.feed)
    ended = ended_of(reading.bots)
    rows = [_bot(reading, bot, unfunded=unfunded.get(bot.public_id, ()), ended=bot.pk in ended) for bot in reading.bots]
    return t.Bots(tuple(rows), reading.portfolio.currency)


def _bot(reading: Reading, bot: Any, *, unfunded: tuple[str, ...], ended: bool) -> t.BotRow:
    open_positions, realised = reading.results.get(bot.public_id, (0, ZERO))
    return t.BotRow(
        id=bot.public_id,
        name=bot.name,
        strategy=gettext(title_of(bot.strategy)),
        timeframe=bot.timeframe,
        instruments=tuple(name.partition(":")[2] for name in bot.instruments),
        status=bot.status,
        positions=open_positions,
        profit=realised,
        live=bot.live,
        mode=reading.bot_modes.get(bot.public_id, Mode.NORMAL).value,
        drifts=bot.pk in reading.drifting,
        unfunded=unfunded,
        ended=ended,
        outside=bot.strategy == WEBHOOK, by_rules=is_own(bot.strategy),
        keeps_orders=bot.strategy in all_managers(), reads_books=bot.strategy in all_finders(),
    )  # fmt: skip


PANELS: dict[str, Callable[[Reading], object]] = {
    "allocation": allocation_of,
    "positions": positions_of,
    "decisions": decisions_of,
    "activity": activity_of,
    "credits": credits_of,
    "bots": bots_of,
    "connection": connection_of,
}
NAMES = ("value", *PANELS)


def desk_of(reading: Reading, *, period: str, panels: Collection[str]) -> t.Desk:
    """The page, or the `panels` of it. The bar needs credits, so they are always there.

    In another's portfolio there are none, and no connection: both are their owner's alone.
    """
    builders: dict[str, Callable[[], object]] = {"value": partial(value_of, reading, period)}
    builders |= {name: partial(build, reading) for name, build in PANELS.items()}
    wanted = {"credits", *panels} - ({"connection"} if reading.portfolio.connection is None else set())
    if not reading.mine:
        wanted -= {"credits", "connection"}
    built: dict[str, Any] = {name: _panel(build) for name, build in builders.items() if name in wanted}
    return t.Desk(
        market=market_of(reading),
        stop=stop_of(reading),
        portfolios=choices_of(reading),
        stopped=stopped_of(reading),
        **built,
    )


def _panel(build: Callable[[], T]) -> t.Panel[T]:
    try:
        return t.Panel(build())
    except CryptoUniverseError as error:
        return t.Panel(None, error.sentence(gettext))
