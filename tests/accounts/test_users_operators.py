"""The operators' admin: on the platform's host, for superusers, audited, and unable to touch the books."""

from django.contrib import admin

from accounts.users.admin import UsersAdmin
from accounts.users.models import User
from accounts.users.operators import OperatorsSite
from cryptouniverse.kernel.admin import ReadOnlyAdmin
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.selectors import audit_records
from tests.accounts.conftest import OPERATORS
from tests.people import PASSWORD, browser, member


def test_the_admin_exists_on_no_other_host(acme):
    client = browser(User.objects.create_superuser("root@acme.example", PASSWORD))

    assert client.get("/admin/").status_code == 404
    assert client.get("/admin/accounts_users/user/").status_code == 404


def test_nobody_is_sent_to_the_one_sign_in_page(platform):
    first = browser(host=OPERATORS).get("/admin/")
    second = browser(host=OPERATORS).get(first["Location"])

    assert second["Location"] == "/accounts/login/?next=/admin/"


def test_somebody_who_is_no_operator_is_refused(platform):
    client = browser(member("ada@platform.example", role="admin", is_staff=True), host=OPERATORS)

    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get("/admin/accounts_users/user/", follow=True).status_code == 403


def test_only_people_can_be_made_by_hand(desk):
    """That every list opens is seen where they are looked through for secrets."""
    for model, registered in admin.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert desk.get(f"{base}add/").status_code == (200 if isinstance(registered, UsersAdmin) else 403), base


def test_only_people_can_be_changed_by_hand_and_nothing_deleted(rf, operator):
    request = rf.get("/admin/")
    request.user = operator

    assert isinstance(admin.site._wrapped if hasattr(admin.site, "_wrapped") else admin.site, OperatorsSite)
    for model, registered in admin.site._registry.items():
        assert isinstance(registered, (ReadOnlyAdmin, UsersAdmin)), model
        assert not registered.has_delete_permission(request)
    assert "delete_selected" not in admin.site._actions


def test_an_operator_looks_at_a_tenant_and_both_audits_know(desk, operator, acme_ctx):
    with in_tenant(acme_ctx):
        member("alice@acme.example")

    assert b"alice@acme.example" not in desk.get("/admin/accounts_users/user/").content
    desk.post("/admin/enter/", {"tenant": "acme", "reason": "ticket 4711", "hours": "1"})

    assert b"alice@acme.example" in desk.get("/admin/accounts_users/user/").content
    assert audit_records().filter(action="operator.entered", actor=operator.public_id).exists()
    with in_tenant(acme_ctx):
        assert audit_records().get(action="operator.entered").actor_kind == "operator"


def test_looking_is_a_write_that_another_site_cannot_make(operator):
    client = browser(operator, host=OPERATORS, csrf=True)

    assert client.post("/admin/enter/", {"tenant": "acme"}).status_code == 403


def test_a_change_by_hand_says_before_and_after(desk, platform):
    vera = member("vera@platform.example", role="viewer")
    fields = {"email": vera.email, "display_name": "Vera", "role": "admin", "is_active": ""}

    answer = desk.post(f"/admin/accounts_users/user/{vera.pk}/change/", fields)

    assert answer.status_code == 302
    record = audit_records().get(action="user.changed")
    assert (record.before, record.after) == ({"display_name": ""}, {"display_name": "Vera"})
    vera.refresh_from_db()
    assert (vera.role, vera.is_active) == ("viewer", True)


def test_a_person_made_by_hand_is_recorded_without_their_password(desk, platform):
    fields = {"email": "New@platform.example", "role": "viewer", "password1": PASSWORD, "password2": PASSWORD}

    desk.post("/admin/accounts_users/user/add/", {**fields, "usable_password": "true"})

    assert User.objects.get(email="new@platform.example").check_password(PASSWORD)
    record = audit_records().get(action="user.created")
    assert PASSWORD not in str(record.after)


def test_no_page_shows_a_password_or_its_hash(desk, operator):
    page = desk.get(f"/admin/accounts_users/user/{operator.pk}/change/").content.decode()

    assert operator.password not in page and "md5$" not in page and "algorithm" not in page


def test_the_admin_keeps_the_content_security_policy(desk):
    answer = desk.get("/admin/")

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert b"<script>" not in answer.content and b" style=" not in answer.content and b" onclick=" not in answer.content


def test_a_book_can_be_read_and_not_written_even_by_post(desk, platform):
    record = audit_records().first()
    page = f"/admin/tenants_audit/auditrecord/{record.pk}/change/"

    assert desk.get(page).status_code == 200
    assert b'type="submit" value="Save"' not in desk.get(page).content
    assert desk.post(page, {"action": "nothing.happened"}).status_code == 403
