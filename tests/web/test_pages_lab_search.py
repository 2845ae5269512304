"""The pages of searches: begun beside a backtest, watched, read with what speaks against the best."""

import pytest
from django.urls import reverse

from cryptouniverse.web.lab_charts import gathered
from strategies.lab.models import Optimisation
from strategies.lab.services import work_optimisation
from tests.people import browser, member
from tests.trading.marketdata_cast import candles, given_candles
from tests.web.test_pages_lab import FORM

pytestmark = pytest.mark.django_db
SEARCH = {**FORM, "method": "random", "objective": "sharpe", "trials": "6", "trades": "0", "folds": "3"}


@pytest.fixture
def alice(acme):
    given_candles(candles(1200))
    return browser(member("alice@example.com"))


def begun(alice, **changes) -> Optimisation:
    alice.post(reverse("lab-search-start"), {**SEARCH, **changes})
    return Optimisation.objects.latest("pk")


def test_a_search_is_begun_watched_and_read(alice):
    row, again = begun(alice, key="once"), begun(alice, key="once")
    assert (row, Optimisation.objects.count()) == (again, 1)
    address = reverse("lab-search", args=[row.public_id])
    assert 'hx-trigger="every 2s"' in alice.get(address).content.decode()
    while work_optimisation(optimisation_id=row.public_id):
        pass
    row.refresh_from_db()
    page = alice.get(address).content.decode()
    assert (row.state, row.report["trials"]["wanted"]) == ("done", 6)
    assert "6 of 6 trials" in page
    assert "Not validated" in page
    assert "Deflated Sharpe" in page
    assert 'class="heat heat--map"' in page
    best = row.report["best"]
    assert f"trial={best['number']}" in page
    again = alice.get(reverse("lab"), {"search": str(row.public_id), "trial": str(best["number"])}).content.decode()
    assert all(f'name="p_{name}" value="{value}"' in again for name, value in best["parameters"].items())
    assert alice.get(reverse("lab"), {"search": str(row.public_id), "trial": "99999"}).status_code == 404
    assert "Not validated" in alice.get(reverse("lab")).content.decode()


def test_what_cannot_be_searched_is_said_and_nothing_is_kept(alice):
    for broken in ({"trials": "0"}, {"method": "magic"}, {"instruments": "x:NO/USDT"}, {"strategy": "spot_grid"}):
        answer = alice.post(reverse("lab-search-start"), {**SEARCH, "capital": "777", **broken})
        assert answer.status_code == 422
        assert 'value="777"' in answer.content.decode(), "what was typed is kept"
    assert not Optimisation.objects.exists()


def test_a_search_is_stopped_and_deleted_and_nobody_elses(alice):
    row, bob = begun(alice), browser(member("bob@example.com"))
    assert bob.get(reverse("lab-search", args=[row.public_id])).status_code == 404
    alice.post(reverse("lab-search-stop", args=[row.public_id]))
    row.refresh_from_db()
    assert (row.state, row.ended_at is not None) == ("stopped", True)
    alice.post(reverse("lab-search-delete", args=[row.public_id]))
    assert not Optimisation.objects.exists()


def test_a_wide_map_is_gathered_to_the_mean_of_neighbours_and_a_small_one_stays():
    values = [[float(x + y) if x % 2 == 0 else None for x in range(30)] for y in range(5)]
    xs, ys, table = gathered(list(range(30)), list(range(5)), values)
    assert (xs[0], xs[-1], ys, len(table), len(table[0])) == ("0 – 2", "27 – 29", list("01234"), 5, 10)
    assert table[0][0] == 1.0, "the mean of 0 and 2; 1 was not tried"
    assert gathered([1.5], [2.0], [[None]]) == (["1.5"], ["2"], [[None]])
