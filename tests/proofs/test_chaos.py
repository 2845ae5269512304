"""Two hours in which everything is killed in turn while orders go out: nothing lost, nothing twice, soon back."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest

from tests.proofs.chaos_stage import VICTIMS, Product, product, until

CHAOS_S = 7_200
RECOVERS_WITHIN_S = 60
RESTS_WITHIN_S = 180
ANOTHER_AFTER_S = 4  # without an answer, another entry is recorded
ORDER = {"method": "POST", "path": "/api/v3/order"}
FAULTS: list[dict[str, Any]] = [
    {**ORDER, "kind": "accept_then_drop_reply", "probability": "0.2"},
    {**ORDER, "kind": "5xx_after_accept", "probability": "0.2"},
    {**ORDER, "kind": "html_after_accept", "probability": "0.2"},
    {**ORDER, "kind": "delay_before_ms", "ms": 0, "max_ms": 3_000, "probability": "0.4"},
    {"kind": "html_instead_of_json", "probability": "0.05"},
    {"kind": "stream_duplicate", "probability": "0.3"},
    {"kind": "stream_out_of_order", "probability": "0.3"},
    {"kind": "stream_drop", "probability": "0.2"},
    {"kind": "stream_break", "probability": "0.02"},
]
pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]


def test_two_hours_of_random_kills_lose_nothing_and_double_nothing():
    with tempfile.TemporaryDirectory(prefix="cu-chaos-") as name:
        Path(name).chmod(0o711)
        with product(Path(name)) as stage:
            kills, slowest, found, books = chaos(stage, seconds=CHAOS_S, seed=1)

    assert set(kills) == set(VICTIMS)
    assert found["sound"], found
    assert found["orders"] > sum(kills.values())
    assert found["fills"] > 0
    assert slowest < RECOVERS_WITHIN_S
    assert books.returncode == 0, books.stdout


def chaos(stage: Product, *, seconds: float, seed: int) -> tuple[Counter[str], float, dict[str, Any], Any]:
    """Kills per victim, the slowest recovery in seconds, the checker's findings, and what `check_books` said."""
    dice = random.Random(seed)  # noqa: S311  # a run that can be repeated
    kills: Counter[str] = Counter()
    slowest = 0.0
    with stage.running(), stage.recorder() as ask:
        recovery(stage, ask, dice)  # everything is up
        account = ask("key")["api_key"]
        began = monotonic()
        while monotonic() - began < seconds:
            for victim in dice.sample(VICTIMS, len(VICTIMS)):
                set_faults(stage, account, dice)
                record(stage, ask, dice)
                Event().wait(dice.uniform(0, 2))  # the moment of the kill is any moment of the work
                if stage.kill(victim):
                    kills[victim] += 1
                    slowest = max(slowest, recovery(stage, ask, dice))
        tell(stage, account, [])
    with stage.alone("exchange", "trader"), stage.recorder() as ask:
        until(lambda: ask("rest").get("restless") == 0, "everything has ended", within_s=RESTS_WITHIN_S)
        until(lambda: ask("judge", journal=str(stage.journal)).get("sound"), "sound", within_s=60)
        found = ask("judge", journal=str(stage.journal))
    return kills, slowest, found, stage.manage("check_books")


def recovery(stage: Product, ask: Callable[..., dict[str, Any]], dice: random.Random) -> float:
    """Record entries until the venue is known to have taken one of them; the seconds until then."""
    first: list[int] = []
    latest = [0.0]

    def one_is_taken() -> bool:
        if monotonic() - latest[0] > ANOTHER_AFTER_S:
            latest[0] = monotonic()
            if (after := record(stage, ask, dice)) is not None:
                first.append(after)
        return bool(first) and ask("taken", after=first[0]).get("taken", 0) > 0

    return until(one_is_taken, "a new intent is taken", within_s=RECOVERS_WITHIN_S)


def record(stage: Product, ask: Callable[..., dict[str, Any]], dice: random.Random) -> int | None:
    """Have some entries and exits recorded; the newest intent before them. None where a server was away."""
    try:
        prices = stage.control.get("health")["prices"]
    except (OSError, HTTPException):
        return None
    after: int | None = ask("record", seed=dice.getrandbits(32), prices=prices).get("after")
    return after


def set_faults(stage: Product, account: str, dice: random.Random) -> None:
    """Some of the faults, until the next time."""
    tell(stage, account, dice.sample(FAULTS, dice.randint(0, 3)), seed=dice.getrandbits(16))


def tell(stage: Product, account: str, faults: list[dict[str, Any]], *, seed: int = 1) -> None:
    """Set the account's faults, as soon as the exchange is there."""

    def told() -> bool:
        try:
            stage.control.post("faults", {"account": account, "seed": seed, "faults": faults})
        except (OSError, HTTPException):
            return False
        return True

    until(told, "the exchange is back", within_s=RECOVERS_WITHIN_S)
