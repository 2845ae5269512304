"""`./cu manage lookahead` and `./cu manage recursion`: the planted mistakes are caught, the shipped strategies pass."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel.errors import Invalid
from strategies.catalog.bias import look_ahead, recursion
from strategies.catalog.registry import all_strategies
from tests.strategies import planted
from tests.strategies.markets import beside_of, given_funding, given_stored, walk
from trading.marketdata.services.simulating import simulated_bars

CROSS = all_strategies()["moving_average_cross"]
MARKET = simulated_bars(candles=4_000)
FILES = Path(__file__).parents[2] / "strategies" / "catalog"


def culprit(decide):
    return replace(CROSS, decide=decide, warmup=lambda _parameters: planted.WARMUP)


def examined(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("decide", planted.LOOKING_AHEAD, ids=lambda each: each.__name__)
def test_who_looks_ahead_is_caught(decide):
    found = look_ahead(culprit(decide), MARKET, {})
    assert found.biased and found.candles > 0 and found.first_ms >= MARKET.open_ms[planted.WARMUP]


@pytest.mark.parametrize("decide", planted.RECURSIVE, ids=lambda each: each.__name__)
def test_who_depends_on_where_history_begins_is_caught(decide):
    assert recursion(culprit(decide), MARKET, {}).biased


@pytest.mark.parametrize("strategy", all_strategies().values(), ids=all_strategies())
def test_no_shipped_strategy_is_caught(strategy):
    bars = simulated_bars(candles=6_000)
    assert not look_ahead(strategy, bars, strategy.resolve({}), beside_of(bars)).biased
    assert not recursion(strategy, bars, strategy.resolve({}), beside_of(bars)).biased


def test_it_says_how_many_candles_ahead():
    reach = {decide: look_ahead(culprit(decide), MARKET, {}).later for decide in planted.LOOKING_AHEAD}
    assert reach[planted.shifted_by_minus_one] == 1
    assert reach[planted.centred_window] == 4
    assert reach[planted.short_by_tomorrow] == 3
    assert reach[planted.mean_of_the_whole_series] > 100


def test_signals_that_were_not_there_yet_are_counted_by_kind():
    found = look_ahead(culprit(planted.shifted_by_minus_one), MARKET, {})
    assert found.entries.biased == found.entries.checked > 20  # at its own candle the next close is not known
    assert found.exits.biased == 0 < found.exits.checked  # it falls back to flat, which is right by chance


def test_chance_is_no_honesty():
    noise = np.random.default_rng(1)
    found = look_ahead(culprit(lambda bars, **_: planted.stances_of(noise.random(len(bars)) > 0.5)), MARKET, {})
    assert found.biased and not found.deterministic


def test_too_short_a_history_is_refused():
    for examine in (look_ahead, recursion):
        with pytest.raises(Invalid) as refusal:
            examine(CROSS, MARKET[:100], CROSS.resolve({}))
        assert refusal.value.code == "strategy.too_few_bars"


def test_the_commands_pass_an_honest_strategy_and_say_what_they_did():
    assert "Nothing looks ahead." in examined("lookahead", "donchian_breakout", "--set", "entry=30")
    said = examined("recursion", "rsi_reversion")
    assert "with 4 warm-ups before them: 0.000%" in said and "does not depend" in said


def test_the_commands_examine_a_file_that_is_not_in_the_catalogue(tmp_path):
    file = tmp_path / "peeking.py"
    honest = (FILES / "trend" / "moving_average_cross.py").read_text()
    peeking = honest.replace("price = bars.close_f", "price = np.append(bars.close_f[1:], bars.close_f[-1:])")
    file.write_text(peeking.replace("from cryptouniverse", "import numpy as np\nfrom cryptouniverse", 1))
    with pytest.raises(CommandError, match="It looks ahead: up to 1 candles later"):
        examined("lookahead", str(file))


def test_the_command_for_recursion_fails_for_a_warm_up_that_is_too_short(tmp_path):
    file = tmp_path / "hasty.py"
    honest = (FILES / "mean_reversion" / "rsi_reversion.py").read_text()
    file.write_text(honest.replace('WILDER_SETTLES * parameters["period"] + parameters["stay"]', "2"))
    with pytest.raises(CommandError, match="It depends on where the history begins"):
        examined("recursion", str(file), "--set", "stay=200", "--set", "period=50", "--set", "oversold=45")


@pytest.mark.django_db
def test_the_commands_read_stored_candles():
    given_stored(walk(1500))
    said = examined("lookahead", "donchian_breakout", "--instrument", "binance:BTC/USDT")
    assert "binance:BTC/USDT 1h: 1500 candles" in said
    with pytest.raises(CommandError, match="No instrument is called BTC/USDT; there are binance:BTC/USDT"):
        examined("lookahead", "donchian_breakout", "--instrument", "BTC/USDT")
    with pytest.raises(CommandError, match="reads another instrument beside: name it, --reference ID"):
        examined("recursion", "dual_momentum", "--instrument", "binance:BTC/USDT")


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["lookahead", "recursion"])
def test_the_commands_read_stored_funding_and_refuse_what_reads_it_without_any(command):
    arguments = (command, "crowded_funding", "--instrument", "binance:BTC/USDT")
    given_stored(walk(2_500))
    with pytest.raises(CommandError, match="none are stored of binance:BTC/USDT"):
        examined(*arguments)
    given_funding(walk(2_500))
    assert "crowded_funding on binance:BTC/USDT 1h" in examined(*arguments)


@pytest.mark.parametrize("arguments", [["no_such"], ["no_such.py"], ["impulse", "--set", "slow"], [__file__]])
def test_what_cannot_be_examined_is_refused_in_a_sentence(arguments):
    with pytest.raises(CommandError):
        examined("lookahead", *arguments)
