"""Stop, re-arm and top up: done once, audited, said on the page, and refused to whoever may not."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest

from credits.ledger.selectors import wallets_of
from credits.ledger.types import Currency
from tenants.audit.models import AuditRecord
from tests.people import browser, member
from tests.web.stage import given_desk, given_market
from trading.risk.models import RiskLimits


def audited(action: str) -> int:
    return AuditRecord.objects.filter(action=action).count()


def available(user) -> Decimal:
    return wallets_of([user.pk], Currency.PRACTICE)[user.pk].available


def test_stop_stops_says_why_and_is_audited(page, desk):
    text = page.post("/desk/stop/", {"reason": "Exchange looks odd"}, follow=True).content.decode()

    assert "All trading is stopped" in text and "Exchange looks odd" in text and 'data-open="rearm"' in text
    assert RiskLimits.objects.get(portfolio=desk).stopped_by == "Alice" and audited("trading.stopped") == 1


def test_trading_is_armed_again_only_with_a_reason(page, desk):
    page.post("/desk/stop/", {"reason": "x"})

    assert "Say why, for the record." in page.post("/desk/rearm/", {"reason": " "}, follow=True).content.decode()
    assert RiskLimits.objects.get(portfolio=desk).stopped_at is not None

    page.post("/desk/rearm/", {"reason": "Checked the books"})
    record = AuditRecord.objects.get(action="trading.resumed")
    assert record.before == {"stopped": True, "mode": "close_only", "reason": "x"}
    assert record.after == {"stopped": False, "reason": "Checked the books"}
    assert RiskLimits.objects.get(portfolio=desk).stopped_at is None and audited("trading.resumed") == 1


def test_a_top_up_that_is_sent_twice_counts_once(page, alice, desk):
    form = {"amount": "250.50", "key": str(uuid4())}
    page.post("/desk/top-ups/", form)
    page.post("/desk/top-ups/", form)

    assert available(alice) == Decimal("1250.50") and audited("credits.topped_up") == 1


@pytest.mark.parametrize("amount", ["0", "-5", "10001", "1e3x", "", "NaN", "0.001"])
def test_an_impossible_amount_changes_nothing(page, alice, desk, amount):
    page.post("/desk/top-ups/", {"amount": amount, "key": str(uuid4())})

    assert available(alice) == 1_000


def test_each_opened_form_has_a_key_of_its_own(page, desk):
    keys = [re.search(r'name="key" value="([^"]+)"', page.get("/").content.decode())[1] for _ in range(2)]

    assert keys[0] != keys[1]


@pytest.mark.parametrize("path", ["/desk/stop/", "/desk/rearm/", "/desk/top-ups/"])
def test_a_viewer_may_look_and_not_touch(acme, path):
    viewer = member("vera@acme.example", role="viewer")
    given_market()
    given_desk(viewer)
    page = browser(viewer)

    assert page.get("/").status_code == 200 and page.post(path, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["/desk/stop/", "/desk/rearm/", "/desk/top-ups/"])
def test_a_write_needs_the_forms_token_and_the_post_method(alice, desk, path):
    assert browser(alice, csrf=True).post(path, {"reason": "x"}).status_code == 403
    assert browser(alice).get(path).status_code == 405


def test_at_the_profit_limit_the_page_says_so_and_offers_a_top_up(page, alice):
    given_market()
    given_desk(alice, credits=1)
    from credits.metering.services import meter
    from credits.metering.types import RealisedProfit
    from cryptouniverse.kernel import clock

    meter([RealisedProfit(user_pk=alice.pk, fill_id=uuid4(), amount=Decimal(5), occurred_at=clock.now())])
    html = page.get("/").content.decode()

    assert "Profit limit reached" in html and "Closes only" in html
    assert html.count('data-open="topup"') >= 2
