"""Credits that an operator was paid for: booked as bought, once for each receipt, on the record."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from credits.ledger.errors import IdempotencyConflict
from credits.ledger.models import CreditLot
from credits.ledger.selectors import wallets_of
from credits.ledger.services import book_purchase
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.money import Credits
from tenants.audit.models import AuditRecord
from tests.people import member

EMAIL = "alice@acme.example"


@pytest.fixture
def alice(acme):
    return member(EMAIL)


def available(user, currency="CREDIT"):
    return wallets_of([user.pk], currency)[user.pk].available


def test_a_purchase_is_booked_once_for_each_receipt(alice, capsys):
    for _again in range(2):
        call_command("book_purchase", "acme", EMAIL, "500", "--receipt", "INV-1")

    assert (available(alice), available(alice, "PRACTICE")) == (500, 0)
    assert CreditLot.objects.get().price_usd == Decimal("0.10")
    [record] = AuditRecord.objects.filter(action="credits.bought")
    assert (record.after["receipt"], record.after["for"]) == ("INV-1", str(alice.public_id))
    assert capsys.readouterr().out.splitlines() == ["500 credits are booked.", "This receipt was booked before."]


def test_a_receipt_names_one_purchase(alice):
    book_purchase(user=alice, amount=Credits(500), receipt="INV-1", price_usd=Decimal("0.08"))
    with pytest.raises(IdempotencyConflict):
        book_purchase(user=alice, amount=Credits(501), receipt="INV-1", price_usd=Decimal("0.08"))
    assert available(alice) == 500


@pytest.mark.parametrize(
    ("amount", "receipt", "price"),
    [("0", "A", "0.1"), ("-5", "A", "0.1"), ("5", " ", "0.1"), ("5", "A", "-1"), ("5", "A", "NaN")],
)
def test_what_is_no_purchase_is_refused(alice, amount, receipt, price):
    with pytest.raises(Invalid):
        book_purchase(user=alice, amount=Credits(amount), receipt=receipt, price_usd=Decimal(price))
    assert available(alice) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("nobody", EMAIL, "5"),
        ("acme", "bob@acme.example", "5"),
        ("acme", EMAIL, "many"),
        ("acme", EMAIL, "1e30"),
        ("acme", EMAIL, "NaN"),
    ],
)
def test_a_mistake_gets_one_sentence(alice, words):
    with pytest.raises(CommandError):
        call_command("book_purchase", *words, "--receipt", "INV-1")
