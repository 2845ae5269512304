"""Many connections at once: real commits, real locks; nothing is spent twice and nothing that is not there."""

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from credits.ledger.errors import InsufficientCredits
from credits.ledger.services import post_entries, top_up
from credits.metering.selectors import potential_of
from credits.metering.services import meter
from cryptouniverse.kernel.money import Credits
from cryptouniverse.kernel.tenancy import in_tenant
from tests.credits.stage import assert_ledger, draft, given_ledger, ledger, moves, person, profit, published

THREADS = 32
PRACTICE = {"currency": "PRACTICE"}


def at_once(tenant, work, shares):
    """Call `work(share)` for all `shares`, each in a thread with a connection of its own, all starting together."""
    start = Barrier(len(shares))

    def one(share):
        try:
            with in_tenant(tenant):
                connection.ensure_connection()
                start.wait(30)
                return work(share)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(shares)) as pool:
        return list(pool.map(one, shares))


def spend(drafts):
    """How many of `drafts` were booked, each on its own."""
    booked = 0
    for entry in drafts:
        try:
            booked += post_entries([entry])[0].is_new
        except InsufficientCredits:
            continue
    return booked


def hammer(tenant, debits):
    """32 threads of `debits` debits of 1 credit, every key twice, on a wallet of 142 bought in 71 lots."""
    person("alice")
    post_entries([draft("wallet:alice 2, purchases -2") for _ in range(71)])
    one = draft("wallet:alice -1, consumed 1")
    drafts = [
        type(one)(f"debit:{n % (THREADS * debits // 2)}", "a debit", one.moves, one.occurred_at)
        for n in range(THREADS * debits)
    ]
    random.Random(7).shuffle(drafts)  # noqa: S311  # a repeatable order, not a secret

    booked = at_once(tenant, spend, [drafts[n::THREADS] for n in range(THREADS)])

    assert sum(booked) == 142
    assert_ledger("consumed 142, purchases -142")


@pytest.mark.prove
def test_of_many_debits_at_once_exactly_those_that_are_covered_are_booked(fresh_tenant):
    hammer(fresh_tenant, debits=12)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_of_32000_debits_at_once_exactly_those_that_are_covered_are_booked(fresh_tenant):
    hammer(fresh_tenant, debits=1000)


def test_one_key_from_many_connections_is_booked_once(fresh_tenant):
    person("alice")
    given_ledger("wallet:alice 100, purchases -100")
    twin = draft("wallet:alice -30, consumed 30", key="fill:42:profit")

    rows = at_once(fresh_tenant, lambda _: post_entries([twin])[0], range(THREADS))

    assert len({row.public_id for row in rows}) == 1
    assert [row.is_new for row in rows].count(True) == 1
    assert_ledger("wallet:alice 70, consumed 30, purchases -100")


@pytest.mark.prove
def test_100_profits_at_once_never_consume_more_than_the_balance(fresh_tenant):
    alice = person("alice")
    given_ledger("wallet:alice 60, grants -60", **PRACTICE)
    fills = [profit(alice, "1.5") for _ in range(100)]

    batches = at_once(fresh_tenant, lambda fill: meter([fill]), fills[:THREADS])
    rest = at_once(fresh_tenant, lambda share: [meter([fill])[0] for fill in share], [fills[n::32] for n in range(32)])

    rows = {row.fill_id: row for batch in batches + rest for row in batch}
    assert sorted(row.sequence for row in rows.values()) == list(range(1, 101))
    assert sum(row.consumed for row in rows.values()) == 60
    assert [kind for kind, _ in published()].count("credits.profit_limit_reached") == 1
    assert_ledger("consumed 60, grants -60", **PRACTICE)


@pytest.mark.prove
def test_meterings_and_top_ups_of_overlapping_users_never_lock_each_other_out(fresh_tenant):
    users = [person(f"user{n}") for n in range(6)]

    def work(seed):
        chance = random.Random(seed)  # noqa: S311  # a repeatable order, not a secret
        for turn in range(5):
            some = chance.sample(users, 3)
            meter([profit(user, chance.randint(-5, 9)) for user in some])
            key, user = f"top-up:{seed}:{turn}", some[0]
            top_up(user=user, amount=Credits(3), currency="PRACTICE", idempotency_key=key, reason="practice")

    at_once(fresh_tenant, work, range(16))

    assert ledger("PRACTICE")["grants"] == -16 * 5 * 3
    assert_ledger(", ".join(f"{words} {amount}" for words, amount in ledger("PRACTICE").items()), **PRACTICE)


def test_spending_directly_and_under_held_wallets_never_lock_each_other_out(fresh_tenant):
    """Wallets older and younger than the tenant's own accounts: no order by pk alone would do."""
    users = [person("alice").pk, person("bob").pk]
    given_ledger("wallet:alice 200, consumed 1, wallet:bob 200, purchases -401")
    texts = ["wallet:alice -1, consumed 1", "wallet:bob -1, consumed 1", "wallet:bob -1, wallet:alice 1"]
    entries = [[draft(text, key=f"{text}:{n}") for n in range(40)] for text in texts]

    def work(number):
        for entry in entries[number % 3][number // 3 :: 8]:
            with transaction.atomic():
                if number % 2:
                    potential_of(users, currency="CREDIT", lock=True)
                post_entries([entry])

    at_once(fresh_tenant, work, range(24))

    assert_ledger("wallet:alice 200, wallet:bob 120, consumed 81, purchases -401")


def test_wallets_and_accounts_opened_at_once_are_one_each(fresh_tenant):
    users = [person(f"user{n}").pk for n in range(8)]

    seen = at_once(fresh_tenant, lambda n: potential_of(users[n % 3 :]), range(16))

    assert all(set(potential.values()) == {0} for potential in seen)
    assert_ledger("")


def test_the_last_credit_is_seen_by_one_entry_at_a_time(fresh_tenant):
    """What an entry does: look at the potential under the wallet's lock, then use it, in one transaction."""
    alice = person("alice")
    given_ledger("wallet:alice 5, grants -5", **PRACTICE)
    one = moves("wallet:alice -1, consumed 1", **PRACTICE)

    def enter(number):
        with transaction.atomic():
            if potential_of([alice.pk], lock=True)[alice.pk] <= 0:
                return 0
            entry = draft("wallet:alice -1, consumed 1", key=f"entry:{number}", **PRACTICE)
            post_entries([type(entry)(entry.idempotency_key, "an entry", one, entry.occurred_at)])
            return 1

    assert sum(at_once(fresh_tenant, enter, range(THREADS))) == 5
    assert_ledger("consumed 5, grants -5", **PRACTICE)


def test_looking_under_a_lock_needs_a_transaction(fresh_tenant):
    alice = person("alice")

    with pytest.raises(transaction.TransactionManagementError):
        potential_of([alice.pk], lock=True)

    assert potential_of([alice.pk]) == {alice.pk: Decimal(0)}
