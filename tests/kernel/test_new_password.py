"""Whoever lost the password that was shown once gets another; it is audited, and never for a stranger."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.models import AuditRecord
from tests.people import PASSWORD, member


def test_a_new_password_replaces_the_old_one_and_is_audited(acme_ctx):
    with in_tenant(acme_ctx):
        user = member("alice@example.com")
    printed = StringIO()

    call_command("new_password", "acme", "Alice@example.com", stdout=printed)

    with in_tenant(acme_ctx):
        user.refresh_from_db()
        assert user.check_password(printed.getvalue().split()[-1])
        assert not user.check_password(PASSWORD)
        assert AuditRecord.objects.filter(action="user.password_replaced").count() == 1


@pytest.mark.parametrize(("tenant", "email"), [("nobody", "alice@example.com"), ("acme", "nobody@example.com")])
def test_an_unknown_tenant_or_person_is_named(acme_ctx, tenant, email):
    with pytest.raises(CommandError):
        call_command("new_password", tenant, email)
