"""One signal, many bots: who can act on it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from aiengine.autopilot.types import Wish
from strategies.bots.types import BotRow, BotStatus
from strategies.catalog.types import SignalKey
from strategies.signals.types import Action, Signal
from trading.portfolio.types import Holding


def fan_out(
    *,
    bots: Collection[BotRow],
    signals: Mapping[SignalKey, Signal],
    holdings: Mapping[tuple[UUID, str], Holding],
    leaving: Collection[int],
    entering: Collection[tuple[UUID, str]],
) -> list[Wish]:
    """The wishes of a slot, by bot number and instrument.

    An entry needs an active bot that neither holds the instrument nor is on its way in; an exit needs a position that
    is not being left already (`leaving` holds position keys) and is never held back: a paused bot leaves too.
    """
    wishes = []
    for bot in bots:
        for key in bot.keys:
            signal = signals.get(key)
            if signal is None:
                continue
            holding = holdings.get((bot.public_id, key.instrument_id))
            if signal.action is Action.EXIT_LONG:
                if holding and holding.position_pk not in leaving:
                    wishes.append(Wish(bot, signal, holding))
            elif bot.status is BotStatus.ACTIVE and not holding and (bot.public_id, key.instrument_id) not in entering:
                wishes.append(Wish(bot, signal, None))
    return wishes
