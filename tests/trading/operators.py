"""An operator in their admin, looking at one tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client

from accounts.users.models import User
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.provisioning.models import Domain, Tenant
from tenants.provisioning.selectors import forget_hosts, tenant_by_slug
from tests.people import PASSWORD, browser

HOST = "platform.localhost"


@contextmanager
def operators_browser(tenant: TenantCtx) -> Iterator[Client]:
    """The operator's browser, inside `tenant`. Their own tenant is made of Bolt, which is renamed for this test."""
    with in_public():
        Tenant.objects.filter(slug="bolt").update(slug="platform")
        Domain.objects.filter(domain="bolt.localhost").update(domain=HOST)
    forget_hosts()
    try:
        with in_tenant(tenant_by_slug("platform")):
            client = browser(User.objects.create_superuser("root@platform.example", PASSWORD), host=HOST)
        client.post("/admin/enter/", {"tenant": tenant.slug, "reason": "a test looks in", "hours": "1"})
        yield client
    finally:
        forget_hosts()
