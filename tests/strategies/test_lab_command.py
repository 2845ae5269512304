"""`manage.py optimise` and the API of optimisations."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.strategies.markets import given_stored, walk

GRID = ("--range", "fast=5:30:5", "--range", "slow=20:60:20")


def optimise(*arguments):
    out = StringIO()
    call_command("optimise", "moving_average_cross", "--symbol", "BTC/USDT", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def stored(acme):
    given_stored(walk(24 * 60))


def test_it_prints_the_best_with_what_chance_may_have_had_to_do_with_it(stored):
    text = optimise(*GRID, "--walk-forward", "3").splitlines()

    assert text[0] == "15 trials of 15; 0 given up, 0 failed."
    assert {"Deflated Sharpe", "Probability of overfitting", "Walk-forward efficiency"} <= {
        line.split(":")[0] for line in text
    }
    assert "Not validated." in text and text[-1].startswith("hash ")


def test_as_json_it_is_the_report_and_the_same_again(stored):
    arguments = (*GRID, "--json", "--method", "random", "--trials", "9", "--all-trials", "--set", "band_bps=5")
    first = json.loads(optimise(*arguments))

    assert first == json.loads(optimise(*arguments))
    assert len(first["all_trials"]) == first["trials"]["done"] == 9
    assert {trial["parameters"]["band_bps"] for trial in first["all_trials"]} == {5}


def test_several_objectives_have_a_front(stored):
    found = json.loads(optimise(*GRID, "--json", "--objective", "sharpe", "--objective", "max_drawdown"))

    assert found["best"]["number"] in found["front"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--range", "fast=a:b"), "NAME=LOW:HIGH:STEP"),
        (("--range", "fast=5:9:1:7"), "NAME=LOW:HIGH:STEP"),
        (("--range", "fast=0:9"), "fast can be searched from"),
        ((*GRID, "--trials", "3"), "15 points"),
        ((*GRID, "--objective", "charm"), "charm is no objective"),
        ((*GRID, "--walk-forward", "50"), "too few"),
        ((*GRID, "--embargo-days", "-1"), "-1 is not a whole number"),
        ((*GRID, "--from", "2031-01-01"), "no candles"),
        ((*GRID, "--capital", "0"), "capital must be"),
    ],
)
def test_what_is_wrong_is_said(stored, arguments, said):
    with pytest.raises(CommandError, match=said):
        optimise(*arguments)
