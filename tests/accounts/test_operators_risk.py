"""The platform's kill switch and limits in the operators' admin: asked twice, with a reason and a second factor."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.db import connection

from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.models import AuditRecord
from tests.people import browser, member
from tests.trading.desk import enter, orders, trader
from tests.web.seen import seen
from tests.web.test_pages_risk import forms
from trading.ceilings.selectors import platform_ceiling, platform_stops
from trading.ceilings.types import Mode
from trading.portfolio.models import Portfolio
from trading.risk.selectors import mode_of

SWITCH, LIMITS = "/admin/kill-switch/", "/admin/platform-limits/"
STOP = {"tenant": "", "mode": "close_only", "reason": "The market is broken"}


@pytest.fixture
def trading(acme_ctx):
    """Acme, with an entry on its way."""
    with in_tenant(acme_ctx):
        enter(trader())
    return acme_ctx


def sure(**changes: str) -> dict[str, str]:
    return {**STOP, "confirmed": "yes", **changes}


def records(tenant, *actions: str) -> list[tuple[str, object]]:
    with in_tenant(tenant):
        return [(one.action, one.actor) for one in AuditRecord.objects.filter(action__in=actions).order_by("pk")]


def test_it_is_asked_once_more_and_then_told_what_was_done(desk, platform, operator, trading):
    asked = seen(desk.post(SWITCH, STOP))
    assert "Close only, at every tenant?" in asked and "The market is broken" in asked and not platform_stops()

    answer = seen(desk.post(SWITCH, sure(), follow=True))

    assert "Close only. Tenants: 2. Entries withdrawn: 1." in answer and "All tenants: Close only" in answer
    with in_tenant(trading):
        assert orders() == ["entry cancelled"] and mode_of(Portfolio.objects.get().pk) is Mode.CLOSE_ONLY
    for tenant in (trading, platform):
        assert records(tenant, "trading.stopped") == [("trading.stopped", operator.public_id)]

    again = seen(desk.post(SWITCH, sure(mode="normal", reason="It works again"), follow=True))
    assert "Trading may go on" in again and not platform_stops()
    for tenant in (trading, platform):
        assert records(tenant, "trading.resumed") == [("trading.resumed", operator.public_id)]


def test_one_tenant_alone_is_stopped_and_both_audits_say_so_once(desk, platform, operator, trading):
    answer = seen(desk.post(SWITCH, sure(tenant="acme", mode="freeze"), follow=True))

    assert "Freeze. Tenants: 1." in answer and set(platform_stops()) == {trading.schema}
    for tenant in (trading, platform):
        assert records(tenant, "trading.stopped") == [("trading.stopped", operator.public_id)]


def test_what_still_goes_on_in_each_tenant_is_seen(desk, trading):
    text = seen(desk.get(SWITCH))

    assert "acme normal 1 0" in text and "platform normal 0 0" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": " "}, "Say why, for the record."),
        ({"reason": "x"}, "at least 3 characters"),
        ({"mode": "off"}, "Select a valid choice"),
        ({"tenant": "nobody"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, trading, changed, words):
    answer = desk.post(SWITCH, sure(**changed))

    assert answer.status_code == 422 and words in seen(answer) and not platform_stops()
    kept = answer.content.decode()
    assert ("The market is broken" in kept) is ("reason" not in changed)
    assert ('value="close_only" required checked' in kept) is ("mode" not in changed)


def test_it_waits_for_a_second_factor_and_comes_back_with_what_was_typed(operator, platform, trading):
    stale = browser(operator, host="platform.localhost", confirmed=False)

    there = stale.post(SWITCH, sure(mode="flatten"))["Location"]
    back = parse_qs(urlsplit(there).query)["next"][0]

    assert there.startswith("/security/confirm/") and back.startswith(f"{SWITCH}?") and "confirmed" not in back
    html = stale.get(back).content.decode()
    assert "The market is broken" in html and 'value="flatten" required checked' in html
    assert not platform_stops()


@pytest.fixture
def stuck(acme_ctx):
    """Somebody else holds Acme's limits for longer than we wait."""
    held = connection.copy()
    held.set_autocommit(False)
    with held.cursor() as cursor, connection.cursor() as ours:
        cursor.execute(f'LOCK TABLE "{acme_ctx.schema}".trading_risk_risklimits IN ACCESS EXCLUSIVE MODE')
        ours.execute("SET LOCAL lock_timeout = '100ms'")
        yield acme_ctx
    held.rollback()
    held.close()


