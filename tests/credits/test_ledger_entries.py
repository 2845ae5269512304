"""Entries balance, are booked once, and never take a wallet below zero."""

import json
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from credits.ledger.errors import IdempotencyConflict, InsufficientCredits, Unbalanced, UnknownAccount
from credits.ledger.models import CreditLot, Entry, Posting
from credits.ledger.services import post_entries
from cryptouniverse.kernel.errors import FloatRefused, Invalid
from tests.credits.stage import account, assert_ledger, draft, given_ledger, statements


def test_a_movement_leaves_one_account_and_reaches_the_other(alice):
    given_ledger("wallet:alice 100, purchases -100")

    post_entries([draft("wallet:alice -30, consumed 30")])

    assert_ledger("wallet:alice 70, consumed 30, purchases -100")


def test_a_retried_entry_moves_credits_once(alice):
    given_ledger("wallet:alice 100, purchases -100")
    spend = draft("wallet:alice -30, consumed 30", key="fill:42:profit")

    first, again = post_entries([spend])[0], post_entries([spend])[0]

    assert (first.is_new, again.is_new) == (True, False)
    assert first.public_id == again.public_id
    assert_ledger("wallet:alice 70, consumed 30, purchases -100")


def test_the_same_key_twice_in_one_batch_moves_credits_once(alice):
    given_ledger("wallet:alice 100, purchases -100")
    spend = draft("wallet:alice -30, consumed 30", key="fill:42:profit")

    rows = post_entries([spend, spend])

    assert [row.is_new for row in rows] == [True, False]
    assert_ledger("wallet:alice 70, consumed 30, purchases -100")


@pytest.mark.parametrize("other", ["wallet:alice -31, consumed 31", "wallet:alice -30, grants 30"])
def test_a_key_with_other_content_is_refused_and_books_nothing(alice, other):
    given_ledger("wallet:alice 100, purchases -100")
    post_entries([draft("wallet:alice -30, consumed 30", key="fill:42:profit")])

    with pytest.raises(IdempotencyConflict) as refusal:
        post_entries([draft("wallet:alice -1, consumed 1"), draft(other, key="fill:42:profit")])

    assert refusal.value.facts == {"idempotency_key": "fill:42:profit"}
    assert_ledger("wallet:alice 70, consumed 30, purchases -100")


def test_a_key_with_another_reason_is_other_content(alice):
    post_entries([draft("wallet:alice 5, purchases -5", key="k", reason="a gift")])

    with pytest.raises(IdempotencyConflict):
        post_entries([draft("wallet:alice 5, purchases -5", key="k", reason="a purchase")])


def test_a_wallet_never_falls_below_zero_and_the_whole_batch_is_refused(alice):
    given_ledger("wallet:alice 100, purchases -100")

    with pytest.raises(InsufficientCredits):
        post_entries([draft("wallet:alice -60, consumed 60"), draft("wallet:alice -40.000001, consumed 40.000001")])

    assert_ledger("wallet:alice 100, purchases -100")


def test_a_wallet_may_be_emptied_to_the_last_millionth(alice):
    given_ledger("wallet:alice 0.000003, purchases -0.000003")

    post_entries([draft("wallet:alice -0.000003, consumed 0.000003")])

    assert_ledger("consumed 0.000003, purchases -0.000003")


@pytest.mark.parametrize(
    "text", ["wallet:alice 5, purchases -4", "wallet:alice 5, purchases -5, grants 0", "wallet:alice 5"]
)
def test_moves_that_do_not_balance_are_refused(alice, text):
    with pytest.raises(Unbalanced):
        post_entries([draft(text)])


@pytest.mark.parametrize("amount", ["0.0000001", "1.0000004"])
def test_a_move_finer_than_a_millionth_is_refused_and_never_rounded(alice, amount):
    with pytest.raises(Invalid):
        post_entries([draft(f"wallet:alice {amount}, purchases -{amount}")])


def test_the_database_itself_refuses_a_move_finer_than_a_millionth(alice):
    moves = {account("wallet:alice"): "1.0000004", account("purchases"): "-1.0000004"}
    fact = {"key": "k", "reason": "r", "occurred_at": "2024-01-01T00:00:00Z", "public_id": str(uuid4()), "moves": moves}

    with pytest.raises(DatabaseError, match="finer than a millionth"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM credits_ledger_post(%s::jsonb)", [json.dumps([fact])])


def test_a_move_larger_than_an_account_can_hold_is_refused(alice):
    for amount in ("99999999999999.5", "1e14", "1e40"):
        with pytest.raises(Invalid):
            post_entries([draft(f"wallet:alice {amount}, purchases -{amount}", key=f"{amount}:{n}") for n in range(2)])


def test_a_float_is_refused(alice):
    entry = draft("wallet:alice 5, purchases -5")

    with pytest.raises(FloatRefused):
        post_entries([replace(entry, moves={pk: float(amount) for pk, amount in entry.moves.items()})])


def test_an_account_of_other_books_is_refused(alice):
    with pytest.raises(UnknownAccount):
        post_entries(
            [replace(draft("wallet:alice 5, purchases -5"), moves={10**9: Decimal(5), 10**9 + 1: Decimal(-5)})]
        )


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_1_to_200_characters(alice, key):
    with pytest.raises(Invalid):
        post_entries([replace(draft("wallet:alice 5, purchases -5"), idempotency_key=key)])


def test_currencies_never_mix_the_database_refuses_at_commit(alice):
    mixed = {account("wallet:alice", "CREDIT"): Decimal(5), account("grants", "PRACTICE"): Decimal(-5)}

    with pytest.raises(DatabaseError, match="sum to zero"), transaction.atomic():
        post_entries([replace(draft("wallet:alice 5, purchases -5"), moves=mixed)])
        connection.check_constraints()


def test_a_batch_of_entries_is_one_statement(alice):
    drafts = [draft("wallet:alice 5, purchases -5") for _ in range(50)]

    with statements(3):  # the call, inside its savepoint
        post_entries(drafts)

    assert (Entry.objects.count(), Posting.objects.count()) == (50, 100)
    assert_ledger("wallet:alice 250, purchases -250")


def test_no_entries_are_no_statement(acme):
    with statements(0):
        assert post_entries([]) == []


def test_lots_keep_price_and_ratio_and_are_consumed_first_in_first_out(alice):
    given_ledger("wallet:alice 100, purchases -100", price_usd=Decimal("0.10"))
    given_ledger("wallet:alice 50, purchases -50", price_usd=Decimal("0.08"), ratio=Decimal(2))

    post_entries([draft("wallet:alice -90, consumed 90"), draft("wallet:alice -20, consumed 20")])

    lots = CreditLot.objects.order_by("pk").values_list("bought", "remaining", "price_usd", "ratio")
    assert list(lots) == [(100, 0, Decimal("0.10"), 1), (50, 40, Decimal("0.08"), 2)]
    assert_ledger("wallet:alice 40, consumed 110, purchases -150")


def test_lots_of_two_wallets_do_not_touch(alice, bob):
    given_ledger("wallet:alice 10, wallet:bob 10, purchases -20")

    post_entries([draft("wallet:alice -3, consumed 3"), draft("wallet:bob -4, wallet:alice 4")])

    lots = CreditLot.objects.order_by("pk").values_list("account__owner__email", "remaining")
    assert list(lots) == [("alice@example.com", 7), ("bob@example.com", 6), ("alice@example.com", 4)]
    assert_ledger("wallet:alice 11, wallet:bob 6, consumed 3, purchases -20")
