"""A short secret opens for its own tenant and place, and nowhere else."""

import pytest

from cryptouniverse.kernel import vault
from cryptouniverse.kernel.errors import NoTenant, SealBroken
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.tenancy import in_tenant

PLACE = ("webhooks", "endpoint", "1")
TEXT = Secret("whsec_abc")


def test_it_opens_where_it_belongs(acme):
    assert vault.open_secret(vault.close_secret(TEXT, place=PLACE), place=PLACE) == TEXT


@pytest.mark.parametrize("place", [(), ("webhooks", "endpoint", "2"), ("webhooks", "endpoint1", ""), PLACE[:2]])
def test_it_opens_in_no_other_place(acme, place):
    closed = vault.close_secret(TEXT, place=PLACE)
    with pytest.raises(SealBroken):
        vault.open_secret(closed, place=place)


def test_it_opens_in_no_other_tenant(acme, bolt_ctx):
    closed = vault.close_secret(TEXT, place=PLACE)
    with in_tenant(bolt_ctx), pytest.raises(SealBroken):
        vault.open_secret(closed, place=PLACE)


def test_it_is_closed_for_a_tenant_only():
    with pytest.raises(NoTenant):
        vault.close_secret(TEXT, place=PLACE)