def test_a_tenant_whose_database_refuses_holds_up_no_other_and_is_named(desk, platform, stuck):
    answer = desk.post(SWITCH, sure())
    connection.cursor().execute("SET LOCAL lock_timeout = 0")

    assert "" in platform_stops()
    assert records(platform, "trading.stopped") and not records(stuck, "trading.stopped")
    told = " ".join(str(one) for one in get_messages(answer.wsgi_request))
    assert "could not be carried out at acme" in told and "Close only. Tenants: 1." in told


def test_limits_are_changed_with_a_reason_and_both_audits_say_so_once(desk, platform, operator, trading):
    sent = {**forms(desk.get(LIMITS, {"tenant": "acme"}))[""], "reason": "Thin market", "tenant": "acme"}

    answer = desk.post(LIMITS, {**sent, "order_notional_max": "250"}, follow=True)

    assert "Saved. Tenants that it holds for: 1." in seen(answer) and 'value="250"' in answer.content.decode()
    assert platform_ceiling(trading.schema).order_notional_max == Decimal(250)
    assert platform_ceiling("").order_notional_max is None
    for tenant in (trading, platform):
        assert records(tenant, "ceiling.changed") == [("ceiling.changed", operator.public_id)]

    desk.post(LIMITS, {**sent, "tenant": "", "collar_bps": "40"})
    assert platform_ceiling("").collar_bps == 40
    assert [len(records(tenant, "ceiling.changed")) for tenant in (trading, platform)] == [2, 2]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"position_pct_max": "101"}, "cap-position_pct_max_error", "At most 100."),
        ({"order_notional_max": "0"}, "cap-order_notional_max_error", "More than 0."),
        ({"whitelist": "sim:NONE/USDT"}, "cap-whitelist_error", "No instrument is called"),
        ({"reason": ""}, "id_reason", "Say why, for the record."),
    ],
)
def test_a_limit_that_cannot_be_is_refused_at_its_field(desk, trading, changed, field, words):
    sent = {**forms(desk.get(LIMITS))[""], "reason": "Thin market", "collar_bps": "7", **changed}

    answer = desk.post(LIMITS, sent)

    html = answer.content.decode()
    assert answer.status_code == 422 and words in html[html.index(f'id="{field}"') :][:400]
    assert 'value="7"' in html and platform_ceiling("").collar_bps is None


def test_limits_come_back_as_they_were_typed_after_the_second_factor(operator, platform, trading):
    stale = browser(operator, host="platform.localhost", confirmed=False)
    sent = {**forms(stale.get(LIMITS))[""], "reason": "Thin market", "collar_bps": "7"}

    back = parse_qs(urlsplit(stale.post(LIMITS, sent)["Location"]).query)["next"][0]
    shown = forms(stale.get(back))[""]

    assert shown.items() >= {"collar_bps": "7", "initial-collar_bps": ""}.items()
    assert "Thin market" in seen(stale.get(back))
    assert (
        browser(operator, host="platform.localhost").post(LIMITS, shown | {"reason": "Thin market"}).status_code == 302
    )
    assert platform_ceiling("").collar_bps == 7


@pytest.mark.parametrize("page", [SWITCH, LIMITS])
def test_they_are_for_operators(platform, page):
    stranger = browser(member("ada@platform.example", role="admin"), host="platform.localhost")

    assert stranger.get(page, follow=True).status_code == 403
    assert stranger.post(page, sure(), follow=True).status_code == 403
    assert not platform_stops()
