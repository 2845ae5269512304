"""The books' rules in the database: see `credits/ledger/sql/books.sql`."""

from pathlib import Path

from django.db import migrations

BOOKS = Path(__file__).resolve().parent.parent / "sql" / "books.sql"

REMOVE = """
DROP FUNCTION {schema}.credits_ledger_post(jsonb);
DROP FUNCTION {schema}.credits_ledger_fill_lots(bigint[], jsonb);
DROP FUNCTION {schema}.credits_ledger_fingerprint(jsonb);
DROP FUNCTION {schema}.credits_ledger_open_accounts(text, text, bigint[], boolean);
DROP FUNCTION {schema}.credits_ledger_balanced() CASCADE;
DROP FUNCTION {schema}.credits_ledger_never() CASCADE;
DROP FUNCTION {schema}.credits_ledger_only_by_function() CASCADE;
"""


def install(apps, schema_editor):
    _run(schema_editor, BOOKS.read_text(encoding="utf-8"))


def remove(apps, schema_editor):
    _run(schema_editor, REMOVE)


def _run(schema_editor, text):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute(text.replace("{schema}", schema))


class Migration(migrations.Migration):
    dependencies = [("credits_ledger", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
