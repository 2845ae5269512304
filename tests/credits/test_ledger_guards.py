"""Nobody writes the books but their functions: not the role `app`, not the tables' owner, not a neighbour."""

import re
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from credits.ledger.models import Entry
from credits.ledger.selectors import check_books
from credits.ledger.services import post_entries
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.owner import as_owner
from tenants.provisioning.services import TEMPLATE_SCHEMA
from tests.credits.stage import assert_ledger, draft, given_ledger, ledger, person

TABLES = ["account", "entry", "posting", "creditlot"]
INSERTS = {
    "account": "(owner_id, kind, currency, posted, pending, topped_to) VALUES (NULL, 'grants', 'CREDIT', 5, 0, 0)",
    "entry": "(public_id, idempotency_key, reason, fingerprint, occurred_at)"
    " VALUES (gen_random_uuid(), 'k', 'r', 'f', now())",
    "posting": "(entry_id, account_id, amount) SELECT min(id), min(id), 5 FROM credits_ledger_entry",
    "creditlot": "(public_id, account_id, entry_id, bought, remaining, price_usd, ratio, bought_at)"
    " SELECT gen_random_uuid(), min(account_id), min(entry_id), 5, 5, 0, 1, now() FROM credits_ledger_posting",
}
ATTACKS = [f"INSERT INTO credits_ledger_{table} {values}" for table, values in INSERTS.items()]
ATTACKS += [f"UPDATE credits_ledger_{table} SET id = id" for table in TABLES]
ATTACKS += [f"DELETE FROM credits_ledger_{table}" for table in TABLES]
ATTACKS += [f"TRUNCATE credits_ledger_{table} CASCADE" for table in TABLES]
AS_APP = [
    *ATTACKS,
    "SET credits.books_open = 'on'; UPDATE credits_ledger_account SET posted = 1000000",
    "SET session_replication_role = 'replica'",
    "ALTER TABLE credits_ledger_posting DISABLE TRIGGER ALL",
    "DROP TRIGGER credits_posting_never ON credits_ledger_posting",
    "CREATE OR REPLACE FUNCTION credits_ledger_never() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    "SELECT credits_ledger_fill_lots(ARRAY[1]::bigint[], '[]')",
    "DROP TABLE credits_ledger_posting",
]


def refused(statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert_ledger("wallet:alice 100, purchases -100")


@pytest.mark.parametrize("attack", AS_APP)
def test_the_role_app_cannot_touch_the_books(alice, attack):
    given_ledger("wallet:alice 100, purchases -100")

    refused(attack)


@pytest.fixture
def books(used_tenant):
    """Alice's hundred, really committed, once for the file: whoever is refused leaves them as they were."""
    if not ledger():
        person("alice")
        given_ledger("wallet:alice 100, purchases -100")


def test_the_owner_of_the_tables_cannot_either(books):
    with as_owner(), transaction.atomic():
        for attack in ATTACKS:
            refused(attack)


def test_a_temporary_table_of_the_same_name_does_not_lead_a_function_astray(alice):
    entry = draft("wallet:alice 5, purchases -5")
    run("CREATE TEMP TABLE credits_ledger_entry (LIKE credits_ledger_entry) ON COMMIT DROP")

    [row] = post_entries([entry])
    run("DROP TABLE pg_temp.credits_ledger_entry")

    assert Entry.objects.get().pk == row.pk


def test_a_clone_books_into_its_own_tables_and_not_its_templates(acme_ctx, bolt_ctx):
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            person("alice")
            assert_ledger("")
    with in_tenant(acme_ctx):
        given_ledger("wallet:alice 100, purchases -100")
    with in_tenant(bolt_ctx):
        assert_ledger("")
        given_ledger("wallet:alice 7, purchases -7")
        assert_ledger("wallet:alice 7, purchases -7")
    with in_tenant(replace(acme_ctx, schema=TEMPLATE_SCHEMA)):
        assert not Entry.objects.exists()


def test_nothing_in_a_clone_names_the_template(acme):
    functions = dict(
        ask(
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
            " WHERE pronamespace = %s::regnamespace AND proname LIKE 'credits%%'",
            acme.schema,
        )
    )

    assert len(functions) == 7
    assert not [name for name, text in functions.items() if TEMPLATE_SCHEMA in text]


def test_a_clone_has_every_trigger_and_constraint_of_the_template(acme):
    assert rules_of(acme.schema) == rules_of(TEMPLATE_SCHEMA)
    assert len(rules_of(acme.schema)) > 30


def test_an_entry_without_postings_is_caught_at_commit_even_if_the_guards_are_off(books):
    entry = INSERTS["entry"].replace("'k'", "'planted'")

    with as_owner(), pytest.raises(DatabaseError, match="has no postings"), transaction.atomic():
        run("SET credits.books_open = 'on'", f"INSERT INTO credits_ledger_entry {entry}")
    assert_ledger("wallet:alice 100, purchases -100")


@pytest.mark.parametrize("amount", ["5", "-5", "0.000001"])
def test_an_unbalanced_posting_is_caught_at_commit_even_if_the_guards_are_off(books, amount):
    posting = INSERTS["posting"].replace("5", amount)

    with as_owner(), pytest.raises(DatabaseError, match="sum to zero"), transaction.atomic():
        run("SET credits.books_open = 'on'", f"INSERT INTO credits_ledger_posting {posting}")
    assert_ledger("wallet:alice 100, purchases -100")


def test_check_books_finds_each_planted_fault(fresh_tenant):
    person("alice")
    given_ledger("wallet:alice 100, purchases -100")
    with as_owner():
        run(
            "SET credits.books_open = 'on'",
            "UPDATE credits_ledger_account SET posted = posted + 1 WHERE owner_id IS NULL",
            "UPDATE credits_ledger_creditlot SET remaining = remaining - 1",
            "ALTER TABLE credits_ledger_posting DISABLE TRIGGER credits_posting_balanced",
            f"INSERT INTO credits_ledger_posting {INSERTS['posting']}",
        )

    rules = {fault.rule for fault in check_books()}

    assert rules == {"entry does not sum to zero", "balance is not the sum of postings", "lots are not the balance"}


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def ask(question, *values):
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def rules_of(schema):
    """Triggers, constraints and indexes of the credits tables in `schema`, as text without its name."""
    tables = "c.relnamespace = %s::regnamespace AND c.relname LIKE 'credits%%'"
    found = ask(
        f"SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        f" WHERE NOT t.tgisinternal AND {tables}"
        f" UNION ALL SELECT c.relname || pg_get_constraintdef(k.oid) FROM pg_constraint k"
        f" JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype <> 'n' AND {tables}"
        f" UNION ALL SELECT regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \\S+ ', 'INDEX ') FROM pg_index i"
        f" JOIN pg_class c ON c.oid = i.indrelid WHERE {tables}",
        schema,
        schema,
        schema,
    )
    said_again = re.compile(r"::(text|character varying)|[()]|\[\]")  # the same check, cast otherwise
    return sorted(said_again.sub("", text.replace(f"{schema}.", "")) for (text,) in found)
