"""A line to the database that is not Django's: for session locks and for listening, which last as long as it does."""

from __future__ import annotations

from django.db import connections
from psycopg.conninfo import make_conninfo


def conninfo() -> str:
    """Where Django's database is, for psycopg. Holds the password: never log it."""
    there = connections["default"].settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return make_conninfo(**{name: str(there[key]) for name, key in names.items()}, connect_timeout=5)
