"""The scanner: what stands, what its strategy came to, and in which order, from candles that have closed alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection, connections
from django.db.models import F

from cryptouniverse.kernel.market import DAY_MS, Instrument, Timeframe
from strategies.backtest.selectors import runs_of, studied
from strategies.backtest.services import ask_for_run, work_runs
from strategies.catalog.registry import all_strategies, strategy
from strategies.catalog.types import Needs, SignalKey
from strategies.scanner import services
from strategies.scanner.looking import record_days
from strategies.scanner.models import Opportunity, Scan, TrackRecord
from strategies.scanner.ranking import rank_of, score_of, trials_of, verdict_of
from strategies.scanner.selectors import newest_scan, opportunities, plan_of_record
from strategies.scanner.services import scan_if_shown, scan_market
from strategies.scanner.standing import levels_of, standing_of
from strategies.scanner.types import AGE_MAX, USUAL_COSTS
from strategies.signals.services import signals_at
from strategies.signals.types import Action
from tests.people import member
from tests.strategies.backtest_stage import BTC as ONE
from tests.strategies.backtest_stage import asks, market
from tests.strategies.markets import START_MS, given_funding, given_stored, walk
from tests.strategies.scanner_stage import BTC, CURSOR, DAYS, ETH, HOUR, few, given_markets, scanned, shown_to, told
from trading.fills.types import Costs
from trading.marketdata.models import FundingRate

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(acme):
    given_markets()


def standing(*candles, at=1, **terms):
    one = market(*candles, instrument=ONE)
    return standing_of(one.bars, asks(one, **{f"b{at}": 1}), **{"stop_bps": 300, "target_bps": 600, **terms})


def test_an_entry_stands_with_its_stop_and_target_from_the_close_that_asked():
    found = standing(100, 100, 101, 102)
    assert (found.age, found.entry, found.stop, found.target) == (2, 10_200, 9_700, 10_600)
    assert found.slot_ms == START_MS + HOUR


@pytest.mark.parametrize(
    "candles",
    [
        pytest.param((100, 100, (100, 100, 97, 99), 99), id="its stop was touched"),
        pytest.param((100, 100, (100, 106, 100, 101), 101), id="its target was touched"),
        pytest.param((100, 100, *([100] * (AGE_MAX + 1))), id="it is too old"),
    ],
)
def test_an_entry_falls_when(candles):
    assert standing(*candles) is None
    assert standing(*candles[:2], 100) is not None


def test_an_exit_ends_it():
    one = market(100, 100, 100, 100, instrument=ONE)
    assert standing_of(one.bars, asks(one, b1=1, b2=0), stop_bps=300, target_bps=0) is None


def test_risk_and_reward_are_counted_from_where_a_buyer_enters_now():
    levels = levels_of(standing(100, 100, 101, 102), ONE, Costs(0, 0, 0))
    assert (levels.entry, levels.stop, levels.target) == (Decimal(102), Decimal(97), Decimal(106))
    assert levels.risk_pct == Decimal("4.90")
    assert levels.reward_r == Decimal("0.80")
    assert levels.risk_of_100 == Decimal("4.90")
    dear = levels_of(standing(100, 100, 101, 102), ONE, Costs(0, 1_000, 10))
    assert dear.risk_of_100 == Decimal("5.28")  # 100 * (1 - 97 * 0.999 * 0.999 / (102 * 1.001 * 1.001))
    assert levels_of(standing(100, 100, target_bps=0), ONE, USUAL_COSTS).reward_r is None


def test_the_score_is_a_lower_bound_with_one_lost_trade_more():
    results = np.array([1.0, 2.0, -1.0, 1.0])
    # mean of 1, 2, -1, 1, -1 is 0.4; sample deviation 1.3416; t95 of 4 is 2.132
    assert score_of(results) == pytest.approx(0.4 - 2.132 * 1.3416407864998738 / 5**0.5)
    assert score_of(np.array([])) is None
    assert score_of(np.full(2, 1.0)) < 0 < score_of(np.full(40, 1.0)), "two lucky trades are not forty"


def test_the_better_bound_comes_first_nothing_last_and_ties_by_name():
    rows = [(0.1, "b"), (None, "a"), (0.3, "c"), (0.1, "a"), (-4.0, "z")]
    assert sorted(rows, key=lambda row: rank_of(row[0], row[1])) == [
        (0.3, "c"), (0.1, "a"), (0.1, "b"), (-4.0, "z"), (None, "a"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trades", "deflated", "simulated", "codes"),
    [
        (29, 0.99, False, ["few_trades"]),
        (30, 0.949, False, ["deflated_sharpe"]),
        (30, None, False, ["no_deflated_sharpe"]),
        (30, 0.96, True, ["simulated"]),
        (30, 0.96, False, []),
    ],
)
def test_nothing_is_validated_by_few_trades_or_by_luck(trades, deflated, simulated, codes):
    verdict = verdict_of(trades=trades, deflated_sharpe=deflated, total=0.2, held=0.1, simulated=simulated)
    assert [reason.code for reason in verdict.reasons] == codes
    assert verdict.validated is not codes or not codes


def test_every_record_of_a_timeframe_counts_as_a_trial(shown):
    scanned()
    tried = trials_of([0.1, 0.2, 0.4])
    assert (tried.trials, tried.variance) == (3, pytest.approx(np.var([0.1, 0.2, 0.4], ddof=1)))
    assert newest_scan().tried == len(few()) * 2 == TrackRecord.objects.count()


def test_what_stands_is_what_bots_were_told(shown):
    rows = scanned()
    assert len(rows) >= 3
    for row in rows:
        key = SignalKey(row.strategy, row.parameters, row.instrument_id, Timeframe.H1)
        heard = signals_at(slot_ms=row.slot_ms, keys=[key])[key]
        assert (heard.action, heard.id) == (Action.ENTER_LONG, row.signal_id)
        assert row.age == (CURSOR - row.slot_ms) // HOUR
        assert row.stop < row.entry


def test_a_signal_is_known_only_after_its_candle_has_closed(shown):
    asked = scanned()[0]
    before = scanned(asked.slot_ms - HOUR)
    assert asked.signal_id not in {row.signal_id for row in before}
    at_once = {row.signal_id: row for row in scanned(asked.slot_ms)}
    assert at_once[asked.signal_id].age == 0


def test_candles_that_have_not_happened_change_nothing(shown):
    first = told(scanned())
    Scan.objects.all().delete()
    TrackRecord.objects.all().delete()
    for seed, name in ((1, BTC), (2, ETH)):  # other candles from the cursor on
        other = walk(24 * 60, seed=seed + 50, instrument_id=name)
        given_stored(other[int(other.open_ms.searchsorted(CURSOR + HOUR)) :])
    assert told(scanned()) == first


def test_a_record_is_the_backtest_that_a_person_would_keep(shown):
    alice = member("alice@example.com")
    scanned()
    for record in TrackRecord.objects.order_by("pk")[:3]:
        ask_for_run(actor=alice, plan=plan_of_record(record))
        work_runs()
        run = runs_of(alice)[0]
        assert run.state == "done"
        assert run.hash == record.hash
        assert run.result["metrics"]["trades"]["value"] == record.track["trades"]
        assert run.result["metrics"]["win_rate"]["value"] == record.track["win_rate"]
        assert run.result["baselines"]["buy_and_hold"]["total_return"]["value"] == record.track["held_return"]


def test_a_record_ends_at_midnight_and_goes_back_over_ninety_days(shown):
    scanned()
    record = TrackRecord.objects.first()
    assert record.day == (CURSOR + HOUR) // DAY_MS
    assert record.since_ms == record.day * DAY_MS - record_days(Timeframe.H1) * DAY_MS
    assert record_days(Timeframe.H1) == 90
    assert record_days(Timeframe.M1) == 34


def test_the_same_scan_ranks_the_same(shown):
    first = told(scanned())
    Scan.objects.all().delete()
    assert told(scanned()) == first, "from kept records"
    Scan.objects.all().delete()
    TrackRecord.objects.all().delete()
    assert told(scanned(strategies=few()[::-1])) == first, "anew, in another order"


def test_the_list_newest_first_is_the_ranking(shown):
    rows = scanned()
    assert [row.rank for row in opportunities()] == list(range(1, len(rows) + 1))
    scores = [row.score for row in rows if row.score is not None]
    assert scores == sorted(scores, reverse=True)


def test_a_day_later_records_are_what_they_are_when_made_anew(shown):
    scanned()
    later = CURSOR + 2 * DAY_MS
    went_on = told(scanned(later))
    kept = list(TrackRecord.objects.filter(day=(later + HOUR) // DAY_MS).values_list("strategy", "hash", "asked"))
    Scan.objects.all().delete()
    TrackRecord.objects.all().delete()
    assert told(scanned(later)) == went_on
    anew = TrackRecord.objects.filter(day=(later + HOUR) // DAY_MS).values_list("strategy", "hash", "asked")
    assert [(a, b, bytes(c)) for a, b, c in anew] == [(a, b, bytes(c)) for a, b, c in kept]


def test_a_day_later_the_first_day_of_ninety_falls_off(acme):
    given_stored(walk(24 * 100, seed=1, instrument_id=BTC))
    shown_to(START_MS + 95 * DAY_MS)
    scanned(strategies=few()[:1])
    scanned(START_MS + 97 * DAY_MS, strategies=few()[:1])
    record = TrackRecord.objects.order_by("-day")[0]
    plan = plan_of_record(record)
    assert plan.start_ms == START_MS + 7 * DAY_MS
    assert studied(plan).study.result.hash == record.hash


def test_within_a_day_no_record_is_made_again(shown):
    scanned()
    made = set(TrackRecord.objects.values_list("pk", "computed_at"))
    scanned(CURSOR + HOUR)
    assert set(TrackRecord.objects.values_list("pk", "computed_at")) == made


def test_corrected_candles_make_records_again(shown):
    scanned()
    before = dict(TrackRecord.objects.values_list("pk", "hash"))
    given_stored(walk(24 * 60, seed=9, instrument_id=BTC))
    scanned(CURSOR + HOUR)
    after = TrackRecord.objects.values_list("pk", "instrument_id", "hash")
    changed = {name for pk, name, now in after if now != before[pk]}
    assert changed == {BTC}


def test_nothing_closed_is_nothing_to_do(shown):
    scanned()
    assert scan_market(strategies=few()) is None
    assert Scan.objects.count() == 1


def test_of_two_workers_one_looks(shown):
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [services._LOCK])
        assert scan_market(strategies=few()) is None
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    assert scan_market(strategies=few()) is not None


def test_without_a_market_there_is_nothing(acme):
    assert scan_if_shown() is None


def broken(bars, **_):
    raise RuntimeError("cannot be")


def test_a_strategy_that_raises_harms_nobody_else_and_is_told(shown):
    well = told(scanned())
    Scan.objects.all().delete()
    TrackRecord.objects.all().delete()
    bad = replace(strategy("aroon_trend"), decide=broken)
    worse = replace(strategy("hull_turn"), warmup=broken)
    with_them = told(scanned(strategies=[worse, *few(), bad]))
    assert with_them == well
    failures = newest_scan().failures
    assert [one["strategy"] for one in failures] == ["aroon_trend", "hull_turn"]
    assert all("cannot be" in one["said"] for one in failures)
    assert scanned(CURSOR + HOUR, strategies=[*few(), bad]), "and told again in the next hour"
    assert [one["strategy"] for one in newest_scan().failures] == ["aroon_trend"]


def test_stale_instruments_and_those_of_another_market_are_left_out(shown):
    old = walk(24 * 40, seed=3, instrument_id="binance:OLD/USDT")
    given_stored(old)
    scanned()
    assert newest_scan().markets == 2


def test_old_scans_go_and_the_pages_of_a_kept_one_stay(shown):
    rows = scanned()
    cursor = rows[0].public_id
    newer = scanned(CURSOR + HOUR)
    assert {row.scan_id for row in opportunities()} == {newer[0].scan_id}
    assert {row.scan_id for row in opportunities(cursor=cursor)} == {rows[0].scan_id}
    for hour in range(2, services.SCANS_KEPT + 2):
        scanned(CURSOR + hour * HOUR, strategies=few()[:1])
    assert Scan.objects.count() == services.SCANS_KEPT
    assert not Opportunity.objects.filter(public_id=cursor).exists()


def test_records_and_scans_are_public(acme):
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT schemaname FROM pg_tables WHERE tablename LIKE 'strategies_scanner_%%'")
        assert cursor.fetchall() == [("public",)]


def test_all_that_decides_on_bars_is_tried():
    tried = services._tried(list(all_strategies().values()), Timeframe.H1, {})
    assert len(tried) == len(all_strategies()) >= 45


NEEDY = [one for one in all_strategies().values() if one.needs]


def given_rates():
    given_funding(*(walk(24 * DAYS, instrument_id=name) for name in (BTC, ETH)))


def test_what_reads_beside_its_bars_is_seen_as_its_bots_hear_it_and_its_record_is_the_backtest_of_it(shown):
    given_rates()
    rows = scanned(strategies=NEEDY)
    tried = {(row.strategy, row.instrument_id) for row in TrackRecord.objects.all()}
    assert tried == {(one.name, name) for one in NEEDY for name in (BTC, ETH)}
    assert not any(row.error for row in TrackRecord.objects.all())
    for row in rows:
        key = SignalKey(row.strategy, row.parameters, row.instrument_id, Timeframe.H1)
        assert signals_at(slot_ms=row.slot_ms, keys=[key])[key].id == row.signal_id
    for record in TrackRecord.objects.filter(instrument_id=ETH, strategy__in=["unpaid_trend", "ratio_reversion"]):
        assert studied(plan_of_record(record)).study.result.hash == record.hash


def test_a_market_without_rates_is_left_out_of_what_reads_them_and_a_correction_makes_a_record_anew(shown):
    paying = {one.name for one in NEEDY if Needs.FUNDING in one.needs}
    scanned(strategies=NEEDY)
    assert not TrackRecord.objects.filter(strategy__in=paying).exists()
    assert TrackRecord.objects.exclude(strategy__in=paying).count() == 2 * (len(NEEDY) - len(paying))
    given_rates()
    scanned(CURSOR + HOUR, strategies=NEEDY)
    before = dict(TrackRecord.objects.values_list("pk", "hash"))
    FundingRate.objects.filter(instrument__name=BTC).update(rate=-F("rate"))
    scanned(CURSOR + 2 * HOUR, strategies=NEEDY)
    changed = [row for row in TrackRecord.objects.all() if row.hash != before[row.pk]]
    assert {(row.strategy, row.instrument_id) for row in changed} == {(name, BTC) for name in paying}


def test_a_day_later_a_record_goes_on_with_what_is_read_beside_it(shown):
    given_rates()
    scanned(strategies=NEEDY)
    scanned(CURSOR + DAY_MS, strategies=NEEDY)
    for record in TrackRecord.objects.filter(instrument_id=ETH, day=(CURSOR + DAY_MS) // DAY_MS):
        assert not record.error and studied(plan_of_record(record)).study.result.hash == record.hash


def test_an_instrument_of_another_tick_keeps_exact_prices():
    fine = Instrument("binance:X/USDT", "X", "USDT", Decimal("0.00001"), Decimal("0.001"))
    one = market("0.12345", "0.12345", "0.12345", instrument=fine)
    found = standing_of(one.bars, asks(one, b1=1), stop_bps=300, target_bps=0)
    assert levels_of(found, fine, USUAL_COSTS).stop == Decimal("0.11975")


def test_the_feed_moves_and_the_scan_with_it(shown):
    scanned()
    shown_to(CURSOR + 5 * HOUR)
    scan = scan_market(strategies=few())
    assert scan.cursor_ms == CURSOR + 5 * HOUR
