"""Verdicts: asked once, stored once, by models or, with no key, by rules that say so."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from aiengine.consensus.models import OpinionRecord, VerdictRecord
from aiengine.consensus.selectors import verdict_again, verdicts_by_ids
from aiengine.consensus.services import verdicts_for
from aiengine.consensus.types import Vote
from cryptouniverse.kernel.market import Side
from strategies.signals.types import Action
from tests.aiengine.stage import DAY_41, ETH, HOUR_MS, actors, entry, given_market, said

SLOT = DAY_41 + 5 * HOUR_MS


def statements(captured):
    """SELECT, INSERT, ... without the settings and savepoints around them."""
    verbs = [query["sql"].split()[0] for query in captured]
    return [verb for verb in verbs if verb in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}]


@pytest.fixture
def market(acme, tmp_path):
    given_market(tmp_path, symbols=("BTC-USDT", "ETH-USDT"))


def test_without_keys_three_analysts_vote_and_the_verdict_says_so(market):
    signal = entry(SLOT)

    verdict = verdicts_for(signals=[signal], slot_ms=SLOT)[signal.id]

    assert verdict.by_rules and VerdictRecord.objects.get().by_rules
    assert [opinion.voter for opinion in verdict.opinions] == ["rule:trend", "rule:momentum", "rule:volume"]
    assert set(OpinionRecord.objects.values_list("kind", flat=True)) == {"rule"}


def test_models_that_agree_carry_the_proposal(market):
    signal = entry(SLOT)

    verdict = verdicts_for(signals=[signal], slot_ms=SLOT, providers=actors(said(), said(confidence=0.85)))[signal.id]

    assert (verdict.side, verdict.confidence, verdict.by_rules) == (Side.BUY, Decimal("0.875"), False)


def test_models_that_all_fail_mean_hold_and_rules_never_step_in(market):
    signal = entry(SLOT)

    panel = actors(RuntimeError("down"), "I cannot help with that.", said(confidence=0))
    verdict = verdicts_for(signals=[signal], slot_ms=SLOT, providers=panel)[signal.id]

    assert (verdict.side, verdict.by_rules) == (None, False)
    assert [opinion.error for opinion in verdict.opinions] == ["failed", "malformed", "no_confidence"]


def test_a_panel_that_would_rather_sell_opens_nothing(market):
    signal = entry(SLOT)

    verdict = verdicts_for(signals=[signal], slot_ms=SLOT, providers=actors(said("SELL"), said("SELL")))[signal.id]

    assert verdict.side is None and verdict.reason.startswith("vote.against")


def test_a_repeat_returns_the_earlier_verdict_and_asks_nobody(market):
    signal, later = entry(SLOT), actors(said("HOLD"), said("HOLD"))
    first = verdicts_for(signals=[signal], slot_ms=SLOT, providers=actors(said(), said()))

    assert verdicts_for(signals=[signal], slot_ms=SLOT, providers=later) == first
    assert not any(actor.asked for actor in later)


def test_exits_are_never_asked_about(market):
    panel = actors(said(), said())

    assert verdicts_for(signals=[entry(SLOT, action=Action.EXIT_LONG)], slot_ms=SLOT, providers=panel) == {}
    assert not panel[0].asked


def test_two_bots_parameters_that_make_the_same_question_cost_one_call(market):
    signals, panel = [entry(SLOT), entry(SLOT, entry=30), entry(SLOT, entry=36)], actors(said(), said())

    verdicts = verdicts_for(signals=signals, slot_ms=SLOT, providers=panel)

    assert (len(verdicts), len(panel[0].asked), panel[0].closed) == (3, 1, True)


def test_a_slot_takes_one_statement_however_many_signals(market):
    signals = [entry(SLOT, instrument_id=f"binance:{base}/USDT", entry=n) for base in ("BTC", "ETH") for n in (20, 24)]
    verdicts_for(signals=[entry(SLOT, entry=50), entry(SLOT, entry=50, instrument_id=ETH)], slot_ms=SLOT)

    with CaptureQueriesContext(connection) as captured:
        assert len(verdicts_for(signals=signals, slot_ms=SLOT)) == 4

    assert statements(captured) == ["WITH"]


def test_an_instrument_without_the_slots_candle_is_not_traded(market):
    after_the_end = DAY_41 + 30 * 24 * HOUR_MS
    signal = entry(after_the_end)

    verdict = verdicts_for(signals=[signal], slot_ms=after_the_end)[signal.id]

    assert verdict.side is None and {opinion.error for opinion in verdict.opinions} == {"no_readings"}


def test_a_signal_of_another_slot_is_stale_and_not_traded(market):
    signal, panel = entry(SLOT - HOUR_MS), actors(said(), said())

    assert verdicts_for(signals=[signal], slot_ms=SLOT, providers=panel)[signal.id].side is None
    assert not panel[0].asked


def test_the_same_verdict_comes_out_of_the_record_alone(market):
    by_rules = verdicts_for(signals=[entry(SLOT)], slot_ms=SLOT)
    lines = said(), said("HOLD"), "not an answer"
    by_models = verdicts_for(signals=[entry(SLOT, entry=30)], slot_ms=SLOT, providers=actors(*lines))

    for verdict in (*by_rules.values(), *by_models.values()):
        assert verdict_again(verdict.id) == (verdict.side, verdict.confidence, verdict.reason)


def test_verdicts_are_read_with_their_opinions_in_two_queries(market):
    stored = verdicts_for(signals=[entry(SLOT), entry(SLOT, entry=30)], slot_ms=SLOT)

    with CaptureQueriesContext(connection) as captured:
        read = verdicts_by_ids([verdict.id for verdict in stored.values()])

    assert statements(captured) == ["SELECT", "SELECT"]
    assert sorted(read.values(), key=str) == sorted(stored.values(), key=str)


def test_another_tenant_sees_none_of_it(market, bolt_ctx):
    from cryptouniverse.kernel.tenancy import in_tenant

    stored = verdicts_for(signals=[entry(SLOT)], slot_ms=SLOT)

    with in_tenant(bolt_ctx):
        assert verdicts_by_ids([verdict.id for verdict in stored.values()]) == {}


def test_a_record_can_be_neither_changed_nor_deleted(market):
    verdicts_for(signals=[entry(SLOT)], slot_ms=SLOT)

    for statement in (
        "UPDATE aiengine_consensus_verdictrecord SET side='buy'",
        "DELETE FROM aiengine_consensus_opinionrecord",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_hostile_answer_does_not_break_the_record(market):
    signal, hostile = entry(SLOT), '{"side": "BUY\x00", "note": "\ud800"} ' + "A" * 20_000

    verdict = verdicts_for(signals=[signal], slot_ms=SLOT, providers=actors(hostile, said()))[signal.id]

    assert verdict.side is None and verdict_again(verdict.id).side is None
    assert verdicts_by_ids([verdict.id])[verdict.id].opinions[0].error == "malformed"


def test_the_budget_of_the_day_stops_the_questions_and_then_nothing_is_entered(market):
    signal, panel = entry(SLOT), actors(said(), said())
    earlier = verdicts_for(signals=[entry(SLOT, entry=30)], slot_ms=SLOT, providers=actors(said("HOLD"), said()))
    row = VerdictRecord.objects.get(public_id=next(iter(earlier.values())).id)
    OpinionRecord.objects.create(verdict=row, voter="gemini", kind="ai", reason="ai.late:", cost_usd=Decimal("9.99"))

    verdict = verdicts_for(signals=[signal], slot_ms=SLOT, providers=panel)[signal.id]

    assert verdict.side is None and not panel[0].asked
    assert {opinion.error for opinion in verdict.opinions} == {"over_budget"}


def test_a_candle_that_arrives_later_in_the_day_is_seen_when_it_is_there(acme, tmp_path):
    given_market(tmp_path, tweak=lambda rows: [row for row in rows if row[0] < SLOT])
    early = verdicts_for(signals=[entry(SLOT)], slot_ms=SLOT)
    given_market(tmp_path)

    late = verdicts_for(signals=[entry(SLOT, entry=30)], slot_ms=SLOT)

    assert [o.error for v in early.values() for o in v.opinions] == ["no_readings"] * 3
    assert "no_readings" not in [o.error for v in late.values() for o in v.opinions]


def test_votes_are_kept_as_they_were_given(market):
    signal = entry(SLOT)
    verdicts_for(signals=[signal], slot_ms=SLOT, providers=actors(said(confidence=0.93), said("HOLD")))

    record = OpinionRecord.objects.order_by("pk").first()

    assert (record.vote, record.confidence, record.model, record.tokens_in) == (
        Vote.BUY,
        Decimal("0.93"),
        "actor-1",
        400,
    )
    assert record.raw == said(confidence=0.93) and record.cost_usd > 0
