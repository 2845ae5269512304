"""Every verdict can be worked out again from its record alone, whoever voted and whatever they said."""

import random

import pytest

from aiengine.consensus.selectors import verdict_again, verdicts_by_ids
from aiengine.consensus.services import verdicts_for
from tests.aiengine.stage import DAY_41, ETH, HOUR_MS, actors, entry, given_market, said
from tests.aiengine.test_providers_answers import mutated

NAMES = ("donchian_breakout", "moving_average_cross", "rsi_reversion")


@pytest.mark.prove
def test_every_verdict_is_the_same_when_it_is_worked_out_again(acme, tmp_path):
    given_market(tmp_path, symbols=("BTC-USDT", "ETH-USDT"))
    chance, verdicts = random.Random(7), {}  # noqa: S311  # a seeded fuzz, not a secret

    for slot in range(DAY_41, DAY_41 + 48 * HOUR_MS, HOUR_MS):
        by_rules = [entry(slot, name=name, instrument_id=ETH) for name in NAMES]
        verdicts |= verdicts_for(signals=by_rules, slot_ms=slot)
        lines = [mutated(chance, said()) if chance.random() < 0.3 else said() for _seat in range(3)]
        verdicts |= verdicts_for(signals=[entry(slot)], slot_ms=slot, providers=actors(*lines))

    assert len(verdicts) == 192 and {verdict.side for verdict in verdicts.values()} > {None}
    for verdict in verdicts.values():
        assert verdict_again(verdict.id) == (verdict.side, verdict.confidence, verdict.reason)
    assert sorted(verdicts_by_ids([v.id for v in verdicts.values()]).values(), key=str) == sorted(
        verdicts.values(), key=str
    )
