"""`manage.py ladder`, and managers in `manage.py backtest`, in runs that are kept and before bots."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel.market import Timeframe
from strategies.backtest.engine.terms import Terms
from strategies.backtest.models import Run
from strategies.backtest.selectors import plan_for
from strategies.backtest.services import ask_for_run, work_runs
from strategies.catalog.errors import MissingInput
from tests.people import browser, member
from tests.strategies.markets import given_stored, walk


def said(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def stored(acme):
    given_stored(walk(1_000))


@pytest.fixture
def alice(acme):
    given_stored(walk(1_000))
    return member("alice@example.com")


def test_a_ladder_is_shown_as_a_table_with_what_it_needs_and_where_it_fails():
    table = said("ladder", "dca_ladder", "--price", "100", "--set", "maximum=2", "--set", "counted_from=previous")
    lines = table.splitlines()

    assert lines[0].split()[:4] == ["order", "price", "size", "cost"]
    assert [line.split()[:2] for line in lines[1:4]] == [["1", "market"], ["2", "limit"], ["3", "limit"]]
    assert "It needs up to" in table and "behind." in table
    assert lines[-1] == "Safety orders are counted from the previous price."


def test_as_json_every_amount_is_exact_text():
    found = json.loads(said("ladder", "spot_grid", "--price", "100", "--set", "count=4", "--funds", "6000", "--json"))

    assert (found["strategy"], found["price"], found["funds"]) == ("spot_grid", "100", "6000.00")
    assert len(found["orders"]) == 4 and found["parameters"]["count"] == 4
    assert all(isinstance(value, str) for one in found["orders"] for value in one.values())
    assert found["notes"] == ["5 lines, 4 intervals; beyond them: hold."]


def test_a_ladder_can_be_shown_in_the_units_of_a_listed_market(stored):
    found = json.loads(said("ladder", "dca_ladder", "--price", "100", "--symbol", "BTC/USDT", "--json"))

    assert found["instrument"] == "binance:BTC/USDT"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["spot_grid", "--price", "100", "--set", "count=400"], "use fewer or wider ones"),
        (["dca_ladder", "--price", "0"], r"price must be 0\.01 to"),
        (["dca_ladder", "--price", "much"], "much is not a number"),
        (["dca_ladder", "--price", "1", "--set", "counted_from=above"], "must be one of base, previous"),
        (["moving_average_cross", "--price", "1"], "keeps no orders"),
        (["nothing", "--price", "1"], "There is no strategy named nothing"),
    ],
)
def test_what_is_wrong_with_a_ladder_is_said_in_one_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        said("ladder", *arguments)


def test_a_manager_is_backtested_by_the_same_command_with_its_inventory_apart(stored):
    arguments = (
        "backtest",
        "spot_grid",
        "--symbol",
        "BTC/USDT",
        "--set",
        "spacing=arithmetic",
        "--set",
        "below_pct=20",
    )
    found, table = json.loads(said(*arguments, "--json", "--trades")), said(*arguments)

    assert table.splitlines()[-1] == f"hash {found['hash']}"
    assert found["parameters"]["spacing"] == "arithmetic"
    assert set(found["at_costs"]) == {"0", "1", "2"} and set(found["baselines"]) == {
        "buy_and_hold",
        "random_entry",
        "cash",
    }
    apart = found["inventory"]["binance:BTC/USDT"]
    whole = sum(float(apart[name]) for name in ("profit_at_limits", "profit_otherwise", "unrealised"))
    assert whole == pytest.approx(found["metrics"]["profit"]["value"])
    assert "still held" in table and len(found["trades"]) > 10


def test_a_finder_is_refused_with_the_markets_that_it_needs(stored):
    with pytest.raises(CommandError, match="It holds a coin against a future on it"):
        said("backtest", "dated_basis", "--symbol", "BTC/USDT")


def test_a_run_of_a_manager_is_kept_and_shown_like_any_other(alice):
    plan = plan_for(
        strategy_name="dca_ladder",
        parameters={"maximum": 3, "step_pct": "1", "target_on": "base"},
        names=["BTC/USDT"],
        timeframe=Timeframe.H1,
        since_ms=None,
        until_ms=None,
        terms=Terms(),
    )
    asked = ask_for_run(actor=alice, plan=plan)
    assert work_runs() == 1
    run = Run.objects.get(pk=asked.pk)

    assert run.state == Run.State.DONE and run.result["parameters"]["target_on"] == "base"
    assert run.result["inventory"]["binance:BTC/USDT"]["rounds"] > 0
    for path in ("/lab/", f"/lab/?run={run.public_id}", f"/lab/{run.public_id}/"):
        page = browser(alice).get(path)
        assert page.status_code == 200 and "DCA ladder" in page.content.decode(), path
    with pytest.raises(MissingInput):
        ask_for_run(actor=alice, plan=replace(plan, strategy="triangular"))
