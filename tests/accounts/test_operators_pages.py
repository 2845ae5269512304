"""What operators see and do: no secret, nothing of the books, nothing dangerous without a reason in both audits."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import DatabaseError, models, transaction

from accounts.apikeys.models import ApiKey
from accounts.users.operators import require_step_up
from accounts.webhooks.models import Endpoint
from cryptouniverse.api.models import IdempotencyRecord
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.admin import hides
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.models import AuditRecord
from tests.people import browser, letters, member
from tests.trading.connections_cast import given_connection

CANARY = "canary-7f3a9b-must-not-be-seen"
BOOKS = ("credits_", "trading_", "aiengine_", "strategies_", "tenants_audit", "cryptouniverse_")
LOOK = {"tenant": "acme", "reason": "Asked by phone", "hours": "1"}
USERS = "/admin/accounts_users/user/"


def path_of(model) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def act(desk, action: str, row, **more: str):
    return desk.post(USERS, {"action": action, "_selected_action": str(row.pk), **more}, follow=True)


def planted() -> set[str]:
    """Writes the canary into every hidden column of every row there is; the columns that took it."""
    took = set()
    for model in (*admin.site._registry, IdempotencyRecord):
        for field in model._meta.local_fields:
            if not hides(field.name) or not isinstance(field, (models.CharField, models.TextField)):
                continue
            try:
                with transaction.atomic():
                    first = model._base_manager.filter(pk=model._base_manager.values("pk")[:1])
                    if first.update(**{field.name: CANARY[: field.max_length or 99]}):
                        took.add(f"{model._meta.label}.{field.name}")
            except DatabaseError:
                continue  # the table refuses changes
    return took


def test_no_page_of_the_admin_shows_a_secret(rf, platform, operator):
    vera = member("vera@platform.example")
    given_connection(vera, label="Main")
    assert {"accounts_users.User.password", "trading_connections.Connection.key_fingerprint"} <= planted()
    operator.refresh_from_db()
    desk, request = browser(operator, host="platform.localhost"), rf.get("/admin/")
    request.user = operator

    for model, own in admin.site._registry.items():
        base = path_of(model)
        rows = own.get_queryset(request).values_list("pk", flat=True)[:1]
        pages = [base, *(f"{base}{pk}/change/" for pk in rows)]
        for page in pages:
            answer = desk.get(page)
            assert answer.status_code == 200 and CANARY[:13].encode() not in answer.content, page


@pytest.mark.parametrize(
    "name", ["key", "api_key", "secret", "token_hash", "signing_secret", "recovery_codes", "seed_key"]
)
def test_columns_of_tables_to_come_are_hidden_by_their_names(name):
    assert hides(name) and not hides("label") and not hides("prefix") and not hides("idempotency_key")


def test_nothing_of_the_books_is_edited_by_hand(desk):
    books = [model for model in admin.site._registry if model._meta.app_label.startswith(BOOKS)]
    there = {model._meta.label for model in books}
    assert {
        "credits_ledger.Entry",
        "trading_execution.Order",
        "trading_execution.Fill",
        "trading_portfolio.Position",
    } <= there

    for model in books:
        for page in ("add", "1/change", "1/delete"):
            assert desk.post(f"{path_of(model)}{page}/", {"post": "yes"}).status_code == 403, (model, page)


def test_every_tenants_book_that_exists_is_closed_even_for_an_operator(rf, operator):
    request = rf.get("/")
    request.user = operator
    for model in apps.get_models():
        own = admin.site._registry.get(model)
        if own and model._meta.app_label.startswith(BOOKS):
            may = (own.has_add_permission, own.has_change_permission, own.has_delete_permission)
            assert not any(ask(request) for ask in may), model


def test_somebody_is_switched_off_only_with_a_reason_and_both_audits_say_so(desk, acme_ctx, operator):
    with in_tenant(acme_ctx):
        vera = member("vera@acme.example")
    desk.post("/admin/enter/", LOOK)

    asked = act(desk, "switch_off", vera)
    assert "cannot sign in" in asked.content.decode() and "vera@acme.example" in asked.content.decode()
    assert act(desk, "switch_off", vera, confirmed="yes", reason=" x ").status_code == 422
    with in_tenant(acme_ctx):
        vera.refresh_from_db()
        assert vera.is_active

    act(desk, "switch_off", vera, confirmed="yes", reason="Asked by phone")

    home = AuditRecord.objects.get(action="user.switched_off")
    with in_tenant(acme_ctx):
        vera.refresh_from_db()
        there = AuditRecord.objects.get(action="user.switched_off")
    assert not vera.is_active and home.actor == there.actor == operator.public_id
    assert (there.before, there.after) == ({"is_active": True}, {"is_active": False, "reason": "Asked by phone"})


def test_a_role_is_given_with_a_reason(desk, platform):
    vera = member("vera@platform.example", role="viewer")

    act(desk, "make_trader", vera, confirmed="yes", reason="New desk")
    again = act(desk, "make_trader", vera, confirmed="yes", reason="New desk")

    vera.refresh_from_db()
    record = AuditRecord.objects.get(action="user.role_changed")
    assert vera.role == "trader" and (record.before, record.after["role"]) == ({"role": "viewer"}, "trader")
    assert "It is so already" in again.content.decode()


def test_somebody_is_signed_out_everywhere(desk, platform):
    vera = member("vera@platform.example")
    theirs = browser(vera, host="platform.localhost")

    act(desk, "end_sessions", vera, confirmed="yes", reason="A lost phone")

    assert theirs.get("/connections/").status_code == 302
    assert AuditRecord.objects.get(action="user.sessions_ended").after == {"sessions": 1, "reason": "A lost phone"}


def test_a_code_for_a_new_password_is_sent(desk, platform):
    vera = member("vera@platform.example")

    act(desk, "send_reset", vera, confirmed="yes", reason="Asked by phone")

    assert [letter.to for letter in letters()] == [["vera@platform.example"]]
    assert AuditRecord.objects.filter(action="user.reset_sent").exists()


def test_an_action_waits_for_a_second_factor(operator, platform):
    vera = member("vera@platform.example")
    stale = browser(operator, host="platform.localhost", confirmed=False)

    for page, action, row in (
        (USERS, "switch_off", vera.pk),
        ("/admin/tenants_provisioning/tenant/", "suspend", 2),
    ):
        sent = {"action": action, "_selected_action": str(row), "confirmed": "yes", "reason": "Asked by phone"}
        assert stale.post(page, sent)["Location"].startswith("/security/confirm/"), page

    vera.refresh_from_db()
    assert vera.is_active


def test_a_key_and_a_webhook_are_ended_with_a_reason(desk, platform):
    vera = member("vera@platform.example")
    key = ApiKey.objects.create(user=vera, prefix="prefix01", name="Robot", digest="d" * 64, scopes=[])
    hook = Endpoint.objects.create(owner=vera, url="https://example.com/hook", patterns=["*"])

    for path, action, row in (
        ("/admin/accounts_apikeys/apikey/", "revoke", key),
        ("/admin/accounts_webhooks/endpoint/", "switch_off", hook),
    ):
        sent = {"action": action, "_selected_action": str(row.pk), "confirmed": "yes", "reason": "Leaked"}
        assert desk.post(path, sent, follow=True).status_code == 200

    key.refresh_from_db()
    hook.refresh_from_db()
    assert key.revoked_at and hook.off_since
    assert AuditRecord.objects.filter(after__reason="Leaked").count() == 2


def test_operators_do_not_lock_operators_out(desk, operator):
    act(desk, "switch_off", operator, confirmed="yes", reason="A mistake")

    operator.refresh_from_db()
    assert operator.is_active and not AuditRecord.objects.filter(action="user.switched_off").exists()


class Session(dict):
    """A session that knows when a second factor was shown."""

    step_up_at = None


def test_an_action_asks_for_a_second_factor_once_sessions_know_of_one(rf):
    request = rf.post("/admin/")
    request.session = {}
    assert require_step_up(request) is None

    request.session = Session()
    assert require_step_up(request).status_code in {302, 403}
    request.session.step_up_at = clock.now() - timedelta(minutes=6)
    assert require_step_up(request).status_code in {302, 403}
    request.session.step_up_at = clock.now() - timedelta(minutes=4)
    assert require_step_up(request) is None


def test_tenants_health_and_roles_are_seen(desk, acme_ctx):
    with in_tenant(acme_ctx):
        given_connection(member("vera@acme.example"), label="Main at Acme")
    desk.post("/admin/enter/", LOOK)

    tenants = desk.get("/admin/tenants-now/", {"q": "acm"}).content.decode()
    health = desk.get("/admin/health/").content.decode()
    roles = desk.get("/admin/roles/").content.decode()

    assert "acme" in tenants and desk.get("/admin/tenants-now/?page=99").status_code == 200
    assert "Main at Acme" in health and "PostgreSQL" in health and "Last signed head" in health
    assert "trading" in roles and "may not" in roles


@pytest.mark.parametrize("page", ["tenants-now", "health", "roles"])
def test_those_pages_are_for_operators_and_write_nothing(desk, platform, page):
    stranger = browser(member("ada@platform.example", role="admin"), host="platform.localhost")

    assert stranger.get(f"/admin/{page}/", follow=True).status_code == 403
    assert desk.post(f"/admin/{page}/").status_code == 405


def test_operators_search_the_audit(desk, platform):
    answer = desk.get("/admin/tenants_audit/auditrecord/", {"q": "session.started", "actor_kind__exact": "operator"})

    assert answer.status_code == 200 and b"session.started" in answer.content
