"""Signals of a slot: computed once per (strategy, code, parameters, instrument, candle), recorded once, for all."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.market import Bars, Timeframe
from strategies.builder.selectors import is_own, strategy_named, strategy_of
from strategies.builder.services import record_rule_signals
from strategies.builder.types import Asked
from strategies.catalog.outside import WEBHOOK
from strategies.catalog.registry import strategy
from strategies.catalog.types import SignalKey, canonical
from strategies.signals.desk import Desk
from strategies.signals.errors import NoCandle
from strategies.signals.models import SignalRecord
from strategies.signals.types import Advice, Signal, signal_id
from tenants.audit.services import record
from trading.marketdata.selectors import (
    bars_of_many,
    feed_state,
    funding_of_many,
    funding_spans,
    instrument,
    instruments,
    prices_at,
    require_spot,
)

if TYPE_CHECKING:
    from accounts.users.models import User

_RECORDED_KEPT = 100_000
_COLUMNS = (
    "public_id",
    "strategy",
    "code_hash",
    "parameters",
    "instrument_id",
    "timeframe",
    "slot_ms",
    "action",
    "created_at",
)
_recorded: OrderedDict[tuple[object, UUID], None] = OrderedDict()


def signals_at(*, slot_ms: int, keys: Collection[SignalKey]) -> dict[SignalKey, Signal]:
    """What each key's strategy asks for once the candle that opened at `slot_ms` has closed; the others are left out.

    Sorted by key. The candle must be stored; a key whose instrument has none at `slot_ms` asks for nothing, and so does
    one whose signals come from outside. Signals of shipped strategies are recorded in one insert that leaves earlier
    ones alone; those of a person's rules are nobody else's, and recorded in their tenant. Call it outside long
    transactions, for twins wait on it.
    """
    actions = _desk.actions_at(slot_ms, [key for key in keys if key.strategy != WEBHOOK])
    hashes = {name: strategy_of(name).code_hash for name in {key.strategy for key in actions}}
    signals = {
        key: Signal(key, slot_ms, action, signal_id(key, hashes[key.strategy], slot_ms))
        for key, action in actions.items()
    }
    fresh = [signal for signal in signals.values() if (_home_of(signal.key), signal.id) not in _recorded]
    _record([signal for signal in fresh if not is_own(signal.key.strategy)], hashes)
    _record_own([signal for signal in fresh if is_own(signal.key.strategy)])
    return signals


def execute_strategy(*, name: str, instrument_id: str, parameters: Mapping[str, object], actor: User) -> Advice:
    """What the strategy asks for at the market's last closed candle. Audited as "strategy.executed"; nothing is traded.

    name: of the catalogue, or a version of a rule set of the actor's.

    parameters: any of the strategy's; the rest are its defaults. Raises UnknownStrategy, BadParameter, NoMarket,
    UnknownInstrument, OnlyAtBooks, MissingInput, or NoCandle where the instrument has none in that slot.
    """
    if is_own(name):
        strategy_named(name, actor)
    chosen, feed = strategy_of(name) if is_own(name) else strategy(name), feed_state()
    require_spot([instrument_id])
    chosen.require_fed([instrument_id], funding_spans)
    resolved = chosen.resolve(parameters)
    key = SignalKey(chosen.name, canonical(resolved), instrument(instrument_id).id, feed.timeframe)
    if not prices_at([instrument_id], feed.timeframe, slot_ms=feed.cursor_ms):
        raise NoCandle(instrument=instrument_id, timeframe=feed.timeframe.value)
    action = _desk.actions_at(feed.cursor_ms, [key]).get(key)
    advice = Advice(key, resolved, feed.cursor_ms, action)
    told = {"instrument": instrument_id, "parameters": resolved, "asks_for": action.value if action else None}
    record(actor=actor, action="strategy.executed", object=("strategy", chosen.name), after=told)
    return advice


def forget_decided() -> None:
    """Drop what this process has decided, as after candles were replaced: the next answer reads them again."""
    _desk.forget()


def _record(signals: Collection[Signal], hashes: dict[str, str]) -> None:
    if not signals:
        return
    now = clock.now()
    rows = [
        (
            signal.id,
            signal.key.strategy,
            hashes[signal.key.strategy],
            signal.key.parameters,
            signal.key.instrument_id,
            signal.key.timeframe.value,
            signal.slot_ms,
            signal.action.value,
            now,
        )
        for signal in signals
    ]
    insert_rows(SignalRecord, _COLUMNS, rows, repeats=True)
    transaction.on_commit(partial(_remember, [(None, signal.id) for signal in signals]))


def _record_own(signals: Collection[Signal]) -> None:
    if signals:
        record_rule_signals(
            [
                Asked(
                    signal.id,
                    signal.key.strategy,
                    signal.key.parameters,
                    signal.key.instrument_id,
                    signal.key.timeframe.value,
                    signal.slot_ms,
                    signal.action.value,
                )
                for signal in signals
            ]
        )
        transaction.on_commit(partial(_remember, [(_home_of(signal.key), signal.id) for signal in signals]))


def _remember(recorded: Collection[tuple[object, UUID]]) -> None:
    """Only once it is committed: a rolled-back record must be written again."""
    _recorded.update(dict.fromkeys(recorded))
    while len(_recorded) > _RECORDED_KEPT:
        _recorded.popitem(last=False)


def _read_bars(
    instrument_ids: Collection[str], timeframe: Timeframe, /, *, start_ms: int, end_ms: int
) -> dict[str, Bars]:
    listed = instruments(instrument_ids)
    return bars_of_many(listed, timeframe, start_ms=start_ms, end_ms=end_ms)


def _home_of(key: SignalKey) -> object:
    """Whose frames these are: everybody's for a shipped strategy, the active tenant's for a person's own rules."""
    return current_tenant().id if is_own(key.strategy) else None


_desk = Desk(read_bars=_read_bars, read_funding=funding_of_many, strategy_of=strategy_of, home_of=_home_of)
