"""Topping up puts credits into a wallet once, keeps what was paid, and says when trading may resume."""

from decimal import Decimal

import pytest
from django.db import transaction

from credits.ledger.errors import IdempotencyConflict, NotForSale
from credits.ledger.models import CreditLot
from credits.ledger.services import top_up, top_up_practice
from credits.metering.selectors import potential_of
from credits.metering.services import meter
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.money import Credits
from tenants.audit.models import AuditRecord
from tests.credits.stage import assert_ledger, given_ledger, profit, published


def asked(amount="40", key="payment:1", currency="PRACTICE", **terms):
    terms.setdefault("reason", "practice")
    return {"amount": Credits(amount), "currency": currency, "idempotency_key": key, **terms}


def test_bought_credits_come_out_of_purchases_at_the_list_price(alice):
    top_up(user=alice, **asked("1000", currency="CREDIT"))

    assert CreditLot.objects.values_list("bought", "price_usd", "ratio").get() == (1000, Decimal("0.10"), 1)
    assert_ledger("wallet:alice 1000, purchases -1000")


def test_practice_credits_come_out_of_grants_and_cost_nothing(alice):
    top_up(user=alice, **asked("40"))

    assert CreditLot.objects.get().price_usd == 0
    assert_ledger("wallet:alice 40, grants -40", "PRACTICE")


def test_a_vip_price_and_ratio_stay_with_the_lot(alice):
    top_up(user=alice, **asked(price_usd=Decimal("0.07"), ratio=Decimal("1.5")))

    assert CreditLot.objects.values_list("price_usd", "ratio").get() == (Decimal("0.07"), Decimal("1.5"))


def test_a_repeated_top_up_is_one_top_up(alice):
    first, again = top_up(user=alice, **asked()), top_up(user=alice, **asked())

    assert first.public_id == again.public_id
    assert [kind for kind, _ in published()] == ["credits.topped_up"]
    assert_ledger("wallet:alice 40, grants -40", "PRACTICE")


def test_a_payment_cannot_credit_two_people(alice, bob):
    top_up(user=alice, **asked())

    with pytest.raises(IdempotencyConflict), transaction.atomic():
        top_up(user=bob, **asked())

    assert_ledger("wallet:alice 40, grants -40", "PRACTICE")


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_only_a_positive_amount_tops_up(alice, amount):
    with pytest.raises(Invalid):
        top_up(user=alice, **asked(amount))


def test_a_top_up_at_the_limit_resumes_trading_at_once(alice):
    given_ledger("wallet:alice 10, grants -10", "PRACTICE")
    meter([profit(alice, "25")])
    assert potential_of([alice.pk]) == {alice.pk: 0}

    top_up(user=alice, **asked("40"))

    assert potential_of([alice.pk]) == {alice.pk: 40}
    assert published()[-1][1]["resumed"] is True


def test_a_top_up_before_the_limit_resumes_nothing(alice):
    given_ledger("wallet:alice 10, grants -10", "PRACTICE")

    top_up(user=alice, **asked("40"))

    [(kind, body)] = published()
    assert (kind, body["resumed"], body["available"]) == ("credits.topped_up", False, "50.000000")


def test_people_help_themselves_to_practice_credits_only_and_it_is_audited(alice):
    top_up_practice(user=alice, amount=Credits(5), currency="PRACTICE", request_key="r1")
    top_up_practice(user=alice, amount=Credits(5), currency="PRACTICE", request_key="r1")

    with pytest.raises(NotForSale):
        top_up_practice(user=alice, amount=Credits(5), currency="CREDIT", request_key="r2")

    record = AuditRecord.objects.get(action="credits.topped_up")
    assert (record.actor, record.after) == (alice.public_id, {"amount": "5", "currency": "PRACTICE"})
    assert_ledger("wallet:alice 5, grants -5", "PRACTICE")


def test_two_people_may_use_the_same_request_key(alice, bob):
    for someone in (alice, bob):
        top_up_practice(user=someone, amount=Credits(5), currency="PRACTICE", request_key="r1")

    assert_ledger("wallet:alice 5, wallet:bob 5, grants -10", "PRACTICE")
