"""The lab's pages: asked for in a form, watched, read, compared, exported."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.web.lab_charts import fall_of, from_one_start, plot_of, thinned
from strategies.backtest.models import Run
from strategies.backtest.selectors import arrays_of
from strategies.backtest.services import work_runs
from tenants.audit.models import AuditRecord
from tests.people import browser, member
from tests.trading.marketdata_cast import BTC, DAY_ONE, HOUR, candles, given_candles
from trading.marketdata.services import store_funding
from trading.marketdata.types import MarketSource

pytestmark = pytest.mark.django_db
FORM = {
    "strategy": "moving_average_cross", "p_fast": "3", "p_slow": "10", "instruments": BTC, "timeframe": "1h",
    "capital": "10000", "sizing": "share", "size": "50", "fee": "0.1", "slippage": "0.05", "stop": "3", "target": "",
}  # fmt: skip


@pytest.fixture
def alice(acme):
    given_candles(candles(600))
    return browser(member("alice@example.com"))


def asked(alice, **changes):
    alice.post(reverse("lab-start"), {**FORM, **changes})
    return Run.objects.latest("pk")


def run(alice, **changes):
    found = asked(alice, **changes)
    work_runs()
    found.refresh_from_db()
    return found


def test_a_run_is_asked_for_watched_and_read(alice):
    found = asked(alice)
    waiting = alice.get(reverse("lab-run", args=[found.public_id])).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "Waiting for a worker" in waiting

    work_runs()
    page = alice.get(reverse("lab-run", args=[found.public_id])).content.decode()
    found.refresh_from_db()
    assert "hx-trigger" not in page.split('id="l-run"')[1].split(">")[0]
    assert found.hash in page
    for word in ("Buy and hold", "Random entries", "Twice the costs", "Trades on the price", "Sharpe"):
        assert word in page
    assert page.count("l-mark--entry") >= found.result["metrics"]["trades"]["value"]
    assert str(found.plan["terms"]["position_pct"]) == "100"


def test_finer_candles_are_chosen_shown_and_kept_for_the_next_time(alice):
    quarters, hours = candles(2_400, timeframe=Timeframe.M15), candles(600)
    given_candles(quarters, timeframe=Timeframe.M15)
    given_candles(replace(hours, high=hours.high + 2, low=hours.low - 2))
    found = run(alice, finer="15m", stop="0.2", target="0.2")

    page = alice.get(reverse("lab-run", args=[found.public_id])).content.decode()
    assert (found.state, found.plan["finer"]) == ("done", "15m")
    assert "Exits in a candle that reached stop and target" in page
    assert "<option selected>15m</option>" in alice.get(f"{reverse('lab')}?run={found.public_id}").content.decode()


def test_what_the_form_cannot_carry_from_a_run_is_told(alice):
    found = asked(alice)
    again, said = f"{reverse('lab')}?run={found.public_id}", "one from this form is without them"
    assert said not in alice.get(again).content.decode()

    plain, added = found.plan["terms"], {"break_even_bps": 200, "seed": 7}
    costs = {**plain["costs"], "maker_ppm": 500}
    Run.objects.filter(pk=found.pk).update(plan={**found.plan, "terms": {**plain, **added, "costs": costs}})
    page = alice.get(again).content.decode()
    assert said in page and "<code>break_even_bps, costs.maker_ppm, seed</code>" in page


def test_every_size_that_is_offered_is_taken_and_told(alice):
    page = alice.get(reverse("lab")).content.decode()
    offered = re.findall(r'<option value="(\w+)"', page.split('id="l-sizing"')[1].split("</select>")[0])
    for sizing in offered:
        found = asked(alice, sizing=sizing, size="1", shorts="on")
        assert found.plan["terms"]["size"]["sizing"] == sizing
        alice.post(reverse("lab-cancel", args=[found.public_id]))
    assert len(offered) == 6
    page = alice.get(reverse("lab-run", args=[found.public_id])).content.decode()
    assert "long and short" in page and "1%, By its own record (Kelly)" in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(alice):
    answer = alice.post(reverse("lab-start"), {**FORM, "p_fast": "9999", "capital": "777"})
    page = answer.content.decode()
    assert (answer.status_code, Run.objects.count()) == (422, 0)
    assert "fast must be 3 to 100, is 9999" in page
    assert 'value="777"' in page
    assert 'value="9999"' in page
    for broken in (
        {"capital": "0"},
        {"instruments": "x:NO/USDT"},
        {"since": "2031-01-01"},
        {"p_fast": "many"},
        {"p_fast": "1e999"},
        {"p_fast": "nan"},
        {"size": "1e999"},
    ):
        assert alice.post(reverse("lab-start"), {**FORM, **broken}).status_code == 422
    for stop, told in (("0.05", "Stop, percent: Say 0.1 or more"), ("", "Stop, percent: An entry of this size needs")):
        answer = alice.post(reverse("lab-start"), {**FORM, "sizing": "risk", "size": "2", "stop": stop})
        assert told in answer.content.decode()
    assert Run.objects.count() == 0


def test_the_form_follows_the_strategy_and_a_run_is_changed_and_run_again(alice):
    page = alice.get(reverse("lab"), {"strategy": "rsi_reversion"}).content.decode()
    assert 'name="p_period"' in page
    found = run(alice, p_fast="4")
    again = alice.get(reverse("lab"), {"run": found.public_id}).content.decode()
    assert 'name="p_fast" value="4"' in again
    assert 'value="50"' in again
    found.plan["end_ms"] -= HOUR  # as of a market that has come so far in its day
    found.save()
    until = f"{clock.from_ms(DAY_ONE + 600 * HOUR):%Y-%m-%d}"
    assert f'value="{until}"' in alice.get(reverse("lab"), {"run": found.public_id}).content.decode()


def test_runs_stand_side_by_side(alice):
    one, other = run(alice), run(alice, p_fast="5")
    page = alice.get(reverse("lab-compare"), {"run": [one.public_id, other.public_id]}).content.decode()
    assert page.count('class="ln l-ln-') == 2
    assert '<tr class="is-own"><th scope="row">fast</th><td class="num">3</td><td class="num">5</td>' in page
    assert alice.get(reverse("lab-compare"), {"run": one.public_id}).status_code == 302


def test_trades_and_report_are_files(alice):
    found = run(alice)
    sheet = alice.get(reverse("lab-trades", args=[found.public_id]))
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode())))
    assert len(rows) == len(arrays_of(found).trades)
    assert sum(Decimal(row["profit"]) for row in rows) == Decimal(found.result["equity"]) - 10_000
    report = alice.get(reverse("lab-report", args=[found.public_id]))
    page = report.content.decode()
    assert "attachment" in report["Content-Disposition"]
    assert found.hash in page
    assert "http" not in page.replace("http-equiv", ""), "it needs nothing else"


def test_a_run_is_cancelled_and_deleted_on_the_page(alice):
    found = asked(alice)
    alice.post(reverse("lab-cancel", args=[found.public_id]))
    found.refresh_from_db()
    assert found.state == "cancelled"
    assert "Cancelled" in alice.get(reverse("lab")).content.decode()
    alice.post(reverse("lab-delete", args=[found.public_id]))
    assert not Run.objects.exists()


def test_a_page_whose_run_was_deleted_is_loaded_anew_and_asks_no_more(alice):
    run = asked(alice)
    address = reverse("lab-run", args=[run.public_id])
    assert 'hx-trigger="every 1s"' in alice.get(address, headers={"HX-Request": "true"}).content.decode()
    run.delete()
    gone = alice.get(address, headers={"HX-Request": "true"})
    assert (gone.status_code, gone["HX-Refresh"], gone.content) == (404, "true", b"")
    page = alice.get(address)
    assert (page.status_code, "HX-Refresh" in page) == (404, False)


def test_a_run_that_failed_says_why(alice):
    found = asked(alice)
    Run.objects.update(plan={**found.plan, "strategy": "gone"})
    work_runs()
    assert "There is no strategy named gone." in alice.get(reverse("lab-run", args=[found.public_id])).content.decode()


def test_somebody_elses_run_is_not_there(alice):
    found, bob = run(alice), browser(member("bob@example.com"))
    for name in ("lab-run", "lab-trades", "lab-report"):
        assert bob.get(reverse(name, args=[found.public_id])).status_code == 404
    assert str(found.public_id) not in bob.get(reverse("lab")).content.decode()


def test_a_form_that_is_sent_twice_asks_for_one_run_and_another_form_for_another(alice):
    shown = alice.get(reverse("lab")).content.decode()
    [key] = re.findall(r'name="key" value="([^"]+)"', shown)
    first, again = asked(alice, key=key), asked(alice, key=key)
    assert (first, Run.objects.count()) == (again, 1)
    asked(alice, key=key, capital="500")
    asked(alice, key=str(new_id()))
    assert Run.objects.count() == 3
    assert AuditRecord.objects.filter(action="backtest.asked").count() == 3


def test_pictures_keep_within_their_box():
    plot = plot_of([([0, 10, 20], [1.0, 3.0, 2.0]), ([10, 20], [2.0, 2.0])])
    assert plot.paths == ("M0.0 232.0L500.0 8.0L1000.0 120.0", "M500.0 120.0L1000.0 120.0"), "each at its own time"
    assert [tick.label for tick in plot.across] == ["1", "1.5", "2", "2.5", "3"]
    apart = from_one_start([([10**12, 10**12 + 3_600_000], [1.0, 3.0]), ([0, 7_200_000], [2.0, 2.0])])
    assert apart.paths == ("M0.0 232.0L500.0 8.0", "M0.0 120.0L1000.0 120.0"), "each from its own beginning"
    assert [tick.label for tick in apart.along] == ["0 h", "0.5 h", "1 h", "1.5 h"]
    flat = plot_of([([0, 1], [5.0, 5.0])])
    assert "nan" not in flat.paths[0]
    assert fall_of([0, 10], [0.0, 0.2]).paths[1] == "M0.0 8.0L1000.0 88.0"


def test_a_long_line_is_thinned_to_its_extremes():
    import numpy as np

    close = np.sin(np.arange(10_000) / 50) + np.where(np.arange(10_000) == 7_777, 9, 0)
    at, line = thinned(np.arange(10_000), close, 200)
    assert len(at) <= 202
    assert max(line) == close.max()
    assert (at[0], at[-1]) == (0, 9_999)


def test_what_keeps_orders_is_shown_before_it_is_run_and_run(alice):
    page = alice.get(reverse("lab"), {"strategy": "spot_grid"}).content.decode()
    assert "Show its orders" in page
    assert "<option selected>" in page.split('id="l-chosen"')[1].split("</fieldset>")[0]
    form = {**FORM, "strategy": "dca_ladder", "instruments": BTC}
    shown = alice.get(reverse("lab-ladder"), form).content.decode()
    assert "It needs up to" in shown
    assert shown.count("<tr><td>") >= 3
    refused = alice.get(reverse("lab-ladder"), {**form, "capital": "1"}).content.decode()
    assert "gate--no" in refused
    for broken in ({"timeframe": "9h"}, {"capital": "much"}, {"instruments": "NO"}, {"strategy": "rsi_reversion"}):
        assert "gate--no" in alice.get(reverse("lab-ladder"), {**form, **broken}).content.decode()
    assert 'name="size"' not in page, "its sizes and stops are in its parameters"
    found = run(alice, strategy="dca_ladder", sizing="", size="", stop="")
    assert (found.state, found.result["inventory"] is not None) == ("done", True)
    assert "Stop, target, trail" not in alice.get(reverse("lab-run", args=[found.public_id])).content.decode()


def test_what_reads_funding_is_refused_with_who_brings_it_and_told_as_not_paid_where_it_runs(alice):
    unpaid = {"strategy": "unpaid_trend"}
    answer = alice.post(reverse("lab-start"), {**FORM, **unpaid})
    assert answer.status_code == 422
    assert "none are stored of binance:BTC/USDT: an operator brings them" in answer.content.decode()

    moments = [(DAY_ONE + number * 8 * HOUR, Decimal("0.0001")) for number in range(40)]
    store_funding(instrument_id=BTC, moments=moments, source=MarketSource.IMPORTED)
    found = run(alice, **unpaid)
    page = alice.get(reverse("lab-run", args=[found.public_id])).content.decode()
    assert (found.state, found.result["unfunded"]) == ("done", {BTC: 600 - 39 * 8 - 24})
    assert "read and not paid: these markets are spot" in page and "Candles without a funding rate" in page
    assert "no real funding rates were at hand" in alice.get(f"{reverse('lab')}?strategy=unpaid_trend").content.decode()
