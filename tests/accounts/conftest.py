"""The operators' tenant, somebody who operates, and their browser."""

import pytest

from accounts.users.models import User
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tests.people import PASSWORD, browser

OPERATORS = "platform.localhost"


@pytest.fixture
def platform(db, acme_ctx):
    """The operators' tenant, made of Bolt, which is renamed for this test."""
    from tenants.provisioning.models import Domain, Tenant
    from tenants.provisioning.selectors import forget_hosts, tenant_by_slug

    with in_public():
        Tenant.objects.filter(slug="bolt").update(slug="platform")
        Domain.objects.filter(domain="bolt.localhost").update(domain=OPERATORS)
    forget_hosts()
    with in_tenant(tenant_by_slug("platform")) as tenant:
        yield tenant
    forget_hosts()


@pytest.fixture
def operator(platform):
    return User.objects.create_superuser("root@platform.example", PASSWORD)


@pytest.fixture
def desk(operator):
    """The operator's browser."""
    return browser(operator, host=OPERATORS)
