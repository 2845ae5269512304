"""What PostgreSQL had to break because two transactions waited for each other."""

from django.db import connection


def deadlocks_so_far() -> int:
    """How many it has ever broken in this database, by its own count; the victims may have tried again unseen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return cursor.fetchone()[1]
