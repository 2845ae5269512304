"""The search path is set when the server has another one: seldom, and never too late."""

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.users.models import User
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.postgresql.base import DatabaseWrapper
from cryptouniverse.kernel.tenancy import in_public, in_tenant


def schema() -> str:
    """Where a statement of ours runs, and one of Django's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        by_django = cursor.fetchone()[0]
    assert query("SELECT current_schema()") == [(by_django,)]
    return by_django


def behind_our_back(statement: str) -> None:
    connections[connection.alias].connection.execute(statement)


def paths_set(seen) -> int:
    return sum(statement["sql"].startswith("SET search_path") for statement in seen)


def test_many_statements_set_the_path_once(acme_ctx):
    with CaptureQueriesContext(connection) as seen, in_tenant(acme_ctx):
        assert [User.objects.count() for _ in range(5)] == [0] * 5

    assert paths_set(seen) == 1


def test_every_statement_follows_the_tenant(acme, bolt_ctx):
    with in_tenant(bolt_ctx):
        inside = schema()
        with in_public():
            public = schema()

    assert (schema(), inside, public) == (acme.schema, bolt_ctx.schema, "public")


def test_a_rollback_that_undoes_the_path_is_seen(acme, bolt_ctx):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), in_tenant(bolt_ctx):
        schema()
        raise ZeroDivisionError

    assert schema() == acme.schema


def test_a_rollback_inside_the_tenant_is_seen(acme_ctx, bolt_ctx):
    with transaction.atomic(), in_tenant(acme_ctx):
        schema()
        with in_tenant(bolt_ctx):
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                schema()
                raise ZeroDivisionError
            assert schema() == bolt_ctx.schema


@pytest.mark.parametrize(
    "statement", ["SET search_path = public", "SET LOCAL search_path = public", "RESET search_path", "RESET ALL"]
)
def test_a_path_set_behind_our_back_is_seen(acme, statement):
    schema()
    behind_our_back(statement)

    assert schema() == acme.schema


def test_a_failed_statement_does_not_hide_the_path(acme, bolt_ctx):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column")
    with in_tenant(bolt_ctx):
        assert schema() == bolt_ctx.schema

    assert schema() == acme.schema


def test_a_new_connection_gets_the_path(django_db_setup, fresh_tenant):
    schema()
    connection.close()

    assert schema() == fresh_tenant.schema


class OlderServer(DatabaseWrapper):
    """PostgreSQL 17 and before do not report the path."""

    def _reported(self):
        return None


def test_a_server_that_reports_nothing_is_told_before_every_statement(acme):
    older = OlderServer(connection.settings_dict.copy(), alias="older")
    older.set_schema(acme.schema)
    try:
        with CaptureQueriesContext(older) as seen:
            for _ in range(3):
                with older.cursor() as cursor:
                    cursor.execute("SELECT current_schema()")
                    assert cursor.fetchone() == (acme.schema,)
        assert paths_set(seen) == 3
    finally:
        older.close()
