"""People belong to one tenant and are known by their e-mail address there."""

import pytest
from django.db import IntegrityError, transaction

from accounts.users.models import User
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import PASSWORD, member


def test_an_address_is_the_same_however_it_is_written(acme):
    alice = member("  Alice@ACME.example ")

    assert alice.email == "alice@acme.example"
    assert User.objects.get_by_natural_key("ALICE@acme.EXAMPLE") == alice


def test_two_people_of_one_tenant_cannot_share_an_address(acme):
    member("alice@acme.example")

    with pytest.raises(IntegrityError), transaction.atomic():
        member("ALICE@acme.example")


def test_the_database_itself_refuses_capitals_and_unknown_roles(acme):
    alice = member("alice@acme.example")

    for wrong in ({"email": "Alice@acme.example"}, {"role": "owner"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=alice.pk).update(**wrong)


def test_the_same_address_in_two_tenants_is_two_people(acme_ctx, bolt_ctx):
    with in_tenant(acme_ctx):
        ours = member("alice@example.com")
    with in_tenant(bolt_ctx):
        theirs = member("alice@example.com")
        assert User.objects.count() == 1

    assert ours.public_id != theirs.public_id


def test_an_address_is_needed(acme):
    with pytest.raises(Invalid):
        User.objects.create_user("  ", PASSWORD)


def test_somebody_who_is_switched_off_may_nothing(acme):
    assert member("a@acme.example").may("portfolio:read")
    assert not member("b@acme.example", is_active=False).may("portfolio:read")


def test_a_superuser_is_an_operator_and_an_administrator(acme):
    root = User.objects.create_superuser("root@acme.example", PASSWORD)

    assert (root.role, root.is_staff, root.is_superuser) == ("admin", True, True)
    assert root.check_password(PASSWORD)
