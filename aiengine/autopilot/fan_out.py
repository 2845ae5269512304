"""One signal, many bots: who can act on it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from aiengine.autopilot.types import Wish
from strategies.bots.types import BotRow, BotStatus, Roster
from strategies.signals.types import Action, Signal
from trading.portfolio.types import Holding


def fan_out(
    *,
    roster: Roster,
    signals: Collection[Signal],
    holdings: Mapping[tuple[UUID, str], Holding],
    leaving: Collection[int],
    entering: Collection[tuple[UUID, str]],
) -> list[Wish]:
    """The wishes of a slot, by bot number and instrument.

    An entry needs an active bot that neither holds the instrument nor is on its way in; an exit needs a position that
    is not being left already (`leaving` holds position keys) and is never held back: a paused bot leaves too.
    """
    wishes = []
    for bot, signal in _heard(roster, signals):
        place = (bot.public_id, signal.key.instrument_id)
        holding = holdings.get(place)
        if signal.action is Action.EXIT_LONG:
            if holding and holding.position_pk not in leaving:
                wishes.append(Wish(bot, signal, holding))
        elif bot.status is BotStatus.ACTIVE and not holding and place not in entering:
            wishes.append(Wish(bot, signal, None))
    return wishes


def _heard(roster: Roster, signals: Collection[Signal]) -> list[tuple[BotRow, Signal]]:
    """Who hears what: by bot number, then in the order of the bot's instruments."""
    heard = [(bot, signal) for signal in signals for bot in roster.listeners.get(signal.key, ())]
    return sorted(heard, key=lambda pair: (pair[0].number, pair[0].instruments.index(pair[1].key.instrument_id)))
