"""What a tenant's day is replayed from: bots, books, limits and candles, each read once for all bots."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import DAY_MS, Bars, FundingRates, Instrument, Ints, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.deciding import ask
from strategies.bots.selectors import bots_watched, made_at, whose
from strategies.bots.types import BotRow
from strategies.builder.selectors import strategy_of
from strategies.catalog.asking import KEEP, Asked, history_days
from strategies.catalog.beside import Beside, Needs, laid_beside, reference_id
from strategies.catalog.finding import Finder
from strategies.catalog.outside import OUTSIDE, WEBHOOK
from strategies.catalog.registry import everything
from strategies.catalog.types import FLAT, LONG, SignalKey, Strategy
from strategies.hooks.selectors import heard_between
from strategies.monitoring.comparing import met_ms
from strategies.monitoring.errors import CannotReplay
from strategies.monitoring.expecting import Money
from strategies.monitoring.keepers import Desks, read_desks
from strategies.monitoring.refusals import refusals_of
from strategies.monitoring.seekers import Seekers, read_seekers
from strategies.monitoring.then import REMEMBERED, limits_then
from tenants.audit.selectors import audit_records
from trading.execution.selectors import bot_entries, bot_fills, leaving_before, results_before
from trading.execution.types import BotEntry, BotFill
from trading.marketdata.errors import CandlesDamaged, UnknownInstrument
from trading.marketdata.selectors import bars_of_many, funding_of_many, instruments
from trading.portfolio.selectors import first_valued, values_before
from trading.risk.levels import strictest
from trading.risk.selectors import of_bots
from trading.risk.types import METHODS, Limits

LATE: Final = timedelta(minutes=1)
_CHANGES: Final = ("bot.changed", "bot.moved")


@dataclass
class Read:
    """A day of a tenant. strategies: by name and parameters, or why there is none. limits, money: of the portfolios; of
    bots: their own ceilings are in `limits_of`. notes: what is to be said of limits, by bot. at_exchange: bots that do
    not trade on paper. begins: by bot, the first moment that counts. changed: bots whose terms were changed since the
    day began. alerts: by bot and instrument, slot -> stance that was asked for from outside. minutes: candles of a
    minute, where orders were sent late. amended: positions whose stop or target a person changed.
    """

    day_ms: int
    bots: Sequence[BotRow]
    fills: Mapping[UUID, Sequence[BotFill]]
    entries: Mapping[UUID, Sequence[BotEntry]]
    whys: Mapping[UUID, Mapping[tuple[str, int], str]]
    limits: Mapping[int, Limits]
    notes: Mapping[UUID, str]
    at_exchange: Collection[UUID]
    own: Mapping[UUID, Any]
    money: Mapping[int, Money]
    begins: Mapping[int, int]
    leaving: Collection[int]
    changed: Collection[UUID]
    amended: Collection[UUID]
    instruments: Mapping[str, Instrument]
    bars: dict[tuple[str, Timeframe], Bars] = field(default_factory=dict)
    minutes: Mapping[str, Bars] = field(default_factory=dict)
    funding: Mapping[str, FundingRates] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)
    strategies: dict[tuple[str, str], tuple[Strategy, dict[str, Any]] | CryptoUniverseError] = field(
        default_factory=dict
    )
    asked: dict[SignalKey, Asked] = field(default_factory=dict)
    results: Mapping[UUID, Sequence[tuple[Decimal, Decimal]]] = field(default_factory=dict)
    desks: Desks = field(default_factory=Desks)
    seekers: Seekers = field(default_factory=Seekers)
    alerts: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)

    def limits_of(self, bot: BotRow) -> Limits:
        """What its entries must keep to."""
        ceiling, limits = self.own.get(bot.public_id), self.limits[bot.portfolio_pk]
        return strictest(limits, [ceiling]) if ceiling else limits

    def names_of(self, bot: BotRow) -> list[str]:
        """The instruments that it trades or traded, sorted."""
        return sorted({*bot.instruments, *(fill.instrument_id for fill in self.fills.get(bot.public_id, ()))})

    def strategy_of(self, bot: BotRow) -> tuple[Strategy, dict[str, Any]]:
        """Its strategy with resolved parameters. Raises why there is none."""
        found = self.strategies[bot.strategy, bot.parameters]
        if isinstance(found, CryptoUniverseError):
            raise found
        return found

    def asked_of(self, key: SignalKey, chosen: Strategy, parameters: Mapping[str, Any]) -> Asked:
        """What a strategy asks for from the last candle before the day on; each key is decided once for all bots."""
        if key not in self.asked:
            bars = self.bars[key.instrument_id, key.timeframe]
            start_ms = self.day_ms - key.timeframe.ms
            if chosen is OUTSIDE:
                self.asked[key] = self._alerted(key, bars.open_ms[int(bars.open_ms.searchsorted(start_ms)) :])
                return self.asked[key]
            self.asked[key] = ask(chosen, parameters, bars, start_ms=start_ms, beside=self._beside(chosen, key, bars))
        return self.asked[key]

    def _alerted(self, key: SignalKey, open_ms: Ints) -> Asked:
        """What alerts asked for after each of these candles."""
        told = self.alerts.get((key.parameters, key.instrument_id), {})
        return np.array([told.get(int(slot), KEEP) for slot in open_ms], dtype=np.int8)

    def _beside(self, chosen: Strategy, key: SignalKey, bars: Bars) -> Beside:
        found = chosen.references([key.instrument_id])
        other = self.bars.get((found[key.instrument_id], key.timeframe)) if found else None
        return laid_beside(chosen.needs, bars, other=other, funding=self.funding.get(key.instrument_id))


def read_day(day_ms: int, *, only: Collection[UUID] | None = None) -> Read:
    """All that the replay of this day of the active tenant needs; `only` for these bots. Its queries do not grow with
    the number of bots.
    """
    end_ms = day_ms + DAY_MS
    fills = _by_bot(bot_fills(start_ms=day_ms - DAY_MS, end_ms=end_ms, bot_ids=only))
    entries = _by_bot(bot_entries(start_ms=day_ms - DAY_MS, end_ms=end_ms, bot_ids=only))
    bots = bots_watched({*fills, *entries}, only=only)
    ids, pots = [bot.public_id for bot in bots], sorted({bot.portfolio_pk for bot in bots})
    now, before = values_before(pots, slot_ms=day_ms), values_before(pots, slot_ms=day_ms - DAY_MS)
    owned = whose([bot.pk for bot in bots])
    limits, notes = limits_then(day_ms, owned)
    read = Read(
        day_ms=day_ms,
        bots=bots,
        fills=fills,
        entries={bot.public_id: _wished(bot, entries, day_ms) for bot in bots},
        whys=_whys(ids, day_ms),
        limits=limits,
        notes=notes,
        at_exchange=frozenset(bot_id for bot_id, one in owned.items() if one.connection_id),
        own=of_bots(ids),
        money={pk: Money(*now[pk], day_start=before[pk][0]) for pk in pots},
        begins=_begins(bots, end_ms),
        leaving=leaving_before({f.position_pk for each in fills.values() for f in each}, slot_ms=day_ms),
        changed=_changed(ids, day_ms),
        amended=_amended({str(fill.position_id) for each in fills.values() for fill in each}),
        instruments=instruments(
            {name for bot in bots for one in bot.instruments for name in (one, reference_id(one))} | _traded(fills)
        ),
    )
    looked_at = {bot.public_id: METHODS[bot.sizing.method].positions(bot.sizing) for bot in bots}
    read.results = results_before({bot_id: count for bot_id, count in looked_at.items() if count}, slot_ms=day_ms)
    read.desks = read_desks(bots, day_ms=day_ms, instruments=read.instruments)
    read.seekers = read_seekers(bots, day_ms=day_ms)
    _read_strategies(read)
    _read_alerts(read)
    _read_candles(read)
    if late := _late(fills) & read.instruments.keys():
        read.minutes = _bars(read, sorted(late), Timeframe.M1, day_ms)
    return read


def _by_bot(rows: Sequence[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.bot_id].append(row)
    return dict(found)


def _wished(bot: BotRow, entries: Mapping[UUID, Sequence[BotEntry]], day_ms: int) -> list[BotEntry]:
    first = day_ms - bot.timeframe.ms
    return [one for one in entries.get(bot.public_id, ()) if first <= one.slot_ms < first + DAY_MS]


def _whys(ids: Sequence[UUID], day_ms: int) -> dict[UUID, dict[tuple[str, int], str]]:
    found: dict[UUID, dict[tuple[str, int], str]] = defaultdict(dict)
    for (bot_id, name, slot), why in refusals_of(ids, start_ms=day_ms - DAY_MS, end_ms=day_ms + DAY_MS).items():
        found[bot_id][name, slot] = why
    return found


def _begins(bots: Sequence[BotRow], end_ms: int) -> dict[int, int]:
    """When a bot was made; where the market shows a time before that, when its portfolio was first valued there."""
    made = {pk: clock.to_ms(at) for pk, at in made_at([bot.pk for bot in bots]).items()}
    pots = {bot.pk: bot.portfolio_pk for bot in bots if made[bot.pk] >= end_ms}
    first = first_valued(set(pots.values()))
    return made | {pk: first.get(pot, end_ms) for pk, pot in pots.items()}


def _changed(ids: Collection[UUID], day_ms: int) -> set[UUID]:
    since = clock.from_ms(day_ms)
    if clock.now() - since > REMEMBERED:
        return set()
    rows = audit_records().filter(action__in=_CHANGES, at__gte=since, object_id__in=[str(one) for one in ids])
    return {UUID(named) for named, after in rows.values_list("object_id", "after") if set(after or ()) - {"name"}}


def _amended(position_ids: Collection[str]) -> set[UUID]:
    rows = audit_records().filter(action="protection.amended", object_id__in=position_ids) if position_ids else None
    return set() if rows is None else {UUID(named) for named in rows.values_list("object_id", flat=True)}


def _traded(fills: Mapping[UUID, Sequence[BotFill]]) -> set[str]:
    return {fill.instrument_id for each in fills.values() for fill in each}


def _late(fills: Mapping[UUID, Sequence[BotFill]]) -> set[str]:
    """Instruments in which an order took a minute or more to be sent."""
    sent = ((fill, fill.sent_at) for each in fills.values() for fill in each)
    return {fill.instrument_id for fill, at in sent if at is not None and at - fill.recorded_at >= LATE}


def _read_strategies(read: Read) -> None:
    for bot in read.bots:
        key = (bot.strategy, bot.parameters)
        if key not in read.strategies:
            try:
                if bot.keeps_orders:  # its desks are gone through
                    raise CannotReplay(_("A strategy that keeps orders asks for nothing."))
                if isinstance(everything().get(bot.strategy), Finder):
                    raise CannotReplay(_("A strategy that reads order books asks for nothing."))
                if bot.strategy == WEBHOOK:  # its parameters are nobody's: `alerts` are asked for
                    read.strategies[key] = OUTSIDE, {}
                    continue
                chosen = strategy_of(bot.strategy)
                read.strategies[key] = chosen, dict(chosen.resolve(json.loads(bot.parameters)))
            except CryptoUniverseError as error:
                read.strategies[key] = error


def _read_alerts(read: Read) -> None:
    ids = [bot.public_id for bot in read.bots if bot.strategy == WEBHOOK]
    for bot_id, name, slot_ms, enters in heard_between(ids, start_ms=read.day_ms - DAY_MS, end_ms=read.day_ms + DAY_MS):
        read.alerts.setdefault((str(bot_id), name), {})[slot_ms] = int(LONG if enters else FLAT)


def _read_candles(read: Read) -> None:
    """Of each timeframe one read, from the first candle that anybody needs."""
    first: dict[Timeframe, int] = {}
    paying: set[str] = set()
    names: dict[Timeframe, set[str]] = defaultdict(set)
    for bot in read.bots:
        found = read.strategies[bot.strategy, bot.parameters]
        days = 1 if isinstance(found, CryptoUniverseError) else history_days(found[0].warmup(found[1]), bot.timeframe)
        back = METHODS[bot.sizing.method].candles(bot.sizing)  # at which its size looks
        start = read.day_ms - max((days + 1) * DAY_MS, DAY_MS + (back + 1) * bot.timeframe.ms)
        if bot.trail_bps or bot.break_even_bps or bot.time_stop_candles:
            met = (met_ms(fill, bot.timeframe.ms) for fill in read.fills.get(bot.public_id, ()))
            start = min([start, *met])
        first[bot.timeframe] = min(first.get(bot.timeframe, start), start)
        names[bot.timeframe].update(read.names_of(bot))
        if not isinstance(found, CryptoUniverseError):
            names[bot.timeframe].update(found[0].references(bot.instruments).values())
            paying.update(read.names_of(bot) if Needs.FUNDING in found[0].needs else ())
    for timeframe, start in first.items():
        wanted = sorted(names[timeframe] & read.instruments.keys())
        for name, bars in _bars(read, wanted, timeframe, start).items():
            read.bars[name, timeframe] = bars
    if paying:
        read.funding = funding_of_many(paying, start_ms=min(first.values()), end_ms=read.day_ms + DAY_MS)


def _bars(read: Read, names: Sequence[str], timeframe: Timeframe, start_ms: int) -> dict[str, Bars]:
    try:
        return bars_of_many(names, timeframe, start_ms=start_ms, end_ms=read.day_ms + DAY_MS)
    except (CandlesDamaged, UnknownInstrument) as error:
        if len(names) == 1:
            read.damaged[names[0]] = error.message
            return {}
    found: dict[str, Bars] = {}
    for name in names:  # one whose candles are damaged must not silence the others
        found |= _bars(read, [name], timeframe, start_ms)
    return found
