"""The platform's access to a tenant: asked for with a reason and an end, said in both audits, ended when it is over."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.users.models import User
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.audit.selectors import audit_records
from tenants.provisioning.errors import ReasonMissing
from tenants.provisioning.models import Domain, Tenant
from tenants.provisioning.selectors import any_tenant, forget_hosts
from tenants.support.errors import GrantIsOver, NoGrant, TooLong, UnknownGrant
from tenants.support.models import SupportGrant
from tenants.support.selectors import active_grant
from tenants.support.services import approve_access, ask_for_access, end_access, end_expired, use_access
from tests.people import PASSWORD, browser, member

HOST = "platform.localhost"
WHY = "ticket 4711: an order is missing"
ENTER = {"tenant": "acme", "reason": WHY, "hours": "1"}
PEOPLE = "/admin/accounts_users/user/"


@pytest.fixture
def platform(db, acme_ctx, bolt_ctx):
    """The operators' tenant, made of Bolt, which is renamed for this test."""
    with in_public():
        Tenant.objects.filter(slug="bolt").update(slug="platform")
        Domain.objects.filter(domain="bolt.localhost").update(domain=HOST)
    forget_hosts()
    yield any_tenant("platform").tenant
    forget_hosts()


@pytest.fixture
def operator(platform):
    with in_tenant(platform):
        return User.objects.create_superuser("root@platform.example", PASSWORD)


@pytest.fixture
def desk(platform, operator):
    with in_tenant(platform):
        return browser(operator, host=HOST)


@pytest.fixture
def chief(acme_ctx):
    """Acme's administrator's browser."""
    with in_tenant(acme_ctx):
        return browser(member("chief@acme.example", role="admin"))


def actions_in(tenant) -> list[str]:
    with in_tenant(tenant):
        rows = audit_records().filter(action__startswith="support.").order_by("pk")
        return list(rows.values_list("action", flat=True))


def time_passes(**fields: timedelta) -> None:
    """The one grant there is was given that much earlier."""
    with in_public():
        for grant in SupportGrant.objects.all():
            for name, earlier in fields.items():
                setattr(grant, name, getattr(grant, name) - earlier)
            grant.save()


def sees_chief(desk) -> bool:
    return b"chief@acme.example" in desk.get(PEOPLE, follow=True).content


def test_without_a_reason_nobody_looks_in(desk, chief, acme_ctx):
    answer = desk.post("/admin/enter/", {"tenant": "acme"}, follow=True)

    assert "Say why" in answer.content.decode()
    assert not sees_chief(desk)
    assert actions_in(acme_ctx) == []


def test_begin_use_and_end_stand_in_both_audits(desk, chief, acme_ctx, platform):
    desk.post("/admin/enter/", ENTER)
    assert sees_chief(desk)
    [grant] = chief.get("/api/v1/support/grants").json()["data"]
    assert (grant["reason"], grant["operator"]) == (WHY, "root@platform.example")
    chief.post(f"/api/v1/support/grants/{grant['id']}/end")

    assert not sees_chief(desk)
    for home in (acme_ctx, platform):
        assert actions_in(home) == ["support.started", "support.used", "support.ended"]
    with in_tenant(acme_ctx):
        assert audit_records().get(action="support.used").after["what"] == f"GET {PEOPLE}"


def test_what_is_over_lets_nobody_in_on_the_next_request(desk, chief, acme_ctx):
    desk.post("/admin/enter/", ENTER)
    assert sees_chief(desk)
    time_passes(starts_at=timedelta(hours=2), ends_at=timedelta(hours=2))

    assert not sees_chief(desk)
    assert not sees_chief(desk)
    assert end_expired() == 1
    assert end_expired() == 0
    assert actions_in(acme_ctx)[-1] == "support.ended"


def test_the_grant_is_one_operators_and_one_tenants(platform, operator, acme_ctx):
    ask_for_access(tenant=acme_ctx, operator=operator, reason=WHY, minutes=60)
    with in_tenant(platform):
        other = User.objects.create_superuser("other@platform.example", PASSWORD)

    assert active_grant(tenant=acme_ctx, operator_id=operator.public_id)
    for tenant, who in ((acme_ctx, other), (platform, operator)):
        with pytest.raises(NoGrant):
            use_access(tenant=tenant, operator=who, what="GET /")


def test_where_the_administrator_must_agree_nothing_is_seen_before(desk, chief, acme_ctx):
    terms = "/api/v1/support/terms"
    headers = {"If-Match": chief.get(terms)["ETag"]}
    assert chief.put(terms, {"approval_required": True}, "application/json", headers=headers).status_code == 200
    desk.post("/admin/enter/", ENTER)
    assert not sees_chief(desk)
    [grant] = chief.get("/api/v1/support/grants").json()["data"]
    assert grant["starts_at"] is None

    assert chief.post(f"/api/v1/support/grants/{grant['id']}/approve").status_code == 200
    assert chief.post(f"/api/v1/support/grants/{grant['id']}/approve").status_code == 409
    desk.post("/admin/enter/", {"tenant": "acme"})
    assert sees_chief(desk)
    assert actions_in(acme_ctx) == ["support.terms_changed", "support.asked", "support.started", "support.used"]


