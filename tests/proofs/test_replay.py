"""A replay of real candles: the same twice, the same after twenty kills, another when one number changes."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
from django.conf import settings
from django.db import connection

from aiengine.autopilot.management.commands.replay import report_of
from aiengine.autopilot.replay import proof
from aiengine.autopilot.replay.running import run_replay
from aiengine.autopilot.replay.staging import stage_of
from aiengine.consensus.shelf import shelf
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.signals.services import forget_decided
from tenants.provisioning.services import create_tenant, drop_tenant
from trading.execution.models import Fill
from trading.marketdata.services import import_candles

# One process for all of them: they share a replay that takes 15 s.
pytestmark = [pytest.mark.prove, pytest.mark.timeout(300), pytest.mark.xdist_group("replay")]

SLOTS = 6_002 if os.environ.get("CU_SOAK") else 240
KILLED_SLOTS = 130
KILLS = 20


@pytest.fixture(scope="module")
def replayed(django_db_setup, django_db_blocker, real_data):
    """The stage, and a tenant in which it has been played once."""
    with django_db_blocker.unblock():
        stage = stage_of(str(real_data / "ohlcv"), slots=SLOTS)
        tenant = create_tenant(slug="replayed", name="Replayed")
        with in_tenant(tenant):
            run_replay(stage)
            yield stage, tenant
        drop_tenant(slug="replayed")
        connection.close()


def test_the_books_of_a_replay_hold_and_tell_its_stories(replayed):
    _stage, tenant = replayed
    report = report_of(tenant, 1.0)

    assert {name for name, holds in report["proofs"].items() if not holds} == set()
    assert report["books_balanced"]
    assert report["fills"] > 200
    assert report["orders"] > report["fills"]
    assert len(report["refusals"]) >= 3
    assert report["stories"]["users_who_topped_up"] == 1
    assert report["stories"]["users_at_a_cap"] >= 3


def test_the_same_candles_and_seed_give_the_same_fills(replayed, fresh_tenant):
    stage, tenant = replayed

    run_replay(stage)
    second = proof.fills_hash()

    with in_tenant(tenant):
        assert proof.fills_hash() == second


def test_another_seed_gives_other_fills(replayed, fresh_tenant):
    stage, tenant = replayed

    run_replay(type(stage)(stage.instruments, stage.timeframe, stage.first_ms, stage.slots[200], seed=2))
    other = set(proof.fill_lines())

    with in_tenant(tenant):
        assert other - set(proof.fill_lines())


@pytest.mark.parametrize("column", ["fee", "price", "slot_ms"])
def test_one_changed_number_changes_the_hash(replayed, column):
    with in_tenant(replayed[1]), connection.cursor() as cursor:
        before = proof.fills_hash()
        first = "SELECT min(id) FROM trading_execution_fill"
        cursor.execute(f"UPDATE trading_execution_fill SET {column} = {column} + 1 WHERE id = ({first})")
        changed = proof.fills_hash()
        cursor.execute(f"UPDATE trading_execution_fill SET {column} = {column} - 1 WHERE id = ({first})")

        restored = proof.fills_hash()

    assert changed != before == restored


def test_one_changed_candle_changes_the_hash(replayed, fresh_tenant, real_data, tmp_path):
    stage, tenant = replayed
    with in_tenant(tenant):
        before = proof.fills_hash()
        bought = Fill.objects.filter(side="buy").order_by("pk").first()
    name = f"{bought.instrument_id.replace(':', '_').replace('/', '-')}_1h.parquet"

    try:
        _import(_one_tick_higher(real_data / "ohlcv" / name, bought.slot_ms, tmp_path / name))
        run_replay(stage)
        assert proof.fills_hash() != before
    finally:
        _import(real_data / "ohlcv" / name)


def _one_tick_higher(original, slot_ms, changed):
    """The file with the open of one candle moved by a hundredth."""
    candles = pandas.read_parquet(original)
    row = candles.index[candles["ts"] == slot_ms][0]
    candles.loc[row, "open"] = round(candles.loc[row, "open"] * 1.001, 2)
    candles.loc[row, "high"] = max(candles.loc[row, "high"], candles.loc[row, "open"])
    candles.to_parquet(changed)
    return changed


def _import(file):
    """Import, and forget what this process has worked out from the candles before."""
    assert import_candles(paths=[file]).refused == []
    forget_decided()
    shelf.forget()


def test_a_replay_killed_twenty_times_ends_in_the_same_books(replayed, fresh_tenant):
    stage, _tenant = replayed
    short = type(stage)(stage.instruments, stage.timeframe, stage.first_ms, stage.slots[KILLED_SLOTS], stage.seed)
    straight = create_tenant(slug="straight", name="Straight")
    try:
        with in_tenant(straight):
            run_replay(short)
            wanted = proof.fills_hash()
    finally:
        drop_tenant(slug="straight")

    dice = random.Random(20240101)  # noqa: S311  # a seeded choice
    kills = [dice.randint(60, 200) for _ in range(KILLS)]
    printed = _run_killed(short, fresh_tenant, [*kills, 0])

    assert printed.count("killed") == KILLS
    assert printed[-1] == "ended 0"
    assert {name: wrong for name, wrong in proof.contradictions().items() if wrong} == {}
    assert proof.fills_hash() == wanted


def _run_killed(stage, tenant, kills):
    body = {
        "instruments": stage.instruments,
        "timeframe": stage.timeframe.value,
        "first_ms": stage.first_ms,
        "last_ms": stage.last_ms,
        "seed": stage.seed,
    }
    worker = Path(__file__).with_name("killed_worker.py")
    done = subprocess.run(
        [sys.executable, str(worker), json.dumps(body), tenant.slug, json.dumps(kills)],
        env={**os.environ, "PROOF_DATABASE": connection.settings_dict["NAME"]},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.split("\n")[:-1]
