"""How much a tenant may have: refused with limit and value where things are made, and shown to its administrator."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.users.models import User
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.selectors import audit_records
from tenants.provisioning.errors import QuotaReached
from tenants.provisioning.services import quotas, require_room, set_quotas
from tests.people import browser, member
from trading.connections.services import create_connection
from trading.connections.types import Kind

WHY = "as agreed in the contract"


def limit(slug: str, **numbers: int | None) -> None:
    set_quotas(slug=slug, numbers=numbers, reason=WHY)


def test_one_person_too_many_is_refused_with_limit_and_value(acme):
    member("ada@acme.example")
    limit("acme", users=1)

    with pytest.raises(QuotaReached) as refused:
        member("bob@acme.example")

    assert (refused.value.status, refused.value.facts) == (422, {"quota": "users", "limit": 1, "value": 1})
    assert not User.objects.filter(email="bob@acme.example").exists()


def test_people_who_are_switched_off_make_room(acme):
    ada = member("ada@acme.example")
    limit("acme", users=1)
    ada.is_active = False
    ada.save()

    assert member("bob@acme.example").pk


def test_a_connection_too_many_is_refused_and_the_api_says_so(acme):
    ada = member("ada@acme.example")
    limit("acme", connections=1)
    create_connection(owner=ada, venue="binance", kind=Kind.PAPER, label="first")

    answer = browser(ada).post(
        "/api/v1/exchanges/connections",
        {"venue": "binance", "kind": "paper", "label": "second"},
        content_type="application/json",
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "tenants.quota_reached")
    assert answer.json()["facts"] == {"quota": "connections", "limit": 1, "value": 1}


def test_what_nobody_counts_is_a_mistake(acme):
    with pytest.raises(KeyError):
        require_room("dreams")


def test_a_full_store_makes_no_room_for_anything(acme):
    limit("acme", storage_rows=0)

    with pytest.raises(QuotaReached, match="storage_rows"):
        require_room("bots")


def test_the_platforms_numbers_hold_until_there_is_an_own_one(acme):
    assert [(q.name, q.own) for q in quotas()][:1] == [("bots", False)]
    limit("acme", bots=3)
    assert next(q for q in quotas() if q.name == "bots").most == 3
    limit("acme", bots=None)
    assert next(q for q in quotas() if q.name == "bots").own is False
    assert audit_records().filter(action="tenant.limits_changed").count() == 2


@pytest.mark.parametrize("numbers", [{}, {"dreams": 1}, {"bots": -1}])
def test_a_limit_that_cannot_be_is_refused(acme, numbers):
    with pytest.raises(Invalid):
        limit("acme", **numbers)


def test_the_command_sets_them_and_explains_a_slip(acme, capsys):
    call_command("tenant_limits", "acme", "bots=5", "users=none", "--reason", WHY)
    assert next(q for q in quotas() if q.name == "bots").most == 5
    with pytest.raises(CommandError, match="is not like bots=5"):
        call_command("tenant_limits", "acme", "bots=many", "--reason", WHY)


def test_an_administrator_sees_them_and_a_trader_does_not(acme):
    limit("acme", users=7)
    answer = browser(member("root@acme.example", role="admin")).get("/api/v1/tenant/quotas").json()

    assert {"name": "users", "used": 1, "most": 7, "own": True, "of_one": False} in answer["quotas"]
    assert browser(member("ada@acme.example")).get("/api/v1/tenant/quotas").status_code == 403


def test_two_at_once_do_not_both_take_the_last_place(fresh_tenant):
    limit(fresh_tenant.slug, users=3)
    ready, refused = Barrier(8), []

    def join() -> None:
        try:
            with in_tenant(fresh_tenant):
                ready.wait(20)
                member(f"{uuid4().hex}@fresh.example")
        except QuotaReached as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=join) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (User.objects.count(), len(refused)) == (3, 5)
