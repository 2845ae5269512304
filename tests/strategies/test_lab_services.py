"""Optimisations that are kept: the same whoever works them and how often, and nothing half-stored."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.words import told
from strategies.backtest.engine.terms import Terms
from strategies.backtest.errors import BadTerms, NoCandles
from strategies.backtest.selectors import studied
from strategies.backtest.types import Plan
from strategies.catalog import registry
from strategies.catalog.errors import BadParameter, MissingInput, UnknownStrategy
from strategies.lab import services
from strategies.lab.errors import (
    BadSearch,
    SearchNotOver,
    TooManyKept,
    TooManySearches,
    UnknownOptimisation,
)
from strategies.lab.models import Chunk, Optimisation, TrialRecord
from strategies.lab.selectors import (
    access_optimisation,
    best_trials,
    heat_map_of,
    progress_of,
    searched,
    told_report,
)
from strategies.lab.services import (
    delete_optimisation,
    offer_silent,
    start_optimisation,
    stop_optimisation,
    work_optimisation,
)
from strategies.lab.types import Checks, Method, SearchPlan
from tenants.audit.models import AuditRecord
from tenants.provisioning.services import quotas, set_quotas
from tenants.provisioning.types import TRIALS
from tests.people import member
from tests.strategies.lab_stage import BTC, CROSS, RANGES
from tests.strategies.markets import START_MS, given_funding, given_stored, walk
from trading.marketdata.errors import UnknownInstrument

HOURS = 24 * 60
STATE = Optimisation.State


def asked(**changed):
    plan = Plan(CROSS.name, {}, (BTC.id,), Timeframe.H1, START_MS, START_MS + HOURS * Timeframe.H1.ms, Terms())
    return replace(SearchPlan(plan, RANGES, checks=Checks(folds=3), seed=3), **changed)


@pytest.fixture
def wanda(acme):
    given_stored(walk(HOURS))
    return member("wanda@lab.example")


def worked(row):
    """Everything that is to be done, one lane."""
    while work_optimisation(optimisation_id=row.public_id):
        pass
    row.refresh_from_db()
    return row


def test_a_search_is_worked_chunk_by_chunk_to_its_report(wanda):
    row = start_optimisation(actor=wanda, asked=asked())

    assert (row.state, row.trials, row.chunks.count()) == ("queued", 50, 3)
    assert work_optimisation(optimisation_id=row.public_id) == 1
    assert progress_of(access_optimisation(wanda, row.public_id)).share == 20 / 50
    assert worked(row).state == STATE.DONE
    assert row.records.count() == row.report["trials"]["done"] == 50
    assert len(row.hash) == 64 and row.hash == row.report["hash"]
    assert not row.report["verdict"]["validated"]
    assert work_optimisation(optimisation_id=row.public_id) == 0


def test_kept_and_not_kept_searches_are_the_same(wanda):
    found = searched(asked(method=Method.TPE, trials=25))
    kept = worked(start_optimisation(actor=wanda, asked=asked(method=Method.TPE, trials=25)))

    assert kept.report == found.report


def test_a_chunk_that_was_lost_on_the_way_is_done_again_and_once(wanda, monkeypatch):
    whole = worked(start_optimisation(actor=wanda, asked=asked(method=Method.TPE, trials=45)))
    row = start_optimisation(actor=wanda, asked=asked(method=Method.TPE, trials=45))
    done = services.work_chunk
    work_optimisation(optimisation_id=row.public_id)
    with monkeypatch.context() as broken:
        broken.setattr(services, "work_chunk", lambda *a, **k: _died(done(*a, **k)))
        with pytest.raises(KeyboardInterrupt):
            work_optimisation(optimisation_id=row.public_id)

    assert row.records.count() == 20
    assert worked(row).hash == whole.hash and row.report == whole.report
    assert list(row.chunks.order_by("number").values_list("tries", flat=True)) == [1, 2, 1]


def _died(*_args, **_named):
    raise KeyboardInterrupt


def test_workers_that_die_over_and_over_end_the_search_with_a_reason(wanda, monkeypatch):
    row = start_optimisation(actor=wanda, asked=asked())
    monkeypatch.setattr(services, "work_chunk", _died)
    for _death in range(services.TRIES_MAX):
        with pytest.raises(KeyboardInterrupt):
            work_optimisation(optimisation_id=row.public_id)

    assert worked(row).state == STATE.FAILED
    assert row.error["code"] == "lab.worker_died" and "3 times" in told(row.error["said"])


def test_a_report_that_takes_long_is_made_by_one_worker_however_often_it_is_offered(wanda):
    row = start_optimisation(actor=wanda, asked=asked())
    for _chunk in range(row.chunks.count()):
        work_optimisation(optimisation_id=row.public_id)
    role = settings.CU.database()
    where = {"host": role["HOST"], "port": role["PORT"], "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(user=role["USER"], password=role["PASSWORD"], **where) as reporting:
        place = [services._REPORT_LOCK, row.public_id.int & 0x7FFFFFFF]
        reporting.execute("SELECT pg_advisory_lock(%s, %s)", place)
        for _offer in range(services.TRIES_MAX + 1):
            assert work_optimisation(optimisation_id=row.public_id) == 0
    row.refresh_from_db()
    assert (row.state, row.tries) == (STATE.RUNNING, 0)

    assert worked(row).state == STATE.DONE


def test_what_nobody_works_is_offered_again_after_a_silence(wanda, monkeypatch, django_capture_on_commit_callbacks):
    offered = []
    monkeypatch.setattr(services, "_on_ask", [offered.append])
    with django_capture_on_commit_callbacks(execute=True):
        row = start_optimisation(actor=wanda, asked=asked())
        assert offer_silent() == 0
        with clock.at(clock.now() + timedelta(seconds=31)):
            assert (offer_silent(), offer_silent()) == (1, 0)

    assert offered == [row.public_id] * 4


def test_stopping_keeps_what_was_found_and_says_that_it_is_not_all(wanda):
    row = start_optimisation(actor=wanda, asked=asked())
    work_optimisation(optimisation_id=row.public_id)
    assert stop_optimisation(actor=wanda, optimisation_id=row.public_id).state == STATE.RUNNING

    assert worked(row).state == STATE.STOPPED
    assert row.report["trials"]["done"] == row.records.count() == 20
    assert "not_over" in {reason["code"] for reason in row.report["verdict"]["reasons"]}
    assert stop_optimisation(actor=wanda, optimisation_id=row.public_id).ended_at == row.ended_at
    assert AuditRecord.objects.filter(action="optimisation.stopped").count() == 1


def test_one_that_waits_is_stopped_at_once(wanda):
    row = start_optimisation(actor=wanda, asked=asked())

    assert stop_optimisation(actor=wanda, optimisation_id=row.public_id).state == STATE.STOPPED
    assert worked(row).report is None and not row.records.exists()


def test_a_chunk_that_is_stopped_in_the_middle_leaves_nothing_and_the_worker_goes_on(wanda, monkeypatch):
    row = start_optimisation(actor=wanda, asked=asked())
    done = services.work_chunk

    def stopped_meanwhile(*args, **named):
        stop_optimisation(actor=wanda, optimisation_id=row.public_id)
        return done(*args, **named)

    monkeypatch.setattr(services, "work_chunk", stopped_meanwhile)

    assert work_optimisation(optimisation_id=row.public_id) == 1
    assert not row.records.exists() and row.chunks.filter(done_at=None).count() == 3
    monkeypatch.undo()  # it was rolled back with the chunk, being of one connection here
    stop_optimisation(actor=wanda, optimisation_id=row.public_id)
    assert worked(row).state == STATE.STOPPED and row.report is None


def test_a_strategy_that_raises_ends_the_search_with_what_it_said(wanda, monkeypatch):
    def decide(bars, **parameters):
        raise ZeroDivisionError("by zero")

    row = start_optimisation(actor=wanda, asked=asked())
    broken = {**registry.everything(), CROSS.name: replace(CROSS, decide=decide)}
    monkeypatch.setattr(registry, "everything", lambda: broken)
    monkeypatch.setattr(type(CROSS), "code_hash", row.code_hash)

    assert worked(row).state == STATE.FAILED
    assert row.error["code"] == "lab.nothing_ran"
    assert "ZeroDivisionError: by zero" in told(row.error["said"])


def test_a_strategy_that_was_changed_meanwhile_ends_the_search(wanda):
    row = start_optimisation(actor=wanda, asked=asked())
    Optimisation.objects.filter(pk=row.pk).update(code_hash="another")

    assert worked(row).error["code"] == "lab.strategy_changed"


def test_an_error_of_ours_ends_the_search_and_not_the_worker(wanda, monkeypatch):
    row = start_optimisation(actor=wanda, asked=asked())
    monkeypatch.setattr(services, "ground_of", lambda *_: 1 / 0)

    assert worked(row).state == STATE.FAILED
    assert row.error["code"] == "lab.unexpected"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"trials": 0}, BadSearch),
        ({"trials": 49}, BadSearch),
        ({"method": Method.RANDOM, "ranges": {"fast": {}, "slow": {}, "band_bps": {}}, "trials": 5_001}, BadSearch),
        ({"objectives": ("charm",)}, BadSearch),
        ({"objectives": ()}, BadSearch),
        ({"ranges": {"fast": {"low": -1}}}, BadSearch),
        ({"ranges": {"quick": {}}}, BadParameter),
        ({"checks": Checks(folds=40)}, BadSearch),
    ],
)
def test_what_cannot_be_searched_is_refused_and_nothing_is_kept(wanda, changed, error):
    with pytest.raises(error):
        start_optimisation(actor=wanda, asked=asked(**changed))
    assert not Optimisation.objects.exists() and not AuditRecord.objects.filter(action="optimisation.started").exists()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"strategy": "none"}, UnknownStrategy),
        ({"strategy": next(iter(registry.all_managers()))}, BadSearch),
        ({"parameters": {"band_bps": 0}}, BadParameter),
        ({"instruments": ("binance:NO/USDT",)}, UnknownInstrument),
        ({"start_ms": 0, "end_ms": 1}, NoCandles),
        ({"timeframe": Timeframe.M1}, NoCandles),
    ],
)
def test_a_plan_that_cannot_run_is_refused_and_nothing_is_kept(wanda, changed, error):
    plan = replace(asked().plan, **changed)
    with pytest.raises(error):
        start_optimisation(actor=wanda, asked=asked(plan=plan))
    assert not Optimisation.objects.exists()


def test_what_reads_funding_is_searched_over_what_is_stored_and_refused_without_it(wanda):
    plan = replace(asked().plan, strategy="unpaid_trend", start_ms=START_MS + 400 * Timeframe.H1.ms)
    wanted = asked(plan=plan, ranges={"trend": {"low": 12, "high": 24, "step": 12}}, checks=Checks(folds=2))
    with pytest.raises(MissingInput, match="none are stored of binance:BTC"):
        start_optimisation(actor=wanda, asked=wanted)
    given_funding(walk(HOURS))

    found = searched(wanted)

    for trial in found.trials:
        alone = studied(replace(plan, parameters=found.search.space.parameters(trial.point)))
        assert trial.metrics["trades"] == alone.study.metrics["trades"].value > 0


def test_no_capital_is_no_search():
    with pytest.raises(BadTerms):
        Terms(capital=Terms().capital * 0)


def test_a_person_has_so_many_at_once_and_so_many_kept(wanda, monkeypatch):
    for _each in range(services.AT_ONCE_MAX):
        row = start_optimisation(actor=wanda, asked=asked())
    with pytest.raises(TooManySearches):
        start_optimisation(actor=wanda, asked=asked())
    start_optimisation(actor=member("walt@lab.example"), asked=asked())
    stop_optimisation(actor=wanda, optimisation_id=row.public_id)
    monkeypatch.setattr(services, "KEPT_MAX", 2)
    with pytest.raises(TooManyKept):
        start_optimisation(actor=wanda, asked=asked())


def test_one_that_runs_is_not_deleted_and_one_that_is_over_goes_with_its_trials(wanda):
    row = start_optimisation(actor=wanda, asked=asked())
    work_optimisation(optimisation_id=row.public_id)
    with pytest.raises(SearchNotOver):
        delete_optimisation(actor=wanda, optimisation_id=row.public_id)
    with pytest.raises(UnknownOptimisation):
        delete_optimisation(actor=member("walt@lab.example"), optimisation_id=row.public_id)
    worked(row)
    delete_optimisation(actor=wanda, optimisation_id=row.public_id)

    assert not any(model.objects.exists() for model in (Optimisation, Chunk, TrialRecord))
    kept = AuditRecord.objects.get(action="optimisation.deleted")
    assert kept.before["hash"] == row.hash


def test_a_page_has_progress_the_best_a_map_and_lines(wanda):
    row = worked(start_optimisation(actor=wanda, asked=replace(asked(), trades_min=0)))
    best, found = best_trials(row, count=5), heat_map_of(row, "fast", "slow")
    progress = progress_of(row)

    assert best[0].number == row.report["best"]["number"] == progress.best[0]
    assert [one.metrics["sharpe"] for one in best] == sorted((one.metrics["sharpe"] for one in best), reverse=True)
    assert max(value for line in found["values"] for value in line if value is not None) == best[0].metrics["sharpe"]
    assert (progress.share, progress.seconds_left, progress.failed) == (1, None, 0)
    assert all("%(" not in reason["said"] for reason in told_report(row)["verdict"]["reasons"])
    with pytest.raises(BadSearch):
        heat_map_of(row, "fast", "fast")


def test_an_organisation_has_a_number_of_its_own_for_trials(wanda):
    set_quotas(slug="acme", numbers={TRIALS: 40}, reason="A contract.")
    with pytest.raises(BadSearch, match="40 trials at most, not 41"):
        start_optimisation(actor=wanda, asked=asked(method=Method.TPE, trials=41))
    start_optimisation(actor=wanda, asked=asked(method=Method.TPE, trials=40))

    [told] = [one for one in quotas() if one.name == TRIALS]
    assert (told.used, told.most, told.of_one) == (40, 40, True)
