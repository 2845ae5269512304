"""What an alert is, and what can come of one. Pure, no Django."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.signals.types import Action, Signal

BODY_MAX: Final = 8_192  # bytes
TOLERANCE: Final = timedelta(seconds=300)
SPARE: Final = timedelta(minutes=5)  # what an entry may wait beyond one candle of its bot
KEPT_FOR: Final = timedelta(days=90)
NOTE_MAX: Final = 80
SECRET_MAX: Final = 200
MESSAGE_ID_MAX: Final = 100


JUDGED_AS: Final[Mapping[str, str]] = {  # families whose conditions the panel knows, and how people choose one
    "trend": _("Follows a trend"),
    "breakout": _("Breaks out of a range"),
    "mean_reversion": _("Buys what has fallen too far"),
    "pullback": _("Buys a step back within a rise"),
}


class Sender(enum.StrEnum):
    """How an alert showed that it may speak: by the secret in its text, a signature, or from its bot's own page."""

    TEXT = "text"
    SIGNED = "signed"
    PAGE = "page"


class Outcome(enum.StrEnum):
    """What came of an alert; `TOLD` says it to people."""

    WAITING = "waiting"
    ENTERED = "entered"
    LEFT = "left"
    REFUSED = "refused"
    NO_VERDICT = "no_verdict"
    HELD = "held"
    NOT_HELD = "not_held"
    PAUSED = "paused"
    CLOSED = "closed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


TOLD: Final[Mapping[Outcome, str]] = {
    Outcome.WAITING: _("Waits for the next closed candle"),
    Outcome.ENTERED: _("Entered: an order was made"),
    Outcome.LEFT: _("Left: an order to sell was made"),
    Outcome.REFUSED: _("Refused by a limit"),
    Outcome.NO_VERDICT: _("The panel did not agree"),
    Outcome.HELD: _("Nothing to do: it holds the instrument already, or buys it right now"),
    Outcome.NOT_HELD: _("Nothing to do: it holds none of it, or sells it right now"),
    Outcome.PAUSED: _("Not entered: the bot is paused"),
    Outcome.CLOSED: _("Not entered: your organisation takes no entries at the moment"),
    Outcome.SUPERSEDED: _("A later alert came before its turn"),
    Outcome.EXPIRED: _("Dropped: too old when its turn came"),
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a sender is given, once. message: stands in the text of an alert. signing: signs by Standard Webhooks."""

    message: Secret
    signing: Secret


@dataclass(frozen=True, slots=True)
class Signed:
    """The headers of Standard Webhooks, as they were sent."""

    message_id: str
    timestamp: str
    signatures: str


@dataclass(frozen=True, slots=True)
class Message:
    """An alert as it was read. instrument_id: of the bot's. ticker, order_id, price: as they were sent, for people.

    test: goes all the way and trades nothing.
    """

    action: Action
    instrument_id: str
    sent_at: datetime
    ticker: str = ""
    order_id: str = ""
    price: str = ""
    test: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one alert. rule, limit, value: of the limit that refused it, as decisions keep them."""

    outcome: Outcome
    rule: str = ""
    limit: str = ""
    value: str = ""


class Heard(NamedTuple):
    """What an alert asked of its bot after the candle of `slot_ms` (UTC)."""

    bot_id: UUID
    instrument_id: str
    slot_ms: int
    enters: bool


@dataclass(frozen=True, slots=True)
class Called:
    """What alerts ask for in one slot. tests: ids of signals that trade nothing. over: alerts, by their keys, whose
    turn came in vain: later ones came before it, or it is too old.
    """

    signals: tuple[Signal, ...] = ()
    tests: frozenset[UUID] = frozenset()
    over: Mapping[int, Outcome] | None = None


NOBODY_CALLED: Final = Called()