def test_another_tenants_administrator_cannot_touch_it(platform, operator, acme_ctx):
    grant = ask_for_access(tenant=acme_ctx, operator=operator, reason=WHY, minutes=60)
    with in_tenant(platform):
        boss = member("boss@platform.example", role="admin")
        for touch in (approve_access, end_access):
            with pytest.raises(UnknownGrant):
                touch(grant_id=grant.public_id, actor=boss)


def test_a_trader_neither_sees_nor_ends_it(operator, acme_ctx):
    grant = ask_for_access(tenant=acme_ctx, operator=operator, reason=WHY, minutes=60)
    with in_tenant(acme_ctx):
        trader = browser(member("ada@acme.example"))

    assert trader.get("/api/v1/support/grants").status_code == 403
    assert trader.post(f"/api/v1/support/grants/{grant.public_id}/end").status_code == 403


def test_what_has_ended_stays_ended(operator, acme_ctx):
    grant = ask_for_access(tenant=acme_ctx, operator=operator, reason=WHY, minutes=60)
    with in_tenant(acme_ctx):
        end_access(grant_id=grant.public_id, actor=None)
        for again in (approve_access, end_access):
            with pytest.raises(GrantIsOver):
                again(grant_id=grant.public_id, actor=operator)


@pytest.mark.parametrize("minutes", [0, -1, 481])
def test_access_is_at_most_eight_hours(operator, acme_ctx, minutes):
    with pytest.raises(TooLong):
        ask_for_access(tenant=acme_ctx, operator=operator, reason=WHY, minutes=minutes)
    with pytest.raises(ReasonMissing):
        ask_for_access(tenant=acme_ctx, operator=operator, reason="", minutes=60)


def test_the_database_refuses_a_longer_one_too(db, operator, acme_ctx):
    grant = ask_for_access(tenant=acme_ctx, operator=operator, reason=WHY, minutes=480)
    assert grant.ends_at - grant.starts_at == timedelta(hours=8)
    with in_public(), pytest.raises(IntegrityError), transaction.atomic():
        SupportGrant.objects.filter(pk=grant.pk).update(minutes=481)
    with in_public(), pytest.raises(IntegrityError), transaction.atomic():
        SupportGrant.objects.filter(pk=grant.pk).update(ends_at=None)


@pytest.mark.parametrize("hours", ["0", "9", "-1", "1e3", "", "99999999999"])
def test_no_hours_that_can_be_sent_make_it_longer(desk, chief, hours):
    desk.post("/admin/enter/", {**ENTER, "hours": hours})

    assert not sees_chief(desk)


def test_operators_suspend_with_a_reason_on_a_page_that_asks_first(desk, acme_ctx):
    with in_public():
        pk = Tenant.objects.get(slug="acme").pk
    chosen = {"action": "suspend", "_selected_action": pk}
    asked = desk.post("/admin/tenants_provisioning/tenant/", chosen)

    assert "Exits and stops go on" in asked.content.decode()
    assert any_tenant("acme").life == "active"
    desk.post("/admin/tenants_provisioning/tenant/", {**chosen, "confirmed": "1", "reason": "no"})
    assert any_tenant("acme").life == "active"
    desk.post("/admin/tenants_provisioning/tenant/", {**chosen, "confirmed": "1", "reason": "unpaid since May"})
    assert any_tenant("acme").life == "suspended"
    assert clock.now() - Tenant.objects.get(slug="acme").status_since < timedelta(minutes=5)


def test_operators_change_limits_in_the_admin(desk, acme_ctx):
    with in_public():
        pk = Tenant.objects.get(slug="acme").pk
    facts = {"action": "limit", "_selected_action": pk, "confirmed": "1", "reason": "as agreed", "bots": "4"}

    assert (
        'name="bots"' in desk.post("/admin/tenants_provisioning/tenant/", {**facts, "confirmed": []}).content.decode()
    )
    desk.post("/admin/tenants_provisioning/tenant/", facts)
    assert Tenant.objects.get(slug="acme").bots_max == 4


def test_nobody_sees_another_tenants_events_without_access(desk, chief, acme_ctx):
    from cryptouniverse.kernel.events.services import publish_on_commit
    from trading.marketdata.events import CandlesClosed

    with in_tenant(acme_ctx):
        publish_on_commit([CandlesClosed(slot_ms=0, timeframe="1h")])
    events = "/admin/cryptouniverse_events/outboxevent/"

    assert str(acme_ctx.id) not in desk.get(events).content.decode()
    desk.post("/admin/enter/", ENTER)
    assert str(acme_ctx.id) in desk.get(events).content.decode()
