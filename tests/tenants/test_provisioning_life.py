"""A tenant's life: suspended, resumed, marked, deleted; who is told, and what goes on all the while."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.models import OutboxEvent, StreamHead
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.tenancy import in_public, in_tenant, is_served, load_tenant
from tenants.audit.selectors import audit_records
from tenants.provisioning.errors import NotInThisState, ReasonMissing, UnknownTenant
from tenants.provisioning.models import Domain, Tenant
from tenants.provisioning.selectors import (
    active_tenants,
    any_tenant,
    forget_hosts,
    takes_entries,
    tenant_by_host,
    trading_tenants,
)
from tenants.provisioning.services import (
    create_tenant,
    mark_for_deletion,
    purge_tenant,
    resume_tenant,
    suspend_tenant,
)
from tenants.provisioning.types import Life
from tests.people import browser, member
from trading.marketdata.events import CandlesClosed

WHY = "invoice 17 is unpaid"


@pytest.fixture
def platform(db, bolt_ctx):
    """The operators' tenant, made of Bolt, which is renamed for this test."""
    with in_public():
        Tenant.objects.filter(slug="bolt").update(slug="platform")
    yield any_tenant("platform").tenant
    forget_hosts()


def test_a_suspended_tenant_says_so_on_every_face_and_is_served_again_when_resumed(acme_ctx):
    with in_tenant(acme_ctx):
        desk = browser(member("ada@acme.example"))
    suspend_tenant(slug="acme", reason=WHY)

    page, api = desk.get("/"), desk.get("/api/v1/portfolio")
    assert (page.status_code, "suspended" in page.content.decode()) == (403, True)
    assert (api.status_code, api.json()["code"]) == (403, "tenants.suspended")
    assert api["Content-Type"] == "application/problem+json"
    assert not is_served(acme_ctx)
    with pytest.raises(UnknownTenant):
        tenant_by_host("acme.localhost")  # what sockets ask

    resume_tenant(slug="acme", reason="invoice 17 is paid")
    assert desk.get("/").status_code == 200
    assert is_served(acme_ctx)


def test_its_exits_are_worked_and_its_entries_are_not(acme_ctx):
    suspend_tenant(slug="acme", reason=WHY)

    assert acme_ctx not in active_tenants()
    assert acme_ctx in trading_tenants()
    assert load_tenant(acme_ctx.id) == acme_ctx  # tasks and events go on
    with in_tenant(acme_ctx):
        assert not takes_entries()


def test_both_audits_say_who_and_why(acme_ctx, platform):
    with in_tenant(platform):
        root = member("root@platform.example", is_staff=True)
    suspend_tenant(slug="acme", reason=WHY, actor=root)

    for home in (acme_ctx, platform):
        with in_tenant(home):
            found = audit_records().get(action="tenant.suspended")
            assert (found.actor, found.actor_kind, found.after["reason"]) == (root.public_id, "operator", WHY)
            assert found.object_id == str(acme_ctx.id)


def test_the_operators_own_tenant_cannot_be_shut(platform):
    for shut in (suspend_tenant, mark_for_deletion):
        with pytest.raises(NotInThisState):
            shut(slug="platform", reason=WHY)


@pytest.mark.parametrize("reason", ["", "why", " a  b ", "x" * 301])
def test_a_reason_is_needed(acme_ctx, reason):
    with pytest.raises(ReasonMissing):
        suspend_tenant(slug="acme", reason=reason)
    assert any_tenant("acme").life is Life.ACTIVE


def test_the_template_and_strangers_are_no_tenants_to_act_on(db):
    for slug in ("template", "nobody"):
        with pytest.raises(UnknownTenant):
            suspend_tenant(slug=slug, reason=WHY)


def test_a_tenant_is_deleted_in_two_steps_thirty_days_apart(acme_ctx):
    with pytest.raises(NotInThisState):
        purge_tenant_within_test("acme")
    due = mark_for_deletion(slug="acme", reason="they left us")

    assert timedelta(days=29) < due - clock.now() <= timedelta(days=30)
    assert Domain.objects.filter(domain="acme.localhost").exists()  # nobody else gets the name meanwhile
    with pytest.raises(NotInThisState):
        purge_tenant_within_test("acme")
    resume_tenant(slug="acme", reason="they came back")
    assert Tenant.objects.get(slug="acme").purge_after is None


def purge_tenant_within_test(slug: str) -> None:
    """The checks of `purge_tenant` in the test's transaction: nothing here is due, so nothing is dropped."""
    from tenants.provisioning.services.life import require_due

    require_due(Tenant.objects.get(slug=slug))


def test_a_purge_leaves_nothing_of_a_tenant(used_tenant):
    slug = f"gone-{uuid4().hex[:8]}"
    gone = create_tenant(slug=slug, name="Gone", hosts=(f"{slug}.localhost",))
    with in_tenant(gone):
        publish_on_commit([CandlesClosed(slot_ms=0, timeframe="1h")])
        cache.set("figure", "theirs")
    mark_for_deletion(slug=slug, reason="they left us")
    with in_public():
        Tenant.objects.filter(slug=slug).update(purge_after=clock.now() - timedelta(seconds=1))

    purge_tenant(slug=slug)

    with in_public():
        assert not Tenant.objects.filter(slug=slug).exists()
        assert not Domain.objects.filter(domain=f"{slug}.localhost").exists()
        for model in (OutboxEvent, StreamHead):
            assert not model.objects.filter(tenant_id=gone.id).exists()
    with in_tenant(gone):
        assert cache.get("figure") is None
    create_tenant_again(slug)


def create_tenant_again(slug: str) -> None:
    """Its name and host are free."""
    from tenants.provisioning.services import drop_tenant

    create_tenant(slug=slug, name="Next", hosts=(f"{slug}.localhost",))
    drop_tenant(slug=slug)


def test_the_commands_do_the_same(acme_ctx, capsys):
    call_command("suspend_tenant", "acme", "--reason", WHY)
    call_command("resume_tenant", "acme", "--reason", WHY)
    with pytest.raises(CommandError, match="--confirm acme"):
        call_command("delete_tenant", "acme", "--reason", WHY)
    assert any_tenant("acme").life is Life.ACTIVE
    call_command("delete_tenant", "acme", "--reason", WHY, "--confirm", "acme")

    assert any_tenant("acme").life is Life.CLOSING
    assert "this command deletes it" in capsys.readouterr().out


def test_a_tenant_is_provisioned_with_its_administrator(used_tenant, capsys):
    from tenants.provisioning.services import drop_tenant

    slug = f"new-{uuid4().hex[:8]}"
    arguments = ("--name", "New", "--host", f"{slug}.localhost", "--admin-email", "Ada@new.example")
    call_command("provision_tenant", slug, *arguments)
    try:
        password = capsys.readouterr().out.split()[-1]
        client = browser(host=f"{slug}.localhost")
        client.post("/accounts/login/", {"login": "ada@new.example", "password": password})

        assert client.get("/api/v1/tenant/quotas").status_code == 200
        with in_tenant(any_tenant(slug).tenant):
            assert {"tenant.created", "user.created"} <= set(audit_records().values_list("action", flat=True))
    finally:
        drop_tenant(slug=slug)
