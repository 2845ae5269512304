"""The twenty people of a replay: by seed they differ in capital, caps, parameters and credits, always alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from credits.ledger.services import top_up
from credits.ledger.types import Currency
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.money import Credits
from strategies.bots.services import create_bot
from trading.portfolio.services import open_portfolio
from trading.risk.services import set_limits

USERS = 20
_SHORT_OF_CREDITS = range(1, 6)  # these five have little to go, so that profit limits are met
_CAPPED = range(6, 11)  # these five have narrow caps
_TOPS_UP = 1
_HOST = "replay.invalid"  # where no mail arrives, and no person has an address


@dataclass(frozen=True, slots=True)
class Person:
    """One user of the replay, before they exist. limits: as `set_limits` takes them; bots: strategy and parameters."""

    number: int
    capital: Decimal
    credits: Decimal
    limits: dict[str, Any]
    bots: tuple[tuple[str, dict[str, Any]], ...]
    top_up: Decimal = Decimal(0)
    top_up_at: Decimal = Decimal("0.5")

    @property
    def email(self) -> str:
        """Where nobody receives mail."""
        return f"replay-{self.number:02d}@{_HOST}"


@dataclass(frozen=True, slots=True)
class Palette:
    """Parameter sets of a strategy among which the cast chooses, so that signals are shared."""

    strategy: str
    sets: tuple[dict[str, Any], ...]


PALETTES = (
    Palette("moving_average_cross", ({}, {"fast": 8, "slow": 21}, {"fast": 5, "slow": 34}, {"fast": 12, "slow": 48})),
    Palette("rsi_reversion", ({}, {"period": 7}, {"period": 10}, {"period": 21})),
    Palette("donchian_breakout", ({}, {"entry": 12, "exit": 6}, {"entry": 24, "exit": 12}, {"entry": 36, "exit": 18})),
)


def cast(seed: int) -> list[Person]:
    """The people of the replay with this seed, numbered from 1."""
    return [_person(random.Random(f"{seed}:{number}"), number) for number in range(1, USERS + 1)]  # noqa: S311  # a cast, not a secret


def _person(dice: random.Random, number: int) -> Person:
    capital = Decimal(dice.choice([5_000, 10_000, 20_000, 50_000, 100_000]))
    credits = Decimal(dice.randint(20, 120)) if number in _SHORT_OF_CREDITS else Decimal(dice.randint(20, 60) * 1_000)
    limits: dict[str, Any] = {
        "risk_per_trade_pct": Decimal(dice.choice(["0.5", "1", "2"])),
        "position_pct_max": Decimal(dice.choice([10, 20, 25])),
        "daily_loss_pct_max": Decimal(dice.choice([3, 5, 8])),
        "open_positions_max": dice.choice([12, 16, 24]),
        "order_notional_max": capital,
        "position_notional_max": capital,
    }
    if number in _CAPPED:
        limits["open_positions_max"] = dice.choice([2, 3, 4])
        limits["order_notional_max"] = capital * dice.choice([2, 3, 4]) / 100
        limits["position_notional_max"] = capital * dice.choice([3, 5]) / 100
    bots = tuple((palette.strategy, dice.choice(palette.sets)) for palette in PALETTES)
    extra = {"top_up": Decimal(500)} if number == _TOPS_UP else {}
    return Person(number, capital, credits, limits, bots, **extra)


def strangers() -> bool:
    """Whether somebody is in the active tenant who is of no cast: its books are no replay's to touch."""
    return get_user_model().objects.exclude(email__endswith=f"@{_HOST}").exists()


@transaction.atomic
def enter(person: Person, *, instruments: Sequence[str], timeframe: Timeframe) -> Any:
    """Make this person in the active tenant, with portfolio, limits, credits and one bot per strategy; once."""
    people = get_user_model().objects
    user = people.filter(email=person.email).first()
    if user is not None:
        return user
    user = people.create_user(person.email, display_name=f"Replay {person.number}")
    portfolio = open_portfolio(owner=user, cash=person.capital)
    set_limits(portfolio=portfolio, **person.limits)
    _fund(user, person.credits, key=f"replay:{person.number}:first")
    for strategy, parameters in person.bots:
        create_bot(
            owner=user,
            portfolio=portfolio,
            strategy=strategy,
            parameters=parameters,
            timeframe=timeframe,
            instruments=instruments,
        )
    return user


def top_up_on_the_way(person: Person) -> None:
    """The one top-up of those who make one; repeating it books nothing more."""
    user = get_user_model().objects.get(email=person.email)
    _fund(user, person.top_up, key=f"replay:{person.number}:top-up")


def _fund(user: Any, credits: Decimal, *, key: str) -> None:
    top_up(
        user=user,
        amount=Credits(credits),
        currency=Currency.PRACTICE,
        idempotency_key=key,
        reason="practice credits of a replay",
    )
