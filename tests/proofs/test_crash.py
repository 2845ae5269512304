"""The trader is killed at every point of the order protocol; the sandbox's journal says what became of its orders."""

import json
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection

from tests.proofs import wrong_protocols
from tests.proofs.programs import manage, run_python

KILLS = 10_000 if settings.CU.cu_soak else 500
FACTOR = Decimal("0.05")
DIFFERENCES = (
    "duplicates", "missing", "unmapped", "wrong_fills", "wrong_amounts", "reserved_wrong", "bare", "unfinished",
)  # fmt: skip
pytestmark = [pytest.mark.prove, pytest.mark.timeout(0 if settings.CU.cu_soak else 300)]


def test_no_kill_at_any_point_doubles_or_loses_an_order(django_db_setup):
    """The command as people run it: its sessions are forked from a process that holds no tests."""
    arguments = ["crash_test", "--kills", str(KILLS), "--seed", "1", "--factor", str(FACTOR), "--json"]
    done = manage(*arguments, database=connection.settings_dict["NAME"])

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["kills"], report["pairs_too_seldom"]) == (KILLS, [])
    assert {name: report[name] for name in DIFFERENCES} == dict.fromkeys(DIFFERENCES, 0)
    assert report["orders"] > KILLS / 2
    assert report["fills"] > KILLS / 4


@pytest.mark.parametrize("wrong", wrong_protocols.PROTOCOLS)
def test_a_wrong_protocol_is_caught(fresh_tenant, wrong):
    """Killed after sending, and left to come to rest, until the venue has what nobody asked for."""
    program = ("-m", "tests.proofs.wrong_protocols", wrong, fresh_tenant.slug)
    done = run_python(*program, database=connection.settings_dict["NAME"])

    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 0
